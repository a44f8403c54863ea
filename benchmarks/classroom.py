"""A class: ``dlquiz class grade`` as a whole, its database included, against one plain pytest process each.

    python benchmarks/classroom.py [--submissions 1000] [--frameworks 100] [--pytests 40] [--kills 10]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import csv
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from common import EXERCISE, SEED, descendants, mixed_files, plain, prepared, pss_mib

from dlquiz.content.course import Course

TORCH = "exercise7"
OWN_DIGITS = """

def _with_own_digits(function):
    def shifted(value):
        if isinstance(value, dict):
            return {key: shifted(item) for key, item in value.items()}
        if isinstance(value, tuple):
            return tuple(map(shifted, value))
        return value * (1 + FACTOR) if isinstance(value, (float, np.ndarray)) else value

    return lambda *args, **kwargs: shifted(function(*args, **kwargs))


for _name in [name for name, value in globals().items() if type(value) is type(_with_own_digits) and name[0] != "_"]:
    globals()[_name] = _with_own_digits(globals()[_name])
"""
"""Makes a file give numbers that no other file gives: what it computes, times a factor of its own very near 1."""


class Finished(NamedTuple):
    """Seconds of a command, and the most memory of all its processes together, in MiB."""

    seconds: float
    mib: float


def main() -> None:
    """Time classes of two exercises, then kill one again and again."""
    parser = argparse.ArgumentParser(description="Grading a class.")
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--frameworks", type=int, default=100)
    parser.add_argument("--pytests", type=int, default=40)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with prepared("a class", "sqlalchemy") as (course, home):
        for exercise, count, pytests in (
            (EXERCISE, options.submissions, options.pytests), (TORCH, options.frameworks, options.pytests // 4),
        ):  # fmt: skip
            if count:
                compare(course, Path(home), exercise, count, pytests)
        if options.submissions:
            unlike(course, Path(home), options.submissions)
        if options.kills:
            killed(course, Path(home), options.kills)


def hand_in(course: Course, folder: Path, exercise: str, count: int, *, own_digits: bool = False) -> list[Path]:
    """Write a class: the reference, right and wrong solutions and crashing files in turn, no two files the same.

    ``own_digits``: nor do any two give the same numbers, to the last bit.
    """
    folder.mkdir()
    files = mixed_files(course, exercise) if exercise == EXERCISE else _of(course, exercise)
    written = []
    for number, file in enumerate(itertools.islice(itertools.cycle(files), count)):
        path = folder / f"learner-{number:04}.py"
        own = OWN_DIGITS.replace("FACTOR", str((number + 1) * 1e-13)) if own_digits else ""
        path.write_bytes(file.read_bytes() + f"{own}\n# handed in by learner {number}\n".encode())
        written.append(path)
    return written


def _of(course: Course, exercise: str) -> list[Path]:
    grader = course.grader_folder(exercise)
    return [grader / "solution.py", *sorted(grader.glob("right/*.py")), *sorted(grader.glob("wrong/*.py"))]


def command(folder: Path, exercise: str, book: Path, jobs: int) -> list[str]:
    """The command of a teacher."""
    return [
        sys.executable, "-m", "dlquiz", "class", "grade", str(folder), "--exercise", exercise, "--db", str(book),
        "--csv", str(book.with_suffix(".csv")), "--jobs", str(jobs), "--seed", str(SEED),
    ]  # fmt: skip


def run(arguments: list[str]) -> Finished:
    """Run a command to its end, and look at its memory twice a second."""
    started = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            most[0] = max(most[0], sum(map(pss_mib, [process.pid, *descendants(process.pid)])))

    watching = threading.Thread(target=watch)
    watching.start()
    process.wait()
    seconds = time.perf_counter() - started
    over.set()
    watching.join()
    return Finished(seconds, most[0])


def graded(book: Path) -> list[dict[str, str]]:
    """Return the rows of the table beside a book."""
    with book.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare(course: Course, home: Path, exercise: str, count: int, pytests: int) -> None:
    """One class, with one process and with one for each core; then plain pytest on some of its files."""
    folder = home / exercise
    files = hand_in(course, folder, exercise, count)
    some = [files[number * count // pytests] for number in range(pytests)]
    for jobs in sorted({1, len(os.sched_getaffinity(0))}):
        book = home / f"{exercise}-{jobs}.sqlite3"
        ours = run(command(folder, exercise, book, jobs))
        rows = graded(book)
        again = run(command(folder, exercise, book, jobs))
        theirs = _seconds(lambda: _each(course, some, exercise, jobs)) / pytests  # noqa: B023  called at once
        done = sum(row["state"] == "graded" for row in rows)
        if len(rows) != count or done != count:
            raise SystemExit(f"{done} of {count} graded, {len(rows)} rows: the times would say nothing")
        each = ours.seconds / count
        print(f"{count} submissions of {exercise}, no two the same, {jobs} at a time: {done} graded")
        print(f"  dlquiz class grade, table and database   {60 / each:7.0f} a minute   {each * 1e3:7.1f} ms each")
        print(f"  typed again: nothing is graded           {again.seconds:7.1f} s in all")
        print(
            f"  one plain pytest process each            {60 / theirs:7.0f} a minute   {theirs / each:7.1f} times ours"
        )
        print(f"  memory of all processes at the most      {ours.mib:7.0f} MiB (PSS)")


def unlike(course: Course, home: Path, count: int) -> None:
    """The same class, but no two files give the same numbers: each check is judged anew for each of them."""
    folder = home / "unlike"
    hand_in(course, folder, EXERCISE, count, own_digits=True)
    print(f"{count} submissions of {EXERCISE}, no two of which give the same numbers:")
    for jobs in sorted({1, len(os.sched_getaffinity(0))}):
        book = home / f"unlike-{jobs}.sqlite3"
        each = run(command(folder, EXERCISE, book, jobs)).seconds / count
        theirs, ours = (_points(one) / count for one in (home / f"{EXERCISE}-{jobs}.sqlite3", book))
        print(f"  {jobs} at a time   {60 / each:7.0f} a minute   {each * 1e3:7.1f} ms each")
        if abs(theirs - ours) > 0.05:
            raise SystemExit(f"{ours:.2f} points each, {theirs:.2f} before: the times would say nothing")


def _points(book: Path) -> float:
    return sum(float(row["points"]) for row in graded(book))


def _each(course: Course, files: list[Path], exercise: str, jobs: int) -> None:
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda file: plain(course, file, exercise), files))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def killed(course: Course, home: Path, kills: int) -> None:
    """Kill the command with all its processes at random moments, and type it again until it ends."""
    count, book, folder = 300, home / "killed.sqlite3", home / "killed"
    hand_in(course, folder, EXERCISE, count)
    draws, kept, lost = random.Random(1), 0, 0
    for _ in range(kills):
        process = subprocess.Popen(
            command(folder, EXERCISE, book, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(draws.uniform(0.3, 3.0))
        for pid in [process.pid, *descendants(process.pid)]:
            with_no_mercy(pid)
        process.wait()
        now = _gradings(book)
        lost, kept = lost + max(kept - now, 0), now
    run(command(folder, EXERCISE, book, 2))
    rows, total = graded(book), _gradings(book)
    print(f"{count} submissions, every process killed with -9 at {kills} random moments, then typed once more:")
    print(f"  {len(rows)} rows, {total} gradings, {kept} of them kept before the last time, {lost} lost on the way")
    if (len(rows), total, lost) != (count, count, 0):
        raise SystemExit("something was lost, or graded twice")


def with_no_mercy(pid: int) -> None:
    """End one process, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _gradings(book: Path) -> int:
    if not book.is_file():
        return 0
    try:
        with sqlite3.connect(book) as db:
            return int(db.execute("SELECT count(*) FROM grading").fetchone()[0])
    except sqlite3.OperationalError:  # killed before its tables were there
        return 0


if __name__ == "__main__":
    main()
