"""Hand submissions to grader processes, and get their reports as they are completed.

A process may die: of a grader's fault, of the machine's, or because somebody killed it. Then another one takes its
place, and what it had not finished is graded again. Only the submission on which processes die twice is *broken*.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

from dlquiz.content.course import Course
from dlquiz.errors import DlquizError, MachineryError, SandboxError, UnknownName
from dlquiz.grading import preflight
from dlquiz.grading.grader_process import GraderProcess, listen
from dlquiz.grading.messages import (
    NO_SAVINGS,
    CaseDone,
    GradingPlan,
    Live,
    Measured,
    Message,
    Savings,
    Used,
    Work,
)
from dlquiz.grading.report_builder import Heard, Recorded, RunFacts, build, course_ref, versions_of
from dlquiz.grading.settings import budget_of, choose_data
from dlquiz.model.report import CaseResult, Report
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.sandbox.hiding import hide_process
from dlquiz.sandbox.shortage import shortage
from dlquiz.submission import Submission
from dlquiz.text import clean

TRIES = 2
"""Grader processes that may die on one submission before it counts as broken."""
RESTARTS = 4
"""Deaths in a row, without a report in between, after which no other process is started; and two more for each job."""
GRACE_S = 60.0
"""Seconds that a process may be silent beyond what a case may take: it starts, imports, or is stuck in a library."""
_AHEAD = 3
"""Submissions that a process has been given: the one it grades, the next, and one more."""
_TICK_S = 0.5
_IDLE_S = 0.05
"""How long to wait for a feed that has nothing at the moment."""
_MANY = 1_000_000

Event: TypeAlias = CaseResult | Live | Recorded
Listener: TypeAlias = Callable[[Event], None]


class Graded(NamedTuple):
    """The report of the submission that came at ``position``, counted from 0."""

    position: int
    report: Report


@dataclass
class _Open:
    """A submission on its way."""

    position: int
    work: Work
    heard: Heard
    deaths: int = 0


class GraderPool:
    """Warm grader processes for one exercise: they import, collect the cases and check the wall while they wait.

    They serve any number of submissions, in any number of calls. The graders' files must not change meanwhile
    (compare :attr:`grader_sha256`).

    Parameters
    ----------
    data, case, isolation
        As in :func:`dlquiz.grading.run.grade`.
    jobs : int
        Processes, each with its own server.
    expected : int, optional
        How many submissions will come; None if that is not known. Then a worker is always kept ready.
    until_lost : bool
        Whether any case is lost is all that is asked: the cases after the first lost one are left out, and are broken
        in the report.
    measure : bool
        What cases measure against a threshold stands in the report's metrics (see `dlquiz.grading.case_notes`).
    """

    def __init__(
        self,
        course: Course,
        exercise_id: str,
        *,
        data: str | None = None,
        case: str | None = None,
        isolation: str | None = None,
        jobs: int = 1,
        expected: int | None = None,
        until_lost: bool = False,
        measure: bool = False,
    ) -> None:
        exercise = course.exercise(exercise_id)
        preflight.demand_packages(exercise_id, exercise.packages)
        data_name, data_settings = choose_data(exercise, data)
        budget = budget_of(exercise, data_settings)
        self._plan = GradingPlan(
            grader=str(course.grader_folder(exercise_id)),
            packages=tuple(exercise.packages),
            module=Path(exercise.file).stem,
            budget=budget,
            expected=_MANY if expected is None else -(-expected // jobs),
            data_name=data_name,
            data_settings=data_settings,
            isolation=isolation,
            forbidden=_forbidden(course, exercise_id),
            case=case,
            watchdog_s=budget.watchdog_s,
            until_lost=until_lost,
            measure=measure,
            files=CourseFiles(str(course.exercise_folder(exercise_id)), exercise.files),
            stub=b"" if course.solution_path(exercise_id).is_file() else course.stub_path(exercise_id).read_bytes(),
        )
        self._silence_s = budget.watchdog_s + GRACE_S
        self._jobs = jobs
        self._processes = [self._start() for _ in range(jobs)]
        hide_process(isolation)  # while they start; no submission runs before that
        self._deaths = 0
        self._numbers = 0
        # Read beside the processes' own start, once for all reports.
        self._frame = RunFacts(
            exercise_id=exercise_id,
            course=course_ref(course, exercise_id),
            versions=versions_of(exercise.packages),
            seed_policy="fresh",
            data=data_name,
            started_at=datetime.now(UTC),
            elsewhere=exercise.hidden.sentence() if exercise.hidden else "",
        )

    @property
    def grader_sha256(self) -> str:
        """The digest of the graders' files when it was made."""
        return self._frame.course.grader_sha256

    def _start(self) -> GraderProcess:
        return GraderProcess(self._plan, self._silence_s)

    def grade(
        self,
        submission: Submission,
        *,
        seed: int | None = None,
        on_event: Listener | None = None,
        savings: Savings = NO_SAVINGS,
    ) -> Report:
        """Grade one submission."""
        return next(self.grade_many([submission], seed=seed, on_event=on_event, savings=savings)).report

    def grade_many(
        self,
        submissions: Iterable[Submission | None],
        *,
        seed: int | None = None,
        on_event: Listener | None = None,
        savings: Savings = NO_SAVINGS,
    ) -> Iterator[Graded]:
        """Yield the reports of ``submissions`` as they are completed.

        ``submissions`` may be endless: one is taken whenever a process has room for it. One that has nothing at
        the moment yields None, and is asked again a little later.
        """
        run = _Run(self, iter(submissions), seed, on_event, savings)
        try:
            while run.feed():
                yield from run.hear()
        finally:
            run.abandon()

    def _refusal(self, process: GraderProcess) -> DlquizError:
        """Return why nothing can be graded."""
        collected, case = process.collected, self._plan.case
        if case is not None and collected is not None and collected.left_out and not process.errors:
            listed = "\n".join(f"  {name}" for name in collected.left_out)
            return UnknownName(
                f"No check of {self._frame.exercise_id} fits {case!r}.",
                next_step=f"Name one of these, or a part:\n{listed}",
            )
        return _nothing(process)

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.__exit__()
        self._processes = []

    def __enter__(self) -> "GraderPool":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class _Run:
    """One call of :meth:`GraderPool.grade_many`. Holds nothing of a submission whose report is made."""

    def __init__(
        self,
        pool: GraderPool,
        submissions: Iterator[Submission | None],
        seed: int | None,
        on_event: Listener | None,
        savings: Savings,
    ) -> None:
        self._pool, self._submissions, self._seed, self._on_event = pool, submissions, seed, on_event
        self._savings = savings
        self._frame = replace(
            pool._frame, seed_policy="fresh" if seed is None else "fixed", started_at=datetime.now(UTC)
        )
        self._queue: deque[_Open] = deque()
        self._given: dict[GraderProcess, dict[int, _Open]] = {process: {} for process in pool._processes}
        self._next = 0
        self._ended = self._idle = False

    # -- handing out ------------------------------------------------------

    def feed(self) -> bool:
        """Keep every process busy: it always has the next submission, too. False when nothing is left to do."""
        self._idle = False
        for room in range(1, _AHEAD + 1):
            for process, given in self._given.items():
                if len(given) < room and (one := self._take()) is not None:
                    given[one.work.number] = one
                    process.give(one.work)
        return not self._ended or bool(self._queue) or any(self._given.values())

    def _take(self) -> _Open | None:
        if self._queue:
            return self._queue.popleft()
        if self._ended or self._idle:
            return None
        try:
            submission = next(self._submissions)
        except StopIteration:
            self._ended = True
            return None
        if submission is None:
            self._idle = True
            return None
        seed = secrets.randbits(53) if self._seed is None else self._seed
        self._pool._numbers += 1
        work = Work(self._pool._numbers, submission, seed, self._savings)
        one = _Open(self._next, work, Heard(submission, seed))
        self._next += 1
        return one

    # -- hearing ----------------------------------------------------------

    def hear(self) -> Iterator[Graded]:
        """Wait for the next messages; yield what is completed by them."""
        for process, messages in listen(tuple(self._given), _IDLE_S if self._idle else _TICK_S):
            preflight.demand_wall(self._pool._plan.isolation, process.wall)
            if self._nothing_to_run(process):
                raise self._pool._refusal(process)  # another one would say the same
            for message in messages or ():
                one = self._note(process, message)
                if one is not None:
                    self._pool._deaths = 0
                    yield Graded(one.position, build(one.heard, process, self._frame))
            if messages is None:
                yield from self._bury(process)

    def _note(self, process: GraderProcess, message: Message) -> _Open | None:
        """Take in a message; return the submission if it is complete."""
        given = self._given[process]
        if isinstance(message, Live) and self._on_event is not None:
            self._on_event(replace(message, text=clean(message.text, 200)))
        if not isinstance(message, CaseDone | Measured | Used) or (one := given.get(message.work)) is None:
            return None
        result = one.heard.note(message, process.specs)
        if result is not None and self._on_event is not None:
            self._on_event(result)
        return given.pop(message.work) if one.heard.complete else None

    def _bury(self, process: GraderProcess) -> Iterator[Graded]:
        """Let others grade what a dead process has not finished; yield what cannot be graded."""
        left = [one for _, one in sorted(self._given.pop(process).items())]
        self._pool._processes.remove(process)
        process.__exit__()
        self._pool._deaths += 1
        hopeless = self._pool._deaths > RESTARTS + 2 * self._pool._jobs
        if left and process.specs:
            left[0].deaths += 1  # the others had not begun
        for one in reversed(left):
            if one.deaths < TRIES:
                one.heard = Heard(one.work.submission, one.work.seed)
                self._queue.appendleft(one)
        for one in left:
            if one.deaths >= TRIES:
                yield Graded(one.position, build(one.heard, process, self._frame))
        if hopeless:
            raise self._pool._refusal(process)
        fresh = self._pool._start()
        self._pool._processes.append(fresh)
        self._given[fresh] = {}

    @staticmethod
    def _nothing_to_run(process: GraderProcess) -> bool:
        """Whether it has said why no case can run, or that there is none."""
        if process.interrupted:
            return False  # another one may come to an end
        collected = process.collected
        return bool(process.errors) if collected is None else not collected.cases

    def abandon(self) -> None:
        """End the processes that still grade for somebody who does not listen any more."""
        for process, given in self._given.items():
            if given:
                with suppress(ValueError):
                    self._pool._processes.remove(process)
                process.__exit__()
                self._pool._processes.append(self._pool._start())


def _nothing(process: GraderProcess) -> MachineryError:
    text = "; ".join(process.errors) or process.stderr() or "no reason was given"
    reason = shortage(text)
    return SandboxError(
        # A library that finds no memory writes a page about everything else that it might be.
        f"the grading could not begin: {f'{reason} ({text.splitlines()[-1][:200]})' if reason else text[-2000:]}",
        next_step="Close other programs, or delete something, and try again."
        if reason
        else "run `dlquiz doctor`; if this is your own course, `dlquiz dev check` says more",
    )


def _forbidden(course: Course, exercise_id: str) -> tuple[str, ...]:
    """Files that exist, that a submission must not open, and that the self-check tries."""
    import pydantic

    solution = course.solution_path(exercise_id)
    return (*([str(solution)] if solution.is_file() else []), str(pydantic.__file__))
