"""A small course of two exercises and one quiz, and a person's clean home for it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlquiz.cli import main

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
