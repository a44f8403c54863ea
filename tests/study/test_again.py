"""A done exercise after 1, 7, 30 and 100 days, on a simulated clock; nothing is graded here."""

from datetime import UTC, datetime, timedelta

import pytest

from dlquiz.errors import WorkError
from dlquiz.study import again
from dlquiz.study.days import day_of
from tests.cli.conftest import RIGHT
from tests.cli.test_status import record

DONE = datetime(2025, 3, 1, tzinfo=UTC)  # as `record` says


def after(days):
    return DONE + timedelta(days=days, hours=12)


@pytest.fixture
def graduate(desk):
    """Somebody who has full points in exercise 1."""
    desk.workspace.file("exercise1").write_text(RIGHT)
    record(desk.progress, "exercise1", 4)
    return desk


@pytest.mark.parametrize(
    ("days", "due"), [(0, ()), (1, ()), (7, ()), (20, ()), (21, ("exercise1",)), (30, ("exercise1",))]
)
def test_it_comes_back_after_three_weeks(graduate, days, due):
    assert again.due_exercises(graduate, day_of(after(days))) == due


def test_what_is_not_done_or_has_no_finished_file_does_not_come_back(desk, visitor):
    record(desk.progress, "exercise1", 4)  # the file is the start file
    record(desk.progress, "exercise2", 3)
    assert again.due_exercises(desk, day_of(after(300))) == ()
    with pytest.raises(WorkError, match="No exercise comes back today"):
        again.exercise_to_repeat(desk, day_of(after(300)))
    with pytest.raises(WorkError, match="no finished function"):
        again.begin(desk, "exercise1", after(300))
    with pytest.raises(WorkError, match="not done yet"):
        again.begin(desk, "exercise2", after(300))


def test_the_day_is_said_before_it_comes(graduate):
    with pytest.raises(WorkError, match="comes back on 2025-03-22"):
        again.exercise_to_repeat(graduate, day_of(after(7)))


def test_each_pass_puts_it_off_further_and_another_function_comes(graduate):
    asked, now = [], after(21)
    for days in (60, 180, 180):
        asked.append(again.begin(graduate, "exercise1", now).function)
        assert again.due_exercises(graduate, day_of(now - timedelta(days=1))) == ("exercise1",), "it waits half done"
        graduate.progress.returns.end("exercise1", now, passed=True)
        assert again.day_back(graduate, "exercise1") == day_of(now) + timedelta(days=days)
        now += timedelta(days=days)
    assert asked == ["add", "half", "add"]


def test_what_is_open_stays_and_another_one_keeps_the_file(graduate):
    first = again.begin(graduate, "exercise1", after(21))
    assert first.new
    first.file.write_text(first.file.read_text() + "# mine\n")
    second = again.begin(graduate, "exercise1", after(22))
    assert (second.function, second.new) == (first.function, False)
    assert second.file.read_text().endswith("# mine\n")
    third = again.begin(graduate, "exercise1", after(23), another=True)
    assert (third.function, third.new) == ("half", True)
    (backup,) = third.file.parent.glob("again.py.*.bak")
    assert backup.read_text().endswith("# mine\n")
    assert again.day_back(graduate, "exercise1") == day_of(after(21)), "what was put aside counts for nothing"


def test_a_file_that_has_gone_comes_once_more(graduate):
    first = again.begin(graduate, "exercise1", after(21))
    first.file.unlink()
    assert again.begin(graduate, "exercise1", after(22)).function == first.function
    assert first.file.is_file()
    assert len(graduate.progress.returns.all()) == 1
