"""Collect what a learner has built: from stored gradings and answers, and from nothing else."""

from datetime import datetime
from typing import TYPE_CHECKING

from dlquiz.errors import StoreError, WorkError
from dlquiz.model.metrics import ConfusionMatrix, Curve, Images, Number
from dlquiz.model.portfolio import Built, Portfolio
from dlquiz.study.days import day_of
from dlquiz.study.memory import QuestionBank, knowledge

if TYPE_CHECKING:
    from dlquiz.model.report import Report
    from dlquiz.study.desk import Desk

_SHOWN = Number | Curve | Images | ConfusionMatrix
_FEWEST = 2
"""Questions that a term needs before it can be called known: one may be luck."""


def portfolio(desk: "Desk", now: datetime) -> Portfolio:
    """Return what was built so far.

    Raises
    ------
    WorkError
        There is no workspace, or nothing in it was graded yet.
    StoreError
        The store cannot be used.
    """
    desk.need_workspace()
    store, course = desk.progress, desk.course
    if store is None:
        raise StoreError("Your progress cannot be read, so there is nothing to show.")
    built = [one for exercise_id in course.exercise_ids() if (one := _built(desk, exercise_id)) is not None]
    if not built:
        raise WorkError("Nothing has been graded yet, so there is nothing to show.", next_step="dlquiz next")
    bank = QuestionBank(desk, day_of(now))
    known = knowledge(bank)
    return Portfolio(
        course=course.manifest.title,
        day=day_of(now),
        built=tuple(built),
        exercises=len(course.exercise_ids()),
        possible=sum(course.exercise(exercise_id).points for exercise_id in course.exercise_ids()),
        terms=tuple(one.topic for one in known.topics if one.known == one.questions >= _FEWEST),
        questions=known.total.seen,
        repaired=sum(one.solved for one in store.repairs.all()),
    )


def _built(desk: "Desk", exercise_id: str) -> Built | None:
    assert desk.progress is not None
    reports = [one for one in desk.progress.reports(exercise_id) if one.complete]
    if not reports:
        return None
    best = max(reports, key=_worth)  # the first of equals
    exercise = desk.course.exercise(exercise_id)
    return Built(
        exercise_id, exercise.title, " ".join(exercise.summary.split()), best.points.earned, best.points.possible,
        best.points.bonus, day_of(best.started_at), len(reports), best.exit_code == 0, best.seed,
        {name: metric for name, metric in best.metrics.items() if isinstance(metric, _SHOWN)},
    )  # fmt: skip


def _worth(report: "Report") -> tuple[bool, float, float]:
    points = report.points
    return report.exit_code == 0, points.earned / max(points.possible, 1e-9), points.bonus
