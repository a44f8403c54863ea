"""When a hand-in that is a git repository was committed; nothing of the repository is run or believed but one number.

A repository is a stranger's: its configuration and its hooks can start programs. So git never sees it: a new, empty
repository of our own only borrows its objects, and where HEAD leads is read here.
"""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dlquiz.errors import WorkError
from dlquiz.model.class_rules import FIRST_YEAR, LAST_YEAR
from dlquiz.submission.files import opened, opened_beneath, read_plain

_REF = re.compile(r"ref: (refs(?:/[\w][\w.+@-]*){1,20})\s*")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMITTER = re.compile(rb"committer [^\n]*> (\d{1,12}) [+-]\d{4}")
_SMALL: Final = 4_096
_PACKED: Final = 10_000_000
_MOST_COMMIT: Final = 100_000
_PATIENCE_S: Final = 20
_MEMORY_KIB: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class CommitTime:
    """When the newest commit was made, as it says itself: its author can set this."""

    at: datetime
    sha: str


def committed_at(folder: Path, path: str, content: bytes) -> CommitTime | None:
    """Return the time of the commit on HEAD, if it has exactly this file.

    Parameters
    ----------
    folder : Path
        What may be a repository.
    path : str
        The file in it that is graded.
    content : bytes
        What the file holds.
    """
    inside = folder / ".git"
    git = shutil.which("git")
    objects = inside / "objects"
    if git is None or any(part.is_symlink() or not part.is_dir() for part in (inside, objects)):
        return None
    try:
        sha = _head(inside)
        return None if sha is None else _Borrowed(git, objects, sha).time_of(path, content)
    except (OSError, WorkError, subprocess.SubprocessError):
        return None


def _head(inside: Path) -> str | None:
    """Return the commit to which HEAD leads."""
    said = _read(inside, "HEAD", _SMALL)
    ref = _REF.fullmatch(said)
    if ref is not None:
        try:
            said = _read(inside, ref[1], _SMALL)
        except (OSError, WorkError):
            lines = _read(inside, "packed-refs", _PACKED).splitlines()
            said = next((line.split(" ")[0] for line in lines if line.endswith(f" {ref[1]}")), "")
    sha = said.strip()
    return sha if _SHA.fullmatch(sha) else None


def _read(inside: Path, path: str, limit: int) -> str:
    with opened(inside) as root, opened_beneath(root, tuple(path.split("/"))) as file:
        return read_plain(file, path, limit)[:limit].decode("ascii", "replace")


class _Borrowed:
    """The objects of a repository, seen from an empty one."""

    def __init__(self, git: str, objects: Path, sha: str) -> None:
        self._git, self._objects, self._sha = git, objects, sha

    def time_of(self, path: str, content: bytes) -> CommitTime | None:
        with TemporaryDirectory() as empty:
            kind = ["--object-format=sha256"] if len(self._sha) == 64 else []
            self._run(empty, "init", "--quiet", "--bare", "--template=", *kind, empty)
            asked = f"{self._sha}\n{self._sha}:{path}\n" if "\n" not in path else f"{self._sha}\n"
            commit, *blob = self._run(empty, "cat-file", "--batch-check", said=asked.encode()).decode().splitlines()
            found = re.fullmatch(r"[0-9a-f]+ commit (\d{1,9})", commit)
            if (
                found is None
                or int(found[1]) > _MOST_COMMIT
                or not blob
                or blob[0].split(" ")[0] != self._blob(content)
            ):
                return None
            text = self._run(empty, "cat-file", "commit", self._sha)
        said = _COMMITTER.search(text.partition(b"\n\n")[0])
        if said is None:
            return None
        try:
            at = datetime.fromtimestamp(int(said[1]), UTC)
        except (ValueError, OverflowError):
            return None
        return CommitTime(at, self._sha) if FIRST_YEAR <= at.year <= LAST_YEAR else None

    def _blob(self, content: bytes) -> str:
        make = hashlib.sha256 if len(self._sha) == 64 else hashlib.sha1
        return make(b"blob %d\0" % len(content) + content).hexdigest()

    def _run(self, empty: str, *words: str, said: bytes = b"") -> bytes:
        """Run git on the empty repository; it may use so much memory, and starts nothing else."""
        environment = {
            "PATH": os.defpath, "HOME": empty, "LC_ALL": "C", "GIT_DIR": empty, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1",
        }  # fmt: skip
        if words[0] != "init":
            environment["GIT_OBJECT_DIRECTORY"] = str(self._objects)
        limited = ["/bin/sh", "-c", f'ulimit -v {_MEMORY_KIB}; exec "$0" "$@"', self._git, *words]
        done = subprocess.run(
            limited, cwd=empty, env=environment, input=said, capture_output=True, timeout=_PATIENCE_S, check=True
        )
        return done.stdout
