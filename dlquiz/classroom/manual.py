"""Points and comments of people: rubric rows and overrides, in a CSV file that the teacher owns.

A sheet is what somebody fills in, and the file keeps all: both have the same columns. An empty cell of a sheet changes
nothing, so two people can fill in two sheets at the same time.
"""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dlquiz.classroom.names import Learner
from dlquiz.classroom.roster import HEADER_COLUMNS, Enrolled
from dlquiz.classroom.rules import OVERRIDE, KnownRules
from dlquiz.classroom.sheets import ReadSheet, SheetRow, read_sheet
from dlquiz.classroom.table import harmless, unharmed
from dlquiz.classroom.work_grades import ByHand, GradeOverride, MarkedRow
from dlquiz.model.codes import Code

COLUMNS: Final = ("learner", "id", "work", "row", "points", "possible", "comment", "reason", "who")
REMOVE: Final = "none"
"""In the place of points: what was given is taken back."""
MOST_POINTS: Final = 10_000
_LONGEST = 500

_KNOWN = HEADER_COLUMNS | {
    **{name: name for name in ("work", "row", "points", "comment", "reason", "who")},
    "exercise": "work",
}


@dataclass(frozen=True, slots=True, order=True)
class ManualKey:
    """For what points are given."""

    work: str
    learner: str
    id: str
    row: str


@dataclass(frozen=True, slots=True)
class ManualPoints:
    """What was given. ``points`` is None where there is a comment only."""

    points: float | None
    comment: str = ""
    reason: str = ""
    who: str = ""


@dataclass(slots=True)
class ManualChanges:
    """What a sheet changes: how many rows are new, changed, taken back."""

    added: int = 0
    changed: list[str] = field(default_factory=list)
    removed: int = 0


PointsGiven = dict[ManualKey, ManualPoints | None]
"""What sheets say; None takes back."""


def read_manual(name: str, rules: KnownRules) -> PointsGiven:
    """Read a sheet, or the file of all.

    Raises
    ------
    UsageError, ContentError
        It cannot be read, or rows have mistakes: all are told with their lines.
    """
    sheet = read_sheet(name, _KNOWN, ("work", "row", "points"))
    found: PointsGiven = {}
    lines: dict[ManualKey, int] = {}
    for row in sheet.rows:
        cells = {column: unharmed(cell) for column, cell in row.cells.items()}
        key = _key(sheet, row, cells, rules)
        given = _given(sheet, row, cells, key, rules) if key is not None else _NOTHING
        if key is None or given == _NOTHING:
            continue
        if key in found and found[key] != given:
            message = f"'{key.row}' of {key.learner} stands in line {lines[key]}, too, and says something else"
            sheet.add(row.line, Code.DUPLICATE_ID, message, "keep one of the two rows")
        found[key], lines[key] = given, row.line
    sheet.stop_if_wrong()
    return found


_NOTHING: Final = ManualPoints(None)


def _key(sheet: ReadSheet, row: SheetRow, cells: Mapping[str, str], rules: KnownRules) -> ManualKey | None:
    """Return what a row is about; None, and its mistakes are noted, if that cannot be told."""
    names = [cells[column] for column in ("id", "login", "email", "name") if cells.get(column)]
    person = next(filter(None, (_person(name, rules) for name in names)), None)
    if person is None:
        message = f"'{names[0]}' is nobody on the roster" if names else "nobody is named here"
        sheet.add(row.line, Code.NOT_THERE, message, "write the id as the roster has it")
    work, name = cells.get("work", ""), cells.get("row", "")
    rubric = rules.said.work(work).rubric
    works = {**rules.said.exercises, **rules.said.quizzes}
    if work not in works:
        sheet.add(row.line, Code.NOT_THERE, f"'{work}' is no work of the rules", f"work: {', '.join(works) or 'none'}")
    elif name != OVERRIDE and name not in rubric:
        rows = ", ".join((*rubric, OVERRIDE))
        sheet.add(row.line, Code.NOT_THERE, f"'{name}' is no row of the rubric of {work}", f"rows: {rows}")
    elif person is not None:
        return ManualKey(work, person.name, person.id, name)
    return None


def _person(name: str, rules: KnownRules) -> Enrolled | None:
    return rules.roster.find(Learner(name, name)) if rules.roster is not None else None


