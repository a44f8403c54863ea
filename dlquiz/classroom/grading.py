"""Grade a class: what is missing in the book, each different submission once, the reports written as they come."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlquiz.classroom.book import Book, GradingKey
from dlquiz.classroom.engine import Engine, Ungraded
from dlquiz.classroom.handin import digest
from dlquiz.classroom.roll import NOT_GRADED, RollRow
from dlquiz.errors import DataError, MissingPackage, WorkError
from dlquiz.grading.settings import choose_data
from dlquiz.model.report import Cause, Isolation

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.model.report import Report
    from dlquiz.submission import Submission


@dataclass(slots=True)
class Progressed:
    """How far a class is: ``graded`` counts what was graded now, ``done`` also what was in the book or is not read."""

    exercise: str
    total: int
    done: int = 0
    graded: int = 0
    again: int = 0


Watcher = Callable[[Progressed], None]


@dataclass(frozen=True, slots=True)
class HowGraded:
    """What was asked for; ``seed`` None takes the book's; ``anew`` also what has a grading that counts."""

    seed: int | None
    isolation: Isolation
    engine: Engine
    anew: bool = False


def grade_class(
    course: "Course", rows: Sequence[RollRow], book: Book, run: int, how: HowGraded, watch: Watcher
) -> dict[str, GradingKey]:
    """Grade all rows that have a hand-in; return under which key the gradings of each exercise are in the book.

    A row that cannot be read or graded gets its reason.

    Raises
    ------
    MachineryError
        There is no wall as was asked for, or the book cannot be written.
    """
    keys: dict[str, GradingKey] = {}
    for exercise in dict.fromkeys(row.exercise for row in rows if row.handin is not None):
        mine = [(number, row) for number, row in enumerate(rows) if row.handin is not None and row.exercise == exercise]
        try:
            keys[exercise] = grading_key(course, exercise, book, how)
            _Exercise(course, keys[exercise], book, run, how, watch, mine).grade()
        except (MissingPackage, DataError) as error:
            for number, row in mine:
                row.reason = f"{NOT_GRADED}: {error.message} ({error.next_step})"
                book.note(run, number, row)
    book.flush()
    return keys


def grading_key(course: "Course", exercise: str, book: Book, how: HowGraded) -> GradingKey:
    """Return what decides the gradings of an exercise, on this machine and now."""
    described = course.exercise(exercise)
    grader = course.grader_digest(exercise)
    data, _ = choose_data(described, None)
    versions = GradingKey.versions_text(how.engine.versions(described.packages, data))
    wanted = how.seed
    if wanted is None and how.anew:
        # Then a difference comes from the graders or the versions, and not from other numbers.
        wanted = book.usual_seed(exercise, how.isolation.value)
    return GradingKey(exercise, grader, book.seed(exercise, grader, wanted), versions, how.isolation.value, data or "")


def survey(
    course: "Course", rows: Sequence[RollRow], book: Book, how: HowGraded
) -> tuple[dict[str, GradingKey], float]:
    """Read everything, run nothing; return where the gradings are, and the seconds that the missing ones may take."""
    keys: dict[str, GradingKey] = {}
    seconds = 0.0
    for exercise in dict.fromkeys(row.exercise for row in rows if row.handin is not None):
        described = course.exercise(exercise)
        module = course.stub_path(exercise).stem
        keys[exercise] = grading_key(course, exercise, book, how)
        missing = set()
        for row in rows:
            if row.handin is None or row.exercise != exercise:
                continue
            try:
                row.digest = digest(row.handin.read(module, described.packages))
            except WorkError as error:
                row.reason = error.message
                continue
            if not book.is_graded(keys[exercise], row.digest, anew=how.anew):
                missing.add(row.digest)
        each = book.mean_seconds(exercise) or _USUAL_S
        seconds += len(missing) * each / how.engine.places + (_START_S if missing else 0)
    return keys, seconds


