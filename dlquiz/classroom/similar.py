"""Which hand-ins of a class are alike, for each exercise by itself; nothing of them is run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dlquiz.classroom.handin import HandedIn, digest
from dlquiz.classroom.honest_pairs import FEWEST_RUNS, HonestPairs, honest_pairs
from dlquiz.classroom.likeness import AlikePair, Fingerprint, NotComparedError, alike_pairs, fingerprint
from dlquiz.classroom.roll import NOTHING, RollRow
from dlquiz.errors import WorkError
from dlquiz.render.findings import counted
from dlquiz.submission import decode

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.submission import Submission


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A hand-in that is compared with nothing, and why."""

    who: str
    file: str
    reason: str


@dataclass(slots=True)
class SameProgram:
    """A program, and everybody who handed in just these bytes; a team is one of them."""

    who: list[str]
    files: list[str]
    texts: list[str]
    fingerprint: Fingerprint | None = None


@dataclass(slots=True)
class LikenessFound:
    """What was found in one exercise; ``threshold`` is None where nothing was judged."""

    known: HonestPairs
    threshold: float | None
    programs: list[SameProgram] = field(default_factory=list)
    same: list[SameProgram] = field(default_factory=list)
    pairs: list[AlikePair] = field(default_factory=list)
    not_compared: list[NotCompared] = field(default_factory=list)


def compare_class_files(course: "Course", rows: Sequence[RollRow], threshold: float | None) -> list[LikenessFound]:
    """Compare what a class handed in; a ``threshold`` that is named goes before the exercise's own."""
    exercises = [name for name in course.exercise_ids() if any(row.exercise == name and row.handin for row in rows)]
    return [_compare(course, name, rows, threshold) for name in exercises]


def unread_files(rows: Sequence[RollRow]) -> list[NotCompared]:
    """Return what was found and is no hand-in of an exercise."""
    return [
        NotCompared(row.person.name, row.labels[0] if row.labels else "", row.reason)
        for row in rows
        if row.handin is None and row.reason != NOTHING
    ]


def _compare(course: "Course", exercise: str, rows: Sequence[RollRow], threshold: float | None) -> LikenessFound:
    known = honest_pairs(course, exercise)
    found = LikenessFound(known, known.threshold if threshold is None else threshold)
    fewest = FEWEST_RUNS if known.threshold is not None or threshold is None else 1
    different: dict[str, SameProgram] = {}
    module, packages = course.stub_path(exercise).stem, course.exercise(exercise).packages
    for who, handin in _handins(rows, exercise):
        file = handin.labels[0]
        try:
            submission = handin.read(module, packages)
        except WorkError as error:
            found.not_compared.append(NotCompared(who, file, error.message))
            continue
        program = different.setdefault(digest(submission), SameProgram([], [], _texts(submission)))
        program.who.append(who)
        program.files.append(file)
    for program in different.values():
        reason = _why_not(program, known, fewest)
        if reason:
            found.not_compared += [
                NotCompared(who, file, reason) for who, file in zip(program.who, program.files, strict=True)
            ]
        else:
            found.programs.append(program)
        unchanged = program.fingerprint is not None and not program.fingerprint.counts  # nothing but the stub
        if len(program.who) > 1 and not unchanged:
            found.same.append(program)
    if found.threshold is not None:
        prints = [program.fingerprint for program in found.programs if program.fingerprint is not None]
        found.pairs = alike_pairs(prints, found.threshold)
    return found


def _handins(rows: Sequence[RollRow], exercise: str) -> Iterator[tuple[str, HandedIn]]:
    """Yield each hand-in once, with the names of all whose it is: a team has one, and a row for everybody."""
    found: dict[int, tuple[list[str], HandedIn]] = {}
    for row in rows:
        if row.handin is not None and row.exercise == exercise:
            found.setdefault(id(row.handin), ([], row.handin))[0].append(row.person.name)
    for names, handin in found.values():
        yield " and ".join(names), handin


def _texts(submission: "Submission") -> list[str]:
    return [submission.text, *(decode(one.source, one.file) for one in submission.modules)]


def _why_not(program: SameProgram, known: HonestPairs, fewest: int) -> str:
    """Take the fingerprint of a program; return why it cannot be compared, if it cannot."""
    try:
        program.fingerprint = fingerprint(program.texts, known.stub)
    except NotComparedError as error:
        return str(error)
    count = len(program.fingerprint.counts)
    return "" if count >= fewest else f"too short to compare: {counted(count, 'run')} of operations beside the stub"
