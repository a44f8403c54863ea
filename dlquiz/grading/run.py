"""Grade submissions: start the grader process, watch over it, make the reports.

This side imports neither NumPy nor pytest, runs no test and sees no learner code.
"""

import base64
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlquiz.content import Course
from dlquiz.errors import MachineryError, SandboxError
from dlquiz.grading.assemble import Collected, assemble, course_ref, versions_of
from dlquiz.grading.child import GraderProcess
from dlquiz.grading.events import CaseDone, Event, Live
from dlquiz.grading.plan import budget_of, choose_data
from dlquiz.model.report import Report
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
) -> Iterator[Report]:
    """Grade submissions one after the other through one warm server; yield each report when it is complete."""
    exercise = course.exercise(exercise_id)
    data_name, data_settings = choose_data(exercise, data)
    budget = budget_of(exercise, data_settings)
    grader = course.grader_folder(exercise_id)
    started_at = datetime.now(UTC)
    policy = "fresh" if seed is None else "fixed"
    seeds = [secrets.randbits(53) if seed is None else seed for _ in submissions]
    request = {
        "grader": str(grader),
        "packages": list(exercise.packages),
        "module": Path(exercise.file).stem,
        "budget": asdict(budget),
        "works": [
            {"file": work.name, "source": base64.b64encode(work.source).decode(), "seed": one}
            for work, one in zip(submissions, seeds, strict=True)
        ],
        "data_name": data_name,
        "data_settings": data_settings,
        "isolation": isolation,
        "forbidden": _forbidden(course, exercise_id),
        "case": case,
    }
    child = GraderProcess(request, budget.submission_s + GRACE_S)
    collected = [Collected(work, one) for work, one in zip(submissions, seeds, strict=True)]
    common = {
        "exercise_id": exercise_id,
        "seed_policy": policy,
        "data": data_name,
        "started_at": started_at,
    }
    return _follow(child, collected, course, common, on_event)


def _follow(
    child: GraderProcess, collected: list[Collected], course: Course, common: dict[str, Any], on_event: Listener | None
) -> Iterator[Report]:
    """Read the child's events; yield the report of each submission once the next one begins."""
    next_index = 0
    with child:
        # Read beside the child's own start, once for all reports.
        exercise_id = common["exercise_id"]
        common["course"] = course_ref(course, exercise_id)
        common["versions"] = versions_of(course.exercise(exercise_id).packages)
        for event in child.events():
            _note(event, collected, on_event)
            while next_index < len(collected) and collected[next_index].complete:
                yield assemble(collected[next_index], child, **common)
                next_index += 1
    for rest in collected[next_index:]:
        if not rest.cases and not rest.expected:
            raise _nothing(child)
        yield assemble(rest, child, **common)


def _note(event: dict[str, Any], collected: list[Collected], on_event: Listener | None) -> None:
    kind = event["event"]
    if kind in ("collected", "wall"):
        for one in collected:
            one.note(event)
    elif kind in ("case", "metric", "usage"):
        one = collected[event["submission"]]
        one.note(event)
        if kind == "case" and on_event is not None:
            on_event(CaseDone(one.cases[-1]))
    elif kind == "live" and on_event is not None:
        from dlquiz.text import clean

        on_event(Live(clean(event["text"], 200), event["elapsed_s"], event["budget_s"]))


def _nothing(child: GraderProcess) -> MachineryError:
    text = "; ".join(child.errors) or child.stderr() or "no reason was given"
    return SandboxError(
        f"the grading could not begin: {text[-2000:]}",
        next_step="run `dlquiz doctor`; if this is your own course, `dlquiz dev check` says more",
    )


def _forbidden(course: Course, exercise_id: str) -> list[str]:
    """Files that exist, that a submission must not open, and that the self-check tries."""
    import pydantic

    return [str(course.solution_path(exercise_id)), str(pydantic.__file__)]
