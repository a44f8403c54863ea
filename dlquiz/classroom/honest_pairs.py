"""How alike honest programs of an exercise are: measured on the course's own right solutions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.classroom.likeness import Fingerprint, NotComparedError, Run, fingerprint, likeness, runs_of

if TYPE_CHECKING:
    from dlquiz.content.course import Course

FEWEST_RUNS = 45
"""A shorter program cannot be judged. Solutions that were written from the stub alone came to 0.71, 1.00 and 0.78
against ours in exercises 2, 10 and 14, whose references have 26 to 33 runs, and to 0.40 in exercise 5, which has 52."""
LEAST = 0.65
"""No threshold is lower, however different the honest pairs are: they were written to be different."""
MARGIN = 0.15
MOST = 0.85
"""With a higher threshold disguised copies would not be found."""


@dataclass(frozen=True, slots=True)
class HonestPairs:
    """What is known of an exercise: its best honest pair, its shortest solution, and from where on a pair is listed.

    ``threshold`` is None where ``reason`` says why the exercise cannot be judged.
    """

    exercise: str
    programs: int
    shortest: int
    best: float
    pair: tuple[str, str]
    threshold: float | None
    reason: str
    stub: frozenset[Run]


def honest_pairs(course: "Course", exercise: str) -> HonestPairs:
    """Measure an exercise on ``solution.py`` and ``right/*.py``; these are read and never run."""
    stub = _stub_runs(course.stub_path(exercise))
    folder = course.grader_folder(exercise)
    programs: dict[str, Fingerprint] = {}
    for path in (folder / "solution.py", *sorted((folder / "right").glob("*.py"))):
        try:
            programs[path.relative_to(folder).as_posix()] = fingerprint([path.read_text("utf-8")], stub)
        except (OSError, ValueError, NotComparedError):
            continue  # `dev check` tells authors
    best, pair = max(
        ((likeness(programs[one], programs[other]), (one, other)) for one, other in combinations(programs, 2)),
        default=(0.0, ("", "")),
    )
    shortest = min((len(program.counts) for program in programs.values()), default=0)
    threshold, reason = _judged(list(programs.values()), shortest, best)
    return HonestPairs(exercise, len(programs), shortest, best, pair, threshold, reason, stub)


def _judged(programs: Sequence[Fingerprint], shortest: int, best: float) -> tuple[float | None, str]:
    if len(programs) < 2:
        return None, "the course has no two solutions of it to measure honest pairs on"
    if shortest < FEWEST_RUNS:
        return None, (
            f"it is too short to judge: a right solution has {shortest} runs of operations, and {FEWEST_RUNS} are "
            "needed. People who work alone write nearly the same"
        )
    threshold = max(LEAST, round(best + MARGIN, 2))
    if threshold > MOST:
        return None, f"honest solutions are as alike as copies: {best:.2f}"
    return threshold, ""


def _stub_runs(path: Path) -> frozenset[Run]:
    try:
        return runs_of([path.read_text("utf-8")])
    except (OSError, ValueError, NotComparedError):
        return frozenset()
