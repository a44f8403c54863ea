"""The plural of an accepted word: as right as the word itself, unless the author says otherwise."""

import re
from collections.abc import Iterable

from dlquiz.model.pattern import is_pattern
from dlquiz.quiz.folding import fold, says

_PLAIN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_SHORTEST = 4
"""Letters of the last word: "fit" and "lr" have no plural."""


def with_plurals(accept: tuple[str, ...], other_words: Iterable[str]) -> tuple[str, ...]:
    """Return the accepted texts, and the plurals of those that are words.

    A plural that is one of ``other_words`` (rejected, or right in another blank) is left out: there the author tells
    the two apart.
    """
    others = [*accept, *other_words]
    made = [plural for text in accept if (plural := plural_of(text)) and not any(says(o, plural) for o in others)]
    return (*accept, *dict.fromkeys(made))


def plural_of(text: str) -> str:
    """Return the regular English plural; empty for patterns, formulas, short words, and what ends in s already."""
    last = re.split("[ -]", text)[-1]
    if is_pattern(text) or not _PLAIN.fullmatch(text) or len(last) < _SHORTEST:
        return ""
    folded = fold(text)
    if folded.endswith(("ss", "sh", "ch", "x", "z")):
        return f"{text}es"
    if folded.endswith("s"):
        return ""
    if folded.endswith("y") and folded[-2] not in "aeiou":
        return f"{text[:-1]}ies"
    return f"{text}s"
