"""Points of people: what is written is what is read, and each mistake has its line."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.manual import ManualKey, ManualPoints, by_hand, manual_bytes, merged, read_manual, sheet_of
from dlquiz.classroom.rules import load_rules
from dlquiz.classroom.scores import read_scores
from dlquiz.classroom.times import read_times
from dlquiz.content.course import load_course
from dlquiz.errors import ContentError
from dlquiz.text import one_line
from tests.classroom.test_rules import RULES
from tests.cli.conftest import make_course

HEADER = "learner,id,work,row,points,possible,comment,reason,who\n"
WITH_RUBRIC = RULES.replace("weight: 2}", "weight: 2, rubric: {style: 2, =report: 4.5}}")


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    (root / "class.yaml").write_text(WITH_RUBRIC, encoding="utf-8")
    return load_rules(root / "class.yaml", load_course(make_course(root / "course")))


@pytest.fixture
def read(tmp_path, rules):
    def reading(text):
        path = tmp_path / "sheet.csv"
        path.write_bytes(text if isinstance(text, bytes) else (HEADER + text).encode())
        return read_manual(str(path), rules)

    return reading


def mistakes(read, text):
    with pytest.raises(ContentError) as caught:
        read(text)
    return [(one.line, one.code, one.message) for one in caught.value.findings]


KEYS = [
    ManualKey("exercise2", name, number, row)
    for name, number in (("Ada Lovelace", "7"), ("Bob Roy", "8"))
    for row in ("style", "=report", "override")
]
# What a person types in a cell, as it is kept: one line, and without the sign that keeps a spreadsheet from running it.
texts = st.text(max_size=60).map(lambda text: one_line(text, 500)).filter(lambda text: not text.startswith("'"))
points = st.floats(0, 2).map(lambda number: round(number, 4))
rows = st.builds(ManualPoints, points, texts, texts.filter(bool), texts.filter(bool))


@given(st.dictionaries(st.sampled_from(KEYS), rows))
def test_what_is_written_is_read_again_whatever_people_write(rules, tmp_path_factory, known):
    path = tmp_path_factory.getbasetemp() / "manual.csv"
    raw = manual_bytes(known, rules)
    path.write_bytes(raw)
    again = read_manual(str(path), rules)
    assert again == known
    assert manual_bytes(again, rules) == raw
    cells = [cell for row in csv.reader(raw.decode().splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_sheet_has_every_row_of_the_rubric_and_changes_nothing_until_it_is_filled_in(rules, tmp_path):
    known = {KEYS[0]: ManualPoints(1.5, "neat", who="TA")}
    sheet = sheet_of(known, rules.roster.people, ["exercise2"], rules)
    assert len(sheet) == 9
    (tmp_path / "sheet.csv").write_bytes(manual_bytes(sheet, rules))
    taken, changes = merged(known, [read_manual(str(tmp_path / "sheet.csv"), rules)])
    assert taken == known
    assert (changes.added, changes.changed, changes.removed) == (0, [], 0)


def test_a_sheet_adds_changes_and_takes_back(rules, read):
    known = {KEYS[0]: ManualPoints(1.5), KEYS[1]: ManualPoints(3.0)}
    sheet = read(',7,exercise2,style,"0,5",,,,\n,7,exercise2,=report,none,,,,\nBob Roy,,exercise2,style,2,,good,,TA\n')
    taken, changes = merged(known, [sheet])
    assert taken == {KEYS[0]: ManualPoints(0.5), KEYS[3]: ManualPoints(2.0, "good", who="TA")}
    assert (changes.added, changes.removed) == (1, 1)
    assert changes.changed == ["Ada Lovelace, exercise2, style: 1.5 → 0.5"]


def test_all_mistakes_are_told_with_their_lines(read):
    text = (
        "Ada Lovelace,7,exercise2,style,3,,,,\n"
        'Bob Roy,8,exercise2,style,"1",,"two\nlines",,\n'
        "Zoe,99,exercise2,style,1,,,,\n"
        "Bob Roy,8,exercise2,layout,1,,,,\n"
        "Bob Roy,8,exercise9,style,1,,,,\n"
        "Bob Roy,8,exercise2,=report,many,,,,\n"
        "Bob Roy,8,exercise1,override,5,,,,Prof\n"
        "Bob Roy,8,words,override,5,,,ill,\n"
        f"Eve Low,9,exercise2,style,1,,{'x' * 501},,\n"
        "Bob Roy,8,exercise2,style,2,,,,\n"
        "Ada Lovelace,7,exercise1,override,,,,ill,Prof\n"
        "Ada Lovelace,7,exercise2,=report,nan,,,,\n"
    )
    found = mistakes(read, text)
    assert [(line, code) for line, code, _ in found] == [
        (2, "DLQ017"), (5, "DLQ042"), (6, "DLQ042"), (7, "DLQ042"), (8, "DLQ024"), (9, "DLQ012"), (10, "DLQ012"),
        (11, "DLQ002"), (12, "DLQ021"), (13, "DLQ012"), (14, "DLQ024"),
    ]  # fmt: skip
    messages = [message for *_, message in found]
    assert messages[5:7] == ["an override needs 'reason'", "an override needs 'who'"]


def test_a_comment_of_two_lines_is_kept_on_one(read):
    given = read('Bob Roy,8,exercise2,style,1,,"two\nlines",,\n')
    assert given[KEYS[3]].comment == "two lines"


@given(st.binary(max_size=300), st.sampled_from([b"", HEADER.encode(), b"quiz;points;possible\n", b"time,id\n"]))
def test_whatever_a_table_holds_it_is_read_or_refused_with_lines(rules, tmp_path_factory, raw, header):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(header + raw)
    for reading in (
        read_manual,
        read_scores,
        lambda name, known: read_times(name, known.zone, ["exercise1"], known.roster),
    ):
        findings = ()
        try:
            reading(str(path), rules)
        except ContentError as error:
            findings = error.findings
        assert all(one.line >= 1 and one.message for one in findings)


def test_points_stand_by_learner_and_work(rules, read):
    hands = by_hand(read(",7,exercise2,style,1,,ok,,\n,7,exercise2,override,9,,,cheated?,Prof\n"), rules)
    ((person, work), hand) = next(iter(hands.items()))
    assert (person.name, work) == ("Ada Lovelace", "exercise2")
    assert [(row.name, row.points, row.possible) for row in hand.rows] == [("style", 1, 2)]
    assert (hand.override.points, hand.override.reason, hand.override.who) == (9, "cheated?", "Prof")
