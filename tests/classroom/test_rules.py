"""class.yaml: what it says, and that every mistake in it is told with its place and what helps."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.names import Learner
from dlquiz.classroom.rules import load_rules
from dlquiz.content.course import builtin_course, load_course, validated
from dlquiz.content.yamlfile import parse
from dlquiz.errors import ContentError
from dlquiz.model.class_rules import ClassRules
from tests.cli.conftest import make_course

DOCS = Path(__file__).parents[2] / "docs"
RULES = """\
format_version: 1
title: Deep learning, autumn
timezone: Europe/Berlin
learners:
  - {id: "7", name: Ada Lovelace, section: A}
  - {id: "8", name: Bob Roy, section: B, login: bob}
  - {id: "9", name: Eve Low, section: B}
sections: [A, B]
groups:
  - {name: Team 1, members: ["7", bob], exercises: [exercise1]}
exercises:
  exercise1:
    due: 2026-10-23 23:59
    due_in: {B: 2026-10-24}
    late: {grace: 1 hour, percent_per_day: 10, cap: 50}
  exercise2: {due: "2026-10-30 12:00", attempts: best, weight: 2}
quizzes:
  words: {due: 2026-10-05 09:00+00:00}
extensions:
  - {learner: Ada Lovelace, work: exercise2, by: 2 days, reason: illness}
  - {learner: "9", work: words, excused: true, reason: came later}
