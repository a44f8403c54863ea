"""The table of a class: one row for each exercise of each learner, as a CSV file that is safe to open."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dlquiz.classroom.book import Book, GradingKey, KeptGrading
from dlquiz.classroom.roll import NOT_GRADED, NOTHING, RollRow
from dlquiz.model.report import Outcome
from dlquiz.text import one_line

GRADED, UNREADABLE, INCOMPLETE, FOUND = "graded", "unreadable", "incomplete", "not graded yet"

COLUMNS = (
    "learner", "id", "section", "exercise", "points", "possible", "share", "late", "state", "first problem", "remarks",
    "file",
)  # fmt: skip

_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""With one of these a cell begins that a spreadsheet would run."""


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One row. The points are None where nothing was graded."""

    row: RollRow
    state: str
    problem: str = ""
    points: float | None = None
    possible: float | None = None
    bonus: float = 0
    grading: int | None = None
    earlier: bool = False
    """Graded with other graders or versions than the present ones."""

    @property
    def share(self) -> float | None:
        """The part of the possible points, 0 to 1; more with bonus points."""
        return None if self.points is None or not self.possible else round(self.points / self.possible, 4)


def grade_rows(rows: Iterable[RollRow], book: Book, keys: Mapping[str, GradingKey]) -> Iterator[GradeRow]:
    """Yield the rows with what the book says of each; a report is held only while its row is made."""
    for row in rows:
        key = keys.get(row.exercise) if row.digest else None
        kept = None if key is None else book.find_counting(key, row.digest) or book.find(key, row.digest)
        if kept is not None:
            yield _graded(row, kept, kept.key != key)
        else:
            yield GradeRow(row, _state(row), "" if row.reason == NOTHING else row.reason)


def _state(row: RollRow) -> str:
    if row.reason == NOTHING:
        return NOTHING
    if not row.reason:
        return FOUND
    return INCOMPLETE if row.reason.startswith(NOT_GRADED) else UNREADABLE


def _graded(row: RollRow, kept: KeptGrading, earlier: bool) -> GradeRow:
    report = kept.report
    points = report.points
    lost = [case for case in report.cases if case.outcome in (Outcome.FAILED, Outcome.BROKEN)]
    problem = f"{lost[0].title}: {lost[0].diagnosis or lost[0].message}" if lost else ""
    state = GRADED if report.complete else INCOMPLETE
    earned = points.earned + points.bonus
    return GradeRow(row, state, problem, earned, points.possible, points.bonus, kept.number, earlier)


def csv_bytes(rows: Iterable[GradeRow], *, bom: bool = False) -> bytes:
    """Return the table as UTF-8; ``bom`` for spreadsheets that take it for something else without."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(map(cells, rows))
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace")


def is_table(beginning: bytes, columns: Sequence[str] = COLUMNS) -> bool:
    """Say whether a file begins as our table does: only such a one is replaced."""
    return beginning.removeprefix(b"\xef\xbb\xbf").startswith(",".join(columns).encode())


def cells(one: GradeRow) -> list[str]:
    """Return the cells of a row; none of them is run by a spreadsheet."""
    row = one.row
    numbers = [f"{number:g}" if number is not None else "" for number in (one.points, one.possible, one.share)]
    person = [row.person.name, row.person.id, row.person.section, row.exercise]
    texts = [one.problem, "; ".join(remarks(one)), row.labels[0] if row.labels else ""]
    return [*map(harmless, person), *numbers, "yes" if row.late else "", one.state, *map(harmless, texts)]


def remarks(one: GradeRow) -> list[str]:
    """Return what else is to be known of a row."""
    more = len(one.row.labels) - 1 if one.row.handin is None else 0
    bonus = [f"with {one.bonus:g} bonus points"] if one.bonus else []
    when = [f"handed in {one.row.when}"] if one.row.when else []
    earlier = ["graded by earlier graders or versions"] if one.earlier else []
    return [*when, *bonus, *earlier, *one.row.remarks, *([f"and {more} more files"] if more > 0 else [])]


def harmless(text: str) -> str:
    """Return a cell on one line, with an apostrophe before what a spreadsheet would run."""
    line = one_line(text, 500)
    return f"'{line}" if line.startswith(_RUNS) or text.startswith(_RUNS) else line


def unharmed(cell: str) -> str:
    """Return what stood in a cell before `harmless`."""
    line = one_line(cell, len(cell))
    return line[1:] if line.startswith("'") and line[1:].startswith(_RUNS) else line


def document(rows: Sequence[GradeRow]) -> list[dict[str, object]]:
    """Return the rows for a JSON document."""
    return [
        {
            "learner": one_line(one.row.person.name, 500),
            "id": one_line(one.row.person.id, 500),
            "section": one_line(one.row.person.section, 500),
            "exercise": one.row.exercise or None,
            "points": one.points,
            "possible": one.possible,
            "share": one.share,
            "late": one.row.late,
            "handed_in_at": one.row.when or None,
            "state": one.state,
            "first_problem": one_line(one.problem, 2000) or None,
            "remarks": [one_line(text, 2000) for text in remarks(one)],
            "files": [one_line(label, 2000) for label in one.row.labels],
            "sha256": one.row.digest or None,
            "grading": one.grading,
        }
        for one in rows
    ]
