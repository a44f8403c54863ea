"""What the processes of a grading say to each other: one line of JSON for each message.

From the parent to a grader process: one :class:`GradingPlan`, then any number of :class:`Work`. Back come
:class:`Collected` and :class:`WallBuilt` once, and for every work its cases, metrics and, at the end,
:class:`Used`. A line says the version of the format and the kind of message; what is malformed, or of another
version, is a :class:`MessageError`: a fault of ours, never of a learner.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from dlquiz.errors import MachineryError
from dlquiz.grading.limits import Budget
from dlquiz.grading.loading import LoadingStop
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles
from dlquiz.submission import Submission

FORMAT_VERSION = 1

Json: TypeAlias = Any
"""A value that JSON can hold: the author's own settings, or what a grader recorded."""


class MessageError(MachineryError):
    """A line between two processes of ours is not a message of this version."""


@dataclass(frozen=True, slots=True)
class GradingPlan:
    """What a grader process has to know before the first submission.

    ``isolation`` is ``kernel`` or ``process`` if asked for, None for the best there is; ``forbidden`` are files that
    exist and that the self-check tries to open; ``case`` picks cases; ``expected`` is how many submissions will come,
    as far as is known; ``watchdog_s`` ends a case that runs longer (None: never, for an author in a debugger);
    ``files`` are what submissions may open; ``stub`` says what the exercise asks for where there is no solution. For
    authors: ``until_lost`` leaves out the cases after the first that is lost, and ``measure`` tells what was measured
    against a threshold.
    """

    grader: str
    packages: tuple[str, ...]
    module: str
    budget: Budget
    data_name: str | None = None
    data_settings: dict[str, Json] = field(default_factory=dict)
    isolation: str | None = None
    forbidden: tuple[str, ...] = ()
    case: str | None = None
    expected: int = 1
    watchdog_s: float | None = None
    files: CourseFiles = NO_FILES
    stub: bytes = b""
    until_lost: bool = False
    measure: bool = False


@dataclass(frozen=True, slots=True)
class Savings:
    """What an author's quick check of a wrong solution does without; a learner's grading does without nothing.

    ``leave_out`` names the functions of cases that are skipped (those that ask for fixtures of the grader's own run
    anyway); ``once``: the first training of a case decides, not the best of three; ``unnamed``: no known mistake is
    looked for.
    """

    leave_out: tuple[str, ...] = ()
    once: bool = False
    unnamed: bool = False


NO_SAVINGS = Savings()


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to grade. ``number`` is its name in every answer."""

    number: int
    submission: Submission
    seed: int
    savings: Savings = NO_SAVINGS


@dataclass(frozen=True, slots=True)
class CaseSpec:
    """What is known of a case before it runs. ``possible`` is 0 for a bonus case, ``bonus`` for every other."""

    id: str
    title: str
    visibility: Literal["public", "hidden"]
    possible: float
    bonus: float
    hint: str | None


@dataclass(frozen=True, slots=True)
class Collected:
    """Which cases will run for each submission, and the ids of those left out because others were asked for."""

    cases: tuple[CaseSpec, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WallBuilt:
    """The wall as the self-check found it; ``reasons`` say why it is less than ``kernel``."""

    isolation: str
    identity: str
    landlock_abi: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseDone:
    """How a case ended. Texts may hold what a learner's code said: the parent cleans them."""

    work: int
    case_id: str
    outcome: str
    message: str = ""
    inputs: str | None = None
    expected: str | None = None
    got: str | None = None
    where: str | None = None
    diagnosis: str | None = None
    cause: str | None = None
    trace: str = ""
    hinted: bool = True
    remarks: tuple[str, ...] = ()
    seconds: float = 0
    output: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """Something that a grader recorded for pictures (see :mod:`dlquiz.model.metrics`)."""

    work: int
    name: str
    value: Json


@dataclass(frozen=True, slots=True)
class Used:
    """The end of a submission, and what its workers used.

    ``peak_kib`` is their memory at the most, ``base_kib`` that of an idle one. ``stops`` and ``stand_ins`` say what
    happened when it was loaded (see :mod:`dlquiz.grading.loading`).
    """

    work: int
    cpu_s: float
    peak_kib: int
    base_kib: int
    calls: int
    stops: tuple[LoadingStop, ...] = ()
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """A call has been running for a while. ``text`` is the last line that the learner's code printed."""

    text: str
    elapsed_s: float
    budget_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The grader process cannot go on, or met something before a case ran."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A signal has asked the grader process to end; what it was grading has no report."""

    signal: str


