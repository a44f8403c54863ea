"""The store keeps what was done, also when it is killed, shared, damaged, or made by somebody newer."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from dlquiz.errors import StoreError
from dlquiz.model.answer_log import Mode
from dlquiz.model.report import Report
from dlquiz.study.schema import SCHEMA_VERSION
from dlquiz.study.store import Progress, answers_in

AT = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)


def report(earned=4.0, possible=10.0, *, complete=True, outcome=None, exercise="exercise1", at=AT):
    return Report.model_validate(
        {
            "exercise": exercise,
            "course": {"name": "c", "version": "1", "grader_sha256": "0"},
            "outcome": outcome or ("passed" if earned == possible else "failed"),
            "complete": complete,
            "points": {"earned": earned, "possible": possible},
            "seed": 2**63 + 5,
            "seed_policy": "fresh",
            "isolation": "kernel",
            "identity": "nobody",
            "landlock_abi": 4,
            "submission": {"file": "a.py", "sha256": "f"},
            "started_at": at,
            "cases": [],
            "usage": {"wall_s": 1, "cpu_s": 1},
            "versions": {},
        }
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".dlquiz" / "progress.sqlite3"


def test_a_report_comes_back_as_it_was(path):
    with Progress(path) as progress:
        progress.record_report(report())
    with Progress(path) as progress:
        assert progress.reports("exercise1") == [report()]
        assert progress.reports("exercise2") == []


def test_the_best_grading_is_a_pass_then_the_share_then_the_first(path):
    with Progress(path) as progress:
        assert progress.best("exercise1") is None
        for number, (earned, possible) in enumerate([(4, 10), (9, 10), (9, 10), (5, 5), (1, 10)]):
            progress.record_report(report(earned, possible, at=AT + timedelta(hours=number)))
            best = progress.best("exercise1")
        assert (best.earned, best.possible, best.passed) == (5, 5, True)
        assert best.graded_at == AT + timedelta(hours=3)


def test_an_incomplete_grading_is_never_a_pass(path):
    with Progress(path) as progress:
        progress.record_report(report(10, 10, complete=False, outcome="broken"))
        assert not progress.best("exercise1").passed


def test_times_are_stored_in_utc_and_naive_ones_are_refused(path):
    with Progress(path) as progress:
        progress.record_solution_viewed("exercise1", AT.astimezone(timezone(timedelta(hours=5))))
        progress.record_solution_viewed("exercise1", AT + timedelta(days=1))
        assert progress.solution_viewed("exercise1") == AT
        assert progress.solution_viewed("exercise1").tzinfo is UTC
        with pytest.raises(ValueError, match="aware"):
            progress.record_solution_viewed("exercise2", AT.replace(tzinfo=None))


def test_the_number_of_hints_never_falls(path):
    with Progress(path) as progress:
        assert progress.hints_shown("exercise1") == 0
        for shown in (1, 3, 2):
            progress.record_hint("exercise1", shown)
        assert progress.hints_shown("exercise1") == 3


def test_a_sitting_is_resumed_until_it_is_closed(path):
    with Progress(path) as progress:
        progress.save_sitting("s1", "words", "1")
        progress.save_sitting("s2", "words", "2")
        progress.save_sitting("s1", "words", "3")
        assert progress.open_sitting("words") == ("s1", "3")
        assert progress.open_sitting("other") is None
        progress.close_sitting("s1")
        assert progress.open_sitting("words") == ("s2", "2")
        assert [name for name, _ in progress.finished_sittings()] == ["words"]


def test_the_last_answer_of_a_sitting_counts(path):
    with Progress(path) as progress:
        progress.record_answer("s1", "words", "q1", '"no"', False, 0.0, AT)
        progress.record_answer("s1", "words", "q1", '"yes"', True, 1.0, AT + timedelta(seconds=1))
        progress.record_answer("s2", "words", "q1", "[1]", False, 0.5, AT + timedelta(seconds=2))
        found = [(a.sitting_id, a.answer_json, a.correct, a.score) for a in progress.answers("words")]
    assert found == [("s1", '"yes"', True, 1.0), ("s2", "[1]", False, 0.5)]


def test_an_answer_keeps_how_sure_which_variant_and_where(path):
    with Progress(path) as progress:
        progress.record_answer("s1", "words", "q1", "1", True, 1.0, AT)
        progress.record_answer("s1", "words", "q1", "1", True, 1.0, AT, sure=False)  # said a moment later
        progress.record_answer("s2", "other", "q2", "1", True, 1.0, AT, sure=True, variant=3, mode=Mode.CRAM)
    with Progress(path) as progress:
        found = [(a.quiz_id, a.sure, a.variant, a.mode) for a in progress.answers_all()]
        assert found == [("words", False, None, "quiz"), ("other", True, 3, "cram")]
        assert [a.question_id for a in progress.answers("other")] == ["q2"]


def test_all_answers_come_in_the_order_of_their_times(path):
    with Progress(path) as progress:
        for hour in (5, 1, 3):
            progress.record_answer(f"s{hour}", f"quiz{hour}", "q", "1", True, 1.0, AT + timedelta(hours=hour))
        assert [a.sitting_id for a in progress.answers_all()] == ["s1", "s3", "s5"]


_SCHEMA_1 = """
CREATE TABLE report (id INTEGER PRIMARY KEY, exercise TEXT NOT NULL, started_at TEXT NOT NULL, passed INTEGER NOT NULL,
    complete INTEGER NOT NULL, earned REAL NOT NULL, possible REAL NOT NULL, bonus REAL NOT NULL,
    submission_sha256 TEXT NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX report_exercise ON report (exercise, id);
CREATE TABLE sitting (sitting_id TEXT PRIMARY KEY, quiz_id TEXT NOT NULL, state TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0, saved INTEGER NOT NULL) STRICT;
CREATE TABLE answer (sitting_id TEXT NOT NULL, question_id TEXT NOT NULL, quiz_id TEXT NOT NULL, answer TEXT NOT NULL,
    correct INTEGER NOT NULL, score REAL NOT NULL, answered_at TEXT NOT NULL,
    PRIMARY KEY (sitting_id, question_id)) STRICT;
CREATE TABLE hint (exercise TEXT PRIMARY KEY, shown INTEGER NOT NULL) STRICT;
CREATE TABLE solution_view (exercise TEXT PRIMARY KEY, viewed_at TEXT NOT NULL) STRICT;
INSERT INTO sitting VALUES ('s1', 'words', '{}', 0, 1);
INSERT INTO answer VALUES ('s1', 'q1', 'words', '"epoch"', 1, 1.0, '2025-03-01T12:30:00.000000+00:00');
INSERT INTO hint VALUES ('exercise1', 2);
PRAGMA user_version = 1;
"""
"""The store as the first version made it, with something in it."""


def old_store(path):
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.executescript(_SCHEMA_1)
    db.close()


def test_a_store_of_the_first_schema_keeps_its_data_and_takes_new_answers(path):
    old_store(path)
    with Progress(path) as progress:
        (old,) = progress.answers_all()
        assert (old.answer_json, old.correct, old.answered_at) == ('"epoch"', True, AT)
        assert (old.sure, old.variant, old.mode) == (None, None, "quiz")
        assert progress.open_sitting("words") == ("s1", "{}")
        assert progress.hints_shown("exercise1") == 2
        progress.record_answer("s1", "words", "q1", "1", False, 0.0, AT, sure=True, mode=Mode.EXAM)
        (new,) = progress.answers_all()
        assert (new.sure, new.mode) == (True, "exam")
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_somebody_elses_store_is_read_as_it_is_old_or_new(path, tmp_path):
    old_store(path)
    before = path.read_bytes()
    (old,) = answers_in(path, ["words"])
    assert (old.question_id, old.sure, old.variant, old.mode) == ("q1", None, None, "quiz")
    assert path.read_bytes() == before
    with Progress(tmp_path / "new.sqlite3") as progress:
        progress.record_answer("s", "words", "q", "1", True, 1.0, AT, sure=True, variant=2, mode=Mode.REVIEW)
        progress.record_answer("s", "others", "q", "1", True, 1.0, AT)
        assert answers_in(tmp_path / "new.sqlite3", ["words"]) == progress.answers("words")
    (tmp_path / "text").write_text("no store, but long enough to be looked at as one" * 100)
    for wrong in (tmp_path / "text", tmp_path / "gone.sqlite3"):
        with pytest.raises(StoreError, match="not a store of dlquiz"):
            answers_in(wrong, ["words"])
    assert not (tmp_path / "gone.sqlite3").exists()


def test_two_programs_that_open_an_old_store_at_once_migrate_it_once(path):
    old_store(path)

    def work(number):
        with Progress(path) as progress:
            progress.record_answer(f"t{number}", "words", "q", "1", True, 1.0, AT, sure=bool(number % 2))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with Progress(path) as progress:
        assert len(progress.answers_all()) == 9
        assert progress.notes == ()


def test_a_newer_store_is_refused_with_advice_and_left_alone(path):
    Progress(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(StoreError, match="newer dlquiz") as caught:
        Progress(path)
    assert "upgrade" in caught.value.next_step
    assert [file.name for file in path.parent.glob("*damaged*")] == []


@pytest.mark.parametrize("damage", ["not a database at all, but a text of some length\n" * 40, "middle"])
def test_a_damaged_store_is_moved_aside_and_said(path, damage):
    with Progress(path) as progress:
        for _ in range(50):
            progress.record_report(report())
    if damage == "middle":
        content = bytearray(path.read_bytes())
        content[4096 : 4096 * 3] = b"\xa5" * 8192
    else:
        content = damage.encode()
    path.write_bytes(content)
    with Progress(path) as progress:
        aside = path.with_name("progress.sqlite3.damaged-1")
        assert str(aside) in progress.notes[0]
        assert damage == "middle" or "Reviews of quiz questions begin anew" in progress.notes[0]
        assert aside.read_bytes()[: len(content)] == bytes(content)
        progress.record_report(report())
    with Progress(path) as progress:
        assert progress.notes == ()
        assert len(progress.reports("exercise1")) >= 1
    path.write_bytes(b"once more" * 200)
    with Progress(path) as progress:
        assert "damaged-2" in progress.notes[0]


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE report",
        "DROP TABLE answer",
        "DROP TABLE hint",
        "ALTER TABLE answer DROP COLUMN mode",
        "PRAGMA user_version = 1",  # it has what the next migration adds
        "PRAGMA user_version = 0",
    ],
)
def test_a_store_without_one_of_its_tables_is_damaged_and_keeps_the_others(path, change):
    with Progress(path) as progress:
        progress.record_report(report())
        progress.record_answer("s", "words", "q", '"a"', True, 1.0, AT)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(change)
        db.commit()
    with Progress(path) as progress:
        assert "damaged" in progress.notes[0]
        progress.record_report(report(5.0))
        progress.record_answer("s", "words", "q2", '"a"', True, 1.0, AT)
        assert len(progress.reports("exercise1")) == (1 if change.endswith("report") else 2)
        assert len(progress.answers("words")) == (1 if change.endswith("answer") else 2)
    with Progress(path) as progress:
        assert progress.notes == ()


@pytest.mark.parametrize(
    "change", ["earned = 1e300", "earned = -1", "earned = 9e999", "bonus = 1e300", "possible = 9e999"]
)
def test_points_that_no_grading_gives_do_not_count(path, change):
    with Progress(path) as progress:
        progress.record_report(report(3.0))
        progress.record_report(report(2.0))
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"UPDATE report SET {change} WHERE earned = 3")
        db.commit()
    with Progress(path) as progress:
        assert progress.best("exercise1").earned == 2


@pytest.fixture
def anybody():
    """Become an ordinary user for a while, and have a folder that such a user can reach; root may write everywhere."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    @contextlib.contextmanager
    def become():
        if (root := os.geteuid() == 0) is True:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    yield folder, become
    for one in (folder, *folder.rglob("*")):
        one.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("closed", ["the file", "the folder", "both"])
def test_a_store_that_cannot_be_written_is_read_and_says_so(anybody, closed):
    folder, become = anybody
    path = folder / ".dlquiz" / "progress.sqlite3"
    with Progress(path) as progress:
        progress.record_report(report(3.0))
    path.chmod(0o666 if closed == "the folder" else 0o444)
    path.parent.chmod(0o777 if closed == "the file" else 0o555)
    with become(), Progress(path) as progress:
        assert progress.best("exercise1").earned == 3
        # Where only the file is closed, SQLite says nothing before the first writing.
        assert closed == "the file" or "not stored" in progress.notes[0]
        with pytest.raises(StoreError, match="cannot be stored"):
            progress.record_report(report(4.0))
    assert [file.name for file in path.parent.glob("*damaged*")] == []


def test_a_store_that_cannot_be_read_either_is_a_store_error(anybody):
    folder, become = anybody
    path = folder / "progress.sqlite3"
    Progress(path).close()
    path.chmod(0)
    folder.chmod(0o555)
    with become(), pytest.raises(StoreError, match="cannot be stored"):
        Progress(path)


def test_a_folder_that_cannot_be_made_is_a_store_error():
    with pytest.raises(StoreError, match="cannot be stored"):
        Progress(Path("/proc/dlquiz/progress.sqlite3"))


def test_a_store_that_goes_away_is_a_store_error(path):
    progress = Progress(path)
    progress.close()
    with pytest.raises(StoreError, match="cannot be stored"):
        progress.record_hint("exercise1", 1)


def test_a_store_that_stays_locked_is_a_store_error_not_damage(path, monkeypatch):
    monkeypatch.setattr("dlquiz.study.store._BUSY_TIMEOUT_MS", 50)
    Progress(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Progress(path) as progress, pytest.raises(StoreError, match="locked"):
        progress.record_hint("exercise1", 1)
    holder.close()
    assert list(path.parent.glob("*damaged*")) == []


_WRITER = """
import sys
import threading
sys.path.insert(0, {here!r})
from pathlib import Path
from test_store import AT, report
from dlquiz.study.store import Progress
with Progress(Path(sys.argv[1])) as progress:
    one = report(exercise=sys.argv[3])
    for number in range(int(sys.argv[2])):
        progress.record_report(one)
        progress.save_sitting("s", "words", str(number) * 20000)
        print(number, flush=True)
"""


def writer(path, count, exercise="exercise1"):
    code = _WRITER.format(here=str(Path(__file__).parent))
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(count), exercise], stdout=subprocess.PIPE, text=True
    )


