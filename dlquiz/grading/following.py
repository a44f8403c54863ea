"""Run calls of a learner's program behind the wall, and see what each of its lines does."""

from typing import Any

from pydantic import ValidationError

from dlquiz.content.course import Course
from dlquiz.errors import SandboxError
from dlquiz.grading.side_server import side_server
from dlquiz.grading.subject import Subject
from dlquiz.practice.followed import Followed, agreed
from dlquiz.sandbox.calls import CallFailed, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.submission.plain import Submission

_CALL_S = 5.0
"""Each line is looked at, so a call takes longer than it would; one that needs more than this is not asked about."""


class Follower:
    """Follows calls of programs of one exercise; a context manager.

    Parameters
    ----------
    strangers : bool
        The programs are not those of the person who runs this: nothing is run behind a weaker wall.

    Raises
    ------
    MissingPackage, SandboxError
        Nothing can be run here.
    """

    def __init__(self, course: Course, exercise_id: str, *, strangers: bool = False) -> None:
        self._opening = side_server(course, exercise_id, strangers=strangers)

    def __enter__(self) -> "Follower":
        self._around = self._opening.__enter__().around("follow_probe.py")
        return self

    def __exit__(self, *error: Any) -> None:
        self._opening.__exit__(*error)

    def follow(self, program: Submission, call: str) -> Followed | None:
        """Return what is the same in two runs with other random numbers; None if nothing can be said of it."""
        first = self._once(program, call, 0)
        other = self._once(program, call, 1) if first is not None else None
        return agreed(first, other) if first is not None and other is not None else None

    def _once(self, program: Submission, call: str, seed: int) -> Followed | None:
        subject = Subject(self._around, program, seed)
        subject.begin("example", _CALL_S, title="an example")
        expression = Call(Get(Module("probe"), "follow"), (call,))
        try:
            said: Any = subject.ask({"op": "eval", "expr": expression, "echo": False}, name="follow")
            return Followed.model_validate(said, strict=False) if isinstance(said, dict) else None
        except (CallFailed, ValidationError):
            return None
        except WorkerVanished as vanished:
            raise SandboxError(f"the sandbox lost a process: {vanished}") from vanished
        finally:
            subject.close()