Message: TypeAlias = (
    GradingPlan | Work | Collected | WallBuilt | CaseDone | Measured | Used | Live | Failed | Interrupted
)

_KINDS: dict[str, type[Any]] = {
    "plan": GradingPlan, "work": Work, "collected": Collected, "wall": WallBuilt, "case": CaseDone,
    "metric": Measured, "used": Used, "live": Live, "failed": Failed, "interrupted": Interrupted,
}  # fmt: skip
_NAMES = {cls: name for name, cls in _KINDS.items()}


def encode(message: Message) -> bytes:
    """Return ``message`` as one line, its end included."""
    body = {"v": FORMAT_VERSION, "kind": _NAMES[type(message)], **_written(message)}
    return json.dumps(body, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes | str) -> Message:
    """Return the message of one line.

    Raises
    ------
    MessageError
        It is no message, of another version, or a field is missing, unknown or of another type.
    """
    try:
        body = json.loads(line)
        version, kind = body.pop("v"), body.pop("kind")
        if version != FORMAT_VERSION:
            raise MessageError(f"a message of version {version}, expected {FORMAT_VERSION}", next_step=_TWO)
        message: Message = _read(_KINDS[kind], body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MessageError(f"not a message: {type(error).__name__}: {error}") from error
    return message


_TWO = "Two installations of dlquiz are mixed: install one of them again."

# -- fields -----------------------------------------------------------------------


def _written(value: Any) -> dict[str, Any]:
    """Return the fields of a message, without those that are what they are by themselves: most of a passing case."""
    cls: type = type(value)
    items = ((name, getattr(value, name), usual, change) for name, usual, change in _shape(cls))
    return {
        name: _plain(item) if change else item
        for name, item, usual, change in items
        if item is not usual and (item != usual or type(item) is not type(usual))
    }


@cache
def _shape(cls: type) -> tuple[tuple[str, Any, bool], ...]:
    """Return the fields of a class: the name, the default, and whether JSON cannot hold its values as they are."""
    hints = get_type_hints(cls)
    return tuple((one.name, one.default, _needs_change(hints[one.name])) for one in fields(cls))


def _needs_change(hint: Any) -> bool:
    if hint is bytes or is_dataclass(hint):
        return True
    return any(map(_needs_change, get_args(hint)))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if is_dataclass(value):
        return _written(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _read(cls: type, body: dict[str, Any]) -> Any:
    readers = _readers(cls)
    if unknown := body.keys() - readers.keys():
        raise TypeError(f"{cls.__name__} has no field {min(unknown)!r}")
    return cls(**{name: readers[name](value) for name, value in body.items()})


@cache
def _readers(cls: type) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(cls)
    return {one.name: _reader(hints[one.name]) for one in fields(cls)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return a function that turns JSON into a value of the type, or raises TypeError."""
    origin, inside = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: value
    if hint is bytes:
        return lambda value: base64.b64decode(value, validate=True)
    if is_dataclass(hint):
        return lambda value: _read(hint, value)  # type: ignore[arg-type]  # a class, as hints of fields are
    if origin is tuple:
        item = _reader(inside[0])
        return lambda value: tuple(map(item, _of(list, value)))
    if origin is dict:
        entry = _reader(inside[1])
        return lambda value: {name: entry(one) for name, one in _of(dict, value).items()}
    if origin is Literal:
        return lambda value: inside[inside.index(value)]
    if origin in (Union, UnionType):
        other = _reader(next(one for one in inside if one is not NoneType))
        return lambda value: None if value is None else other(value)
    # bool is an int, and a whole number is as good as a float.
    wanted = {float: (float, int)}.get(hint, (hint,))
    return lambda value: _one_of(wanted, value)


def _of(kind: type[Any], value: Any) -> Any:
    return _one_of((kind,), value)


def _one_of(kinds: tuple[type, ...], value: Any) -> Any:
    if type(value) not in kinds:
        raise TypeError(f"found {type(value).__name__}, expected {kinds[0].__name__}")
    return value
