"""Grade submissions: start the grader process, watch over it, make the reports.

This side imports neither NumPy nor pytest, runs no test and sees no learner code.
"""

import base64
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlquiz.content import Course
from dlquiz.errors import MachineryError, SandboxError
from dlquiz.grading.assemble import Collected, assemble, course_ref, versions_of
from dlquiz.grading.child import GraderProcess, events
from dlquiz.grading.events import CaseDone, Event, Live
from dlquiz.grading.plan import budget_of, choose_data
from dlquiz.model.report import CourseRef, Report
from dlquiz.shortage import shortage
from dlquiz.submission import Submission

GRACE_S = 120
"""Seconds beyond the submissions' own budgets before the grader process counts as hanging."""

Listener = Callable[[Event], None]


def grade(
    course: Course,
    exercise_id: str,
    submission: Submission,
    *,
    seed: int | None = None,
    data: str | None = None,
    case: str | None = None,
    isolation: str | None = None,
    on_event: Listener | None = None,
) -> Report:
    """Grade one submission.

    Parameters
    ----------
    seed : int, optional
        Repeat a grading exactly; None draws a fresh seed.
    data : str, optional
        ``digits`` or ``mnist``; None takes the best there is.
    case : str, optional
        Only the cases whose id or title matches; the report's notes say how many were left out.
    isolation : str, optional
        ``kernel`` refuses anything less; None uses the best there is.

    Raises
    ------
    MachineryError
        No report could be made at all; nothing of it is the learner's fault.
    """
    reports = grade_many(
        course, exercise_id, [submission], seed=seed, data=data, case=case, isolation=isolation, on_event=on_event
    )
    return next(iter(reports))


def grade_many(
    course: Course,
    exercise_id: str,
    submissions: Sequence[Submission],
    *,
    seed: int | None = None,
    data: str | None = None,
    case: str | None = None,
    isolation: str | None = None,
    on_event: Listener | None = None,
    jobs: int = 1,
) -> Iterator[Report]:
    """Grade many submissions, each in fresh workers; yield their reports in order, each when it is complete.

    ``jobs`` grader processes share the work, each with its own warm server. Whichever is free
    takes the next submission.
    """
    jobs = max(1, min(jobs, len(submissions)))
    grading = Prepared(
        course, exercise_id, data=data, case=case, isolation=isolation, jobs=jobs, expected=len(submissions)
    )
    return grading.reports(submissions, seed=seed, on_event=on_event)


class Prepared:
    """Grader processes that have their plan, and prepare while they wait for submissions.

    They import, start their servers, collect the cases and check the wall. Used once;
    the graders' files must not change in between.
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
        expected: int = 1,
    ) -> None:
        exercise = course.exercise(exercise_id)
        data_name, data_settings = choose_data(exercise, data)
        budget = budget_of(exercise, data_settings)
        plan = {
            "grader": str(course.grader_folder(exercise_id)),
            "packages": list(exercise.packages),
            "module": Path(exercise.file).stem,
            "budget": asdict(budget),
            "expected": -(-expected // jobs),
            "data_name": data_name,
            "data_settings": data_settings,
            "isolation": isolation,
            "forbidden": _forbidden(course, exercise_id),
            "case": case,
        }
        self._children = [GraderProcess(plan, budget.submission_s + GRACE_S) for _ in range(jobs)]
        # Read beside the children's own start, once for all reports.
        self._common: dict[str, Any] = {
            "exercise_id": exercise_id,
            "data": data_name,
            "course": course_ref(course, exercise_id),
            "versions": versions_of(exercise.packages),
        }

    @property
    def grader_sha256(self) -> str:
        """The digest of the graders' files when it was made."""
        ref: CourseRef = self._common["course"]
        return ref.grader_sha256

    def close(self) -> None:
        """End the processes; for one that is not needed after all."""
        for child in self._children:
            child.__exit__()

    def reports(
        self, submissions: Sequence[Submission], *, seed: int | None = None, on_event: Listener | None = None
    ) -> Iterator[Report]:
        """Hand the submissions out and yield their reports in order."""
        queue = _Queue(submissions, seed, self._children)
        common = {
            **self._common,
            "seed_policy": "fresh" if seed is None else "fixed",
            "started_at": datetime.now(UTC),
        }
        with ExitStack() as stack:
            for child in self._children:
                stack.enter_context(child)
                queue.feed(child)
            for child, event in events(self._children):
                if event is None:
                    continue
                queue.note(child, event, on_event)
                queue.feed(child)
                yield from (assemble(one, whose, **common) for one, whose in queue.ready())
        for rest, child in queue.rest():
            if not rest.cases and not rest.expected:
                raise _nothing(child)
            yield assemble(rest, child, **common)


