"""A person takes a quiz: ask, mark, store at once, show; until the end, ``q``, or the end of the input."""

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from dlquiz.errors import StoreError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Question, Quiz
    from dlquiz.progress import Progress
    from dlquiz.quiz.marking import Answer, Mark
    from dlquiz.quiz.sitting import Sitting, Slot
    from dlquiz.render.quiz import Look

_LONGEST_LINE = 100_000
_PATIENCE = 5
"""Unclear lines in a row after which a program that types the answers is told to stop."""


class Stop(Exception):
    """The person stops here, or the input has ended."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sitting is stored: its row, and the store (None: nothing is stored)."""

    sitting_id: str
    store: "Progress | None"


def look_of(app: "App") -> "Look":
    """Return how to draw on this terminal."""
    from dlquiz.render.quiz import Look

    return Look(width=min(100, shutil.get_terminal_size().columns), plain=app.plain, colour=app.colour)


def take(app: "App", quiz_id: str, quiz: "Quiz", seed: int | None, *, new: bool) -> int:
    """Run one sitting with the person (or the pipe) at stdin; return the exit code."""
    if app.progress is None:
        app.warn("No workspace: your answers are not stored. To keep them, first run: dlquiz start")
    place, sitting, resumed = _open(app, quiz_id, quiz, seed, new=new)
    try:
        sitting = _talk(app, quiz, place, sitting, resumed=resumed)
    except Stop:
        return _stopped(app, quiz_id, place)
    except (click.Abort, KeyboardInterrupt):
        app.warn("")
        _stopped(app, quiz_id, place)
        return 130
    return _finish(app, quiz_id, quiz, place, sitting)


def _open(app: "App", quiz_id: str, quiz: "Quiz", seed: int | None, *, new: bool) -> "tuple[Place, Sitting, bool]":
    """Take up the open sitting, or begin one."""
    from dlquiz.quiz import sitting as steps

    store = app.progress
    stored = None
    with _storing(app):
        stored = store.open_sitting(quiz_id) if store else None
    if stored and store:
        found = _read(app, stored[1])
        if found and not new and seed in (None, found.seed):
            found, notes = steps.reconcile(found, quiz)
            for note in notes:
                app.warn(note)
            return Place(stored[0], store), found, True
        app.warn("The quiz that you had begun is put aside; a new one begins.")
        with _storing(app):
            store.close_sitting(stored[0])
    fresh = steps.begin(quiz_id, quiz, _fresh_seed() if seed is None else seed)
    place = Place(uuid4().hex, store)
    with _storing(app):
        if store:
            store.save_sitting(place.sitting_id, quiz_id, steps.to_json(fresh))
    return place, fresh, False


def _read(app: "App", state: str) -> "Sitting | None":
    from dlquiz.quiz.sitting import from_json

    try:
        return from_json(state)
    except StoreError as error:
        app.warn(f"{error.message}")
        return None


def _fresh_seed() -> int:
    import secrets

    return secrets.randbelow(10**6)


@contextlib.contextmanager
def _storing(app: "App") -> Iterator[None]:
    """Turn a failing store into a warning: a full disk must not end a quiz."""
    try:
        yield
    except StoreError as error:
        app.warn(f"Warning: {error.message} {error.next_step}")


def _talk(app: "App", quiz: "Quiz", place: Place, sitting: "Sitting", *, resumed: bool) -> "Sitting":
    from dlquiz.quiz import sitting as steps
    from dlquiz.quiz.typed import labelled, partners
    from dlquiz.render.quiz import question_lines, title_lines

    look = look_of(app)
    if not sitting.done:  # it is, if the program was killed between the last answer and the score
        at = sitting.position if resumed else None
        _say(app, title_lines(quiz, sitting.length, sitting.seed, look, resumed_at=at))
    while (here := steps.current(sitting, quiz)) is not None:
        slot, question = here
        beside = partners(question)
        options = labelled(slot.options, numbers=bool(beside))
        _say(app, question_lines(question, options, sitting.position, sitting.length, look, partners=beside))
        sitting = _one(app, quiz, place, sitting, slot, question, look)
    return sitting


