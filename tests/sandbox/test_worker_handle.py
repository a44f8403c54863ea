"""The trusted end of a worker: one poll loop, one absolute deadline, every ending explained."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlquiz.sandbox import wire
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.output import HEAD_BYTES, TAIL_BYTES, OutputPipe
from dlquiz.sandbox.worker_handle import WorkerHandle
from tests.waiting import eventually, has_ended

pytestmark = pytest.mark.sandbox
Load = Callable[..., WorkerHandle]
Ask = Callable[..., Any]


def test_a_call_returns_the_value(loaded: Load, ask: Ask) -> None:
    worker = loaded("def f(x): return {'twice': 2 * x, 'sum': float(x.sum())}")
    value = ask(worker, "f", np.arange(3.0)).value
    assert value["twice"].tolist() == [0, 2, 4]
    assert value["sum"] == 3.0


def test_several_megabytes_go_both_ways(loaded: Load, ask: Ask) -> None:
    array = np.random.default_rng(0).random((1000, 1000))
    assert np.array_equal(ask(loaded("def f(x): return x"), "f", array).value, array)


def test_a_worker_lives_on_after_an_exception(loaded: Load, ask: Ask) -> None:
    worker = loaded("def f(x): raise KeyError('no')\ndef g(): return 1")
    failed = ask(worker, "f", 1)
    assert (failed.cause, failed.type_name, failed.text) == ("exception", "KeyError", "'no'")
    assert "<submission>/work.py" in failed.trace
    assert ask(worker, "g").value == 1


def test_a_missed_deadline_kills_the_worker_close_to_the_deadline(loaded: Load, ask: Ask) -> None:
    worker = loaded("def f():\n while True: pass")
    started = time.monotonic()
    assert ask(worker, seconds=0.3).cause == "timeout"
    assert time.monotonic() - started < 2
    assert not worker.alive
    with pytest.raises(WorkerVanished, match="ended before"):
        worker.request({"op": "begin", "seed": 1}, Deadline.after(1))


def test_a_greeting_is_answered_before_anybody_asks(wall_server: Any, ask: Ask) -> None:
    begin = {"op": "begin", "seed": 3}
    load = {"op": "load", "role": "submission", "name": "work", "source": b"def f(): return 7\n", "seed": 1}
    worker = wall_server.worker(memory_mib=128)
    worker.greet([begin, load])
    assert worker.look_ahead(2, 5) is not None  # it has answered
    worker.request(begin, Deadline.after(5))
    assert worker.waiting
    worker.request(load, Deadline.after(5))
    assert not worker.waiting
    assert ask(worker, "f").value == 7
    worker.close()


def test_a_greeted_worker_waits_until_it_has_ended_or_is_asked_otherwise(wall_server: Any) -> None:
    worker = wall_server.worker(memory_mib=128)
    assert worker.idle
    worker.greet([{"op": "begin", "seed": 3}])
    eventually(lambda: worker._readable(), "its answer")
    assert worker.idle
    with pytest.raises(AssertionError, match="greeted in another way"):
        worker.request({"op": "begin", "seed": 4}, Deadline.after(5))
    os.kill(worker.pid, signal.SIGKILL)
    eventually(lambda: not worker.idle, "its end")
    worker.close()


def sent_ahead(worker: WorkerHandle, *calls: Any) -> list[int]:
    """Send calls of ``f``; return their numbers."""
    numbers = [worker.next_id + place for place in range(len(calls))]
    expressions = [Call(Get(Module("submission"), "f"), (call,), {}) for call in calls]
    worker.send(
        wire.pack({"op": "eval", "expr": expression, "echo": False, "id": number})
        for number, expression in zip(numbers, expressions, strict=True)
    )
    return numbers


def test_answers_that_were_looked_at_can_be_collected_or_dropped(loaded: Load, ask: Ask) -> None:
    worker = loaded("def f(x): return 2 * x")
    numbers, calls = sent_ahead(worker, 1, 2, 3), worker.calls
    frames = worker.look_ahead(2, 5)
    assert frames is not None
    assert frames == worker.look_ahead(2, 5)
    assert worker.look_ahead(4, 0.05) is None
    worker.drop(frames[:1])
    assert [worker.collect(number, Deadline.after(5))["value"] for number in numbers[1:]] == [4, 6]
    assert worker.calls == calls + 3
    assert ask(worker, "f", 5).value == 10


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("while x > 1: pass", "timeout"),
        ("import os; os._exit(x - 1)", "crashed"),
        ("print('x' * 60_000_000 if x > 1 else '')", "output"),
    ],
)
def test_what_looking_ahead_meets_is_told_to_who_collects(loaded: Load, ask: Ask, body: str, cause: str) -> None:
    worker = loaded(f"def f(x):\n    {body}\n    return x")
    sent_ahead(worker, 2)
    started = time.monotonic()
    assert worker.look_ahead(1, 0.2) is None
    assert time.monotonic() - started < 2
    with pytest.raises(CallFailed) as failed:
        worker.collect(worker.next_id - 1, Deadline.after(1))
    assert failed.value.cause == cause


def test_a_worker_that_never_reads_cannot_hold_us(loaded: Load, ask: Ask) -> None:
    """A blocking send would wait for ever once the kernel's buffer is full."""
    worker = loaded(
        "import sys, time\nsys.modules['dlquiz.sandbox.worker'].Requests.read = lambda requests: time.sleep(60)"
    )
    started = time.monotonic()
    assert ask(worker, "f", np.zeros(3_000_000), seconds=0.3).cause == "timeout"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("line", "cause", "words"),
    [
        ("os._exit(0)", "crashed", "exit status 0"),
        ("os._exit(70)", "crashed", "exit status 70"),
        ("os._exit(127)", "memory", "memory"),
        ("os.abort()", "crashed", "abort"),
        ("ctypes.string_at(0)", "crashed", "segmentation"),
        ("signal.raise_signal(8)", "crashed", "arithmetic"),
        ("os.kill(os.getpid(), 15)", "crashed", "signal 15"),
    ],
)
def test_every_ending_of_its_own_has_a_cause_and_words(
    loaded: Load, ask: Ask, line: str, cause: str, words: str
) -> None:
    failed = ask(loaded(f"import os, ctypes, signal\ndef f(): {line}"))
    assert failed.cause == cause
    assert words in failed.text


