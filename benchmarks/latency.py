"""How long one person waits: ``grade``, ``watch``, ``quiz`` and ``--help``; and what the processes hold.

    python benchmarks/latency.py [--runs 7]

See benchmarks/README.md for what is compared with what.
"""

import argparse
import json
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import EXERCISE, alternating, children, median_ratio, plain, prepared, pss_mib, quiet

from dlquiz.content.course import Course

INSIDE = """
import json, os, sys, time
begun = float(sys.argv.pop(1))
NAMES = {"collected": "cases collected", "wall": "self-check passed", "usage": "worker ended"}
marks = {"python started": time.time() - begun}
import dlquiz.cli
from dlquiz.grading import grader_process
read = grader_process.GraderProcess.read
def noted(self):
    events = read(self)
    for event in events or ():
        kind = event["event"]
        if kind == "case":
            marks.setdefault("first case", time.time() - begun)
            kind = "last case"
        marks[NAMES.get(kind, kind)] = time.time() - begun
    return events
grader_process.GraderProcess.read = noted
start = grader_process._Started.__init__
def started(self):
    marks.setdefault("grader process asked for", time.time() - begun)
    start(self)
grader_process._Started.__init__ = started
code = dlquiz.cli.main()
marks["report shown"] = time.time() - begun
sys.stderr.write(json.dumps(marks))
os._exit(code)
"""

SLEEPS = """

import time
_fast = numerical_gradient


def numerical_gradient(*args):
    time.sleep(4)
    return _fast(*args)
"""


def main() -> None:
    """Run the parts."""
    parser = argparse.ArgumentParser(description="Latency of the command line.")
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with prepared("latency", "pydantic", "watchfiles") as (course, home):
        cold(course, runs, home)
        breakdown(course, runs, home)
        start_up(runs * 2, home)
        first_question(runs, home)
        for exercise in THINKING_S:
            watch(course, runs if exercise == EXERCISE else 3, home, exercise)
        memory(course, home)


def dlquiz(*words: str) -> list[str]:
    """Return the command."""
    return [sys.executable, "-m", "dlquiz", *words]


def cold(course: Course, runs: int, home: str) -> None:
    """One submission from nothing to a printed report."""
    file = course.solution_path(EXERCISE)
    command = dlquiz("grade", EXERCISE, "--file", str(file))
    ours, theirs = alternating(runs, lambda: quiet(command, home), lambda: plain(course, file))
    print(f"cold: one grading of {EXERCISE} ({runs} alternating runs, medians)")
    for name, seconds in (("dlquiz grade", ours), ("plain pytest, same cases", theirs)):
        print(f"  {name:<30} {statistics.median(seconds) * 1e3:7.0f} ms   (best {min(seconds) * 1e3:.0f})")
    print(f"  ratio {median_ratio(ours, theirs)}")


def breakdown(course: Course, runs: int, home: str) -> None:
    """When what happens in a cold grading."""
    command = ["grade", EXERCISE, "--file", str(course.solution_path(EXERCISE))]
    all_marks: list[dict[str, float]] = []
    for _ in range(runs):
        line = [sys.executable, "-c", INSIDE, str(time.time()), *command]
        done = subprocess.run(line, cwd=home, capture_output=True, text=True, check=False)
        all_marks.append(json.loads(done.stderr.splitlines()[-1]))
    print("  of which, since the start, medians:")
    middle = {name: statistics.median(marks[name] for marks in all_marks) for name in all_marks[0] if name != "end"}
    for name, seconds in sorted(middle.items(), key=lambda pair: pair[1]):
        print(f"    {seconds * 1e3:7.0f} ms  {name}")


def start_up(runs: int, home: str) -> None:
    """The command line itself."""
    ours, theirs = alternating(
        runs,
        lambda: quiet(dlquiz("--help"), home),
        lambda: quiet([sys.executable, "-c", "import click"], home),
    )
    print(f"start: dlquiz --help {statistics.median(ours) * 1e3:.0f} ms, python -c 'import click' ", end="")
    print(f"{statistics.median(theirs) * 1e3:.0f} ms, ratio {median_ratio(ours, theirs)}")


