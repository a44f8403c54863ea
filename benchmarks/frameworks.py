"""Small trainings with PyTorch and Keras: a warm server against a fresh interpreter for each submission.

    python benchmarks/frameworks.py [--submissions 12] [--fresh 4] [torchtiny] [kerastiny]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Sequence

from bare import BareLoop
from common import HERE, SEED, cycle, lost_in_plain, mixed_files, plain, prepared

from dlquiz.content.course import Course, load_course
from dlquiz.grading.run import grade_many
from dlquiz.submission import Submission


def main() -> None:
    """Time each exercise both ways."""
    parser = argparse.ArgumentParser(description="Frameworks: warm server against fresh interpreters.")
    parser.add_argument("exercises", nargs="*", default=["torchtiny", "kerastiny"])
    parser.add_argument("--submissions", type=int, default=12)
    parser.add_argument("--fresh", type=int, default=4)
    options = parser.parse_args()
    with prepared("frameworks", "torch", "tensorflow-cpu", "keras"):
        for exercise in options.exercises:
            compare(load_course(HERE / "course"), exercise, options.submissions, options.fresh)


def compare(course: Course, exercise: str, count: int, fresh: int) -> None:
    """Grade the exercise's files in turn, behind the wall and in fresh interpreters."""
    files = [file for file in mixed_files(course, exercise) if course.root in file.parents]
    submissions = cycle(course, files, count, exercise)
    started, lost, marks = time.perf_counter(), [], []
    for _, report in grade_many(course, exercise, submissions, seed=SEED):
        lost.append(sum(case.outcome != "passed" for case in report.cases))
        marks.append(time.perf_counter())
    ours = (marks[-1] - started) / count
    steady = (marks[-1] - marks[0]) / (count - 1)
    seconds = []
    for file, expected in zip((files * fresh)[:fresh], lost, strict=False):
        begun = time.perf_counter()
        result = plain(course, file, exercise)
        seconds.append(time.perf_counter() - begun)
        if lost_in_plain(result) != expected:
            raise SystemExit(f"{file.name}: {expected} lost behind the wall, but\n{result.stdout[-2000:]}")
    theirs = statistics.median(seconds)
    print(f"{exercise}: {len(files)} files in turn (right, wrong, raising); the two sides judge alike")
    print(
        f"  dlquiz, {count} submissions, once warm       {steady * 1e3:8.0f} ms each ({ours * 1e3:.0f} with the start)"
    )
    print(f"  fresh interpreter each (plain pytest), {fresh}  {theirs * 1e3:8.0f} ms each, median")
    print(f"  ratio once warm: {theirs / steady:.1f}; start included: {theirs / ours:.1f}")
    # The floor: nobody can be faster than the learner's own computation in a process that has imported everything.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        floor = pool.apply(bare_seconds, (course, exercise, submissions)) / count
    print(
        f"  bare loop in one warm process, no isolation  {floor * 1e3:8.0f} ms each: the wall and the report cost"
        f" {(steady - floor) * 1e3:+.0f} ms; without any cost the ratio would be {theirs / floor:.1f}"
    )


def bare_seconds(course: Course, exercise: str, submissions: Sequence[Submission]) -> float:
    """Return the seconds of the same checks in one loop, after one round that does not count."""
    loop = BareLoop(course, exercise)
    loop.run(submissions[:4])
    started = time.perf_counter()
    loop.run(submissions)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
