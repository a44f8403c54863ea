"""Grades by rules as CSV tables: all of each piece of work, and the totals; for the teacher, or for everybody."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from dlquiz.classroom.reckoning import JudgedAttempt, shown
from dlquiz.classroom.rules import KnownRules
from dlquiz.classroom.table import harmless
from dlquiz.classroom.work_grades import LearnerGrades, WorkGrade
from dlquiz.text import one_line

WORK_COLUMNS: Final = (
    "learner", "id", "section", "work", "grade", "possible", "state", "points before", "taken off %", "late by",
    "handed in", "source", "file", "to decide", "reckoning",
)  # fmt: skip
TOTAL_COLUMNS: Final = ("learner", "id", "section", "public id", "total %", "to decide", "left out")
PUBLIC_COLUMNS: Final = ("learner", "total %")


def work_bytes(grades: Iterable[LearnerGrades], rules: KnownRules, *, bom: bool = False) -> bytes:
    """Return one row for each piece of work of each learner, with the whole reckoning."""
    return _table(WORK_COLUMNS, (_work_cells(one, rules) for learner in grades for one in learner.works), bom=bom)


def _work_cells(one: WorkGrade, rules: KnownRules) -> list[str]:
    counted = one.reckoned.counted
    who = [one.person.name, one.person.id, one.person.section, one.work]
    numbers = [_written(one.points), _written(one.possible), one.state]
    details = [_joined([_detail(judged, name, rules) for judged in counted]) for name in _DETAILS]
    return [*map(harmless, who), *numbers, *details, harmless("; ".join(one.flags)), harmless(" ".join(one.told))]


_DETAILS: Final = ("points", "percent", "late", "at", "source", "label")


def _detail(one: JudgedAttempt, name: str, rules: KnownRules) -> str:
    made = one.attempt
    match name:
        case "points":
            return _written(made.points)
        case "percent":
            return f"{one.percent:g}" if made.at is not None else ""
        case "late":
            hours, minutes = divmod(int(one.late_by.total_seconds()) // 60, 60)
            return f"{hours}:{minutes:02}" if one.late_by else ""
        case "at":
            return shown(made.at, rules.zone) if made.at is not None else ""
        case "source":
            return made.source
        case _:
            return made.label


def _joined(texts: Sequence[str]) -> str:
    return harmless("; ".join(texts)) if any(texts) else ""


def total_bytes(grades: Sequence[LearnerGrades], rules: KnownRules, *, bom: bool = False) -> bytes:
    """Return the teacher's table: a row for each learner, a column for each piece of work, and the total."""
    works = works_of(grades)
    rows = []
    for one in grades:
        who = [harmless(text) for text in (one.person.name, one.person.id, one.person.section)]
        who.append(rules.anonymous_id(one.person) if rules.said.anonymous else "")
        rows.append([*who, percent(one.total.share), "; ".join(one.open), "; ".join(one.total.dropped), *_by_work(one)])
    return _table((*TOTAL_COLUMNS, *works), rows, bom=bom)


def public_bytes(grades: Sequence[LearnerGrades], rules: KnownRules, *, bom: bool = False) -> bytes:
    """Return the table for everybody: anonymous, if the rules say so, and then in an order that says nothing."""
    rows = []
    for one in grades:
        who = rules.anonymous_id(one.person) if rules.said.anonymous else harmless(one.person.name)
        rows.append([who, percent(one.total.share), *_by_work(one)])
    return _table((*PUBLIC_COLUMNS, *works_of(grades)), sorted(rows) if rules.said.anonymous else rows, bom=bom)


def works_of(grades: Sequence[LearnerGrades]) -> list[str]:
    """Return the pieces of work, in their order."""
    return [one.work for one in grades[0].works] if grades else []


def _by_work(one: LearnerGrades) -> list[str]:
    return [_written(work.points) if work.points is not None else work.state for work in one.works]


def percent(share: float | None) -> str:
    """Return a share as percent, at two decimals; empty if there is none."""
    return "" if share is None else f"{share * 100:.2f}".rstrip("0").rstrip(".")


def _written(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([harmless(column) for column in columns])
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace")


def grade_document(grades: Iterable[LearnerGrades], rules: KnownRules) -> list[dict[str, object]]:
    """Return the grades for a JSON document."""
    return [
        {
            "learner": one_line(one.person.name, 500),
            "id": one_line(one.person.id, 500),
            "section": one_line(one.person.section, 500),
            "public_id": rules.anonymous_id(one.person) if rules.said.anonymous else None,
            "total": None if one.total.share is None else round(one.total.share, 6),
            "left_out": list(one.total.dropped),
            "to_decide": list(one.open),
            "work": [_work_document(work) for work in one.works],
        }
        for one in grades
    ]


def _work_document(one: WorkGrade) -> dict[str, object]:
    return {
        "id": one.work,
        "state": one.state,
        "grade": one.points,
        "possible": one.possible,
        "weight": one.weight,
        "told": [one_line(text, 2000) for text in one.told],
        "to_decide": [one_line(text, 2000) for text in one.flags],
        "attempts": [
            {
                "file": one_line(judged.attempt.label, 2000),
                "points": judged.attempt.points,
                "handed_in_at": judged.attempt.at.isoformat() if judged.attempt.at else None,
                "source": one_line(judged.attempt.source, 500) or None,
                "late_s": int(judged.late_by.total_seconds()),
                "taken_off_percent": judged.percent,
                "counts_as": judged.grade,
            }
            for judged in one.reckoned.counted
        ],
    }
