"""Ask one question until it is answered; the answer is stored before a word is said about it.

Sittings, exams and reviews all ask through this module.
"""

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from dlquiz.errors import StoreError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._quiz_open import Source
    from dlquiz.model.quiz import Question, Quiz
    from dlquiz.model.sheet import Asked
    from dlquiz.progress import Progress
    from dlquiz.quiz.marking import Mark
    from dlquiz.quiz.sitting import Sitting, Slot
    from dlquiz.render.quiz import Look

_LONGEST_LINE = 100_000
_PATIENCE = 5
"""Unclear lines in a row after which a program that types the answers is told to stop."""
_SURE = {"s": True, "sure": True, "!": True, "u": False, "unsure": False, "not sure": False, "?": False, "": None}


class Stop(Exception):
    """The person stops here, or the input has ended; ``after`` is the sitting if this question was answered."""

    def __init__(self, after: "Sitting | None" = None) -> None:
        super().__init__()
        self.after = after


class TimeIsUp(Exception):
    """An answer came in after the end of an exam."""


class Changed(Exception):
    """The quiz asks something else than what was shown: its file was changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where answers are stored: the id of the sitting, the store (None: nowhere), and what kind of answers they are.

    ``resumes`` says that the sitting itself is stored after each answer, so that it can go on later.
    """

    sitting_id: str
    store: "Progress | None"
    mode: str
    resumes: bool = True


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to ask: its quiz, where to store, the number shown, and whether to ask "are you sure?"."""

    source: "Source"
    place: Place
    number: int
    total: int
    ask_sure: bool = True


def look_of(app: "App") -> "Look":
    """Return how to draw on this terminal."""
    from dlquiz.render.quiz import Look

    width = min(100, shutil.get_terminal_size().columns)
    return Look(width=width, plain=app.plain, colour=app.colour, formulas=_readable)


def _readable(text: str) -> str:
    from dlquiz.cli._formulas import readable_formulas

    return readable_formulas(text, as_code=False)


def say(app: "App", lines: Sequence[str]) -> None:
    """Print lines of the answer."""
    for line in lines:
        app.say(line)


@contextlib.contextmanager
def storing(app: "App") -> Iterator[None]:
    """Turn a failing store into a warning: a full disk must not end a quiz."""
    try:
        yield
    except StoreError as error:
        app.warn(f"Warning: {error.message} {error.next_step}")


def fresh_seed() -> int:
    """Return a seed that nobody has chosen."""
    from random import SystemRandom

    return SystemRandom().randrange(10**6)


def ask(app: "App", asking: Asking, sitting: "Sitting", slot: "Slot", asked: "Asked") -> "Sitting":
    """Show the current question, read lines until one is an answer, mark, store, and (but for an exam) explain.

    Raises
    ------
    Stop
        ``q``, the end of the input, or a program that types nonsense.
    TimeIsUp
        The time of the exam was over when the line came in; it does not count.
    Changed
        The quiz asks something else than what was shown.
    ContentError
        The quiz is broken.
    """
    from dlquiz.quiz.typed import labelled, partners
    from dlquiz.render.quiz import how_to_answer, question_lines, time_left

    look = look_of(app)
    beside = partners(asked)
    options = labelled(slot.options, numbers=bool(beside))
    left = sitting.time_left(app.now())
    note = time_left(left.total_seconds()) if left is not None else ""
    say(app, question_lines(asked, options, asking.number, asking.total, look, partners=beside, note=note))
    asking.source.prepare()
    hints = unclear = 0
    while True:
        line = _read_line().strip()
        if sitting.is_over(app.now()):
            raise TimeIsUp
        if line.casefold() == "q":
            raise Stop
        if line == "?":
            say(app, _hint(asking, sitting, slot, hints, look))
            hints += 1
            continue
        if line:
            after, mark = _answer(app, asking, sitting, slot, line, look)
            if not mark.unclear:
                return after
        else:
            say(app, [f"{how_to_answer(asked, labelled(slot.options))} {_keys(sitting)}"])
        unclear += 1
        if unclear >= _PATIENCE and not sys.stdin.isatty():
            app.warn(f"{_PATIENCE} lines in a row could not be read as an answer.")
            raise Stop


def _keys(sitting: "Sitting") -> str:
    return "Type q to stop." if sitting.exam else "Type ? for a hint, or q to stop."


def _hint(asking: Asking, sitting: "Sitting", slot: "Slot", shown: int, look: "Look") -> list[str]:
    from dlquiz.render.quiz import hint_lines

    if sitting.exam:
        return ["There are no hints in an exam."]
    return hint_lines(_asked_of(asking, slot)[1].hints, shown, look)


def _asked_of(asking: Asking, slot: "Slot") -> "tuple[Quiz, Question]":
    """Return the quiz, and the question that was shown, with its answer."""
    from dlquiz.quiz.sitting import asked

    quiz = asking.source.quiz()
    question = asked(quiz, slot)
    if asking.source.changed or question is None:
        raise Changed
    return quiz, question


def _answer(
    app: "App", asking: Asking, sitting: "Sitting", slot: "Slot", line: str, look: "Look"
) -> "tuple[Sitting, Mark]":
    """Mark and store a line; then ask how sure the person is; then show the mark."""
    from dlquiz.quiz import sitting as steps
    from dlquiz.quiz.marking import right_answer
    from dlquiz.quiz.sheet import seen
    from dlquiz.quiz.typed import labelled, read_typed
    from dlquiz.render.quiz import flow, how_to_answer, mark_lines

    quiz, question = _asked_of(asking, slot)
    sure: bool | None = None
    if asking.ask_sure:
        line, sure = steps.said_sure(quiz, slot, line)
    after, mark = steps.answer(sitting, quiz, read_typed(seen(question), slot.options, line), sure=sure)
    shown = mark_lines(question, mark, labelled(slot.options), right_answer(question, quiz.lang), look)
    if mark.unclear:
        if slot.options or question.kind == "cloze":
            shown += flow(how_to_answer(seen(question), labelled(slot.options)), look)
        say(app, shown)
        return after, mark
    _store(app, asking.place, after, slot)
    stop = False
    if asking.ask_sure and sure is None and sys.stdin is not None and sys.stdin.isatty():
        sure, stop = _are_you_sure(app)
        if sure is not None:
            after = steps.be_sure(after, sure)
            _store(app, asking.place, after, slot)
    say(app, ["Noted."] if sitting.exam else shown)
    if stop:
        raise Stop(after)
    return after, mark


def _are_you_sure(app: "App") -> tuple[bool | None, bool]:
    """Ask a person at a terminal; return what they say, and whether they stop here (after the feedback)."""
    while True:
        try:
            said = _prompt("Sure (s), unsure (u), or Enter").strip().casefold()
        except Stop:
            return None, True
        if said == "q":
            return None, True
        if said in _SURE:
            return _SURE[said], False
        app.say("Type s, u, or only press Enter.")


def _prompt(text: str) -> str:
    try:
        line: str = click.prompt(text, default="", show_default=False)
    except UnicodeDecodeError:
        return "\ufffd"
    except click.Abort as abort:
        # click folds Ctrl-D and Ctrl-C into one; the first is a way to say "q".
        if isinstance(abort.__context__, EOFError):
            raise Stop from None
        raise
    return line.encode("utf-8", "replace").decode()


def _read_line() -> str:
    """Read one line: from a person with a prompt, from a pipe without one."""
    if sys.stdin is None:
        raise Stop
    if sys.stdin.isatty():
        return _prompt("Your answer")
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not raw:
        raise Stop
    from dlquiz.quiz.text import printable  # not for a first question that nobody answers

    line = raw.decode("utf-8", "replace")
    click.echo(f"Your answer: {printable(line)}")
    return line


def _store(app: "App", place: Place, after: "Sitting", slot: "Slot") -> None:
    """Store the last answer of a sitting."""
    from dlquiz.quiz.sitting import to_json

    if place.store is None:
        return
    given = after.given[-1]
    with storing(app):
        # The answer first: killed in between, the question is asked again and its row is replaced.
        place.store.record_answer(
            place.sitting_id,
            after.quiz_id,
            given.question_id,
            json.dumps(given.answer),
            given.correct,
            given.score,
            app.now(),
            sure=given.sure,
            variant=slot.variant,
            mode=place.mode,
        )
        if place.resumes:
            place.store.save_sitting(place.sitting_id, after.quiz_id, to_json(after))
