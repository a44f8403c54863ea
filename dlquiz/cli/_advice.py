"""Advice as commands that can be typed, and the words beside them."""

from dlquiz.study.advice import Advice, Do, Why
from dlquiz.text import shell_word

_COMMANDS = {
    Do.START: "dlquiz start",
    Do.READ: "dlquiz lesson {}",
    Do.GRADE: "dlquiz grade {}",
    Do.QUIZ: "dlquiz quiz {}",
    Do.HINT: "dlquiz hint {}",
    Do.KEEP: "dlquiz grade {} --keep",
    Do.REPAIR: "dlquiz repair {}",
    Do.CHECK_MACHINE: "dlquiz doctor",
    Do.NOTHING: "dlquiz status",
}
_WITH_FILE = (Do.GRADE, Do.KEEP)
_KINDS = {Do.START: "start", Do.READ: "exercise", Do.GRADE: "exercise", Do.QUIZ: "quiz", Do.NOTHING: "done"}


def command(advice: Advice, named: str | None = None) -> str:
    """Return what to type; ``named`` is the file that was named for it."""
    text = _COMMANDS[advice.do].format(advice.subject)
    return f"{text}{file_option(named)}" if advice.do in _WITH_FILE else text


def file_option(named: str | None) -> str:
    """Return the option that names a file again, with a blank before it; empty without one."""
    return f" --file {shell_word(named)}" if named else ""


def kind(advice: Advice) -> str:
    """Return what ``dlquiz next --json`` calls it."""
    return _KINDS[advice.do]


def words(advice: Advice, named: str | None = None) -> str:
    """Return why, for a person; ``named`` is the file that was named."""
    match advice.why:
        case Why.NO_WORKSPACE:
            return "makes the folder for your work"
        case Why.NOT_STORED:
            return "makes a folder in which your points are kept, and brings the next exercise"
        case Why.NOT_FULL:
            points = f"you have {advice.earned:g} of {advice.possible:g} points"
            return f"{points}; after a change, grade again"
        case Why.BELONGS_TO:
            return f"belongs to {advice.about}"
        case Why.BELOW:
            best, needed = f"your best is {advice.earned:.0%}", f"{advice.possible:.0%}"
            return f"{best}; at {needed} it is done, or when each question was right once"
        case Why.NOT_TAKEN:
            return "every exercise is done"
        case Why.FAILED:
            return f"then edit, and: dlquiz grade {advice.subject}{file_option(named)}"
        case Why.UNREADABLE:
            return "after you have repaired the line above"
        case Why.NOT_OWN:
            return "counts it as your own progress; as a file that you named it was not stored"
        case Why.BROKEN:
            return "something of ours or of this machine broke; it cost you no points"
        case Why.FOR_PRACTICE:
            return "a broken program to mend; nobody has to"
        case Why.NOT_BEGUN | Why.FINISHED:
            return advice.about
