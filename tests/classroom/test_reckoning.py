"""What a time costs: the sentences that a learner is shown, and what must hold whatever the rules are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.reckoning import ClassAttempt, Terms, moment, reckon, span
from dlquiz.classroom.totals import CountedWork, total
from dlquiz.model.class_rules import LatePolicy

BERLIN = ZoneInfo("Europe/Berlin")
DUE = moment(datetime(2026, 10, 5, 23, 59), BERLIN)


def terms(due=DUE, attempts="last", unknown_time="flag", more=(), **late):
    return Terms(due, BERLIN, LatePolicy(**late), attempts, unknown_time, **dict(more))


def handed_in(at, points=8.0, possible=10.0, label="adder.py", place=0, **more):
    return ClassAttempt(label, place, points, possible, at, "CSV", **more)


def at(*clock):
    return moment(datetime(*clock), BERLIN)


def test_a_learner_is_told_how_a_deduction_came_about():
    late = at(2026, 10, 8, 2, 59)
    result = reckon([handed_in(late)], terms(grace=timedelta(hours=1), percent_per_day=10))
    assert result.points == 5.6
    assert result.told == (
        "Handed in Thu 8 Oct 2026 02:59 (CSV).",
        "Due Mon 5 Oct 2026 23:59.",
        "2 days and 3 hours late, after 1 hour of grace: 3 days begun, −30 % of the points earned.",
    )


@pytest.mark.parametrize(
    ("late_by", "rules", "points", "sentence"),
    [
        ({}, {}, 8, "On time: nothing is taken off."),
        ({"seconds": 59}, {"percent_per_day": 10}, 8, "On time: nothing is taken off."),
        ({"minutes": 1}, {"percent_per_day": 10}, 7.2, "1 minute late: 1 day begun, −10 % of the points earned."),
        ({"days": 1}, {"percent_per_day": 10}, 7.2, "1 day late: 1 day begun, −10 % of the points earned."),
        ({"minutes": 60}, {"grace": timedelta(hours=1), "percent_per_day": 10}, 8,
         "1 hour late, within 1 hour of grace: nothing is taken off."),
        ({"days": 9}, {"percent_per_day": 10, "cap": 50}, 4,
         "9 days late: 9 days begun, −50 % of the points earned, the most that is taken off."),
        ({"days": 9}, {"percent_per_day": 10, "cap": 50, "of": "possible"}, 3,
         "9 days late: 9 days begun, −50 % of the points possible, the most that is taken off."),
        ({"days": 2}, {}, 8, "2 days late: nothing is taken off."),
        ({"days": 8}, {"closes_after": timedelta(days=7)}, 0,
         "8 days late: nothing is accepted later than 7 days after the due date."),
    ],
)  # fmt: skip
def test_each_rule_is_told_in_a_sentence(late_by, rules, points, sentence):
    result = reckon([handed_in(DUE + timedelta(**late_by))], terms(**rules))
    assert result.points == points
    assert result.told[-1] == sentence


def test_a_day_ends_when_the_clock_shows_the_same_time_also_when_it_is_changed():
    due = at(2026, 10, 24, 23, 59)
    rules = terms(due=due, percent_per_day=10)
    assert reckon([handed_in(at(2026, 10, 25, 23, 59))], rules).counted[0].percent == 10  # 25 hours
    assert reckon([handed_in(at(2026, 10, 26, 0, 0))], rules).counted[0].percent == 20
    spring = terms(due=at(2026, 3, 28, 23, 59), percent_per_day=10)
    assert reckon([handed_in(at(2026, 3, 29, 23, 59))], spring).counted[0].percent == 10  # 23 hours
    assert reckon([handed_in(at(2026, 3, 30, 0, 30))], spring).counted[0].percent == 20


def test_a_time_that_the_clock_shows_twice_or_never_is_the_later_one():
    assert at(2026, 10, 25, 2, 30) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert at(2026, 3, 29, 2, 30) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "said_late", "points", "flagged", "words"),
    [
        ("flag", False, 8, True, "It is not known when this was handed in: nothing is taken off."),
        ("accept", False, 8, False, "It is not known when this was handed in: nothing is taken off."),
        ("refuse", False, 0, False, "by the rules of the class it does not count."),
        ("accept", True, 8, True, "the LMS says late, and not by how much: nothing is taken off."),
    ],
)
def test_where_no_time_is_known_the_rules_say_what_becomes_of_it(policy, said_late, points, flagged, words):
    rules = terms(unknown_time=policy, percent_per_day=50)
    result = reckon([handed_in(None, said_late=said_late)], rules)
    assert result.points == points
    assert bool(result.flags) == flagged
    assert result.told[-1].endswith(words)


def test_without_a_due_date_no_time_is_needed():
    assert reckon([handed_in(None)], terms(due=None, unknown_time="refuse")).points == 8


ATTEMPTS = [
    handed_in(DUE, 4, label="one", place=1),
    handed_in(DUE + timedelta(days=1), 9, label="two", place=2),
    handed_in(DUE + timedelta(days=3), 10, label="three", place=3),
]


@pytest.mark.parametrize(
    ("policy", "points", "counted"),
    [("last", 4, ["three"]), ("best", 7.2, ["two"]), ("average", 5.0667, ["one", "two", "three"])],
)
def test_of_several_attempts_the_rules_choose_after_the_deductions(policy, points, counted):
    result = reckon(ATTEMPTS, terms(attempts=policy, percent_per_day=20, cap=60))
    assert result.points == points
    assert [one.attempt.label for one in result.counted] == counted
    assert result.told[0].startswith("Of 3 attempts ")


def test_what_cannot_be_read_does_not_count_and_is_told():
    broken = ClassAttempt("two.py", 2, None, at=DUE, problem="no Python file")
    result = reckon([handed_in(DUE), broken], terms())
    assert (result.points, result.flags) == (8, ())
    assert "two.py: No points: no Python file." in result.told
    alone = reckon([broken], terms())
    assert (alone.points, alone.flags) == (None, ("no Python file",))
    pending = ClassAttempt("two.py", 2, None, at=DUE, problem="incomplete", pending=True)
    assert reckon([handed_in(DUE), pending], terms()).flags == ("incomplete",)
    assert reckon([], terms()).told == ("Nothing was handed in.",)


def test_who_is_excused_has_no_grade():
    result = reckon([handed_in(DUE)], terms(more={"excused": True}))
    assert (result.points, result.excused) == (None, True)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "less than a minute"), (1, "1 minute"), (60, "1 hour"), (1440 + 61, "1 day, 1 hour and 1 minute")],
)
def test_a_length_of_time_is_said_as_people_say_it(minutes, said):
    assert span(timedelta(minutes=minutes)) == said


durations = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))
percents = st.floats(0, 100)
policies = st.builds(
    LatePolicy,
    grace=durations, percent_per_day=percents, of=st.sampled_from(["earned", "possible"]), cap=percents,
    closes_after=st.none() | durations,
)  # fmt: skip
zones = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
rules = st.builds(
    Terms, moments, zones, policies,
    st.sampled_from(["last", "best", "average"]), st.sampled_from(["accept", "flag", "refuse"]),
)  # fmt: skip
attempts = st.builds(
    ClassAttempt,
    st.sampled_from("abc"), st.integers(0, 3), st.floats(0, 12), st.just(10.0), st.none() | moments, st.just("x"),
)  # fmt: skip


@given(attempts, rules, durations)
def test_later_never_gives_more(one, how, later):
    if one.at is None:
        return
    after = ClassAttempt(one.label, one.place, one.points, one.possible, one.at + later, one.source)
    assert reckon([after], how).points <= reckon([one], how).points


@given(st.lists(attempts, max_size=5), rules, st.randoms(use_true_random=False))
def test_the_order_of_the_attempts_does_not_matter(several, how, dice):
    shuffled = list(several)
    dice.shuffle(shuffled)
    assert reckon(shuffled, how) == reckon(several, how)


@given(st.lists(attempts, min_size=1, max_size=5), rules)
def test_a_grade_lies_between_nothing_and_what_was_earned(several, how):
    result = reckon(several, how)
    assert 0 <= result.points <= max(one.points for one in several) + 1e-4
    for one in result.counted:
        assert 0 <= one.percent <= how.late.cap
        base = one.attempt.points if how.late.of == "earned" else one.attempt.possible
        assert one.grade >= one.attempt.points - base * how.late.cap / 100 - 1e-9


@given(st.lists(attempts, min_size=1, max_size=5), rules, attempts)
def test_where_the_best_counts_another_attempt_never_costs_anything(several, how, another):
    best = Terms(how.due, how.zone, how.late, "best", how.unknown_time)
    assert reckon([*several, another], best).points >= reckon(several, best).points


works = st.lists(
    st.builds(CountedWork, st.sampled_from("abcdef"), st.floats(0.1, 10), st.none() | st.floats(0, 1.2)),
    max_size=6,
    unique_by=lambda one: one.name,
)


@given(works, st.integers(0, 7))
def test_to_drop_one_more_never_lowers_a_total(several, drop):
    fewer, more = total(several, drop), total(several, drop + 1)
    if fewer.share is None:
        assert more.share is None
    else:
        assert more.share >= fewer.share - 1e-12
        assert len(more.dropped) == min(drop + 1, sum(one.share is not None for one in several) - 1)


@given(works, st.integers(0, 7), st.randoms(use_true_random=False))
def test_the_order_of_the_works_does_not_matter(several, drop, dice):
    shuffled = list(several)
    dice.shuffle(shuffled)
    assert total(shuffled, drop).dropped == total(several, drop).dropped
    assert total(shuffled, drop).share == pytest.approx(total(several, drop).share) if several else True


def test_a_total_is_a_weighted_mean_without_the_lowest():
    three = [CountedWork("a", 1, 0.5), CountedWork("b", 2, 1), CountedWork("c", 1, None), CountedWork("d", 1, 0.2)]
    assert total(three, 0).share == pytest.approx(2.7 / 4)
    assert total(three, 1) == type(total(three, 1))(pytest.approx(2.5 / 3), ("d",))
    assert total([], 1).share is None
