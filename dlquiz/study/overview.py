"""Where a learner stands: the path, the quizzes, and what is known of one exercise."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.errors import ContentError
from dlquiz.model.progress import Step
from dlquiz.study.advice import Advice, along_the_path
from dlquiz.study.path import journey

if TYPE_CHECKING:
    from dlquiz.model.report import Report
    from dlquiz.study.desk import Desk


@dataclass(frozen=True, slots=True)
class Standing:
    """One exercise with what the store knows of it."""

    step: Step
    hints_shown: int = 0
    gradings: int = 0
    solution_viewed: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole path; ``quizzes`` says of each quiz whether it is done, ``best`` the best share of its points.

    ``behind`` are the exercises of which the course has a newer start file than the workspace.
    """

    workspace: Path | None
    steps: tuple[Step, ...]
    quizzes: dict[str, bool]
    advice: Advice
    best: dict[str, float]
    behind: tuple[str, ...] = ()

    @property
    def earned(self) -> float:
        """The points of all best gradings."""
        return sum(step.earned for step in self.steps)

    @property
    def possible(self) -> float:
        """The points of all exercises."""
        return sum(step.possible for step in self.steps)


def overview(desk: "Desk") -> Overview:
    """Return where the learner stands."""
    from dlquiz.study.quizzes import done_quizzes, finished_quizzes

    done, finished = done_quizzes(desk), frozenset(finished_quizzes(desk))
    return Overview(
        workspace=desk.workspace.root if desk.workspace else None,
        steps=journey(desk.course, desk.progress),
        quizzes={quiz_id: quiz_id in done for quiz_id in desk.course.quiz_ids()},
        advice=along_the_path(desk),
        best=_best(desk, finished),
        behind=desk.workspace.behind(desk.course) if desk.workspace else (),
    )


def _best(desk: "Desk", finished: frozenset[str]) -> dict[str, float]:
    """Return the best share of points of each finished quiz; one that cannot be read has none."""
    from dlquiz.study.quizzes import best_share

    found: dict[str, float] = {}
    for quiz_id in desk.course.quiz_ids():
        if desk.progress is None or quiz_id not in finished:
            continue
        with suppress(ContentError):
            share = best_share(desk.progress, quiz_id, desk.course.quiz(quiz_id))
            if share is not None:
                found[quiz_id] = share
    return found


def standing(desk: "Desk", step: Step) -> Standing:
    """Return what the store knows of one exercise."""
    if desk.progress is None:
        return Standing(step)
    return Standing(
        step,
        hints_shown=desk.progress.hints_shown(step.exercise_id),
        gradings=desk.progress.gradings(step.exercise_id),
        solution_viewed=desk.progress.solution_viewed(step.exercise_id) is not None,
    )


def last_reports(desk: "Desk", exercise_id: str, count: int) -> "list[Report]":
    """Return the last reports of an exercise, the oldest first."""
    return desk.progress.reports(exercise_id, last=count) if desk.progress else []
