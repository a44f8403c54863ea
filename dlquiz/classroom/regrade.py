"""What would change if a class was graded anew: who, which checks, and why. Nothing counts before somebody said so."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dlquiz.classroom.book import Book, GradingKey, KeptGrading
from dlquiz.classroom.roll import RollRow
from dlquiz.model.report import CaseResult, Report

UNKNOWN_REASON = "no known reason: graders, numbers and versions are the same"


@dataclass(frozen=True, slots=True)
class ChangedCheck:
    """A check that ended in another way, or is worth other points."""

    id: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedGrading:
    """What two gradings of a submission say differently; the points are those earned, with bonus, and the possible."""

    numbers: tuple[int, int]
    before: tuple[float, float]
    after: tuple[float, float]
    checks: tuple[ChangedCheck, ...]
    why: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.before != self.after or bool(self.checks)


@dataclass(slots=True)
class Regrading:
    """A class graded anew; ``replacing`` has the numbers of all old and new gradings."""

    changed: list[tuple[RollRow, ChangedGrading]] = field(default_factory=list)
    same: int = 0
    failed: list[RollRow] = field(default_factory=list)
    replacing: dict[int, int] = field(default_factory=dict)
    counts: bool = False


def compare_class(rows: Iterable[RollRow], book: Book, keys: Mapping[str, GradingKey]) -> Regrading:
    """Compare what counts with what was graded now. Of a report no more is held than what differs."""
    found = Regrading()
    known: dict[tuple[str, str], ChangedGrading | None] = {}
    for row in rows:
        if not row.digest or row.exercise not in keys:
            continue
        key, one = keys[row.exercise], (row.exercise, row.digest)
        if one not in known:
            known[one] = _compare(book, key, row.digest)
        changed = known[one]
        if changed is None:
            found.failed.append(row)
            continue
        if changed.numbers[0] != changed.numbers[1]:
            found.replacing[changed.numbers[0]] = changed.numbers[1]
        if changed:
            found.changed.append((row, changed))
        else:
            found.same += 1
    return found


def _compare(book: Book, key: GradingKey, digest: str) -> ChangedGrading | None:
    """Compare the gradings of a submission; None if there is no whole new one."""
    old, new = book.find_counting(key, digest), book.find_new(key, digest)
    if new is None and old is not None and old.key == key:
        new = old  # it was graded now for the first time
    return None if old is None or new is None or not new.settled else difference(old, new)


def difference(old: KeptGrading, new: KeptGrading) -> ChangedGrading:
    """Return what two gradings say differently."""
    return ChangedGrading(
        (old.number, new.number),
        _points(old.report),
        _points(new.report),
        changed_checks(old.report, new.report),
        reasons(old.key, new.key),
    )


def changed_checks(before: Report, after: Report) -> tuple[ChangedCheck, ...]:
    """Return the checks that ended in another way, in the order of the later report; then those that are gone."""
    old = {case.id: case for case in before.cases}
    found = [_check(old.pop(case.id, None), case) for case in after.cases]
    found += [_check(case, None) for case in old.values()]
    return tuple(one for one in found if one.before != one.after)


def reasons(before: GradingKey, after: GradingKey) -> tuple[str, ...]:
    """Say what decided the one grading and not the other."""
    found = ["the graders have changed"] if before.grader_sha256 != after.grader_sha256 else []
    found += _versions(json.loads(before.versions), json.loads(after.versions))
    if before.data != after.data:
        found.append(f"the data set: {before.data or 'none'} → {after.data or 'none'}")
    if before.isolation != after.isolation:
        found.append(f"the wall: {before.isolation} → {after.isolation}")
    if before.seed != after.seed:
        found.append(f"other numbers: seed {before.seed} → {after.seed}")
    return tuple(found)


def _versions(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    names = sorted({*before, *after})
    pairs = [(name, before.get(name, "not used"), after.get(name, "not used")) for name in names]
    return [f"{name} {old} → {new}" for name, old, new in pairs if old != new]


def _points(report: Report) -> tuple[float, float]:
    return report.points.earned + report.points.bonus, report.points.possible


def _check(before: CaseResult | None, after: CaseResult | None) -> ChangedCheck:
    one = after or before
    assert one is not None
    # The points are told where the outcome says nothing of them.
    same = before is not None and after is not None and before.outcome is after.outcome
    valued = same and _worth(before) != _worth(after)
    return ChangedCheck(one.id, one.title, _ended(before, valued), _ended(after, valued))


def _worth(case: CaseResult | None) -> tuple[float, float]:
    return (0, 0) if case is None else (case.points.earned + case.bonus, case.points.possible)


def _ended(case: CaseResult | None, valued: bool) -> str:
    if case is None:
        return "not there"
    earned, possible = _worth(case)
    return f"{case.outcome} ({earned:g} of {possible:g})" if valued else str(case.outcome)
