"""A process that is stopped for longer than a deadline (Ctrl-Z, a frozen container) is nobody's slow code."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlquiz.grading.limits import Budget
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.submission import submission_from_bytes

pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc")]
LOAD = {"op": "load", "role": "submission", "name": "work", "seed": 1}


def evaluate(name: str) -> dict[str, object]:
    return {"op": "eval", "expr": Call(Get(Module("submission"), name), ())}


def test_a_worker_that_is_stopped_until_its_deadline_has_vanished_and_was_not_slow() -> None:
    with ForkServer(("numpy",)) as server:
        worker = server.worker(memory_mib=128)
        worker.request({**LOAD, "source": b"def f(): return 1\n"}, Deadline.after(5))
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(WorkerVanished, match="stopped from outside"):
            worker.request(evaluate("f"), Deadline.after(0.3))
        assert not worker.alive


def test_code_cannot_stop_itself_to_be_excused() -> None:
    source = (
        b"import os, signal, time\ndef f(number):\n    try: os.kill(os.getpid(), number)\n    except OSError: pass\n"
        b"    time.sleep(30)\n"
    )
    with ForkServer(("numpy",)) as server:
        if not server.wall.kernel:
            pytest.skip("kernel: this machine has no Landlock or no libseccomp")
        for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
            worker = server.worker(memory_mib=128)
            worker.request({**LOAD, "source": source}, Deadline.after(5))
            call = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), (int(number),))}
            with pytest.raises(CallFailed) as caught:
                worker.request(call, Deadline.after(0.3))
            assert caught.value.cause == "timeout", number


def test_a_grader_that_did_not_run_does_not_charge_the_learner_for_it(tmp_path: Path) -> None:
    """The grader process is stopped for three seconds while a call with a deadline of one second waits."""
    code = f"""
import json, sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from dlquiz.grading.limits import Budget
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.submission import submission_from_bytes
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
text = b"import time\\ndef f():\\n    end = time.process_time() + 0.15\\n    while time.process_time() < end: pass\\n"
with ForkServer(("numpy",)) as server:
    work = submission_from_bytes(text + b"    return 1\\n", name="work.py", module_name="work")
    side = Subject(Surroundings(server, None, Budget(2, 3.5, 3.9), {{}}), work, 0)
    side.begin("case")
    expr = Call(Get(Module("submission"), "f"), ())
    side.ask({{"op": "eval", "expr": expr}})
    print("now", flush=True)
    values = [side.ask({{"op": "eval", "expr": expr}}) for _ in range(3)]
    print(json.dumps([values, side.deadlines._spent_s]), flush=True)
    side.close()
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "now\n"
        time.sleep(0.05)  # into one of the calls, most often; between two of them all must be well, too
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(4.5)  # longer than every deadline: that is what is tried
        os.kill(process.pid, signal.SIGCONT)
        values, _, spent = process.stdout.readline().strip()[1:-1].rpartition(", ")
        assert values == "[1, 1, 1]"
        assert float(spent) < 3.9
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_slow_code_is_still_slow() -> None:
    """Not vacuous: without a stop the same allowance ends with a timeout."""
    with ForkServer(("numpy",)) as server:
        code = b"import time\ndef f(): time.sleep(30)\n"
        work = submission_from_bytes(code, name="work.py", module_name="work")
        side = Subject(Surroundings(server, None, Budget(0.5, 1, 5), {}), work, 0)
        side.begin("case")
        started = time.monotonic()
        with pytest.raises(CallFailed) as caught:
            side.ask(evaluate("f"))
        assert caught.value.cause == "timeout"
        assert time.monotonic() - started < 20  # of the 30 that it would sleep
        side.close()
