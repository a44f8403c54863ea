"""The files of a course: what submissions may open by name, and that nothing else becomes readable by it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlquiz.errors import SandboxError
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.spawn_server import SpawnServer
from dlquiz.sandbox.worker_handle import WorkerHandle

pytestmark = pytest.mark.sandbox
Load = Callable[..., WorkerHandle]
Ask = Callable[..., Any]

READER = """
import os, pathlib, sqlite3
import numpy as np

def words():
    with open("words.txt", encoding="utf-8") as file:
        return file.read().split()

def table():
    return np.loadtxt("data/table.csv", delimiter=",")

def try_all(names):
    got = {}
    for name in names:
        for how, act in ACTS.items():
            try:
                act(name)
            except OSError as error:
                continue
            got[f"{how} {name}"] = True
    return sorted(got)

ACTS = {
    "read": lambda name: open(name, "rb").close(),
    "list": os.listdir,
    "write": lambda name: open(name, "r+b").close(),
    "append": lambda name: open(name, "ab").close(),
    "empty": lambda name: os.truncate(name, 0),
    "mode": lambda name: os.chmod(name, 0o777),
    "delete": os.unlink,
    "enter": os.chdir,
    "link": lambda name: os.link(name, name + "2"),
}
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return an exercise's folder that every user can read; in /tmp, for pytest's own is closed to other users."""
    with tempfile.TemporaryDirectory(prefix="dlquiz-files-") as name:
        root = Path(name)
        inside = root / "exercises" / "one"
        (inside / "data").mkdir(parents=True)
        (inside / "words.txt").write_text("alpha beta gamma\n")
        (inside / "data" / "table.csv").write_text("1,2\n3,4\n")
        (inside / "secret.txt").write_text("secret")
        (inside / "data" / "other.csv").write_text("5\n")
        (root / "outside.txt").write_text("outside")
        (inside / "link.txt").symlink_to(root / "outside.txt")
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield inside


FILES = ("words.txt", "data/table.csv")


def check_reads(worker: WorkerHandle, ask: Ask) -> None:
    assert ask(worker, "words").value == ["alpha", "beta", "gamma"]
    np.testing.assert_array_equal(ask(worker, "table").value, [[1, 2], [3, 4]])


@pytest.mark.usefixtures("kernel")
def test_named_files_are_readable_and_nothing_else_is(folder: Path, loaded: Load, ask: Ask) -> None:
    with ForkServer(("numpy",), files=CourseFiles(str(folder), FILES)) as server:
        assert server.surprises([str(folder / "secret.txt")]).result() == []
        worker = loaded(READER, server=server)
        check_reads(worker, ask)
        names = ["words.txt", "secret.txt", "data/other.csv", "link.txt", ".", "..", "data", "../../outside.txt"]
        names += [str(folder / "secret.txt"), str(folder), "new.txt"]
        assert ask(worker, "try_all", names).value == ["read words.txt"]
        # The absolute name is the same file.
        assert ask(worker, "try_all", [str(folder / "words.txt")]).value == [f"read {folder}/words.txt"]
        worker.close()
    assert (folder / "words.txt").read_text() == "alpha beta gamma\n"


@pytest.mark.usefixtures("kernel")
def test_a_home_that_the_servers_user_cannot_enter_is_no_obstacle(folder: Path, loaded: Load, ask: Ask) -> None:
    folder.parents[1].chmod(0o700)
    with ForkServer(("numpy",), files=CourseFiles(str(folder), FILES)) as server:
        check_reads(loaded(READER, server=server), ask)


@pytest.mark.parametrize("missing", ["landlock", "seccomp"])
def test_files_are_readable_below_level_kernel(folder: Path, loaded: Load, ask: Ask, missing: str) -> None:
    with ForkServer(("numpy",), files=CourseFiles(str(folder), FILES), pretend_missing=(missing,)) as server:
        check_reads(loaded(READER, server=server), ask)


def test_files_are_readable_where_interpreters_are_spawned(folder: Path, loaded: Load, ask: Ask) -> None:
    with SpawnServer(("numpy",), files=CourseFiles(str(folder), FILES)) as server:
        check_reads(loaded(READER, server=server), ask)


@pytest.mark.parametrize("server", [ForkServer, SpawnServer])
def test_a_file_that_is_gone_is_told_before_anybody_is_blamed(folder: Path, server: Any) -> None:
    (folder / "words.txt").unlink()
    with pytest.raises(SandboxError, match=r"words\.txt cannot be opened"):  # noqa: SIM117  one starts, the other not
        with server(("numpy",), files=CourseFiles(str(folder), FILES)) as started:
            _ = started.wall


# -- through the command line -------------------------------------------------

COURSE = {
    "exercises/course.yaml": """
