"""What was found: one exercise of one learner, or why there is none."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dlquiz.classroom.names import Learner
from dlquiz.classroom.places import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlquiz.submission import Submission


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One exercise that one learner handed in; the larger ``order``, the later the attempt.

    ``beside`` are the modules in the folder of the main file, ``others`` the main files of other exercises there.
    ``said_by`` says where ``when`` comes from; ``home`` is the learner's own folder, as its path in the place, None
    where there is no such folder.
    """

    learner: Learner
    exercise: str
    main: str
    piece: Piece
    beside: dict[str, Piece]
    others: dict[str, Piece]
    late: bool
    when: str
    order: tuple[int, str, float, int]
    notes: tuple[str, ...] = ()
    said_by: str = ""
    home: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Where its files lie, the main one first."""
        return (self.piece.label, *(piece.label for piece in self.beside.values()))

    def read(self, module_name: str, packages: "Sequence[str]") -> "Submission":
        """Read it under the module name of the exercise's stub.

        Raises
        ------
        WorkError
            It cannot be read as a submission.
        """
        from dlquiz.submission import submission_from_bytes
        from dlquiz.submission.notebook import MAX_NOTEBOOK_BYTES
        from dlquiz.submission.plain import MAX_BYTES
        from dlquiz.submission.tree import tree_submission

        name = PurePosixPath(self.main).name
        raw = self.piece.read(MAX_NOTEBOOK_BYTES if name.lower().endswith(".ipynb") else MAX_BYTES)
        # Work on another exercise belongs to this one only if this one uses it.
        used = {path: piece for path, piece in self.others.items() if PurePosixPath(path).stem.encode() in raw}
        if modules := self.beside | used:
            view = _view(self.main, raw, modules, module_name)
            return tree_submission(view, name=name, module_name=module_name, packages=packages)
        return submission_from_bytes(raw, name=name, module_name=module_name, packages=packages)


@dataclass(frozen=True, slots=True)
class _View:
    """The folder around a main file, which has the exercise's own name in it: see `dlquiz.submission.tree`."""

    main: str
    raw: bytes
    modules: dict[str, Piece]
    unusable: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The names."""
        return (self.main, *sorted(self.modules))

    def read(self, path: str, limit: int) -> bytes:
        """Read one of them."""
        return self.raw[: limit + 1] if path == self.main else self.modules[path].read(limit)


def _view(main: str, raw: bytes, modules: dict[str, Piece], module_name: str) -> _View:
    folder = main.rpartition("/")[0]
    inner = {path.removeprefix(f"{folder}/" if folder else ""): piece for path, piece in modules.items()}
    inner.pop(f"{module_name}.py", None)  # the main file was chosen before it
    return _View(f"{module_name}{PurePosixPath(main).suffix.lower()}", raw, inner)


@dataclass(frozen=True, slots=True)
class Unread:
    """What nothing can be graded of, and why; ``exercise`` if it is known."""

    learner: Learner
    labels: tuple[str, ...]
    reason: str
    late: bool = False
    when: str = ""
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was found and is no work of its own."""

    label: str
    reason: str


def digest(submission: "Submission") -> str:
    """Return what decides how a submission is graded: its text, and where the cells of a notebook begin."""
    if not submission.cells:
        return submission.sha256
    return hashlib.sha256(f"{submission.sha256} {submission.cells}".encode()).hexdigest()
