"""What became of each wrong solution: lost as announced, and told what it is (pure)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from dlquiz.authoring.evidence import function_of, lost_by_value, told
from dlquiz.authoring.gradings import FileKind, GradedFile
from dlquiz.authoring.results import LostCase, WrongSolution
from dlquiz.content.mistakes import Mistake
from dlquiz.model.report import CaseResult, Outcome


def wrong_solutions(graded: Sequence[GradedFile], mistakes: Mapping[str, Mistake]) -> tuple[WrongSolution, ...]:
    """Return one entry for each wrong solution that has a header, in the order of their names."""
    runs: defaultdict[str, list[GradedFile]] = defaultdict(list)
    for one in sorted(graded, key=lambda one: one.seed):
        if one.kind is FileKind.WRONG and one.name in mistakes:
            runs[one.name].append(one)
    # A sentence that several mistakes get names none of them.
    diagnoses = Counter(says for some in runs.values() for says in _diagnoses(some))
    return tuple(_solution(name, mistakes[name], runs, diagnoses) for name in sorted(runs))


def sample(mistakes: Mapping[str, Mistake]) -> frozenset[str]:
    """Return the names of few wrong solutions of which each case that can be lost is lost by one.

    The rarest cases choose first, and each takes the mistake that costs least beside it: it shows most sharply that
    the case sees something.
    """
    losers: defaultdict[str, list[str]] = defaultdict(list)
    for name, mistake in mistakes.items():
        for case in mistake.loses:
            losers[case].append(name)
    chosen: set[str] = set()
    for case in sorted(losers, key=lambda case: (len(losers[case]), case)):
        if chosen.isdisjoint(losers[case]):
            chosen.add(
                min(losers[case], key=lambda name: (len(mistakes[name].loses), len(mistakes[name].may_lose), name))
            )
    return frozenset(chosen)


def _solution(
    name: str, mistake: Mistake, graded: Mapping[str, Sequence[GradedFile]], diagnoses: Mapping[str, int]
) -> WrongSolution:
    runs = graded[name]
    lost = [{function_of(case) for case in _lost(one)} for one in runs]
    always, ever = set.intersection(*lost), set.union(*lost)
    named = (
        any(diagnoses[says] == 1 for says in _diagnoses(runs))
        or told(mistake.title.rstrip("."), runs)
        or (bool(mistake.says) and [other for other in graded if told(mistake.says, graded[other])] == [name])
    )
    exact = set(mistake.loses) <= always and ever <= {*mistake.loses, *mistake.may_lose}
    return WrongSolution(name, mistake.title, all(lost), exact, named, tuple(_cases(runs)))


def _diagnoses(runs: Sequence[GradedFile]) -> set[str]:
    return {case.diagnosis for one in runs for case in _lost(one) if case.diagnosis}


def _lost(one: GradedFile) -> list[CaseResult]:
    return [case for case in one.report.cases if case.outcome is Outcome.FAILED]


def _cases(runs: Sequence[GradedFile]) -> list[LostCase]:
    """Return the lost cases in their order; by a value, if that happened under any seed."""
    found: defaultdict[str, list[tuple[int, CaseResult]]] = defaultdict(list)
    for one in runs:
        for case in _lost(one):
            found[function_of(case)].append((one.seed, case))
    return [
        LostCase(
            name,
            "value" if any(lost_by_value(case) for _, case in some) else some[0][1].cause or "nothing",
            tuple(dict.fromkeys(seed for seed, _ in some)),
            next((case.diagnosis for _, case in some if case.diagnosis), None) or some[0][1].message,
        )
        for name, some in found.items()
    ]
