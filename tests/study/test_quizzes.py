"""Which quizzes there are, how well they went, which comes next."""

from datetime import UTC, datetime

import pytest

from dlquiz.errors import UnknownName, UsageError
from dlquiz.study.advice import Do, Why, along_the_path
from dlquiz.study.quizzes import done_quizzes, find_quiz, finished_quizzes, next_quiz, quiz_rows
from dlquiz.study.taking import Wishes, open_sitting
from tests.study.test_store import report

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}


def take(desk, *, answers, wrong=(), mode_exam=False):
    asking = open_sitting(desk, "words", desk.course.quiz("words"), Wishes(new=True, exam=mode_exam), NOW).asking
    for _ in range(answers):
        name = asking.task(NOW).asked.id
        asking.answer(
            {"gap": "Underfitting", "pass": "true", "steps": "15"}[name] if name in wrong else RIGHT[name], NOW
        )
    if asking.sitting.done:
        asking.log.close()


def test_the_best_share_is_that_of_a_whole_sitting_or_exam(desk):
    take(desk, answers=2)
    assert quiz_rows(desk)[0][0].best is None
    take(desk, answers=3, wrong=["gap", "pass"])
    take(desk, answers=3, wrong=["gap"], mode_exam=True)
    (row,), broken = quiz_rows(desk)
    assert (row.best, row.started, row.questions, broken) == (pytest.approx(2 / 3), False, 3, None)


def test_single_answers_of_reviews_make_no_sitting(desk):
    for name in RIGHT:
        desk.progress.record_answer("r", "words", name, '"x"', True, 1.0, NOW, mode="review")
    assert quiz_rows(desk)[0][0].best is None


def test_a_quiz_is_done_at_four_fifths_or_when_each_question_was_right_once(desk):
    take(desk, answers=2, wrong=RIGHT)
    assert (done_quizzes(desk), finished_quizzes(desk)) == (frozenset(), {})
    take(desk, answers=3, wrong=["gap"])
    assert done_quizzes(desk) == frozenset()
    assert finished_quizzes(desk) == {"words": pytest.approx(2 / 3)}
    take(desk, answers=3, wrong=["pass", "steps"])
    assert finished_quizzes(desk) == {"words": pytest.approx(2 / 3)}
    assert done_quizzes(desk) == {"words"}


def test_a_whole_sitting_without_a_mistake_is_done(desk):
    take(desk, answers=3)
    assert (done_quizzes(desk), finished_quizzes(desk)) == ({"words"}, {"words": 1})


def test_what_an_exam_left_open_is_not_right(desk):
    take(desk, answers=2, mode_exam=True)
    ((sitting_id, _),) = [desk.progress.open_sitting("words")]
    desk.progress.close_sitting(sitting_id)
    assert finished_quizzes(desk) == {"words": pytest.approx(2 / 3)}


def test_next_says_of_a_quiz_how_far_it_is_from_done(desk):
    take(desk, answers=3, wrong=["gap"])
    advice = along_the_path(desk)
    while advice.do is not Do.QUIZ:
        desk.progress.record_report(report(4, 4, exercise=advice.subject))
        advice = along_the_path(desk)
    assert (advice.why, advice.subject, advice.possible) == (Why.BELOW, "words", 0.8)
    assert advice.earned == pytest.approx(2 / 3)


def test_a_broken_quiz_hides_no_other(desk, course):
    (course / "quizzes/broken.yaml").write_text("title: nothing\n")
    rows, broken = quiz_rows(desk)
    assert [row.id for row in rows] == ["words"]
    assert broken is not None


def test_the_begun_quiz_comes_first_then_the_first_unfinished_one(desk, course):
    (course / "quizzes/another.yaml").write_text((course / "quizzes/words.yaml").read_text())
    assert next_quiz(desk) == "words"
    desk.progress.save_sitting("a", "another", "{}")
    assert next_quiz(desk) == "another"
    desk.progress.close_sitting("a")
    assert next_quiz(desk) == "words"
    take(desk, answers=3)
    assert next_quiz(desk) is None


def test_without_a_store_nothing_is_next(visitor):
    assert next_quiz(visitor) is None
    assert quiz_rows(visitor)[0][0].best is None


def test_a_quiz_is_named_by_its_id_or_its_file(desk, course, tmp_path):
    path = course / "quizzes/words.yaml"
    assert find_quiz(desk, "words") == ("words", path)
    assert find_quiz(desk, str(path)) == (str(path), path)
    with pytest.raises(UnknownName):
        find_quiz(desk, "wrods")
    with pytest.raises(UsageError):
        find_quiz(desk, str(tmp_path / "gone.yaml"))
