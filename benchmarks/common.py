"""What the benchmarks share: the files to grade, one plain pytest, alternating runs, versions."""

import compileall
import contextlib
import itertools
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

import dlquiz
from dlquiz.content.course import Course, load_course
from dlquiz.submission import Submission, read_submission

HERE = Path(__file__).parent
EXERCISE = "exercise3"
SEED = 1
SLOW = "gradients_by_complex_steps.py"
"""A wrong solution that evaluates the loss once for every weight: 20 s, and nothing else would be measured."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@contextlib.contextmanager
def prepared(title: str, *packages: str) -> Iterator[tuple[Course, str]]:
    """Yield the course and an empty folder; the learner's own state is left alone. Prints what runs.

    dlquiz is compiled first, as pip does with an installed package: an editable one under PYTHONDONTWRITEBYTECODE would
    be compiled anew by every process that is timed.
    """
    compileall.compile_dir(Path(dlquiz.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DLQUIZ_STATE": home, **ONE_THREAD}
        print(f"== {title}")
        print(versions(*packages))
        yield load_course(), home


def versions(*packages: str) -> str:
    """One line: what ran this, and what else the machine did."""
    names = ("dlquiz", "numpy", "pytest", "click", *packages)
    found = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    return (
        f"Python {platform.python_version()}, {found}; {platform.system()} {platform.release()}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the run"
    )


def mixed_files(course: Course, exercise: str = EXERCISE) -> list[Path]:
    """Reference, right and wrong solutions, and files that crash with an exception."""
    grader = course.grader_folder(exercise)
    found = [grader / "solution.py", *sorted(grader.glob("right/*.py")), *sorted(grader.glob("wrong/*.py"))]
    found = [file for file in found if file.name != SLOW]
    return found + sorted((HERE / "crashing").glob("raises_*.py"))


def cycle(course: Course, files: Sequence[Path], count: int, exercise: str = EXERCISE) -> list[Submission]:
    """Return ``count`` submissions, the files in turn."""
    module = course.stub_path(exercise).stem
    read = [read_submission(file, module_name=module) for file in files]
    return list(itertools.islice(itertools.cycle(read), count))


def plain_command(course: Course, file: Path, exercise: str = EXERCISE) -> list[str]:
    """One plain pytest process: same grader files, no isolation, no plugin that is not needed."""
    grader = str(course.grader_folder(exercise))
    return [
        sys.executable, "-m", "pytest", grader, "-q", "-p", "no:cacheprovider", "-p", "plain_plugin", "-c", os.devnull,
        "--noconftest", "--rootdir", grader, "--import-mode=importlib", "--tb=no",
        "--plain-submission", str(file), "--plain-seed", str(SEED),
    ]  # fmt: skip


def plain(course: Course, file: Path, exercise: str = EXERCISE) -> subprocess.CompletedProcess[str]:
    """Run plain pytest on one file."""
    environment = os.environ | {
        "PYTHONPATH": str(HERE),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = plain_command(course, file, exercise)
    return subprocess.run(command, env=environment, text=True, capture_output=True, check=False)


def lost_in_plain(result: subprocess.CompletedProcess[str]) -> int | None:
    """Return how many cases plain pytest says are lost; None if it says nothing."""
    found = re.findall(r"(\d+) (passed|failed|error)", result.stdout.splitlines()[-1] if result.stdout else "")
    return sum(int(count) for count, word in found if word != "passed") if found else None


def alternating(runs: int, *commands: Callable[[], object], discard: bool = True) -> list[list[float]]:
    """Return the seconds of every run, the commands taking turns; the first turn does not count."""
    seconds: list[list[float]] = [[] for _ in commands]
    for turn in range(runs + discard):
        for index, command in enumerate(commands):
            started = time.perf_counter()
            command()
            if turn or not discard:
                seconds[index].append(time.perf_counter() - started)
    return seconds


def quiet(command: Sequence[str], folder: str) -> int:
    """Run a command without its output."""
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Say the ratio of the medians, and of the best runs."""
    return f"{statistics.median(ours) / statistics.median(theirs):.2f} (of the best: {min(ours) / min(theirs):.2f})"


def pss_mib(pid: int) -> float:
    """Return the memory of a process in MiB, shared pages divided among those who share them; 0 when it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0) / 1024


def processor_s(pid: int) -> float:
    """Return the processor seconds of a process, and of its children that it has waited for; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Return the child processes of ``pid``, and theirs."""
    return [found for child in children(pid) for found in (child, *descendants(child))]


def children(pid: int) -> list[int]:
    """Return the child processes of ``pid``."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found
