"""What happened while a submission was loaded: where it stopped, and which packages it did without.

A file that stops is told once, as what it is, and not as the failure of functions that nobody could call. A notebook
goes on after a cell that stops, as Jupyter does.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.names import suggestion
from dlquiz.grading.twins import advice
from dlquiz.sandbox.calls import CallFailed
from dlquiz.sandbox.importer import ORIGIN
from dlquiz.sandbox.standins import known_among
from dlquiz.sandbox.whereabouts import Frame, frames_of
from dlquiz.submission.plain import Submission

MAX_STOPS = 50
"""Stops that are told; a notebook of which more cells stop has one reason for most of them."""
MAX_LOST = 3
"""Cells that may end the whole process; the notebook is given up then."""
SHORT_S = 1.0
"""Seconds that a cell gets once another has been interrupted."""
_FRAMES = 12
_CELL = re.compile(r"cell (\d+)")

HELP = {
    "Permission denied: ": (
        "Inside the sandbox no file can be opened, except those that the exercise brings; values come in as arguments."
    ),
    "Permission denied": "Files, processes and the network are closed inside the sandbox.",  # no file has been named
    "Operation not permitted": "Files, processes and the network are closed inside the sandbox.",
    "No usable temporary directory": "There is no folder to write to inside the sandbox; keep values in memory.",
    "Function not implemented": "The sandbox does not offer this call of the operating system.",
}


@dataclass(frozen=True, slots=True)
class LoadingStop:
    """Where a submission stopped while it was loaded. Texts may hold what a learner's code said.

    ``place`` is ``line 12`` or ``cell 3, line 2``, empty if that is not known; ``went_on`` says that what comes after
    it was run.
    """

    place: str
    cause: str
    message: str
    trace: str
    went_on: bool


class LoadFailed(CallFailed):
    """The submission was not loaded, so nothing in it can be called."""

    def __init__(self, failure: CallFailed, stop: LoadingStop) -> None:
        super().__init__(failure.cause, failure.text, type_name=failure.type_name, trace=stop.trace)
        self.stop = stop


class Loading:
    """What is known of a submission's loading; all its workers load it in the same way.

    Attributes
    ----------
    stops : list of Stop
    stand_ins : set of str
        Packages that were imported and that the exercise does not have.
    lost : set of int
        Cells that ended the process in which they ran: they are left out from then on.
    """

    def __init__(self, submission: Submission, asked_for: frozenset[str] = frozenset()) -> None:
        self._submission, self._asked_for = submission, asked_for
        self.stops: list[LoadingStop] = []
        self.stand_ins: set[str] = set()
        self.lost: set[int] = set()
        self._known: set[int] = set()
        self._interrupted = False

    @property
    def cells(self) -> list[int]:
        """The cells to run, in order, counted from 1; none of an ordinary file."""
        return [number for number in range(1, len(self._submission.cells) + 1) if number not in self.lost]

    def seconds(self, call_s: float) -> float:
        """Seconds after which the next cell is interrupted."""
        return SHORT_S if self._interrupted else call_s / 2

    def note_stand_ins(self, names: object) -> None:
        """Take in what a worker says about stand-ins; only known names count."""
        self.stand_ins |= known_among(names)

    def whole_file(self, failure: CallFailed) -> LoadFailed:
        """Return what the end of an ordinary file means."""
        stop = self._stop(failure, 0, went_on=False)
        self.stops = [stop]
        return LoadFailed(failure, stop)

    def cell(self, number: int, failure: CallFailed, *, interrupted_s: float | None = None, alive: bool = True) -> None:
        """Note that a cell stopped.

        Parameters
        ----------
        interrupted_s : float, optional
            It was interrupted after so many seconds.
        alive : bool
            Whether its process lives on.
        """
        if not alive:
            self.lost.add(number)
        if interrupted_s is not None:
            self._interrupted = True
            text = f"it took more than {interrupted_s:g} s"
            failure = CallFailed("timeout", text, trace=failure.trace, line=failure.line)
        if number not in self._known and len(self.stops) < MAX_STOPS:
            self._known.add(number)
            self.stops.append(self._stop(failure, number, went_on=True))

    def missing(self, name: str, defined: Sequence[str]) -> CaseFailed:
        """Say that a name is not there, and what could be meant or why.

        ``defined`` are the names that are there, as the worker says.
        """
        others = [one for one in defined if one not in self._asked_for]
        said, trace = f"Your file does not define {name}. {suggestion(name, others)}".rstrip(), ""
        if stops := [stop for stop in self.stops if stop.went_on]:
            guilty = next((stop for stop in stops if self._holds(stop, name)), None)
            first, trace = guilty or stops[0], guilty.trace if guilty else ""
            said += f" Your notebook stopped in {first.place}: {first.message.rstrip('.')}."
        return CaseFailed(said, cause="missing", trace=trace)

    def _holds(self, stop: LoadingStop, name: str) -> bool:
        """Whether the cell that stopped is where the name would have been defined."""
        number = int(_CELL.match(stop.place)[1])  # type: ignore[index]  # a stop that went on is a cell's
        starts = self._submission.cells
        lines = self._submission.source.decode("utf-8", "replace").split("\n")
        cell = lines[starts[number - 1] - 1 : starts[number] - 1 if number < len(starts) else None]
        return any(re.match(rf"\s*(def|class)\s+{re.escape(name)}\b|{re.escape(name)}\s*=", line) for line in cell)

    def _stop(self, failure: CallFailed, cell: int, *, went_on: bool) -> LoadingStop:
        frames = frames_of(failure.stack, ORIGIN)
        trace = failure.trace or self.trace_of(frames)
        line = failure.line or next((frame.line for frame in frames if frame.name == "<module>"), 0)
        return LoadingStop(self._place(cell, line), failure.cause, reason(failure), trace, went_on)

    def _place(self, cell: int, line: int) -> str:
        starts = self._submission.cells
        if cell:
            inside = line - starts[cell - 1] + 1
            end = starts[cell] if cell < len(starts) else line + 2
            return f"cell {cell}, line {inside}" if inside > 0 and line < end else f"cell {cell}"
        return f"line {line}" if line else ""

    def trace_of(self, frames: tuple[Frame, ...]) -> str:
        """Return calls in the form of a traceback, the innermost last, with the source's lines."""
        return "".join(map(self._shown, frames[-_FRAMES:]))

    def _shown(self, frame: Frame) -> str:
        main = self._submission
        name = frame.file.removeprefix(f"{ORIGIN}/")
        sources = {module.file: module.source for module in main.modules} | {main.file or main.name: main.source}
        lines = sources.get(name, b"").decode("utf-8", "replace").split("\n")
        file, line = frame.file, frame.line
        if main.cells and name == (main.file or main.name) and (number := bisect_right(main.cells, line)):
            file, line = f"{file}, cell {number}", line - main.cells[number - 1] + 1
        text = lines[frame.line - 1].strip() if frame.line <= len(lines) else ""
        return f'  File "{file}", line {line}, in {frame.name}\n' + (f"    {text}\n" if text else "")


