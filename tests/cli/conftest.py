"""A small course of two exercises and one quiz, and a person's clean home for it."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlquiz.cli import main

from .warm import Process, run

STUB = '''"""Add numbers."""


def add(a, b):
    # TODO(1): return the sum
    raise NotImplementedError("add: TODO(1)")


def half(a):
    # TODO(2): return half of a
    raise NotImplementedError("half: TODO(2)")
'''
RIGHT = '"""Add numbers."""\n\n\ndef add(a, b):\n    return a + b\n\n\ndef half(a):\n    return a / 2\n'

_EXERCISE = """\
format_version: 1
title: {title}
topic: {topic}
file: {file}.py
summary: Write two small functions.
minutes: 15
points: 4
hints:
  - Look at the words.
  - Look at the signs.
  - It is a plus.
examples:
  - call: add(2, 3)
    expect: "5"
    why: two and three
  - call: add(np.array([1.0, 2.0]), 1)
    expect: "[2. 3.]"
  - call: half(3)
    expect: "1.5"
"""

_GRADER = """\
import pytest

from dlquiz.grading import check


@pytest.mark.case("add gives the sum", points=3, hint="plus")
def test_add(submission):
    check.equal(submission.add(2, 3), 5, name="the sum")


@pytest.mark.case("half of an odd number keeps its half", points=1, hint="/", public=True)
def test_half(submission):
    check.equal(submission.half(3), 1.5, name="the half")
"""

_QUIZ = """\
format_version: 1
title: Words
topic: basics
questions:
  - kind: truefalse
    id: w-one
    stem: An epoch is one pass over the training set.
    answer: true
    explain: That is its definition.
    source: Goodfellow et al. 2016, chapter 8
"""


def make_course(root: Path) -> Path:
    """Write the course into ``root``."""
    files = {
        "exercises/course.yaml": "format_version: 1\nname: tiny\ntitle: A tiny course\nversion: '1'\nwelcome: Hello.\n"
        "finish: The end.\nexercises: [exercise1, exercise2]\nquizzes: [words]\n",
        "quizzes/words.yaml": _QUIZ,
    }
    for number, (topic, file) in enumerate([("adding", "adder"), ("halving", "halver")], start=1):
        name = f"exercise{number}"
        files[f"exercises/{name}/exercise.yaml"] = _EXERCISE.format(title=f"Title {number}", topic=topic, file=file)
        files[f"exercises/{name}/README.md"] = f"# Lesson {number}\n\nThe rule is $a_1 + \\frac{{b}}{{2}}$.\n"
        files[f"exercises/{name}/{file}.py"] = STUB
        files[f"graders/{name}/solution.py"] = RIGHT
        files[f"graders/{name}/test_{file}.py"] = _GRADER
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@dataclass(frozen=True)
class Person:
    """Somebody with an empty home who has confirmed the tiny course; types commands in ``here``."""

    here: Path
    course: Path
    type: Callable[..., Result]

    @property
    def work(self) -> Path:
        return self.here / "dlquiz-work"

    def file(self, number: int = 1) -> Path:
        return self.work / f"exercise{number}" / ("adder.py", "halver.py")[number - 1]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONSAFEPATH": "1"}

    def type_apart(self, *arguments: str, **settings) -> subprocess.CompletedProcess[str]:
        """Run the command as a real process."""
        return subprocess.run(
            [sys.executable, "-m", "dlquiz", *arguments],
            cwd=self.here,
            env=self.environment(),
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
            **settings,
        )


@pytest.fixture
def person(tmp_path, monkeypatch, capfd):
    for name in ("NO_COLOR", "FORCE_COLOR", "DLQUIZ_DEBUG", "DLQUIZ_DATA"):
        monkeypatch.delenv(name, raising=False)
    course = make_course(tmp_path / "course")
    here = tmp_path / "home"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DLQUIZ_COURSE", str(course))

    def type_command(*arguments: str) -> Result:
        capfd.readouterr()
        code = main(arguments)
        shown = capfd.readouterr()
        return Result(code, shown.out, shown.err)

    assert type_command("--trust-course", "status").code == 0
    return Person(here, course, type_command)


@pytest.fixture
def worker(person):
    """A person who has typed ``dlquiz start``."""
    assert person.type("start").code == 0
    return person


# --- quizzes, through real processes ---

_MANIFEST = """\
format_version: 1
name: tiny
title: Tiny
version: 0.0.1
welcome: Welcome.
finish: Done.
exercises: [exercise1]
quizzes: [words]
"""
_WORD_EXERCISE = """\
format_version: 1
title: One
topic: one
file: one.py
summary: One function.
minutes: 1
points: 1
hints: [Think.]
"""
WORDS = """\
format_version: 1
title: Words
questions:
  - kind: choice
    id: gap
    tags: [overfitting]
    stem: Training loss falls while validation loss rises. What is it?
    right: Overfitting
    wrong:
      Underfitting: Then the training loss would be high as well.
    explain: A widening gap is the sign.
    source: A book
    hints: [Look at the gap.]
  - kind: truefalse
    id: pass
    tags: [epoch]
    stem: One epoch is always one step.
    answer: false
    explain: Only if one batch holds everything.
    source: A book
  - kind: numeric
    id: steps
    tags: [epoch]
    stem: 64 images in batches of 4. How many steps?
    answer: 16
    explain: 64 / 4 is 16.
    source: A book
