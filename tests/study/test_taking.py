"""Taking a quiz without a terminal: begun, stopped, gone on with, summed up."""

from datetime import UTC, datetime, timedelta

import pytest

from dlquiz.quiz import sitting as steps
from dlquiz.study.ending import ending
from dlquiz.study.taking import Wishes, open_sitting
from tests.study.test_advice import report

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}
WRONG = {"gap": "Underfitting", "pass": "true", "steps": "15"}


@pytest.fixture
def quiz(desk):
    return desk.course.quiz("words")


def opened(desk, quiz, now=NOW, **wishes):
    return open_sitting(desk, "words", quiz, Wishes(**wishes), now)


def answer_all(asking, wrong=()):
    while (task := asking.task(NOW)) is not None:
        asking.hear((WRONG if task.asked.id in wrong else RIGHT)[task.asked.id], NOW)


def test_a_sitting_goes_on_where_it_stopped(desk, quiz, told):
    first = opened(desk, quiz, seed=4)
    assert not first.resumed
    first.asking.hear(RIGHT[first.asking.task(NOW).asked.id], NOW)
    second = opened(desk, quiz)
    assert second.resumed
    assert second.asking.sitting == first.asking.sitting
    assert told == []


@pytest.mark.parametrize("wishes", [{"new": True}, {"seed": 5}, {"exam": True}])
def test_who_wishes_something_else_begins_anew_and_is_told(desk, quiz, told, wishes):
    opened(desk, quiz, seed=4)
    second = opened(desk, quiz, **wishes)
    assert not second.resumed
    assert told == ["The quiz that you had begun is put aside; a new one begins."]
    assert opened(desk, quiz).asking.sitting == second.asking.sitting


def test_an_exam_that_was_begun_goes_on_as_an_exam_until_its_own_end(desk, quiz):
    first = opened(desk, quiz, exam=True, minutes=10)
    later = opened(desk, quiz, NOW + timedelta(minutes=4))
    assert later.asking.sitting.exam
    assert later.asking.sitting.ends_at == first.asking.sitting.ends_at == NOW + timedelta(minutes=10)


def test_a_place_that_cannot_be_read_is_told_and_put_aside(desk, quiz, told):
    desk.progress.save_sitting("s", "words", "{}")
    assert not opened(desk, quiz).resumed
    assert told[0] == "The stored place in this quiz cannot be read."
    assert "put aside" in told[1]


def test_a_quiz_that_is_put_aside_is_not_finished(desk, quiz, told):
    opened(desk, quiz)
    opened(desk, quiz, new=True)
    assert "put aside" in told[-1]
    assert desk.progress.finished_sittings() == []
    assert desk.progress.open_sitting("words")


def test_a_question_that_was_changed_meanwhile_is_left_out_and_told(desk, quiz, told, course):
    opened(desk, quiz)
    path = course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("64 images", "72 images").replace("answer: 16", "answer: 18"))
    again = opened(desk, desk.course.quiz("words"))
    assert again.asking.sitting.length == 2
    assert told == ["Question “steps” was changed since you started, so it is left out."]


def test_the_end_sums_up_and_a_closed_sitting_is_over(desk, quiz):
    asking = opened(desk, quiz).asking
    answer_all(asking, wrong=["gap"])
    found = ending(desk, asking)
    assert (found.score.right, found.score.answered, found.score.earned) == (2, 3, 2)
    assert found.again == (("overfitting", 1),)
    assert not found.all_right
    assert found.results == ()
    assert opened(desk, quiz).resumed  # killed before the end was seen: it is shown again
    asking.log.close()
    assert not opened(desk, quiz).resumed
    assert [name for name, _ in desk.progress.finished_sittings()] == ["words"]


def test_the_lesson_that_the_questions_need_is_named_if_it_explains_half_of_the_wrong_ones(desk, course):
    with_lessons(course, {"pass": "exercise2", "gap": "exercise2"})
    (course / "exercises/exercise2/README.md").write_text("# Lesson\n\nAn **Epoch** is a pass.\n")
    (course / "exercises/exercise1/README.md").write_text("# Lesson\n\nEpoch, gap, learning rate: every word.\n")
    quiz = desk.course.quiz("words")
    met = {"exam": True}  # the lesson of the second exercise has not come yet
    asking = opened(desk, quiz, **met).asking
    answer_all(asking)
    assert ending(desk, asking).lesson == ""
    for wrong, lesson in ((["pass"], "exercise2"), (["gap"], ""), (["pass", "gap"], "exercise2"), (["steps"], "")):
        asking = opened(desk, quiz, new=True, **met).asking
        answer_all(asking, wrong=wrong)
        assert ending(desk, asking).lesson == lesson


