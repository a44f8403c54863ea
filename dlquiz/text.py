"""Make text of strangers safe to show, to store and to use as a name.

* ``clean``       to show, of several lines
* ``one_line``    to show, on one line
* ``gap_note``    to show without its middle
* ``storable``    to write into a file of ours
* ``shell_word``  to show as a part of a command
* ``hidden_passwords``  to show without what nobody else may know
* ``identifier``  to name something

A terminal obeys what it is sent: text can move the cursor, rewrite earlier lines,
set the window title, or show letters in another order than they stand in
(Boucher and Anderson, "Trojan Source", 2021, arXiv:2111.00169). So nothing of that
kind is ever shown; what is left is plain letters, digits, signs, blanks, tabs and newlines.
"""

import re
import unicodedata
from shlex import quote
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
LINE_ENDS: Final = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
"""Ends of lines that are not ``\\n``."""
UNSTORABLE: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""A character that our own files may not hold.

Allowed is what YAML calls printable, without the line ends that editors do not count, the byte order mark, and
directions of text. Forbidden ones are listed: "anything but" a class of this size takes ten times as long to compile.
"""

_NOTHING_TO_CLEAN = re.compile(r"[\n\t -~]*")
"""What nearly all texts are; to look at them is quicker than to clean them."""
_PASSWORDS = re.compile(r"\w://[^\s/:@?#]*:(\S+)@|[?&]password=([^&\s#]+)")
_LONG_LINE = re.compile(rf"([^\n]{{{MAX_LINE}}})(?=[^\n])")
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
_PILES = re.compile(f"({_MARK}{{{_MAX_MARKS}}}){_MARK}+")

# Format characters, controls, surrogates, private and unassigned code points: invisible, or different everywhere.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and marks by category, but nothing to be seen: Hangul fillers, the grapheme joiner.
_HIDDEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(c) for c in range(0xE0100, 0xE01F0)}

_PLAIN_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})


class _Visible(dict[int, str | None]):
    """A table for ``str.translate`` that fills itself: None deletes a character."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        hidden = unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _HIDDEN_LETTERS
        blank = " " if unicodedata.category(character) == "Zs" else character
        answer = None if hidden and character not in "\n\t" else blank
        if len(self) < 20_000:  # a hostile text may use every code point there is
            self[code] = answer
        return answer


_VISIBLE = _Visible()


def clean(text: str, limit: int | None = None) -> str:
    r"""Return ``text`` without anything but visible characters, blanks, tabs and newlines.

    Removed are control sequences, control and format characters (also those that
    change the direction of writing or have no width), lone surrogates, and
    private and unassigned code points. Other line ends become ``\n``, other blanks
    plain ones; lines are broken after `MAX_LINE` characters.

    Parameters
    ----------
    text : str
        Anything.
    limit : int, optional
        At most so many characters come back. What is left out is counted at
        the end: "… (1,234 more characters)".

    Returns
    -------
    str
        Cleaning it again with the same limit changes nothing.
    """
    if len(text) <= MAX_LINE and _NOTHING_TO_CLEAN.fullmatch(text):
        return text if limit is None else _capped(text, limit)
    plain = _SEQUENCES.sub("", text)
    plain = LINE_ENDS.sub("\n", plain).translate(_VISIBLE)
    plain = _PILES.sub(r"\1", plain)
    plain = _LONG_LINE.sub("\\1\n", plain)
    return plain if limit is None else _capped(plain, limit)


def one_line(text: str, limit: int) -> str:
    """Return ``clean`` text with all runs of white space as single blanks; "…" ends a line that was cut."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: max(limit - 1, 0)] + "…"[:limit]


def hidden_passwords(text: str) -> str:
    """Return ``text`` with ``***`` for the password of every URL in it."""
    for secret in passwords(text):
        text = text.replace(secret, "***")
    return text


def passwords(text: str) -> list[str]:
    """Return the passwords of the URLs in ``text``, the longest first: those before an ``@``, and in ``?password=``.

    A password with an ``@`` in it, which should have been written as ``%40``, is one still.
    """
    found = [part for pair in _PASSWORDS.findall(text) for part in pair if part]
    return sorted(found, key=len, reverse=True)


def shell_word(text: str) -> str:
    r"""Return ``text`` as one word of a command that can be pasted into bash or zsh.

    What a terminal would obey or not show (a file may be called so) is written as ``$'\x1b'``.
    """
    if _is_plain(text):
        return quote(text)
    return "$'" + "".join(_in_ansi_c(letter) for letter in text) + "'"


def shell_words(*words: str) -> str:
    """Return a command that can be pasted."""
    return " ".join(map(shell_word, words))


def _is_plain(text: str) -> bool:
    return text == clean(text) and "\n" not in text and "\t" not in text


def _in_ansi_c(letter: str) -> str:
    if letter in "\\'":
        return "\\" + letter
    return (
        letter if _is_plain(letter) else "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))
    )


def storable(text: str) -> str:
    """Return ``text`` without characters that our own files may not hold; lines end in a newline."""
    return UNSTORABLE.sub("", LINE_ENDS.sub("\n", text))


def identifier(text: str, longest: int = 40) -> str:
    """Return what is left of a text as an id: lower-case letters, digits, dashes; empty if that is nothing."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    ascii_only = "".join(c for c in bare if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9_]+|_{2,}", "-", re.sub(r"['’`]", "", ascii_only)).strip("-_")
    words = re.sub(r"-{2,}", "-", words)
    return re.sub(r"^[^a-z]+", "", words)[:longest].rstrip("-_")


_GAP = re.compile(r"\n\[… ([0-9][0-9,]{0,18}) bytes(?: in ([0-9][0-9,]{0,18}) lines)? left out …\]\n")


def gap_note(count: int, line_ends: int) -> str:
    """Return what stands in the place of so many bytes, with so many ends of lines, that were left out."""
    lines = f" in {line_ends:,} lines" if line_ends else ""
    return f"\n[… {count:,} bytes{lines} left out …]\n"


def before_gaps(text: str) -> tuple[int, int]:
    """Return how many bytes, and ends of lines, a text had before parts of it were left out."""
    count, line_ends = len(text.encode("utf-8", "replace")), text.count("\n")
    for gap in _GAP.finditer(text):
        count += _number(gap[1]) - len(gap[0].encode())
        line_ends += _number(gap[2]) - 2  # those of the note are not the text's
    return count, line_ends


def whole_lines(text: str) -> list[str]:
    """Return the parts of a text between the gaps, without the lines that a gap may have cut."""
    parts = _GAP.split(text)[::3]  # each gap brings its two numbers
    last = len(parts) - 1
    ends = [part if i == last else part.rpartition("\n")[0] for i, part in enumerate(parts)]
    return [part.partition("\n")[2] if i else part for i, part in enumerate(ends)]


def _number(digits: str | None) -> int:
    return int(digits.replace(",", "")) if digits else 0


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