"""


@dataclass
class Done:
    rc: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@dataclass
class Shell:
    """A folder to type commands in; nothing of the person who runs the tests gets in."""

    folder: Path
    course: Path

    @property
    def words(self):
        """The text of its quiz."""
        return WORDS

    @property
    def store(self):
        return self.folder / "work/.dlquiz/progress.sqlite3"

    @property
    def env(self):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "DLQUIZ_STATE": str(self.folder / "state"),
            "DLQUIZ_COURSE": str(self.course),
            "PYTHONUTF8": "1",
            "TERM": "xterm",
            "COLUMNS": "100",
        }

    @property
    def command(self):
        return [sys.executable, "-m", "dlquiz"]

    def run(self, *args, stdin="", env=None):
        code, out, err = run(args, environment=self.env | (env or {}), folder=self.folder, given=stdin.encode())
        return Done(code, out.decode(), err.decode())

    def start(self):
        result = self.run("start", "work", "--trust-course")
        assert result.rc == 0, result.err


@pytest.fixture
def shell(tmp_path):
    course = tmp_path / "course"
    for name, text in {
        "exercises/course.yaml": _MANIFEST,
        "exercises/exercise1/exercise.yaml": _WORD_EXERCISE,
        "exercises/exercise1/one.py": "def one():\n    raise NotImplementedError\n",
        "exercises/exercise1/README.md": "# One\n",
        "graders/exercise1/test_one.py": "",
        "quizzes/words.yaml": WORDS,
        "state/trusted-courses.json": json.dumps({"format_version": 1, "courses": [str(course)]}),
    }.items():
        path = (tmp_path if name.startswith("state") else course) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Shell(tmp_path, course)


class Terminal:
    """The program at a pseudo-terminal."""

    def __init__(self, shell, *args):
        self.screen, theirs = pty.openpty()
        self.process = Process(
            args, environment=shell.env, folder=shell.folder, streams=(theirs, theirs, theirs), controlling=True
        )
        os.close(theirs)
        self.rest = ""  # read, but after what was expected last

    def expect(self, what, timeout_s=30):
        """Read until ``what`` appears after everything expected so far."""
        seen, self.rest = self.rest, ""
        deadline = time.monotonic() + timeout_s
        while what not in seen:
            ready, _, _ = select.select([self.screen], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{what!r} never appeared; the screen shows {seen!r}"
            try:
                seen += os.read(self.screen, 4096).decode(errors="replace")
            except OSError:
                break  # the program has ended
        assert what in seen, f"{what!r} never appeared; the screen shows {seen!r}"
        before, _, self.rest = seen.partition(what)
        return before + what

    def type(self, text):
        os.write(self.screen, text.encode())

    def interrupt(self, pause_s=0.5):
        """Press Ctrl-C, as late as a person does.

        A signal that comes between Python's prompt and its wait for a key is noticed only at the next key.
        """
        time.sleep(pause_s)  # nothing can be seen from outside: the docstring says what it is for
        self.type("\x03")

    def wait(self):
        # Drained while waiting: a full terminal would block the program.
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.screen], [], [], 0.05)[0]:
                try:
                    os.read(self.screen, 4096)
                except OSError:
                    break
        return self.process.wait(timeout=10)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.screen)


@pytest.fixture
def terminal(shell):
    opened = []

    def start(*args):
        opened.append(Terminal(shell, *args))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
