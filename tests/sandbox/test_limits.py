"""What a worker may use, and what happens at each limit."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlquiz.sandbox import limits
from dlquiz.sandbox.worker_handle import WorkerHandle
from tests.waiting import eventually

pytestmark = pytest.mark.sandbox
Load = Callable[..., WorkerHandle]
Ask = Callable[..., Any]


def limits_of(worker: WorkerHandle) -> dict[str, tuple[str, str]]:
    lines = Path(f"/proc/{worker.pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): tuple(line[26:].split()[:2]) for line in lines}


def test_every_limit_is_set_from_outside_and_for_good(loaded: Load) -> None:
    seen = limits_of(loaded("", memory_mib=256, cpu_s=7))
    assert seen["Max cpu time"] == ("7", "8")
    assert seen["Max file size"] == ("0", "0")
    assert seen["Max core file size"] == ("0", "0")
    assert seen["Max stack size"] == (str(limits.STACK),) * 2
    assert seen["Max open files"] == (str(limits.OPEN_FILES),) * 2
    soft, hard = seen["Max data size"]
    assert soft == hard
    assert 256 << 20 < int(soft) < 1024 << 20
    space = int(seen["Max address space"][0])
    assert limits.ADDRESS_ROOM < space < 2 * limits.ADDRESS_ROOM


@pytest.mark.parametrize(
    "code",
    [
        "return bytearray(300 << 20)",
        "x = []\n while True: x.append(bytearray(1 << 16))",
        "import numpy as np\n return np.zeros(10**9).sum()",
        "x = {}\n while True: x[len(x)] = 'a' * 1000",
        "import mmap\n return mmap.mmap(-1, 300 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
    ],
    ids=["one block", "blocks", "numpy", "dict", "private map"],
)
def test_more_memory_than_allowed_is_a_memory_failure_and_the_worker_lives_on(
    loaded: Load, ask: Ask, code: str
) -> None:
    worker = loaded(f"def f():\n {code}\ndef g(): return 1", memory_mib=200)
    failed = ask(worker, seconds=20)
    assert failed.cause in ("memory", "exception"), failed  # exception: mmap says OSError 12
    assert "memory" in (failed.text + failed.type_name).lower()
    assert ask(worker, "g").value == 1


def test_what_is_allowed_can_be_used(loaded: Load, ask: Ask) -> None:
    assert ask(loaded("def f(): return len(bytearray(150 << 20))", memory_mib=200)).value == 150 << 20


def test_descriptors_run_out_without_harm(loaded: Load, ask: Ask) -> None:
    worker = loaded("import os\ndef f():\n x = []\n while True: x.extend(os.pipe())\ndef g(): return 1")
    assert "Too many open files" in ask(worker).text
    assert ask(worker, "g").value == 1


def test_a_terabyte_of_addresses_is_refused(loaded: Load, ask: Ask) -> None:
    """Read-only pages count nowhere, but the tables for them are the kernel's memory: 4 kB for every 2 MB."""
    failed = ask(loaded("import mmap\ndef f(): return len(mmap.mmap(-1, 1 << 40, prot=1, flags=0x22))"))
    assert (failed.cause, failed.type_name) == ("exception", "OSError")


def test_the_limits_cannot_be_raised(loaded: Load, ask: Ask) -> None:
    for name in ("DATA", "CPU", "NOFILE", "FSIZE", "AS"):
        code = f"import resource as r\ndef f(): r.setrlimit(r.RLIMIT_{name}, (r.RLIM_INFINITY,) * 2)"
        assert ask(loaded(code)).cause in ("forbidden", "exception"), name


def test_our_own_limits_stay_as_they_are() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    assert limits.data_bytes() > 1 << 20
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


PROTECTED = """
import ctypes, threading
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
def take(blocks):
    for _ in range(blocks):
        place = libc.mmap(None, 16 << 20, 3, 34, -1, 0)
        ctypes.memset(place, 1, 16 << 20)
        libc.mprotect(place, 16 << 20, 1)
    return blocks
def take_later(blocks):
    threading.Timer(0.1, take, (blocks,)).start()
def g(): return 1
"""


def test_memory_that_no_limit_counts_is_seen_between_calls_too(loaded: Load, ask: Ask) -> None:
    """128 MiB are allowed, 64 more are let pass: 96 stand, 256 end the worker."""
    worker = loaded(PROTECTED, memory_mib=128)
    assert ask(worker, "take", 6).value == 6
    worker.look()
    assert ask(worker, "g").value == 1
    before = limits.private_kib(worker.pid)
    ask(worker, "take_later", 10)
    eventually(lambda: limits.private_kib(worker.pid) >= before + (160 << 10), "the memory is taken")
    worker.look()
    failed = ask(worker, "g")
    assert (failed.cause, failed.text) == ("memory", "it held more memory than the exercise allows")


def test_threads_started_between_calls_are_seen(loaded: Load, ask: Ask) -> None:
    code = """
import threading, time
threading.stack_size(32768)
def many():
    for _ in range(1200):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
def f():
    threading.Timer(0.1, many).start()
    return 1
def g(): return 1
"""
    worker = loaded(code)
    assert ask(worker).value == 1
    tasks = Path(f"/proc/{worker.pid}/task")
    eventually(lambda: tasks.stat().st_nlink - 2 > 1000, "a thousand threads")
    worker.look()
    failed = ask(worker, "g")
    assert (failed.cause, failed.text) == ("forbidden", "it started more than 1,000 threads")


def test_a_worker_that_has_ended_is_not_looked_at(loaded: Load) -> None:
    worker = loaded("x = 1")
    worker.close()
    worker.look()
    assert worker.exit is not None
