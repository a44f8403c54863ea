"""The rules of a class as its teacher writes them: ``class.yaml``."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dlquiz.model.codes import Code, fail
from dlquiz.model.ids import Id

MAX_DAYS: Final = 366
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOMENT: Final = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?$"
DURATION: Final = r"^\s*(\d+(\.\d+)?\s*(minutes?|min|hours?|h|days?|d)\s*)+$"
MAX_NAME: Final = 100

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(minute|min|hour|h|day|d)")
_UNITS = {"minute": "minutes", "min": "minutes", "hour": "hours", "h": "hours", "day": "days", "d": "days"}

AttemptPolicy = Literal["best", "last", "average"]
UnknownTime = Literal["accept", "flag", "refuse"]


def _moment(value: Any, end_of_day: bool) -> datetime:
    """Read a date and a time; without a zone it is naive, and meant in the zone of the class."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not re.fullmatch(MOMENT, text, re.ASCII):
        fail(
            Code.TIME,
            f"must be a date, or a date and a time, found '{str(value)[:40]}'",
            "write it as 2026-10-05 23:59; a zone of its own may follow, such as +02:00",
        )
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(Code.TIME, f"there is no such date or time: '{text}'", "look at the calendar: the form is year-month-day")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        fail(Code.TIME, f"the year {found.year} is not between {FIRST_YEAR} and {LAST_YEAR}", "correct the year")
    return found.replace(hour=23, minute=59) if end_of_day and ":" not in text else found


def _due(value: Any) -> datetime:
    return value if isinstance(value, datetime) else _moment(value, end_of_day=True)


def _start(value: Any) -> datetime:
    return value if isinstance(value, datetime) else _moment(value, end_of_day=False)


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    text = value.lower() if isinstance(value, str) else ""
    if not re.fullmatch(DURATION, text, re.ASCII):
        fail(Code.TIME, f"must be a duration, found '{str(value)[:40]}'", "write it as 15 minutes, 1 hour or 2 days")
    units: dict[str, float] = {}
    for number, unit in _PART.findall(text):
        units[_UNITS[unit]] = units.get(_UNITS[unit], 0) + float(number[:12])
    length = timedelta(**units) if max(units.values()) < 1_000_000 else timedelta.max
    if length > timedelta(days=MAX_DAYS):
        fail(Code.TIME, f"a duration is at most {MAX_DAYS} days, found '{text[:40].strip()}'", "take a shorter one")
    return length


def _name(value: str) -> str:
    if len(value) > MAX_NAME or value != " ".join(value.split()):
        fail(
            Code.BAD_FORM,
            f"must be one line of at most {MAX_NAME} characters, with single blanks",
            "write it as the LMS does",
        )
    return value


Name = Annotated[str, Field(min_length=1), AfterValidator(_name)]
"""Of a person, a section or a group: one line, as the LMS or the roster writes it."""
DueTime = Annotated[datetime, BeforeValidator(_due)]
"""To the minute; a date alone means the end of that day."""
StartTime = Annotated[datetime, BeforeValidator(_start)]
"""A date alone means the beginning of that day."""
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Percent = Annotated[float, Field(ge=0, le=100)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LatePolicy(_Model):
    """What being late costs: nothing within ``grace``, then so much for each day begun, never more than ``cap``."""

    grace: Duration = timedelta()
    percent_per_day: Percent = 0
    of: Literal["earned", "possible"] = "earned"
    cap: Percent = 100
    closes_after: Duration | None = None


class WorkRules(_Model):
    """What holds for one exercise or one quiz."""

    due: DueTime | None = None
    due_in: dict[Name, DueTime] = Field(default_factory=dict)
    weight: float = Field(1, ge=0, le=1000)
    attempts: AttemptPolicy | None = None
    late: LatePolicy | None = None
    rubric: dict[Name, Annotated[float, Field(gt=0, le=10_000)]] = Field(default_factory=dict)


class ListedLearner(_Model):
    """One person, where there is no roster of the LMS."""

    id: Name
    name: Name
    email: Name | None = None
    login: Name | None = None
    section: Name | None = None


class GroupRules(_Model):
    """People who hand in together; without ``exercises`` all of them."""

    name: Name
    members: tuple[Name, ...] = Field(min_length=2, max_length=20)
    exercises: tuple[Id, ...] = ()


def _one_of_three(value: "Extension") -> "Extension":
    said = [value.until is not None, value.by is not None, value.excused]
    if sum(said) != 1:
        fail(
            Code.WRONG_COUNT,
            "each of 'extensions' says exactly one of until, by and excused",
            "write until: 2026-10-08 23:59, or by: 3 days, or excused: true",
        )
    return value


class Extension(_Model):
    """More time for one person, or none asked of them at all; without ``work`` for everything."""

    learner: Name
    work: Id | None = None
    until: DueTime | None = None
    by: Duration | None = None
    excused: bool = False
    reason: Name


class ClassRules(_Model):
    """``class.yaml``."""

    format_version: Literal[1]
    title: Name
    timezone: Name
    roster: Name | None = None
    learners: tuple[ListedLearner, ...] = ()
    sections: tuple[Name, ...] = ()
    groups: tuple[GroupRules, ...] = ()
    exercises: dict[Id, WorkRules] = Field(default_factory=dict)
    quizzes: dict[Id, WorkRules] = Field(default_factory=dict)
    attempts: AttemptPolicy = "last"
    late: LatePolicy = LatePolicy()
    unknown_time: UnknownTime = "flag"
    extensions: tuple[Annotated[Extension, AfterValidator(_one_of_three)], ...] = ()
    drop_lowest: int = Field(0, ge=0, le=100)
    release: StartTime | None = None
    anonymous: bool = False
    seed: int | None = Field(None, ge=0, le=2**53 - 1)

    def work(self, name: str) -> WorkRules:
        """Return what holds for an exercise or a quiz; the defaults for one that is not named."""
        return self.exercises.get(name) or self.quizzes.get(name) or WorkRules()
