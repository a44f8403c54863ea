"""From the reports of an exercise's own solutions to what is wrong with its grader."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dlquiz.authoring.codes import Rule
from dlquiz.authoring.rules import Materials, finding
from dlquiz.authoring.source import Mistake
from dlquiz.errors import Finding
from dlquiz.model.report import CaseResult, Cause, Outcome, Report

MIN_PUBLIC = 2

_LOST_PROCESS = "the sandbox lost its process"
"""How the plugin begins the message of a case whose worker died of something that nothing explains."""


class Kind(StrEnum):
    """What a graded file is."""

    STUB = "stub"
    REFERENCE = "reference"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Graded:
    """One file under one seed."""

    kind: Kind
    name: str
    seed: int
    report: Report


def function_of(case: CaseResult) -> str:
    """Return the name of the case's test function; the cases of a parametrised one share it."""
    return case.id.partition("::")[2].partition("[")[0]


def judge(materials: Materials, graded: Sequence[Graded]) -> tuple[list[Finding], list[str]]:
    """Return what is wrong with the exercise, and what of the machine failed."""
    graded = sorted(graded, key=lambda one: one.seed)
    of_kind = {kind: [one for one in graded if one.kind is kind] for kind in Kind}
    found: list[Finding] = []
    broken, machine = _broken(materials, graded)
    found += broken
    found += _cases(materials, graded)
    for one in of_kind[Kind.STUB]:
        found += _stub(materials, one.report)
    found += _full(Rule.REFERENCE, materials.grader / "solution.py", of_kind[Kind.REFERENCE])
    for name in dict.fromkeys(one.name for one in of_kind[Kind.RIGHT]):
        runs = [one for one in of_kind[Kind.RIGHT] if one.name == name]
        found += _full(Rule.RIGHT, materials.grader / "right" / name, runs)
    mistakes = materials.mistakes()
    for name, mistake in mistakes.items():
        runs = [one for one in of_kind[Kind.WRONG] if one.name == name]
        found += _wrong(materials.grader / "wrong" / name, mistake, runs)
    found += _never_lost(materials, of_kind[Kind.WRONG])
    return found, machine


def _broken(materials: Materials, graded: Sequence[Graded]) -> tuple[list[Finding], list[str]]:
    """A case that could not be judged is the author's to repair, unless the machine killed its worker."""
    found: dict[str, Finding] = {}
    machine: list[str] = []
    for one in graded:
        for case in one.report.cases:
            if case.outcome is not Outcome.BROKEN:
                continue
            if case.message.startswith(_LOST_PROCESS):
                machine.append(f"{one.name}, {case.id}: {case.message}")
            elif case.id not in found:
                message = f"with {one.name}, seed {one.seed}, the case is broken: {case.message}"
                path, line = _place(materials, case)
                found[case.id] = finding(Rule.BROKEN, path, message, line=line)
    return list(found.values()), machine


def _place(materials: Materials, case: CaseResult) -> tuple[Path, int]:
    file_name = case.id.partition("::")[0]
    for file in materials.tests:
        if file.path.name == file_name:
            pattern = re.compile(rf"^[ \t]*(async )?def {re.escape(function_of(case))}\b", re.MULTILINE)
            found = pattern.search(file.text)
            return file.path, file.text.count("\n", 0, found.start()) + 1 if found else 0
    return materials.grader / file_name, 0


