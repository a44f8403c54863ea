"""Grading against plain pytest, side by side in one run; prints ratios.

    python benchmarks/grade.py [--submissions 100] [--cold-runs 7]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from common import versions

from dlquiz.content.course import Course, load_course
from dlquiz.grading.run import grade_many, in_order
from dlquiz.submission import read_submission

HERE = Path(__file__).parent
EXERCISE = "exercise3"
SEED = 1


def main() -> None:
    """Run the three comparisons."""
    parser = argparse.ArgumentParser(description="Grading against plain pytest.")
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--cold-runs", type=int, default=7)
    options = parser.parse_args()
    course = load_course()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DLQUIZ_STATE": home, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        print(versions())
        agreement(course)
        warm(course, options.submissions)
        cold(course, options.cold_runs, home)
        start_up(options.cold_runs * 3, home)


def files_of(course: Course) -> list[Path]:
    """Reference, right and wrong solutions of the exercise."""
    grader = course.grader_folder(EXERCISE)
    return [grader / "solution.py", *sorted(grader.glob("right/*.py")), *sorted(grader.glob("wrong/*.py"))]


def plain_command(course: Course, file: Path) -> list[str]:
    """One plain pytest process: same grader files, no isolation, no plugin that is not needed."""
    grader = str(course.grader_folder(EXERCISE))
    return [
        sys.executable, "-m", "pytest", grader, "-q", "-p", "no:cacheprovider", "-p", "plain_plugin", "-c", os.devnull,
        "--noconftest", "--rootdir", grader, "--import-mode=importlib", "--tb=no",
        "--plain-submission", str(file), "--plain-seed", str(SEED),
    ]  # fmt: skip


def plain(course: Course, file: Path) -> subprocess.CompletedProcess[str]:
    """Run plain pytest on one file."""
    environment = os.environ | {
        "PYTHONPATH": str(HERE),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(plain_command(course, file), env=environment, text=True, capture_output=True, check=False)


def agreement(course: Course) -> None:
    """Both must judge alike, or the times mean nothing."""
    files = files_of(course)
    module = course.stub_path(EXERCISE).stem
    submissions = [read_submission(file, module_name=module) for file in files]
    differ = []
    for file, report in zip(files, in_order(grade_many(course, EXERCISE, submissions, seed=SEED)), strict=True):
        lost = sum(case.outcome != "passed" for case in report.cases)
        said = plain(course, file).stdout.splitlines()[-1]
        if f"{lost} failed" not in said and not (lost == 0 and "failed" not in said and "passed" in said):
            differ.append(f"{file.name}: {lost} lost behind the wall, plain pytest says {said!r}")
    print(f"agreement: {len(files) - len(differ)} of {len(files)} files lose the same number of cases in both")
    for line in differ:
        print(f"  {line}")
    if differ:
        raise SystemExit("the times below would compare different things")


def warm(course: Course, count: int) -> None:
    """Many submissions: one warm server against one process each."""
    files = list(itertools.islice(itertools.cycle(files_of(course)), count))
    module = course.stub_path(EXERCISE).stem
    submissions = [read_submission(file, module_name=module) for file in files]
    started = time.perf_counter()
    marks = [time.perf_counter() for _ in grade_many(course, EXERCISE, submissions, seed=SEED)]
    ours = marks[-1] - started
    steady = (marks[-1] - marks[0]) / (count - 1)
    started = time.perf_counter()
    for file in files:
        plain(course, file)
    theirs = time.perf_counter() - started
    print(f"warm: {count} submissions of {EXERCISE}, {len(set(files))} different files, one after the other")
    print(f"  dlquiz, one warm server, isolation included: {ours:6.2f} s in all ({steady * 1e3:.1f} ms each once warm)")
    print(
        f"  {count} plain pytest processes, no isolation:   {theirs:6.2f} s in all ({theirs / count * 1e3:.1f} ms each)"
    )
    print(f"  throughput: {theirs / ours:.1f} times, start included; {theirs / count / steady:.1f} times once warm")


def alternating(runs: int, *commands: Callable[[], object]) -> list[list[float]]:
    """Return the seconds of every run, the commands taking turns."""
    seconds: list[list[float]] = [[] for _ in commands]
    for command in commands:  # once without counting: files come into the cache
        command()
    for _ in range(runs):
        for index, command in enumerate(commands):
            started = time.perf_counter()
            command()
            seconds[index].append(time.perf_counter() - started)
    return seconds


def quiet(command: Sequence[str], folder: str) -> int:
    """Run a command without its output."""
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def say(title: str, name: str, seconds: list[float], other: str, others: list[float]) -> None:
    """Print two medians and their ratio."""
    ours, theirs = statistics.median(seconds), statistics.median(others)
    print(f"{title} ({len(seconds)} alternating runs each, medians)")
    print(f"  {name:<44} {ours:6.3f} s   (best {min(seconds):.3f})")
    print(f"  {other:<44} {theirs:6.3f} s   (best {min(others):.3f})")
    print(f"  ratio: {ours / theirs:.2f} (of the best: {min(seconds) / min(others):.2f})")


def cold(course: Course, runs: int, home: str) -> None:
    """One submission from nothing to a printed report."""
    file = course.solution_path(EXERCISE)
    command = [sys.executable, "-m", "dlquiz", "grade", EXERCISE, "--file", str(file)]
    ours, theirs = alternating(runs, lambda: quiet(command, home), lambda: plain(course, file))
    say("cold", f"dlquiz grade {EXERCISE} --file solution.py", ours, "pytest, same cases, no isolation", theirs)


def start_up(runs: int, home: str) -> None:
    """The command line itself."""
    help_command = [sys.executable, "-m", "dlquiz", "--help"]
    click_command = [sys.executable, "-c", "import click"]
    ours, theirs = alternating(runs, lambda: quiet(help_command, home), lambda: quiet(click_command, home))
    say("start", "dlquiz --help", ours, 'python -c "import click"', theirs)


if __name__ == "__main__":
    main()
