"""Other spellings of a word that count here, for programs that compare letters: one word or two, British or American.

Our marking knows them by rules (`dlquiz.quiz.folding`); what is made here is checked against it.
"""

import re
from collections.abc import Iterator
from itertools import product

from dlquiz.model.pattern import is_pattern
from dlquiz.quiz.folding import SPELLINGS, fold, term

_MOST = 12
"""So many spellings of one text are listed at most."""
_MOST_JOINTS = 2
"""With more places where words meet, all of them are written alike."""

_JOINT = re.compile(r"(?<=[^\W\d_])[- ](?=[^\W\d_])")
_BRITISH = (
    (r"(?<=\w\w)iz(?=(?:e|ed|er|ers|es|ing|ation|ations)\b)", "is"),
    (r"(?<=\w\w)yze", "yse"),
    (r"\b(colo|behavio|favo|neighbo)r", r"\1ur"),
    (r"\bgray", "grey"),
    (r"\bcenter\b", "centre"),
    (r"(label|model)(?=ed\b|ing\b)", r"\1l"),
)


def spellings(text: str) -> tuple[str, ...]:
    """Return a text and the other spellings that count as it, the usual ones first; a ``/pattern/`` only itself."""
    if is_pattern(text):
        return (text,)
    found = {fold(text): text}
    for candidate in _candidates(text):
        if len(found) == _MOST:
            break
        if term(candidate) == term(text):
            found.setdefault(fold(candidate), candidate)
    return tuple(found.values())


def _candidates(text: str) -> Iterator[str]:
    regional = list(dict.fromkeys((text, _american(text), _british(text))))
    yield from regional
    for one in regional:
        pieces = _JOINT.split(one)
        joints = len(pieces) - 1
        signs = product(("-", " ", ""), repeat=joints) if joints <= _MOST_JOINTS else ((s,) * joints for s in "- ")
        for between in signs:
            yield "".join(piece + sign for piece, sign in zip(pieces, (*between, ""), strict=True))


def _american(text: str) -> str:
    for pattern, replacement in SPELLINGS:
        if replacement:  # the last one joins words
            text = pattern.sub(replacement, text)
    return text


def _british(text: str) -> str:
    for pattern, replacement in _BRITISH:
        text = re.sub(pattern, replacement, text)
    return text
