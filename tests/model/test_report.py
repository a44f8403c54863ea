"""The report: its exit code, its JSON, and what it refuses."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from dlquiz.model.report import CaseResult, Cause, Isolation, Outcome, Points, Report


def report(outcome=Outcome.PASSED, *, complete=True, **fields):
    written = {
        "exercise": "exercise3",
        "course": {"name": "dlquiz", "version": "0.1.0", "grader_sha256": "ab"},
        "outcome": outcome,
        "complete": complete,
        "points": {"earned": 7, "possible": 10},
        "seed": 123,
        "seed_policy": "fresh",
        "isolation": "kernel",
        "identity": "nobody",
        "landlock_abi": 7,
        "submission": {"file": "backprop.py", "sha256": "cd"},
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "cases": [
            {
                "id": "test_backprop.py::test_db",
                "title": "db sums over the batch",
                "visibility": "hidden",
                "outcome": "failed",
                "points": {"earned": 0, "possible": 2},
                "cause": "timeout",
            }
        ],
        "usage": {"wall_s": 0.3, "cpu_s": 0.2},
        "versions": {"dlquiz": "0.1.0"},
    }
    return Report.model_validate({**written, **fields})


@pytest.mark.parametrize(
    ("outcome", "complete", "code"),
    [(Outcome.PASSED, True, 0), (Outcome.FAILED, True, 1), (Outcome.SKIPPED, True, 1), (Outcome.BROKEN, True, 1),
     (Outcome.PASSED, False, 4), (Outcome.FAILED, False, 4), (Outcome.BROKEN, False, 4)],
)  # fmt: skip
def test_broken_machinery_wins_over_not_passing(outcome, complete, code):
    assert report(outcome, complete=complete).exit_code == code


def test_a_report_survives_a_round_trip_through_json():
    written = report(metrics={"accuracy": 0.97, "loss": [1.0, 0.5]})
    assert Report.model_validate_json(written.model_dump_json()) == written
    assert written.format_version == 1
    assert written.isolation is Isolation.KERNEL
    assert written.cases[0].cause is Cause.TIMEOUT


def test_points_are_never_negative_and_fields_never_invented():
    with pytest.raises(ValidationError):
        Points(earned=-1, possible=2)
    with pytest.raises(ValidationError):
        report(grade="A")
    with pytest.raises(ValidationError):
        report(format_version=2)


def test_a_report_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        report().seed = 5
    assert isinstance(report().cases[0], CaseResult)
