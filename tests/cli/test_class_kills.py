"""Any process of a class's grading killed with -9, at any moment: nothing is lost, and nothing is there twice."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter

import pytest

from tests.classroom.test_book import ask
from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, children, hand_in
from tests.postgres import running
from tests.waiting import eventually

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc"),
]


@pytest.fixture(params=[("sqlite", 4), ("postgresql", 2)], ids=lambda param: param[0])
def place(request, person):
    """A place for a book, and at how many moments something is killed."""
    kind, moments = request.param
    if kind == "sqlite":
        yield str(person.here / "killed.sqlite3"), moments
        return
    with running() as server:
        yield server.new_book(), moments


def begin(person, where):
    command = [sys.executable, "-m", "dlquiz", "class", "grade", "handed-in", "--jobs", "2", "--db", where]
    return subprocess.Popen(
        [*command, "--json"], cwd=person.here, env=person.environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def gradings(where):
    try:
        return ask(where, "SELECT submission, settled, report FROM grading ORDER BY submission")
    except Exception:
        return []  # its tables are not there yet


def family(pid):
    """Return a process and all that it has started, and those these have."""
    return [pid, *(one for child in children(pid) for one in family(child))]


def test_whichever_process_is_killed_a_class_ends_whole_and_graded_once(person, place):
    where, moments = place
    texts = [(RIGHT if number % 3 else HALF) + f"# {number // 2}\n" for number in range(12 * moments)]
    different = len(set(texts))
    dice = random.Random(11)
    kept, killed = {}, Counter()
    for first in range(0, len(texts), 12):  # some have just handed in, each file of two
        hand_in(person, {f"p{number:03}_adder.py": texts[number] for number in range(first, first + 12)})
        process = begin(person, where)
        begun = len(gradings(where))
        wanted = begun + dice.randrange(5)
        eventually(lambda: process.poll() is not None or len(gradings(where)) >= wanted, "gradings")  # noqa: B023  within the loop
        victims = family(process.pid) if process.poll() is None else []
        victim = dice.choice(victims) if victims else None
        if victim is not None:
            try:
                os.kill(victim, signal.SIGKILL)
                killed["the command" if victim == process.pid else "a process of its"] += 1
            except ProcessLookupError:
                killed["nobody: it was over"] += 1
        _, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        assert process.returncode in (0, 4, -signal.SIGKILL), err
        now = {mark: report for mark, settled, report in gradings(where) if settled}
        assert {mark: now.get(mark) for mark in kept} == kept, "what was graded stays as it was"
        kept = now
    assert killed["the command"] + killed["a process of its"] >= 1, killed
    last = begin(person, where)
    _, err = last.communicate(timeout=120)
    assert last.returncode == 0, err
    rows = gradings(where)
    assert len(rows) == len({mark for mark, _, _ in rows}) == different
    assert all(settled for _, settled, _ in rows)
    wrong = [mark for mark, _, report in rows if '"complete":true' not in report]
    assert wrong == []
    whole = ask(where, "SELECT count(*) FROM handin WHERE run = (SELECT max(id) FROM run) AND digest <> ''")
    assert whole == [(len(texts),)]
