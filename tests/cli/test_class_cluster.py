"""``dlquiz class grade --cluster``: a real scheduler and real workers on loopback, some of them killed."""

import json
import signal
import subprocess
import sys

import pytest

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, ask, hand_in, table
from tests.dask_cluster import DEADLY, free_port, started
from tests.waiting import eventually

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc"),
]


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    """A cluster whose workers come back when they die: each has a nanny."""
    with started(tmp_path_factory.mktemp("cluster"), 2, "--death-timeout", "60") as cluster:
        yield cluster


def grade(person, cluster, *more):
    """Type the command as a process of its own: what Dask starts must not stay in this one."""
    address = getattr(cluster, "address", cluster)
    return person.type_apart("class", "grade", "handed-in", "--cluster", address, *more)


def begin(person, cluster, *more):
    """Type the command, and do not wait for its end."""
    words = ["class", "grade", "handed-in", "--cluster", cluster.address, *more]
    return subprocess.Popen(
        [sys.executable, "-m", "dlquiz", *words], cwd=person.here, env=person.environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def different(number):
    return {f"p{one:03}_adder.py": (HALF if one % 3 else RIGHT) + f"# {one}\n" for one in range(number)}


def shape(path):
    """Return what of a table does not depend on where it was graded."""
    return [{name: row[name] for name in row if name != "file"} for row in table(path)]


def test_a_cluster_grades_as_this_machine_does_and_again_grades_nothing(person, two_workers):
    hand_in(person, {**different(9), "twin_adder.py": RIGHT + "# 0\n", "syntax_adder.py": "def add(:\n"})
    here = person.type_apart("class", "grade", "handed-in", "--seed", "7", "--db", "here.sqlite3", "--csv", "here.csv")
    there = grade(person, two_workers, "--seed", "7", "--csv", "there.csv")
    assert there.returncode == here.returncode == 0, there.stderr
    assert shape(person.here / "there.csv") == shape(person.here / "here.csv")
    kept = ask(person.here / "class.sqlite3", "SELECT submission, versions, isolation, seed FROM grading ORDER BY 1")
    assert kept == ask(
        person.here / "here.sqlite3", "SELECT submission, versions, isolation, seed FROM grading ORDER BY 1"
    )
    again = grade(person, two_workers, "--json")
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout)["rows"]) == 11
    assert len(ask(person.here / "class.sqlite3", "SELECT id FROM grading")) == len(kept) == 10


def test_two_of_four_workers_killed_lose_nothing_and_double_nothing(person, tmp_path):
    hand_in(person, different(120))
    with started(tmp_path, 4, "--no-nanny") as cluster:
        process = begin(person, cluster, "--json")
        for wanted, victim in ((1, cluster.workers[1]), (20, cluster.workers[2])):
            eventually(lambda: process.poll() is not None or graded(person) >= wanted, "gradings")  # noqa: B023  called within the loop
            assert process.poll() is None, "it was to be killed in the middle"
            cluster.kill(victim)
        out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    rows = json.loads(out)["rows"]
    assert [row["state"] for row in rows] == ["graded"] * 120
    assert len({row["grading"] for row in rows}) == graded(person) == 120


def graded(person):
    if not (person.here / "class.sqlite3").exists():
        return 0
    try:
        return ask(person.here / "class.sqlite3", "SELECT count(*) FROM grading")[0][0]
    except Exception:
        return 0  # its tables are not there yet


def test_a_submission_on_which_workers_die_is_given_up_and_the_rest_goes_on(person, two_workers):
    hand_in(person, {**different(6), "deadly_adder.py": RIGHT + DEADLY})
    done = grade(person, two_workers, "--json")
    assert done.returncode == 4, done.stderr
    rows = {row["learner"]: row for row in json.loads(done.stdout)["rows"]}
    lost = rows.pop("deadly")
    assert lost["state"] == "incomplete"
    assert "3 workers of the cluster died" in lost["first_problem"]
    assert {row["state"] for row in rows.values()} == {"graded"}
    assert graded(person) == 6


def test_ctrl_c_keeps_what_was_graded(person, two_workers):
    hand_in(person, different(60))
    process = begin(person, two_workers)
    eventually(lambda: process.poll() is not None or graded(person) >= 4, "gradings")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "What was graded is kept" in err
    assert "Traceback" not in err
    assert 4 <= graded(person) < 60
    assert grade(person, two_workers).returncode == 0
    assert graded(person) == 60


def test_a_scheduler_that_goes_is_told_and_nothing_is_lost(person, tmp_path):
    hand_in(person, different(60))
    with started(tmp_path, 1, "--no-nanny") as cluster:
        process = begin(person, cluster)
        eventually(lambda: process.poll() is not None or graded(person) >= 4, "gradings")
        cluster.scheduler.kill()
        _, err = process.communicate(timeout=90)
    assert process.returncode == 4, err
    assert "Traceback" not in err
    assert "gone" in err
    assert graded(person) >= 4


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("tcp://127.0.0.1:{free}", 4, "Nobody answers at"),
        ("tls://127.0.0.1:{free}", 4, "needs certificates"),
        ("nonsense://x", 2, "no address"),
        ("127.0.0.1:8786", 2, "no address"),
    ],
)
def test_a_scheduler_that_is_not_there(person, monkeypatch, address, code, said):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    hand_in(person, different(1))
    done = grade(person, address.format(free=free_port()))
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_worker_check_says_what_each_worker_can(person, two_workers):
    done = person.type_apart("class", "worker-check", "--cluster", two_workers.address, "--json")
    told = json.loads(done.stdout)
    assert len(told["workers"]) == 2
    for worker in told["workers"]:
        assert worker["worker"].startswith("tcp://127.0.0.1:")
        assert worker["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
        assert "digits" in worker["data"]
        assert worker["isolation"] in ("kernel", "process", "none")
    assert told["ok"] is all(worker["isolation"] == "kernel" for worker in told["workers"])
    assert done.returncode == (0 if told["ok"] else 1)
    here = person.type_apart("class", "worker-check")
    assert "this machine" in here.stdout


def test_jobs_are_for_this_machine(person):
    hand_in(person, different(1))
    done = grade(person, "tcp://127.0.0.1:1", "--jobs", "2")
    assert done.returncode == 2
    assert "--jobs" in done.stderr
