"""A second reader answered every question without seeing a key; where the two differ, somebody looked again."""

import importlib.util
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = tuple(sorted(path.stem for path in (ROOT / "quizzes").glob("*.yaml")))


def load_second_reader():
    spec = importlib.util.spec_from_file_location("second_reader", ROOT / "tools" / "second_reader.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


second_reader = load_second_reader()


@cache
def quizzes():
    return dict(second_reader.quizzes())


@cache
def differing():
    return {one.marked.question.id: one.marked for one in second_reader.differences()}


def ids():
    return {question.id for quiz in quizzes().values() for question in quiz.questions}


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_answered_every_question_of_the_quiz_and_no_other(name):
    answers = second_reader.read_answers(second_reader.ANSWERS / f"{name}.yaml")
    assert set(answers) == {question.id for question in quizzes()[name].questions}
    assert None not in answers.values()


def test_every_difference_between_reader_and_key_was_looked_at_again():
    assert {key: one.answer for key, one in differing().items() if key not in second_reader.resolved()} == {}


def test_every_line_about_a_difference_or_remark_is_a_sentence_about_a_question_that_exists():
    resolved = second_reader.resolved()
    assert set(resolved) <= ids()
    assert [key for key, said in resolved.items() if len(said.split()) < 6 or not said.endswith(".")] == []


def test_reader_and_key_agree_on_more_than_nine_of_ten_questions():
    assert len(differing()) < 0.1 * len(ids()), sorted(differing())


def test_an_answer_that_differs_from_the_key_is_found(tmp_path, monkeypatch):
    source, unchanged = second_reader.ANSWERS, set(differing())
    for name in NAMES:
        text = (source / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace("tw-steps-mnist: 938", "tw-steps-mnist: 937"), "utf-8")
    monkeypatch.setattr(second_reader, "ANSWERS", tmp_path)
    assert {one.marked.question.id for one in second_reader.differences()} - unchanged == {"tw-steps-mnist"}
