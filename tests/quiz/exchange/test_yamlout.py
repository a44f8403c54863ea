"""Our own file: what is written is read back as the same quiz."""

import pytest
from hypothesis import HealthCheck, given, settings

from dlquiz.content import load_quiz
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.exchange.yamlout import WIDTH, write_fields, write_quiz
from tests.quiz.strategies import KINDS, any_text, quizzes

RELAXED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def round_trip(quiz: Quiz, folder) -> Quiz:
    path = folder / "written.yaml"
    path.write_text(write_quiz(quiz), encoding="utf-8")
    return load_quiz(path)


@RELAXED
@given(quiz=quizzes())
def test_a_written_quiz_is_read_back_as_the_same_quiz(quiz, tmp_path):
    assert round_trip(quiz, tmp_path) == quiz


@RELAXED
@given(quiz=quizzes(kinds=("choice", "multi", "short", "match", "truefalse"), text=any_text(), most=2))
def test_any_text_survives(quiz, tmp_path):
    assert round_trip(quiz, tmp_path) == quiz


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written(kind, tmp_path):
    @settings(RELAXED, max_examples=15)
    @given(quiz=quizzes(kinds=(kind,), most=1))
    def check(quiz):
        assert round_trip(quiz, tmp_path) == quiz

    check()


def test_the_file_is_pleasant_to_read():
    text = write_fields(
        {
            "format_version": 1,
            "title": "Words: the first",
            "questions": [
                {
                    "kind": "choice",
                    "id": "a",
                    "right": "An epoch",
                    "wrong": {"A batch": "That is one step. " * 9 + "No."},
                    "stem": "What is one pass over the data?",
                    "explain": "See above.\nAnd below.",
                    "tags": ["epoch", "batch"],
                    "source": "A book",
                }
            ],
        },
        comment="Imported from x.gift.",
    )
    assert text.startswith("# Imported from x.gift.\nformat_version: 1\n")
    assert 'title: "Words: the first"' in text
    assert "    stem: What is one pass over the data?\n" in text
    assert "    tags: [epoch, batch]\n" in text
    assert "      A batch: >-\n" in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_long_and_odd_keys_are_written_so_that_yaml_takes_them(tmp_path):
    option = "word " * 300 + "end"
    quiz = Quiz.model_validate(
        {
            "format_version": 1,
            "title": "t",
            "questions": [
                {
                    "kind": "choice",
                    "id": "a",
                    "stem": "s",
                    "right": "r",
                    "wrong": {option: "long", "? - : #": "odd", "two\nlines": "x"},
                    "explain": "e",
                    "source": "s",
                }
            ],
        }
    )
    assert round_trip(quiz, tmp_path) == quiz
