"""Which file is which exercise: by the course's own file names, as people change them.

From the surest to the vaguest: ``adder.py``; ``Adder (1).py`` or ``adder-2.ipynb``, as a browser or an LMS calls a
second one; ``ada_exercise1.py``; ``my_adder.py``; any file in a folder ``exercise1``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

CODE: Final = (".py", ".ipynb")
_COPY = re.compile(r"(?: ?\((\d+)\)|-(\d+)| copy(?: (\d+))?)$", re.IGNORECASE)
_TESTS = re.compile(r"(?:test_.*|.*_test|conftest)\.py", re.IGNORECASE)
_BY_FOLDER = 4
_BY_NOTHING = 5


@dataclass(frozen=True, slots=True)
class Target:
    """An exercise that a file may be for."""

    exercise: str
    stem: str


@dataclass(frozen=True, slots=True)
class FittingFiles:
    """The files that fit one exercise, the one that counts first; ``unclear`` says why none of them counts."""

    exercise: str
    files: tuple[str, ...]
    unclear: str = ""


def is_code(path: str) -> bool:
    """Say whether a file can be a learner's work: Python or a notebook, and no test."""
    name = PurePosixPath(path).name
    return name.lower().endswith(CODE) and not _TESTS.fullmatch(name)


def match(
    paths: Iterable[str], targets: Sequence[Target], *, only: bool = False, around: str = ""
) -> list[FittingFiles]:
    """Find the files of each exercise.

    Parameters
    ----------
    paths : iterable of str
        What one learner handed in, ``/`` between the parts.
    targets : sequence of Target
        The exercises.
    only : bool
        Everything is for the one target, whatever it is called.
    around : str
        What the folder around everything is called.
    """
    fitting: dict[str, list[tuple[int, str]]] = {}
    for path in filter(is_code, paths):
        ranks = [(rank(path, target, around), target.exercise) for target in targets]
        best = min(ranks, default=(_BY_NOTHING, ""))
        if best[0] < _BY_NOTHING or only:
            fitting.setdefault(best[1], []).append((best[0], path))
    order = {target.exercise: number for number, target in enumerate(targets)}
    stems = {target.exercise: target.stem for target in targets}
    return [_chosen(name, stems[name], fitting[name]) for name in sorted(fitting, key=order.__getitem__)]


def _chosen(exercise: str, stem: str, fitting: list[tuple[int, str]]) -> FittingFiles:
    best = min(rank for rank, _ in fitting)
    files = tuple(path for rank, path in sorted(fitting, key=lambda one: (one[0], _place(one[1]))) if rank == best)
    unclear = ""
    if best >= _BY_FOLDER and len(files) > 1:
        unclear = f"several files, and none is named {stem}.py: {listed(files)}"
    return FittingFiles(exercise, files, unclear)


def _place(path: str) -> tuple[int, int, int, str]:
    """Order files that fit equally well: the least deep, the latest copy, Python before notebooks."""
    return path.count("/"), -copy_number(path), path.lower().endswith(".ipynb"), path


def copy_number(path: str) -> int:
    """Return how often a file of this name was saved before, as its name says: 2 for ``adder (2).py``."""
    found = _COPY.search(PurePosixPath(path).stem)
    return int(next(filter(None, found.groups()), "1")[:9]) if found else 0


def rank(path: str, target: Target, around: str = "") -> int:
    """Return how surely a file is the target's, from 0."""
    whole = PurePosixPath(path)
    stem = whole.stem
    if stem == target.stem:
        return 0
    bare = _words(_COPY.sub("", stem))
    if bare == _words(target.stem):
        return 1
    if _named(bare, target.exercise):
        return 2
    if re.search(rf"(?<![a-z0-9]){re.escape(_words(target.stem))}(?![a-z0-9])", bare):
        return 3
    folders = (around, *whole.parts[:-1])
    return _BY_FOLDER if any(_named(_words(folder), target.exercise) for folder in folders) else _BY_NOTHING


def names_exercise(name: str, targets: Iterable[Target]) -> bool:
    """Say whether a folder is called like an exercise."""
    return any(_named_whole(_words(name), target.exercise) for target in targets)


def person_in(stem: str, target: Target) -> str:
    """Return what is left of a file's name without the exercise: ``ada`` of ``ada_exercise1``."""
    words = _words(stem)
    for pattern in (_pattern(target.exercise), re.escape(_words(target.stem))):
        left = re.sub(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", "", words).strip("_")
        if left != words and left:
            place = re.search(re.escape(left).replace("_", r"[\W_]+"), stem, re.IGNORECASE)
            return place[0] if place else left
    return stem


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names for a sentence."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def _words(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def _pattern(exercise: str) -> str:
    numbered = re.fullmatch(r"exercise(\d+)", exercise)
    return rf"ex(?:ercise)?_?0*{numbered[1]}" if numbered else re.escape(_words(exercise))


def _named(words: str, exercise: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){_pattern(exercise)}(?![a-z0-9])", words) is not None


def _named_whole(words: str, exercise: str) -> bool:
    return re.fullmatch(_pattern(exercise), words) is not None
