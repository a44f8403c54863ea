"""Thousands of answers are marked as tests/quiz/vectors.json says; tools/make_vectors.py makes it."""

import importlib.util

import pytest

from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.marking import mark_in
from tests.quiz.vectors import ROOT, VECTORS, answered, quizzes

_marked = {}
"""What was marked here already; the tool asks most of it again, for seconds."""


def marked_once(quiz, question, answer, variant):
    key = (quiz.title, question.id, repr(answer), variant)
    if key not in _marked:
        _marked[key] = mark_in(quiz, question, answer, variant)
    return _marked[key]


@pytest.mark.parametrize("name", quizzes())
def test_every_answer_has_the_mark_of_the_file(name):
    quiz, asked = answered(name)
    for question, variant, answers in asked:
        for answer, score in answers:
            result = marked_once(quiz, question, answer, variant)
            got = None if result.unclear else result.score
            assert got == score, (question.id, answer, result)
            assert result.correct == (score == 1)


def test_the_file_has_answers_of_every_kind_and_every_verdict():
    seen = {
        (question.kind, "unclear" if score is None else "partly" if 0 < score < 1 else bool(score))
        for name in quizzes()
        for question, _, answers in answered(name)[1]
        for _, score in answers
    }
    assert {kind for kind, verdict in seen if verdict is True} == set(KINDS)
    assert {kind for kind, verdict in seen if verdict is False} == set(KINDS)
    assert {kind for kind, verdict in seen if verdict == "partly"} == {"multi", "cloze", "match", "order", "categorise"}


@pytest.mark.slow
def test_the_file_is_what_its_tool_writes():
    spec = importlib.util.spec_from_file_location("make_vectors", ROOT / "tools" / "make_vectors.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.mark_in = marked_once
    written = tool.written()
    assert len(written) < 1_000_000
    # Not compared by pytest: the difference of two such texts takes minutes.
    same = written == VECTORS.read_text(encoding="utf-8")
    assert same, "run python tools/make_vectors.py and read its difference"
