"""Points filled into the gradebooks of Canvas, Moodle and Blackboard: nobody and nothing is added."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.gradebook import PersonPoints, fill, read_points
from dlquiz.errors import UsageError

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Exercise 3 (4711),Exercise 4 (4712),Final Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,10.0,20,(read only)\n"
    '"Lovelace, Ada",101,s-1,ada,A,,,93\n'
    '"Hopper, Grace",102,s-2,grace,B,7.5,,\n'
    '"Núñez, Zoë",103,s-3,zoe,A,EX,,\n'
    '"Student, Test",999,,x,A,,,\n'
)
MOODLE = (
    "Teilnehmer-ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    "Zuletzt geändert (Bewertung),Feedback als Kommentar\n"
    'Teilnehmer/in 101,"Ada Lovelace",ada@example.org,Zur Bewertung abgegeben,,"10,00",Ja,-,\n'
    'Teilnehmer/in 102,Grace Hopper,grace@example.org,Keine Abgabe,,"10,00",Ja,-,\n'
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t'
    '"Exercise 3 [Total Pts: 10 Score] |664617"\t"Exam [Total Pts: 50 Score] |2"\n'
    '"Lovelace"\t"Ada"\t"ada"\t"101"\t""\t""\n"Hopper"\t"Grace"\t"grace"\t"102"\t""\t"40"\n'
)
ADA = PersonPoints("Ada Lovelace", "101", 8.5, 10)
GRACE = PersonPoints("Grace Hopper", "", 10, 10)


def filled(book: str, *people: PersonPoints, encoding: str = "utf-8", **options):
    settings = {"column": None, "wanted": ("exercise3", "Exercise 3"), "scale": False, "replace": False, **options}
    return fill(book.encode(encoding), people, **settings)


def cells(content: bytes, delimiter: str = ",", encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding)), delimiter=delimiter))


def test_only_the_chosen_cells_of_canvas_change():
    found = filled(CANVAS, ADA)
    assert (found.system, found.column, found.filled) == ("Canvas", "Exercise 3", 1)
    assert cells(found.content)[3] == ["Lovelace, Ada", "101", "s-1", "ada", "A", "8.5", "", "93"]
    before, after = CANVAS.splitlines(), found.content.decode().splitlines()
    assert [row for row in range(len(before)) if before[row] != after[row]] == [3]


@pytest.mark.parametrize("who", [
    PersonPoints("", "s-1", 8.5, 10), PersonPoints("somebody else", "101", 8.5, 10),
    PersonPoints("Ada Lovelace", "", 8.5, 10),
    PersonPoints("Lovelace, Ada", "ada@example.org", 8.5, 10), PersonPoints("LOVELACE ADA", "ada", 8.5, 10),
])  # fmt: skip
def test_a_person_is_found_by_any_id_or_by_name(who):
    assert cells(filled(CANVAS, who).content)[3][5] == "8.5"


def test_nobody_and_no_column_is_added():
    found = filled(CANVAS, PersonPoints("Alan Turing", "104", 9, 10), column="4711")
    assert found.unknown == ["Alan Turing 104"]
    assert cells(found.content) == cells(CANVAS.encode())
    with pytest.raises(UsageError, match=r"no column is called 'Exercise 9'. It has: Exercise 3 \(4711\), Exercise 4"):
        filled(CANVAS, ADA, column="Exercise 9")
    with pytest.raises(UsageError, match="no column is surely the one"):
        filled(CANVAS, ADA, wanted=("exercise5", "Regression"))


def test_what_stands_there_stays_unless_it_is_to_be_replaced_and_who_is_excused_stays_so():
    zoe = PersonPoints("Zoë Núñez", "103", 1, 10)
    found = filled(CANVAS, GRACE, zoe)
    assert (found.filled, found.kept) == (0, ["Grace Hopper: 7.5, not 10", "Zoë Núñez: EX, not 1"])
    found = filled(CANVAS, GRACE, zoe, replace=True)
    assert (found.filled, found.kept) == (1, ["Zoë Núñez: EX, not 1"])
    assert filled(CANVAS, PersonPoints("Grace Hopper", "102", 7.5, 10)).unchanged == 1


def test_points_are_converted_only_if_that_is_asked_for():
    with pytest.raises(UsageError, match="is out of 20 points, these are out of 10"):
        filled(CANVAS, ADA, column="Exercise 4")
    assert cells(filled(CANVAS, ADA, column="Exercise 4", scale=True).content)[3][6] == "17"


def test_a_worksheet_of_moodle_is_filled_in_any_language():
    found = filled(MOODLE, PersonPoints("x", "101", 8.5, 10), GRACE, wanted=("Bewertung",))
    assert (found.system, found.filled) == ("Moodle", 2)
    rows = cells(found.content)
    assert [row[4] for row in rows] == ["Bewertung", "8.5", "10"]
    assert [[cell for place, cell in enumerate(row) if place != 4] for row in rows] == [
        [cell for place, cell in enumerate(row) if place != 4] for row in cells(MOODLE.encode())
    ]
    assert filled(MOODLE, ADA).column == "Bewertung", "the only column that it can be"


def test_a_download_of_blackboard_keeps_its_encoding():
    found = filled(BLACKBOARD, ADA, encoding="utf-16")
    assert found.system == "Blackboard"
    assert cells(found.content, "\t", "utf-16")[1][4:] == ["8.5", ""]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "learner,id,points,possible\nada,1,2,3\n", "\x00"])
def test_what_is_no_gradebook_is_refused(text):
    with pytest.raises(UsageError, match="no gradebook that is known"):
        filled(text, ADA)


def test_two_people_of_one_name_are_told_apart_by_id_or_left_out():
    book = CANVAS + '"Lovelace, Ada",105,s-5,ada2,B,,,\n'
    found = filled(book, PersonPoints("Ada Lovelace", "", 5, 10), PersonPoints("Ada Lovelace", "105", 6, 10))
    assert (found.unknown, found.filled) == (["Ada Lovelace"], 1)
    assert [row[5] for row in cells(found.content)[3:]] == ["", "7.5", "EX", "", "6"]


@given(st.floats(0, 1e6), st.sampled_from(["", "\ufeff"]))
def test_a_number_is_read_by_canvas_as_it_was_meant(points, mark):
    """Its rule: every separator but the last is dropped, then it is a number."""
    book = mark + CANVAS.replace("10.0,20,", ",,")
    found = fill(
        book.encode(),
        [PersonPoints("Ada Lovelace", "101", points, 10)],
        column="4711",
        wanted=(),
        scale=False,
        replace=False,
    )
    written = cells(found.content)[3][5]
    *whole, last = written.replace(",", ".").split(".")
    read = float(f"{''.join(whole)}.{last}") if whole else float(last)
    assert abs(read - points) <= 0.005 + 1e-9 * points
    assert found.content.startswith(mark.encode())


def test_the_table_of_a_class_is_read_back():
    table = (
        b"learner,id,section,exercise,points,possible\r\n'=Ada,101,A,exercise3,8.5,10\r\nGrace,102,B,exercise3,,10\r\n"
        b"Grace,102,B,exercise4,3,20\r\n"
    )
    assert list(read_points(table, "exercise3")) == [PersonPoints("=Ada", "101", 8.5, 10)]
    with pytest.raises(UsageError, match="several exercises: exercise3, exercise4"):
        list(read_points(table, None))
    with pytest.raises(UsageError, match=r"Line 2 of the table: 'x' is no number"):
        list(read_points(table.replace(b"8.5", b"x"), "exercise3"))
    with pytest.raises(UsageError, match="needs the columns learner, id, points and possible"):
        list(read_points(CANVAS.encode(), None))


def test_a_table_by_rules_is_read_as_well():
    table = b"learner,id,section,work,grade,possible,state\r\nAda,101,A,exercise3,7.65,10,counted\r\n"
    assert list(read_points(table, "exercise3")) == [PersonPoints("Ada", "101", 7.65, 10)]
