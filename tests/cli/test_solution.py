"""``solution``: after full points, or on demand and recorded."""

from dlquiz.study.store import Progress

from .conftest import RIGHT
from .test_status import record


def test_before_full_points_it_is_refused_kindly(worker):
    result = worker.type("solution", "1")
    assert result.code == 1
    assert result.out == ""
    assert "dlquiz hint exercise1" in result.err
    assert worker.type("status", "1", "--json").json["exercises"][0]["solution_viewed"] is False


def test_spoil_shows_and_records_it(worker):
    result = worker.type("solution", "1", "--spoil")
    assert result.out == RIGHT
    assert worker.type("status", "1", "--json").json["exercises"][0]["solution_viewed"] is True


def test_after_full_points_it_is_shown(worker):
    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as store:
        record(store, "exercise1", 4)
    assert worker.type("solution", "1").out == RIGHT


def test_a_class_kit_has_none(worker):
    (worker.course / "graders/exercise1/solution.py").unlink()
    result = worker.type("solution", "1", "--spoil")
    assert result.code == 1
    assert "without a solution" in result.err
