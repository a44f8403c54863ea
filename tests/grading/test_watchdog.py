"""A case that does not end, and workers that take too much of the machine while the grader computes."""

import signal
import subprocess
import sys
import time

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.limits import GRADER_MEMORY_MIB, GRADER_OPEN_FILES
from dlquiz.grading.run import grade
from dlquiz.grading.watchdog import CaseHangs, watchdog
from dlquiz.model.report import Cause
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

COMPUTES = '''"""A grader that computes for a moment between two calls."""

import time

import pytest

from dlquiz.grading import check


@pytest.mark.case("double doubles twice", points=1, hint="2 * x")
def test_double(submission):
    check.close(submission.double(1), 2, name="double(1)")
    time.sleep(1.5)
    check.close(submission.double(2), 4, name="double(2)")
'''
THREADS = """import threading
import time


def many():
    threading.stack_size(32768)
    for _ in range(1200):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()


def double(x):
    if x == 1:
        threading.Timer(0.1, many).start()
    return 2 * x
"""


def spin(looks):
    with watchdog(0.6, lambda: looks.append(1)):
        while True:
            pass


def test_the_block_is_looked_after_and_ended():
    looks = []
    started = time.monotonic()
    with pytest.raises(CaseHangs, match=r"more than 0\.6 s"):
        spin(looks)
    assert 0.6 <= time.monotonic() - started < 5
    assert looks
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_without_a_limit_nothing_is_set():
    with watchdog(None, lambda: pytest.fail("nobody asked for a look")):
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.sandbox
def test_threads_that_a_submission_starts_while_the_grader_computes_end_it(tmp_path):
    root = make_course(tmp_path / "course")
    (root / "graders/tiny/test_tiny.py").write_text(COMPUTES)
    (root / "graders/tiny/solution.py").write_text("def double(x):\n    return 2 * x\n")
    work = submission_from_bytes(THREADS.encode(), name="mine.py", module_name="tiny")
    (case,) = grade(load_course(root), "tiny", work).cases
    assert case.cause is Cause.FORBIDDEN
    assert "it started more than 1,000 threads" in case.message


def test_a_grader_process_is_limited_in_memory_and_open_files():
    inside = (
        "import resource\n"
        "from dlquiz.grading.watchdog import limit_grader\n"
        "limit_grader()\n"
        "keep = []\n"
        "try:\n"
        "    while len(keep) < 5000:\n"
        "        keep.append(open('/dev/null'))\n"
        "except OSError:\n"
        "    pass\n"
        "print(len(keep))\n"
        "keep.clear()\n"
        "try:\n"
        f"    bytearray({GRADER_MEMORY_MIB + 64} << 20)\n"
        "except MemoryError:\n"
        "    print('no memory')\n"
    )
    done = subprocess.run([sys.executable, "-c", inside], capture_output=True, text=True, timeout=60, check=True)
    files, memory = done.stdout.split("\n", 1)
    assert GRADER_OPEN_FILES // 2 < int(files) < GRADER_OPEN_FILES
    assert memory.strip() == "no memory"


LIMITS = """import resource

import pytest

from dlquiz.grading import check


@pytest.mark.case("the grader has limits", points=1, hint="no hint")
def test_limits(submission):
    most, files = (resource.getrlimit(name)[0] for name in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE))
    check.that(most != resource.RLIM_INFINITY, "no limit of memory")
    check.that(most <= AT_MOST << 20, f"{most >> 20} MiB")
    check.equal(files, FILES, name="open files")
"""


@pytest.mark.sandbox
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process maps")
def test_the_process_in_which_cases_run_has_the_limits(tmp_path):
    root = make_course(tmp_path / "course")
    # What it has mapped before counts, too: numpy and pytest.
    text = LIMITS.replace("AT_MOST", str(GRADER_MEMORY_MIB + 1024)).replace("FILES", str(GRADER_OPEN_FILES))
    (root / "graders/tiny/test_tiny.py").write_text(text)
    work = submission_from_bytes(b"def double(x):\n    return 2 * x\n", name="mine.py", module_name="tiny")
    (case,) = grade(load_course(root), "tiny", work).cases
    assert case.message == ""
    assert case.points.earned == 1
