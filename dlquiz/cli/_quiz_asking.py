"""Ask the questions of a sitting at a terminal, or in a pipe. Sittings, exams and reviews all ask through `ask`."""

import contextlib
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dlquiz.study.asking import Asking, Hint, Incomplete, Marked, Signal, Task

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.render.quiz import Look

_LONGEST_LINE = 100_000
_PATIENCE = 5
"""Unclear lines in a row after which a program that types the answers is told to stop."""
_SURE = {"s": True, "sure": True, "!": True, "u": False, "unsure": False, "not sure": False, "?": False, "": None}


class _TakeBack(Exception):
    """The person wants to answer the question again, before its mark is shown."""


class PersonStops(Exception):
    """The person stops here, or the input has ended."""


class HandIn(Exception):
    """The person ends an exam, whatever is open."""


class TimeIsUp(Exception):
    """An answer came in after the end of an exam."""


def look_of(app: "App") -> "Look":
    """Return how to draw on this terminal."""
    from dlquiz.render.quiz import Look

    width = min(100, shutil.get_terminal_size().columns)
    return Look(width=width, plain=app.plain, colour=app.colour, formulas=_readable)


def _readable(text: str) -> str:
    from dlquiz.render.formulas import readable_formulas

    return readable_formulas(text, as_code=False)


def say(app: "App", lines: Sequence[str]) -> None:
    """Print lines of the answer."""
    for line in lines:
        app.say(line)


def ask(app: "App", asking: Asking, task: Task, *, ask_sure: bool = True) -> None:
    """Show the current question, and read lines until one is an answer.

    Raises
    ------
    Stop
        ``q``, the end of the input, or a program that types nonsense.
    HandIn
        ``#end`` in an exam.
    TimeIsUp
        The time of the exam was over when the line came in; it does not count.
    """
    while not _ask_once(app, asking, task, ask_sure=ask_sure):
        again = asking.task(app.now())
        assert again is not None
        task = again


def _ask_once(app: "App", asking: Asking, task: Task, *, ask_sure: bool) -> bool:
    """Ask until there is an answer; return whether it stands (False: it was taken back)."""
    look = look_of(app)
    say(app, _task_lines(task, look))
    unclear = 0
    while True:
        reply = asking.hear(_read_line(), app.now())
        match reply:
            case Signal.STOP:
                raise PersonStops
            case Signal.TOO_LATE:
                raise TimeIsUp
            case Signal.HAND_IN:
                raise HandIn
            case Signal.MOVED:
                return True
            case Marked() if not reply.mark.unclear:
                return _accept(app, asking, reply, look, ask_sure=ask_sure)
        say(app, _not_an_answer(reply, task, asking, look))
        unclear += reply is Signal.EMPTY or isinstance(reply, Marked | Incomplete)
        if unclear >= _PATIENCE and not sys.stdin.isatty():
            app.warn(f"{_PATIENCE} lines in a row could not be read as an answer.")
            raise PersonStops


def _task_lines(task: Task, look: "Look") -> list[str]:
    from dlquiz.render.quiz import earlier_lines, question_lines, time_left

    note = "" if task.time_left is None else time_left(task.time_left.total_seconds())
    beside = task.partners
    lines = question_lines(task.asked, task.options, task.number, task.total, look, partners=beside, note=note)
    return lines if task.earlier is None else [*lines, *earlier_lines(task.earlier, look)]


def _not_an_answer(reply: Signal | Hint | Incomplete | Marked, task: Task, asking: Asking, look: "Look") -> list[str]:
    """Return what to say to a line that leaves the question open."""
    from dlquiz.render.quiz import flow, hint_lines, how_to_answer, incomplete_text, mark_lines

    match reply:
        case Incomplete(missing, read):
            return flow(incomplete_text(missing, read), look)
        case Signal.NOWHERE:
            return flow(f"No other question there. They have the numbers 1 to {task.total}; #end hands in.", look)
        case Hint(hints, shown):
            return hint_lines(hints, shown, look)
        case Signal.NO_HINTS:
            return ["There are no hints in an exam."]
        case Marked():
            lines = mark_lines(reply.question, reply.mark, reply.options, reply.right_answer, look)
            if reply.options or reply.asked.blanks:
                lines += flow(how_to_answer(reply.asked, reply.options), look)
            return lines
    keys = "Type q to stop." if asking.sitting.exam else "Type ? for a hint, or q to stop."
    return flow(f"{how_to_answer(task.asked, task.options)} {keys}", look)


def _accept(app: "App", asking: Asking, marked: Marked, look: "Look", *, ask_sure: bool) -> bool:
    """Ask how sure the person is of an answer that is stored already; then show its mark, unless it is taken back."""
    from dlquiz.render.quiz import mark_lines

    stop = False
    if ask_sure and marked.sure is None and sys.stdin is not None and sys.stdin.isatty():
        try:
            sure, stop = _are_you_sure(app)
        except _TakeBack:
            asking.take_back()
            return False
        if sure is not None:
            asking.be_sure(sure, app.now())
    if asking.sitting.exam:
        app.say("Noted.")
    else:
        say(app, mark_lines(marked.question, marked.mark, marked.options, marked.right_answer, look))
        if not (stop or marked.mark.correct) and sys.stdin is not None and sys.stdin.isatty():
            # The next question would push what was wrong off a small screen.
            stop = _prompt("Enter goes on").strip().casefold() == "q"
    if stop:
        raise PersonStops
    return True


def _are_you_sure(app: "App") -> tuple[bool | None, bool]:
    """Ask a person at a terminal; return what they say, and whether they stop here (after the feedback)."""
    while True:
        try:
            said = _prompt("Sure (s), unsure (u), or Enter").strip().casefold()
        except PersonStops:
            return None, True
        if said == "<":
            raise _TakeBack
        if said == "q":
            return None, True
        if said in _SURE:
            return _SURE[said], False
        app.say("Type s, u, or only press Enter. To change your answer, type <.")


def _prompt(text: str) -> str:
    _edit_lines()
    try:
        line = input(f"{text}: ")
    except UnicodeDecodeError:
        return "\ufffd"
    except EOFError:
        # Ctrl-D is a way to say "q".
        click.echo()
        raise PersonStops from None
    return line.encode("utf-8", "replace").decode()


def _edit_lines() -> None:
    """Let the arrow keys and Ctrl-L work at a prompt, where Python has readline."""
    with contextlib.suppress(ImportError):
        import readline

        # What the arrow up brings back would be answers to other questions.
        readline.set_auto_history(False)


def hand_in(app: "App", asking: Asking) -> bool:
    """Ask a person whose exam is answered; return False if they go to a question once more.

    Raises
    ------
    Stop
        ``q``, or the end of the input: the exam is not handed in yet.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return True
    app.say("\nEvery question has an answer. Press Enter to hand in, or type # and a number (#2) to change an answer.")
    while said := _prompt("Hand in").strip():
        if said.casefold() == "q":
            raise PersonStops
        if said.casefold() == "#end":
            return True
        number = said.removeprefix("#").strip()
        if number.isascii() and number.isdigit() and asking.go(number) is Signal.MOVED:
            return False
        app.say(f"The questions have the numbers 1 to {asking.sitting.length}.")
    return True


def _read_line() -> str:
    """Read one line: from a person with a prompt, from a pipe without one."""
    if sys.stdin is None:
        raise PersonStops
    if sys.stdin.isatty():
        return _prompt("Your answer")
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not raw:
        raise PersonStops
    from dlquiz.quiz.folding import printable

    line = raw.decode("utf-8", "replace")
    click.echo(f"Your answer: {printable(line)}")
    return line
