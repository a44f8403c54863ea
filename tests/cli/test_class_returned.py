"""Grades and feedback on their way back: ``class feedback`` and ``class fill``, through the real program."""

import csv
import zipfile

import pytest

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, hand_in

pytestmark = pytest.mark.sandbox

GRADEBOOK = "Student,ID,SIS Login ID,Section,Title 1 (11),Title 2 (12)\n    Points Possible,,,,4,4\n" + (
    '"Lovelace, Ada",7,ada,A,,\n"Roy, Bob",8,bob,B,,\n"Nobody, Else",9,else,B,,\n'
)


@pytest.fixture
def graded(person):
    """A class of three that has been graded; one handed in what is no program."""
    hand_in(person, {
        "Ada Lovelace_7_assignsubmission_file_/adder.py": RIGHT,
        "Bob Roy_8_assignsubmission_file_/adder.py": HALF,
        "Eve_9_assignsubmission_file_/notes.pdf": "x",
    })  # fmt: skip
    assert person.type("class", "grade", "handed-in", "--csv", "grades.csv", "--jobs", "1").code == 1
    return person


def test_everybody_who_handed_in_gets_a_page_and_moodle_takes_them_back(graded):
    result = graded.type("class", "feedback", "handed-in", "--to", "pages", "--moodle")
    assert result.code == 0, result.err
    pages = graded.here / "pages"
    assert sorted(path.name for path in pages.iterdir()) == [
        "Ada-Lovelace-7.html", "Ada-Lovelace-7.md", "Bob-Roy-8.html", "Bob-Roy-8.md", "Eve-9.html", "Eve-9.md",
        "moodle.zip",
    ]  # fmt: skip
    bob = (pages / "Bob-Roy-8.md").read_text()
    assert "1 of 4 points. 1 of 2 checks not passed." in bob
    assert "- Hidden check 1: failed (0 of 3)" in bob
    assert "All checks pass." in (pages / "Ada-Lovelace-7.html").read_text()
    assert "no Python file and no notebook" in (pages / "Eve-9.md").read_text()
    with zipfile.ZipFile(pages / "moodle.zip") as archive:
        names = archive.namelist()
        assert archive.read(names[1]).decode() == (pages / "Bob-Roy-8.html").read_text()
    assert [name.split("_", 4) for name in names] == [
        ["Ada Lovelace", "7", "assignfeedback", "file", "/feedback.html"],
        ["Bob Roy", "8", "assignfeedback", "file", "/feedback.html"],
        ["Eve", "9", "assignfeedback", "file", "/feedback.html"],
    ]
    again = graded.type("class", "feedback", "handed-in", "--to", "pages")
    assert (again.code, "is not empty" in again.err) == (2, True)


@pytest.mark.parametrize(("level", "seen"), [("full", True), ("public", False), ("points", False)])
def test_what_a_hidden_check_says_is_on_a_page_only_if_all_is_shown(person, level, seen):
    grader = person.course / "graders/exercise1/test_adder.py"
    grader.write_text(grader.read_text().replace("add gives the sum", "CANARY1").replace('"plus"', '"CANARY2"'))
    grader.write_text(grader.read_text().replace("2, 3), 5", "2, 3), 5.25").replace("the sum", "CANARY3"))
    hand_in(person, {"Ada_7_assignsubmission_file_/adder.py": HALF})
    assert person.type("class", "grade", "handed-in").code == 0
    assert person.type("class", "feedback", "handed-in", "--to", "pages", "--moodle", "--feedback", level).code == 0
    with zipfile.ZipFile(person.here / "pages/moodle.zip") as archive:
        packed = archive.read(archive.namelist()[0]).decode()
    for text in (packed, *(path.read_text() for path in (person.here / "pages").glob("Ada*"))):
        assert [canary in text for canary in ("CANARY1", "CANARY2", "CANARY3", "5.25")] == [seen] * 4
        assert "1 of 4 points" in text


def test_before_anything_is_graded_there_is_no_feedback(person):
    hand_in(person, {"ada.py": RIGHT})
    result = person.type("class", "feedback", "handed-in", "--to", "pages")
    assert (result.code, "There are no gradings in class.sqlite3 yet" in result.err) == (2, True)
    assert not (person.here / "pages").exists()


def test_a_gradebook_is_filled_and_nobody_is_added(graded):
    (graded.here / "export.csv").write_text(GRADEBOOK)
    typed = ("class", "fill", "export.csv", "--grades", "grades.csv", "--exercise", "1", "--to")
    result = graded.type(*typed, "filled.csv")
    assert result.code == 0, result.err
    assert "Canvas, column Title 1: 2 cells filled." in result.out
    with (graded.here / "filled.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert [row[4] for row in rows] == ["Title 1 (11)", "4", "4", "1", ""]
    assert (graded.here / "export.csv").read_text() == GRADEBOOK
    assert graded.type(*typed, "filled.csv").code == 2
    (graded.here / "export.csv").write_text(GRADEBOOK.replace("8,bob,B,,", "8,bob,B,3,").replace("Lovelace", "Byron"))
    (graded.here / "export.csv").write_text((graded.here / "export.csv").read_text().replace(",7,ada", ",17,a"))
    other = graded.type(*typed, "other.csv", "--json")
    assert (other.code, other.json["kept"]) == (1, ["Bob Roy: 3, not 1"])
    assert other.json["unknown"] == ["Ada Lovelace 7"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n", "no gradebook that is known"),
        (GRADEBOOK.replace("Title", "Task"), "no column is surely the one"),
        (GRADEBOOK.replace("Possible,,,,4", "Possible,,,,8"), "out of 8 points, these are out of 4"),
    ],
)
def test_what_cannot_be_filled_is_told_and_nothing_is_written(graded, content, said):
    (graded.here / "export.csv").write_text(content)
    result = graded.type(
        "class", "fill", "export.csv", "--grades", "grades.csv", "--exercise", "1", "--to", "filled.csv"
    )
    assert (result.code, said in " ".join(result.err.split())) == (2, True)
    assert not (graded.here / "filled.csv").exists()
