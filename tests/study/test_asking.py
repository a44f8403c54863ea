"""A sitting without a terminal: lines and answers in, tasks and marks out, everything stored."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from dlquiz.content.course import load_quiz
from dlquiz.errors import StoreError
from dlquiz.model.answer_log import Mode
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.marking import right_answer_value
from dlquiz.quiz.sitting import Sitting
from dlquiz.study.asking import AnswerLog, Asking, Hint, Incomplete, Marked, Signal, Task
from dlquiz.study.desk import ignore
from dlquiz.study.store import Progress
from tests.cli.conftest import WORDS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(WORDS)
    return load_quiz(path)


@pytest.fixture
def store(tmp_path):
    with Progress(tmp_path / "progress.sqlite3") as store:
        yield store


def begin(quiz, store=None, *, tell=ignore, **settings):
    sitting = steps.begin("words", quiz, 1, **settings)
    mode = Mode.EXAM if sitting.exam else Mode.QUIZ
    return Asking(quiz, sitting, AnswerLog("s", store, mode, tell))


def at(asking, question_id):
    """Answer rightly until a question is asked."""
    while (task := asking.task(NOW)).asked.id != question_id:
        asking.hear(RIGHT[task.asked.id], NOW)
    return task


def test_questions_come_one_after_another_with_their_numbers_and_without_their_answers(quiz):
    asking = begin(quiz)
    seen = []
    while (task := asking.task(NOW)) is not None:
        seen.append((task.asked.id, task.number, task.total))
        assert asking.hear(RIGHT[task.asked.id], NOW).mark.correct
    assert [number for _, number, _ in seen] == [1, 2, 3]
    assert {name for name, _, _ in seen} == set(RIGHT)
    assert asking.sitting.done
    with pytest.raises(ValueError, match="every question"):
        asking.hear("16", NOW)


def test_an_answer_is_stored_when_its_mark_comes_back(quiz, store):
    asking = begin(quiz, store)
    task = at(asking, "steps")
    reply = asking.hear("15", NOW)
    assert isinstance(reply, Marked)
    assert (reply.mark.correct, reply.right_answer, reply.question.explain) == (False, "16", "64 / 4 is 16.")
    stored = store.answers("words")[-1]
    assert (stored.question_id, stored.correct, json.loads(stored.answer_json)) == (task.asked.id, False, "15")
    assert (stored.mode, stored.answered_at, stored.sure) == ("quiz", NOW, None)
    assert steps.from_json(store.open_sitting("words")[1]) == asking.sitting


def test_a_page_answers_with_values_and_a_terminal_with_lines_to_the_same_effect(quiz):
    typed, chosen = begin(quiz), begin(quiz)
    at(typed, "gap")
    task = at(chosen, "gap")
    label = next(label for label, text in task.options.items() if text == "Overfitting")
    assert typed.hear(label, NOW).mark == chosen.answer("Overfitting", NOW).mark
    assert typed.sitting == chosen.sitting


def test_hints_come_one_by_one_and_begin_anew_with_each_question(quiz):
    asking = begin(quiz)
    at(asking, "gap")
    assert asking.hear("?", NOW) == Hint(("Look at the gap.",), 0)
    assert asking.hear(" ? ", NOW) == Hint(("Look at the gap.",), 1)
    asking.hear("Overfitting", NOW)
    if asking.task(NOW):
        assert asking.hear("?", NOW) == Hint((), 0)


def test_what_cannot_be_read_leaves_the_question_open_and_stores_nothing(quiz, store):
    asking = begin(quiz, store)
    task = at(asking, "gap")
    before = len(store.answers("words"))
    reply = asking.hear("Overfiting", NOW)
    assert isinstance(reply, Marked)
    assert reply.mark.unclear
    assert reply.options == task.options
    assert asking.hear("  ", NOW) is Signal.EMPTY
    assert asking.hear("Q", NOW) is Signal.STOP
    assert asking.task(NOW) == task
    assert len(store.answers("words")) == before


def test_a_sign_says_how_sure_somebody_is_and_so_does_a_later_word(quiz, store):
    asking = begin(quiz, store)
    at(asking, "steps")
    assert asking.hear("16 !", NOW).sure is True
    assert store.answers("words")[-1].sure is True
    asking.be_sure(False, NOW)
    assert store.answers("words")[-1].sure is False
    assert asking.sitting.given[-1].sure is False


def test_without_signs_a_sign_is_a_part_of_the_answer(quiz):
    asking = Asking(quiz, steps.begin("words", quiz, 1), AnswerLog("s", None, Mode.QUIZ, ignore), signs=False)
    at(asking, "steps")
    assert asking.hear("16 !", NOW).mark.unclear


def test_an_exam_gives_no_hints_and_ends_when_its_time_is_up(quiz, store):
    asking = begin(quiz, store, exam=True, ends_at=NOW + timedelta(minutes=5))
    assert asking.task(NOW + timedelta(minutes=2)).time_left == timedelta(minutes=3)
    assert asking.hear("?", NOW) is Signal.NO_HINTS
    late = NOW + timedelta(minutes=6)
    assert asking.hear("16", late) is Signal.TOO_LATE
    assert asking.answer("16", late) is Signal.TOO_LATE
    assert store.answers("words") == []


def test_a_store_that_fails_is_told_and_the_quiz_goes_on(quiz):
    class Full:
        def record_answer(self, *_, **__):
            raise StoreError("The disk is full.", next_step="Make room.")

    told = []
    asking = begin(quiz, Full(), tell=told.append)
    at(asking, "steps")
    told.clear()
    assert asking.hear("16", NOW).mark.correct
    assert told == ["Warning: The disk is full. Make room."]


def test_a_question_of_a_review_shows_its_own_place_and_stores_no_sitting(quiz, store):
    sitting = steps.Sitting("words", 1, (steps.slot_for(quiz.question("steps"), 1),))
    log = AnswerLog("r", store, Mode.REVIEW, ignore, resumes=False)
    asking = Asking(quiz, sitting, log, place=(3, 7))
    task = asking.task(NOW)
    assert isinstance(task, Task)
    assert (task.number, task.total) == (3, 7)
    asking.hear("16", NOW)
    assert asking.task(NOW) is None
    assert store.answers("words")[0].mode == "review"
    assert store.open_sitting("words") is None


# --- incomplete answers, and the ways of an exam ------------------------------------------


COMMON = {"explain": "e", "source": "s"}
PARTS = Quiz.model_validate(
    {
        "format_version": 1,
        "title": "Parts",
        "questions": [
            {"kind": "match", "id": "m", "stem": "?", "pairs": {"one": "1st", "two": "2nd"}, **COMMON},
            {"kind": "cloze", "id": "c", "stem": "[[mini-batch]] and [[epoch]]", **COMMON},
            {"kind": "categorise", "id": "g", "stem": "?", "groups": {"a": ["x"], "b": ["y"]}, **COMMON},
        ],
    }
)


def asking_one(question_id, **more):
    question = steps.find(PARTS, question_id)
    sitting = Sitting("parts", 1, (steps.slot_for(question, 1),), **more)
    return Asking(PARTS, sitting, AnswerLog("s", None, Mode.QUIZ, print))


@pytest.mark.parametrize(
    ("question_id", "less", "missing"),
    [
        ("m", {"one": "1st"}, ("two",)),
        ("g", {"y": "b"}, ("x",)),
        ("c", ("", "epoch"), ("blank 1",)),
    ],
)
@pytest.mark.parametrize("exam", [False, True])
def test_an_incomplete_answer_is_asked_again_and_counts_when_it_is_repeated(question_id, less, missing, exam):
    asking = asking_one(question_id, exam=exam)
    assert asking.answer(less, NOW) == Incomplete(missing=missing)
    assert asking.sitting.given == ()
    reply = asking.answer(less, NOW)
    assert isinstance(reply, Marked)
    assert reply.mark.score == 0.5
    asking = asking_one(question_id, exam=exam)
    asking.answer(less, NOW)
    whole = right_answer_value(steps.find(PARTS, question_id))
    assert asking.answer(whole, NOW).mark.correct


def test_words_that_only_spaces_part_are_told_as_they_were_read():
    asking = asking_one("c")
    assert asking.hear("mini batch", NOW) == Incomplete(read=("mini", "batch"))
    assert asking.hear("mini batch; epoch", NOW).mark.correct
    asking = asking_one("c")
    asking.hear("minibatch epoch", NOW)
    assert asking.hear("minibatch epoch", NOW).mark.correct


@pytest.fixture
def exam(quiz, store):
    sitting = steps.begin("words", quiz, 1, exam=True)
    return Asking(quiz, sitting, AnswerLog("s1", store, Mode.EXAM, print))


def here(asking):
    task = asking.task(NOW)
    return None if task is None else task.number


def right(asking):
    asking.answer(right_answer_value(steps.current(asking.sitting, asking.quiz)[1]), NOW)


def test_a_question_of_an_exam_can_be_left_for_later(exam, quiz, store):
    assert exam.hear(">", NOW) is Signal.MOVED
    assert here(exam) == 2
    right(exam)
    assert here(exam) == 3
    _, state = store.open_sitting("words")
    assert steps.from_json(state) == exam.sitting
    right(exam)
    assert here(exam) == 1
    assert exam.hear(">", NOW) is Signal.NOWHERE
    right(exam)
    assert exam.task(NOW) is None
    assert steps.score(exam.sitting, quiz).right == 3


def test_an_answer_of_an_exam_can_be_changed_until_the_end(exam, quiz, store):
    first = steps.current(exam.sitting, quiz)[1]
    right(exam)
    assert exam.hear("<", NOW) is Signal.MOVED
    assert (here(exam), exam.task(NOW).earlier) == (1, right_answer_value(first))
    right(exam)
    assert here(exam) == 2
    right(exam)
    right(exam)
    assert here(exam) is None
    for wrong in ("#0", "#4", "#9999"):
        assert exam.hear(wrong, NOW) is Signal.NOWHERE
    assert exam.hear("# 3", NOW) is Signal.MOVED
    assert here(exam) == 3
    assert exam.hear(">", NOW) is Signal.MOVED  # everything is answered: to the end
    assert here(exam) is None
    assert len(store.answers("words")) == len(exam.sitting.given) == 3
    assert exam.hear("#END", NOW) is Signal.HAND_IN


def test_the_ways_of_an_exam_are_answers_elsewhere(quiz):
    asking = Asking(quiz, steps.begin("words", quiz, 1), AnswerLog("s", None, Mode.QUIZ, print))
    for line in ("<", ">", "#2", "#end"):
        assert isinstance(asking.hear(line, NOW), Marked)


def test_an_answer_that_is_taken_back_is_forgotten(exam, store):
    right(exam)
    exam.take_back()
    assert (here(exam), exam.sitting.given, store.answers("words")) == (1, (), [])
    right(exam)
    assert here(exam) == 2