def _cases(materials: Materials, graded: Sequence[Graded]) -> Iterator[Finding]:
    """Points, public cases, hints. A report names a hint only where a case was lost."""
    if not graded:
        return
    cases = graded[0].report.cases
    possible = sum(case.points.possible for case in cases)
    path = materials.folder / "exercise.yaml"
    if abs(possible - materials.exercise.points) > 1e-9:
        message = f"points: {materials.exercise.points:g}, but the cases together give {possible:g}"
        yield finding(Rule.POINTS, path, message, line=_line_of(path, "points:"))
    public = sum(case.visibility == "public" for case in cases)
    if public < MIN_PUBLIC:
        message = f"{public} public cases, at least {MIN_PUBLIC} are needed"
        yield finding(Rule.PUBLIC_CASES, materials.grader, message, "mark cases with public=True")
    lost = {case.id: case for one in graded for case in one.report.cases if case.outcome is Outcome.FAILED}
    for case in lost.values():
        if not (case.hint or "").strip():
            place, line = _place(materials, case)
            yield finding(Rule.HINTS, place, f"the case {function_of(case)} has no hint", "hint=…", line=line)


def _line_of(path: Path, start: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(start)), 0)


def _stub(materials: Materials, report: Report) -> Iterator[Finding]:
    """The untouched file loses every case, and each time the learner is told which TODO is meant."""
    for case in report.cases:
        if case.outcome is Outcome.FAILED and case.cause is Cause.EXCEPTION and "NotImplementedError" in case.message:
            continue
        if case.outcome is Outcome.BROKEN:
            continue
        path, line = _place(materials, case)
        if case.outcome is Outcome.FAILED:
            message = f"with the untouched stub {function_of(case)} does not say which TODO is open: {case.message}"
        else:
            message = f"the untouched stub does not lose {function_of(case)} ({case.outcome})"
        yield finding(Rule.STUB, path, message, "every case needs something that the learner writes", line=line)


def _full(rule: Rule, path: Path, runs: Sequence[Graded]) -> Iterator[Finding]:
    """Full points, bonus cases included, under every seed."""
    lost: dict[str, list[Graded]] = defaultdict(list)
    said: dict[str, str] = {}
    for one in runs:
        for case in one.report.cases:
            if case.outcome in (Outcome.FAILED, Outcome.SKIPPED):
                lost[case.id].append(one)
                said.setdefault(case.id, case.message)
    for case_id, where in lost.items():
        seeds = ", ".join(str(one.seed) for one in where)
        message = f"{path.name} loses {case_id} under seed {seeds} of {len(runs)}: {said[case_id]}"
        yield finding(rule, path, message, "a false failure is worse than a missed mistake")


def _wrong(path: Path, mistake: Mistake, runs: Sequence[Graded]) -> Iterator[Finding]:
    """Lost are all of ``loses`` under every seed, and nothing outside ``loses`` and ``may_lose``."""
    for name in mistake.loses:
        kept = [one.seed for one in runs if name not in _lost(one.report)]
        if kept:
            message = f"passes {name} under seed {', '.join(map(str, kept))}, but says that it loses it"
            yield finding(Rule.WRONG_PASSES, path, message, "sharpen the case, or correct `loses:`", line=mistake.line)
    more: dict[str, list[int]] = defaultdict(list)
    for one in runs:
        for name in sorted(_lost(one.report) - {*mistake.loses, *mistake.may_lose}):
            more[name].append(one.seed)
    for name, seeds in more.items():
        message = f"loses {name} under seed {', '.join(map(str, seeds))}, but does not say so"
        yield finding(Rule.WRONG_LOSES_MORE, path, message, "name it under `loses:` or `may_lose:`", line=mistake.line)


def _lost(report: Report) -> set[str]:
    return {function_of(case) for case in report.cases if case.outcome is Outcome.FAILED}


def _never_lost(materials: Materials, wrong: Sequence[Graded]) -> Iterator[Finding]:
    """A case that no wrong solution loses may as well not be there."""
    if not wrong:
        return
    lost = {case.id for one in wrong for case in one.report.cases if case.outcome is Outcome.FAILED}
    for case in wrong[0].report.cases:
        if case.id not in lost:
            path, line = _place(materials, case)
            message = f"no wrong solution loses {case.id.partition('::')[2]}"
            yield finding(Rule.NEVER_LOST, path, message, "write one into wrong/", line=line)
