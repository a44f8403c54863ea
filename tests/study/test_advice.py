"""What to do next, as data; and where a learner stands."""

from datetime import UTC, datetime

import pytest

from dlquiz.model.progress import State
from dlquiz.model.report import Report
from dlquiz.study.advice import Advice, Do, Why, after_grading, next_thing
from dlquiz.study.overview import last_reports, overview, standing

REPORT = {
    "course": {"name": "tiny", "version": "1", "grader_sha256": "0"},
    "complete": True,
    "seed": 1,
    "seed_policy": "fresh",
    "isolation": "kernel",
    "identity": "nobody",
    "landlock_abi": None,
    "submission": {"file": "a.py", "sha256": "f"},
    "started_at": datetime(2025, 3, 1, tzinfo=UTC),
    "cases": [],
    "usage": {"wall_s": 1, "cpu_s": 1},
    "versions": {},
}


def report(exercise, earned, **changes):
    outcome = "passed" if earned == 4 else "failed"
    points = {"earned": earned, "possible": 4}
    return Report.model_validate({**REPORT, "exercise": exercise, "outcome": outcome, "points": points, **changes})


def test_without_a_workspace_the_first_thing_is_to_make_one(visitor):
    assert next_thing(visitor) == Advice(Do.START, Why.NO_WORKSPACE)
    assert overview(visitor).workspace is None
    assert standing(visitor, overview(visitor).steps[0]).gradings == 0
    assert after_grading(visitor, report("exercise1", 4)) == Advice(Do.START, Why.NOT_STORED)


def test_the_way_goes_from_the_lesson_over_points_to_the_quizzes_and_the_end(desk):
    store = desk.progress
    assert next_thing(desk) == Advice(Do.READ, Why.NOT_BEGUN, "exercise1", about="Title 1")
    store.record_report(report("exercise1", 3))
    assert next_thing(desk) == Advice(Do.GRADE, Why.NOT_FULL, "exercise1", 3, 4)
    store.record_report(report("exercise1", 4))
    assert next_thing(desk).subject == "exercise2"
    store.record_report(report("exercise2", 4))
    assert next_thing(desk) == Advice(Do.QUIZ, Why.NOT_TAKEN, "words")
    store.save_sitting("s", "words", "{}")
    store.close_sitting("s")
    assert next_thing(desk) == Advice(Do.NOTHING, Why.FINISHED, about="The end.")


def test_a_quiz_of_a_finished_exercise_comes_before_the_next_exercise(desk, course):
    path = course / "exercises/exercise1/exercise.yaml"
    path.write_text(path.read_text() + "quizzes: [words]\n")
    desk.progress.record_report(report("exercise1", 4))
    assert next_thing(desk) == Advice(Do.QUIZ, Why.BELONGS_TO, "words", about="exercise1")


def test_after_a_report_the_advice_follows_from_it(desk):
    assert after_grading(desk, report("exercise1", 1)) == Advice(Do.HINT, Why.FAILED, "exercise1")
    broken = report("exercise1", 1, outcome="broken", complete=False)
    assert after_grading(desk, broken) == Advice(Do.CHECK_MACHINE, Why.BROKEN)
    assert after_grading(desk, report("exercise1", 4)).do is Do.READ


def test_the_overview_adds_up_and_says_what_is_done(desk):
    desk.progress.record_report(report("exercise2", 1))
    whole = overview(desk)
    assert [step.state for step in whole.steps] == [State.NEXT, State.STARTED]
    assert (whole.earned, whole.possible, whole.quizzes) == (1, 8, {"words": False})
    assert whole.workspace == desk.workspace.root


def test_gradings_are_counted_and_the_last_ones_come_oldest_first(desk):
    for earned in range(5):
        desk.progress.record_report(report("exercise1", earned))
    (step, _) = overview(desk).steps
    assert standing(desk, step).gradings == 5
    assert [one.points.earned for one in last_reports(desk, "exercise1", 2)] == [3, 4]
    assert [one.points.earned for one in last_reports(desk, "exercise1", 9)] == [0, 1, 2, 3, 4]


def test_gradings_are_counted_without_reading_a_stored_report(desk, monkeypatch):
    desk.progress.record_report(report("exercise1", 1))
    monkeypatch.setattr(Report, "model_validate_json", lambda _: pytest.fail("a report was read"))
    (step, _) = overview(desk).steps
    assert standing(desk, step).gradings == 1


def test_starting_again_says_that_the_folder_was_there(desk, tmp_path):
    assert desk.start(tmp_path / "work")
    assert not desk.start(tmp_path / "other")
    assert desk.workspace.root == tmp_path / "other"
