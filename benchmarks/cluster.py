"""A cluster: what Dask costs beside one machine's own processes, and how many workers one scheduler keeps busy.

    python benchmarks/cluster.py [--submissions 400] [--slots 16 64 256 1024] [--seconds 20]

The second part is simulated: workers that wait as long as a grading of exercise 4 takes, and answer with a report of
its size. Scheduler, workers and the command share the processors of this machine: a cluster keeps more of them busy.
"""

import argparse
import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from classroom import command, hand_in
from common import EXERCISE, HERE, SEED, descendants, prepared, pss_mib

from dlquiz.cluster.bundle import bundle_name, pack
from dlquiz.cluster.client import Cluster
from dlquiz.cluster.orders import GradingOrder
from dlquiz.content.course import Course
from dlquiz.grading.report_builder import versions_of
from dlquiz.grading.run import grade
from dlquiz.submission import Submission, submission_from_bytes

LONG = "exercise4"


def main() -> None:
    """Time a class both ways, then simulated clusters of growing size."""
    parser = argparse.ArgumentParser(description="A cluster.")
    parser.add_argument("--submissions", type=int, default=400)
    parser.add_argument("--slots", type=int, nargs="*", default=[16, 64, 256, 1024])
    parser.add_argument("--seconds", type=float, default=20, help="how long each simulated class is to take")
    options = parser.parse_args()
    with prepared("a cluster", "sqlalchemy", "distributed") as (course, home):
        if options.submissions:
            beside(course, Path(home), options.submissions)
        if options.slots:
            simulated(course, Path(home), options.slots, options.seconds)


@contextlib.contextmanager
def cluster(folder: Path, processes: int, threads: int, **environment: str) -> Iterator[str]:
    """Yield the address of a scheduler with workers on loopback."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    running = []
    preload = ["--preload", str(HERE / "simulated.py")] if environment else []
    try:
        for words in (
            ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
            [
                "distributed.cli.dask_worker", address, "--nthreads", str(threads), "--nworkers", str(processes),
                "--no-dashboard", *preload,
            ],
        ):  # fmt: skip
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", *words],
                    cwd=folder,
                    env=os.environ | environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
        with Cluster(address) as there:
            while len(there.facts()) < processes:
                time.sleep(0.2)
        yield address
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def beside(course: Course, home: Path, count: int) -> None:
    """One class, by two processes here and by two workers, in turns."""
    folder, cores = home / "class", len(os.sched_getaffinity(0))
    hand_in(course, folder, EXERCISE, count)
    seconds: dict[str, list[float]] = {"here": [], "there": []}
    with cluster(home, cores, 1) as address:
        for turn in range(2):
            for where, more in (("here", ["--jobs", str(cores)]), ("there", ["--cluster", address])):
                words = command(folder, EXERCISE, home / f"{where}-{turn}.sqlite3", cores)
                at = words.index("--jobs")
                started = time.perf_counter()
                done = subprocess.run([*words[:at], *more, *words[at + 2 :]], capture_output=True, check=False)
                seconds[where].append(time.perf_counter() - started)
                if done.returncode:
                    raise SystemExit(done.stderr.decode())
    here, there = min(seconds["here"]), min(seconds["there"])
    print(f"{count} submissions of {EXERCISE}, {cores} processes here or {cores} workers of a cluster here")
    print(f"  dlquiz class grade --jobs {cores}      {60 * count / here:7.0f} a minute")
    print(f"  dlquiz class grade --cluster   {60 * count / there:7.0f} a minute   {there / here:.2f} times the time")


def simulated(course: Course, home: Path, slots: list[int], seconds: float) -> None:
    """Clusters of growing size that only wait."""
    solution = course.solution_path(LONG)
    name = course.stub_path(LONG).name
    work = submission_from_bytes(solution.read_bytes(), name=name, module_name=name[:-3])
    report = grade(course, LONG, work, seed=SEED)
    each = report.usage.wall_s
    text = report.model_dump_json()
    (home / "report.json").write_text(text, encoding="utf-8")
    told = {"SIMULATED_SECONDS": str(each), "SIMULATED_REPORT": str(home / "report.json")}
    print(f"simulated: {LONG}, {each:.1f} s each, a report of {len(text) / 1000:.0f} kB")
    print("  workers   graded a minute   of what so many workers could   memory of the command, of all")
    for wanted in slots:
        count = int(wanted * max(1.0, seconds / each))
        with cluster(home, 2, -(-wanted // 2), **told) as address, Cluster(address) as there:
            bundle = pack(course, LONG)
            order = GradingOrder(
                exercise=LONG, bundle=bundle_name(bundle), grader_sha256=course.grader_digest(LONG), seed=SEED,
                data=report.data or "", isolation="kernel", versions=versions_of(course.exercise(LONG).packages),
            )  # fmt: skip
            started, most = time.perf_counter(), 0.0
            for number, _ in enumerate(there.grade(order, bundle, many(work, count))):
                if number % 500 == 0:
                    most = max(most, pss_mib(os.getpid()))
            took = time.perf_counter() - started
            everything = sum(map(pss_mib, [os.getpid(), *descendants(os.getpid())]))
        share = count * each / wanted / took
        print(f"  {wanted:7d}   {60 * count / took:15.0f}   {share:29.0%}   {most:.0f}, {everything:.0f} MiB")


def many(work: Submission, count: int) -> Iterator[Submission]:
    """Yield a submission again and again."""
    return itertools.repeat(work, count)


if __name__ == "__main__":
    main()
