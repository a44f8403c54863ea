"""``again``: a done exercise comes back with one function blank; real gradings behind the wall."""

from datetime import UTC, datetime

import pytest

from dlquiz.study.store import Progress

from .conftest import RIGHT
from .test_status import record

pytestmark = pytest.mark.sandbox


@pytest.fixture
def graduate(worker):
    """Somebody who had full points in exercise 1 long ago."""
    (worker.work / "exercise1").mkdir(exist_ok=True)
    own(worker).write_text(RIGHT)
    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as progress:
        record(progress, "exercise1", 4)
    return worker


def own(person):
    (file,) = [path for path in (person.work / "exercise1").glob("*.py") if path.name != "again.py"]
    return file


def test_a_function_is_written_again_and_comes_back_later(graduate):
    assert "Done weeks ago, and back for one function: exercise1 (dlquiz again)." in graduate.type("status").out
    assert "Or: dlquiz again exercise1" in graduate.type("next").out
    begun = graduate.type("again")
    assert begun.code == 0
    assert "one function blank again: add." in begun.out
    file = graduate.work / "exercise1" / "again.py"
    assert 'raise NotImplementedError("add: TODO(1)")' in file.read_text()
    assert "return a / 2" in file.read_text()

    wrong = graduate.type("again", "--check")
    assert wrong.code == 1
    assert "add is not right yet." in wrong.out
    assert "NotImplementedError" in wrong.out
    assert "Next: dlquiz again exercise1 --check" in wrong.out

    file.write_text(RIGHT)
    right = graduate.type("again", "--check")
    assert right.code == 0
    assert "add is whole again: all 2 checks pass." in right.out
    assert "exercise1 comes back on " in right.out
    assert "dlquiz again" not in graduate.type("status").out
    nothing = graduate.type("again")
    assert nothing.code == 1
    assert "No exercise comes back today" in nothing.err
    assert own(graduate).read_text() == RIGHT


def test_points_stay_whatever_is_written(graduate):
    before = graduate.type("status", "--json").json["exercises"]
    assert graduate.type("next", "--json").json["again"] == ["exercise1"]
    begun = graduate.type("again", "--json").json
    assert (begun["exercise"], begun["function"], begun["new"]) == ("exercise1", "add", True)
    failed = graduate.type("again", "exercise1", "--check", "--json")
    assert (failed.code, failed.json["passed"], failed.json["next_day"]) == (1, False, None)
    assert failed.json["report"]["points"]["earned"] == 1
    assert graduate.type("status", "--json").json["exercises"] == before
    (graduate.work / "exercise1" / "again.py").write_text(RIGHT)
    passed = graduate.type("again", "exercise1", "--check", "--json").json
    days = datetime.fromisoformat(passed["next_day"]) - datetime.now(UTC).replace(tzinfo=None)
    assert passed["passed"]
    assert 58 <= days.days <= 60
    assert graduate.type("status", "--json").json["again"] == []
    assert graduate.type("status", "--json").json["exercises"] == before


def test_there_is_no_way_around_full_points_and_no_check_of_nothing(worker):
    refused = worker.type("again", "exercise1")
    assert (refused.code, refused.out) == (1, "")
    assert "not done yet" in refused.err
    nothing = worker.type("again", "exercise1", "--check")
    assert nothing.code == 1
    assert "No function of exercise1 is blank." in nothing.err
    assert worker.type("again", "--check", "--new").code == 2
