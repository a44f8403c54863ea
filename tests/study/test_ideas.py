"""Cards about ideas that a grading has shown to be shaky."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dlquiz.model.report import CaseResult, Outcome
from dlquiz.study.ideas import ideas_in, shaky
from dlquiz.study.memory import QuestionBank
from dlquiz.study.reviewing import asking, plan
from tests.study.test_store import report

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
TERMS = ("batch", "batch-size", "loss", "epoch", "softmax", "weight-decay")


def lost(diagnosis, *, cause=None, outcome=Outcome.FAILED, at=AT):
    case = CaseResult.model_validate(
        {
            "id": "test_x.py::test_x", "title": "The loss is a mean", "visibility": "hidden", "outcome": outcome,
            "points": {"earned": 0, "possible": 1}, "diagnosis": diagnosis, "cause": cause,
        }
    )  # fmt: skip
    return report(at=at).model_copy(update={"cases": (case,)})


@pytest.mark.parametrize(
    ("diagnosis", "ideas"),
    [
        ("It is 8 times too large, and 8 is the batch size.", ("batch-size",)),
        ("Batch sizes differ; a batch is small.", ("batch-size", "batch")),
        ("The softmax of the losses, in each epoch", ("softmax", "epoch", "loss")),
        ("It is weight-decay, not decay of a weight.", ("weight-decay",)),
        ("Nothing of all this: batchwise, glossy.", ()),
        (None, ()),
    ],
)
def test_terms_are_found_as_whole_words_the_longest_first(diagnosis, ideas):
    assert set(ideas_in(lost(diagnosis), TERMS)) == set(ideas)


def test_a_crash_and_a_passed_check_say_nothing_about_an_idea():
    assert ideas_in(lost("the epoch", cause="exception"), TERMS) == ()
    assert ideas_in(lost("the epoch", outcome=Outcome.PASSED), TERMS) == ()


@pytest.fixture
def bank(desk):
    return lambda: QuestionBank(desk, date(2026, 11, 2))


def test_a_diagnosis_brings_its_cards_first_until_they_are_answered(desk, bank):
    assert shaky(bank(), LATER) == {}
    desk.progress.record_report(lost("An epoch has too many steps."))
    cards = shaky(bank(), LATER)
    assert cards == {("words", "pass"): "exercise1", ("words", "steps"): "exercise1"}
    session = plan(bank(), limit=20, seed=1, shaky=cards)
    assert set(session.queue) == set(cards)
    assert session.waiting == 2
    one = asking(bank(), session, 1)
    one.answer({"pass": "false", "steps": "16"}[session.queue[0][1]], LATER)
    assert set(shaky(bank(), LATER + timedelta(minutes=1))) == {session.queue[1]}


def test_what_is_not_known_comes_before_what_is(desk, bank):
    for name, correct in (("pass", True), ("steps", False)):
        desk.progress.record_answer(name, "words", name, '"x"', correct, float(correct), AT - timedelta(days=1))
    desk.progress.record_report(lost("An epoch has too many steps."))
    assert list(shaky(bank(), LATER)) == [("words", "steps"), ("words", "pass")]


def test_after_a_week_and_after_full_points_nothing_is_shaky(desk, bank):
    desk.progress.record_report(lost("An epoch has too many steps."))
    assert shaky(bank(), AT + timedelta(days=8)) == {}


def test_a_limit_takes_what_is_shaky_first(desk, bank):
    desk.progress.record_answer("s", "words", "gap", '"x"', False, 0.0, AT - timedelta(days=9))
    desk.progress.record_report(lost("An epoch has too many steps."))
    due = plan(bank(), limit=20, seed=1)
    assert due.queue == (("words", "gap"),)
    session = plan(bank(), limit=2, seed=1, shaky=shaky(bank(), LATER))
    assert {name for _, name in session.queue} == {"pass", "steps"}
    assert session.waiting == 3
