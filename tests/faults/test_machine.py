"""A machine without free disk or memory says so in words; nobody loses a point and nobody sees a traceback."""

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dlquiz.sandbox import limits

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc and tmpfs"),
]
MIB = 1 << 20


def run(scene: Any, *arguments: str, limit: tuple[int, int] | None = None, **options: Any) -> Any:
    """Run the command line, with a limit of the machine's set before it starts."""
    words = [sys.executable, "-m", "dlquiz", *scene.program[3:], *arguments]
    if limit is not None:
        number, size = limit
        code = f"import os, resource, sys; resource.setrlimit({number}, ({size}, {size})); "
        code += "os.execv(sys.argv[1], sys.argv[1:])"
        words = [sys.executable, "-I", "-S", "-c", code, *words]
    settings = {"cwd": scene.work, "env": scene.environment, "stdout": subprocess.PIPE, **options}
    return subprocess.run(words, stderr=subprocess.PIPE, text=True, check=False, timeout=120, **settings)


@pytest.fixture
def full(tmp_path: Path, scene: Any) -> Iterator[Path]:
    """A small file system with a workspace on it, and no free byte."""
    if os.geteuid() != 0:
        pytest.skip("identity: needs root to mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("identity: needs root to mount")
    try:
        started = run(scene, "start", str(disk / "work"))
        assert started.returncode == 0, started.stderr
        with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(bytes(4096)):
                pass
        assert os.statvfs(disk).f_bavail == 0
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_costs_the_memory_of_a_grading_and_not_the_grading(scene: Any, full: Path) -> None:
    own = {**scene.environment, "TMPDIR": str(full)}
    done = run(
        scene, "grade", "tiny", "--file", str(scene.files["right"]), "--keep", "--json", cwd=full / "work", env=own
    )
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"], report["points"]["earned"]) == (0, "passed", 10)
    assert "cannot be stored" in done.stderr
    assert "there is no free disk space" in done.stderr
    assert "Delete something" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("start", "more"), ("status",), ("hint", "tiny"), ("reset", "tiny", "--yes")])
def test_every_command_on_a_full_disk_ends_with_a_sentence(scene: Any, full: Path, words: tuple[str, ...]) -> None:
    (full / "work/tiny/tiny.py").write_bytes(b"")  # so that there is something to keep a backup of
    done = run(scene, *words, cwd=full / "work")
    assert done.returncode in (0, 2, 4)
    assert "Traceback" not in done.stderr
    assert "something of ours broke" not in done.stderr
    assert re.search(r"space|disk", done.stderr) or done.returncode == 2


def test_a_disk_that_fills_up_between_two_writes_keeps_what_was_stored(scene: Any, full: Path) -> None:
    (full / "filler").unlink()
    assert run(scene, "grade", "tiny", "--file", str(scene.files["right"]), "--keep", cwd=full / "work").returncode == 0
    stored = full / "work/.dlquiz/progress.sqlite3"
    code = """
import sys
from pathlib import Path
from dlquiz.errors import StoreError
from dlquiz.study.store import Progress

report = None
with Progress(Path(sys.argv[1])) as progress:
    report = progress.reports("tiny")[0]
    kept = 1
    try:
        while True:
            progress.record_report(report)
            kept += 1
    except StoreError as error:
        print(error.message)
    for name in sys.argv[2:]:
        Path(name).unlink()
    progress.record_report(report)  # the same connection goes on when there is room again
    assert len(progress.reports("tiny")) == kept + 1, (kept, len(progress.reports("tiny")))
"""
    (full / "filler").write_bytes(bytes(300_000))
    words = [sys.executable, "-c", code, str(stored), str(full / "filler")]
    done = subprocess.run(words, env=scene.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search("no free disk space|disk is full", done.stdout), done.stdout


@pytest.mark.parametrize("words", [("grade", "tiny", "--json"), ("status",), ("--help",)])
def test_an_answer_that_cannot_be_written_is_said(scene: Any, words: tuple[str, ...]) -> None:
    if words[0] == "grade":
        words = (*words, "--file", str(scene.files["right"]))
    with Path("/dev/full").open("w") as sink:
        done = run(scene, *words, stdout=sink)
    assert done.returncode == 4
    assert "there is no free disk space" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_no_file_may_grow_and_the_grading_goes_on(scene: Any) -> None:
    """``ulimit -f 0``: what a full disk looks like to somebody who may not mount one."""
    words = ("grade", "tiny", "--file", str(scene.files["right"]), "--json")
    done = run(scene, *words, limit=(resource.RLIMIT_FSIZE, 0))
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "passed")
    assert re.search("cannot be stored|was not stored", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mib", [24, 60, 90, 120, 200])
def test_no_memory_is_nobodys_lost_point(scene: Any, mib: int) -> None:
    """``ulimit -v``: each size stops another of our processes."""
    words = ("grade", "tiny", "--file", str(scene.files["right"]), "--json")
    done = run(scene, *words, limit=(resource.RLIMIT_AS, mib * MIB))
    assert "Traceback" not in done.stderr
    outcomes = {case["outcome"] for case in json.loads(done.stdout)["cases"]} if done.stdout else set()
    assert outcomes <= {"passed", "broken"}
    if done.returncode != 0:
        # -6: a library written in Rust found no memory and says so itself.
        assert done.returncode in (4, -6)
        assert "memory" in done.stderr + done.stdout


def test_a_worker_whose_machine_gives_less_than_the_exercise_promises_does_not_begin() -> None:
    """The learner would get a MemoryError for the machine's limit."""
    code = f"""
import resource, sys
sys.path.insert(0, {str(Path(limits.__file__).parents[2])!r})
from dlquiz.sandbox import limits
resource.setrlimit(resource.RLIMIT_DATA, (200 << 20, 200 << 20))
try:
    limits.apply(limits.Allowance(memory_mib=300, cpu_s=10), limits.data_bytes(), 0)
except MemoryError as error:
    print(error)
limits.apply(limits.Allowance(memory_mib=50, cpu_s=10), limits.data_bytes(), 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "200 MiB" in done.stdout
    assert "the 300 MiB that the exercise allows" in done.stdout
