"""``dlquiz class grade --regrade``, through the real program: first who would change and why, then a yes."""

import pytest

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, ask, hand_in
from tests.cli.test_main import on_a_terminal

pytestmark = pytest.mark.sandbox

REGRADE = ("class", "grade", "handed-in", "--jobs", "1", "--regrade")


def points(person):
    document = person.type("class", "grade", "handed-in", "--json").json
    return {row["learner"]: row["points"] for row in document["rows"]}


def kept(person):
    return ask(person.here / "class.sqlite3", "SELECT id, submission, grader_sha256, report FROM grading ORDER BY id")


@pytest.fixture
def changed(person):
    """A class of three that was graded, and a grader that has changed since: it accepts the difference."""
    hand_in(person, {"ada/adder.py": RIGHT, "bob/adder.py": HALF, "eve/adder.py": RIGHT})
    assert person.type("class", "grade", "handed-in").code == 0
    grader = person.course / "graders/exercise1/test_adder.py"
    grader.write_text(grader.read_text().replace("3), 5", "3), -1"))
    return person


def test_new_graders_change_nothing_until_somebody_says_so(changed):
    before = kept(changed)
    plain = changed.type("class", "grade", "handed-in", "--csv", "grades.csv")
    assert plain.code == 0
    assert "3 hand-ins graded by earlier graders or versions, which still counts: --regrade shows" in plain.out
    assert "graded by earlier graders" in (changed.here / "grades.csv").read_text()
    assert kept(changed) == before

    asked = changed.type(*REGRADE)
    assert asked.code == 1
    assert "Graded anew: 3 hand-ins; 3 would change." in asked.out
    assert "exercise1 (the graders have changed):" in asked.out
    assert "  ada: 4 → 1 of 4 points\n      add gives the sum: passed → failed" in asked.out
    assert "  bob: 1 → 4 of 4 points\n      add gives the sum: failed → passed" in asked.out
    assert "Typed again with --yes" in asked.out
    assert points(changed) == {"ada": 4, "bob": 1, "eve": 4}
    assert kept(changed)[:2] == before
    waiting = kept(changed)
    assert len(waiting) == 4

    done = changed.type(*REGRADE, "--yes", "--csv", "grades.csv")
    assert done.code == 0
    assert "The new gradings count." in done.out
    assert kept(changed) == waiting, "nothing was graded once more, and the old reports are there"
    assert points(changed) == {"ada": 1, "bob": 4, "eve": 1}
    assert "graded by earlier graders" not in (changed.here / "grades.csv").read_text()


def test_programs_get_the_same_and_are_never_asked(changed):
    asked = changed.type(*REGRADE, "--json")
    assert asked.code == 1
    found = asked.json["regrade"]
    assert (found["counts"], found["same"], found["not_graded"]) == (False, 0, [])
    ada = found["changed"][0]
    assert (ada["learner"], ada["why"]) == ("ada", ["the graders have changed"])
    assert (ada["before"]["points"], ada["after"]["points"]) == (4, 1)
    assert [(one["title"], one["after"]) for one in ada["checks"]] == [("add gives the sum", "failed")]
    assert [row["points"] for row in asked.json["rows"]] == [4, 1, 4]
    done = changed.type(*REGRADE, "--json", "--yes")
    assert (done.code, done.json["regrade"]["counts"]) == (0, True)
    rows = done.json["rows"]
    assert [row["points"] for row in rows] == [1, 4, 1]
    assert [row["grading"] for row in rows] == [one["after"]["grading"] for one in found["changed"]]


@pytest.mark.parametrize(("typed", "code", "now"), [(b"n\n", 1, 4), (b"y\n", 0, 1)])
def test_on_a_terminal_a_person_is_asked_after_seeing_it(changed, typed, code, now):
    ended, screen = on_a_terminal(changed, *REGRADE, typed=typed)
    assert ended == code, screen
    assert screen.index("4 → 1 of 4 points") < screen.index("Let the new gradings count?")
    assert points(changed)["ada"] == now


def test_where_nothing_has_changed_nobody_is_asked_and_the_new_gradings_count(person):
    hand_in(person, {"ada/adder.py": RIGHT, "bob/adder.py": HALF})
    person.type("class", "grade", "handed-in")
    first = kept(person)
    done = person.type(*REGRADE)
    assert done.code == 0
    assert "Graded anew: 2 hand-ins, with the same results. The new gradings count." in done.out
    assert kept(person)[:2] == first
    assert len(kept(person)) == 4
    assert ask(person.here / "class.sqlite3", "SELECT id FROM grading WHERE counts ORDER BY id") == [(3,), (4,)]


def test_yes_alone_is_told_what_it_is_for(person):
    hand_in(person, {"ada/adder.py": RIGHT})
    result = person.type("class", "grade", "handed-in", "--yes")
    assert (result.code, "--yes is for --regrade" in result.err) == (2, True)


def test_a_class_with_rules_is_regraded_in_one_step(changed):
    (changed.here / "class.yaml").write_text("format_version: 1\ntitle: A class\ntimezone: UTC\n")

    def grades(result):
        return {one["learner"]: one["work"][0]["grade"] for one in result.json["learners"]}

    by_rules = (*REGRADE, "--rules", "class.yaml", "--json")
    asked = changed.type(*by_rules)
    assert (asked.code, asked.json["regrade"]["counts"]) == (1, False)
    assert grades(asked) == {"ada": 4, "bob": 1, "eve": 4}
    done = changed.type(*by_rules, "--yes")
    assert (done.code, done.json["regrade"]["counts"]) == (0, True)
    assert grades(done) == {"ada": 1, "bob": 4, "eve": 1}
