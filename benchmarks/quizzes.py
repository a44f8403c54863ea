"""Quizzes: load, validate and lint 10,000 questions; and how long until the first question is on screen.

    python benchmarks/quizzes.py [--runs 7] [--questions 10000]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import copy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from common import median_ratio, prepared

from dlquiz.authoring.new_quiz import template

PER_FILE = 2_000
"""A file may hold 5,000 entries in a list, and 1 MiB."""
IMPORTS = "import click, pydantic, yaml, rich"


def write(folder: Path, count: int) -> list[str]:
    """Write ``count`` questions of the kinds that people write most, in files of `PER_FILE`; return their names."""
    kinds = ("choice", "multi", "truefalse", "numeric", "short", "cloze", "match", "order", "categorise", "output")
    questions = yaml.load(template("b-m"), Loader=yaml.CBaseLoader)["questions"]
    listed = [one for kind in kinds for one in questions if one["kind"] == kind and "params" not in one]
    names = []
    for start in range(0, count, PER_FILE):
        chosen = []
        for number in range(start, min(start + PER_FILE, count)):
            one = {**copy.deepcopy(listed[number % len(listed)]), "id": f"q{number}"}  # a copy: no aliases
            one["stem"] = f"Number {number}. {one['stem']}"
            chosen.append(one)
        names.append(f"part-{start // PER_FILE}.yaml")
        quiz = {"format_version": "1", "title": f"Part {start}", "questions": chosen}
        text = yaml.dump(quiz, Dumper=yaml.CSafeDumper, width=10_000, sort_keys=False, default_flow_style=None)
        (folder / names[-1]).write_text(text, encoding="utf-8")
    return names


def seconds(run: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def command(arguments: Sequence[str], folder: Path, *, typed: str = "", ok: Sequence[int] = (0,)) -> float:
    """Run a program to its end and return the seconds."""
    begun = time.perf_counter()
    done = subprocess.run(arguments, cwd=folder, input=typed, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - begun
    assert done.returncode in ok, (done.stdout + done.stderr)[:2000]
    return spent


def first_question(folder: Path) -> float:
    """Return the seconds from the start of ``dlquiz quiz ID`` until its first question can be read."""
    begun = time.perf_counter()
    arguments = [sys.executable, "-m", "dlquiz", "quiz", "training-words", "--new", "--seed", "1"]
    process = subprocess.Popen(
        arguments, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Question 1 of" in line:
            break
    spent = time.perf_counter() - begun
    process.communicate("q\n")
    return spent


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--questions", type=int, default=10_000)
    wanted = parser.parse_args()
    with prepared("quizzes", "pydantic", "pyyaml"), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = write(folder, wanted.questions)
        size = sum((folder / one).stat().st_size for one in names) / 2**20
        print(f"{wanted.questions:,} questions of ten kinds in {len(names)} files, {size:.1f} MiB")

        dlquiz = [sys.executable, "-m", "dlquiz", "quiz"]
        checks = [command([*dlquiz, "check", "--no-run", *names], folder) for _ in range(wanted.runs)]
        print(f"quiz check --no-run: {statistics.median(checks):.2f} s (aim 2 s)")

        from dlquiz.content.course import load_quiz
        from dlquiz.quiz.lint.rule import QuizFile, QuizSet
        from dlquiz.quiz.lint.run import lint

        load = [seconds(lambda: [load_quiz(folder / one) for one in names]) for _ in range(wanted.runs)]
        print(f"of which loading and validating: {statistics.median(load):.2f} s")
        quizzes = QuizSet(tuple(QuizFile(one, load_quiz(folder / one)) for one in names))
        print(f"lint, all rules: {seconds(lambda: lint(quizzes)):.2f} s")

        ours, yardstick = [], []
        for _ in range(wanted.runs):
            yardstick.append(command([sys.executable, "-c", IMPORTS], folder))
            ours.append(first_question(folder))
        print(
            f"first question on screen: {statistics.median(ours):.3f} s, `{IMPORTS}`: "
            f"{statistics.median(yardstick):.3f} s, {median_ratio(ours, yardstick)} times (aim 2.5)"
        )


if __name__ == "__main__":
    main()
