"""The result of a check, for people and for tools (pure)."""

from dataclasses import asdict
from typing import Any

from dlquiz.authoring.check import CourseCheck, ExerciseCheck

FORMAT_VERSION = 1
_MACHINE_LINES = 3


def as_document(result: CourseCheck) -> dict[str, Any]:
    """Return the JSON document of ``dev check --json``."""
    return {
        "format_version": FORMAT_VERSION,
        "course": result.course,
        "certified": result.exit_code == 0,
        "exercises": [{**asdict(one), "certified": one.certified} for one in result.exercises],
        "quizzes": list(result.quizzes),
        "findings": [asdict(one) for one in result.findings],
    }


def as_text(result: CourseCheck) -> str:
    """Return one line per exercise, each followed by what is wrong with it."""
    lines = []
    for one in result.exercises:
        lines.append(_headline(one))
        lines += [f"  {line}" for finding in one.findings for line in str(finding).splitlines()]
        lines += [f"  this machine: {text}" for text in one.machine[:_MACHINE_LINES]]
        if len(one.machine) > _MACHINE_LINES:
            lines.append(f"  this machine: and {len(one.machine) - _MACHINE_LINES} more cases")
    if result.quizzes:
        state = "ok" if not result.findings else f"{len(result.findings)} to repair"
        lines.append(f"{'quizzes':<12} {state}: {', '.join(result.quizzes)}")
    lines += [f"  {line}" for finding in result.findings for line in str(finding).splitlines()]
    count = len(result.findings) + sum(len(one.findings) for one in result.exercises)
    lines.append("")
    if any(one.machine for one in result.exercises):
        lines.append("Something of this machine failed; nothing is proved by this run.")
    elif count:
        lines.append(f"{count} finding{'s' * (count != 1)}.")
    else:
        lines.append("Everything is certified.")
    return "\n".join(lines)


def _headline(one: ExerciseCheck) -> str:
    state = "certified" if one.certified else f"{len(one.findings)} to repair" if one.findings else "not judged"
    facts = (
        f"{one.cases} cases, {one.points:g} points, {one.wrong} wrong and {one.right} right solutions, "
        f"{one.gradings} gradings under {one.seeds} seeds, {one.seconds:.1f} s"
    )
    return f"{one.exercise:<12} {state}" + (f": {facts}" if one.gradings else "")
