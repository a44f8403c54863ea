"""Every limit of a submission is hit through the whole of grading, and the learner reads a sentence about it.

The page docs/reference/limits.md promises these words; test_docs.py compares its numbers with the code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dlquiz.content.course import load_course
from dlquiz.errors import SubmissionError
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.limits import Budget
from dlquiz.grading.proxy import SubmissionProxy
from dlquiz.grading.run import grade
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.model.report import CaseResult
from dlquiz.render.terminal import report_text
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.worker_handle import WorkerHandle
from dlquiz.submission import MAX_BYTES, submission_from_bytes

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

EXERCISE = """\
format_version: 1
title: Limits
topic: limits
file: work.py
summary: Hit every limit.
minutes: 1
points: {points}
packages: [numpy]
limits: {{call_s: {call_s}, case_s: {case_s}, submission_s: {submission_s}, memory_mib: 320}}
hints: [None.]
"""
COURSE = """\
format_version: 1
name: limits
title: Limits
version: "1"
welcome: Hello.
finish: The end.
exercises: [each, brief, all]
"""

HEADER = """
import mmap
import os
import sys
import threading
import time

import numpy as np


def right():
    return 1


def deep(levels):
    value = None
    for _ in range(levels):
        value = [value]
    return value
"""

FORBIDDEN = r"tried something that the sandbox does not allow: .*"
TIMEOUT = r" did not finish: {}\. Is there an endless loop, or a Python loop over every element\?"
PROTOCOL = r" gave no usable answer: .*{}.*"

HITS: Mapping[str, tuple[str, str, str]] = {
    "call": ("while True: pass", "timeout", TIMEOUT.format("it took more than 0.5 s")),
    "case": ("time.sleep(0.6)", "timeout", TIMEOUT.format(r"all calls of this check together took more than 1\.5 s")),
    "memory": ("return np.ones(10**9)", "memory", r" ran out of memory\. Does it build a much larger array"),
    "blocks": ("x = []\n    while True: x.append(bytearray(1 << 20))", "memory", r" ran out of memory\."),
    "threads": (
        "threading.stack_size(32768)\n    many = [threading.Thread(target=time.sleep, args=(9,), daemon=True)"
        " for _ in range(1200)]\n    for one in many: one.start()\n    time.sleep(9)",
        "forbidden", FORBIDDEN + r"it started more than 1,000 threads",
    ),
    "flood": (
        "line = b'x' * 65536\n    while True: os.write(1, line)",
        "output", r" printed too much: it printed more than 50 MB\. Remove the print from the inner loop\.",
    ),
    "words": (
        "return 'x' * 1_000_001",
        "protocol", PROTOCOL.format(r"holds 1,000,\d+ bytes outside arrays; at most 1,000,000"),
    ),
    "arrays": (
        "return np.zeros((1 << 27) + 1, np.uint8)",
        "protocol", PROTOCOL.format(r"134,217,729 bytes of arrays; at most 134,217,728 can cross"),
    ),
    "depth": ("return deep(40)", "protocol", PROTOCOL.format("values are nested more than 32 deep")),
    "nodes": (
        "return [0] * 100_001",
        "protocol", PROTOCOL.format("more than 100,000 values in one answer; use an array"),
    ),
    "axes": ("return np.zeros((1,) * 9)", "protocol", PROTOCOL.format("an array has 9 axes; at most 8 can cross")),
    "digits": ("return 10 ** 1300", "protocol", PROTOCOL.format("an integer has too many digits")),
    "keys": ("return {1.5: 2}", "protocol", PROTOCOL.format("keys must be text or whole numbers")),
    "dtype": ("return np.array(['a', 1], object)", "protocol", PROTOCOL.format("dtype object, which cannot cross")),
    "files": (
        "many = []\n    try:\n        while 1: many += os.pipe()\n    finally:\n        for one in many: os.close(one)",
        "exception", r" raised OSError: .*Too many open files",
    ),
    "space": (
        "return len(mmap.mmap(-1, 1 << 40, prot=mmap.PROT_READ, flags=0x22))",
        "exception", r" raised OSError: .*Cannot allocate memory",
    ),
    "write": ("open('/tmp/dlquiz-limits', 'w')", "forbidden", FORBIDDEN + "Inside the sandbox no file can be opened"),
    "fork": ("os.fork()", "forbidden", FORBIDDEN + "Operation not permitted"),
    "run": ("import subprocess\n    subprocess.run(['true'])", "forbidden", FORBIDDEN),
    "exit": ("os._exit(3)", "crashed", r" ended the whole process: the code ended its own process \(exit status 3\)\."),
    "recursion": ("return recursion()", "exception", r" raised RecursionError: maximum recursion depth exceeded"),
    "segfault": (
        "import ctypes\n    ctypes.string_at(0)",
        "crashed|exception|forbidden", r"segmentation fault|does not allow|ctypes",
    ),
}  # fmt: skip
"""Name: (body of a function, cause, what the message must say)."""


def source() -> str:
    return HEADER + "".join(f"\n\ndef {name}():\n    {body}\n" for name, (body, _, _) in HITS.items())


def grader(names: Iterable[str]) -> str:
    case = '\n\n@pytest.mark.case("{0}", points=1, hint="-"{1})\ndef test_{0}(submission):\n    {2}\n'
    text = "import pytest\n\nfrom dlquiz.grading import check\n"
    for name in names:
        marks, body = "", f"submission.{name}()"
        if name == "call":
            marks = ", call_s=0.5"
        if name == "case":
            body = f"for _ in range(4): {body}"
        text += case.format(name, marks, body)
    return text + case.format("right", "", 'check.equal(submission.right(), 1, name="right()")')


LIMITS = {"each": (len(HITS), 20, 30, 120), "brief": (2, 3, 1.5, 60), "all": (4, 3, 1.5, 2)}
"""Points, call_s, case_s, submission_s. Filling the memory takes seconds on a busy machine, so that limits of time are
low only where they are what is hit."""

ALL = """import pytest


