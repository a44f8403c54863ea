"""The quizzes of the built-in course: what they cover, whether their keys are right, and how they are written."""

import ast
import math
import operator
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from dlquiz.authoring.parsons_lines import bodies
from dlquiz.content.course import load_quiz
from dlquiz.model.params import variants
from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import (
    KINDS,
    Choice,
    Cloze,
    Common,
    Match,
    Multi,
    Numeric,
    Output,
    Question,
    Quiz,
    Short,
    TrueFalse,
)
from dlquiz.quiz.marking import mark, neighbours, right_answer_value

FOLDER = Path(__file__).parents[2] / "quizzes"
Q = TypeVar("Q", bound=Common)
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
PROGRAMS = "code-reading"
"""The quiz of whole programs. It has two kinds of questions, and a sitting is shorter, since each takes minutes."""
PUZZLES = "code-puzzles"
"""The quiz of lines to put in order, all of one kind."""
WORDS = tuple(name for name in NAMES if name not in (PROGRAMS, PUZZLES))

REQUIRED_TERMS = frozenset(
    """
    overfitting underfitting epoch iteration batch-size training-set validation-set test-set data-leakage
    supervised-learning unsupervised-learning reinforcement-learning cost loss metric classification regression
    neuron layer input-layer hidden-layer output-layer dense-layer weight bias activation activation-function relu
    sigmoid softmax logit backpropagation gradient-descent learning-rate hyperparameter forward-pass parameter-count
    mnist image one-hot accuracy task performance experience machine-learning deep-learning artificial-intelligence
    """.split()
)

