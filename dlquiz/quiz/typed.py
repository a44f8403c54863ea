"""What a person types at a question: labels of options, or the answer itself."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlquiz.model.sheet import Asked

if TYPE_CHECKING:
    from dlquiz.quiz.mark import Answer

_ORDER_SEPARATOR = r"[\s,;>→]+"
_LETTERS = "abcdefghijklmnop"
_MOST_LETTERS = len(_LETTERS)
"""Beyond ``p`` comes ``q``, which stops the quiz."""


def partners(asked: Asked) -> dict[str, str]:
    """Return what the options are given to, by letters: the terms of ``match``, the groups of ``categorise``."""
    return dict(zip(_LETTERS, asked.partners, strict=False))


def labelled(options: Sequence[str], *, numbers: bool = False) -> dict[str, str]:
    """Return each option by what to type for it: numbers, or letters if an option is itself a number.

    ``numbers`` keeps to numbers: where letters stand for `partners`.
    """
    if not numbers and _any_number(options) and len(options) <= _MOST_LETTERS:
        return {chr(ord("a") + i): option for i, option in enumerate(options)}
    return {str(i): option for i, option in enumerate(options, 1)}


def read_typed(asked: Asked, options: Sequence[str], text: str) -> "Answer":
    """Turn a typed line into an answer.

    Parameters
    ----------
    asked : Asked
        What was asked.
    options : sequence of str
        The options in the order shown; empty for typed kinds.
    text : str
        ``2``, ``b``, ``1 3``, ``a,c``, or an option's text. What `labelled` shows comes first; letters work beside
        numbers unless an option is itself one letter. For ``order`` the numbers in order, for ``match`` and
        ``categorise`` pairs such as ``a2 b1``, for ``cloze`` the words with ``;`` between them.

    Returns
    -------
    Answer
        Option texts where they could be found; otherwise the text as it is, for marking to call unclear.
    """
    from dlquiz.quiz.options import find_option  # not before a line is read: it is slow to import

    text = text.strip()
    if asked.kind in ("match", "categorise"):
        return _read_pairs(asked, options, text)
    if asked.kind == "cloze":
        return _read_blanks(asked.blanks, options, text)
    if not options:
        return text
    if asked.kind not in ("multi", "order"):
        return _by_label(text, options) or text
    whole = find_option(text, options)
    if whole is not None and _by_label(text, options) is None:
        return (whole,)
    for separator in (_ORDER_SEPARATOR if asked.kind == "order" else r"[\s,;]+", r"\s*;\s*"):
        parts = [part for part in re.split(separator, text) if part]
        found = [_by_label(part, options) or find_option(part, options) for part in parts]
        if parts and all(found):
            chosen = [option for option in found if option]
            return tuple(chosen) if asked.kind == "order" else tuple(dict.fromkeys(chosen))
    return tuple(part for part in re.split(r"\s*;\s*", text) if part)


def _by_label(text: str, options: Sequence[str]) -> str | None:
    label = text.strip().rstrip(".)").casefold()
    shown = labelled(options)
    if label in shown:
        return shown[label]
    any_letter = any(len(option.strip()) == 1 and option.strip().isalpha() for option in options)
    if "1" in shown and not any_letter and len(options) <= _MOST_LETTERS and re.fullmatch(r"[a-p]", label):
        return dict(enumerate(options)).get(ord(label) - ord("a"))
    return None


def _any_number(options: Sequence[str]) -> bool:
    return any(option.strip().isdigit() for option in options)


def _read_pairs(asked: Asked, options: Sequence[str], text: str) -> "Answer":
    """Read ``a2 b1``, ``2a 1b``, ``a=2, b=1``, or only the numbers in the order of the letters."""
    names, numbers = partners(asked), labelled(options, numbers=True)
    tokens = re.findall(r"[a-p]|\d+", text.casefold())
    if re.sub(r"[a-p]|\d+|[\s,;:=>.)(\-–→]+", "", text.casefold()) or not tokens:
        return text
    letters = [token for token in tokens if token.isalpha()]
    digits = [token for token in tokens if token.isdigit()]
    wanted = list(names) if asked.kind == "match" else list(numbers)
    if asked.kind == "match" and not letters and len(digits) == len(wanted):
        letters = wanted
    elif asked.kind == "categorise" and not digits and len(letters) == len(wanted):
        digits = wanted
    elif len(letters) != len(digits) or not _alternate(tokens):
        return text
    pairs = list(zip(letters, digits, strict=True))
    if any(letter not in names or digit not in numbers for letter, digit in pairs):
        return text
    if asked.kind == "match":
        read = {names[letter]: numbers[digit] for letter, digit in pairs}
    else:
        read = {numbers[digit]: names[letter] for letter, digit in pairs}
    return read if len(read) == len(pairs) else text


def _alternate(tokens: Sequence[str]) -> bool:
    return all(one.isalpha() != two.isalpha() for one, two in zip(tokens[::2], tokens[1::2], strict=False))


def _read_blanks(count: int, options: Sequence[str], text: str) -> "Answer":
    """Read the words for the blanks; with a word bank their numbers will do, with spaces between."""
    parts = [part.strip() for part in text.split(";")] if ";" in text else [text]
    if len(parts) == 1 and count > 1:
        for separator in (r"\s*,\s*", r"\s+"):
            cut = [part for part in re.split(separator, text) if part]
            if len(cut) == count:
                parts = cut
                break
    return tuple((_by_label(part, options) if options else None) or part for part in parts)
