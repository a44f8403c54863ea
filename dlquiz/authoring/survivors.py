"""Grade every one-place change of a reference: what keeps full points shows what the cases do not look at."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlquiz.authoring.cache import Cache, context_of
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.evidence import lost_by_value
from dlquiz.authoring.gradings import FileKind, Grader, GradingTask
from dlquiz.authoring.materials import Materials, finding, read_materials
from dlquiz.authoring.mutate import Mutant, mutants
from dlquiz.authoring.source import functions
from dlquiz.content.course import Course, validated
from dlquiz.content.yamlfile import read_document
from dlquiz.errors import ContentError, DlquizError, Finding, MissingPackage
from dlquiz.grading.preflight import demand_packages
from dlquiz.model.equivalents import Equivalent, Equivalents
from dlquiz.model.report import Outcome, Report

Progress = Callable[[str, int, int, int], None]
"""Told after each grading: the exercise, how many are done, of how many, and how many changes have survived so far."""

EQUIVALENT = "equivalent.yaml"


@dataclass(frozen=True, slots=True)
class ChangeVerdict:
    """What became of a change under one seed: the case that was lost first and whether by a value, or why none was."""

    lost: str = ""
    by_value: bool = False
    broken: str = ""

    @property
    def survives(self) -> bool:
        """Whether it got full points."""
        return not self.lost and not self.broken


@dataclass(frozen=True, slots=True)
class MutationCheck:
    """The result for one exercise: of ``changes`` one-place changes, so many were lost, and so many were listed."""

    exercise: str
    findings: tuple[Finding, ...] = ()
    changes: int = 0
    lost: int = 0
    by_value: int = 0
    listed: int = 0
    seeds: int = 0
    seconds: float = 0
    paste: str = ""
    """The survivors in the form of ``equivalent.yaml``, for those that really are equivalent."""
    machine: tuple[str, ...] = ()
    skipped: str = ""


def check_survivors(
    course: Course,
    exercise_ids: Sequence[str] = (),
    *,
    seeds: int = 1,
    data: str | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> tuple[MutationCheck, ...]:
    """Grade all one-place changes of the references, and find those that get full points.

    What was graded is kept, so that a check that was interrupted goes on where it stopped, and one after a change of
    a wrong solution takes no time.

    Parameters
    ----------
    seeds : int
        A change must be lost under each of the seeds 1 to ``seeds``.

    Raises
    ------
    UnknownName
        The course has no such exercise.
    """
    ids = tuple(exercise_ids) or course.exercise_ids()
    return tuple(_check(course, one, seeds, data, jobs, on_progress or _nobody) for one in ids)


def _nobody(exercise: str, done: int, total: int, survivors: int) -> None:
    pass


def _check(
    course: Course, exercise_id: str, seeds: int, data: str | None, jobs: int | None, tell: Progress
) -> MutationCheck:
    started = time.monotonic()
    try:
        materials, found = read_materials(course, exercise_id)
        listed = _listed(materials)
        demand_packages(exercise_id, materials.exercise.packages)
    except ContentError as error:
        return MutationCheck(exercise_id, error.findings)
    except MissingPackage as missing:
        return MutationCheck(exercise_id, skipped=f"{missing.message} Install it: {missing.next_step}")
    if not materials.gradable or materials.reference is None or materials.stub is None:
        return MutationCheck(exercise_id, tuple(found))
    changed = mutants(materials.reference.text, functions(materials.stub.tree))
    run = _Run(course, exercise_id, materials, data if materials.exercise.data else None, jobs, tell)
    try:
        verdicts, wrong = run.verdicts(changed, seeds)
    except DlquizError as error:
        return MutationCheck(exercise_id, changes=len(changed), machine=(error.message,))
    if wrong is not None:
        return MutationCheck(exercise_id, (wrong,), changes=len(changed))
    return _result(exercise_id, materials, changed, verdicts, listed, seeds, time.monotonic() - started)


class _Run:
    """Grades the changes of one exercise."""

    def __init__(
        self, course: Course, exercise_id: str, materials: Materials, data: str | None, jobs: int | None, tell: Progress
    ) -> None:
        self._exercise, self._materials, self._tell = exercise_id, materials, tell
        self._grader = Grader(course, exercise_id, data, jobs, until_lost=True)
        self._cache = Cache(f"{course.manifest.name}-{exercise_id}-changes", context_of(materials, data))

    def verdicts(self, changed: Sequence[Mutant], seeds: int) -> tuple[dict[int, list[ChangeVerdict]], Finding | None]:
        """Return the verdicts on each change, one for each seed; and what is wrong if the reference itself loses."""
        assert self._materials.reference is not None
        numbers = range(1, seeds + 1)
        reference = [
            GradingTask(FileKind.REFERENCE, "solution.py", self._materials.reference.text, seed) for seed in numbers
        ]
        tasks = {
            GradingTask(FileKind.MUTANT, str(number), one.source, seed): number
            for seed in numbers
            for number, one in enumerate(changed)
        }
        found: defaultdict[int, list[ChangeVerdict]] = defaultdict(list)
        for task, verdict in self._graded([*reference, *tasks]):
            if task.kind is FileKind.REFERENCE:
                if verdict.lost or verdict.broken:
                    return {}, _no_full_points(self._materials, task.seed, verdict)
                continue
            found[tasks[task]].append(verdict)
            survivors = sum(any(one.survives for one in some) for some in found.values())
            self._tell(self._exercise, sum(map(len, found.values())), len(tasks), survivors)
        return found, None

    def _graded(self, tasks: Sequence[GradingTask]) -> Iterator[tuple[GradingTask, ChangeVerdict]]:
        missing = []
        for task in tasks:
            if (kept := self._cache.get(_key(task))) is not None:
                yield task, ChangeVerdict(**kept)
            else:
                missing.append(task)
        for task, report in self._grader.grade(missing) if missing else ():
            verdict = _verdict(report)
            if not verdict.broken:
                value = {"lost": verdict.lost, "by_value": verdict.by_value, "broken": ""}
                self._cache.put(_key(task), value)
            yield task, verdict


def _no_full_points(materials: Materials, seed: int, verdict: ChangeVerdict) -> Finding:
    message = f"the reference itself gets no full points under seed {seed}: {verdict.lost or verdict.broken}"
    return finding(Rule.REFERENCE, materials.grader / "solution.py", message, "dlquiz dev check says more", line=1)


def _key(task: GradingTask) -> str:
    # Its number changes with every line that is written above it.
    return GradingTask(task.kind, "", task.source, task.seed).key


def _verdict(report: Report) -> ChangeVerdict:
    """Read a report that ends at the first lost case; what comes after it, was left out."""
    for case in report.cases:
        if case.outcome is Outcome.FAILED:
            return ChangeVerdict(case.id.partition("::")[2], lost_by_value(case))
        if case.outcome is Outcome.BROKEN:
            return ChangeVerdict(broken=f"{case.id}: {case.message}")
    return ChangeVerdict()


def _listed(materials: Materials) -> dict[tuple[str, str], tuple[Equivalent, int]]:
    """Return the changes that the author has looked at, each with its line; ContentError if the file has mistakes."""
    path = materials.grader / EQUIVALENT
    if not path.exists():
        return {}
    loaded = validated(read_document(path), Equivalents)
    lines = {loc[1]: node.place.line for loc, node in read_document(path).root.walk() if len(loc) == 2}
    return {(one.function, one.change): (one, lines.get(number, 0)) for number, one in enumerate(loaded.changes)}


def _result(
    exercise_id: str,
    materials: Materials,
    changed: Sequence[Mutant],
    verdicts: dict[int, list[ChangeVerdict]],
    listed: dict[tuple[str, str], tuple[Equivalent, int]],
    seeds: int,
    seconds: float,
) -> MutationCheck:
    survivors = [one for number, one in enumerate(changed) if any(each.survives for each in verdicts[number])]
    alive = {(one.function, one.change) for one in survivors}
    new = [one for one in survivors if (one.function, one.change) not in listed]
    lost = [some for some in verdicts.values() if all(one.lost for one in some)]
    broken = [one.broken for some in verdicts.values() for one in some if one.broken]
    found = [_survives(materials, one, verdicts[changed.index(one)], seeds) for one in new]
    found += _stale(materials, changed, alive, listed)
    return MutationCheck(
        exercise_id,
        tuple(found),
        changes=len(changed),
        lost=len(lost),
        by_value=sum(all(one.by_value for one in some) for some in lost),
        listed=len(survivors) - len(new),
        seeds=seeds,
        seconds=round(seconds, 1),
        paste=_paste(new),
        machine=tuple(dict.fromkeys(broken)),
    )


def _survives(materials: Materials, one: Mutant, verdicts: Sequence[ChangeVerdict], seeds: int) -> Finding:
    where = f"in {one.function}" if one.function else "outside of functions"
    count = sum(each.survives for each in verdicts)
    when = "" if count == seeds else f" under {count} of {seeds} seeds, so it hangs on luck"
    message = f"no case notices this change {where}{when}: {one.change}"
    advice = (
        f"write a case that looks at it; if it changes nothing, list it in graders/{materials.grader.name}/{EQUIVALENT}"
    )
    path: Path = materials.grader / "solution.py"
    place = finding(Rule.SURVIVES, path, message, advice, line=one.line)
    return Finding(place.file, one.line, one.column, place.code, place.message, place.suggestion)


def _stale(
    materials: Materials,
    changed: Sequence[Mutant],
    alive: set[tuple[str, str]],
    listed: dict[tuple[str, str], tuple[Equivalent, int]],
) -> Iterator[Finding]:
    """Yield entries of the list that are no longer so."""
    known = {(one.function, one.change) for one in changed}
    for key, (entry, line) in listed.items():
        if key in alive:
            continue
        why = (
            "a case notices this change, so it is not equivalent"
            if key in known
            else "there is no such change (any more)"
        )
        message = f"{why}: {entry.function}: {entry.change}"
        yield finding(Rule.EQUIVALENT, materials.grader / EQUIVALENT, message, "take the entry out", line=line)


def _paste(survivors: Iterable[Mutant]) -> str:
    """Return entries for ``equivalent.yaml``; a text in JSON is one in YAML, too."""
    return "".join(
        f"  - function: {json.dumps(one.function)}\n"
        f"    change: {json.dumps(one.change, ensure_ascii=False)}\n"
        '    why: ""\n'
        for one in survivors
    )
