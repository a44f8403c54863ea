"""What may be shown of a report; and that what is kept back is in no export."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.gradescope_results import results
from dlquiz.model.feedback import Feedback, FeedbackLevel, feedback_of, not_graded
from dlquiz.render.feedback import feedback_html, feedback_markdown, github_commands, junit_xml
from tests.render.reports import case, report

FIELDS = ("message", "inputs", "expected", "got", "where", "diagnosis", "hint", "traceback")


def canary(name: str, visibility: str, outcome: str):
    """A check that says something else in every field."""
    texts = {field: f"canary-{visibility}-{field}-{name}" for field in FIELDS}
    return case(
        name, f"canary-{visibility}-title-{name}", outcome, visibility=visibility, output="canary-output", **texts
    )


def exports(shown: Feedback) -> dict[str, str]:
    """Everything that is made of one feedback."""
    return {
        "html": feedback_html("Ada", [shown]),
        "markdown": feedback_markdown("Ada", [shown]),
        "junit": junit_xml([shown]).decode(),
        "github": "\n".join(github_commands(shown, "backprop.py")),
        "gradescope": json.dumps(results(shown, leaderboard=True)),
    }


REPORT = report(
    canary("one", "public", "failed"), canary("two", "hidden", "failed"), canary("three", "hidden", "passed"),
    canary("four", "public", "passed"), notes=("canary-note",),
    stops=[
        {"place": "line 3", "cause": "exception", "message": "x", "traceback": "canary-trace", "went_on": False},
    ],
)  # fmt: skip


@pytest.mark.parametrize("name", exports(not_graded("exercise1", "no", 4)))
def test_nothing_of_a_hidden_check_is_in_any_export_unless_all_is_shown(name):
    public = exports(feedback_of(REPORT, FeedbackLevel.PUBLIC))[name]
    assert "canary-hidden" not in public
    assert not {text for text in ("canary-note", "canary-trace", "canary-output", "public-traceback") if text in public}
    assert "Hidden check 2" in public
    points = exports(feedback_of(REPORT, FeedbackLevel.POINTS))[name]
    assert "canary" not in points
    full = exports(feedback_of(REPORT, FeedbackLevel.FULL))[name]
    assert "canary-hidden" in full


@pytest.mark.parametrize("name", ["html", "markdown", "junit", "gradescope"])
def test_everything_that_a_public_check_says_is_in_the_export(name):
    text = exports(feedback_of(REPORT, FeedbackLevel.PUBLIC))[name]
    for field in (*FIELDS[:-1], "title"):
        assert f"canary-public-{field}-one" in text.replace("\\", "")


def test_a_passed_check_says_nothing_but_that():
    (first, *_, last) = feedback_of(REPORT, FeedbackLevel.FULL).checks
    assert (first.said != (), last.said) == (True, ())


def test_the_sum_is_the_same_at_every_level():
    for level in FeedbackLevel:
        shown = feedback_of(REPORT, level)
        assert (shown.earned, shown.possible, shown.complete, shown.passed) == (2, 4, True, False)
        assert results(shown)["score"] == 2


@given(st.text(max_size=80))
def test_no_text_of_a_learner_means_more_than_itself(text):
    shown = feedback_of(report(case("a", "A", "failed", message=text, got=text, expected=text)), FeedbackLevel.FULL)
    root = ElementTree.fromstring(junit_xml([shown]))
    assert [len(root.findall(f".//{tag}")) for tag in ("testsuite", "testcase", "failure")] == [1, 1, 1]
    html = feedback_html(text, [shown])
    assert html.count("<h3>") == 1
    assert "<script" not in html
    for line in github_commands(shown, "a.py"):
        assert line.startswith(("::error file=a.py,", "::notice file=a.py,"))
        assert "\n" not in line
        assert "\r" not in line
    fences = [line for line in feedback_markdown("Ada", [shown]).splitlines() if line.startswith(("#", "```", "<"))]
    assert fences == ["# Feedback for Ada", "## exercise3"]


def test_a_grading_that_the_machine_spoilt_has_no_score():
    shown = feedback_of(report(case("a", "A", "broken", message="no disk")), FeedbackLevel.FULL)
    document = results(shown, leaderboard=True)
    assert "score" not in document
    assert "leaderboard" not in document
    assert not any("score" in one for one in document["tests"])
    assert "not complete" in document["output"]
    assert ElementTree.fromstring(junit_xml([shown])).find(".//error").attrib["message"] == "no disk"


def test_the_scores_of_gradescope_add_up():
    document = results(feedback_of(REPORT, FeedbackLevel.FULL), leaderboard=True)
    assert [one["status"] for one in document["tests"]] == ["failed", "failed", "passed", "passed"]
    assert sum(one["score"] for one in document["tests"]) == document["score"] == 2
    assert sum(one["max_score"] for one in document["tests"]) == 4
    assert document["leaderboard"] == [{"name": "Points", "value": 2, "order": "desc"}]
