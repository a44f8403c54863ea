"""What ``dlquiz class grade`` does between its options and its exit code."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.classroom.book import Book, GradingKey
from dlquiz.classroom.collect import Harvest
from dlquiz.classroom.engine import ClusterEngine, Engine, HereEngine
from dlquiz.classroom.grading import HowGraded, Progressed, grade_class, survey
from dlquiz.classroom.matching import Target
from dlquiz.classroom.regrade import Regrading, compare_class
from dlquiz.classroom.roll import NOTHING, RollRow
from dlquiz.classroom.roster import MAX_BYTES, Roster, read_roster
from dlquiz.classroom.table import (
    COLUMNS,
    FOUND,
    GRADED,
    INCOMPLETE,
    UNREADABLE,
    GradeRow,
    document,
    grade_rows,
    is_table,
)
from dlquiz.cli import _class_regrade as regrade
from dlquiz.cli._live import LiveLine
from dlquiz.cli._own_files import own_output, read_named
from dlquiz.errors import UsageError, cannot_write
from dlquiz.render.findings import counted
from dlquiz.text import hidden_passwords, one_line

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cluster.client import Cluster

_MOST_LISTED = 20
_SOON_S = 2.0
"""A rate is told only after so long: the first gradings wait for their process to start."""


def targets_of(app: "App", exercise: str | None) -> list[Target]:
    """Return the exercises that hand-ins may be for."""
    course = app.desk.course
    ids = course.exercise_ids() if exercise is None else (app.desk.exercise_id(exercise),)
    return [Target(name, course.stub_path(name).stem) for name in ids]


@contextmanager
def open_engine(app: "App", cluster: str | None, jobs: int | None, *, quiet: bool) -> Iterator[Engine]:
    """Yield what grades: processes of this machine, or the workers of a cluster."""
    if cluster is None:
        yield HereEngine(jobs or os.cpu_count() or 1)
        return
    if jobs is not None:
        raise UsageError(
            "--jobs is for this machine; a cluster's workers say themselves how much they grade at the same time.",
            next_step=f"dlquiz class grade PATH... --cluster {cluster}",
        )
    with open_cluster(app, cluster, quiet=quiet) as connected:
        yield ClusterEngine(connected)


@contextmanager
def open_cluster(app: "App", address: str, *, quiet: bool) -> "Iterator[Cluster]":
    """Yield a cluster; what it waits for is shown on a terminal."""
    from dlquiz.cluster.client import Cluster

    line = LiveLine(sys.stderr, enabled=app.live and not quiet)
    try:
        with Cluster(address, line.show) as connected:
            yield connected
    finally:
        line.clear()


def open_roster(name: str) -> Roster:
    """Read a roster."""
    return read_roster(read_named(name, "The roster", MAX_BYTES), Path(name).name)


def kept_book(name: str) -> str:
    """Return where gradings are kept, if there are any."""
    if "://" not in name and not Path(name).expanduser().is_file():
        raise UsageError(f"There are no gradings in {name} yet.", next_step="dlquiz class grade PATH...")
    return name


def own_table(name: str, columns: Sequence[str] = COLUMNS) -> Path:
    """Return where a table of these columns goes, if it may."""
    return own_output(name, lambda beginning: is_table(beginning, columns), "table", "--csv")


def write_table(path: Path, content: bytes) -> None:
    """Write the table, whole or not at all."""
    from dlquiz.atomic import replace_file

    try:
        replace_file(path, content)
    except OSError as error:
        raise cannot_write(path, error) from error


@dataclass
class ClassWork:
    """One run over a class."""

    app: "App"
    book: str
    how: HowGraded
    as_json: bool
    keys: dict[str, GradingKey] = field(default_factory=dict)
    seconds: float | None = None
    regrading: Regrading | None = None

    def look(self, rows: list[RollRow]) -> list[GradeRow]:
        """Say what there is to grade; a book that is not there is not made."""
        there = "://" in self.book or Path(self.book).expanduser().is_file()
        with Book(self.book if there else "sqlite://") as book:
            self.keys, self.seconds = survey(self.app.desk.course, rows, book, self.how)
            return list(grade_rows(rows, book, self.keys))

    def grade(self, rows: list[RollRow], decide: Callable[[Regrading], bool] | None = None) -> list[GradeRow]:
        """Grade what is missing; with ``decide`` everything, and ask it whether the new gradings are to count."""
        line = LiveLine(sys.stderr, enabled=self.app.live and not self.as_json)
        begun = time.monotonic()
        with Book(self.book) as book:
            run = book.begin(rows, self.app.now())
            try:
                watch = _Watch(line, begun)
                self.keys = grade_class(self.app.desk.course, rows, book, run, self.how, watch)
            except KeyboardInterrupt:
                line.clear()
                self.app.warn("What was graded is kept: type the same command again for the rest.")
                raise
            finally:
                line.clear()
            if decide is not None:
                self.regrading = compare_class(rows, book, self.keys)
                self.regrading.counts = not self.regrading.changed or decide(self.regrading)
                if self.regrading.counts:
                    book.let_count(self.regrading.replacing)
            return list(grade_rows(rows, book, self.keys))


@dataclass
class _Watch:
    """The line on a terminal: how far, how fast, how long still."""

    line: LiveLine
    begun: float
    exercise: str = ""

    def __call__(self, now: Progressed) -> None:
        if now.exercise != self.exercise:
            self.exercise, self.begun = now.exercise, time.monotonic()
        if now.again:
            self.line.show(f"{now.exercise}: {counted(now.again, 'grading')} once more, alone, after a timeout ...")
            return
        text = f"{now.exercise}: {now.done} of {now.total}"
        passed = time.monotonic() - self.begun
        if now.graded and passed > _SOON_S:
            rate = now.graded / passed
            text += f", {rate * 60:.0f} a minute, {_duration((now.total - now.done) / rate)} left"
        self.line.show(text)


def _duration(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def say(app: "App", graded: Sequence[GradeRow], found: Harvest, work: ClassWork, *, dry_run: bool) -> None:
    """Print what was found and how it went."""
    states = Counter(one.state for one in graded)
    people = len({one.row.person for one in graded if one.state != NOTHING})
    handed_in = len(graded) - states[NOTHING]
    app.say(f"Found {counted(handed_in, 'hand-in')} of {counted(people, 'learner')}.", bold=True)
    for exercise in dict.fromkeys(one.row.exercise for one in graded if one.row.handin):
        app.say(f"  {exercise}: {_sum_up([one for one in graded if one.row.exercise == exercise])}")
    for state, title in ((UNREADABLE, "Cannot be read or matched"), (INCOMPLETE, "Incomplete")):
        _list(app, title, [one for one in graded if one.state == state])
    if states[NOTHING]:
        names = dict.fromkeys(one_line(one.row.person.name, 60) for one in graded if one.state == NOTHING)
        app.say(f"Nothing handed in: {shortened(list(names))}")
    if found.left_out:
        app.say(f"Left out: {counted(len(found.left_out), 'file')} beside these (--json lists them).")
    if (earlier := sum(one.earlier for one in graded)) and work.regrading is None:
        app.say(
            f"{counted(earlier, 'hand-in')} graded by earlier graders or versions, which still counts: "
            "--regrade shows what would change."
        )
    if work.regrading is not None:
        regrade.say_decision(app, work.regrading)
    if dry_run and work.seconds is not None:
        app.say(f"Nothing was run. To grade what is missing takes about {_duration(work.seconds)}.")
    elif not dry_run:
        app.say(f"The gradings are kept in {hidden_passwords(work.book)}.")


def _sum_up(rows: Sequence[GradeRow]) -> str:
    states = Counter(one.state for one in rows)
    parts = [f"{count} {state}" for state, count in states.items()]
    shares = [one.share for one in rows if one.state == GRADED and one.share is not None]
    if shares:
        parts.append(f"{sum(shares) / len(shares):.0%} of the points on average")
    return ", ".join(parts)


def _list(app: "App", title: str, rows: Sequence[GradeRow]) -> None:
    if not rows:
        return
    app.say(f"{title}:")
    for one in rows[:_MOST_LISTED]:
        where = one_line(one.row.labels[0], 120) if one.row.labels else one.row.exercise
        app.say(f"  {one_line(one.row.person.name, 60)} ({where}): {one_line(one.problem, 300)}")
    if len(rows) > _MOST_LISTED:
        app.say(f"  and {len(rows) - _MOST_LISTED} more")


def shortened(names: list[str]) -> str:
    """Return names for a sentence, not too many."""
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def as_document(graded: Sequence[GradeRow], found: Harvest, work: ClassWork, *, dry_run: bool) -> dict[str, object]:
    """Return the answer for programs."""
    regrading = {} if work.regrading is None else {"regrade": regrade.as_document(work.regrading)}
    return {
        "format_version": 1,
        "dry_run": dry_run,
        "estimated_s": work.seconds,
        "seeds": {exercise: key.seed for exercise, key in work.keys.items()},
        "rows": document(graded),
        **regrading,
        "left_out": [
            {"file": one_line(one.label, 2000), "reason": one_line(one.reason, 2000)} for one in found.left_out
        ],
    }


def exit_code(graded: Sequence[GradeRow], regrading: Regrading | None = None) -> int:
    """Return 4 if a grading is incomplete, else 1 if something cannot be read, was not found or was not let count."""
    states = {one.state for one in graded}
    if INCOMPLETE in states:
        return 4
    if regrading is not None and not regrading.counts:
        return 1
    return 0 if states & {GRADED, FOUND} and UNREADABLE not in states else 1