class _Queue:
    """Who grades what, and what has been heard about it. Holds nothing of a submission whose report is made."""

    def __init__(self, submissions: Sequence[Submission], seed: int | None, children: list[GraderProcess]) -> None:
        self._submissions = submissions
        self._seed = seed
        self._next, self._reported = 0, 0
        self._open: dict[int, tuple[Collected, GraderProcess]] = {}
        self._given: dict[GraderProcess, dict[int, int]] = {child: {} for child in children}
        self._counts = dict.fromkeys(children, 0)
        self._course_wide: dict[GraderProcess, list[dict[str, Any]]] = {child: [] for child in children}

    def feed(self, child: GraderProcess) -> None:
        """Keep ``child`` busy: it always has the next submission, too."""
        while child.waiting < _AHEAD and self._next < len(self._submissions):
            one = self._take(child)
            child.give(_work(one.submission, one.seed))
        if self._next == len(self._submissions):
            child.finish()

    def _take(self, child: GraderProcess) -> Collected:
        seed = secrets.randbits(53) if self._seed is None else self._seed
        collected = Collected(self._submissions[self._next], seed)
        for event in self._course_wide[child]:
            collected.note(event)
        self._open[self._next] = collected, child
        self._given[child][self._counts[child]] = self._next
        self._next += 1
        self._counts[child] += 1
        return collected

    def note(self, child: GraderProcess, event: dict[str, Any], on_event: Listener | None) -> None:
        """Take in an event of ``child``, which counts its own submissions."""
        kind = event["event"]
        if kind in ("collected", "wall"):
            self._course_wide[child].append(event)
            for index in self._given[child].values():
                self._open[index][0].note(event)
        elif kind in ("case", "metric", "usage"):
            one, _ = self._open[self._given[child][event["submission"]]]
            one.note(event)
            if kind == "usage":
                del self._given[child][event["submission"]]
            if kind == "case" and on_event is not None:
                on_event(CaseDone(one.cases[-1]))
        elif kind == "live" and on_event is not None:
            from dlquiz.text import clean

            on_event(Live(clean(event["text"], 200), event["elapsed_s"], event["budget_s"]))

    def ready(self) -> Iterator[tuple[Collected, GraderProcess]]:
        """Yield the complete ones that are next in order."""
        while self._reported in self._open and self._open[self._reported][0].complete:
            yield self._open.pop(self._reported)
            self._reported += 1

    def rest(self) -> Iterator[tuple[Collected, GraderProcess]]:
        """Yield, in order, those that no process has finished; what nobody began belongs to the last process."""
        last = next(reversed(self._given))
        while self._next < len(self._submissions):
            self._take(last)
        for index in sorted(self._open):
            yield self._open[index]


_AHEAD = 3
"""Submissions that a process has been given: the one it grades, the next, and one more."""


def _work(submission: Submission, seed: int) -> dict[str, Any]:
    return {
        "file": submission.file or submission.name,
        "source": _text(submission.source),
        "modules": [(module.name, module.file, _text(module.source)) for module in submission.modules],
        "cells": submission.cells,
        "seed": seed,
    }


def _text(source: bytes) -> str:
    return base64.b64encode(source).decode()


def _nothing(child: GraderProcess) -> MachineryError:
    text = "; ".join(child.errors) or child.stderr() or "no reason was given"
    reason = shortage(text)
    return SandboxError(
        # A library that finds no memory writes a page about everything else that it might be.
        f"the grading could not begin: {f'{reason} ({text.splitlines()[-1][:200]})' if reason else text[-2000:]}",
        next_step="Close other programs, or delete something, and try again."
        if reason
        else "run `dlquiz doctor`; if this is your own course, `dlquiz dev check` says more",
    )


def _forbidden(course: Course, exercise_id: str) -> list[str]:
    """Files that exist, that a submission must not open, and that the self-check tries."""
    import pydantic

    return [str(course.solution_path(exercise_id)), str(pydantic.__file__)]