def _one(
    app: "App", quiz: "Quiz", place: Place, sitting: "Sitting", slot: "Slot", question: "Question", look: "Look"
) -> "Sitting":
    """Ask one question until it is answered; store the answer before a word is said about it."""
    from dlquiz.quiz import sitting as steps
    from dlquiz.quiz.marking import right_answer
    from dlquiz.quiz.typed import labelled, read_typed
    from dlquiz.render.quiz import hint_lines, how_to_answer, mark_lines

    hints = unclear = 0
    while True:
        line = _ask().strip()
        if line.casefold() == "q":
            raise Stop
        if line == "?":
            _say(app, hint_lines(question.hints, hints, look))
            hints += 1
            continue
        if line:
            given = read_typed(question, slot.options, line)
            after, mark = steps.answer(sitting, quiz, given)
            if not mark.unclear:
                _store(app, place, after, slot, given, mark)
            _say(app, mark_lines(question, mark, labelled(slot.options), right_answer(question, quiz.lang), look))
            if not mark.unclear:
                return after
        else:
            _say(app, [f"{how_to_answer(question, labelled(slot.options))} Type ? for a hint, or q to stop."])
        unclear += 1
        if unclear >= _PATIENCE and not sys.stdin.isatty():
            app.warn(f"{_PATIENCE} lines in a row could not be read as an answer.")
            raise Stop


def _ask() -> str:
    """Read one line: from a person with a prompt, from a pipe without one."""
    from dlquiz.quiz.text import printable

    if sys.stdin is None:
        raise Stop
    if sys.stdin.isatty():
        try:
            line: str = click.prompt("Your answer", default="", show_default=False)
        except UnicodeDecodeError:
            return "\ufffd"
        except click.Abort as abort:
            # click folds Ctrl-D and Ctrl-C into one; the first is a way to say "q".
            if isinstance(abort.__context__, EOFError):
                raise Stop from None
            raise
        return line.encode("utf-8", "replace").decode()
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not raw:
        raise Stop
    line = raw.decode("utf-8", "replace")
    click.echo(f"Your answer: {printable(line)}")
    return line


def _store(app: "App", place: Place, after: "Sitting", slot: "Slot", given: "Answer", mark: "Mark") -> None:
    from dlquiz.quiz.sitting import to_json

    if place.store is None:
        return
    answer_json = json.dumps(given if isinstance(given, str | bool | int | float | dict) else list(given))
    with _storing(app):
        # The answer first: killed in between, the question is asked again and its row is replaced.
        place.store.record_answer(
            place.sitting_id, after.quiz_id, slot.question_id, answer_json, mark.correct, mark.score, app.now()
        )
        place.store.save_sitting(place.sitting_id, after.quiz_id, to_json(after))


def _stopped(app: "App", quiz_id: str, place: Place) -> int:
    if place.store is None:
        app.warn("Stopped. Nothing was stored.")
    else:
        app.warn("Stopped. Your place is kept.")
    app.say_next(f"dlquiz quiz {quiz_id}", "goes on here" if place.store else "", err=True)
    return 1


def _finish(app: "App", quiz_id: str, quiz: "Quiz", place: Place, sitting: "Sitting") -> int:
    from dlquiz.quiz import sitting as steps
    from dlquiz.render.quiz import summary_lines

    if place.store is not None:
        with _storing(app):
            place.store.close_sitting(place.sitting_id)
    score = steps.score(sitting)
    again = steps.look_again(steps.wrong_ids(sitting), quiz)
    _say(app, summary_lines(score.earned, score.possible, score.right, score.answered, again, look_of(app)))
    all_right = score.right == score.answered and score.answered > 0
    if not all_right:
        app.say_next(f"dlquiz quiz {quiz_id}", "draws questions again")
    elif app.workspace is None:
        app.say_next("dlquiz quiz list", "the other quizzes")
    else:
        app.say_next("dlquiz next", "what to do now")
    return 0 if all_right else 1


def _say(app: "App", lines: "list[str]") -> None:
    for line in lines:
        app.say(line)
