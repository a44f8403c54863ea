"""``dlquiz class report``, ``show`` and ``remove``, through the real program, its wall and its book."""

import pytest

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, hand_in

pytestmark = pytest.mark.sandbox

THRICE, EIGHTFOLD = (RIGHT.replace("return a + b", f"return {factor} * (a + b)") for factor in (3, 8))
GONE = RIGHT.replace("return a + b", "import os; os.abort()")
GRADER = """\
import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("add gives the sum", points=3)
def test_add(submission):
    check.close(submission.add(np.array([1.5, 2.25, 0.3]), 4.0), np.array([5.5, 6.25, 4.3]), name="the sum")


@pytest.mark.case("half of an odd number keeps its half", points=1, public=True)
def test_half(submission):
    check.equal(submission.half(3), 1.5, name="the half")
"""
GRADE = ("class", "grade", "handed-in", "--jobs", "1", "--seed", "5")


@pytest.fixture
def graded(person):
    """A class of six that has been graded: two made the same mistake with other numbers, one crashes."""
    (person.course / "graders/exercise1/test_adder.py").write_text(GRADER)
    hand_in(person, {
        "Ada Lovelace_7_assignsubmission_file_/adder.py": RIGHT,
        "Bob Roy_8_assignsubmission_file_/adder.py": THRICE,
        "Cleo <b>_9_assignsubmission_file_/adder.py": EIGHTFOLD,
        "Dan_10_assignsubmission_file_/adder.py": RIGHT,
        "Eve_11_assignsubmission_file_/adder.py": GONE,
        "Eve_11_assignsubmission_file_/halver.py": HALF,
        "Finn_12_assignsubmission_file_/notes.pdf": "x",
    })  # fmt: skip
    assert person.type(*GRADE).code == 1
    return person


def test_a_report_says_what_was_hard_and_how_many_made_the_same_mistake(graded):
    found = graded.type("class", "report", "--json")
    assert (found.code, found.err) == (0, "")
    first, second = found.json["exercises"]
    assert (first["exercise"], first["graded"], first["points"]["mean"]) == ("exercise1", 5, 2.2)
    assert first["points"]["histogram"] == [0, 0, 3, 0, 0, 0, 0, 0, 0, 2]
    hardest = first["checks"][0]
    assert (hardest["title"], hardest["lost"], hardest["share"]) == ("add gives the sum", 3, 0.6)
    assert hardest["causes"] == {"wrong value": 2, "crashed": 1}
    (told,) = [one for one in first["misconceptions"] if one["learners"] == 2]
    assert (told["share"], "times the expected one" in told["name"]) == (0.4, True)
    assert "3 times" in told["example"] or "8 times" in told["example"]
    assert [(one["learner"], one["what"]) for one in first["unusual"]][:1] == [("Eve", "its process crashed")]
    assert (second["exercise"], second["graded"]) == ("exercise2", 1)
    assert (found.json["timed"], found.json["untimed"], found.json["weeks"]) == (0, 6, [])
    alone = graded.type("class", "report", "--exercise", "2", "--json").json
    assert [one["exercise"] for one in alone["exercises"]] == ["exercise2"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits_the_terminal(graded, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    done = graded.type_apart("class", "report")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.split("\n"))) <= columns
    said = " ".join(done.stdout.split())
    assert "60% add gives the sum: 3 of 5 (2 by wrong value, 1 by crashed)" in said
    assert "Eve: its process crashed" in said
    assert "does not know when anything was handed in" in said


def test_the_page_is_one_file_and_replaces_only_a_report(graded):
    (graded.here / "notes.html").write_text("<!DOCTYPE html>my own")
    refused = graded.type("class", "report", "--html", "notes.html")
    assert (refused.code, "is no report of ours" in refused.err) == (2, True)
    assert (graded.here / "notes.html").read_text() == "<!DOCTYPE html>my own"
    for _ in range(2):
        done = graded.type("class", "report", "--html", "report.html")
        assert (done.code, "The page: report.html" in done.out) == (0, True)
    page = (graded.here / "report.html").read_text()
    assert "<title>Report of a class: A tiny course</title>" in page
    assert "60% lost add gives the sum" in page
    assert "<b>" not in page
    nowhere = graded.type("class", "report", "--html", "no/such/report.html")
    assert (nowhere.code, "There is no folder" in nowhere.err) == (2, True)


def test_the_weeks_come_from_the_times_of_the_hand_ins(graded):
    (graded.here / "class.yaml").write_text("format_version: 1\ntitle: A class\ntimezone: UTC\n")
    (graded.here / "times.csv").write_text("id,time\n7,2026-10-05 10:00\n8,2026-10-06 10:00\n9,2026-10-14 10:00\n")
    ruled = graded.type(*GRADE, "--rules", "class.yaml", "--times", "times.csv")
    assert ruled.code in (0, 1), ruled.err
    found = graded.type("class", "report", "--json").json
    assert [(week["monday"], week["learners"], len(week["found"])) for week in found["weeks"]] == [
        ("2026-10-05", 2, 1), ("2026-10-12", 1, 1),
    ]  # fmt: skip
    assert (found["timed"], found["untimed"]) == (3, 3)
    assert "Of 3 hand-ins no time is known" in graded.type("class", "report").out


def test_before_anything_is_graded_there_is_no_report(person):
    none = person.type("class", "report")
    assert (none.code, "There are no gradings in class.sqlite3 yet" in none.err) == (2, True)
    hand_in(person, {"ada.txt": "x"})
    assert person.type("class", "grade", "handed-in").code == 1
    empty = person.type("class", "report")
    assert (empty.code, "Nothing has been graded yet" in empty.err) == (2, True)
