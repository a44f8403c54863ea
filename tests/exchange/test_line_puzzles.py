"""Puzzles of lines in other formats: the lines are code, and what cannot travel stands in the account."""

import pytest

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.conversion_report import Fate
from dlquiz.model.quiz import Quiz

PUZZLE = {
    "kind": "order", "id": "p", "stem": "Order.", "explain": "So.", "source": "A book", "indent": "true",
    "items": ["for x in y:", "    a * b * c", "    print(x)"], "extra": {"print(y)": "It prints too much."},
    "any_order": [["a * b * c", "print(x)"]],
}  # fmt: skip
QUIZ = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [PUZZLE]})


@pytest.mark.parametrize("name", sorted(name for name, one in FORMATS.items() if one.can_export))
def test_what_a_format_does_not_ask_is_a_loss(name):
    exported = FORMATS[name].export(QUIZ, "puzzle", None)
    lost = {change.what for change in exported.report.changes if change.question_id == "p" and change.loss}
    (fate,) = [fate for _, fate in exported.report.fates]
    if name in ("anki", "anki-text", "html"):
        assert not lost & {"extra", "indent", "any_order"}
    else:
        assert fate is Fate.DROPPED or {"extra", "indent", "any_order"} <= lost
