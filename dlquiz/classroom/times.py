"""When something was handed in, and who says so: a CSV file, the LMS, or a commit; never a file's own time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import PurePosixPath

from dlquiz.classroom.git_time import committed_at
from dlquiz.classroom.handin import HandedIn
from dlquiz.classroom.names import Learner
from dlquiz.classroom.roster import HEADER_COLUMNS, Enrolled, Roster, squashed
from dlquiz.classroom.sheets import read_sheet
from dlquiz.errors import WorkError
from dlquiz.model.class_rules import FIRST_YEAR, LAST_YEAR
from dlquiz.model.codes import Code
from dlquiz.submission.notebook import MAX_NOTEBOOK_BYTES
from dlquiz.text import one_line

_COLUMNS = HEADER_COLUMNS | {
    **dict.fromkeys("exercise work assignment quiz".split(), "exercise"),
    **dict.fromkeys("time handedin handedinat submissiontime submittedat submitted timestamp".split(), "time"),
    "file": "file",
}
_WHO = ("id", "login", "email", "name")


@dataclass(frozen=True, slots=True)
class HandInTime:
    """A moment, and where it comes from."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One row of a CSV of times; empty where it says nothing."""

    exercise: str
    file: str
    time: HandInTime


@dataclass(slots=True)
class TimeTable:
    """The rows of a CSV of times: by whom they name, and those that name a file only."""

    of_people: dict[Enrolled | str, list[TimeRow]] = field(default_factory=dict)
    of_files: list[TimeRow] = field(default_factory=list)

    def add(self, row: TimeRow, whom: Iterable[Enrolled | str]) -> None:
        """Note a row; with nobody it is about its file."""
        named = set(whom)
        for one in named:
            self.of_people.setdefault(one, []).append(row)
        if not named:
            self.of_files.append(row)

    def find(self, people: Sequence[Enrolled], exercise: str, label: str, *, newest: bool) -> HandInTime | None:
        """Return the time of a hand-in; a row that names no file is about the ``newest`` of several attempts."""
        keys: set[Enrolled | str] = {squashed(text) for one in people for text in (one.id, one.name)}
        rows = [row for key in (*people, *keys) for row in self.of_people.get(key, ())] + self.of_files
        fitting = [
            row
            for row in rows
            if row.exercise in ("", exercise) and (_ends_with(label, row.file) if row.file else newest)
        ]
        # One that names the file comes first; of several times the latest.
        best = max(fitting, key=lambda row: (bool(row.file), row.time.at), default=None)
        return None if best is None else best.time


def read_times(name: str, zone: tzinfo, exercises: Sequence[str], roster: Roster | None) -> TimeTable:
    """Read a CSV of times: who, when, and of which exercise if it is not all the same.

    Raises
    ------
    UsageError, ContentError
        It cannot be read, or a row has a mistake; all are told with their lines.
    """
    sheet = read_sheet(name, _COLUMNS, ("time",))
    found = TimeTable()
    for row in sheet.rows:
        cells = {column: one_line(cell, 500) for column, cell in row.cells.items()}
        first_last = f"{cells.get('first', '')} {cells.get('last', '')}".strip()
        names = tuple(filter(None, [*(cells.get(column, "") for column in _WHO), first_last]))
        exercise, said = cells.get("exercise", ""), cells.get("time", "")
        if not said:
            continue  # an LMS lists those who handed in nothing, too
        at = read_time(said, zone)
        if at is None:
            sheet.add(row.line, Code.TIME, f"'{said}' is no time", "write it as 2026-10-05 23:59, or with +02:00")
        if exercise and exercise not in exercises:
            known = f"exercises: {', '.join(exercises[:20])}"
            sheet.add(row.line, Code.NOT_THERE, f"there is no exercise '{exercise}'", known)
        keys = [key for key in map(squashed, names) if key]
        if not keys and not cells.get("file"):
            sheet.add(row.line, Code.EMPTY, "nobody is named here", "write an id, a name, a login, an email or a file")
        if at is not None:
            time = HandInTime(at, f"in {name}, line {row.line}")
            # The surest name decides: an id before a name that two may have.
            people = next(filter(None, (_known(text, roster) for text in names)), ())
            found.add(TimeRow(exercise, cells.get("file", ""), time), people or keys)
    sheet.stop_if_wrong()
    return found


def _known(name: str, roster: Roster | None) -> tuple[Enrolled, ...]:
    return roster.members(Learner(name, name)) if roster is not None else ()


def read_time(text: str, zone: tzinfo) -> datetime | None:
    """Return a time as programs write it; one without a zone of its own is by the clock in ``zone``."""
    bare = re.sub(r"\s*(?:UTC|Z)$", "+00:00", text.strip())
    bare = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", bare)
    bare = re.sub(r"(\.\d{6})\d+", r"\1", bare)
    try:
        at = datetime.fromisoformat(bare)
    except ValueError:
        return None
    if ":" not in bare or not FIRST_YEAR < at.year < LAST_YEAR:
        return None  # a date alone says no time
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    # What the clock shows twice is the earlier one: the learner is not to suffer for it.
    return min(at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def time_of(
    handin: HandedIn, people: Sequence[Enrolled], times: TimeTable, zone: tzinfo, *, newest: bool
) -> HandInTime | None:
    """Return when something was handed in: as the CSV says, else the LMS, else its commit; None if nobody says."""
    said = times.find(people, handin.exercise, handin.piece.label, newest=newest)
    if said is not None:
        return said
    if handin.when and (at := read_time(handin.when, zone)) is not None:
        return HandInTime(at, handin.said_by)
    return _from_commit(handin)


def _from_commit(handin: HandedIn) -> HandInTime | None:
    home = None if handin.home is None else handin.piece.place.folder(handin.home)
    if home is None or handin.piece.inner or not (home / ".git").is_dir():
        return None
    try:
        content = handin.piece.read(MAX_NOTEBOOK_BYTES)
    except WorkError:
        return None
    path = PurePosixPath(handin.piece.path).relative_to(handin.home or ".").as_posix()
    commit = committed_at(home, path, content)
    if commit is None:
        return None
    return HandInTime(commit.at, f"in commit {commit.sha[:7]}, whose author can set it")


def _ends_with(label: str, file: str) -> bool:
    parts, wanted = PurePosixPath(label).parts, PurePosixPath(file).parts
    return bool(wanted) and parts[-len(wanted) :] == wanted