format_version: 1
name: words
title: Words
version: "1"
welcome: Hello.
finish: Done.
exercises: [count]
""",
    "exercises/count/exercise.yaml": """
format_version: 1
title: Count words
topic: count
file: count.py
summary: Count the words of a text.
minutes: 5
points: 2
files: [words.txt, data/more.txt]
hints: [Open it.]
""",
    "exercises/count/README.md": "# Count\n",
    "exercises/count/words.txt": "one two three\n",
    "exercises/count/data/more.txt": "four five\n",
    "exercises/count/count.py": "def count(name):\n    raise NotImplementedError\n",
    "graders/count/solution.py": "def count(name):\n    return len(open(name).read().split())\n",
    "graders/count/test_count.py": """
import pytest

from dlquiz.grading import check


@pytest.mark.case("the words of the text are counted", public=True)
def test_text(submission, reference):
    check.equal(submission.count("words.txt"), reference.count("words.txt"), name="count")


@pytest.mark.case("a text in a folder, too")
def test_more(submission):
    check.equal(submission.count("data/more.txt"), 2, name="count")
""",
}
SNEAKY = """
import os

for name in ("exercise.yaml", "README.md", "count.py", "../course.yaml", "../../graders/count/solution.py"):
    try:
        print("READ", open(name).read())
    except PermissionError:
        pass
try:
    print("LISTED", os.listdir())
except PermissionError:
    pass


def count(name):
    return len(open(name).read().split())
"""


@pytest.fixture
def course(folder: Path) -> Path:
    root = folder.parents[1] / "course"
    for name, text in COURSE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return root


def grade(course: Path, text: str) -> tuple[int, dict[str, Any], str]:
    work = course.parent / "work.py"
    work.write_text(text)
    command = [sys.executable, "-m", "dlquiz", "--course", str(course), "--trust-course", "grade", "count", "--json"]
    env = {**os.environ, "DLQUIZ_STATE": str(course.parent / "state")}
    done = subprocess.run(
        [*command, "--file", str(work)], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


@pytest.mark.usefixtures("kernel")
def test_an_exercise_with_files_is_graded_and_gives_nothing_else_away(course: Path) -> None:
    code, report, _ = grade(course, SNEAKY)
    assert (code, report["outcome"], report["isolation"]) == (0, "passed", "kernel")
    assert all(case["output"] == "" for case in report["cases"])


@pytest.mark.usefixtures("kernel")
def test_a_wrong_answer_from_a_file_costs_its_case_only(course: Path) -> None:
    code, report, _ = grade(course, "def count(name):\n    return len(open('words.txt').read().split())\n")
    assert code == 1
    assert [case["outcome"] for case in report["cases"]] == ["passed", "failed"]


def test_a_file_that_the_course_does_not_have_is_its_authors_mistake(course: Path) -> None:
    (course / "exercises/count/data/more.txt").unlink()
    code, _, said = grade(course, SNEAKY)
    assert code == 3
    assert "exercise.yaml:9:20" in said
    assert "there is no file 'data/more.txt'" in said
