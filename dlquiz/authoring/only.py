"""Which files of an exercise are to be checked: ``dev check exercise3 --only wrong/no_mean.py``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from dlquiz.authoring.gradings import FileKind
from dlquiz.authoring.materials import Materials
from dlquiz.errors import Finding, UsageError

_FOLDERS = {FileKind.RIGHT: "right/", FileKind.WRONG: "wrong/"}


@dataclass(frozen=True)
class Only:
    """Names such as ``wrong/no_mean.py``, ``solution.py`` or that of the stub; none means all files."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, paths: Iterable[str]) -> "Only":
        """Take paths as people write them: what leads to ``wrong/`` and ``right/`` does not count."""
        parts = [PurePath(path).parts for path in paths]
        folders = {folder.rstrip("/") for folder in _FOLDERS.values()}
        return cls(tuple("/".join(one[-2:] if one[-2:-1] and one[-2] in folders else one[-1:]) for one in parts))

    def __bool__(self) -> bool:
        return bool(self.names)

    def demand(self, materials: Materials) -> None:
        """Raise UsageError for a name that the exercise does not have, with those that it has."""
        known = {f"{file.path.parent.name}/{file.path.name}" for file in (*materials.right, *materials.wrong)}
        known |= {"solution.py", materials.exercise.file}
        unknown = [name for name in self.names if name not in known and PurePath(name).name not in known]
        if unknown:
            listed = ", ".join(sorted(known))
            message = f"{materials.grader.name} has no file {unknown[0]!r} to check."
            raise UsageError(message, next_step=f"Name one of these: {listed}")

    def grades(self, kind: FileKind, name: str) -> bool:
        """Whether a file is to be graded. The reference always is: it tells the grader's mistakes from the file's."""
        return not self.names or kind is FileKind.REFERENCE or self._has(f"{_FOLDERS.get(kind, '')}{name}")

    def allows(self, finding: Finding) -> bool:
        """Whether a finding is about one of the files."""
        return not self.names or self._has("/".join(PurePath(finding.file).parts[-2:]))

    def _has(self, name: str) -> bool:
        return name in self.names or PurePath(name).name in self.names


ALL = Only()