def _given(
    sheet: ReadSheet, row: SheetRow, cells: Mapping[str, str], key: ManualKey, rules: KnownRules
) -> ManualPoints | None:
    """Return what a row gives; `_NOTHING` if it is empty, or its mistakes are noted."""
    written, comment, reason, who = (cells.get(name, "") for name in ("points", "comment", "reason", "who"))
    if written == REMOVE:
        return None
    if any(len(text) > _LONGEST for text in (comment, reason, who)):
        sheet.add(row.line, Code.TOO_LARGE, f"a text is longer than {_LONGEST} characters", "write it shorter")
    points = _number(written)
    most = MOST_POINTS if key.row == OVERRIDE else rules.said.work(key.work).rubric[key.row]
    if written and points is None:
        sheet.add(row.line, Code.NOT_A_NUMBER, f"'{written}' is no number of points", f"write digits, or {REMOVE}")
    elif points is not None and not 0 <= points <= most:
        sheet.add(row.line, Code.OUT_OF_RANGE, f"{points:g} points are not between 0 and {most:g}", "correct them")
    elif key.row == OVERRIDE and (points is not None or comment or reason):
        for name, text in (("points", written), ("reason", reason), ("who", who)):
            if not text:
                sheet.add(row.line, Code.MISSING_FIELD, f"an override needs '{name}'", "fill the cell in")
    return ManualPoints(points, comment, reason, who) if points is not None or comment else _NOTHING


def _number(text: str) -> float | None:
    try:
        number = round(float(text.replace(",", ".")), 4)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def merged(known: PointsGiven, sheets: Iterable[PointsGiven]) -> tuple[PointsGiven, ManualChanges]:
    """Return all that is given when sheets are taken in, and what they change."""
    found, changes = dict(known), ManualChanges()
    for sheet in sheets:
        for key, given in sheet.items():
            old = found.get(key)
            if given is None:
                changes.removed += old is not None
                found.pop(key, None)
            elif old is None:
                changes.added += 1
                found[key] = given
            elif old != given:
                old_points, new_points = (_written(one.points) or "no points" for one in (old, given))
                changes.changed.append(f"{key.learner}, {key.work}, {key.row}: {old_points} → {new_points}")
                found[key] = given
    return found, changes


def manual_bytes(given: PointsGiven, rules: KnownRules) -> bytes:
    """Return a table; reading it again gives the same."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for key in sorted(given):
        one = given[key] or _NOTHING
        rubric = rules.said.work(key.work).rubric
        cells = [harmless(cell) for cell in (key.learner, key.id, key.work, key.row)]
        numbers = [_written(one.points), _written(rubric.get(key.row))]
        table.writerow([*cells, *numbers, *map(harmless, (one.comment, one.reason, one.who))])
    return text.getvalue().encode("utf-8", "replace")


def _written(points: float | None) -> str:
    return "" if points is None else f"{points:.10g}"


def is_manual(path: Path) -> bool:
    """Say whether a file is a table of ours, or empty: only such a one is replaced."""
    with path.open("rb") as file:
        beginning = file.read(200).removeprefix(b"\xef\xbb\xbf")
    return not beginning or beginning.startswith(",".join(COLUMNS).encode())


def sheet_of(known: PointsGiven, people: Sequence[Enrolled], works: Sequence[str], rules: KnownRules) -> PointsGiven:
    """Return a sheet to fill in: every row of the rubrics of everybody, with what is known."""
    found: PointsGiven = {}
    for work in works:
        for person in people:
            for row in (*rules.said.work(work).rubric, OVERRIDE):
                key = ManualKey(work, person.name, person.id, row)
                found[key] = known.get(key, _NOTHING)
    return found


def by_hand(given: PointsGiven, rules: KnownRules) -> dict[tuple[Enrolled, str], ByHand]:
    """Return what was given, by learner and work."""
    found: dict[tuple[Enrolled, str], ByHand] = {}
    for key, one in sorted(given.items()):
        person = _person(key.id or key.learner, rules)
        if person is None or one is None or one.points is None:
            continue
        known = found.get((person, key.work), ByHand())
        if key.row == OVERRIDE:
            hand = ByHand(known.rows, GradeOverride(one.points, one.reason, one.who))
        else:
            possible = rules.said.work(key.work).rubric[key.row]
            hand = ByHand((*known.rows, MarkedRow(key.row, one.points, possible, one.comment, one.who)), known.override)
        found[person, key.work] = hand
    return found
