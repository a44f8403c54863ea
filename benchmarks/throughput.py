"""Many submissions: behind the wall, in one bare loop, and with one plain pytest process each.

    python benchmarks/throughput.py [--submissions 200] [--rounds 5] [--pytests 40]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import itertools
import os
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bare import BareLoop
from common import (
    EXERCISE,
    HERE,
    SEED,
    cycle,
    descendants,
    lost_in_plain,
    mixed_files,
    plain,
    prepared,
    processor_s,
)

from dlquiz.content.course import Course, load_course
from dlquiz.grading.run import grade_many
from dlquiz.submission import Submission


def main() -> None:
    """Check that all three judge alike, then time them."""
    parser = argparse.ArgumentParser(description="Throughput of grading.")
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pytests", type=int, default=40)
    options = parser.parse_args()
    with prepared("throughput") as (course, _):
        agreement(course)
        one_core = os.sched_getaffinity(0)
        for jobs in (1, len(one_core)):
            compare(course, options.submissions, options.rounds, options.pytests, jobs)
            if len(one_core) == 1:
                break
        crashing(course, options.submissions)


class Graded(NamedTuple):
    """What grading many took: the cases that each lost, the seconds in all, and once warm each: seconds and processor
    seconds of all processes together."""

    lost: list[int]
    total_s: float
    each_s: float
    processor_s: float


def behind_the_wall(course: Course, submissions: Sequence[Submission], jobs: int = 1) -> Graded:
    """Grade them all.

    Warm is a process that has met every file once: with one seed for a class, what the reference and the known mistakes
    answer is asked once.
    """
    started = time.perf_counter()
    late = len(submissions) - 2 * jobs
    early = min(jobs * max(4, len({one.sha256 for one in submissions})), late - 10)
    lost, marks, used = [0] * len(submissions), [], []
    for position, report in grade_many(course, EXERCISE, submissions, seed=SEED, jobs=jobs):
        lost[position] = sum(case.outcome != "passed" for case in report.cases)
        marks.append(time.perf_counter())
        if len(marks) in (early, late):
            used.append(_processor_s())
    steady = (marks[-1] - marks[early]) / (len(marks) - early - 1)
    return Graded(lost, marks[-1] - started, steady, (used[1] - used[0]) / (late - early))


def _processor_s() -> float:
    """Seconds of this process, the grader processes, their servers, and the workers that have ended."""
    return time.process_time() + sum(map(processor_s, descendants(os.getpid())))


def bare_seconds(course: Course, submissions: Sequence[Submission], jobs: int) -> float:
    """Return the seconds of the bare loop, split over ``jobs`` processes; their start does not count."""
    if jobs == 1:
        loop = BareLoop(course, EXERCISE)
        loop.run(submissions[:3])
        started = time.perf_counter()
        loop.run(submissions)
        return time.perf_counter() - started
    with get_context("spawn").Pool(jobs, initializer=_prepare) as pool:
        pool.map(_bare, [submissions[:3]] * jobs, chunksize=1)
        started = time.perf_counter()
        pool.map(_bare, [submissions[part::jobs] for part in range(jobs)], chunksize=1)
        return time.perf_counter() - started


_loops: list[BareLoop] = []


def _prepare() -> None:
    _loops.append(BareLoop(load_course(), EXERCISE))


def _bare(submissions: Sequence[Submission]) -> list[int]:
    return _loops[0].run(submissions)


def pytest_seconds(course: Course, files: Sequence[Path], jobs: int) -> float:
    """Return the seconds of one plain pytest process per file, ``jobs`` at a time."""
    started = time.perf_counter()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda file: plain(course, file), files))
    return time.perf_counter() - started


def agreement(course: Course) -> None:
    """All three must judge alike, or the times mean nothing."""
    files = mixed_files(course)
    submissions = cycle(course, files, len(files))
    ours = behind_the_wall(course, submissions).lost
    bare = BareLoop(course, EXERCISE).run(submissions)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        theirs = list(pool.map(lambda file: lost_in_plain(plain(course, file)), files))
    differ = [
        f"  {file.name}: {a} lost behind the wall, {b} in the bare loop, {c} in plain pytest"
        for file, a, b, c in zip(files, ours, bare, theirs, strict=True)
        if not a == b == c
    ]
    print(f"agreement: {len(files) - len(differ)} of {len(files)} files lose the same number of cases in all three")
    if differ:
        raise SystemExit("\n".join(["the times would compare different things", *differ]))


def compare(course: Course, count: int, rounds: int, pytests: int, jobs: int) -> None:
    """Time the three in turns."""
    files = mixed_files(course)
    submissions = cycle(course, files, count)
    some = list(itertools.islice(itertools.cycle(files), pytests))
    ours: list[float] = []
    steady: list[float] = []
    processor: list[float] = []
    bare: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        graded = behind_the_wall(course, submissions, jobs)
        ours.append(graded.total_s / count * 1e3)
        steady.append(graded.each_s * 1e3)
        processor.append(graded.processor_s * 1e3)
        bare.append(bare_seconds(course, submissions, jobs) / count * 1e3)
        theirs.append(pytest_seconds(course, some, jobs) / pytests * 1e3)
    a, s, b, c = map(statistics.median, (ours, steady, bare, theirs))
    over = statistics.median(x - y for x, y in zip(steady, bare, strict=True))
    title = f"{count} submissions of {EXERCISE}, {len(files)} files in turn"
    print(f"{jobs} at a time: {title}, {rounds} alternating rounds, medians")
    print(f"  dlquiz, isolation kernel, start included    {a:7.1f} ms per submission")
    print(f"  dlquiz, once warm                           {s:7.1f} ms")
    print(f"  … processor time, all processes together    {statistics.median(processor):7.1f} ms")
    print(f"  (a) bare loop in one process, no isolation  {b:7.1f} ms   once warm {over:+.1f} ms, {s / b:.1f} times")
    print(f"  (b) one plain pytest process each           {c:7.1f} ms   {c / a:.1f} times ours (once warm {c / s:.1f})")


def crashing(course: Course, count: int) -> None:
    """One in ten ends its whole process in every function."""
    files = mixed_files(course)[:9]
    crash = HERE / "crashing" / "ends_its_process.py"
    without = behind_the_wall(course, cycle(course, files, count)).each_s
    each = behind_the_wall(course, cycle(course, [*files, crash], count)).each_s
    print(
        f"with one in ten that ends its process in every case: {each * 1e3:.1f} ms each, without {without * 1e3:.1f} ms"
    )


if __name__ == "__main__":
    main()
