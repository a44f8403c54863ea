"""Ask the questions of a sitting, one after another: what is typed or chosen goes in, what is to be said comes out.

Sittings, exams and reviews all ask through `Asking`. It reads no keyboard and prints nothing; whoever shows the
questions (a terminal, a page, a notebook) passes the time and each answer. An answer is stored before anything is said
about it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from dlquiz.errors import StoreError
from dlquiz.model.answer_log import Mode
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.quiz import Question, Quiz
from dlquiz.model.view import Asked
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.marking import missing_parts, right_answer
from dlquiz.quiz.sitting import Sitting, Slot
from dlquiz.quiz.typed_input import labelled, partners, read_typed
from dlquiz.quiz.view import seen
from dlquiz.study.desk import Tell

if TYPE_CHECKING:
    from dlquiz.study.store import Progress


@dataclass(frozen=True, slots=True)
class AnswerLog:
    """Where the answers of one sitting are stored (None: nowhere), and as what.

    ``resumes`` says that the sitting itself is stored after each answer, so that it can go on later. A store that
    fails is told and ends nothing: a full disk must not stop a quiz.
    """

    sitting_id: str
    store: "Progress | None"
    mode: Mode
    tell: Tell
    resumes: bool = True

    def save(self, sitting: Sitting) -> None:
        """Store where the sitting stands."""
        if self.store is None or not self.resumes:
            return
        try:
            self.store.save_sitting(self.sitting_id, sitting.quiz_id, steps.to_json(sitting))
        except StoreError as error:
            self._warn(error)

    def add(self, sitting: Sitting, variant: int | None, now: datetime) -> None:
        """Store the last answer of a sitting, and where it stands now."""
        if self.store is None:
            return
        given = sitting.given[-1]
        row = (
            self.sitting_id,
            sitting.quiz_id,
            given.question_id,
            json.dumps(given.answer),
            given.correct,
            given.score,
        )
        try:
            # The answer first: killed in between, the question is asked again and its row is replaced.
            self.store.record_answer(*row, now, sure=given.sure, variant=variant, mode=self.mode)
        except StoreError as error:
            self._warn(error)
            return
        self.save(sitting)

    def remove(self, sitting: Sitting, question_id: str) -> None:
        """Forget the answer to a question, and store where the sitting stands now."""
        if self.store is None:
            return
        try:
            self.store.remove_answer(self.sitting_id, question_id)
        except StoreError as error:
            self._warn(error)
            return
        self.save(sitting)

    def close(self) -> None:
        """Note that the sitting is finished."""
        if self.store is not None and self.resumes:
            self._end(self.store.close_sitting)

    def put_aside(self) -> None:
        """Note that the sitting is given up, and not finished."""
        if self.store is not None and self.resumes:
            self._end(self.store.put_sitting_aside)

    def _end(self, end: Callable[[str], None]) -> None:
        try:
            end(self.sitting_id)
        except StoreError as error:
            self._warn(error)

    def _warn(self, error: StoreError) -> None:
        self.tell(f"Warning: {error.message} {error.next_step}")


@dataclass(frozen=True, slots=True)
class Task:
    """One question as it is put to a person, without its answer.

    ``options`` and ``partners`` stand by what is typed for them; ``time_left`` is None without a limit; ``earlier`` is
    the answer that somebody gave and may change.
    """

    asked: Asked
    options: dict[str, str]
    partners: dict[str, str]
    number: int
    total: int
    time_left: timedelta | None = None
    earlier: Answer | None = None


class Signal(StrEnum):
    """What a line was, if it was neither an answer nor a wish for a hint."""

    STOP = "stop"
    EMPTY = "empty"
    TOO_LATE = "too late"
    NO_HINTS = "no hints"
    MOVED = "moved"
    NOWHERE = "nowhere"
    HAND_IN = "hand in"


@dataclass(frozen=True, slots=True)
class Hint:
    """The next hint: all of the question's, and how many of them were shown before."""

    hints: tuple[str, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An answer that may be less than was meant. The question is still open; the same answer again counts as it is.

    ``missing`` are its parts that were left out; without them, ``read`` says what was read for each blank.
    """

    missing: tuple[str, ...] = ()
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with its mark, and what belongs beside it.

    If the mark is unclear, nothing was stored and the question is still open. ``sure`` is what the person said of it
    so far.
    """

    question: Question
    asked: Asked
    options: dict[str, str]
    mark: Mark
    right_answer: str
    sure: bool | None = None


Reply: TypeAlias = Signal | Hint | Incomplete | Marked


class Asking:
    """A sitting that goes on: its current question, and what follows from an answer.

    Parameters
    ----------
    quiz : Quiz
        What is asked, and marks the answers.
    sitting : Sitting
        Where it stands.
    log : AnswerLog
        Where answers are stored.
    signs : bool
        Whether ``!`` and ``?`` at the end of a line say how sure somebody is.
    place : (int, int), optional
        The number shown and how many there are, where the question is one of many sittings.
    """

    def __init__(
        self,
        quiz: Quiz,
        sitting: Sitting,
        log: AnswerLog,
        *,
        signs: bool = True,
        place: tuple[int, int] | None = None,
    ) -> None:
        self.sitting = sitting
        self.quiz = quiz
        self.log = log
        self._signs = signs
        self._place = place
        self._hints = 0
        self._last_variant: int | None = None
        self._incomplete: Answer | None = None

    def task(self, now: datetime) -> Task | None:
        """Return the current question; None when every one was answered."""
        here = steps.current(self.sitting, self.quiz)
        if here is None:
            return None
        slot, question = here
        asked = seen(question)
        beside = partners(asked)
        number, total = self._place or (self.sitting.position, self.sitting.length)
        options = labelled(slot.options, numbers=bool(beside))
        before = (g.answer for g in self.sitting.given if g.question_id == slot.question_id)
        return Task(asked, options, beside, number, total, self.sitting.time_left(now), next(before, None))

    def hear(self, line: str, now: datetime) -> Reply:
        """Take a line that a person typed: an answer, ``?`` for a hint, ``q`` to stop, or nothing."""
        line = line.strip()
        if self.sitting.is_over(now):
            return Signal.TOO_LATE
        if line.casefold() == "q":
            return Signal.STOP
        if not line:
            return Signal.EMPTY
        if line == "?":
            return self.hint()
        if self.sitting.exam and (way := re.fullmatch(r"[<>]|#\s*(\d{1,4}|end)", line.casefold())):
            return self.go(way[1] or line)
        slot, question = self._here()
        sure: bool | None = None
        if self._signs:
            line, sure = steps.said_sure(self.quiz, slot, line)
        asked = seen(question)
        given = read_typed(asked, slot.options, line)
        # Words that only spaces part: "mini batch" may be one blank, or two.
        parted = asked.blanks > 1 and not slot.options and not re.search("[;,]", line)
        if parted and isinstance(given, tuple) and len(given) == asked.blanks and given != self._incomplete:
            self._incomplete = given
            return Incomplete(read=given)
        return self.answer(given, now, sure=sure)

    def hint(self) -> Hint | Signal:
        """Return the next hint of the current question; there is none in an exam."""
        if self.sitting.exam:
            return Signal.NO_HINTS
        self._hints += 1
        return Hint(self._here()[1].hints, self._hints - 1)

    def go(self, where: str) -> Signal:
        """Go to another question of an exam: ``>`` the next open one, ``<`` the one before, a number, or ``end``."""
        if where == "end":
            return Signal.HAND_IN
        if where == ">":
            moved = steps.skip(self.sitting)
        else:
            number = self.sitting.position - 1 if where == "<" else int(where)
            moved = steps.go_to(self.sitting, self.quiz, number)
        if moved is None:
            return Signal.NOWHERE
        self.sitting, self._incomplete = moved, None
        self.log.save(moved)
        return Signal.MOVED

    def answer(self, given: Answer, now: datetime, *, sure: bool | None = None) -> Marked | Incomplete | Signal:
        """Mark an answer to the current question and store it."""
        if self.sitting.is_over(now):
            return Signal.TOO_LATE
        slot, question = self._here()
        after, mark = steps.answer(self.sitting, self.quiz, given, sure=sure)
        if not mark.unclear:
            missing = missing_parts(question, given)
            if missing and given != self._incomplete:
                self._incomplete = given
                return Incomplete(missing)
            self.sitting, self._hints, self._last_variant, self._incomplete = after, 0, slot.variant, None
            self.log.add(after, slot.variant, now)
        right = right_answer(question, self.quiz.lang)
        return Marked(question, seen(question), labelled(slot.options), mark, right, sure)

    def be_sure(self, sure: bool, now: datetime) -> None:
        """Note how sure the person is of the last answer."""
        self.sitting = steps.be_sure(self.sitting, sure)
        self.log.add(self.sitting, self._last_variant, now)

    def take_back(self) -> None:
        """Take the last answer back, before anything was said about it: its question comes again."""
        last = self.sitting.given[-1]
        self.sitting = steps.take_back(self.sitting)
        self.log.remove(self.sitting, last.question_id)

    def _here(self) -> tuple[Slot, Question]:
        here = steps.current(self.sitting, self.quiz)
        if here is None:
            raise ValueError("every question was answered")
        return here
