"""Ours, into another format, and back: the same quiz, up to what the report says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.conversion_report import Fate, LossReport
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.model.params import variants
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.marking import mark, right_answer_value
from tests.quiz.strategies import KINDS, PARAMETRIC, quizzes

ANCHOR = TypeAdapter(Question).validate_python(
    {"kind": "truefalse", "id": "anchor", "stem": "One is two.", "answer": "false", "explain": "No.", "source": "Peano"}
)
"""A quiz of which everything is dropped is no quiz: this one is always kept."""

TWO_WAY = ("gift", "moodle", "jupyterquiz")
SAME_KIND = {
    "gift": ("choice", "multi", "truefalse", "numeric", "short", "match"),
    "moodle": ("choice", "multi", "truefalse", "numeric", "short", "match", "cloze"),
    "jupyterquiz": ("choice", "multi", "truefalse", "numeric", "short"),
}
IN_A_FILE_OF_THEIR_OWN = {"moodle": ("order",)}
FIELDS_OF = {
    "image": {"stem", "image", "alt"},
    "unit": {"unit", "stem"},
    "answer": {"answer"},
    "tolerance": {"tolerance", "near"},
    "pattern": {"accept", "stem"},
    "blank": {"stem"},
    "spelling": {"accept", "stem"},  # of two spellings of one term, one comes back
    "why": {"why", "right", "wrong"},
    "weights": set(),
    "ordering": set(),
    "arrow": {"pairs", "extra", "accept", "reject"},
    "explain": {"explain", "source"},
    "wrong": {"wrong"},
    "reject": {"reject"},
}
"""Which fields of a question a declared loss excuses; by default the field of its own name."""

RELAXED = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def there_and_back(quiz: Quiz, name: str) -> tuple[LossReport, Quiz]:
    exported = FORMATS[name].writer()(quiz, "quiz")
    imported = FORMATS[name].reader()(exported.content, "quiz")
    return exported.report, Quiz.model_validate(as_quiz_fields(imported))


def differences(ours: Question, back: Question) -> set[str]:
    return {name for name in type(ours).model_fields if getattr(ours, name) != getattr(back, name)} - {"id"}


def declared(report: LossReport, question_id: str) -> set[str]:
    return {change.what for change in report.changes if change.question_id == question_id}


def excused(report: LossReport, question_id: str) -> set[str]:
    return {field for what in declared(report, question_id) for field in FIELDS_OF.get(what, {what})}


@pytest.mark.parametrize("name", TWO_WAY)
def test_a_question_comes_back_as_it_was_up_to_declared_losses(name):
    @RELAXED
    @given(quiz=quizzes(kinds=SAME_KIND[name], most=2))
    def check(quiz):
        quiz = quiz.model_copy(update={"questions": (ANCHOR, *quiz.questions)})
        report, back = there_and_back(quiz, name)
        assert report.kept + report.changed + report.dropped == report.read == len(quiz.questions)
        dropped = {question for question, fate in report.fates if fate is Fate.DROPPED}
        written = [(q, v) for q in quiz.questions if q.id not in dropped for v in variants(q)]
        for (ours, variant), theirs in zip(written, back.questions, strict=True):
            assert theirs.kind == ours.kind
            if not ours.params:
                assert name == "jupyterquiz" or theirs.id == ours.id
                assert differences(ours, theirs) <= excused(report, ours.id), (ours, theirs)
            # A number alone is not the whole answer where a unit is asked for.
            if not declared(report, ours.id) & {"arrow", "pattern", "unit"} and not getattr(ours, "unit", None):
                assert mark(theirs, right_answer_value(variant)).correct

    check()


@pytest.mark.parametrize("name", TWO_WAY)
def test_a_kind_that_the_format_does_not_have_is_declared(name):
    known = (*SAME_KIND[name], *IN_A_FILE_OF_THEIR_OWN.get(name, ()))

    @settings(RELAXED, max_examples=12)
    @given(quiz=quizzes(kinds=tuple(kind for kind in KINDS if kind not in known), most=2))
    def check(quiz):
        quiz = quiz.model_copy(update={"questions": (ANCHOR, *quiz.questions)})
        report, _ = there_and_back(quiz, name)
        assert report.kept + report.changed + report.dropped == report.read == len(quiz.questions)
        for question in quiz.questions[1:]:
            assert declared(report, question.id) & {"kind", "params", question.kind}

    check()


@pytest.mark.parametrize("name", TWO_WAY)
def test_what_came_from_a_format_goes_back_into_it_without_a_loss(name):
    @settings(RELAXED, max_examples=8)
    @given(quiz=quizzes(kinds=SAME_KIND[name], most=2))
    def check(quiz):
        quiz = quiz.model_copy(update={"questions": (ANCHOR, *quiz.questions)})
        _, once = there_and_back(quiz, name)
        report, twice = there_and_back(once, name)
        for ours, theirs in zip(once.questions, twice.questions, strict=True):
            assert differences(ours, theirs) <= excused(report, ours.id)

    check()


@given(number=st.integers(0, 3))
def test_variants_are_written_with_their_numbers(number):
    quiz = Quiz.model_validate({"format_version": 1, "title": "t", "questions": [PARAMETRIC]})
    report, back = there_and_back(quiz, "gift")
    ours = variants(quiz.questions[0])[number]
    theirs = back.questions[number]
    assert (theirs.stem, theirs.answer, theirs.near) == (ours.stem, ours.answer, ours.near)
    assert [change.what for change in report.changes] == ["params"]


@RELAXED
@given(quiz=quizzes(kinds=("order",), most=2))
def test_orders_come_back_from_the_file_that_moodle_has_for_them(quiz):
    both = quiz.model_copy(update={"questions": (ANCHOR, *quiz.questions)})
    exported = FORMATS["moodle"].writer()(both, "quiz")
    orders = [question for question in quiz.questions if question.kind == "order"]
    imported = FORMATS["moodle"].reader()(exported.beside["ordering"], "quiz")
    back = Quiz.model_validate(as_quiz_fields(imported)).questions
    for ours, theirs in zip(orders, back, strict=True):
        assert differences(ours, theirs) <= excused(exported.report, ours.id)
