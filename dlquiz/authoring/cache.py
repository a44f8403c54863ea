"""What was graded before, by the digest of everything that decides it: the same is not graded twice.

One file for each exercise, a line of JSON for each result, appended as they come: after a kill everything is there
but the line that was being written, and that one does not parse. Verdicts do not depend on the other solutions of an
exercise, so a change of one of them makes only that one new. Which mistake a report *names* does depend on them: the
names of an earlier check may be old ones, until a check without ``--quick`` grades everything again.
"""

import hashlib
import json
import os
import platform
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import platformdirs

from dlquiz.authoring.materials import Materials
from dlquiz.sandbox.packages import chosen

_ROOMS = ("data", "grading", "model", "sandbox", "submission")
"""Of dlquiz's own code, what can change a verdict."""


def cache_folder() -> Path:
    """Return where results are kept: ``DLQUIZ_CACHE``, or the user's own folder for such files."""
    named = os.environ.get("DLQUIZ_CACHE")
    return Path(named).expanduser() if named else platformdirs.user_cache_path("dlquiz")


class Cache:
    """The results of one exercise. Unreadable or unwritable files are as good as none.

    Parameters
    ----------
    name : str
        Names the file.
    context : str
        The digest of all that results depend on beside the graded file (:func:`context_of`); results of another one
        are thrown away.
    """

    def __init__(self, name: str, context: str, *, folder: Path | None = None) -> None:
        self._path = (folder or cache_folder()) / "check" / f"{name}.jsonl"
        self._context = context
        self._known: dict[str, Any] = {}
        stale = False
        for line in self._lines():
            with suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                if entry["context"] == context:
                    self._known[entry["key"]] = entry["value"]
                else:
                    stale = True
        if stale:
            self._write("w", [self._line(key, value) for key, value in self._known.items()])

    def _lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []

    def _line(self, key: str, value: Any) -> str:
        return json.dumps({"context": self._context, "key": key, "value": value}) + "\n"

    def _write(self, mode: str, lines: list[str]) -> None:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open(mode, encoding="utf-8") as file:
                file.writelines(lines)

    def get(self, key: str) -> Any:
        """Return the value that was kept; None if there is none."""
        return self._known.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value that JSON can hold."""
        self._known[key] = value
        self._write("a", [self._line(key, value)])


def digest_of(*parts: str | bytes) -> str:
    """Return the SHA-256 of some parts; lengths count, so that no two lists of parts are the same."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def context_of(materials: Materials, data: str | None) -> str:
    """Return the digest of what decides a verdict beside the graded file: cases, reference, settings, program."""
    files = [materials.described, *(materials.folder / name for name in materials.exercise.files)]
    texts = [file.text for file in (*materials.tests, materials.probe, materials.reference) if file is not None]
    names = [file.path.name for file in materials.tests]
    versions = [platform.python_version(), *_versions(materials.exercise.packages)]
    return digest_of(_code(), data or "", *versions, *names, *texts, *(path.read_bytes() for path in files))


def _versions(packages: Iterable[str]) -> list[str]:
    found = []
    for name in sorted({one for package in chosen(packages) for one in package.distributions}):
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return found


@cache
def _code() -> str:
    package = Path(__file__).parents[1]
    paths = sorted(path for room in _ROOMS for path in (package / room).rglob("*.py"))
    return digest_of(*(part for path in paths for part in (path.name, path.read_bytes())))
