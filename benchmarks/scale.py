"""Do time and memory for each submission stay flat when there are many?

    python benchmarks/scale.py [--counts 10 100 1000] [--full]

``--full`` adds 5,000. See benchmarks/README.md.
"""

import argparse
import os
import time

from common import EXERCISE, children, cycle, mixed_files, prepared, pss_mib

from dlquiz.content.course import Course
from dlquiz.grading.run import grade_many


def main() -> None:
    """Print one row for each count."""
    parser = argparse.ArgumentParser(description="Many submissions in one run.")
    parser.add_argument("--counts", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--full", action="store_true", help="5,000, too")
    options = parser.parse_args()
    with prepared("scale") as (course, _):
        print(f"{EXERCISE}, fresh seeds; memory is PSS in MiB, at a tenth of the way and at the end")
        print(
            f"{'count':>6} {'ms each':>8} {'first half':>10} {'second':>8} {'parent':>15} {'grader':>15} {'server':>15}"
        )
        for count in [*options.counts, *([5000] if options.full else [])]:
            row(course, count)


def row(course: Course, count: int) -> None:
    """Grade ``count`` submissions; look at the memory early and late."""
    submissions = cycle(course, mixed_files(course), count)
    marks: list[float] = []
    early: list[float] = []
    late: list[float] = []
    for number, _ in enumerate(grade_many(course, EXERCISE, submissions), 1):
        marks.append(time.perf_counter())
        if number == max(2, count // 10):
            early = memory()
        if number == count - 1:
            late = memory()
    half = count // 2
    first = (marks[half] - marks[0]) / half * 1e3
    second = (marks[-1] - marks[half]) / (count - 1 - half) * 1e3
    each = (marks[-1] - marks[0]) / (count - 1) * 1e3
    sizes = " ".join(f"{a:7.1f}→{b:6.1f}" for a, b in zip(early, late, strict=True))
    print(f"{count:6d} {each:8.1f} {first:10.1f} {second:8.1f} {sizes}", flush=True)


def memory() -> list[float]:
    """Return the PSS of this process, of the grader process and of its server."""
    grader = children(os.getpid())[0]
    server = children(grader)[0]
    return [pss_mib(os.getpid()), pss_mib(grader), pss_mib(server)]


if __name__ == "__main__":
    main()