def test_a_kill_from_outside_is_nobodys_fault_here(loaded: Load, ask: Ask) -> None:
    worker = loaded("def f(): return 1")
    worker.kill_process()
    failed = ask(worker)
    assert failed.cause == "vanished"
    assert "killed from outside" in failed.text
    assert worker.exit is not None
    assert worker.exit.code == -signal.SIGKILL


def test_a_worker_that_ended_between_two_questions_is_said_to_have_ended(loaded: Load, ask: Ask) -> None:
    worker = loaded(
        "import os, threading, time\ndef f(): threading.Thread(target=lambda: (time.sleep(.05), os._exit(3))).start()"
    )
    assert ask(worker).cause == ""
    eventually(lambda: has_ended(worker.pid), "the end that its thread gives it")
    failed = ask(worker)
    assert failed.cause == "crashed"
    assert "exit status 3" in failed.text


def test_what_was_answered_before_the_end_is_heard_although_more_was_sent_after_it(loaded: Load) -> None:
    """Questions are sent ahead: that a later one ends the process must not take the answers of earlier ones."""
    worker = loaded("import os\ndef f(): return 5\ndef g(): os._exit(3)")

    def send(*names: str) -> None:
        exprs = [Call(Get(Module("submission"), name), ()) for name in names]
        first = worker.next_id
        worker.send([wire.pack({"op": "eval", "expr": one, "id": first + n}) for n, one in enumerate(exprs)])

    first = worker.next_id
    send("f", "g")
    eventually(lambda: has_ended(worker.pid), "the worker ends")
    send("f", "f")  # the channel is closed: nothing is raised yet
    assert worker.collect(first, Deadline.after(5))["value"] == 5
    with pytest.raises(CallFailed, match="exit status 3"):
        worker.collect(first + 1, Deadline.after(5))
    assert not worker.alive