def test_an_exam_ends_with_every_question_its_answer_and_its_mark(desk, quiz):
    asking = opened(desk, quiz, exam=True, seed=1).asking
    first = asking.task(NOW).asked.id
    asking.hear(WRONG[first], NOW)
    results = ending(desk, asking).results
    assert [one.question.id for one in results] == [slot.question_id for slot in asking.sitting.slots]
    assert not results[0].mark.correct
    assert (results[1].answer, results[1].mark) == (None, None)
    assert all(one.right_answer for one in results)
    assert ending(desk, asking).score.answered == 3


def test_a_changed_question_of_an_exam_has_no_result_to_show(desk, quiz, course):
    asking = opened(desk, quiz, exam=True).asking
    answer_all(asking)
    path = course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("answer: 16", "answer: 17"))
    asking.quiz = desk.course.quiz("words")
    assert [one.question for one in ending(desk, asking).results].count(None) == 1


def test_without_a_workspace_everything_works_and_nothing_is_stored(visitor, tmp_path):
    quiz = visitor.course.quiz("words")
    asking = opened(visitor, quiz).asking
    answer_all(asking)
    assert ending(visitor, asking).all_right
    asking.log.close()
    assert not opened(visitor, quiz).resumed
    assert not (tmp_path / "work").exists()


def test_a_seed_that_nobody_chose_is_in_the_sitting(desk, quiz):
    sitting = opened(desk, quiz).asking.sitting
    assert steps.begin("words", quiz, sitting.seed) == sitting


def with_lessons(course, lessons):
    """Let questions need lessons; returns the quiz."""
    path = course / "quizzes/words.yaml"
    text = path.read_text()
    for name, lesson in lessons.items():
        text = text.replace(f"    id: {name}\n", f"    id: {name}\n    lesson: {lesson}\n")
    path.write_text(text)


def asked(opened_sitting):
    return {slot.question_id for slot in opened_sitting.asking.sitting.slots}


def test_a_sitting_asks_only_what_has_been_met(desk, course):
    with_lessons(course, {"steps": "exercise2"})
    quiz = desk.course.quiz("words")
    assert asked(opened(desk, quiz)) == {"gap", "pass"}
    # An exam and a chosen seed ask everybody the same.
    assert asked(opened(desk, quiz, new=True, seed=1)) == {"gap", "pass", "steps"}
    assert asked(opened(desk, quiz, new=True, exam=True)) == {"gap", "pass", "steps"}
    desk.progress.record_report(report("exercise1", 4))
    assert asked(opened(desk, quiz, new=True)) == {"gap", "pass", "steps"}


def test_a_quiz_of_a_later_lesson_alone_is_asked_and_says_so(desk, course, told):
    with_lessons(course, dict.fromkeys(RIGHT, "exercise2"))
    assert asked(opened(desk, desk.course.quiz("words"))) == set(RIGHT)
    assert told == ["These questions belong to lessons that come later in the course, such as that of exercise2."]


def test_who_asks_for_a_quiz_has_met_its_own_lesson(desk, course, told):
    path = course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("title: Words\n", "title: Words\nlesson: exercise2\n"))
    assert asked(opened(desk, desk.course.quiz("words"))) == set(RIGHT)
    assert told == []


TWINS = """format_version: 1
title: Twins
draw: 1
questions:
  - {kind: truefalse, id: twin, stem: So it is., answer: true, explain: Because., source: A book, same_as: [words/gap]}
  - {kind: truefalse, id: other, stem: So it was., answer: true, explain: Because., source: A book}
"""


def test_a_fact_that_was_asked_today_is_not_asked_again_in_another_quiz(desk):
    (desk.course.root / "quizzes/twins.yaml").write_text(TWINS)
    twins = desk.course.quiz("twins")
    for _ in range(8):
        desk.progress.record_answer("s", "twins", "other", "true", True, 1.0, NOW - timedelta(days=3))
        fresh = open_sitting(desk, "twins", twins, Wishes(new=True), NOW)
        assert [slot.question_id for slot in fresh.asking.sitting.slots] == ["twin"], "the unseen one comes first"
    desk.progress.record_answer("s", "words", "gap", '"x"', True, 1.0, NOW)
    fresh = open_sitting(desk, "twins", twins, Wishes(new=True), NOW)
    assert [slot.question_id for slot in fresh.asking.sitting.slots] == ["other"]
    later = open_sitting(desk, "twins", twins, Wishes(new=True), NOW + timedelta(days=1))
    assert [slot.question_id for slot in later.asking.sitting.slots] == ["twin"]
