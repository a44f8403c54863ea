"""Which submissions are graded, and how often; the wall is not needed for that."""

from types import SimpleNamespace

import pytest

from dlquiz.classroom import engine
from dlquiz.classroom.book import Book
from dlquiz.classroom.collect import collect
from dlquiz.classroom.engine import HereEngine
from dlquiz.classroom.grading import HowGraded, grade_class, survey
from dlquiz.classroom.matching import Target
from dlquiz.classroom.roll import call_roll
from dlquiz.classroom.table import grade_rows
from dlquiz.content.course import load_course
from dlquiz.errors import MissingPackage
from dlquiz.model.report import CaseResult, Cause, Isolation, Outcome, Points
from tests.classroom.test_book import REPORT
from tests.cli.conftest import make_course

HOW = HowGraded(3, Isolation.KERNEL, HereEngine(2))
LOST = CaseResult(
    id="t",
    title="t",
    visibility="hidden",
    outcome=Outcome.FAILED,
    points=Points(earned=0, possible=4),
    cause=Cause.TIMEOUT,
)


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A class with a course, a book, and graders that are played: ``says`` gives the report of a text."""
    played = SimpleNamespace(says=lambda text: REPORT, calls=[])

    def grade_many(course, exercise, submissions, *, seed, jobs, **_):
        texts = [one.text for one in submissions]
        played.calls.append((jobs, texts))
        for position in reversed(range(len(texts))):
            yield position, played.says(texts[position])

    monkeypatch.setattr(engine, "grade_many", grade_many)
    course = load_course(make_course(tmp_path / "course"))
    book = tmp_path / "book"

    def run(files):
        for name, text in files.items():
            (tmp_path / "class").mkdir(exist_ok=True)
            (tmp_path / "class" / name).write_text(text)
        targets = [Target("exercise1", "adder")]
        with collect([tmp_path / "class"], targets, only=True) as found, Book(str(book)) as opened:
            rows = call_roll(found, None, ["exercise1"])
            played.estimate = survey(course, rows, opened, HOW)[1]
            keys = grade_class(course, rows, opened, opened.begin(rows, REPORT.started_at), HOW, lambda _: None)
            played.rows = list(grade_rows(rows, opened, keys))
            return [(one.row.person.name, one.points, one.state) for one in played.rows]

    played.run = run
    return played


def test_one_file_of_two_people_is_graded_once_and_nothing_twice(room):
    files = {"ada.py": "x = 1\n", "bob.py": "x = 1\n", "eve.py": "x = 2\n"}
    assert room.run(files) == [("ada", 4, "graded"), ("bob", 4, "graded"), ("eve", 4, "graded")]
    assert room.calls == [(2, ["x = 1\n", "x = 2\n"])]
    assert room.estimate > 0
    room.run(files | {"zoe.py": "x = 3\n"})
    assert room.calls[1:] == [(2, ["x = 3\n"])]
    room.run({})
    assert len(room.calls) == 2
    assert room.estimate == 0


def test_what_was_lost_to_a_timeout_is_graded_once_more_alone(room):
    slow = REPORT.model_copy(update={"cases": (LOST,), "points": REPORT.points.model_copy(update={"earned": 0})})
    room.says = lambda text: slow if len(room.calls) == 1 and "2" in text else REPORT
    assert room.run({"ada.py": "x = 1\n", "bob.py": "x = 2\n"}) == [("ada", 4, "graded"), ("bob", 4, "graded")]
    assert room.calls == [(2, ["x = 1\n", "x = 2\n"]), (1, ["x = 2\n"])]


def test_what_is_incomplete_is_tried_again_the_next_time(room):
    broken = REPORT.model_copy(update={"complete": False})
    room.says = lambda text: broken
    assert room.run({"ada.py": "x = 1\n"}) == [("ada", 4, "incomplete")]
    room.says = lambda text: REPORT
    assert room.run({}) == [("ada", 4, "graded")]
    assert [jobs for jobs, _ in room.calls] == [2, 1, 1]


def test_a_missing_package_is_nobodys_fault_and_stops_nothing_else(room):
    def missing(text):
        raise MissingPackage("torch is not installed", next_step="pip install it")

    room.says = missing
    assert room.run({"ada.py": "x = 1\n", "bob.py": "\0"}) == [("ada", None, "incomplete"), ("bob", None, "incomplete")]


def test_new_graders_change_no_points_by_themselves(room, monkeypatch):
    room.run({"ada.py": "x = 1\n"})
    monkeypatch.setattr(engine, "versions_of", lambda packages: {"numpy": "another"})
    room.says = lambda text: REPORT.model_copy(update={"points": REPORT.points.model_copy(update={"earned": 1})})
    assert room.run({"bob.py": "x = 2\n"}) == [("ada", 4, "graded"), ("bob", 1, "graded")]
    assert room.calls == [(2, ["x = 1\n"]), (2, ["x = 2\n"])]
    assert [one.earlier for one in room.rows] == [True, False]
