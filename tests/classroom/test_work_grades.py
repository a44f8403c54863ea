"""What counts of a class: groups, extensions, points of people, what is open, and the totals."""

from datetime import UTC, datetime

import pytest

from dlquiz.classroom.attempts import call_attempts, people_of
from dlquiz.classroom.collect import Harvest, collect
from dlquiz.classroom.handin import Unread
from dlquiz.classroom.matching import Target
from dlquiz.classroom.names import Learner
from dlquiz.classroom.reckoning import ClassAttempt
from dlquiz.classroom.rules import load_rules
from dlquiz.classroom.table import GradeRow
from dlquiz.classroom.times import TimeTable
from dlquiz.classroom.work_grades import ByHand, ClassWorkbook, GradeOverride, MarkedRow
from dlquiz.content.course import load_course
from tests.classroom.test_rules import RULES
from tests.cli.conftest import make_course

LATER = datetime(2026, 12, 24, tzinfo=UTC)
IN_TIME = datetime(2026, 10, 1, tzinfo=UTC)
TARGETS = [Target("exercise1", "adder"), Target("exercise2", "halver")]


@pytest.fixture
def load(tmp_path):
    course = load_course(make_course(tmp_path / "course"))

    def loaded(text=RULES):
        (tmp_path / "class.yaml").write_text(text, encoding="utf-8")
        return load_rules(tmp_path / "class.yaml", course)

    return loaded


def book_of(rules, **more):
    return ClassWorkbook(rules, rules.roster.people, ["exercise1", "exercise2", "words"], **more)


def attempt(points, at=IN_TIME, **more):
    return ClassAttempt("file.py", 0, points, 10.0, at, "CSV", **more)


def test_one_hand_in_of_two_counts_for_both_and_attempts_stay_apart(load, tmp_path):
    for day in ("05", "06"):
        (tmp_path / f"in/L_bob_attempt_2026-10-{day}-14-30-10_adder.py").parent.mkdir(exist_ok=True)
        (tmp_path / f"in/L_bob_attempt_2026-10-{day}-14-30-10_adder.py").write_text("x = 1\n")
    rules = load()
    with collect([tmp_path / "in"], TARGETS) as found:
        attempts = call_attempts(found, rules, TimeTable())
    assert [[one.name for one in attempt.people] for attempt in attempts] == [["Bob Roy", "Ada Lovelace"]] * 2
    assert [attempt.place for attempt in attempts] == [0, 1]
    assert attempts[0].row.remarks == ["together with Ada Lovelace"]
    assert attempts[0].time.at == datetime(2026, 10, 5, 12, 30, 10, tzinfo=UTC)


def test_a_team_of_the_lms_is_found_by_the_name_of_the_group(load):
    rules = load()
    (one,) = call_attempts(
        Harvest(unread=[Unread(Learner("Team 1", "5"), ("x.pdf",), "no", exercise="exercise1")]), rules, []
    )
    assert [person.name for person in one.people] == ["Ada Lovelace", "Bob Roy"]
    stranger = Harvest(unread=[Unread(Learner("Zoe"), ("x.pdf",), "no")])
    assert [person.name for person in people_of(call_attempts(stranger, rules, TimeTable()), rules)][-1] == "Zoe"


def test_the_points_of_a_grading_become_an_attempt(load):
    rules = load()
    unread = Harvest(unread=[Unread(Learner("Eve Low"), ("x.pdf",), "no Python file", exercise="exercise1")])
    (one,) = call_attempts(unread, rules, TimeTable())
    found = one.graded(GradeRow(one.row, "unreadable", "no Python file"))
    assert (found.points, found.problem, found.pending) == (None, "unreadable: no Python file", False)
    assert one.graded(GradeRow(one.row, "graded", "", 3.5, 4)).points == 3.5
    assert one.graded(GradeRow(one.row, "incomplete", "killed", 3.5, 4)).pending


def test_states_weights_and_totals(load):
    rules = load()
    book = book_of(rules)
    ada, _, eve = rules.roster.people
    book.add([ada], "exercise1", attempt(8.0))
    book.add([ada], "exercise2", attempt(5.0))
    first, second, third = book.grades(LATER)
    assert [(one.work, one.state, one.points, one.share) for one in first.works] == [
        ("exercise1", "counted", 8.0, 0.8), ("exercise2", "counted", 5.0, 0.5),
        ("words", "nothing handed in", None, 0.0),
    ]  # fmt: skip
    assert first.total.share == pytest.approx((0.8 + 2 * 0.5) / 4)
    assert second.total.share == 0
    assert [one.state for one in third.works] == ["nothing handed in", "nothing handed in", "excused"]
    assert third.person == eve
    early = book.grades(IN_TIME)
    assert [one.state for one in early[1].works] == ["not due yet"] * 3
    assert early[1].total.share is None


def test_drop_lowest_leaves_a_missing_one_out(load):
    rules = load(RULES + "drop_lowest: 1\n")
    book = book_of(rules)
    book.add([rules.roster.people[0]], "exercise1", attempt(8.0))
    first = book.grades(LATER)[0]
    assert first.total.dropped == ("exercise2",)  # of two at nothing the heavier
    assert first.total.share == pytest.approx(0.4)


def test_what_a_person_has_to_decide_is_open(load):
    rules = load()
    book = book_of(rules)
    book.add([rules.roster.people[0]], "exercise1", attempt(8.0, at=None))
    book.add([rules.roster.people[0]], "exercise2", attempt(None, problem="incomplete", pending=True))
    first = book.grades(LATER)[0]
    assert first.open == ("exercise1", "exercise2")
    assert [one.points for one in first.works] == [8.0, None, None]
    assert first.works[0].flags == ("file.py: no time is known",)


def test_points_of_people_are_added_and_an_override_takes_the_place_of_all(load):
    rules = load(RULES.replace("weight: 2}", "weight: 2, rubric: {style: 2, report: 3}}"))
    ada, bob, eve = rules.roster.people
    style = MarkedRow("style", 1.5, 2, "neat", "TA")
    report = MarkedRow("report", 3, 3, "", "TA")
    override = ByHand((), GradeOverride(1.0, "copied", "Prof"))
    hands = {
        (ada, "exercise2"): ByHand((style, report)), (bob, "exercise2"): ByHand((style,)),
        (eve, "exercise2"): override, (eve, "words"): override,
    }  # fmt: skip
    book = book_of(rules, by_hand=hands)
    for person in (ada, bob):
        book.add([person], "exercise2", attempt(8.0))
    first, second, third = ([*one.works] for one in book.grades(LATER))
    assert (first[1].points, first[1].possible, first[1].state) == (12.5, 15.0, "counted")
    assert "style: 1.5 of 2 points: neat" in first[1].told
    assert (second[1].state, second[1].flags) == ("to decide", ("not marked by a person yet: report",))
    assert (third[1].points, third[1].state) == (1.0, "counted")
    assert third[1].told[-1] == "A person set the grade to 1: copied"
    assert third[2].state == "excused", "who is excused stays so"