def test_something_said_before_the_question_ends_the_worker(loaded: Load, ask: Ask) -> None:
    source = """
import os, stat
def f():
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, b'x' * 40)
        except OSError:
            pass
"""
    worker = loaded(source)
    assert ask(worker).cause == "protocol"  # it came before the answer
    assert not worker.alive


def test_the_processor_limit_counts_as_a_timeout(loaded: Load, ask: Ask) -> None:
    source = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\ndef f():\n while True: pass"
    failed = ask(loaded(source, cpu_s=1), seconds=20)
    assert failed.cause == "timeout"
    assert "processor time" in failed.text


def test_thousands_of_threads_end_the_worker_before_they_fill_the_machine(loaded: Load, ask: Ask) -> None:
    source = """
import threading, time
threading.stack_size(32768)
def f():
    for _ in range(3000):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
    time.sleep(9)
"""
    failed = ask(loaded(source), seconds=8)
    assert failed.cause in ("forbidden", "exception")  # exception: the machine allows fewer threads


def test_a_flood_of_output_ends_the_call(loaded: Load, ask: Ask) -> None:
    failed = ask(loaded("import os\ndef f():\n while True: os.write(1, b'y' * 65536)"), seconds=20)
    assert failed.cause == "output"
    assert "50 MB" in failed.text


def test_output_is_kept_with_its_case_and_forgotten_afterwards(loaded: Load, ask: Ask) -> None:
    worker = loaded("import sys\ndef f(n): print('hello', n); print('err', n, file=sys.stderr)")
    ask(worker, "f", 1)
    assert worker.output.take().splitlines() == ["hello 1", "err 1"]
    ask(worker, "f", 2)
    assert "1" not in worker.output.take()


def test_output_keeps_its_head_and_its_tail() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    output = OutputPipe(reader)
    for number in range(20_000):
        os.write(writer, b"line %d\n" % number)
        if number % 500 == 0:
            output.drain()
    text = output.take()
    assert text.startswith("line 0\nline 1\n")
    assert text.endswith("line 19999\n")
    assert re.search(r"bytes in 1\d,\d\d\d lines left out", text)
    assert len(text) < HEAD_BYTES + TAIL_BYTES + 100
    assert output.take() == ""
    os.close(writer)
    output.close()


def test_the_last_line_is_the_last_that_is_not_blank() -> None:
    reader, writer = os.pipe()
    output = OutputPipe(reader)
    os.write(writer, "epoch 1\nepoch 2 \N{SNOWMAN}\n\n".encode())
    output.drain()
    assert output.last_line() == "epoch 2 \N{SNOWMAN}"
    os.close(writer)
    output.close()


def test_a_watcher_hears_of_a_long_call(loaded: Load) -> None:
    from dlquiz.sandbox.expr import Call, Get, Module

    heard: list[float] = []
    worker = loaded("import time\ndef f(): time.sleep(0.5)")
    worker.request({"op": "eval", "expr": Call(Get(Module("submission"), "f"))}, Deadline.after(5), heard.append)
    assert len(heard) >= 3
    assert heard == sorted(heard)


def test_no_descriptor_is_left_after_a_worker(loaded: Load, ask: Ask) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for line in ("return 1", "os._exit(1)", "time.sleep(9)"):
        worker = loaded(f"import os, time\ndef f(): {line}")
        ask(worker, seconds=0.2)
        worker.close()
    assert count() == before


def test_a_reply_beyond_the_limit_is_refused(loaded: Load, ask: Ask) -> None:
    failed = ask(loaded("import numpy as np\ndef f(): return np.zeros(1000)", reply_limit=4000))
    assert failed.cause == "protocol"
    assert "4,000" in failed.text


def test_a_failure_says_its_cause_and_text() -> None:
    failure = CallFailed("timeout", "it took more than 2 s")
    assert (failure.cause, str(failure)) == ("timeout", "it took more than 2 s")
