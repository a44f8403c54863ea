"""Exams, being sure, and fresh variants: the pure steps of a sitting."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.errors import StoreError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.marking import right_answer_value

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMON = {"explain": "Because.", "source": "A book"}
QUIZ = Quiz.model_validate(
    {
        "format_version": 1,
        "title": "Six",
        "questions": [
            {**COMMON, "kind": "choice", "id": "c", "stem": "?", "right": "epoch", "wrong": {"really ?": "No."}},
            {**COMMON, "kind": "short", "id": "s", "stem": "?", "accept": ["overfitting"], "typos": 2, "points": 3},
            {**COMMON, "kind": "output", "id": "o", "stem": "?", "code": "print('Done !')", "answer": "Done !"},
            {**COMMON, "kind": "match", "id": "m", "stem": "?", "pairs": {"a1": "x", "b1": "y"}, "tags": ["pairs"]},
            {**COMMON, "kind": "order", "id": "r", "stem": "?", "items": ["one", "two", "three"]},
            {
                **COMMON,
                "kind": "numeric",
                "id": "n",
                "stem": "{{k}} times 2?",
                "params": {"k": [1, 2, 3]},
                "answer": "2 * k",
            },
        ],
    }
)


def exam(seed=1, minutes=10):
    ends = NOON + timedelta(minutes=minutes) if minutes else None
    return steps.begin("six", QUIZ, seed, exam=True, ends_at=ends)


def all_right(sitting):
    while (here := steps.current(sitting, QUIZ)) is not None:
        sitting, mark = steps.answer(sitting, QUIZ, right_answer_value(here[1]), sure=True, now=NOON)
        assert mark.correct
    return sitting


def slot_of(question_id, seed=1):
    return next(slot for slot in steps.begin("six", QUIZ, seed).slots if slot.question_id == question_id)


def test_the_time_of_an_exam_runs_out():
    sitting = exam()
    assert sitting.time_left(NOON + timedelta(minutes=4)) == timedelta(minutes=6)
    assert not sitting.is_over(NOON + timedelta(minutes=10))
    late = NOON + timedelta(minutes=10, microseconds=1)
    assert sitting.is_over(late)
    assert sitting.time_left(late) == timedelta()
    with pytest.raises(ValueError, match="time is up"):
        steps.answer(sitting, QUIZ, "epoch", now=late)
    endless = exam(minutes=0)
    assert endless.time_left(late) is None
    assert not endless.is_over(late)


def test_an_open_question_of_an_exam_counts_as_not_right():
    sitting = exam()
    (_, first) = steps.current(sitting, QUIZ)
    sitting, _ = steps.answer(sitting, QUIZ, right_answer_value(first), now=NOON)
    score = steps.score(sitting, QUIZ)
    assert (score.earned, score.possible) == (first.points, 8)
    assert (score.right, score.answered) == (1, 6)
    assert len(steps.wrong_ids(sitting)) == 5
    ordinary = steps.begin("six", QUIZ, 1)
    assert (steps.score(ordinary, QUIZ).answered, steps.wrong_ids(ordinary)) == (0, ())


def test_at_the_end_every_answer_is_marked_as_it_was():
    sitting = all_right(exam())
    for slot in sitting.slots:
        question, given_answer, mark = steps.result_of(sitting, QUIZ, slot)
        assert question.id == slot.question_id
        assert mark.correct
        assert (given_answer.correct, given_answer.sure) == (True, True)
    question, nothing, mark = steps.result_of(exam(), QUIZ, exam().slots[0])
    assert (nothing, mark) == (None, None)


@given(st.integers(0, 30), st.integers(0, 6), st.booleans())
def test_an_exam_that_is_written_and_read_back_is_the_same(seed, answered, limited):
    sitting = exam(seed, minutes=10 if limited else 0)
    for sure in (True, False, None, None, True, False)[:answered]:
        (_, question) = steps.current(sitting, QUIZ)
        value = right_answer_value(question)
        sitting, _ = steps.answer(sitting, QUIZ, list(value) if isinstance(value, tuple) else value, sure=sure)
    assert steps.from_json(steps.to_json(sitting)) == sitting


def test_a_sitting_of_an_older_dlquiz_is_read():
    sitting = all_right(exam(minutes=0))
    data = json.loads(steps.to_json(sitting))
    del data["exam"], data["ends_at"]
    for entry in data["given"]:
        del entry["answer"], entry["sure"]
    back = steps.from_json(json.dumps(data))
    assert not back.exam
    assert steps.score(back) == steps.score(sitting)
    _, given_answer, mark = steps.result_of(back, QUIZ, back.slots[0])
    assert given_answer.answer is mark is None


@pytest.mark.parametrize("ends", ["soon", "2026-03-01T12:00:00", 7])
def test_an_end_that_is_no_time_with_its_zone_is_refused(ends):
    data = json.loads(steps.to_json(exam()))
    with pytest.raises(StoreError):
        steps.from_json(json.dumps({**data, "ends_at": ends}))


def test_being_sure_can_be_said_after_the_answer():
    sitting, _ = steps.answer(exam(), QUIZ, right_answer_value(steps.current(exam(), QUIZ)[1]))
    assert steps.be_sure(sitting, False).given[-1].sure is False
    assert sitting.given[-1].sure is None


@pytest.mark.parametrize(
    ("question", "line", "expected"),
    [
        ("c", "epoch !", ("epoch", True)),
        ("c", "epoch ?", ("epoch", False)),
        ("c", "1  !", ("1", True)),
        ("c", "really ?", ("really ?", None)),  # an option's own text
        ("c", "really ? !", ("really ?", True)),
        ("c", "epoch!", ("epoch!", None)),  # no token of its own
        ("c", "!", ("!", None)),
        ("s", "overfitting !", ("overfitting", True)),  # not a typo of the word
        ("s", "overfiting ?", ("overfiting", False)),
        ("s", "bias ? no", ("bias ? no", None)),
        ("o", "Done !", ("Done !", None)),  # what the program prints
        ("o", "Done ! !", ("Done !", True)),
        ("o", "Gone ?", ("Gone", False)),
        ("m", "a1 b2 !", ("a1 b2", True)),
        ("r", "1 2 3 ?", ("1 2 3", False)),
        ("n", "4 !", ("4", True)),
    ],
)
def test_a_sign_at_the_end_says_how_sure_and_is_never_taken_from_the_answer(question, line, expected):
    assert steps.said_sure(QUIZ, slot_of(question), line) == expected


@given(st.integers(0, 200), st.integers(0, 2))
def test_a_fresh_variant_is_another_one(seed, last):
    question = steps.find(QUIZ, "n")
    assert steps.slot_for(question, seed, other_than=last).variant in {0, 1, 2} - {last}
    assert steps.drawn_variant(steps.find(QUIZ, "c"), seed) is None


def test_every_variant_is_drawn_by_some_seed():
    question = steps.find(QUIZ, "n")
    assert {steps.drawn_variant(question, seed) for seed in range(60)} == {0, 1, 2}
