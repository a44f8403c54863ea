"""Our own bindings for Landlock and libseccomp: what they ask of the kernel, and that finding them starts nothing."""

import errno
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from dlquiz.sandbox import landlock, landlock_calls, libseccomp, seccomp

needs_libseccomp = pytest.mark.skipif(
    seccomp.library_missing() is not None, reason="kernel: libseccomp is missing"
)  # fmt: skip
needs_landlock = pytest.mark.skipif(landlock.abi() == 0, reason="kernel: no Landlock here")

WATCHED = """
import os, sys
started = []
sys.addaudithook(lambda event, args: started.append(event) if event in STARTS else None)
STARTS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"}
from dlquiz.sandbox import landlock, landlock_calls, libc, libseccomp, seccomp
seccomp.Filter()
landlock.abi(), landlock.missing(libc.LibC())
landlock.Ruleset(("/dev/null",))
print(started, "ctypes.util" in sys.modules)
"""


@needs_libseccomp
@needs_landlock
def test_looking_for_libraries_starts_no_process() -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"


def test_every_version_of_landlock_handles_what_the_one_before_did() -> None:
    versions = [landlock_calls.handled(abi) for abi in range(15)]
    assert versions[0] == (0, 0, 0)
    assert versions[1] == (0b1_1111_1111_1111, 0, 0), "the thirteen rights of the first version"
    for before, after in pairwise(versions):
        assert all(old & new == old for old, new in zip(before, after, strict=True))
    assert versions[7] == (0xFFFF, 0b11, 0b11)


@needs_landlock
def test_a_ruleset_of_every_older_version_is_accepted() -> None:
    for abi in range(1, landlock_calls.version() + 1):
        os.close(landlock_calls.create_ruleset(abi))


@needs_landlock
def test_a_right_that_the_kernel_does_not_know_is_refused_and_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock_calls, "_FILES", {1: 1 << 50})
    with pytest.raises(OSError, match="Invalid") as caught:
        landlock_calls.create_ruleset(1)
    assert caught.value.errno == errno.EINVAL


@needs_landlock
def test_a_path_that_is_gone_is_told(tmp_path: Path) -> None:
    ruleset = landlock_calls.create_ruleset(1)
    with pytest.raises(FileNotFoundError):
        landlock_calls.allow_path(ruleset, str(tmp_path / "gone"), landlock_calls.READ_FILE)
    os.close(ruleset)


@needs_landlock
def test_nothing_is_left_open_by_rules() -> None:
    before = set(Path("/proc/self/fd").iterdir())
    os.close(landlock.Ruleset(("/dev/null", "/proc/cpuinfo")).fileno)
    assert set(Path("/proc/self/fd").iterdir()) == before


@needs_libseccomp
def test_a_call_of_an_unknown_name_is_told() -> None:
    with libseccomp.FilterBuilder(libseccomp.ALLOW) as builder, pytest.raises(OSError) as caught:
        builder.add(libseccomp.refuse(errno.EPERM), "no_such_call_at_all")
    assert caught.value.errno == errno.EINVAL


@needs_libseccomp
def test_a_rule_that_says_what_is_said_anyway_is_refused_by_the_library() -> None:
    with libseccomp.FilterBuilder(libseccomp.ALLOW) as builder, pytest.raises(OSError) as caught:
        builder.add(libseccomp.ALLOW, "getpid")
    assert caught.value.errno == errno.EACCES


@needs_libseccomp
def test_a_program_is_made_of_instructions() -> None:
    with libseccomp.FilterBuilder(libseccomp.ALLOW) as builder:
        builder.add(libseccomp.refuse(errno.EPERM), "getppid")
        builder.add(
            libseccomp.refuse(errno.EACCES), "prctl", libseccomp.ArgumentTest(0, libseccomp.MASKED_EQUAL, 0xF0, 0x20)
        )
        program = builder.export()
    assert program
    assert len(program) % 8 == 0
    answers = {number for *_, number in seccomp._INSTRUCTION.iter_unpack(program)}
    assert {0x00050000 | errno.EPERM, 0x00050000 | errno.EACCES, libseccomp.ALLOW, 0xF0, 0x20} <= answers
