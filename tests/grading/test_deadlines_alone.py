"""Deadlines of calls without processes and without waiting: what a function that ran out of time costs the next."""

from typing import Any

from dlquiz.grading import deadlines
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.limits import Budget
from dlquiz.grading.proxy import SubmissionProxy
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.sandbox.expr import Call, Get, Handle, Module
from dlquiz.submission import submission_from_bytes
from tests.fake_sandbox import FakeSandbox

CALL_S = 6
FAKE = "from tests.fake_sandbox import imitate, takes\n\n\n"


def asked(text: str, *calls: tuple[str, Any], reference_s: float = 0.0) -> tuple[str, list[str]]:
    """Call functions of a file, each in a case of its own; return how they ended, and what was said."""
    ends, said = "", []
    budget = Budget(call_s=CALL_S, case_s=2 * CALL_S, submission_s=120, memory_mib=256)
    work = submission_from_bytes(f"{FAKE}{text}".encode(), name="mine.py", module_name="tiny")
    with FakeSandbox() as server:
        side = Subject(Surroundings(server, None, budget, {}), work, 1, needs=lambda *_: reference_s)
        for number, (name, value) in enumerate(calls):
            side.begin(f"case {number}", title=f"{name} works")
            try:
                getattr(SubmissionProxy(side), name)(value)
                ends += "p"
            except CaseFailed as failure:
                ends += "f"
                said.append(failure.message)
    return ends, said


def test_code_that_is_slow_within_its_limits_never_notices() -> None:
    """Much slower than the floor and than fifty times the reference, and each call below its deadline."""
    slow = f"def mean(x):\n    takes({deadlines.FLOOR_S + 0.6})\n    return x\n"
    assert asked(slow, *(("mean", n) for n in range(7))) == ("ppppppp", [])


def test_what_ends_in_the_shorter_time_counts_as_before() -> None:
    """One input is too much for it; for the others it needs more than a second, where the reference needs nothing."""
    body = "def mean(x):\n    takes(60 if x == 0 else 1.2)\n    return x\n"
    assert asked(body, *(("mean", n) for n in range(5)))[0] == "fpppp"
    longer = body.replace("1.2", str(deadlines.FLOOR_S + 0.1))
    assert asked(longer, *(("mean", n) for n in range(3)))[0] == "fff"
    assert asked(longer, *(("mean", n) for n in range(3)), reference_s=0.1)[0] == "fpp", "hard for the reference, too"


def test_after_two_calls_without_an_end_other_functions_get_less_time_too() -> None:
    text = "def mean(x):\n    imitate('timeout')\n\n\ndef double(x):\n    takes(60 if x == 4 else 0)\n    return x\n"
    ends, said = asked(text, ("mean", 0), ("mean", 1), ("double", 3), ("double", 4))
    assert ends == "ffpf"
    assert f"double did not finish: it took more than {deadlines.FLOOR_S:g} s." in said[-1]
    assert 'because mean had already run out of time in the check "mean works"' in said[-1]
    assert asked(text, ("mean", 0), ("double", 4))[1][-1].startswith(
        f"double did not finish: it took more than {CALL_S} s. Is"
    ), "once is no habit"


def test_the_time_of_a_grading_is_what_is_left_of_it() -> None:
    ends, said = asked("def mean(x):\n    takes(x)\n    return x\n", *(("mean", CALL_S - 1) for _ in range(25)))
    assert ends == "p" * 23 + "ff", "24 times 5 s, and the calls themselves take some time, too"
    assert all("all calls of this grading together took more than 120 s" in message for message in said)


def test_an_endless_training_of_a_model_that_the_reference_cannot_be_asked_about_costs_its_deadline_once() -> None:
    budget = Budget(call_s=60, case_s=180, submission_s=900, memory_mib=512)
    found, spent = deadlines.Deadlines(budget, lambda *_: None), 0.0
    found.begin("first", "The first check", None)
    message = {"op": "eval", "expr": Call(Get(Module("submission"), "train"), (Handle(1, "Model"),), {})}
    for _ in range(6):
        deadline = found.of_call(message, "train")
        found.missed("train", deadline)
        spent += deadline.budget_s
    assert 60 + 2 * deadlines.UNKNOWN_S <= spent <= 60 + 2 * deadlines.UNKNOWN_S + 3
    assert found.of_call(message, "predict").budget_s < 60, "by then no function waits for its full time"


SLOW_TO_LOAD = "takes(5.5)\n\n\ndef mean(x):\n    imitate('exit')\n\n\ndef double(x):\n    return x\n"


def test_a_function_that_ends_a_process_that_is_slow_to_load_is_given_up_and_others_are_not() -> None:
    loads = 1 + int(deadlines.RELOADING_S / 5.5) + 1  # the first one, and those until the time is up
    ends, said = asked(SLOW_TO_LOAD, *(("mean", n) for n in range(loads + 2)), ("double", 1))
    assert ends == "f" * (loads + 2) + "p"
    usual, given_up = said[:loads], said[loads:]
    assert all("mean ended the whole process: the code ended its own process" in one for one in usual)
    assert given_up == [
        "mean ended the whole process: it was not called again, because it has done the same before,"
        " and each time your file is loaded again, which takes 6 s."
    ] * 2  # fmt: skip


def test_what_ends_a_process_that_loads_at_once_is_called_in_every_check() -> None:
    quick = SLOW_TO_LOAD.replace("5.5", "0.1")
    ends, said = asked(quick, *(("mean", n) for n in range(12)))
    assert ends == "f" * 12
    assert not any("not called again" in one for one in said)
