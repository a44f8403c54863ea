"""Blanks of QTI 1.2, also as Canvas New Quizzes writes them: typed or chosen, and compared in several ways.

The classic Canvas names a blank by its text (``[colour]``), New Quizzes by a long identifier; there, what stands beside
the blank is its right answer, which must not be shown.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from dlquiz.exchange.neutral import Note
from dlquiz.exchange.to_ours_bodies import as_accepted
from dlquiz.exchange.xmlsafe import Element
from dlquiz.model.pattern import compile_pattern

_CHOSEN = frozenset({"dropdown", "wordbank"})
_CONTAINS = Note("part of an answer", "a longer text with the right one in it is right in the file; here it is wrong")
_CLOSE = Note("nearly right", "some blanks forgive misspelt answers in the file; here none does")
_REGEX = Note("pattern", "it cannot be used here; its text is taken for the answer")


class Qti12Blank:
    """One blank: its labels are the right answers, or what can be chosen."""

    def __init__(self, response: Element, *, typed: bool) -> None:
        self.response = response
        self.ident = response.get("ident")
        self.labels = list(response.walk("response_label"))
        kinds = {one.get("answer_type").casefold() for one in self.labels} - {""}
        self.listed = bool(kinds & _CHOSEN) if kinds else not typed

    def name(self, stem: str, text_of: Callable[..., str]) -> str:
        """Return what stands between brackets in the stem."""
        by_ident = self.ident.removeprefix("response_")
        if re.search(rf"\[\s*{re.escape(by_ident)}\s*\]", stem):
            return by_ident
        return text_of(*self.response.all("material")) or by_ident

    @cached_property
    def slips(self) -> int:
        """How many misspelt letters the file forgives; 0 if it compares exactly."""
        found = [one for one in self.labels if one.get("scoring_algorithm") == "TextCloseEnough"]
        distances = [one.get("levenshtein_distance", "1") for one in found]
        return max((int(one) if re.fullmatch(r"\d{1,3}", one) else 1 for one in distances), default=0)

    @property
    def has_pattern(self) -> bool:
        """Whether an answer is a regular expression."""
        return any(one.get("scoring_algorithm") == "TextRegex" for one in self.labels)

    def accepted(self, label: Element, text: str, notes: list[Note]) -> str:
        """Return what a label accepts, as our blanks write it."""
        algorithm = label.get("scoring_algorithm")
        if algorithm == "TextContainsAnswer":
            notes.append(_CONTAINS)
        if algorithm != "TextRegex":
            return as_accepted(text) if self.has_pattern else text
        pattern = f"/{text.strip().removeprefix('^').removesuffix('$')}/"
        try:
            compile_pattern(pattern)
        except ValueError:
            notes.append(_REGEX)
            return as_accepted(text)
        return pattern


def forgiven(blanks: Sequence[Qti12Blank], notes: list[Note]) -> int:
    """Return how many slips all typed blanks forgive; ours have one number for all of them."""
    slips = [blank.slips for blank in blanks if not blank.listed]
    if not any(slips):
        return 0
    if not all(slips):
        notes.append(_CLOSE)
        return 0
    notes.append(
        Note("nearly right", "misspelt answers are forgiven as here: fewer letters in short words", loss=False)
    )
    return min(2, max(slips))
