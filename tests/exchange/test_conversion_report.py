"""The account of a conversion: complete in JSON, and short where the same happened to many questions."""

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.conversion_report import Ledger


def report_of(*changes):
    ledger = Ledger()
    for name, *rest in changes:
        ledger.changed(name, *rest)
    return ledger.report("a.gift", "dlquiz")


def told(report):
    return [line.strip() for line in report.lines()][1:]


def test_what_happened_alike_to_many_questions_is_one_line():
    report = report_of(*((f"q{n}", "hints", "they have no place there") for n in range(500)))
    assert told(report) == ["changed: 500 questions: q0, q1, q2, q3 and 496 more: hints: they have no place there"]
    assert len(report.document()["changes"]) == 500


def test_few_questions_are_all_named():
    report = report_of(*((f"q{n}", "hints", "none") for n in range(5)))
    assert told(report) == ["changed: 5 questions: q0, q1, q2, q3, q4: hints: none"]


def test_what_differs_stays_apart():
    report = report_of(("a", "points", "2 are lost"), ("b", "points", "3 are lost"), ("", "draw", "gone"))
    assert told(report) == [
        "changed: a: points: 2 are lost", "changed: b: points: 3 are lost", "changed: the file: draw: gone",
    ]  # fmt: skip


def test_how_often_something_was_filled_in_makes_no_difference():
    text = "::a:: A? {=1 ~2}\n\n::b:: B? {=1 ~2 ~3}\n"
    report = FORMATS["gift"].reader()(text.encode(), "f.gift").report
    assert told(report)[0] == (
        "changed: 2 questions: a (line 1), b (line 3): filled in: the file gives none: reason for a wrong answer, "
        "explanation, source"
    )
    assert "(2 times)" in report.document()["changes"][1]["why"]


def test_no_line_of_a_report_has_a_line_break():
    text = "::a:: A? {=1#Yes,\\nthat is right! ~%50%2\\n3 ~4}\n\n::b::[html]<p>B?</p> {T#No\\nno#Yes\\n<x>y</x>}\n"
    report = FORMATS["gift"].reader()(text.encode(), "f.gift").report
    assert len(report.changes) > 4
    assert not [change for change in report.changes if "\n" in change.why + change.what]