_USUAL_S = 0.4
_START_S = 1.5
"""A guess for an exercise of which there is no grading yet; one that trains a network takes longer."""


class _Exercise:
    """The gradings of one exercise. Of a submission nothing is held but its digest once its report is written."""

    def __init__(
        self,
        course: "Course",
        key: GradingKey,
        book: Book,
        run: int,
        how: HowGraded,
        watch: Watcher,
        rows: list[tuple[int, RollRow]],
    ) -> None:
        self._course, self._key, self._book, self._run, self._how = course, key, book, run, how
        self._rows = rows
        self._watch = watch
        self._progress = Progressed(key.exercise, len(rows))
        self._module = course.stub_path(key.exercise).stem
        self._packages = course.exercise(key.exercise).packages
        self._seen: set[str] = set()
        self._under_way: dict[int, tuple[RollRow, str]] = {}
        self._unsettled: dict[str, RollRow] = {}
        """What was lost to a timeout, or is incomplete: this may have been the machine's fault."""

    def grade(self) -> None:
        """Grade what is missing; then, alone, what was not settled."""
        self._watch(self._progress)
        for position, report in self._reports(self._missing()):
            row, mark = self._under_way.pop(position)
            if isinstance(report, str):
                self._give_up(mark, report)
                continue
            settled = report.complete and all(case.cause is not Cause.TIMEOUT for case in report.cases)
            self._book.keep(self._key, mark, report, settled=settled, anew=self._how.anew)
            if not settled:
                self._unsettled[mark] = row
            self._progress.graded += 1
            self._step()
        again = self._progress.again = len(self._unsettled)
        marks = list(self._unsettled)
        for position, report in self._reports(self._once_more(), alone=True) if again else ():
            self._progress.again -= 1
            self._watch(self._progress)
            if isinstance(report, str):
                self._give_up(marks[position], report)
                continue
            # A timeout counts now; what was not complete is tried again the next time.
            self._book.keep(self._key, marks[position], report, settled=report.complete, anew=self._how.anew)

    def _reports(
        self, submissions: "Iterator[Submission]", *, alone: bool = False
    ) -> "Iterator[tuple[int, Report | Ungraded]]":
        return self._how.engine.grade(self._course, self._key, submissions, alone=alone)

    def _give_up(self, mark: str, reason: str) -> None:
        """Say why there is no grading, in the rows of everybody who handed this in; the rest goes on."""
        for number, row in self._rows:
            if row.digest == mark:
                row.reason = f"{NOT_GRADED}: {reason}"
                self._book.note(self._run, number, row)
        self._step()

    def _missing(self) -> "Iterator[Submission]":
        """Read the hand-ins; yield each different one that is not in the book."""
        position = 0
        for number, row in self._rows:
            submission = self._read(number, row)
            if submission is None:
                self._step()
                continue
            mark = row.digest
            known = True if mark in self._seen else self._book.is_graded(self._key, mark, anew=self._how.anew)
            self._seen.add(mark)
            if known is None:
                self._under_way[position] = row, mark
                position += 1
                yield submission
                continue
            if not known:
                self._unsettled[mark] = row
            self._step()

    def _once_more(self) -> "Iterator[Submission]":
        for mark, row in self._unsettled.items():
            submission = self._submission(row)
            if digest(submission) != mark:
                raise WorkError(f"{row.labels[0]} was changed meanwhile.", next_step="Type the same command again.")
            yield submission

    def _read(self, number: int, row: RollRow) -> "Submission | None":
        try:
            submission = self._submission(row)
        except WorkError as error:
            row.reason = error.message
            self._book.note(self._run, number, row)
            return None
        row.digest = digest(submission)
        row.remarks += submission.notes
        self._book.note(self._run, number, row)
        return submission

    def _submission(self, row: RollRow) -> "Submission":
        if row.handin is None:
            raise WorkError(row.reason)
        return row.handin.read(self._module, self._packages)

    def _step(self) -> None:
        self._progress.done += 1
        self._watch(self._progress)
