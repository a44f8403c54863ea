"""Grade a learner's work once, and keep the report. The only module here that knows how grading is called."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from dlquiz.errors import StoreError
from dlquiz.study.seeds import fresh_seed

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.grading.dispatch import GraderPool
    from dlquiz.grading.messages import Live
    from dlquiz.grading.report_builder import Recorded
    from dlquiz.model.report import CaseResult, Report
    from dlquiz.study.desk import Desk
    from dlquiz.submission import Submission

Event: TypeAlias = "CaseResult | Live | Recorded"
"""A case's result, how a long call goes on, or what a grader has recorded for a picture."""
Listener: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; None means "you choose".

    ``own`` says that what is graded counts as the learner's own progress.
    """

    seed: int | None = None
    case: str | None = None
    data: str | None = None
    isolation: str | None = None
    own: bool = True


def started_early() -> AbstractContextManager[None]:
    """Start a grader process before it is known what for: its imports run beside ours, if this is called first."""
    from dlquiz.grading.grader_process import started_early as started

    return started()


def read(course: "Course", exercise_id: str, path: Path) -> "Submission":
    """Read a file, notebook, folder or archive under the module name of the exercise's stub.

    Raises
    ------
    SubmissionError
        It cannot be read as a submission.
    """
    from dlquiz.submission import read_submission

    packages = course.exercise(exercise_id).packages
    return read_submission(path, module_name=course.stub_path(exercise_id).stem, packages=packages)


def is_untouched(course: "Course", exercise_id: str, submission: "Submission") -> bool:
    """Say whether the learner has not begun: the file is still the stub."""
    from dlquiz.study.workspace import same_text

    return same_text(submission.source, course.stub_path(exercise_id).read_bytes())


def grade(
    course: "Course",
    exercise_id: str,
    submission: "Submission",
    wish: Wish,
    *,
    on_event: Listener | None = None,
    spare: "Spare | None" = None,
) -> "Report":
    """Grade behind the wall, with the process that waits in ``spare`` if there is one; errors are explained.

    Raises
    ------
    MachineryError
        No report could be made at all; nothing of it is the learner's fault.
    """
    from dlquiz.study.explain import explained

    seed = fresh_seed() if wish.seed is None else wish.seed
    if spare is not None:
        report = spare.take().grade(submission, seed=seed, on_event=on_event)
    else:
        with _pool(course, exercise_id, wish, expected=1) as pool:
            report = pool.grade(submission, seed=seed, on_event=on_event)
    if wish.seed is None:
        report = report.model_copy(update={"seed_policy": "fresh"})
    return explained(report, submission, course.stub_path(exercise_id).read_text(encoding="utf-8"))


def keep(desk: "Desk", report: "Report", wish: Wish) -> StoreError | None:
    """Store a report; return what went wrong with that, if anything did.

    Call it before the report is shown: whoever has read it can rely on it, also if the program ends in between.
    """
    # Some of the cases are not a grading of the exercise: they would look like fewer points. And a file from anywhere
    # may be somebody else's.
    if wish.case is not None or not wish.own or desk.progress is None:
        return None
    try:
        desk.progress.record_report(report)
    except StoreError as error:
        return error
    return None


class Spare:
    """Keeps a grader process warm from one grading to the next: for grading at each save."""

    def __init__(self, course: "Course", exercise_id: str, wish: Wish) -> None:
        self._course, self._exercise_id, self._wish = course, exercise_id, wish
        self._waiting = self._start()

    def _start(self) -> "GraderPool":
        return _pool(self._course, self._exercise_id, self._wish, expected=None)

    def take(self) -> "GraderPool":
        """Return the process that waits, or a new one if the graders were edited since it started."""
        if self._waiting.grader_sha256 != self._course.grader_digest(self._exercise_id):
            self._waiting.close()
            self._waiting = self._start()
        return self._waiting

    def __enter__(self) -> "Spare":
        return self

    def __exit__(self, *exc: object) -> None:
        self._waiting.close()


def _pool(course: "Course", exercise_id: str, wish: Wish, *, expected: int | None) -> "GraderPool":
    from dlquiz.grading.dispatch import GraderPool
    from dlquiz.model.report import Isolation

    isolation = None if wish.isolation is None else Isolation(wish.isolation)
    return GraderPool(course, exercise_id, data=wish.data, case=wish.case, isolation=isolation, expected=expected)
