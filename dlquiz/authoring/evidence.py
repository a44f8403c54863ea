"""From the reports of an exercise's own solutions to what is wrong with its grader.

One cause gives one finding. Where the reference itself loses a case, or the case is broken, nothing is said about what
the others do there: whatever it is, it follows from that.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dlquiz.authoring import hint_words, watch
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.gradings import FileKind, GradedFile
from dlquiz.authoring.materials import Materials, finding
from dlquiz.authoring.source import case_functions, functions, functions_using
from dlquiz.content.mistakes import Mistake
from dlquiz.errors import Finding
from dlquiz.model.report import CaseResult, Cause, Outcome, Report

MIN_PUBLIC = 2

_LOST_PROCESS = "the sandbox lost its process"
"""How the plugin begins the message of a case whose worker died of something that nothing explains."""
_NO_VALUE = re.compile(
    r"Is the return statement missing\?|is a return missing\?|this check can do nothing with it|\w object, expected "
)
"""What a case says that has no value to look at, although nothing was raised."""


def function_of(case: CaseResult) -> str:
    """Return the name of the case's test function; the cases of a parametrised one share it."""
    return case.id.partition("::")[2].partition("[")[0]


def lost_by_value(case: CaseResult) -> bool:
    """Whether a case was lost because it looked at what came, and not because nothing came."""
    return case.outcome is Outcome.FAILED and case.cause is None and not _NO_VALUE.search(case.message)


def told(phrase: str, runs: Sequence[GradedFile]) -> bool:
    """Return whether a lost case shows the phrase to the learner."""
    said = (f"{case.message} {case.diagnosis or ''}" for one in runs for case in one.report.cases if _failed(case))
    return any(phrase.lower() in text.lower() for text in said)


