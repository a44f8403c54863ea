"""The course's own questions: what readers found in them stays mended."""

from functools import cache
from pathlib import Path

import pytest

from dlquiz.content.course import load_course, load_quiz
from dlquiz.model.expression import evaluate
from dlquiz.model.params import assignments, right_by_mistake, template
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.drawing import drawn
from dlquiz.quiz.glossary import tag_of
from dlquiz.quiz.lint.rule import QuizFile, QuizSet
from dlquiz.quiz.lint.run import lint
from dlquiz.quiz.siblings import siblings

QUIZZES = Path(__file__).parents[2] / "quizzes"


@cache
def quizzes() -> dict[str, Quiz]:
    return {path.stem: load_quiz(path) for path in sorted(QUIZZES.glob("*.yaml"))}


def named(question_id: str) -> tuple[Quiz, Question]:
    return next((quiz, one) for quiz in quizzes().values() for one in quiz.questions if one.id == question_id)


def test_no_foreseen_mistake_is_right_in_any_variant():
    found = {one.id: right_by_mistake(one) for quiz in quizzes().values() for one in quiz.questions if one.params}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    ("question", "mistake"),
    [
        ("ql-update", "q + alpha * (1 + 0.9 * w - q)"),  # the last of the row taken for the largest
        ("sp-minimax-value", "min(c, d)"),  # "the smaller number of the second move"
        ("hi-doubling", "2 * 12 * years / months"),
        ("pt-drop-last", "n / b"),
    ],
)
def test_a_short_cut_does_not_give_the_answer(question, mistake):
    _, asked = named(question)
    answer = template(asked)["answer"]
    same = [evaluate(answer, values) == evaluate(mistake, values) for values in assignments(asked.params)]
    assert sum(same) <= len(same) / 2


@pytest.mark.parametrize(
    ("question", "home"),
    [
        ("my-indentation", "first-words"),  # what a program is that learns, read in Python
        ("my-countdown", "first-words"),
        ("un-what-is-a-label", "first-words"),
        ("nw-neuron-analogy", "network-words"),
        ("nw-dense-neighbours", "network-words"),
        ("bp-ten-layers", "backprop-words"),
        ("tw-batch-words", "training-words"),
        ("gn-table-words", "generalisation-words"),
        ("ql-game-words", "q-learning-words"),
    ],
)
def test_a_question_stands_in_the_quiz_of_its_subject(question, home):
    assert question in {one.id for one in quizzes()[home].questions}


def test_every_term_has_one_tag():
    used = {tag for quiz in quizzes().values() for one in quiz.questions for tag in one.tags}
    assert {tag for tag in used if tag_of(tag) != tag} == set()


@pytest.mark.parametrize(
    "same",
    [
        {"cnn-words/cn-name", "myths/my-cnn-letters"},
        {"training-words/tw-epoch-meaning", "optimiser-words/op-epoch-update", "myths/my-epochs-argument"},
        {"first-words/fw-match-sets", "generalisation-words/gn-sets-school", "myths/my-three-sets"},
        {"pytorch-words/pt-begun-where", "history/hi-framework-origin", "myths/my-fact-or-opinion"},
        {"network-words/nw-linear-collapse", "myths/my-collapse", "myths/my-massive-matrix"},
    ],
    ids=min,
)
def test_questions_about_one_fact_know_each_other(same):
    known = siblings(quizzes())
    assert all(same - {one} <= known[one] for one in same)


def test_at_least_thirty_groups_of_questions_know_each_other():
    known = siblings(quizzes())
    groups = {frozenset({one, *others}) for one, others in known.items()}
    assert len(groups) >= 30
    assert sum(map(len, groups)) >= 65


@pytest.mark.parametrize(
    ("question", "wanted", "refused"),
    [("ql-needs-model", "1.3", "1.4"), ("ap-fields", "1.2.4", "Berner"), ("tx-pipeline", "9.2", "16.1")],
)
def test_a_source_says_what_the_question_says(question, wanted, refused):
    _, asked = named(question)
    assert wanted in asked.source
    assert refused not in asked.source


def test_no_rule_finds_anything_in_the_quizzes_of_the_course():
    files = tuple(QuizFile(f"{name}.yaml", quiz) for name, quiz in quizzes().items())
    assert [(one.rule.id, one.hit.question) for one in lint(QuizSet(files, whole=True))] == []


def test_every_quiz_hangs_on_an_exercise_and_needs_lessons_that_there_are():
    course = load_course(QUIZZES.parent)
    order = course.exercise_ids()
    home = {quiz: exercise for exercise in order for quiz in course.exercise(exercise).quizzes}
    assert set(home) == set(quizzes())
    for name, quiz in quizzes().items():
        lessons = {lesson for one in quiz.questions if (lesson := quiz.lesson_of(one))}
        assert lessons <= set(order), name
        # Who has come to the exercise has met enough for a whole sitting.
        met = {"", *order[: order.index(home[name]) + 1]}
        assert sum((quiz.lesson_of(one) or "") in met for one in quiz.questions) >= (
            quiz.draw or len(quiz.questions)
        ), name


COMES_LATER = {
    "data-leakage": 6, "test-set": 4, "validation-set": 6, "overfitting": 6, "underfitting": 6, "standardisation": 6,
    "stratified-split": 6, "data-augmentation": 11, "unsupervised-learning": 5, "reinforcement-learning": 5,
    "tensor": 7, "gpu": 7, "automatic-differentiation": 7, "convolution": 9, "mse": 5, "universal-approximation": 4,
}  # fmt: skip
"""The exercise before which no lesson has the word."""


@pytest.mark.parametrize("quiz_id", ["first-words", "network-words", "backprop-words", "training-words"])
def test_a_sitting_after_the_quizs_own_lesson_is_full_and_asks_no_word_that_comes_later(quiz_id):
    quiz = quizzes()[quiz_id]
    own = int(quiz.lesson.removeprefix("exercise"))
    met = frozenset(f"exercise{number}" for number in range(1, own + 1))
    asked = {question.id: question for seed in range(100) for question in drawn(quiz, seed, met=met)}
    assert all(len(drawn(quiz, seed, met=met)) == quiz.draw for seed in range(100))
    early = [f"{one.id}: {tag}" for one in asked.values() for tag in one.tags if COMES_LATER.get(tag, 0) > own]
    assert early == []
