"""What ``dlquiz class questions`` does: questions about each learner's own file, as pages to print or to send."""

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.atomic import create_file
from dlquiz.classroom.book import Book
from dlquiz.classroom.grading import HowGraded, survey
from dlquiz.classroom.pages import distinct_names
from dlquiz.classroom.roll import RollRow
from dlquiz.cli._live import LiveLine
from dlquiz.errors import cannot_write
from dlquiz.quiz.typed_input import labelled
from dlquiz.study.own_file import OwnFile, questions_about
from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.cli._app import App

KEYS = "answers"
"""The folder of the right answers, in that of the questions."""


def full_marks(app: "App", rows: Sequence[RollRow], book: Book, how: HowGraded) -> list[RollRow]:
    """Return the rows whose file has full points in the book."""
    keys, _ = survey(app.desk.course, rows, book, how)
    kept = [(row, book.find_counting(keys[row.exercise], row.digest)) for row in rows if row.digest and not row.reason]
    return [row for row, one in kept if one is not None and one.report.exit_code == 0]


def write_pages(app: "App", rows: Sequence[RollRow], folder: Path, *, shown: bool) -> list[dict[str, object]]:
    """Write a page of questions and one of answers for each row; return what was written, without answers."""
    line = LiveLine(sys.stderr, enabled=shown and app.live)
    written: list[dict[str, object]] = []
    course = app.desk.course
    try:
        whose = (f"{row.person.name} {row.person.id} {row.exercise}" for row in rows)
        for number, (row, stem) in enumerate(zip(rows, distinct_names(whose), strict=True), 1):
            name = f"{stem}.md"
            line.show(f"Questions for {number} of {len(rows)} ...")
            assert row.handin is not None
            described = course.exercise(row.exercise)
            submission = row.handin.read(course.stub_path(row.exercise).stem, described.packages)
            found = questions_about(course, row.exercise, submission, strangers=True)
            if found.questions:
                page, key = _page(found, described.topic, row)
                create_file(folder / name, page.encode("utf-8", "replace"))
                create_file(folder / KEYS / name, key.encode("utf-8", "replace"))
            person = {"learner": one_line(row.person.name, 500), "id": one_line(row.person.id, 500)}
            file = str(folder / name) if found.questions else None
            written.append({**person, "exercise": row.exercise, "questions": len(found.questions), "file": file})
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        line.clear()
    return written


def _page(found: OwnFile, topic: str, row: RollRow) -> tuple[str, str]:
    """Return the questions and their answers, in Markdown."""
    title = f"# Your own file of {found.exercise_id}\n\n{escape(one_line(row.person.name, 200))}\n"
    questions, answers = [title], [title]
    for number, (one, slot) in enumerate(found.in_order(found.quiz(topic)), 1):
        options = labelled(slot.options)
        questions.append(f"## {number}. {one.stem}\n")
        questions.append("\n".join(f"- [ ] {label}. {text}" for label, text in options.items()) + "\n")
        right = next(label for label, text in options.items() if text == one.right)
        answers.append(f"{number}. {right}: {one.right}. {one.explain}\n")
    return "\n".join(questions), "\n".join(answers)