def test_a_kill_at_any_moment_leaves_the_old_row_or_the_new_one(path):
    path.parent.mkdir()
    acknowledged = 0
    for seed in range(6):
        process = writer(path, 100_000)
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.0, 0.06))  # any moment will do, and each is another
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.wait()
        process.stdout.close()
        acknowledged += 1 + rest.count("\n")
        with Progress(path) as progress:
            assert progress.notes == ()
            stored = progress.reports("exercise1")
            assert len(stored) >= acknowledged
            assert all(one == report() for one in stored)
            _, state = progress.open_sitting("words")
            whole = state[: len(state) // 20000]
            assert state == whole * 20000
            # A killed writer may have stored one row that it could not say any more.
            acknowledged = len(stored)


def test_two_processes_write_at_once_and_nothing_is_lost(path):
    both = [writer(path, 40, name) for name in ("exercise1", "exercise2")]
    for process in both:
        assert process.communicate(timeout=60)[0].count("\n") == 40
        assert process.returncode == 0
    with Progress(path) as progress:
        assert [len(progress.reports(name)) for name in ("exercise1", "exercise2")] == [40, 40]


def test_many_open_a_new_store_at_the_same_moment(tmp_path):
    # Switching to the write-ahead log fails at once while another process holds the file: no busy timeout applies.
    for round in range(15):
        path = tmp_path / str(round) / "progress.sqlite3"
        gate = threading.Barrier(6)

        def first_answer(name, path=path, gate=gate):
            gate.wait()
            with Progress(path) as progress:
                progress.record_hint(name, 1)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(first_answer, (f"exercise{n}" for n in range(6))))
        with Progress(path) as progress:
            assert [progress.hints_shown(f"exercise{n}") for n in range(6)] == [1] * 6


def test_two_processes_meet_a_damaged_store_and_one_moves_it(path):
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)
    both = [writer(path, 5, name) for name in ("exercise1", "exercise2")]
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with Progress(path) as progress:
        assert [len(progress.reports(name)) for name in ("exercise1", "exercise2")] == [5, 5]
    assert len(list(path.parent.glob("*.damaged-*[0-9]"))) == 1


def test_a_store_on_a_full_disk_is_read(path):
    with Progress(path) as progress:
        progress.save_sitting("s1", "words", "1")
        progress.close_sitting("s1")
    # What a full disk does to the file beside it: it cannot grow. A limit of the process does the same.
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from dlquiz.study.store import Progress\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "with Progress(Path(sys.argv[1])) as progress:\n"
        "    print([name for name, _ in progress.finished_sittings()], *progress.notes)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.startswith("['words'] What you do now is not stored")