release: 2026-12-01
seed: 5
"""


@pytest.fixture
def course(tmp_path):
    return load_course(make_course(tmp_path / "course"))


@pytest.fixture
def load(tmp_path, course):
    def loaded(text):
        path = tmp_path / "class.yaml"
        path.write_text(text, encoding="utf-8")
        return load_rules(path, course)

    return loaded


def found(load, text):
    """Return line, column, code, message and help of every mistake."""
    with pytest.raises(ContentError) as caught:
        load(text)
    return [(one.line, one.column, one.code, one.message, one.suggestion) for one in caught.value.findings]


def who(rules, name):
    return rules.roster.find(Learner(name))


def test_dates_are_those_of_the_clock_of_the_class_its_sections_and_extensions(load):
    rules = load(RULES)
    ada, eve = who(rules, "Ada Lovelace"), who(rules, "Eve Low")
    assert rules.terms(eve, "exercise1").due == datetime(2026, 10, 24, 21, 59, tzinfo=UTC)  # summer time
    assert rules.terms(eve, "exercise2").due == datetime(2026, 10, 30, 11, 0, tzinfo=UTC)  # winter time
    assert rules.terms(ada, "exercise2").due == datetime(2026, 11, 1, 11, 0, tzinfo=UTC)
    assert rules.terms(ada, "exercise2").extended
    assert rules.terms(eve, "words").due == datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    assert rules.terms(eve, "words").excused
    assert not rules.terms(ada, "words").excused
    assert rules.terms(ada, "exercise2").attempts == "best"
    assert rules.terms(ada, "exercise1").late.grace == timedelta(hours=1)
    assert not rules.released(datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert rules.released(datetime(2026, 11, 30, 23, 0, tzinfo=UTC))


def test_who_hands_in_together_has_the_latest_date_of_them(load):
    rules = load(RULES)
    ada, bob = who(rules, "Ada Lovelace"), who(rules, "bob")
    assert rules.partners(ada, "exercise1") == (ada, bob)
    assert rules.partners(ada, "exercise2") == (ada,)
    assert rules.group_called("team_1") == (ada, bob)
    assert rules.terms(ada, "exercise1").due == rules.terms(bob, "exercise1").due
    assert rules.terms(ada, "exercise1").due == datetime(2026, 10, 24, 21, 59, tzinfo=UTC)


def test_an_extension_moves_a_date_by_the_clock_and_never_back(load):
    longer = RULES.replace("work: exercise2, by: 2 days", "work: exercise1, by: 3 days")
    rules = load(longer)
    # From 23:59 on Friday, in summer time, to 23:59 on Monday, in winter time: an hour more.
    assert rules.terms(who(rules, "bob"), "exercise1").due == datetime(2026, 10, 26, 22, 59, tzinfo=UTC)
    shorter = RULES.replace("by: 2 days", "until: 2026-10-01")
    terms = load(shorter).terms(who(load(shorter), "Ada Lovelace"), "exercise2")
    assert (terms.due, terms.extended) == (datetime(2026, 10, 30, 11, 0, tzinfo=UTC), False)


def test_neighbours_draw_other_numbers_and_an_id_says_nothing_of_its_person(load):
    rules = load(RULES)
    people = rules.roster.people
    assert len({rules.own_seed(one, quiz) for one in people for quiz in ("words", "more")}) == 6
    ids = {rules.anonymous_id(one) for one in people}
    assert len(ids) == 3
    assert load(RULES).anonymous_id(people[0]) in ids
    assert load(RULES.replace("seed: 5", "seed: 6")).anonymous_id(people[0]) not in ids


def changed(*pairs):
    """Return the rules with mistakes in the place of what was right."""
    text = RULES
    for right, wrong in pairs:
        assert right in text
        text = text.replace(right, wrong)
    return text


def test_all_mistakes_of_form_are_told_at_once_with_their_places(load):
    text = changed(
        ("due: 2026-10-23 23:59", "due: 2026-02-30 23:59"),
        ("grace: 1 hour", "grace: an hour"),
        ("cap: 50", "cap: 150"),
        ("weight: 2", "wieght: 2"),
        ("attempts: best", "attempts: bets"),
        ("by: 2 days, ", ""),
        ("seed: 5", "seed: 5\nanonymous: perhaps"),
    )
    mistakes = found(load, text)
    assert [mistake[:3] for mistake in mistakes] == [
        (13, 10, "DLQ041"), (15, 19, "DLQ041"), (15, 54, "DLQ017"), (16, 50, "DLQ019"), (16, 56, "DLQ011"),
        (20, 5, "DLQ020"), (24, 12, "DLQ015"),
    ]  # fmt: skip
    assert "there is no such date or time: '2026-02-30 23:59'" in mistakes[0][3]
    assert mistakes[1][4] == "write it as 15 minutes, 1 hour or 2 days"
    assert mistakes[3][4] == "did you mean 'best'?"
    assert mistakes[4][4] == "did you mean 'weight'?"
    assert "exactly one of until, by and excused" in mistakes[5][3]


def test_all_names_that_are_not_there_are_told_at_once_with_a_guess(load):
    text = changed(
        ("Europe/Berlin", "Europe/Berlim"),
        ("  exercise2:", "  exercise22:"),
        ("  words:", "  word:"),
        ("section: B, login: bob", "section: C, login: bob"),
        ("{B: 2026-10-24}", "{BB: 2026-10-24}"),
        ('["7", bob]', '["7", bobb, "7"]'),
        ("learner: Ada Lovelace, work: exercise2", "learner: Ada Lovelac, work: exercise3"),
        ('learner: "9"', 'learner: "99"'),
    )
    mistakes = found(load, text)
    assert [mistake[:3] for mistake in mistakes] == [
        (3, 11, "DLQ041"), (6, 39, "DLQ042"), (10, 35, "DLQ042"), (10, 41, "DLQ043"), (14, 14, "DLQ042"),
        (16, 3, "DLQ042"), (18, 3, "DLQ042"), (20, 15, "DLQ042"), (20, 34, "DLQ042"), (21, 15, "DLQ042"),
    ]  # fmt: skip
    helps = [help for *_, help in mistakes]
    assert "did you mean 'Europe/Berlin'?" in helps
    assert "did you mean 'exercise2'?" in helps
    assert "did you mean 'words'?" in helps
    assert "did you mean 'Ada Lovelace'?" in helps
    assert "sections: A, B" in helps
    assert all(helps)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("due: 2026-10-23 23:59", "due: 2026-03-29 02:30", (13, 10), "there is no 02:30 on 2026-03-29"),
        ("due: 2026-10-23 23:59", "due: tomorrow", (13, 10), "must be a date"),
        ("due: 2026-10-23 23:59", "due: 1026-10-23 23:59", (13, 10), "the year 1026"),
        ("by: 2 days", "by: 2 years", (20, 50), "must be a duration"),
        ("by: 2 days", "by: 900000000 days", (20, 50), "at most 366 days"),
        ("seed: 5", "anonymous: true", (23, 12), "need a 'seed'"),
        ("timezone: Europe/Berlin\n", "", (1, 1), "missing field 'timezone'"),
        ("timezone: Europe/Berlin", "timezone: ../../etc/passwd", (3, 11), "there is no time zone"),
        ("sections: [A, B]", "sections: [A, B, A]", (8, 18), "twice"),
        ('id: "9"', 'id: "8"', (7, 10), "twice (first on line 6)"),
        ("sections:", "roster: gone.csv\nsections:", (8, 9), "cannot be read"),
    ],
)
def test_a_mistake_is_told_where_it_stands(load, old, new, place, said):
    assert old in RULES
    mistakes = found(load, RULES.replace(old, new))
    assert [(line, column) for line, column, _, message, _ in mistakes if said in message] == [place]


def test_nobody_is_in_two_groups_for_one_exercise(load):
    two = RULES.replace("exercises:\n  exercise1", '  - {name: Team 2, members: ["8", "9"]}\nexercises:\n  exercise1')
    ((line, column, code, message, _),) = found(load, two)
    assert (line, column, code) == (11, 30, "DLQ043")
    assert message == "'8' is in the group 'Team 1' for exercise1, too"
    load(two.replace('"9"]}', '"9"], exercises: [exercise2]}'))


def test_people_come_from_a_roster_beside_the_file(load, tmp_path):
    people, learners = RULES.partition("learners:")[0], RULES.partition("sections:")[2]
    text = f"{people}roster: people.csv\nsections:{learners}"
    rows = "name,id,login,section\nAda Lovelace,7,,A\nBob Roy,8,bob,B\nEve Low,9,,B\n"
    (tmp_path / "people.csv").write_text(rows)
    assert [one.name for one in load(text).roster.people] == ["Ada Lovelace", "Bob Roy", "Eve Low"]
    (tmp_path / "people.csv").write_text(rows.replace(",A", ",C"))
    ((line, column, code, message, _),) = found(load, text)
    assert (line, column, code) == (4, 9, "DLQ042")
    assert "'C' is none of the sections of the class" in message


@given(st.integers(0, len(RULES)), st.integers(0, 30), st.text("{}[]:,#&*!|>'\"%@` \n\t-0aé", max_size=6))
def test_a_file_with_any_slip_of_the_pen_is_rules_or_mistakes_with_places(start, length, typed):
    text = RULES[:start] + typed + RULES[start + length :]
    said, findings = None, ()
    try:
        said = validated(parse(text, "class.yaml"), ClassRules)
    except ContentError as error:
        findings = error.findings
    assert (said is None) == bool(findings)
    assert all(one.line >= 1 and one.message for one in findings)


def test_names_of_people_need_people(load):
    text = 'format_version: 1\ntitle: T\ntimezone: UTC\nextensions: [{learner: "7", by: 1 day, reason: ill}]\n'
    ((_, _, code, _, help),) = found(load, text)
    assert (code, help) == ("DLQ042", "write roster: people.csv")
    assert load("format_version: 1\ntitle: T\ntimezone: UTC\n").roster is None


@pytest.mark.parametrize("page", ["reference/class-format.md", "how-to/class-rules.md"])
def test_the_examples_of_the_docs_are_rules(page, tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "class.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "people.csv").write_text("name,id,section\nAda,7,A\nBob,8,B\nEve,9,B\n")
    assert load_rules(tmp_path / "class.yaml", load_course(builtin_course())).said.exercises
