"""Grade submissions: start grader processes, watch over them, make the reports.

This side imports neither NumPy nor pytest, runs no test and sees no learner code.
"""

from collections.abc import Iterable, Iterator, Sized

from dlquiz.content.course import Course
from dlquiz.grading.dispatch import Graded, GraderPool, Listener
from dlquiz.model.report import Report
from dlquiz.submission import Submission


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
        A data set that the exercise names; None takes the first of them.
    case : str, optional
        Only the cases whose id or title matches; the report's notes say how many were left out.
    isolation : str, optional
        ``kernel`` refuses anything less; None uses the best there is.
    on_event : callable, optional
        Told each result, and how a long call goes on.

    Raises
    ------
    MachineryError
        No report could be made at all; nothing of it is the learner's fault.
    """
    with GraderPool(course, exercise_id, data=data, case=case, isolation=isolation, expected=1) as pool:
        return pool.grade(submission, seed=seed, on_event=on_event)


def grade_many(
    course: Course,
    exercise_id: str,
    submissions: Iterable[Submission | None],
    *,
    seed: int | None = None,
    data: str | None = None,
    case: str | None = None,
    isolation: str | None = None,
    on_event: Listener | None = None,
    jobs: int = 1,
) -> Iterator[Graded]:
    """Grade many submissions, each in fresh workers; yield ``(position, report)`` as each is completed.

    ``jobs`` grader processes share the work, each with its own warm server. Whichever is free
    takes the next submission. ``submissions`` may be endless, and may yield None when it has nothing at the moment.
    """
    expected = len(submissions) if isinstance(submissions, Sized) else None
    if expected == 0:
        return
    jobs = max(1, min(jobs, expected or jobs))
    with GraderPool(
        course, exercise_id, data=data, case=case, isolation=isolation, jobs=jobs, expected=expected
    ) as pool:
        yield from pool.grade_many(submissions, seed=seed, on_event=on_event)


def in_order(graded: Iterable[Graded]) -> Iterator[Report]:
    """Yield the reports in the order of their submissions, each as soon as those before it are there."""
    waiting: dict[int, Report] = {}
    wanted = 0
    for position, report in graded:
        waiting[position] = report
        while wanted in waiting:
            yield waiting.pop(wanted)
            wanted += 1
