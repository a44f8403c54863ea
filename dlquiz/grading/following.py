"""Run calls of a learner's program behind the wall, and see what each of its lines does."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dlquiz.content.course import Course
from dlquiz.errors import SandboxError
from dlquiz.grading.preflight import demand_packages
from dlquiz.grading.settings import budget_of, choose_data
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.grading.supervisor import Supervisor
from dlquiz.practice.followed import Followed, agreed
from dlquiz.sandbox.calls import CallFailed, WorkerVanished
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.submission.plain import Submission

_PROBE = "follow_probe.py"
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
        self._strangers = strangers
        exercise = course.exercise(exercise_id)
        demand_packages(exercise_id, exercise.packages)
        self._budget = budget_of(exercise, choose_data(exercise, None)[1])
        files = CourseFiles(str(course.exercise_folder(exercise_id)), exercise.files)
        forbidden = (str(course.solution_path(exercise_id)),)
        self._supervisor = Supervisor(tuple(exercise.packages), "kernel", forbidden, files)
        self._ends = ExitStack()

    def __enter__(self) -> "Follower":
        self._ends.callback(self._supervisor.close)
        wall, surprises = self._supervisor.verdict(self._supervisor.begin_check())
        if self._strangers and (surprises or not wall.kernel):
            self._ends.close()
            raise SandboxError(
                "Other people's files are run only at level kernel, and there is no such wall here.",
                next_step="dlquiz doctor",
            )
        source = Path(__file__).with_name(_PROBE).read_bytes()
        probe = Submission(_PROBE, "follow_probe", source, sha256="", file=_PROBE)
        self._around = Surroundings(self._supervisor, probe, self._budget, {})
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

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
