"""Where code was when its time was over."""

import signal
from collections.abc import Callable
from typing import Any

import pytest

from dlquiz.sandbox import whereabouts
from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.importer import ORIGIN
from dlquiz.sandbox.output import HEAD_BYTES
from dlquiz.sandbox.whereabouts import Frame, find_stack, frames_of
from dlquiz.sandbox.worker_handle import WorkerHandle
from tests.sandbox.conftest import call

STACK = b"""Stack (most recent call first):
  File "/usr/lib/numpy/fromnumeric.py", line 88 in _wrapreduction
  File "<submission>/work.py", line 3 in f
  File "<submission>/work.py", line 9 in <module>
  File "/usr/lib/dlquiz/worker.py", line 100 in answer
"""


def test_a_stack_is_found_and_told_the_outermost_call_first() -> None:
    printed = b"epoch 1\n" + STACK + b"epoch 2\n"
    start, end = find_stack(printed)
    assert printed[:start] + printed[end:] == b"epoch 1\nepoch 2\n"
    assert frames_of(printed[start:end], ORIGIN) == (
        Frame("<submission>/work.py", 9, "<module>"),
        Frame("<submission>/work.py", 3, "f"),
    )


def test_of_a_crash_the_thread_that_crashed_is_told() -> None:
    printed = (
        b"hello\nFatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n"
        b'  File "<submission>/work.py", line 5 in g\n\nThread 0x00007e (most recent call first):\n'
        b'  File "<submission>/work.py", line 1 in sleeper\n\nExtension modules: numpy (total: 1)\n'
    )
    start, end = find_stack(printed)
    assert printed[:start] == b"hello\n"
    assert end == len(printed)
    assert frames_of(printed[start:end], ORIGIN) == (Frame("<submission>/work.py", 5, "g"),)


def test_other_output_holds_no_stack() -> None:
    assert find_stack(b"Stack overflow\n" * 1000) is None
    assert frames_of(b'  File "x", line 1\n', ORIGIN) == ()


LOOPS = {
    "python": "def f():\n    print('before')\n    while True:\n        pass",
    "sleep": "import time\ndef f():\n    print('before')\n    time.sleep(100)",
    "regex": "import re\ndef f():\n    print('before')\n    re.match('(a+)+b', 'a' * 40)",
    "numpy": "import numpy as np\ndef f():\n    print('before')\n    while 1: np.linalg.svd(np.ones((999, 999)))",
    "swallows": "def f():\n    print('before')\n    while True:\n        try: pass\n        except BaseException: pass",
}


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", LOOPS)
def test_a_call_that_is_too_late_says_where_it_was(loaded: Callable[..., WorkerHandle], kind: str) -> None:
    worker = loaded(LOOPS[kind])
    failed = late(worker)
    assert failed.cause == "timeout"
    (frame, *_) = frames_of(failed.stack, ORIGIN)
    assert frame.name == "f"
    assert 2 <= frame.line <= 6
    assert worker.output.take() == "before\n"


@pytest.mark.sandbox
def test_a_stack_behind_much_output_is_found(loaded: Callable[..., WorkerHandle]) -> None:
    worker = loaded(f"def f():\n    print('x' * {HEAD_BYTES * 3})\n    while True: pass")
    assert frames_of(late(worker).stack, ORIGIN)[-1] == Frame("<submission>/work.py", 3, "f")
    printed = worker.output.take()
    assert "most recent call" not in printed
    assert printed.count("x") > HEAD_BYTES


@pytest.mark.sandbox
@pytest.mark.parametrize("how", ["signal.signal(signal.SIGUSR1, signal.SIG_IGN)", "signal.pthread_sigmask(0, [10])"])
def test_who_does_not_tell_is_ended_all_the_same(loaded: Callable[..., WorkerHandle], how: str) -> None:
    failed = late(loaded(f"import signal\ndef f():\n    {how}\n    while True: pass"))
    assert (failed.cause, failed.stack) == ("timeout", b"")


@pytest.mark.sandbox
def test_a_crash_says_where_it_was(loaded: Callable[..., WorkerHandle], ask: Callable[..., Any]) -> None:
    worker = loaded("import ctypes\ndef f():\n    print('before')\n    ctypes.string_at(0)")
    with pytest.raises(CallFailed) as caught:
        worker.request(call_of_f(), Deadline.after(10))
    assert caught.value.cause == "crashed"
    assert frames_of(caught.value.stack, ORIGIN) == (Frame("<submission>/work.py", 4, "f"),)
    assert worker.output.take() == "before\n"


@pytest.mark.sandbox
def test_a_stack_that_nobody_asked_for_is_ordinary_output(loaded: Callable[..., WorkerHandle]) -> None:
    worker = loaded(f"def f():\n    print({STACK.decode()!r}, end='')\n    return 1")
    assert call(worker).value == 1
    assert worker.output.take() == STACK.decode()


def late(worker: WorkerHandle) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        worker.request(call_of_f(), Deadline.after(1.0))
    return caught.value


def call_of_f() -> dict[str, Any]:
    from dlquiz.sandbox.expr import Call, Get, Module

    return {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}


def test_the_signal_is_one_that_ends_nothing_of_ours() -> None:
    assert whereabouts.ASK == signal.SIGUSR1
