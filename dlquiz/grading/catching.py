"""Run a learner's own check on solutions: both behind the wall, in different workers.

The check asks, the solution answers, and every question and answer passes through here as a value. Nothing is computed
with them on this side.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from dlquiz.content.course import Course
from dlquiz.errors import SandboxError
from dlquiz.grading.limits import Budget
from dlquiz.grading.side_server import side_server
from dlquiz.grading.subject import Subject
from dlquiz.sandbox.calls import CallFailed, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Handle, Iterate, Module, Rng, Tensor
from dlquiz.submission.plain import Submission
from dlquiz.text import one_line

MOST_QUESTIONS = 500
"""Calls of one solution that a check may make."""
_LONGEST = 300
MOST_ITEMS = 1000
"""So many items of a generator of the solution's are taken."""
_THING, _TENSOR, _RNG = "__thing__", "__tensor__", "__rng__"


class CheckEnd(StrEnum):
    """How a check has ended for one solution."""

    ACCEPTED = "accepted"
    CAUGHT = "caught"
    BROKEN = "broken"
    """The check itself raised: it says nothing about the solution."""


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """What a check says of one solution.

    ``line`` is that of the check's file where it broke or did not hold, 0 if it is not known; ``printed`` is what it
    printed.
    """

    end: CheckEnd
    text: str = ""
    line: int = 0
    printed: str = ""


def run_check(
    course: Course, exercise_id: str, check: Submission, solutions: Sequence[Submission]
) -> Generator[CheckVerdict, None, None]:
    """Yield what a check says of each solution, in their order.

    Raises
    ------
    MissingPackage, SandboxError
        Nothing can be run here.
    """
    with side_server(course, exercise_id) as server:
        asking = Subject(server.around("check_probe.py"), check, 0)
        try:
            for number, solution in enumerate(solutions):
                answering = Subject(server.around(), solution, 0)
                yield replace(_verdict(asking, answering, number, server.budget), printed=asking.printed())
        finally:
            asking.close()


def _verdict(asking: Subject, answering: Subject, number: int, budget: Budget) -> CheckVerdict:
    for subject in (asking, answering):
        subject.deadlines.restart()
        subject.begin(f"solution {number}", budget.call_s, title="your check")
    try:
        return _talk(asking, _Solution(answering))
    except CallFailed as failure:
        asking.close()  # its thread may still wait
        said = f"{failure.type_name}: {failure.text}" if failure.type_name else failure.text
        return CheckVerdict(CheckEnd.BROKEN, one_line(said, _LONGEST), failure.line)
    except WorkerVanished as vanished:
        raise SandboxError(f"the sandbox lost a process: {vanished}") from vanished
    finally:
        answering.close()


def _talk(asking: Subject, solution: "_Solution") -> CheckVerdict:
    said = _ask(asking, "begin")
    for _ in range(MOST_QUESTIONS):
        match said:
            case ("ask", int(thing), list(path), list(args), dict(kwargs)) if all(isinstance(one, str) for one in path):
                try:
                    said = _ask(asking, "answer", solution.call(thing, path, args, kwargs))
                except _Silent as silent:
                    return CheckVerdict(CheckEnd.CAUGHT, silent.text)
                except _Raised as raised:
                    said = _ask(asking, "raised", raised.name, raised.text)
            case ("items", int(thing), list(path)) if all(isinstance(one, str) for one in path):
                try:
                    said = _ask(asking, "answer", solution.items(thing, path))
                except _Silent as silent:
                    return CheckVerdict(CheckEnd.CAUGHT, silent.text)
                except _Raised as raised:
                    said = _ask(asking, "raised", raised.name, raised.text)
            case ("accepted",):
                return CheckVerdict(CheckEnd.ACCEPTED)
            case ("caught", str(text), int(line)):
                return CheckVerdict(CheckEnd.CAUGHT, one_line(text, _LONGEST), line)
            case ("broken", str(text), int(line)):
                return CheckVerdict(CheckEnd.BROKEN, one_line(text, _LONGEST), line)
            case _:
                return CheckVerdict(CheckEnd.BROKEN, "what came back from the check is no question")
    asking.close()  # its thread still waits
    return CheckVerdict(CheckEnd.BROKEN, f"it calls the solution more than {MOST_QUESTIONS} times")


def _ask(subject: Subject, function: str, *args: Any) -> Any:
    expression = Call(Get(Module("probe"), function), args)
    return subject.ask({"op": "eval", "expr": expression, "echo": False}, name="check")


class _Raised(Exception):
    """The solution raised; a check may want it to."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name, self.text = name, text


class _Silent(Exception):
    """The solution gave no answer at all: it did not end, or its process did."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Solution:
    """A solution in its worker, and the objects in there that the check has met."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._things: list[Any] = [Module("submission")]

    def call(self, thing: int, path: list[str], args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call a function of the solution's, or of one of its objects; objects come back as numbers."""
        inside = tuple(map(self._inside, args)), {key: self._inside(one) for key, one in kwargs.items()}
        return self._ask(Call(self._target(thing, path), *inside), ".".join(path))

    def items(self, thing: int, path: list[str]) -> Any:
        """Return what an object of the solution's yields, such as a generator of batches."""
        return self._ask(Iterate(self._target(thing, path), MOST_ITEMS), ".".join(path) or "what was returned")

    def _target(self, thing: int, path: list[str]) -> Any:
        if not 0 <= thing < len(self._things):
            raise _Raised("TypeError", "there is no such object")
        target = self._things[thing]
        for name in path:
            target = Get(target, name)
        return target

    def _ask(self, expression: Any, name: str) -> Any:
        try:
            value = self._subject.ask({"op": "eval", "expr": expression, "echo": False}, name=name)
        except CallFailed as failure:
            if failure.cause == "missing":
                raise _Raised("AttributeError", f"there is no {name}") from failure
            if failure.cause != "exception":
                raise _Silent(f"{name}: {failure.text}") from failure
            raise _Raised(failure.type_name, failure.text) from failure
        return self._outside(value)

    def _inside(self, value: Any) -> Any:
        if isinstance(value, Handle):  # it stays in the check's worker, and means something else in this one
            raise _Raised("TypeError", "a function or an object of the check cannot be handed to the solution")
        if isinstance(value, dict):
            if set(value) == {_THING} and isinstance(number := value[_THING], int) and 0 <= number < len(self._things):
                return self._things[number]
            if set(value) == {_RNG} and isinstance(seed := value[_RNG], int) and seed >= 0:
                return Rng(seed)
            if set(value) == {_TENSOR}:
                return Tensor(value[_TENSOR])
            return {key: self._inside(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._inside(one) for one in value)
        return value

    def _outside(self, value: Any) -> Any:
        if isinstance(value, Handle):
            self._things.append(value)
            return {_THING: len(self._things) - 1}
        if isinstance(value, dict):
            return {key: self._outside(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._outside(one) for one in value)
        return value