class Screen:
    """A program on a terminal of its own."""

    def __init__(self, command: list[str], folder: str) -> None:
        ours, theirs = pty.openpty()
        self.fd = ours
        self.process = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.text = ""

    def wait_for(self, words: str, seconds: float = 60) -> float:
        """Return the moment at which ``words`` have appeared since the last call."""
        end = time.perf_counter() + seconds
        while words not in self.text:
            if not select.select([self.fd], [], [], max(0, end - time.perf_counter()))[0]:
                raise SystemExit(f"{words!r} did not appear in {self.text[-500:]!r}")
            self.text += os.read(self.fd, 1 << 16).decode("utf-8", "replace")
        self.text = self.text.rpartition(words)[2]
        return time.perf_counter()

    def close(self) -> None:
        """End the program."""
        self.process.terminate()
        self.process.wait()
        os.close(self.fd)


@contextmanager
def screen(command: list[str], folder: str) -> Iterator[Screen]:
    """A program on a terminal, ended afterwards."""
    shown = Screen(command, folder)
    try:
        yield shown
    finally:
        shown.close()


def first_question(runs: int, home: str) -> None:
    """From nothing to the first question."""
    seconds = []
    for _ in range(runs):
        begun = time.perf_counter()
        with screen(dlquiz("quiz", "first-words"), home) as shown:
            seconds.append(shown.wait_for("Question 1") - begun)
    print(f"quiz: first question after {statistics.median(seconds) * 1e3:.0f} ms (median of {runs})")


def watch(course: Course, runs: int, home: str, exercise: str = EXERCISE) -> None:
    """From a save to the end of its report, in ``dlquiz watch``."""
    with tempfile.TemporaryDirectory(dir=home) as folder:
        quiet(dlquiz("start", "work"), folder)
        file = Path(folder, "work", exercise, course.stub_path(exercise).name)
        texts = [path.read_bytes() for path in _saved_in_turn(course, exercise)]
        seconds, of_cases = [], []
        file.write_bytes(texts[0])
        with screen(dlquiz("watch", exercise), str(file.parent)) as shown:
            shown.wait_for("Watching again")
            for number in range(runs):
                time.sleep(THINKING_S[exercise])  # meanwhile the next grader process becomes ready
                text = texts[(number + 1) % len(texts)] + b"\n" * (number + 1)
                begun = time.perf_counter()
                file.write_bytes(text)
                seconds.append(shown.wait_for("Watching again") - begun)
                of_cases.append(_seconds_of_cases(exercise, file, home))
    waited, own = statistics.median(seconds), statistics.median(of_cases)
    print(f"watch {exercise}: report complete {waited * 1e3:.0f} ms after a save (median of {runs}, ", end="")
    print(
        f"best {min(seconds) * 1e3:.0f}); the cases themselves, in a cold grading of the same files: {own * 1e3:.0f} ms"
    )


THINKING_S = {EXERCISE: 2, "exercise7": 6, "exercise8": 15}
"""What a person thinks between two saves; the next grader process has imported everything by then."""
SAVED = {"exercise7": "accuracy_in_percent", "exercise8": "divided_by_256"}
"""Wrong solutions that train as long as a right one."""


def _saved_in_turn(course: Course, exercise: str) -> list[Path]:
    """Return files for one save after the other; none passes everything, which would end the watching."""
    return sorted(course.grader_folder(exercise).glob(f"wrong/{SAVED.get(exercise, '*')}.py"))


def _seconds_of_cases(exercise: str, file: Path, home: str) -> float:
    command = dlquiz("grade", exercise, "--file", str(file), "--json")
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    return sum(case["seconds"] for case in json.loads(done.stdout)["cases"])


def memory(course: Course, home: str) -> None:
    """What each process of a running grading holds."""
    file = Path(home, "sleeps.py")
    text = course.solution_path(EXERCISE).read_text()
    file.write_text(text + SLEEPS)
    process = subprocess.Popen(dlquiz("grade", EXERCISE, "--file", str(file)), cwd=home, stdout=subprocess.DEVNULL)
    ended = threading.Timer(30, process.kill)
    ended.start()
    time.sleep(3)
    grader = children(process.pid)[0]
    server = children(grader)[0]
    sizes = {"command line": process.pid, "grader process": grader, "server": server}
    sizes |= {f"worker {number}": pid for number, pid in enumerate(children(server), 1)}
    print("memory (PSS): " + ", ".join(f"{name} {pss_mib(pid):.0f} MiB" for name, pid in sizes.items()))
    process.kill()
    process.wait()
    ended.cancel()


if __name__ == "__main__":
    main()
