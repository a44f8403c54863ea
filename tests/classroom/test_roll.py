"""The roster, and the rows that a class gets."""

import pytest

from dlquiz.classroom.collect import Harvest
from dlquiz.classroom.handin import HandedIn, Unread
from dlquiz.classroom.names import Learner
from dlquiz.classroom.places import Piece
from dlquiz.classroom.roll import call_roll
from dlquiz.classroom.roster import read_roster
from dlquiz.errors import UsageError

ROSTER = read_roster(
    "Student;SIS User ID;SIS Login ID;Section\nLovelace, Ada;77;ada1;A\nZoë Ng;78;zng;B\n".encode(), "r.csv"
)


class Nowhere:
    name = "class"


def handed_in(name, number="", exercise="exercise1", order=0):
    piece = Piece(Nowhere(), f"{name}-{order}.py")
    return HandedIn(Learner(name, number), exercise, "adder.py", piece, {}, {}, False, "", (order, "", 0.0, 0))


@pytest.mark.parametrize(
    ("learner", "name"),
    [
        (Learner("whoever", "78"), "Zoë Ng"), (Learner("lovelaceada", "5001"), "Ada Lovelace"),
        (Learner("ada lovelace"), "Ada Lovelace"), (Learner("ZOE NG"), "Zoë Ng"), (Learner("zng"), "Zoë Ng"),
    ],
)  # fmt: skip
def test_a_person_is_found_as_an_lms_writes_them(learner, name):
    assert ROSTER.find(learner).name == name


def test_what_fits_two_people_fits_nobody():
    roster = read_roster(b"name,email\nAda Roy,a@x.org\nAda Roy,b@x.org\n", "r.csv")
    assert roster.find(Learner("Ada Roy")) is None
    assert roster.find(Learner("b")).id == "b@x.org"


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\x00\xff\xfe", b'name\n"' + b"x" * 200_000])
def test_what_is_no_roster_is_refused_in_a_sentence(raw):
    with pytest.raises(UsageError, match=r"r\.csv is not a roster"):
        read_roster(raw, "r.csv")


def test_the_latest_attempt_counts_and_the_others_are_named():
    found = Harvest([handed_in("Ada", order=2), handed_in("ada", order=10), handed_in("Ada", exercise="exercise2")])
    first, second = call_roll(found, None, ["exercise1", "exercise2"])
    assert (first.exercise, first.labels) == ("exercise1", ("class/ada-10.py",))
    assert first.remarks == ["an earlier attempt, not graded: class/Ada-2.py"]
    assert second.exercise == "exercise2"


def test_two_people_with_one_number_of_two_systems_are_two():
    assert len(call_roll(Harvest([handed_in("Ada", "1"), handed_in("Bob", "1")]), None, ["exercise1"])) == 2


def test_everybody_on_the_roster_has_a_row_and_who_is_not_is_told():
    found = Harvest([handed_in("zng")], [Unread(Learner("Eve"), ("eve.pdf",), "no Python file")])
    ada, eve, zoe = call_roll(found, ROSTER, ["exercise1", "exercise2"])
    assert (ada.person.id, ada.person.section, ada.exercise, ada.reason) == (
        "77",
        "A",
        "exercise1",
        "nothing handed in",
    )
    assert (eve.reason, eve.remarks) == ("no Python file", ["not on the roster"])
    assert (zoe.person.name, zoe.handin is None, zoe.reason) == ("Zoë Ng", False, "")


TEAMS = read_roster(b"name,id,team\nAda Lovelace,7,Team 1\nBob Roy,8,Team 1\nEve Low,9,\n", "r.csv")


@pytest.mark.parametrize(
    "learner", [Learner("Team 1", "501"), Learner("Ada L, Bob R", "7, 8"), Learner("Ada Lovelace, Bob Roy")]
)
def test_each_member_of_a_team_has_a_row_for_the_one_hand_in(learner):
    rows = call_roll(Harvest([handed_in(learner.name, learner.id)]), TEAMS, ["exercise1"])
    assert [(row.person.name, row.handin is not None) for row in rows] == [
        ("Ada Lovelace", True), ("Bob Roy", True), ("Eve Low", False),
    ]  # fmt: skip
    assert rows[0].remarks == ["together with Bob Roy"]


def test_a_team_with_a_stranger_is_nobody_on_the_roster():
    rows = call_roll(Harvest([handed_in("Ada Lovelace, Zoe", "7, 99")]), TEAMS, ["exercise1"])
    (row,) = [row for row in rows if row.handin is not None]
    assert (row.person.name, row.remarks) == ("Ada Lovelace, Zoe", ["not on the roster"])