def reason(failure: CallFailed) -> str:
    """Say in a line why code stopped that no check has called."""
    text = quoted(failure.text)
    match failure.cause:
        case "exception":
            return _advised(f"{failure.type_name}: {text}" if text else failure.type_name, text)
        case "syntax":
            return _advised(f"Python cannot read it: {_PLACE.sub('', text)}", text)
        case "memory":
            return "it ran out of memory"
        case "forbidden":
            return f"{text}. {help_for(text)}".rstrip(". ")
        case "crashed":
            return f"it ended the whole process: {text}"
        case _:
            return text


_PLACE = re.compile(r" \([^()]*line \d+\)$")
"""What Python adds to the text of a SyntaxError; the place is told already."""


def quoted(text: str) -> str:
    """Return words of a learner's code so that they cannot pose as ours: a bar before every line after the first."""
    return "\n| ".join(line.strip() for line in text.strip().splitlines() if line.strip())


def _advised(said: str, text: str) -> str:
    return f"{said}. {twin}." if (twin := advice(text)) else said


def help_for(text: str) -> str:
    """Return what helps where the wall refuses something, empty if there is nothing to add."""
    return next((words for key, words in HELP.items() if key in text), "")


def sentence(stop: LoadingStop) -> str:
    """Say where the loading ended, and why."""
    if stop.cause == "syntax":
        return f"Nothing in your file could run{_at(', because of', stop)}. {stop.message}"
    return f"Your file stopped{_at(' at', stop)} while it was loaded: {stop.message}"


def _at(words: str, stop: LoadingStop) -> str:
    return f"{words} {stop.place}" if stop.place else ""