@pytest.mark.case("{0}", points=1, hint="-")
def test_{0}(submission):
    submission.nap()
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course: functions that hit one limit each, the one whose time for a case is brief, and one slow all over."""
    root = tmp_path_factory.mktemp("limits")
    graders = {
        "each": grader(name for name in HITS if name != "case"),
        "brief": grader(["case"]),
        "all": "".join(ALL.format(name).replace("import pytest", "") for name in "abcd"),
    }
    graders["all"] = "import pytest\n" + graders["all"]
    (root / "exercises").mkdir()
    (root / "quizzes").mkdir()
    (root / "exercises/course.yaml").write_text(COURSE)
    for name, (points, call_s, case_s, submission_s) in LIMITS.items():
        for kind in ("exercises", "graders"):
            (root / kind / name).mkdir(parents=True)
        text = EXERCISE.format(points=points, call_s=call_s, case_s=case_s, submission_s=submission_s)
        (root / "exercises" / name / "exercise.yaml").write_text(text)
        (root / "exercises" / name / "work.py").write_text('"""Stub."""\n')
        (root / "exercises" / name / "README.md").write_text("# Limits\n")
        (root / "graders" / name / f"test_{name}.py").write_text(graders[name])
        (root / "graders" / name / "solution.py").write_text(source())
    return root


@pytest.fixture(scope="module")
def cases(course: Path) -> dict[str, CaseResult]:
    """The cases of gradings in which every function hits its limit, by name."""
    submission = submission_from_bytes(source().encode(), name="work.py", module_name="work")
    reports = [grade(load_course(course), name, submission) for name in ("each", "brief")]
    found = [case for report in reports for case in report.cases]
    assert all(report.complete for report in reports), [case.message for case in found if case.outcome == "broken"]
    return {case.id.partition("::test_")[2]: case for case in found}


@pytest.mark.parametrize("name", HITS)
def test_each_limit_ends_its_case_with_a_sentence(cases: dict[str, CaseResult], name: str) -> None:
    _, cause, words = HITS[name]
    case = cases[name]
    assert case.outcome == "failed"
    assert str(case.cause) in cause.split("|"), case.message
    assert re.search(words, case.message), case.message
    assert name in case.message
    assert "dlquiz/" not in case.message


def test_the_cases_beside_the_limits_are_untouched(cases: dict[str, CaseResult]) -> None:
    assert (cases["right"].outcome, len(cases)) == ("passed", len(HITS) + 1)


def test_when_the_time_of_a_grading_is_over_the_learner_reads_that(course: Path) -> None:
    text = b"import time\n\n\ndef nap():\n    time.sleep(0.9)\n"
    submission = submission_from_bytes(text, name="work.py", module_name="work")
    report = grade(load_course(course), "all", submission)
    # Twice case_s is the least that a grading gets: 3 s, so that the fourth nap cannot end.
    assert report.complete
    last = report.cases[-1]
    assert (last.outcome, str(last.cause)) == ("failed", "timeout")
    assert re.search(TIMEOUT.format("all calls of this grading together took more than 3 s"), last.message), (
        last.message
    )


def test_what_is_printed_is_kept_from_both_ends_and_the_cut_is_said(course: Path) -> None:
    text = "import time\n\n\ndef nap():\n    print('begin')\n    print('x' * 99 + '\\n', end='', flush=True)\n"
    text += "    for number in range(3000): print('y' * 99)\n    print('end of it')\n    return 1 / 0\n"
    submission = submission_from_bytes(text.encode(), name="work.py", module_name="work")
    report = grade(load_course(course), "all", submission)
    output = report.cases[0].output
    assert output.startswith("begin\n")
    assert output.rstrip().endswith("end of it")
    assert "\n[… 280,116 bytes in 2,802 lines left out …]\n" in output
    assert len(output) <= 20_100
    assert "(the last 8 of 3,003 lines)" in report_text(report)


def test_a_source_that_is_too_large_is_refused_with_a_sentence() -> None:
    submission_from_bytes(b"#" * MAX_BYTES, name="work.py", module_name="work")
    with pytest.raises(SubmissionError, match=r"work\.py is larger than 1 MB") as caught:
        submission_from_bytes(b"#" * (MAX_BYTES + 1), name="work.py", module_name="work")
    assert "Move data out of the file" in caught.value.next_step


class OneSecond:
    """A server whose workers may use one second of processor time."""

    def __init__(self, server: ForkServer) -> None:
        self.server = server

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> WorkerHandle:
        assert cpu_s > 1
        return self.server.worker(data=data, memory_mib=memory_mib, cpu_s=1)


def test_processor_time_runs_out_with_a_sentence(wall_server: ForkServer) -> None:
    text = b"def spin():\n    while True: pass\n"
    side = Subject(
        Surroundings(OneSecond(wall_server), None, Budget(20, 20, 60, 128), {}),
        submission_from_bytes(text, name="work.py", module_name="work"),
        1,
    )
    side.begin("case")
    with pytest.raises(CaseFailed) as caught:
        SubmissionProxy(side).spin()
    side.close()
    assert caught.value.cause == "timeout"
    assert re.match("spin" + TIMEOUT.format("it used more than 1 s of processor time"), caught.value.message)


@pytest.fixture(
    scope="module", params=[("numpy",), ("numpy", "torch"), ("numpy", "tensorflow")], ids=lambda one: one[-1]
)
def warm(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A warm server with few and one with very many megabytes of its own."""
    pytest.importorskip(request.param[-1], reason=f"framework: {request.param[-1]} is not installed")
    with ForkServer(request.param) as server:
        yield SimpleNamespace(server=server, name=request.param[-1])


def test_memory_counts_what_the_code_adds_to_the_warm_server(warm: Any) -> None:
    """The same allowance is enough, and is not enough, for the same code, whatever the server has imported."""
    text = b"def take(mib):\n    return len(bytearray(mib << 20)) >> 20\n"
    side = Subject(
        Surroundings(warm.server, None, Budget(20, 60, 60, 256), {}),
        submission_from_bytes(text, name="work.py", module_name="work"),
        1,
    )
    side.begin("case")
    assert SubmissionProxy(side).take(200) == 200
    with pytest.raises(CaseFailed, match="take ran out of memory") as caught:
        SubmissionProxy(side).take(300)
    assert caught.value.cause == "memory"
    assert SubmissionProxy(side).take(200) == 200
    side.close()
