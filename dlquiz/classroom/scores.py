"""Scores of quizzes as a CSV file: what ``class quiz`` writes, and ``class grades`` takes in."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dlquiz.classroom.names import Learner
from dlquiz.classroom.quiz_files import QuizMark
from dlquiz.classroom.reckoning import ClassAttempt
from dlquiz.classroom.roster import HEADER_COLUMNS, Enrolled
from dlquiz.classroom.rules import KnownRules
from dlquiz.classroom.sheets import read_sheet
from dlquiz.classroom.table import harmless, unharmed
from dlquiz.classroom.times import HandInTime, TimeTable, read_time
from dlquiz.model.codes import Code

COLUMNS: Final = (
    "learner", "id", "section", "quiz", "points", "possible", "handed in", "source", "late", "problem", "file",
)  # fmt: skip
ITEM_BEGINNING: Final = '{"attempts": '
_KNOWN = HEADER_COLUMNS | {
    **{name: name for name in ("quiz", "points", "possible", "source", "late", "problem", "file")},
    "handedin": "at",
}


@dataclass(frozen=True, slots=True)
class QuizScore:
    """One file of answers of one learner, as it counts."""

    person: Enrolled
    quiz: str
    attempt: ClassAttempt


def scored(quiz_id: str, marks: Sequence[QuizMark], times: TimeTable, rules: KnownRules) -> list[QuizScore]:
    """Return the marks as attempts, with their times: by a CSV, or as the LMS says."""
    newest = {mark.person: mark for mark in marks}
    found = []
    for place, mark in enumerate(marks):
        time = _time(mark, quiz_id, times, rules, newest=newest[mark.person] is mark)
        at, source = (time.at, time.source) if time is not None else (None, "")
        attempt = ClassAttempt(
            mark.file.label, place, mark.earned, mark.possible or None, at, source, mark.file.late, mark.problem
        )
        found.append(QuizScore(mark.person, quiz_id, attempt))
    return found


def _time(mark: QuizMark, quiz_id: str, times: TimeTable, rules: KnownRules, *, newest: bool) -> HandInTime | None:
    said = times.find((mark.person,), quiz_id, mark.file.label, newest=newest)
    if said is not None:
        return said
    at = read_time(mark.file.when, rules.zone) if mark.file.when else None
    return HandInTime(at, mark.file.said_by) if at is not None else None


def score_bytes(scores: Iterable[QuizScore]) -> bytes:
    """Return the table; reading it again gives the same."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for one in scores:
        made = one.attempt
        numbers = ["" if value is None else f"{value:.10g}" for value in (made.points, made.possible)]
        who = [harmless(cell) for cell in (one.person.name, one.person.id, one.person.section, one.quiz)]
        when = [made.at.isoformat() if made.at else "", harmless(made.source), "yes" if made.said_late else ""]
        table.writerow([*who, *numbers, *when, harmless(made.problem), harmless(made.label)])
    return text.getvalue().encode("utf-8", "replace")


def item_bytes(scores: Iterable[QuizScore], marks: Iterable[QuizMark]) -> bytes:
    """Return each answer of each file with its score, as ``dlquiz quiz analyse`` takes it: numbers, and no names."""
    people: dict[Enrolled, str] = {}
    rows = []
    for one, mark in zip(scores, marks, strict=True):
        who = people.setdefault(one.person, f"learner {len(people) + 1}")
        when = {"time": one.attempt.at.isoformat()} if one.attempt.at else {}
        for item in mark.items:
            score = 0.0 if item.mark is None else item.mark.score
            row = {"learner": who, "quiz": one.quiz, "question": item.question.id, "answer": item.answer}
            rows.append({**row, "score": score, **when})
    return f"{ITEM_BEGINNING}{json.dumps(rows, ensure_ascii=False, indent=0)}}}\n".encode("utf-8", "replace")


def read_scores(name: str, rules: KnownRules) -> list[QuizScore]:
    """Read a table of scores.

    Raises
    ------
    UsageError, ContentError
        It cannot be read, or rows have mistakes: all are told with their lines.
    """
    sheet = read_sheet(name, _KNOWN, ("quiz", "points", "possible"))
    found = []
    for place, row in enumerate(sheet.rows):
        cells = {column: unharmed(cell) for column, cell in row.cells.items()}
        names = [cells[column] for column in ("id", "login", "email", "name") if cells.get(column)]
        people = [rules.roster.find(Learner(one, one)) for one in names] if rules.roster is not None else []
        person = next((one for one in people if one is not None), None)
        points, possible = (_number(cells.get(column, "")) for column in ("points", "possible"))
        at = read_time(cells["at"], rules.zone) if cells.get("at") else None
        if person is None:
            if points is not None:
                message = f"'{names[0] if names else ''}' is nobody on the roster"
                sheet.add(row.line, Code.NOT_THERE, message, "write the id as the roster has it")
            continue
        if cells.get("at") and at is None:
            sheet.add(row.line, Code.TIME, f"'{cells['at']}' is no time", "write it as 2026-10-05 23:59")
        if any(cells.get(column) and number is None for column, number in (("points", points), ("possible", possible))):
            sheet.add(row.line, Code.NOT_A_NUMBER, "points and possible must be numbers from 0 on", "write digits")
        elif points is not None and not possible:
            sheet.add(row.line, Code.NOT_A_NUMBER, "'possible' must be more than 0", "write how many there were")
        quiz, problem = cells.get("quiz", ""), cells.get("problem", "")
        label, source, late = cells.get("file", "") or f"row {row.line}", cells.get("source", ""), cells.get("late", "")
        attempt = ClassAttempt(label, place, points, possible, at, source, bool(late), problem)
        found.append(QuizScore(person, quiz, attempt))
    sheet.stop_if_wrong()
    return found


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= 1_000_000 else None
