"""Lesson, hints, solution and the start file, without a terminal."""

from datetime import UTC, datetime

import pytest

from dlquiz.errors import ContentError, StoreError, WorkError
from dlquiz.study.exercises import hints_so_far, lesson, next_hint, reset, solution
from tests.study.test_advice import report

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_hints_come_one_by_one_and_the_last_one_again(desk):
    shown = [next_hint(desk, "exercise1") for _ in range(4)]
    assert [(list(one.shown), one.left, one.is_new) for one in shown] == [
        ([1], 2, True),
        ([2], 1, True),
        ([3], 0, True),
        ([3], 0, False),
    ]
    assert shown[1].shown == {2: "Look at the signs."}
    assert list(hints_so_far(desk, "exercise1").shown) == [1, 2, 3]
    assert hints_so_far(desk, "exercise2").shown == {}


def test_a_course_that_has_fewer_hints_now_shows_its_last_one(desk, course):
    desk.progress.record_hint("exercise1", 9)
    assert list(next_hint(desk, "exercise1").shown) == [3]


def test_a_hint_that_cannot_be_remembered_is_given_and_told(visitor, desk, told, monkeypatch):
    def fail(*_):
        raise StoreError("The disk is full.", next_step="Make room.")

    monkeypatch.setattr(desk.progress, "record_hint", fail)
    assert list(next_hint(desk, "exercise1").shown) == [1]
    assert told == ["Warning: The disk is full. Make room."]


def test_without_a_workspace_the_first_hint_is_given_each_time(visitor, told):
    assert list(next_hint(visitor, "exercise1").shown) == list(next_hint(visitor, "exercise1").shown) == [1]
    assert "not remembered" in told[0]


def test_the_solution_waits_for_full_points_or_for_who_insists(desk):
    with pytest.raises(WorkError, match="after full points"):
        solution(desk, "exercise1", NOW)
    assert desk.progress.solution_viewed("exercise1") is None
    assert not solution(desk, "exercise1", NOW, spoil=True).passed
    assert desk.progress.solution_viewed("exercise1") == NOW
    desk.progress.record_report(report("exercise1", 4))
    assert solution(desk, "exercise1", NOW).passed


def test_a_reset_keeps_what_was_there_twice_within_a_second(desk):
    file = desk.learner_file("exercise1")
    stub = file.read_bytes()
    assert not reset(desk, "exercise1", NOW).changed
    backups = []
    for text in (b"one", b"two"):
        file.write_bytes(text)
        backups.append(reset(desk, "exercise1", NOW).backup)
        assert file.read_bytes() == stub
    assert [path.read_bytes() for path in backups] == [b"one", b"two"]
    file.unlink()
    done = reset(desk, "exercise1", NOW)
    assert (done.changed, done.backup, file.read_bytes()) == (True, None, stub)


def test_a_disk_that_refuses_a_reset_is_told(desk):
    file = desk.learner_file("exercise1")
    file.unlink()
    file.mkdir()
    with pytest.raises(StoreError, match="could not be reset"):
        reset(desk, "exercise1", NOW)


def test_a_lesson_is_the_authors_text_or_the_courses_fault(desk, course):
    assert lesson(desk.course, "exercise1").startswith("# Lesson 1")
    (course / "exercises/exercise1/README.md").unlink()
    with pytest.raises(ContentError, match="lesson of exercise1"):
        lesson(desk.course, "exercise1")
