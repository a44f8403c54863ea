"""The result of a check, for people and for tools (pure)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dlquiz.authoring.results import CourseCheck, ExerciseCheck, WrongSolution

if TYPE_CHECKING:
    from dlquiz.authoring.calibrate import Calibration, Threshold
    from dlquiz.authoring.survivors import MutationCheck

FORMAT_VERSION = 1
_MACHINE_LINES = 3


def as_document(result: CourseCheck) -> dict[str, Any]:
    """Return the JSON document of ``dev check --json``."""
    return {
        "format_version": FORMAT_VERSION,
        "course": result.course,
        "root": result.root,
        "certified": result.exit_code == 0 and not any(one.partly or one.sampled for one in result.exercises),
        "seconds": result.seconds,
        "exercises": [{**asdict(one), "certified": one.certified} for one in result.exercises],
        "quizzes": list(result.quizzes),
        "findings": [asdict(one) for one in result.findings],
    }


def as_text(result: CourseCheck, *, verbose: bool = False) -> str:
    """Return one line per exercise, each followed by what is wrong with it; with ``verbose`` all wrong solutions."""
    lines = []
    for one in result.exercises:
        lines += [_headline(one), *(f"  {line}" for line in _table(one, verbose))]
        lines += [f"  {line}" for finding in one.findings for line in str(finding).splitlines()]
        lines += [f"  this machine: {text}" for text in one.machine[:_MACHINE_LINES]]
        if len(one.machine) > _MACHINE_LINES:
            lines.append(f"  this machine: and {len(one.machine) - _MACHINE_LINES} more cases")
    if result.quizzes:
        state = "ok" if not result.findings else f"{len(result.findings)} to repair"
        lines.append(f"{'quizzes':<12} {state}: {', '.join(result.quizzes)}")
    lines += [f"  {line}" for finding in result.findings for line in str(finding).splitlines()]
    return "\n".join([*lines, "", _verdict(result)])


def _verdict(result: CourseCheck) -> str:
    count = len(result.findings) + sum(len(one.findings) for one in result.exercises)
    found = f"{count} finding{'s' * (count != 1)}. " if count else ""
    if any(one.machine for one in result.exercises):
        return f"{found}Something of this machine failed; nothing is proved by this run."
    if skipped := sum(bool(one.skipped) for one in result.exercises):
        return f"{found}{skipped} of {len(result.exercises)} exercises could not be checked here."
    if count:
        return found.strip()
    if any(one.partly for one in result.exercises):
        return "Nothing is wrong with these files; the exercise as a whole was not checked."
    if any(one.sampled for one in result.exercises):
        return "Nothing is wrong, as far as this sample of the wrong solutions shows: dlquiz dev check certifies."
    return "Everything is certified."


def _headline(one: ExerciseCheck) -> str:
    if one.skipped:
        return f"{one.exercise:<12} skipped: {one.skipped}"
    state = "certified" if one.certified else f"{len(one.findings)} to repair" if one.findings else "not judged"
    if (one.partly or one.sampled) and not one.findings and not one.machine:
        state = "nothing found"
    if not one.gradings:
        return f"{one.exercise:<12} {state}"
    kept = f", {one.cached} of them kept from before" if one.cached else ""
    solutions = "" if one.partly else f", {one.wrong} wrong and {one.right} right solutions"
    facts = (
        f"{_count(one.cases, 'case')}, {_count(one.points, 'point')}{solutions}, "
        f"{_count(one.gradings, 'grading')}{kept} "
        f"(reference under {_count(one.seeds, 'seed')}, others under {one.wrong_seeds}), {one.seconds:.1f} s"
    )
    return f"{one.exercise:<12} {state}: {facts}"


def _count(number: float, what: str) -> str:
    return f"{number:g} {what}{'s' * (number != 1)}"


def _table(one: ExerciseCheck, verbose: bool) -> Iterator[str]:
    """Yield what became of the wrong solutions: three numbers, or a table."""
    solutions = one.solutions
    if not solutions:
        return
    asked = ("failed", "exact") if one.lean else ("failed", "exact", "named")
    sums = {name: sum(getattr(each, name) for each in solutions) for name in asked}
    of = f" of {one.wrong}" if one.sampled else ""
    yield f"wrong solutions: {len(solutions)}{of}, " + ", ".join(f"{number} {name}" for name, number in sums.items())
    if one.spared:
        what = _count(one.spared, "costly case")
        yield f"  {what} not run for wrong solutions that need not lose them; without --quick all run"
    if not verbose and not one.partly:
        return
    width = max(len(each.name) for each in solutions)
    yield f"{'':<{width}}  {' '.join(sums)}"
    for each in solutions:
        marks = " ".join(f"{'yes' if getattr(each, name) else 'no':<{len(name)}}" for name in sums)
        yield f"{each.name:<{width}}  {marks}  {each.title}"
        yield from (f"{'':<{width}}    {line}" for line in _lost(each))
    alone = Counter(lost.case for each in solutions for lost in each.lost)
    once = [case for case, number in alone.items() if number == 1]
    if once and not one.partly:
        yield f"lost by a single wrong solution: {', '.join(once)}"


def _lost(solution: WrongSolution) -> Iterator[str]:
    for one in solution.lost:
        seeds = f"seed{'s' * (len(one.seeds) != 1)} {', '.join(map(str, one.seeds))}"
        yield f"{one.case}: by {'a value' if one.how == 'value' else one.how}, {seeds}"
        if one.says:
            yield f"  says: {one.says}"


# -- changes of the reference ------------------------------------------------------


def survivors_text(results: Sequence["MutationCheck"]) -> str:
    """Return one line per exercise, what survived, and how to list it."""
    lines: list[str] = []
    for one in results:
        lines.append(_mutation_line(one))
        lines += [f"  {line}" for finding in one.findings for line in str(finding).splitlines()]
        lines += [f"  not judged: {text}" for text in one.machine[:_MACHINE_LINES]]
        if one.paste:
            file = f"graders/{one.exercise}/equivalent.yaml"
            lines += ["", f"  Those that change nothing belong into {file}, each with its reason:", ""]
            lines += ["  format_version: 1", "  changes:", *(f"  {line}" for line in one.paste.splitlines())]
    count = sum(len(one.findings) for one in results)
    verdict = f"{count} finding{'s' * (count != 1)}." if count else "Every change is noticed, or listed with a reason."
    if any(one.machine or one.skipped for one in results):
        verdict = "Something could not be judged here."
    return "\n".join([*lines, "", verdict])


def _mutation_line(one: "MutationCheck") -> str:
    if one.skipped:
        return f"{one.exercise:<12} skipped: {one.skipped}"
    if not one.seeds:
        return f"{one.exercise:<12} not judged"
    alive = one.changes - one.lost - len(one.machine)
    return (
        f"{one.exercise:<12} {_count(one.changes, 'one-place change')}: "
        f"{one.lost} lost ({one.by_value} of them by a value), {alive} survive{'s' * (alive == 1)}, "
        f"{one.listed} of them listed; under {_count(one.seeds, 'seed')}, {one.seconds:.1f} s"
    )


# -- thresholds ---------------------------------------------------------------------


def thresholds_text(results: Sequence["Calibration"]) -> str:
    """Return every threshold with its margin."""
    lines: list[str] = []
    for one in results:
        if one.skipped or one.findings:
            lines.append(f"{one.exercise:<12} " + (f"skipped: {one.skipped}" if one.skipped else "has mistakes"))
            lines += [f"  {line}" for finding in one.findings for line in str(finding).splitlines()]
            continue
        data = f" on {one.data}" if one.data else ""
        lines.append(f"{one.exercise:<12} the reference{data} under {_count(one.seeds, 'seed')}, {one.seconds:.1f} s")
        lines += [f"  the reference LOSES {case} under {number} of {one.seeds} seeds" for case, number in one.lost]
        lines += [f"  {line}" for threshold in one.thresholds for line in _threshold(threshold)]
        if not one.thresholds:
            lines.append(
                "  no case measures anything against a threshold (check.accuracy, check.speed, check.decreases)"
            )
    return "\n".join(lines)


def _threshold(one: "Threshold") -> Iterator[str]:
    values = sorted(one.values)
    middle = values[len(values) // 2]
    side = "at least" if one.at_least else "at most"
    yield f"{one.case}: {one.name}"
    yield (
        f"  {side} {one.threshold:.4g}; {_count(len(values), 'value')}: "
        f"lowest {values[0]:.4g}, median {middle:.4g}, highest {values[-1]:.4g}"
    )
    far = "" if one.deviations is None else f", the mean is {one.deviations:.1f} standard deviations away"
    yield f"  margin {one.margin:.4g}{far}; {one.missed} missed"
    yield f"  a correct solution like this one loses the case in at most {one.bound:.2%} of gradings (95 % confidence)"
