"""Findings for a person and for GitHub."""

import pytest

from dlquiz.errors import Finding
from dlquiz.model.finding import QuizFinding
from dlquiz.render.findings import counted, finding_github, finding_text

RULE = QuizFinding("q.yaml", 3, 5, "warning", "key-longest", "gap", "too long", "cut it", "https://a", "    right: x")


def test_a_person_reads_the_place_the_line_the_help_and_the_reason():
    assert finding_text(RULE).splitlines() == [
        "q.yaml:3:5: warning[key-longest]: question 'gap': too long",
        "     3 |     right: x",
        "       |     ^",
        "       = help: cut it",
        "       = why: dlquiz quiz lint --explain key-longest",
    ]


def test_what_has_no_place_says_only_the_file():
    mistake = QuizFinding.mistake(Finding("q.yaml", 0, 0, "DLQ001", "gone"))
    assert finding_text(mistake) == "q.yaml: error[DLQ001]: gone"
    assert finding_github(mistake) == "::error file=q.yaml,title=DLQ001::gone"


def test_github_gets_one_command_whatever_the_texts_hold():
    nasty = QuizFinding("a,b:c.yaml", 1, 1, "error", "x", "", "50 %\n::error::no")
    assert finding_github(nasty) == "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=x::50 %25%0A::error::no"
    assert finding_github(RULE).endswith("::question 'gap': too long (cut it)")


@pytest.mark.parametrize(
    ("count", "thing", "text"),
    [
        (1, "question", "1 question"),
        (1200, "question", "1,200 questions"),
        (2, "quiz", "2 quizzes"),
        (0, "try", "0 tries"),
    ],
)
def test_things_are_counted_as_people_count(count, thing, text):
    assert counted(count, thing) == text
