"""Take a quiz: begin it, or go on where it stopped."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from dlquiz.errors import ContentError, StoreError
from dlquiz.model.answer_log import Mode
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.siblings import siblings
from dlquiz.quiz.sitting import Sitting
from dlquiz.study.asking import AnswerLog, Asking
from dlquiz.study.days import day_of
from dlquiz.study.path import lessons_met
from dlquiz.study.seeds import fresh_seed

if TYPE_CHECKING:
    from dlquiz.study.desk import Desk
    from dlquiz.study.store import Progress


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to take a quiz. ``minutes`` limits an exam; without ``seed`` one is drawn."""

    seed: int | None = None
    new: bool = False
    exam: bool = False
    minutes: int | None = None
    signs: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A sitting that begins, or goes on."""

    asking: Asking
    resumed: bool


def open_sitting(desk: "Desk", quiz_id: str, quiz: Quiz, wishes: Wishes, now: datetime) -> Opened:
    """Take up the open sitting of a quiz, or begin one; what happens to an old one is told at the desk."""
    store = desk.progress
    stored = _stored(desk, store, quiz_id)
    if store and stored:
        sitting_id, state = stored
        found = _read(desk, state)
        if found and _fits(found, wishes):
            found, notes = steps.reconcile(found, quiz)
            for note in notes:
                desk.tell(note)
            log = AnswerLog(sitting_id, store, _mode(exam=found.exam), desk.tell)
            return Opened(Asking(quiz, found, log, signs=wishes.signs), resumed=True)
        desk.tell("The quiz that you had begun is put aside; a new one begins.")
        AnswerLog(sitting_id, store, Mode.QUIZ, desk.tell).put_aside()
    ends = now + timedelta(minutes=wishes.minutes) if wishes.minutes else None
    seed = fresh_seed() if wishes.seed is None else wishes.seed
    met, last = _met(desk, quiz, wishes), _last_answers(desk, quiz_id, wishes)
    told = _told_today(desk, quiz_id, quiz, now) if last is not None else frozenset[str]()
    fresh = steps.begin(quiz_id, quiz, seed, exam=wishes.exam, ends_at=ends, met=met, last=last, told=told)
    log = AnswerLog(uuid4().hex, store, _mode(exam=wishes.exam), desk.tell)
    log.save(fresh)
    return Opened(Asking(quiz, fresh, log, signs=wishes.signs), resumed=False)


def _met(desk: "Desk", quiz: Quiz, wishes: Wishes) -> frozenset[str] | None:
    """Return the exercises whose questions may be asked; None for all.

    An exam and a seed ask everybody the same. The quiz's own lesson counts as met: somebody asked for this quiz.
    """
    if desk.progress is None or wishes.exam or wishes.seed is not None:
        return None
    met = lessons_met(desk.course, desk.progress) | ({quiz.lesson} if quiz.lesson else set())
    later = [one for one in quiz.questions if (quiz.lesson_of(one) or "") not in {*met, ""}]
    if not later:
        return None
    if len(later) == len(quiz.questions):
        first = quiz.lesson_of(later[0])
        desk.tell(f"These questions belong to lessons that come later in the course, such as that of {first}.")
        return None
    return met


def _last_answers(desk: "Desk", quiz_id: str, wishes: Wishes) -> dict[str, bool] | None:
    """Return whether the last answer to each question was right; None where everybody is asked the same."""
    if desk.progress is None or wishes.exam or wishes.seed is not None:
        return None
    try:
        return {answer.question_id: answer.correct for answer in desk.progress.answers(quiz_id)}
    except StoreError:
        return None  # the desk has told of it already


def _told_today(desk: "Desk", quiz_id: str, quiz: Quiz, now: datetime) -> frozenset[str]:
    """Return the questions of a quiz whose facts were asked today, in other questions of any quiz."""
    answers = desk.progress.answers_all() if desk.progress else []
    today = {(one.quiz_id, one.question_id) for one in answers if day_of(one.answered_at) == day_of(now)}
    if not today:
        return frozenset()
    quizzes = {quiz_id: quiz}
    for other in {one for one, _ in today} & set(desk.course.quiz_ids()):
        with suppress(ContentError):
            quizzes[other] = desk.course.quiz(other)
    same = siblings(quizzes)
    names = {"/".join(key) for key in today}
    return frozenset(one.id for one in quiz.questions if same.get(f"{quiz_id}/{one.id}", frozenset()) & names)


def _stored(desk: "Desk", store: "Progress | None", quiz_id: str) -> tuple[str, str] | None:
    try:
        return store.open_sitting(quiz_id) if store else None
    except StoreError as error:
        desk.tell(f"Warning: {error.message} {error.next_step}")
        return None


def _read(desk: "Desk", state: str) -> Sitting | None:
    try:
        return steps.from_json(state)
    except StoreError as error:
        desk.tell(error.message)
        return None


def _fits(found: Sitting, wishes: Wishes) -> bool:
    """Say whether somebody who wishes this goes on with what they had begun."""
    return not wishes.new and wishes.seed in (None, found.seed) and (found.exam or not wishes.exam)


def _mode(*, exam: bool) -> Mode:
    return Mode.EXAM if exam else Mode.QUIZ
