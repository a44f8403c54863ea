"""The course's own questions: what readers found in them stays mended."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from dlquiz.content.course import load_course, load_quiz
from dlquiz.model.expression import evaluate
from dlquiz.model.params import assignments, right_by_mistake, template, variants
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


ONE_NUMBER = {"pt-drop-last", "rw-bn-value", "sp-minimax-value"}
"""Questions of which some variant cannot tell two foreseen mistakes apart; the first reason is shown."""


def test_two_foreseen_mistakes_give_one_number_in_no_other_question():
    found = {
        one.id
        for quiz in quizzes().values()
        for one in quiz.questions
        if one.params and (near := template(one).get("near"))
        for values in assignments(one.params)
        if len({evaluate(mistake, values) for mistake in near}) < len(near)
    }
    assert found == ONE_NUMBER


def test_nobody_guesses_what_a_threshold_neuron_prints():
    """Its answer was 0 or 1: half of all guesses were right."""
    _, asked = named("hi-threshold-neuron")
    right = Counter(one.answer for one in variants(asked))
    assert all(len(answer.split(",")) >= 3 for answer in right)
    assert max(right.values()) <= sum(right.values()) / 2
    assert all(one.reject for one in variants(asked))


@pytest.mark.parametrize(
    ("question_id", "term", "cues"),
    [
        ("ap-games", "AlphaGo", r"\bGo\b"),
        ("ap-games", "AlphaStar", "Star"),
        ("ap-fields", "drug discovery", "drug|discover"),
        ("rg-scores", "mean squared error", "[a-z]"),
        ("rg-scores", "root mean squared error", "[a-z]"),
        ("rg-scores", "mean absolute error", "[a-z]"),
    ],
)
def test_a_name_does_not_give_away_what_belongs_to_it(question_id, term, cues):
    _, asked = named(question_id)
    assert re.search(cues, asked.pairs[term]) is None


@pytest.mark.parametrize("question_id", ["hi-turing-award", "hi-names"])
def test_whoever_stands_beside_the_right_names_worked_on_learning_machines(question_id):
    _, asked = named(question_id)
    known = {"Rosenblatt", "Fukushima", "Hopfield", "Mitchell", "Minsky", "Rumelhart", "Hinton", "LeCun", "Bengio"}
    assert {name.split()[-1] for name in asked.wrong} <= known


def test_every_origin_that_is_offered_is_one():
    _, asked = named("hi-framework-origin")
    assert [one for one in (*asked.pairs.values(), *asked.extra) if not one.startswith(("begun ", "released "))] == []


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 3}


@pytest.mark.parametrize(
    ("question_id", "must_be_worked_out"),
    [("ql-epsilon-one", "0.8"), ("fw-next-state", "influence"), ("my-grey-rgb", "lost"), ("bp-gpu", "backward")],
)
def test_a_statement_asks_for_more_than_a_definition(question_id, must_be_worked_out):
    _, asked = named(question_id)
    assert must_be_worked_out in asked.stem
    assert not any(words(hint) <= words(asked.stem) for hint in asked.hints), "the hint repeats it"


def test_a_number_in_an_id_stands_in_its_question():
    """``op-938`` asked for 500."""
    wrong = []
    for quiz in quizzes().values():
        for one in quiz.questions:
            for number in re.findall(r"(?<=-)\d{3,}(?=-|$)", one.id):
                if number not in one.model_dump_json().replace(f'"{one.id}"', "").replace(",", ""):
                    wrong.append(one.id)
    assert wrong == []


def test_no_question_is_called_by_a_claim_that_it_does_not_make():
    assert {one.id for quiz in quizzes().values() for one in quiz.questions} & {"op-938", "ks-keras-is-part"} == set()


def test_the_postal_service_is_named_by_the_text_of_the_article_and_not_by_its_title():
    _, asked = named("hi-lecun-data")
    said = re.split(r"(?<=[a-z])\. ", asked.explain)
    assert [one for one in said if "title" in one.lower() and "Postal" in one] == []
    assert any("title" in one and "zip" in one for one in said)


def test_a_task_is_not_called_a_field():
    _, asked = named("tx-field-or-method")
    assert "image classification" not in asked.groups["Field of tasks"]
    assert "computer vision" in asked.groups["Field of tasks"]


def test_no_question_writes_the_gradient_at_the_logits_as_that_of_the_loss():
    written = [one.id for quiz in quizzes().values() for one in quiz.questions if re.search(r"\bdL\b", str(one))]
    assert written == []


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
