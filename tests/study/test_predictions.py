"""What somebody said would come of an example: hits, misses, and the cards that come of them."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from dlquiz.grading.example_values import predicted
from dlquiz.study.memory import QuestionBank
from dlquiz.study.predictions import Prediction, keep, quiz_of_examples

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MISS = Prediction("half(3)", "1", hit=False)


@pytest.mark.parametrize(
    ("got", "said", "hit"),
    [
        (np.zeros((2, 3)), "(2, 3)", True),
        (np.zeros((2, 3)), "shape (2,3)", True),
        (np.zeros((2, 3)), "(3, 2)", False),
        (np.zeros(3), "(3,)", True),
        (np.float64(2), "()", True),
        (np.array([1.0, 2.0]), "[1, 2]", True),
        (np.array([1.0, 2.0]), "[1. 2.]", True),
        (np.array([1.0, 2.0]), "[1, 3]", False),
        (0.5, "0.5", True),
        (0.5, "1 / 2", True),
        (0.5, "half", False),
        ((2, 3), "(2, 3)", True),
        ((2, 3), "(3, 2)", False),
        ("abc", "'abc'", True),
        (None, "None", True),
        ([0.6931], "0.6931", True),
        ([0.6931], "[0.6931]", True),
        ([0.6931, 1], "0.6931", False),
    ],
)
def test_a_value_or_a_shape_can_be_said(got, said, hit):
    assert predicted(got, said) is hit


def test_what_was_missed_is_due_tomorrow_and_what_was_right_makes_no_card(desk):
    said = [MISS, Prediction("add(2, 3)", "5", hit=True)]
    assert keep(desk, "exercise1", said, NOW) == 1
    bank = QuestionBank(desk, date(2026, 11, 3))
    assert list(bank.memories) == [("run:exercise1", "example-3")]
    assert bank.memories["run:exercise1", "example-3"].due == date(2026, 11, 3)
    question = bank.question(("run:exercise1", "example-3"))
    assert (question.code, question.answer) == ("half(3)", "1.5")
    assert bank.topic(("run:exercise1", "example-3")) == "adding"


def test_a_hit_answers_the_card_that_there_is(desk):
    keep(desk, "exercise1", [MISS], NOW)
    assert keep(desk, "exercise1", [Prediction("half(3)", "1.5", hit=True)], NOW) == 0
    answers = desk.progress.answers("run:exercise1")
    assert [(one.correct, one.mode) for one in answers] == [(False, "review"), (True, "review")]


def test_what_is_long_to_type_and_what_has_gone_is_no_card(desk, course):
    assert keep(desk, "exercise1", [Prediction("gone(1)", "1", hit=False)], NOW) == 0
    assert desk.progress.answers_all() == []
    yaml = course / "exercises/exercise1/exercise.yaml"
    yaml.write_text(yaml.read_text().replace('expect: "1.5"', f'expect: "{"1.5 " * 30}"'))
    assert [one.id for one in quiz_of_examples(desk.course, "run:exercise1").questions] == ["example-1", "example-2"]
    assert keep(desk, "exercise1", [MISS], NOW) == 0


@pytest.mark.parametrize("name", ["exercise1", "run:nosuch", "words", "/tmp/run:exercise1"])
def test_other_names_are_no_cards_of_examples(desk, name):
    assert quiz_of_examples(desk.course, name) is None


def test_without_a_folder_nothing_is_kept(visitor):
    assert keep(visitor, "exercise1", [MISS], NOW) == 0