class Evidence:
    """All reports of one exercise, and what they prove; ``sampled``: some of its wrong solutions were not graded."""

    def __init__(self, materials: Materials, graded: Sequence[GradedFile], *, sampled: bool = False) -> None:
        self._materials = materials
        self._sampled = sampled
        self._graded = sorted(graded, key=lambda one: one.seed)
        self.machine: list[str] = []
        """What of this machine failed."""
        self._broken = self._find_broken()
        references = [case for one in self._of(FileKind.REFERENCE) for case in one.report.cases]
        lost = {case.id for case in references if case.outcome is not Outcome.PASSED}
        self._unsound = lost | {case.id for _, case in self._broken}
        """Cases of which nothing can be said but that they do not work."""

    def _of(self, kind: FileKind) -> list[GradedFile]:
        return [one for one in self._graded if one.kind is kind]

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the exercise."""
        yield from self._of_broken()
        yield from self._of_reference()
        yield from self._of_cases()
        for one in self._of(FileKind.STUB):
            yield from self._of_stub(one.report)
        for name, runs in _by_name(self._of(FileKind.RIGHT)).items():
            yield from self._of_right(self._materials.grader / "right" / name, runs)
        mistakes, wrong = self._materials.mistakes(), _by_name(self._of(FileKind.WRONG))
        for name, runs in wrong.items():
            if name in mistakes:
                yield from self.of_wrong(self._materials.grader / "wrong" / name, mistakes[name], runs)
                yield from self._of_phrase(name, mistakes[name], wrong)
        yield from self._never_lost()
        yield from self._not_asked()
        yield from self._not_repeated()

    # -- what does not work at all ----------------------------------------

    def _find_broken(self) -> list[tuple[GradedFile, CaseResult]]:
        """Return the cases that could not be judged; whose worker the machine killed, are the machine's."""
        found = []
        for one in self._graded:
            for case in one.report.cases:
                if case.outcome is Outcome.BROKEN and case.message.startswith(_LOST_PROCESS):
                    self.machine.append(f"{one.name}, {case.id}: {case.message}")
                elif case.outcome is Outcome.BROKEN:
                    found.append((one, case))
        return found

    def _of_broken(self) -> Iterator[Finding]:
        causes: defaultdict[str, list[tuple[GradedFile, CaseResult]]] = defaultdict(list)
        for one, case in self._broken:
            causes[_cause_of(case)].append((one, case))
        for same in causes.values():
            one, case = same[0]
            path, line = self._place(case)
            cases = _listed(case.id.partition("::")[2] for _, case in same)
            message = f"with {one.name}, seed {one.seed}, {cases} broken: {case.message}"
            yield finding(Rule.BROKEN, path, message, line=line)

    def _place(self, case: CaseResult) -> tuple[Path, int]:
        return self._place_of(case.id.partition("::")[0], function_of(case))

    def _place_of(self, file_name: str, function: str) -> tuple[Path, int]:
        for file in self._materials.tests:
            if file.path.name == file_name:
                lines = (one.lineno for one in case_functions(file.tree) if one.name == function.rpartition("::")[2])
                return file.path, next(lines, 1)
        return self._materials.grader / file_name, 0

    def _of_reference(self) -> Iterator[Finding]:
        """Full points, bonus cases included, under every seed."""
        yield from self._full(Rule.REFERENCE, self._materials.grader / "solution.py", self._of(FileKind.REFERENCE))

    def _of_right(self, path: Path, runs: Sequence[GradedFile]) -> Iterator[Finding]:
        yield from self._full(Rule.RIGHT, path, runs, self._unsound)

    def _full(
        self, rule: Rule, path: Path, runs: Sequence[GradedFile], passed_over: set[str] | frozenset[str] = frozenset()
    ) -> Iterator[Finding]:
        causes: defaultdict[str, list[tuple[GradedFile, CaseResult]]] = defaultdict(list)
        for one in runs:
            for case in one.report.cases:
                if case.outcome in (Outcome.FAILED, Outcome.SKIPPED) and case.id not in passed_over:
                    causes[_cause_of(case)].append((one, case))
        for same in causes.values():
            case = same[0][1]
            seeds = ", ".join(dict.fromkeys(str(one.seed) for one, _ in same))
            cases = ", ".join(dict.fromkeys(case.id for _, case in same))
            message = f"{path.name} loses {cases} under seed {seeds} of {len(runs)}: {case.message}"
            where, line = self._blamed(path, case)
            yield finding(rule, where, message, "a false failure is worse than a missed mistake", line=line)

    def _blamed(self, path: Path, case: CaseResult) -> tuple[Path, int]:
        """Return where an exception comes from: the file itself, or the probe."""
        frames = re.findall(r'File "([^"]+)", line (\d+)', case.traceback or "")
        for name, line in reversed(frames):
            if Path(name).name == "probe.py" and self._materials.probe is not None:
                return self._materials.probe.path, int(line)
        return path, int(frames[-1][1]) if frames else 1

    # -- the cases themselves ---------------------------------------------

    def _of_cases(self) -> Iterator[Finding]:
        """Points, public cases, hints. A report names a hint only where a case was lost."""
        first = next((one for one in self._graded if one.kind is not FileKind.WATCHING), None)
        if first is None:
            return
        cases, materials = first.report.cases, self._materials
        possible = sum(case.points.possible for case in cases)
        if abs(possible - materials.exercise.points) > 1e-9:
            message = f"points: {materials.exercise.points:g}, but the cases together give {possible:g}"
            yield finding(Rule.POINTS, materials.described, message, line=materials.line("points"))
        public = sum(case.visibility == "public" for case in cases)
        if public < MIN_PUBLIC:
            message = f"{public} public case{'s' * (public != 1)}, at least {MIN_PUBLIC} are needed"
            path = materials.tests[0].path
            yield finding(Rule.PUBLIC_CASES, path, message, "mark cases with public=True", line=1)
        yield from self._hints()

    def _hints(self) -> Iterator[Finding]:
        failed = [case for one in self._graded for case in one.report.cases if _failed(case)]
        # Where the form of an answer is wrong, a report leaves the hint out.
        lost = {function_of(case): case for case in sorted(failed, key=lambda case: case.hint is not None)}
        same: defaultdict[str, list[str]] = defaultdict(list)
        for name, case in lost.items():
            hint = (case.hint or "").strip()
            wrong = "has no hint" if not hint else hint_words.complaint(hint, case.title)
            path, line = self._place(case)
            if wrong:
                message = f"the case {name} {wrong}" if not hint else f"the hint of {name} {wrong}"
                yield finding(Rule.HINTS, path, message, "say what to look at", line=line)
            same[hint].append(name)
        for hint, names in same.items():
            if hint and len(names) > MAX_SAME_HINT:
                path, line = self._place(lost[names[0]])
                message = f"{len(names)} cases have the same hint: {', '.join(names)}"
                yield finding(Rule.HINTS, path, message, "say what to look at in each case", line=line)

    def _of_stub(self, report: Report) -> Iterator[Finding]:
        """The untouched file loses every case, and each time the learner is told which TODO is meant."""
        for case in report.cases:
            if case.outcome is Outcome.FAILED and case.cause is Cause.EXCEPTION and _names_todo(case):
                continue
            if case.outcome is Outcome.BROKEN or case.id in self._unsound:
                continue
            path, line = self._place(case)
            if case.outcome is Outcome.FAILED:
                message = f"with the untouched stub {function_of(case)} does not say which TODO is open: {case.message}"
            else:
                message = f"the untouched stub does not lose {function_of(case)} ({case.outcome})"
            yield finding(Rule.STUB, path, message, "every case needs something that the learner writes", line=line)

    # -- wrong solutions --------------------------------------------------

    def of_wrong(self, path: Path, mistake: Mistake, runs: Sequence[GradedFile]) -> Iterator[Finding]:
        """Lost are all of ``loses`` under every seed, and nothing outside ``loses`` and ``may_lose``."""
        unsound = {name.partition("::")[2].partition("[")[0] for name in self._unsound}
        always = set.intersection(*(_lost(one.report) for one in runs))
        ever = set.union(*(_lost(one.report) for one in runs))
        for name in mistake.loses:
            kept = [str(one.seed) for one in runs if name not in _lost(one.report)]
            if kept and name not in unsound and name in self._materials.case_functions:
                message = f"passes {name} under seed {', '.join(kept)}, but says that it loses it"
                yield finding(
                    Rule.WRONG_PASSES, path, message, "sharpen the case, or correct `loses:`", line=mistake.line
                )
        more = ever - {*mistake.loses, *mistake.may_lose} - unsound
        if more:
            seeds = ", ".join(str(one.seed) for one in runs if more & _lost(one.report))
            message = f"loses {', '.join(sorted(more))} under seed {seeds}, but does not say so"
            names = [f"`{key}: {', '.join(sorted(some))}`" for key, some in _split(more, always) if some]
            advice = f"add {' and '.join(names)} to its docstring, or sharpen the case"
            yield finding(Rule.WRONG_LOSES_MORE, path, message, advice, line=mistake.line)

    def _of_phrase(self, name: str, mistake: Mistake, wrong: Mapping[str, Sequence[GradedFile]]) -> Iterator[Finding]:
        """What it is said to be told, is told, and to no other one."""
        others = [other for other in wrong if other != name and told(mistake.says, wrong[other])]
        if not mistake.says or (told(mistake.says, wrong[name]) and not others):
            return
        message = f"is not told “{mistake.says}” by a case that it loses"
        if told(mistake.says, wrong[name]):
            message = f"“{mistake.says}” is also what {', '.join(others)} is told"
        yield finding(Rule.NOT_SAID, self._materials.grader / "wrong" / name, message, "correct `says:`", line=1)

    def _never_lost(self) -> Iterator[Finding]:
        """A case that no wrong solution loses, or none by a value, may as well not be there."""
        wrong = self._of(FileKind.WRONG)
        if not wrong:
            return
        cases = [case for one in wrong for case in one.report.cases]
        lost = {case.id for case in cases if _failed(case)}
        by_value = {function_of(case) for case in cases if lost_by_value(case)}
        told: set[str] = set()
        for case in wrong[0].report.cases:
            if case.id in self._unsound:
                continue
            path, line = self._place(case)
            if case.id not in lost:
                message = f"no wrong solution loses {case.id.partition('::')[2]}"
                yield finding(Rule.NEVER_LOST, path, message, "write one into wrong/", line=line)
            elif (name := function_of(case)) not in by_value | told and not self._sampled:
                told.add(name)
                message = f"wrong solutions lose {name} only by raising, by stopping or by returning nothing"
                yield finding(Rule.NEVER_BY_VALUE, path, message, "write one that returns a wrong value", line=line)

    # -- what the cases ask -----------------------------------------------

    def _not_asked(self) -> Iterator[Finding]:
        """Every function of the stub is called by some case."""
        watching = self._of(FileKind.WATCHING)
        stub = self._materials.stub
        if not watching or stub is None or self._unsound:
            return
        asked = watch.asked(one.report for one in watching)
        for name, function in functions(stub.tree).items():
            if name not in asked:
                message = f"no case calls {name}, so nothing that a learner writes there counts"
                yield finding(Rule.NOT_ASKED, stub.path, message, "write a case for it", line=function.lineno)

    def _not_repeated(self) -> Iterator[Finding]:
        """The same seed gives the same inputs."""
        watching = self._of(FileKind.WATCHING)
        if len(watching) != 2 or self._unsound:
            return
        free = [name for file in self._materials.tests for name in functions_using(file.tree, "speed")]
        other = watch.other_inputs(watching[0].report, watching[1].report, free)
        if other:
            path, line = self._place_of(other[0].partition("::")[0], other[0].partition("::")[2].partition("[")[0])
            cases = ", ".join(name.partition("::")[2] for name in other)
            message = f"the same seed gives other inputs the second time: {cases}"
            advice = "draw everything in the case, from the fixture rng, and from nothing that other cases use"
            yield finding(Rule.NOT_REPEATED, path, message, advice, line=line)


MAX_SAME_HINT = 3
"""Cases that may share a hint: what fits everywhere says little."""


def _by_name(graded: Sequence[GradedFile]) -> dict[str, list[GradedFile]]:
    found: defaultdict[str, list[GradedFile]] = defaultdict(list)
    for one in graded:
        found[one.name].append(one)
    return found


def _failed(case: CaseResult) -> bool:
    return case.outcome is Outcome.FAILED


def _names_todo(case: CaseResult) -> bool:
    return "NotImplementedError" in case.message


def _lost(report: Report) -> set[str]:
    return {function_of(case) for case in report.cases if _failed(case)}


def _split(more: set[str], always: set[str]) -> Iterator[tuple[str, set[str]]]:
    yield "loses", more & always
    yield "may_lose", more - always


def _cause_of(case: CaseResult) -> str:
    """Return what is the same for everything that one mistake breaks: the last line of code, or the words."""
    frames = re.findall(r"line \d+", case.traceback or "")
    return frames[-1] if frames else re.sub(r"\d+", "#", case.message.partition("\n")[0])


def _listed(names: Iterator[str]) -> str:
    different = list(dict.fromkeys(names))
    return f"{', '.join(different)} {'is' if len(different) == 1 else 'are'}"
