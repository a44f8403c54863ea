"""Golden scenarios: one small grader, submissions named by the score they deserve, the real grading."""

import json

import pytest

from dlquiz.model.report import Cause, Outcome, Report
from tests.scenarios.observe import EXPECTED, files, reports, summary

pytestmark = pytest.mark.sandbox

EXERCISES = ("faulty", "tiny")
NAMES = [(exercise, file.name) for exercise in EXERCISES for file in files(exercise)]


@pytest.fixture(scope="module")
def graded() -> dict[str, dict[str, Report]]:
    return {exercise: reports(exercise) for exercise in EXERCISES}


@pytest.mark.parametrize(("exercise", "name"), NAMES)
def test_a_submission_gets_the_score_in_its_name(graded, exercise, name):
    points = graded[exercise][name].points
    assert points.earned + points.bonus == int(name.partition("_")[0])


@pytest.mark.parametrize(("exercise", "name"), NAMES)
def test_a_report_says_what_it_said_before(graded, exercise, name):
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert summary(graded[exercise][name]) == expected[exercise][name]


def test_the_expectations_name_no_other_submission():
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert {(exercise, name) for exercise in expected for name in expected[exercise]} == set(NAMES)


def test_every_outcome_and_every_cause_occurs(graded):
    cases = [case for exercise in EXERCISES for report in graded[exercise].values() for case in report.cases]
    assert {case.outcome for case in cases} == set(Outcome)
    assert {case.cause for case in cases} - {None} == set(Cause)


def test_a_broken_case_makes_the_report_incomplete_and_costs_nothing(graded):
    report = graded["faulty"]["01_right_but_the_grader_is_not.py"]
    assert report.exit_code == 4
    assert not report.complete
    assert report.points.possible == 3
    assert [case.outcome for case in report.cases] == [Outcome.PASSED, Outcome.BROKEN, Outcome.BROKEN]


def test_an_endless_loop_costs_only_its_own_cases(graded):
    report = graded["tiny"]["07_timeout.py"]
    lost = {case.id.partition("::")[2] for case in report.cases if case.outcome is Outcome.FAILED}
    assert lost == {"test_mean"}


def test_what_a_learner_prints_stands_with_its_case(graded):
    report = graded["tiny"]["10_without_the_bonus.py"]
    by_name = {case.id.partition("::")[2]: case.output for case in report.cases}
    assert "doubling (1,)" in by_name["test_double_leaves_its_input_alone"]
    assert "doubling" not in by_name["test_mean"]