_BATCHES_32 = -(-1437 // 32)
COUNTED_AGAIN = {
    "fw-mnist-total": 60_000 + 10_000,
    "fw-mnist-classes": len(set("0123456789")),
    "fw-grey-300": np.zeros((300, 300)).ravel().size,
    "fw-accuracy-percent": 342 / 360,
    "tw-steps-mnist": math.ceil(60_000 / 64),
    "tw-steps-total": 20 * _BATCHES_32,
    "tw-last-batch": len(list(range(100))[-(100 % 32) :]),
    "tw-mse": np.mean((np.array([3, 5]) - np.array([1, 5])) ** 2),
    "tw-gd-step": 5 - 0.1 * 20,
    "nw-neuron-sum": max(0.0, np.dot([2, 3], [4, -1]) + 0.5),
    "nw-relu-negative": max(0.0, np.dot([1, 2], [1, -3]) + 1),
    "nw-softmax-equal": 1 / np.exp(np.zeros(10)).sum(),
    "nw-input-size": np.zeros((28, 28)).size,
    "nw-parameter-count": sum(np.zeros(shape).size for shape in [(784, 128), (128,), (128, 10), (10,)]),
}
"""The keys of the numeric questions, computed from the numbers in their stems."""

CLASSIC_SLIPS = {
    "fw-mnist-total": 60_000,
    "fw-mnist-classes": 9,
    "fw-grey-300": 3 * 300 * 300,
    "fw-accuracy-percent": 1 - 342 / 360,
    "tw-steps-mnist": 60_000 // 64,
    "tw-steps-total": 20 * (1437 // 32),
    "tw-gd-step": 5 + 0.1 * 20,
    "nw-neuron-sum": np.dot([2, 3], [4, -1]),
    "nw-relu-negative": np.dot([1, 2], [1, -3]) + 1,
    "nw-softmax-equal": 1 / (1 + math.exp(-0.0)),
    "nw-parameter-count": 784 * 128 + 128 * 10,
}
"""The slip that each counting question was made for: it must get an answer of its own."""

ABSOLUTE = re.compile(r"\b(always|never|all|none|only|every|must|impossible|guaranteed)\b", re.IGNORECASE)
NEGATED = re.compile(r"(?<!\*)\b(not|except|without)\b(?!\*)", re.IGNORECASE)


@cache
def quiz(name: str) -> Quiz:
    return load_quiz(FOLDER / f"{name}.yaml")


def every_question() -> list[Question]:
    return [question for name in NAMES for question in quiz(name).questions]


def every_variant() -> list[Question]:
    return [one for question in every_question() for one in variants(question)]


def of_kind(kind: type[Q]) -> list[Q]:
    return [question for question in every_variant() if isinstance(question, kind)]


def options(question: Question) -> tuple[str, ...]:
    match question:
        case Choice():
            return (question.right, *question.wrong)
        case Multi():
            return (*question.right, *question.wrong)
        case _:
            return ()


def reasons(question: Question) -> dict[str, str]:
    match question:
        case Choice() | Multi():
            return question.wrong
        case Short():
            return question.reject
        case Numeric():
            return question.near
        case Cloze():
            return {**question.reject, **question.wrong}
        case Match():
            return {text: why or "" for text, why in question.extra.items()}
        case Output():
            return question.reject
        case _:
            return {}


# --- what the quizzes cover -----------------------------------------------------------------


def test_the_bank_has_over_three_hundred_questions_of_all_ten_kinds_and_forty_with_parameters():
    assert len(NAMES) == 22
    assert len(every_question()) >= 300
    assert {question.kind for question in every_question()} == set(KINDS)
    assert sum(bool(question.params) for question in every_question()) >= 40


@pytest.mark.parametrize("name", WORDS)
def test_each_quiz_has_at_least_sixteen_questions_of_seven_kinds_and_draws_eight(name):
    assert len(quiz(name).questions) >= 16
    assert len({question.kind for question in quiz(name).questions}) >= 5
    assert quiz(name).draw == 8


def test_the_quiz_of_programs_asks_what_they_print_and_which_line_is_wrong():
    asked = quiz(PROGRAMS)
    prints = [one for one in asked.questions if isinstance(one, Output)]
    faults = [one for one in asked.questions if isinstance(one, Choice)]
    assert len(prints) >= 10
    assert len(faults) >= 12
    assert len(prints) + len(faults) == len(asked.questions)
    assert asked.draw == 6
    assert [one.id for one in prints if not 15 <= len(one.code.strip().splitlines()) <= 25] == []


def test_each_option_of_a_fault_is_one_line_of_its_program():
    for one in quiz(PROGRAMS).questions:
        if isinstance(one, Choice):
            lines = [line.strip() for line in one.stem.split("```")[1].splitlines()]
            assert [text for text in options(one) if lines.count(text.strip("`")) != 1] == [], one.id


def test_question_ids_are_unique_over_all_quizzes():
    ids = [question.id for question in every_question()]
    assert len(ids) == len(set(ids))


def test_every_required_term_is_the_tag_of_a_question():
    assert {tag for question in every_question() for tag in question.tags} >= REQUIRED_TERMS


@pytest.mark.parametrize("name", WORDS)
def test_true_and_false_statements_are_balanced_in_each_quiz(name):
    answers = [question.answer for question in quiz(name).questions if isinstance(question, TrueFalse)]
    assert {True, False} == set(answers)
    assert abs(2 * sum(answers) - len(answers)) <= 1


# --- whether the keys are right --------------------------------------------------------------


def test_every_numeric_key_is_what_counting_again_gives():
    keys = {question.id: question.answer for question in of_kind(Numeric) if question.id in COUNTED_AGAIN}
    assert keys == pytest.approx(COUNTED_AGAIN)


@pytest.mark.parametrize(("question_id", "slip"), CLASSIC_SLIPS.items())
def test_each_counting_question_answers_its_classic_slip(question_id, slip):
    question = next(question for question in of_kind(Numeric) if question.id == question_id)
    assert any(float(value) == pytest.approx(slip) for value in question.near)


@pytest.mark.parametrize("name", NAMES)
def test_the_shown_right_answer_of_every_question_is_marked_right(name):
    for question in quiz(name).questions:
        others = neighbours(quiz(name), question)
        for one in variants(question):
            assert mark(one, right_answer_value(one), neighbours=others).correct, one.id


def test_every_distractor_of_a_choice_is_wrong_and_is_told_why():
    for question in of_kind(Choice):
        for option, why in question.wrong.items():
            result = mark(question, option)
            assert (result.correct, result.unclear, result.score) == (False, False, 0.0), (question.id, option)
            assert [f.text for f in result.feedback if f.chosen] == [why]


def test_of_all_sets_of_ticks_only_the_right_one_gets_full_marks():
    for question in of_kind(Multi):
        texts = options(question)
        for size in range(1, len(texts) + 1):
            for ticks in combinations(texts, size):
                result = mark(question, ticks)
                assert not result.unclear
                assert (result.score == 1.0) == result.correct == (set(ticks) == set(question.right)), question.id


def test_the_opposite_of_every_statement_is_wrong():
    for question in of_kind(TrueFalse):
        result = mark(question, not question.answer)
        assert (result.correct, result.unclear) == (False, False), question.id


def test_every_foreseen_wrong_number_is_wrong_and_gets_its_own_words():
    for question in of_kind(Numeric):
        for value, why in question.near.items():
            result = mark(question, value)
            assert (result.correct, result.unclear) == (False, False), (question.id, value)
            assert [f.text for f in result.feedback] == [why], (question.id, value)


@pytest.mark.parametrize("name", NAMES)
def test_every_accepted_word_is_right_and_every_rejected_one_is_told_why(name):
    for question in quiz(name).questions:
        if not isinstance(question, Short):
            continue
        others = neighbours(quiz(name), question)
        for word in question.accept:
            typed = word if is_pattern(word) else word.upper()
            assert is_pattern(word) or mark(question, typed, neighbours=others).correct, (question.id, word)
        for word, why in question.reject.items():
            result = mark(question, word, neighbours=others)
            assert (result.correct, result.unclear) == (False, False), (question.id, word)
            assert [f.text for f in result.feedback] == [why], (question.id, word)


@pytest.mark.parametrize(
    ("typed", "correct"),
    [
        ("underfiting", True),
        ("Under-Fitting", True),
        ("overfitting", False),
        ("overfiting", False),
        ("outfitting", False),
    ],
)
def test_a_typo_in_underfitting_is_forgiven_but_overfitting_never_is(typed, correct):
    whole = quiz("training-words")
    question = whole.question("tw-underfit-word")
    assert mark(question, typed, neighbours=neighbours(whole, question)).correct is correct


@pytest.mark.parametrize("typed", ["0.95", "95 %", "95%", "342/360", 0.95])
def test_an_accuracy_may_be_written_as_fraction_or_percentage(typed):
    assert mark(quiz("first-words").question("fw-accuracy-percent"), typed).correct


# --- how the questions are written -----------------------------------------------------------


@pytest.mark.parametrize("further", [operator.gt, operator.lt], ids=["longest", "shortest"])
def test_the_key_is_the_longest_or_the_shortest_option_in_at_most_forty_percent(further):
    questions = of_kind(Choice)
    told = [q.id for q in questions if all(further(len(q.right), len(option)) for option in q.wrong)]
    assert len(told) <= 0.4 * len(questions), told


def test_every_question_has_three_to_six_options_and_a_choice_at_most_four():
    for question in of_kind(Choice):
        assert 3 <= len(options(question)) <= 4, question.id
    for question in of_kind(Multi):
        assert 4 <= len(options(question)) <= 6, question.id


def test_every_reason_says_more_than_that_the_option_is_wrong():
    for question in every_question():
        for option, why in reasons(question).items():
            assert len(why.split()) >= 4, (question.id, option)
            assert why.strip(" .").casefold() != option.casefold()


def test_every_question_explains_names_a_source_and_has_a_hint():
    for question in every_question():
        assert len(question.explain.split()) >= 8, question.id
        assert len(question.source) >= 15, question.id
        assert question.hints, question.id
        assert question.tags, question.id


def test_neither_stem_nor_hint_gives_a_typed_word_away():
    for question in of_kind(Short):
        seen = " ".join((question.stem, *question.hints)).casefold()
        for word in question.accept:
            if word != "activation":  # its hint says what such a function returns; the answer needs both words
                assert word.casefold() not in seen, (question.id, word)


def test_no_hint_states_the_number_that_is_asked_for():
    for question in every_question():
        # A number of one variant may stand in its hint by chance; one of every variant gives the answer away.
        assert question.id == "nw-relu-negative" or not all(_said_in_a_hint(one) for one in variants(question)), (
            question
        )


def _said_in_a_hint(question: Question) -> bool:
    said = {float(n.replace(",", "")) for hint in question.hints for n in re.findall(r"\d[\d,]*(?:\.\d+)?", hint)}
    return isinstance(question, Numeric) and question.answer in said


def test_the_puzzles_are_functions_of_the_course():
    graders = FOLDER.parent / "graders"
    asked = quiz(PUZZLES).questions
    assert len(asked) >= 10
    for one in asked:
        tree = ast.parse((graders / one.lesson / "solution.py").read_text("utf-8"))
        name = re.search(r"`(\w+)\(", one.stem)[1]
        assert tuple(item.strip("`") for item in one.items) == bodies(tree)[name].lines, one.id
        assert one.extra
