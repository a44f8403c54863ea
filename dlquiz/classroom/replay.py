"""Repeat one grading of the book exactly, and say what is no longer as it was."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dlquiz.classroom.book import GradingKey, KeptGrading
from dlquiz.classroom.collect import Harvest
from dlquiz.classroom.handin import HandedIn, digest
from dlquiz.classroom.regrade import ChangedGrading, difference
from dlquiz.errors import WorkError
from dlquiz.grading.run import grade
from dlquiz.model.report import Report

if TYPE_CHECKING:
    from dlquiz.content.course import Course


@dataclass(frozen=True, slots=True)
class Replayed:
    """A grading and its repetition, and what of them and around them differs."""

    kept: KeptGrading
    handin: HandedIn
    report: Report
    changed: ChangedGrading


def replay(course: "Course", kept: KeptGrading, found: Harvest) -> Replayed:
    """Repeat a grading with its seed, its data and its wall; nothing is written.

    Raises
    ------
    WorkError
        The file that was graded is no longer among what was handed in.
    MachineryError
        The data set or the wall of then is not there.
    """
    key = kept.key
    described = course.exercise(key.exercise)
    module = course.stub_path(key.exercise).stem
    for handin in found.handins:
        if handin.exercise != key.exercise:
            continue
        try:
            submission = handin.read(module, described.packages)
        except WorkError:
            continue
        if digest(submission) == kept.digest:
            break
    else:
        raise WorkError(
            f"The file of grading {kept.number} ({key.exercise}, {kept.report.submission.file}) is not there any more, "
            "or was changed: nothing that was found has the same content.",
            next_step="Name the folder or the archive that was graded then.",
        )
    report = grade(course, key.exercise, submission, seed=key.seed, data=key.data or None, isolation=key.isolation)
    return _compared(kept, handin, report)


def _compared(kept: KeptGrading, handin: HandedIn, report: Report) -> Replayed:
    now = replace(
        kept.key,
        grader_sha256=report.course.grader_sha256,
        versions=GradingKey.versions_text(report.versions),
        data=report.data or "",
    )
    changed = difference(kept, KeptGrading(kept.number, now, kept.digest, report, settled=True))
    return Replayed(kept, handin, report, replace(changed, why=(*changed.why, *_machine(kept.report, report))))


def _machine(then: Report, now: Report) -> list[str]:
    """Say what of the wall differs, beside what a grading is kept under."""
    pairs = [("run as", then.identity, now.identity), ("Landlock", then.landlock_abi, now.landlock_abi)]
    return [f"{name}: {old or 'none'} → {new or 'none'}" for name, old, new in pairs if old != new]
