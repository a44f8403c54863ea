"""``dlquiz class report``, ``show`` and ``remove``, through the real program, its wall and its book."""

import re
import shlex
import shutil

import pytest

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, gradings, hand_in
from tests.cli.test_main import on_a_terminal

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


def test_the_table_fits_the_terminal(graded, monkeypatch):
    for columns in (60, 80, 120):
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


# -- class show -----------------------------------------------------------------------


def test_a_grade_is_explained_with_all_that_decided_it_and_the_command_that_repeats_it(graded):
    done = graded.type("class", "show", "8", "1")
    assert (done.code, done.err) == (0, "")
    said = done.out
    for part in (
        "Bob Roy (8), exercise1\n  file: handed-in/Bob Roy_8_assignsubmission_file_/adder.py",
        "handed in: the book knows no time",
        "class grade: run 1, ",
        ": 1 of 4 points.",
        "  0 of 3  add gives the sum: failed (hidden)\n      problem: ",
        "likely cause: ",
        "3 times the expected one",
        "  1 of 1  half of an odd number keeps its half: passed (public)",
        "seed 5",
        "wall: kernel; graders ",
        "of tiny 1",
        "numpy ",
    ):
        assert part in said, part
    document = graded.type("class", "show", "bob roy", "exercise1", "--json").json
    assert (document["learner"], document["id"], document["attempts"]) == ("Bob Roy", "8", 1)
    assert document["sha256"] in said
    assert document["report"]["points"]["earned"] == 1
    file = "'handed-in/Bob Roy_8_assignsubmission_file_/adder.py'"
    command = f"dlquiz class grade {file} --exercise exercise1 --replay {document['grading']}"
    assert f"Next: {command}" in said
    again = graded.type(*shlex.split(command)[1:])
    assert (again.code, "every check as it was" in again.out) == (0, True)


def test_a_learner_is_found_by_a_part_of_the_name_and_two_are_listed(graded):
    assert "Ada Lovelace (7), exercise1" in graded.type("class", "show", "lovelace", "1").out
    two = graded.type("class", "show", "a", "1")  # in Ada and in Dan
    assert (two.code, two.out) == (2, "")
    assert "'a' fits several learners: Ada Lovelace (7); Dan (10)." in two.err
    nobody = graded.type("class", "show", "Zoe", "1")
    assert (nobody.code, "'Zoe' is nobody in this book." in nobody.err) == (2, True)
    nothing = graded.type("class", "show", "Ada", "2")
    assert (nothing.code, "has handed in nothing for exercise2" in nothing.err) == (2, True)


def test_a_hand_in_from_an_archive_is_repeated_from_the_archive(person):
    hand_in(person, {"ada/adder.py": RIGHT, "bob/adder.py": HALF})
    shutil.make_archive(str(person.here / "all"), "zip", person.here / "handed-in")
    shutil.rmtree(person.here / "handed-in")
    assert person.type("class", "grade", "all.zip", "--db", "b.sqlite3").code == 0
    said = person.type("class", "show", "ada", "1", "--db", "b.sqlite3").out
    command = re.search(r"Next: dlquiz (class grade all.zip --db b.sqlite3 --replay \d)", said)[1]
    assert person.type(*command.split()).code == 0


def test_where_nothing_was_graded_the_reason_is_shown(person):
    hand_in(person, {"ada/adder.py": "\0"})
    assert person.type("class", "grade", "handed-in").code == 1
    done = person.type("class", "show", "ada", "1")
    assert (done.code, "Not graded: " in done.out) == (1, True)
    assert person.type("class", "show", "ada", "1", "--json").json["grading"] is None


def test_of_several_attempts_the_last_graded_one_is_shown(person):
    hand_in(
        person, {f"Lab_ada_attempt_2026-03-0{day}-14-30-10_adder.py": text for day, text in ((5, HALF), (6, RIGHT))}
    )
    (person.here / "class.yaml").write_text("format_version: 1\ntitle: A class\ntimezone: UTC\n")
    assert person.type(*GRADE, "--rules", "class.yaml").code in (0, 1)
    shown = person.type("class", "show", "ada", "1", "--json").json
    assert shown["attempts"] == shown["attempt"] == 2
    assert (shown["report"]["points"]["earned"], shown["handed_in_at"]) == (4, "2026-03-06T14:30:10+00:00")
    assert "attempt 2 of 2 is shown" in person.type("class", "show", "ada", "1").out


# -- class remove ---------------------------------------------------------------------


def everything(person):
    """Return all bytes of the book, and of what lies beside it."""
    return b"".join(path.read_bytes() for path in person.here.glob("class.sqlite3*"))


def test_a_learner_is_removed_only_after_a_yes_and_then_wholly(graded):
    before = everything(graded)
    assert b"Bob Roy" in before
    asked = graded.type("class", "remove", "8")
    assert asked.code == 1
    assert "Bob Roy (8): 1 hand-in in the book.\n  exercise1: 1 row\n  1 grading will go" in asked.out
    assert "Nothing was removed. Typed again with --yes" in asked.out
    document = graded.type("class", "remove", "8", "--json").json
    assert (document["removed"], document["hand_ins"], len(document["gradings"])) == (False, 1, 1)
    assert len(gradings(graded.here / "class.sqlite3")) == 5
    done = graded.type("class", "remove", "8", "--yes")
    assert (done.code, done.out.endswith("Removed.\n")) == (0, True)
    left = everything(graded)
    assert b"Bob Roy" not in left
    assert b"times the expected one" in left, "Cleo's grading stays"
    assert len(gradings(graded.here / "class.sqlite3")) == 4
    again = graded.type("class", "remove", "8", "--yes")
    assert (again.code, "is nobody in this book" in again.err) == (2, True)
    assert graded.type("class", "report", "--exercise", "1", "--json").json["exercises"][0]["graded"] == 4


def test_the_grading_of_a_file_that_another_one_handed_in_stays(graded):
    done = graded.type("class", "remove", "Ada", "--yes")
    assert "0 gradings will go; 1 stays, because others handed in the same file" in done.out
    assert graded.type("class", "show", "Dan", "1").code == 0


@pytest.mark.parametrize(("typed", "code"), [(b"n\n", 1), (b"y\n", 0)])
def test_on_a_terminal_a_person_is_asked(graded, typed, code):
    ended, screen = on_a_terminal(graded, "class", "remove", "Bob Roy", typed=typed)
    assert (ended, "Remove all of this for good?" in screen) == (code, True)
    assert (b"Bob Roy" in everything(graded)) == bool(code)
