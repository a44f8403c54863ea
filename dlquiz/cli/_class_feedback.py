"""What ``dlquiz class feedback`` does: a page for each learner, of what may be shown."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.atomic import create_file
from dlquiz.classroom.book import Book
from dlquiz.classroom.engine import HereEngine
from dlquiz.classroom.grading import HowGraded, survey
from dlquiz.classroom.pages import distinct_names
from dlquiz.classroom.roll import NOTHING, RollRow
from dlquiz.classroom.roster import Enrolled
from dlquiz.errors import UsageError, cannot_write
from dlquiz.model.feedback import Feedback, FeedbackLevel, feedback_of, not_graded
from dlquiz.model.report import Isolation
from dlquiz.render.feedback import feedback_html, feedback_markdown, result_line
from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.cli._app import App

MOODLE_ZIP = "moodle.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every entry of an archive: the same feedback makes the same file."""


@dataclass
class LearnerPages:
    """What one learner is told."""

    person: Enrolled
    found: list[Feedback] = field(default_factory=list)


def whose(app: "App", rows: Sequence[RollRow], book: str, level: FeedbackLevel) -> list[LearnerPages]:
    """Return what the book says to each learner who handed something in."""
    people: dict[Enrolled, LearnerPages] = {}
    with Book(book) as kept:
        keys, _ = survey(app.desk.course, rows, kept, HowGraded(None, Isolation.KERNEL, HereEngine(1)))
        for row in rows:
            key = keys.get(row.exercise) if row.digest else None
            graded = None if key is None else kept.find_counting(key, row.digest)
            if graded is not None:
                one = feedback_of(graded.report, level)
            elif row.reason and row.reason != NOTHING:
                one = not_graded(row.exercise or "Your hand-in", row.reason)
            else:
                continue
            people.setdefault(row.person, LearnerPages(row.person)).found.append(one)
    if not people:
        raise UsageError("Nothing of this has been graded yet.", next_step="dlquiz class grade PATH...")
    return list(people.values())


def write_pages(told: Sequence[LearnerPages], folder: Path, *, moodle: bool) -> list[dict[str, object]]:
    """Write the pages; return what was written."""
    written: list[dict[str, object]] = []
    entries: dict[str, str] = {}
    stems = distinct_names(f"{one.person.name} {one.person.id}" for one in told)
    try:
        for one, stem in zip(told, stems, strict=True):
            name = one_line(one.person.name, 200)
            page = feedback_html(name, one.found)
            create_file(folder / f"{stem}.html", page.encode("utf-8", "replace"))
            create_file(folder / f"{stem}.md", feedback_markdown(name, one.found).encode("utf-8", "replace"))
            if one.person.id.isdecimal():
                entries[_moodle_name(one.person)] = page
            sums = [{"exercise": each.exercise, "result": result_line(each)} for each in one.found]
            person = {"learner": name, "id": one_line(one.person.id, 200)}
            written.append({**person, "file": str(folder / f"{stem}.html"), "exercises": sums})
        if moodle:
            create_file(folder / MOODLE_ZIP, _archive(entries))
    except OSError as error:
        raise cannot_write(folder, error) from error
    return written


def _moodle_name(person: Enrolled) -> str:
    """Return the path by which Moodle's import knows a participant: split at underscores, the second part is the id."""
    name = "".join(sign if sign.isalnum() or sign in " -." else "" for sign in person.name).strip() or "participant"
    return f"{name}_{person.id}_assignfeedback_file_/feedback.html"


def _archive(entries: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(entries.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), page.encode("utf-8", "replace"), zipfile.ZIP_DEFLATED)
    return content.getvalue()
