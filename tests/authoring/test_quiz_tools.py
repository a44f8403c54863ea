"""Checking, linting and previewing quizzes from Python, as an editor or a page would."""

import pytest

from dlquiz.authoring.preview import find_question, previews
from dlquiz.authoring.quiz_check import check_quizzes
from dlquiz.authoring.quiz_files import quiz_files
from dlquiz.authoring.quiz_lint import lint_quizzes, want_rules
from dlquiz.content.course import load_course, load_quiz
from dlquiz.errors import UnknownName, UsageError
from tests.cli.test_quiz_authors import QUIZ


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my-quiz.yaml"
    path.write_text(QUIZ)
    return path


def no_foreign(path):
    pytest.fail(f"{path} was taken for a file of another program")


def test_a_check_counts_what_it_read_and_finds_every_mistake(file, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("format_version: 1\ntitle: T\n")
    checked = check_quizzes([file, broken], run=False)
    assert (checked.files, checked.questions, checked.variants, checked.ran) == (2, 2, 3, 0)
    assert [one.file.rsplit("/", 1)[-1] for one in checked.found] == ["broken.yaml"]


def test_findings_stand_in_the_order_of_the_files_with_their_places(file, tmp_path):
    (tmp_path / "broken.yaml").write_text("title: T\n")
    linted = lint_quizzes([file, tmp_path / "broken.yaml"], read_foreign=no_foreign)
    assert (linted.files, linted.questions, linted.unread) == (1, 2, 1)
    assert linted.found == sorted(linted.found, key=lambda one: (one.file, one.line, one.column))
    assert all(one.line for one in linted.found)
    rules = {one.code for one in linted.found if one.severity != "error" or one.question}
    left = lint_quizzes([file], read_foreign=no_foreign, ignored=sorted(rules))
    assert left.found == []


def test_a_file_of_another_program_is_read_by_whom_the_caller_names(file, tmp_path):
    from dlquiz.exchange.foreign import read_foreign

    gift = tmp_path / "bank.gift"
    gift.write_text("::capital::What is the capital of France? {=Paris ~Lyon}")
    linted = lint_quizzes([gift], read_foreign=read_foreign)
    assert (linted.files, linted.questions) == (1, 1)
    assert {one.line for one in linted.found} == {1}


def test_a_rule_that_there_is_not_is_refused():
    want_rules(["key-longest"])
    with pytest.raises(UnknownName, match="no rule 'nonsense'"):
        want_rules(["nonsense"])


def test_a_preview_has_every_variant_or_the_one_that_is_wanted(file):
    quiz = load_quiz(file)
    assert [(one.question.id, one.number, one.variant) for one in previews(quiz)] == [
        ("a-pass", 1, None),
        ("a-sum", 2, (1, 2)),
    ]
    assert [one.variant for one in previews(quiz, question_id="a-sum", every=True)] == [(1, 2), (2, 2)]
    (second,) = previews(quiz, question_id="a-sum", variant=2)
    assert second.right_answer == "4"
    assert second.mark.correct
    with pytest.raises(UsageError, match="has 2 variants"):
        list(previews(quiz, variant=3))


def test_a_question_that_is_not_there_gets_a_guess(file):
    with pytest.raises(UnknownName, match="Did you mean 'a-pass'"):
        find_question(load_quiz(file), "a-pas")


def test_names_mean_ids_or_files_and_nothing_means_the_whole_course(file):
    course = load_course()
    words = course.quiz_path("first-words")
    assert quiz_files(course, ["first-words", str(file), "first-words"]) == [words, file]
    assert quiz_files(course, []) == [course.quiz_path(name) for name in course.quiz_ids()]
    with pytest.raises(UsageError):
        quiz_files(course, ["gone/quiz.yaml"])
    with pytest.raises(UnknownName):
        quiz_files(course, ["first-wrods"])
