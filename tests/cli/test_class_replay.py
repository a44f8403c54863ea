"""``dlquiz class grade --replay``, through the real program: one grading, repeated exactly."""

import json

import pytest
import sqlalchemy as sa

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, ask, hand_in

pytestmark = pytest.mark.sandbox


def numbers(person, *more):
    document = person.type("class", "grade", "handed-in", "--json", *more).json
    return {row["learner"]: row["grading"] for row in document["rows"]}


def replay(person, number, *more, path="handed-in"):
    return person.type("class", "grade", path, "--replay", str(number), *more)


def test_a_grading_is_repeated_with_its_seed_and_nothing_is_written(person):
    hand_in(person, {"ada/adder.py": RIGHT, "bob/adder.py": HALF})
    known = numbers(person, "--seed", "5")
    before = ask(person.here / "class.sqlite3", "SELECT * FROM grading")
    done = replay(person, known["bob"])
    assert (done.code, done.err) == (0, "")
    assert f"Grading {known['bob']}: exercise1, bob (handed-in/bob/adder.py)" in done.out
    assert "seed 5" in done.out
    assert "Repeated: 1 of 4 points, and every check as it was." in done.out
    assert "Graders, numbers, versions and the wall are as they were." in done.out
    document = replay(person, known["ada"], "--json").json
    assert (document["same"], document["differences"], document["checks"]) == (True, [], [])
    assert (document["report"]["seed"], document["after"]) == (5, {"points": 4, "possible": 4})
    assert ask(person.here / "class.sqlite3", "SELECT * FROM grading") == before


def test_what_has_changed_since_is_named(person):
    hand_in(person, {"ada/adder.py": RIGHT})
    number = numbers(person)["ada"]
    grader = person.course / "graders/exercise1/test_adder.py"
    grader.write_text(grader.read_text().replace("3), 5", "3), -1"))
    engine = sa.create_engine(f"sqlite:///{person.here / 'class.sqlite3'}")
    with engine.begin() as db:  # as if another NumPy had graded
        old = json.loads(db.execute(sa.text("SELECT versions FROM grading")).scalar_one())
        db.execute(sa.text("UPDATE grading SET versions = :new"), {"new": json.dumps({**old, "numpy": "1.0"})})
    engine.dispose()
    done = replay(person, number)
    assert done.code == 1
    assert "Repeated: 4 → 1 of 4 points.\n  add gives the sum: passed → failed" in done.out
    assert f"No longer as it was: the graders have changed; numpy 1.0 → {old['numpy']}." in done.out
    document = replay(person, number, "--json").json
    assert document["same"] is False
    assert document["checks"] == [
        {"id": "test_adder.py::test_add", "title": "add gives the sum", "before": "passed", "after": "failed"}
    ]


def test_the_file_is_found_by_its_content_wherever_it_is(person):
    hand_in(person, {"ada/adder.py": RIGHT})
    number = numbers(person)["ada"]
    (person.here / "handed-in").rename(person.here / "moved")
    assert replay(person, number, path="moved").code == 0
    (person.here / "moved/ada/adder.py").write_text(HALF)
    gone = replay(person, number, path="moved")
    assert gone.code == 1
    assert f"The file of grading {number} (exercise1, adder.py) is not there any more, or was changed" in gone.err
    assert "Next: Name the folder or the archive that was graded then." in gone.err


def test_what_cannot_be_repeated_is_told(person):
    hand_in(person, {"ada/adder.py": RIGHT})
    none = replay(person, 1)
    assert (none.code, "There are no gradings in class.sqlite3 yet" in none.err) == (2, True)
    assert not (person.here / "class.sqlite3").exists()
    numbers(person)
    unknown = replay(person, 99)
    assert (unknown.code, "There is no grading 99 in class.sqlite3" in unknown.err) == (2, True)
    assert "the rows name their gradings" in unknown.err
    assert replay(person, 2**63).code == 2
    for more in (("--regrade",), ("--dry-run",), ("--csv", "x.csv"), ("--seed", "3")):
        assert "--replay repeats one grading as it was" in replay(person, 1, *more).err


def test_a_grading_that_comes_out_otherwise_without_a_reason_is_said_so(person):
    hand_in(person, {"ada/adder.py": HALF})
    number = numbers(person)["ada"]
    engine = sa.create_engine(f"sqlite:///{person.here / 'class.sqlite3'}")
    with engine.begin() as db:  # as if it had passed at another time
        report = json.loads(db.execute(sa.text("SELECT report FROM grading")).scalar_one())
        report["cases"][0] |= {"outcome": "passed", "points": {"earned": 3, "possible": 3}}
        report["points"]["earned"] = 4
        db.execute(sa.text("UPDATE grading SET report = :new"), {"new": json.dumps(report)})
    engine.dispose()
    done = replay(person, number)
    assert done.code == 1
    assert "passed → failed" in done.out
    assert "Graders, numbers, versions and the wall are as they were." in done.out
