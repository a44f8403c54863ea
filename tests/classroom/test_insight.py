"""The statistics of a class: rates of people, counted once each, in whatever order their reports come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.insight import ClassTally, CountedHandIn, misconception
from dlquiz.model.known_mistake import KNOWN_MISTAKE
from dlquiz.model.report import Report
from tests.classroom.test_book import REPORT

BATCH = "dW is exactly 32 times the expected one, and 32 is the batch size."
OTHER_BATCH = "dW is exactly 8 times the expected one, and 8 is the batch size."
FORGOT = "Forgot to divide by the batch size"


def case(name="t::a", outcome="failed", *, earned=0, possible=2, **more):
    points = {"earned": earned, "possible": possible}
    base = {"id": name, "title": f"title of {name}", "visibility": "hidden", "outcome": outcome, "points": points}
    return base | more


def right(name="t::a"):
    return case(name, "passed", earned=2)


def report(*cases, complete=True, seconds=0.2, stops=()):
    sums = {key: sum(one["points"][key] for one in cases) for key in ("earned", "possible")}
    changed = {"cases": cases, "points": sums, "complete": complete, "stops": stops}
    return Report.model_validate(REPORT.model_dump() | changed | {"usage": {"wall_s": seconds, "cpu_s": 0.1}})


def tally(*reports, exercise="exercise1"):
    """Count reports of people who are called 0, 1, 2, ..."""
    found = ClassTally()
    for number, one in enumerate(reports):
        found.add(CountedHandIn(str(number), f"p{number}", exercise, 0, number + 1), one)
    return found.result().exercises[0]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (BATCH, "dW is exactly … times the expected one, and … is the batch size."),
        (OTHER_BATCH, "dW is exactly … times the expected one, and … is the batch size."),
        ("Z1 has the shape (3, 4); see dZ2.", "Z1 has the shape (…, …); see dZ2."),
        ("every entry times -0.5, or 1.5e-07", "every entry times …, or …"),
        ("Your flatten(colour images) is all zeros.", "Your flatten(…) is all zeros."),
        ("Your flatten of 153 51.5 -2 is all zeros.", "Your flatten(…) is all zeros."),
        ("Your dW2 is f(a) and not f(b).", "Your dW2 is f(a) and not f(b)."),
        (f"{BATCH} {KNOWN_MISTAKE}{FORGOT}", FORGOT),
        (f"{KNOWN_MISTAKE}Divides by 255\nand not by 256", "Divides by 255 and not by 256"),
    ],
)
def test_a_diagnosis_is_counted_without_its_numbers_and_a_known_mistake_by_its_sentence(said, name):
    assert misconception(said) == name


def test_a_mistake_that_is_named_once_in_a_report_is_counted_for_its_other_checks_too():
    named = case("t::a", diagnosis=f"{BATCH} {KNOWN_MISTAKE}{FORGOT}")
    again = case("t::b", diagnosis=OTHER_BATCH)
    found = tally(report(named, again), report(right("t::a"), again), report(right("t::a"), right("t::b")))
    told = [(one.name, one.learners, one.grading) for one in found.misconceptions]
    assert told == [(FORGOT, 1, 1), (misconception(BATCH), 1, 2)]
    assert found.misconceptions[1].example == OTHER_BATCH
    assert found.unexplained == 0


def test_checks_are_sorted_by_how_many_lost_them_and_say_why():
    broken = case("t::b", "broken")
    found = tally(
        report(case("t::a"), right("t::b")),
        report(case("t::a", cause="timeout"), right("t::b")),
        report(case("t::a"), case("t::b", "skipped")),
        report(right("t::a"), broken, complete=False),
    )
    hardest, other = found.checks
    assert (hardest.id, hardest.lost, hardest.judged, hardest.share) == ("t::a", 3, 4, 0.75)
    assert hardest.causes == (("wrong value", 2), ("timeout", 1))
    assert hardest.points_lost == 0.75
    assert (other.lost, other.judged, other.causes) == (1, 3, (("left out", 1),)), "what broke is nobody's fault"
    assert (found.graded, found.incomplete, found.unexplained) == (4, 1, 3)


def test_the_points_have_quartiles_and_a_histogram_of_shares():
    rows = [report(case("t::a", earned=value, possible=10)) for value in (0, 1, 2, 9, 10)]
    points = tally(*rows, report(case("t::a", "broken", possible=10), complete=False)).points
    numbers = (points.lowest, points.first_quartile, points.median, points.third_quartile, points.highest)
    assert numbers == (0, 1, 2, 9, 10)
    assert (points.possible, points.mean, points.full) == (10, 4.4, 1)
    assert points.histogram == (1, 1, 1, 0, 0, 0, 0, 0, 0, 2)
    one = tally(rows[3]).points
    assert (one.lowest, one.median, one.highest, one.mean) == (9, 9, 9, 9)


def test_graders_of_two_versions_are_compared_by_the_share():
    points = tally(report(case(earned=1, possible=2)), report(case(earned=2, possible=4))).points
    assert (points.possible, points.mean, points.lowest, points.highest) == (4, 2, 2, 2)


def test_unusual_runs_are_named_with_their_reason():
    usual = [report(right()) for _ in range(4)]
    found = tally(
        *usual,
        report(case(cause="timeout"), case("t::b", cause="memory")),
        report(right(), seconds=20),
        report(case("t::a", "broken"), complete=False),
        report(case(), stops=({"place": "line 1", "cause": "forbidden", "message": "m", "went_on": False},)),
    )
    assert [(one.learner, one.what, one.grading) for one in found.unusual] == [
        ("p4", "ran into the time limit; ran out of memory", 5),
        ("p6", "the machine or a check failed, 1 of 1 checks not judged", 7),
        ("p5", "took 20.0 s, the median is 0.2 s", 6),
        ("p7", "tried what is forbidden", 8),
    ]
    assert tally(report(right()), report(right(), seconds=20)).unusual == (), "of two nobody is unusual"


def test_the_weeks_are_those_of_the_hand_ins_and_what_has_no_time_is_counted():
    found = ClassTally()
    wrong = report(case(diagnosis=BATCH))
    monday = datetime(2026, 10, 5, tzinfo=UTC)
    for number, days in enumerate((0, 6, 7, None)):
        at = None if days is None else monday + timedelta(days=days, hours=23)
        found.add(CountedHandIn(str(number), "p", "exercise1", 0, number, at), wrong if days else report(right()))
    # The same person with another exercise in the same week is one person.
    found.add(CountedHandIn("1", "p", "exercise2", 0, 9, monday), wrong)
    result = found.result()
    assert [(week.monday, week.learners, week.found) for week in result.weeks] == [
        (date(2026, 10, 5), 2, {misconception(BATCH): 1}),
        (date(2026, 10, 12), 1, {misconception(BATCH): 1}),
    ]
    assert (result.timed, result.untimed) == (4, 1)


def test_exercises_stand_in_the_order_of_the_course_and_of_nothing_nothing_is_said():
    found = ClassTally()
    assert found.result().exercises == ()
    for name in ("b", "a", "c"):
        found.add(CountedHandIn("1", "p", name, 0, 1), report(right()))
    assert [one.exercise for one in found.result(["c", "b", "never"]).exercises] == ["c", "b", "a"]


cases = st.builds(
    lambda name, outcome, earned, cause, diagnosis: case(
        name, outcome, earned=2 if outcome == "passed" else earned, cause=cause, diagnosis=diagnosis
    ),
    st.sampled_from(["t::a", "t::b", "t::c"]),
    st.sampled_from(["passed", "failed", "skipped", "broken"]),
    st.sampled_from([0, 0.1, 0.7, 1]),
    st.sampled_from([None, "timeout", "exception"]),
    st.sampled_from([None, BATCH, OTHER_BATCH, f"{BATCH} {KNOWN_MISTAKE}{FORGOT}", "7 of 9"]),
)
reports = st.builds(
    lambda some, complete, seconds: report(
        *{one["id"]: one for one in some}.values(), complete=complete, seconds=seconds
    ),
    st.lists(cases, max_size=3), st.booleans(), st.floats(0, 30),
)  # fmt: skip
handins = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from(["exercise1", "exercise2"]), reports, st.sampled_from([None, 0, 9])
    ),
    max_size=12,
)


def counted(some):
    """Return what is said of hand-ins; the attempts are in the order of their numbers."""
    found = ClassTally()
    for number, (learner, exercise, one, days) in some:
        at = None if days is None else datetime(2026, 10, 5, tzinfo=UTC) + timedelta(days=days)
        found.add(CountedHandIn(learner, f"name of {learner}", exercise, number, number, at), one)
    return found.result(["exercise1", "exercise2"])


@given(handins, st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(some, dice):
    numbered = list(enumerate(some))
    mixed = list(numbered)
    dice.shuffle(mixed)
    assert counted(mixed) == counted(numbered)


@given(handins)
def test_nobody_is_counted_twice_and_every_share_is_between_0_and_1(some):
    result = counted(list(enumerate(some)))
    last = {(learner, exercise): one for learner, exercise, one, _ in some}
    assert sum(one.graded for one in result.exercises) == len(last) == result.timed + result.untimed
    for one in result.exercises:
        mine = [made for (_, exercise), made in last.items() if exercise == one.exercise]
        assert one.graded == len(mine)
        assert one.incomplete == sum(not made.complete for made in mine)
        for check in one.checks:
            assert 0 <= check.share <= 1
            assert check.points_lost is None or 0 <= check.points_lost <= 1
            assert sum(count for _, count in check.causes) == check.lost <= check.judged <= one.graded
        for told in one.misconceptions:
            assert told.share == told.learners / one.graded
            assert 0 < told.share <= 1
        assert one.unexplained <= one.graded
        if one.points is not None:
            assert sum(one.points.histogram) <= one.graded - one.incomplete
            spread = one.points
            numbers = [
                spread.lowest, spread.first_quartile, spread.median, spread.third_quartile, spread.highest,
            ]  # fmt: skip
            assert numbers == sorted(numbers)
    for week in result.weeks:
        assert all(0 < count <= week.learners <= 4 for count in week.found.values())


@given(handins)
def test_the_same_report_counted_again_changes_nothing(some):
    numbered = list(enumerate(some))
    assert counted(numbered + numbered) == counted(numbered)
