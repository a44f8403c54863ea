"""The self-check: silent behind the wall, loud without one."""

import subprocess
import sys
from pathlib import Path

import pytest

from dlquiz.content.course import builtin_course
from dlquiz.sandbox import selfcheck
from dlquiz.sandbox.fork_server import ForkServer

pytestmark = pytest.mark.sandbox

# Each attempt in a child of its own: some would end or change the process that makes them.
_BARE = """
import os, sys
from dlquiz.sandbox import selfcheck
for attempt in selfcheck.attempts([sys.argv[1]]):
    if attempt.name in ("trace the server", "take more memory than allowed", "kill itself without a trace"):
        continue  # would stop the parent, or cannot be told from a refusal
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            attempt.run()
            code = 0
        except (OSError, MemoryError, ValueError):
            pass
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    print(attempt.name, "|", "through" if status == 0 else "refused")
"""


@pytest.mark.usefixtures("kernel")
def test_the_wall_has_no_surprises(wall_server: ForkServer) -> None:
    import pydantic

    forbidden = [str(path) for path in sorted((builtin_course() / "graders").rglob("*.py"))[:20]]
    assert wall_server.surprises([*forbidden, str(pydantic.__file__), str(Path(__file__))]).result() == []


def test_a_readable_file_would_be_a_surprise(wall_server: ForkServer) -> None:
    """The standard library is allowed: named as forbidden, it must be reported."""
    import os

    found = wall_server.surprises([str(os.__file__)]).result()
    assert [text for text in found if text.startswith(f"could read {os.__file__}")]


def test_a_wall_without_landlock_is_found_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    with ForkServer(("numpy",), isolation="process") as server:
        found = server.surprises([str(secret)]).result()
    assert any(text.startswith(f"could read {secret}") for text in found)
    assert not any("start a process" in text or "socket" in text or "create a file" in text for text in found)


def test_a_wall_without_a_filter_is_found_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    with ForkServer(("numpy",), pretend_missing=("seccomp",)) as server:
        found = server.surprises([str(secret)]).result()
    assert any("start a process" in text for text in found) or any("come to its end" in text for text in found)


def test_every_attempt_gets_through_without_a_wall(tmp_path: Path) -> None:
    """Otherwise a refusal would be no evidence. As an ordinary user some attempts fail for want of rights."""
    scratch = tmp_path / "scratch.txt"
    scratch.write_text("x")
    done = subprocess.run(
        [sys.executable, "-c", _BARE, str(scratch)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
    )
    got = dict(line.split(" | ") for line in done.stdout.splitlines())
    refused = {name for name, what in got.items() if what == "refused"}
    rights = {
        "read /proc/1/environ",
        "enter a namespace",
        "raise its limits",
        "create a file in /dev/shm",
        "read /proc/self/mem",
    }
    assert refused <= rights, refused
    assert got[f"read {scratch}"] == got["start a process"] == got["open an internet socket"] == "through"


def test_there_are_attempts_of_both_kinds() -> None:
    tried = selfcheck.attempts(["/no/such/file"])
    assert sum(not attempt.allowed for attempt in tried) >= 20
    assert sum(attempt.allowed for attempt in tried) >= 3
    assert len({attempt.name for attempt in tried}) == len(tried)
