"""Make text that came out of a sandbox safe to show.

A terminal obeys what it is sent: text can move the cursor, rewrite earlier lines,
set the window title, or show letters in another order than they stand in
(Boucher and Anderson, "Trojan Source", 2021, arXiv:2111.00169). So nothing of that
kind is ever shown; what is left is plain letters, digits, signs, tabs and newlines.
"""

import re
import unicodedata
from typing import Final

MAX_LINE: Final = 2000
"""Longer lines are broken, so that no viewer has to lay out an endless one."""

_MAX_MARKS: Final = 4
"""So many accents may stand on one letter; more are used only to paint over other lines."""

# ECMA-48: strings (OSC, DCS, SOS, PM, APC) up to their end, then CSI, then the short ones.
_SEQUENCES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-Z\\^-~]"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_LONG_LINE = re.compile(rf"([^\n]{{{MAX_LINE}}})(?=[^\n])")
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
_PILES = re.compile(f"({_MARK}{{{_MAX_MARKS}}}){_MARK}+")

# Format characters, controls, surrogates, private and unassigned code points: invisible, or different everywhere.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and marks by category, but nothing to be seen: Hangul fillers, the grapheme joiner.
_HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(c) for c in range(0xE0100, 0xE01F0)}


class _Visible(dict[int, str | None]):
    """A table for ``str.translate`` that fills itself: None deletes a character."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        hidden = unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _HIDDEN_LETTERS
        answer = None if hidden and character not in "\n\t" else character
        if len(self) < 20_000:  # a hostile text may use every code point there is
            self[code] = answer
        return answer


_VISIBLE = _Visible()


def clean(text: str, limit: int) -> str:
    r"""Return ``text`` without anything but visible characters, tabs and newlines.

    Removed are control sequences, control and format characters (also those that
    change the direction of writing or have no width), lone surrogates, and
    private and unassigned code points. Other line ends become ``\n``; lines are
    broken after `MAX_LINE` characters.

    Parameters
    ----------
    text : str
        Anything.
    limit : int
        At most so many characters come back. What is left out is counted at
        the end: "… (1,234 more characters)".

    Returns
    -------
    str
        Cleaning it again with the same limit changes nothing.
    """
    plain = _SEQUENCES.sub("", text)
    plain = _LINE_ENDS.sub("\n", plain).translate(_VISIBLE)
    plain = _PILES.sub(r"\1", plain)
    return _capped(_LONG_LINE.sub("\\1\n", plain), limit)


def one_line(text: str, limit: int) -> str:
    """Return ``clean`` text with all runs of white space as single blanks."""
    return _capped(" ".join(clean(text, max(limit * 4, 0)).split()), limit)


def _capped(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    kept = limit
    for _ in range(3):  # the length of the note depends on the number in it
        note = f"… ({len(text) - kept:,} more characters)"
        kept = max(limit - len(note) - 1, 0)
    if kept == 0:
        return text[: max(limit, 0)]
    head = text[:kept]
    gap = "\n" if len(head) - head.rfind("\n") + len(note) > MAX_LINE else " "
    return head + gap + note
