"""Grade many files of one exercise, under several seeds, with all processors."""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum

from dlquiz.authoring.cache import Cache, digest_of
from dlquiz.content.course import Course
from dlquiz.grading.dispatch import GraderPool
from dlquiz.grading.messages import NO_SAVINGS, Savings
from dlquiz.model.report import Report
from dlquiz.submission import submission_from_bytes

_TICK_S = 0.2
_ASK_AGAIN_S = 0.02


class FileKind(StrEnum):
    """What a graded file is."""

    STUB = "stub"
    REFERENCE = "reference"
    RIGHT = "right"
    WRONG = "wrong"
    WATCHING = "watching"
    """The reference, telling what it is asked."""
    MUTANT = "mutant"
    """The reference with one change."""


@dataclass(frozen=True, slots=True)
class GradingTask:
    """One file to be graded under one seed.

    ``turn`` tells apart what is graded more than once; ``lean``: with the savings of a quick check (`Spared`).
    """

    kind: FileKind
    name: str
    source: str
    seed: int
    turn: int = 1
    lean: bool = False

    @property
    def key(self) -> str:
        """What stands for it in the cache."""
        parts = (self.kind, self.name, self.source, str(self.seed), str(self.turn), *(["lean"] if self.lean else []))
        return digest_of(*parts)


@dataclass(frozen=True, slots=True)
class GradedFile:
    """One file under one seed."""

    kind: FileKind
    name: str
    seed: int
    report: Report


@dataclass(frozen=True)
class Grader:
    """How the files of one exercise are graded.

    ``jobs`` processes share the work; None: one for each processor. ``savings`` is asked before each grading what
    it does without (None: that is not known yet, ask again), and ``heard`` is told after it, in the thread of the
    process. The other fields are those of `GraderPool`.
    """

    course: Course
    exercise: str
    data: str | None = None
    jobs: int | None = None
    until_lost: bool = False
    measure: bool = False
    savings: Callable[[GradingTask], Savings | None] = lambda task: NO_SAVINGS
    heard: Callable[[GradingTask, Report], None] = lambda task, report: None

    def grade(
        self, tasks: Sequence[GradingTask], tick: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[GradingTask, Report]]:
        """Yield every task with its report, as they are completed; ``tick`` is called in this thread meanwhile.

        Raises
        ------
        DlquizError
            Nothing more can be graded.
        """
        waiting, done = deque(tasks), _Done()
        stop = threading.Event()
        jobs = min(self.jobs or os.cpu_count() or 1, len(tasks))
        with ThreadPoolExecutor(max(jobs, 1), thread_name_prefix="dev-check") as threads:
            for _ in range(jobs):
                threads.submit(self._lane, waiting, done, stop)
            try:
                yield from _heard(done, len(tasks), tick)
            finally:
                stop.set()

    def _lane(self, waiting: deque[GradingTask], done: "_Done", stop: threading.Event) -> None:
        """Grade what is waiting, one after the other, with one warm process."""

        def listen(event: object) -> None:
            if stop.is_set():
                raise _Stopped

        module = self.course.exercise(self.exercise).file.removesuffix(".py")
        try:
            with GraderPool(
                self.course, self.exercise, data=self.data, until_lost=self.until_lost, measure=self.measure
            ) as pool:
                while not stop.is_set() and (task := _next(waiting)) is not None:
                    submission = submission_from_bytes(task.source.encode(), name=task.name, module_name=module)
                    while (savings := self.savings(task)) is None and not stop.wait(_ASK_AGAIN_S):
                        pass
                    report = pool.grade(submission, seed=task.seed, on_event=listen, savings=savings or NO_SAVINGS)
                    self.heard(task, report)
                    done.put((task, report))
        except _Stopped:
            return
        except Exception as error:  # noqa: BLE001  raised again in the thread that waits for us
            done.put(error)


def _next(waiting: deque[GradingTask]) -> GradingTask | None:
    try:
        return waiting.popleft()
    except IndexError:  # another lane was quicker
        return None


class _Stopped(Exception):
    """Somebody interrupted the check."""


_Done = queue.SimpleQueue[tuple[GradingTask, Report] | Exception]


def _heard(done: _Done, count: int, tick: Callable[[], None]) -> Iterator[tuple[GradingTask, Report]]:
    while count:
        tick()
        try:
            one = done.get(timeout=_TICK_S)
        except queue.Empty:
            continue
        if isinstance(one, Exception):
            raise one
        count -= 1
        yield one


def known(tasks: Sequence[GradingTask], cache: Cache) -> dict[GradingTask, Report]:
    """Return the reports that were kept by an earlier check; one of all cases is as good as a lean one."""
    kept = ((task, cache.get(task.key) or cache.get(replace(task, lean=False).key)) for task in tasks)
    return {task: Report.model_validate(value) for task, value in kept if value is not None}


def grade_and_keep(
    grader: Grader, tasks: Sequence[GradingTask], cache: Cache, tick: Callable[[], None]
) -> Iterator[tuple[GradingTask, Report]]:
    """Grade as `Grader.grade`, and keep every complete report."""
    for task, report in grader.grade(tasks, tick) if tasks else ():
        if report.complete:
            cache.put(task.key, _slim(task, report).model_dump(mode="json"))
        yield task, report


def _slim(task: GradingTask, report: Report) -> Report:
    """Leave out what nobody reads again: what files print, and pictures."""
    if task.kind is FileKind.WATCHING:
        return report.model_copy(update={"metrics": {}})
    cases = tuple(case.model_copy(update={"output": "", "inputs": None}) for case in report.cases)
    return report.model_copy(update={"metrics": {}, "cases": cases})
