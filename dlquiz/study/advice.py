"""What to do next, and why: as data. Each face finds its own words and ways (a command, a link, a button)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dlquiz.model.progress import State, Step
from dlquiz.study.path import journey

if TYPE_CHECKING:
    from dlquiz.model.report import Report
    from dlquiz.study.desk import Desk


class Do(StrEnum):
    """What to do; the subject is an exercise, a quiz, or nothing."""

    START = "start"
    READ = "read"
    GRADE = "grade"
    QUIZ = "quiz"
    HINT = "hint"
    KEEP = "keep"
    REPAIR = "repair"
    CHECK_MACHINE = "check machine"
    NOTHING = "nothing"


class Why(StrEnum):
    """The reason; what it counts or quotes stands in the advice."""

    NO_WORKSPACE = "no workspace"
    NOT_STORED = "not stored"
    NOT_OWN = "not your own file"
    NOT_BEGUN = "not begun"
    NOT_FULL = "not full points"
    BELONGS_TO = "belongs to an exercise"
    NOT_TAKEN = "not taken yet"
    BELOW = "finished, and not done"
    FAILED = "failed"
    UNREADABLE = "the file could not run"
    BROKEN = "broken"
    FINISHED = "finished"
    FOR_PRACTICE = "for practice"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do.

    ``subject`` is an exercise's or quiz's id, or empty. ``earned`` and ``possible`` are points of the best grading,
    for `Why.NOT_FULL`, and for `Why.BELOW` the best share of a quiz and the one at which it is done; ``about`` is the
    exercise's title (`Why.NOT_BEGUN`), the exercise that a quiz belongs to, or the course's last words
    (`Why.FINISHED`).
    """

    do: Do
    why: Why
    subject: str = ""
    earned: float = 0.0
    possible: float = 0.0
    about: str = ""


def next_thing(desk: "Desk") -> Advice:
    """Say what to do next: make a workspace, take a quiz of a finished exercise, or go on with the path."""
    if desk.workspace is None:
        return Advice(Do.START, Why.NO_WORKSPACE)
    return along_the_path(desk)


def along_the_path(desk: "Desk") -> Advice:
    """Say what comes next in the course, whether there is a workspace or not."""
    from dlquiz.study.quizzes import done_quizzes

    course, progress = desk.course, desk.progress
    done = done_quizzes(desk)
    known = set(course.quiz_ids())
    for step in journey(course, progress):
        if step.state is not State.DONE:
            return _exercise(step)
        for quiz_id in course.exercise(step.exercise_id).quizzes:
            if quiz_id in known and quiz_id not in done:
                return _quiz(desk, Advice(Do.QUIZ, Why.BELONGS_TO, quiz_id, about=step.exercise_id))
    for quiz_id in course.quiz_ids():
        if quiz_id not in done:
            return _quiz(desk, Advice(Do.QUIZ, Why.NOT_TAKEN, quiz_id))
    return Advice(Do.NOTHING, Why.FINISHED, about=course.manifest.finish.strip())


def _quiz(desk: "Desk", advice: Advice) -> Advice:
    """Say of a quiz that was finished already how far it is from done."""
    from dlquiz.study.quizzes import DONE, finished_quizzes

    share = finished_quizzes(desk).get(advice.subject)
    return advice if share is None else replace(advice, why=Why.BELOW, earned=share, possible=DONE)


def for_practice(desk: "Desk") -> Advice | None:
    """Offer what nobody has to do: the repair that is open, or one of the last done exercise that had none yet."""
    from dlquiz.study.repairing import untouched

    if desk.progress is None:
        return None
    begun = desk.progress.repairs.all()
    if still := next((one.exercise_id for one in reversed(begun) if one.ended is None), None):
        return Advice(Do.REPAIR, Why.FOR_PRACTICE, still)
    met = {one.exercise_id for one in begun}
    for step in reversed(journey(desk.course, desk.progress)):
        if step.state is State.DONE and step.exercise_id not in met and untouched(desk, step.exercise_id):
            return Advice(Do.REPAIR, Why.FOR_PRACTICE, step.exercise_id)
    return None


def after_grading(desk: "Desk", report: "Report", *, own: bool = True) -> Advice:
    """Say what to do after a report; ``own``: it was of the learner's file in the workspace."""
    if report.exit_code == 0:
        if desk.progress is None:
            return Advice(Do.START, Why.NOT_STORED)
        return along_the_path(desk) if own else Advice(Do.KEEP, Why.NOT_OWN, report.exercise)
    if report.complete and _could_not_run(report):
        return Advice(Do.GRADE, Why.UNREADABLE, report.exercise)  # a hint about the exercise would be beside the point
    if report.complete:
        return Advice(Do.HINT, Why.FAILED, report.exercise)
    return Advice(Do.CHECK_MACHINE, Why.BROKEN)


def _could_not_run(report: "Report") -> bool:
    """Say whether the file could not be read or loaded, so that no check says anything of its own."""
    from dlquiz.model.failures import is_of_whole_file
    from dlquiz.model.report import Outcome

    failed = [case for case in report.cases if case.outcome is Outcome.FAILED]
    return bool(failed) and all(map(is_of_whole_file, failed))


def _exercise(step: Step) -> Advice:
    if step.graded:
        return Advice(Do.GRADE, Why.NOT_FULL, step.exercise_id, step.earned, step.possible)
    return Advice(Do.READ, Why.NOT_BEGUN, step.exercise_id, about=step.title)
