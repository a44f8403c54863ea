"""Tables that a teacher owns: read from CSV with the line of every row, and told all mistakes at once."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dlquiz.classroom.roster import decoded, squashed
from dlquiz.errors import ContentError, Finding, UsageError
from dlquiz.model.codes import Code
from dlquiz.text import one_line

MAX_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its cells by our names of the columns, and the line in which it begins."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class ReadSheet:
    """A table, and what was found wrong in it."""

    file: str
    rows: list[SheetRow]
    findings: list[Finding] = field(default_factory=list)

    def add(self, line: int, code: Code, message: str, help: str) -> None:
        """Note a mistake."""
        self.findings.append(Finding(self.file, line, 1, code, message, help))

    def stop_if_wrong(self) -> None:
        """Raise ContentError with all mistakes, if there are any."""
        if self.findings:
            count = "a mistake" if len(self.findings) == 1 else f"{len(self.findings)} mistakes"
            raise ContentError(
                f"{self.file} has {count}; nothing of it was taken.",
                findings=sorted(self.findings, key=lambda one: one.line),
                next_step=f"Correct {self.file}, then type the same again.",
            )


def read_sheet(name: str, columns: Mapping[str, str], needed: tuple[str, ...]) -> ReadSheet:
    """Read a CSV file with a line of headers; commas, semicolons or tabs.

    Parameters
    ----------
    name : str
        The file.
    columns : mapping
        From what a header may be, without case and blanks, to our name of the column.
    needed : tuple of str
        Our names of columns that must be there.

    Raises
    ------
    UsageError
        The file cannot be read.
    ContentError
        It is no such table.
    """
    text = decoded(_bytes(name))
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    found = ReadSheet(name, [])
    headers: list[str | None] = []
    before = 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if not headers:
                headers = [columns.get(squashed(header)) for header in row]
            elif any(cell.strip() for cell in row):
                cells = {column: cell for column, cell in zip(headers, row, strict=False) if column is not None}
                found.rows.append(SheetRow(line, cells))
    except csv.Error as error:
        found.add(before + 1, Code.SYNTAX, f"this is not CSV: {one_line(str(error), 200)}", "save it as CSV again")
    for column in needed:
        if column not in headers:
            found.add(
                1, Code.MISSING_FIELD, f"the first line names no column '{column}'", "write it into the first line"
            )
    found.stop_if_wrong()
    return found


def _bytes(name: str) -> bytes:
    try:
        with Path(name).expanduser().open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{name} cannot be read: {reason}.", next_step="Name a CSV file.") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB.", next_step="Name a CSV file.")
    return raw
