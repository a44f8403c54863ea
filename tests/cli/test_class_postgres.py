"""``dlquiz class grade`` with its book on a real PostgreSQL server."""

import csv
import io
import subprocess
import sys

import pytest

from tests.classroom.test_book import ask
from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, hand_in
from tests.postgres import PASSWORD, running
from tests.waiting import eventually

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def postgres():
    with running() as server:
        yield server


def start(person, where, *more):
    command = [sys.executable, "-m", "dlquiz", "class", "grade", "handed-in", "--jobs", "1", "--db", where, *more]
    return subprocess.Popen(
        command, cwd=person.here, env=person.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def graded(where):
    return [row[0] for row in ask(where, "SELECT submission FROM grading ORDER BY submission")]


def count(where):
    """Return how many gradings there are; none before the tables are made."""
    there = ask(where, "SELECT count(*) FROM information_schema.tables WHERE table_name = 'grading'")[0][0]
    return len(graded(where)) if there else 0


def a_class(person, size=24):
    texts = [(RIGHT if number % 4 else HALF) + f"# {number // 2}\n" for number in range(size)]
    hand_in(person, {f"p{number:02}_adder.py": text for number, text in enumerate(texts)})
    return len(set(texts))


@pytest.mark.slow
def test_two_graders_at_once_lose_nothing_and_write_nothing_twice(person, postgres):
    different = a_class(person)
    where = postgres.new_book()
    both = [start(person, where, "--csv", f"{number}.csv") for number in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    marks = graded(where)
    assert len(marks) == len(set(marks)) == different
    tables = [(person.here / f"{number}.csv").read_bytes() for number in range(2)]
    assert tables[0] == tables[1]
    rows = list(csv.DictReader(io.StringIO(tables[0].decode())))
    assert {row["state"] for row in rows} == {"graded"}
    assert len(rows) == 24
    assert ask(where, "SELECT run, count(*) FROM handin WHERE digest <> '' GROUP BY run ORDER BY run") == [
        (1, 24), (2, 24),
    ]  # fmt: skip
    assert PASSWORD not in str(said)
    assert "***" in said[0][0]


@pytest.mark.slow
def test_a_server_that_goes_away_in_the_middle_costs_nothing_that_was_graded(person, postgres):
    different = a_class(person, 40)
    where = postgres.new_book()
    process = start(person, where)
    eventually(lambda: count(where) >= 3, "some gradings")
    postgres.stop()
    try:
        out, err = process.communicate(timeout=60)
    finally:
        postgres.start()
    assert process.returncode == 4, err
    assert "cannot be used" in err
    assert "See whether the server runs" in err
    assert "Traceback" not in err
    assert PASSWORD not in out + err
    before = graded(where)
    assert 3 <= len(before) < different
    last = start(person, where, "--json")
    out, err = last.communicate(timeout=120)
    assert last.returncode == 0, err
    assert set(before) <= set(graded(where))
    assert len(graded(where)) == different


def test_a_password_is_not_in_what_is_printed(person, postgres):
    hand_in(person, {"ada_adder.py": RIGHT})
    wrong = person.type("class", "grade", "handed-in", "--db", postgres.url("postgres", "hunter2"))
    assert wrong.code == 4
    assert "password authentication failed" in wrong.err
    assert "hunter2" not in wrong.out + wrong.err
    elsewhere = person.here / "elsewhere"
    elsewhere.mkdir()
    asked = person.type("--course", str(elsewhere), "class", "grade", "x", "--db", postgres.url("x", "hunter2"))
    assert asked.code == 2
    assert "hunter2" not in asked.err
