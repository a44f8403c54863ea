"""The learner's folder: one file per exercise, and ``.dlquiz/`` beside them.

::

    dlquiz-work/
      exercise3/backprop.py      the learner's file; never overwritten
      exercise3/backprop.py.new  a stub that changed after the learner began
      .dlquiz/workspace.json     which course, and which stubs were delivered
      .dlquiz/progress.sqlite3   the store (``progress.py``)

The last workspace is remembered in the state folder, so that commands work from
anywhere.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlquiz.errors import ContentError, StoreError, WorkError

if TYPE_CHECKING:
    from dlquiz.content import Course

FORMAT_VERSION = 1
DEFAULT_NAME = "dlquiz-work"


def state_folder() -> Path:
    """Return the folder for what belongs to the person, not to a workspace (``DLQUIZ_STATE`` moves it)."""
    if named := os.environ.get("DLQUIZ_STATE"):
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("dlquiz")


class Delivery(StrEnum):
    """What ``Workspace.create`` did with one stub."""

    NEW = "new"
    KEPT = "kept"
    UPDATED = "updated"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One stub: the exercise, the learner's file, and what was done. ``new_file`` is set for ``BESIDE``."""

    exercise_id: str
    file: Path
    action: Delivery
    new_file: Path | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One exercise in ``workspace.json``; ``stub_sha256`` is of the newest stub that was delivered."""

    file: str
    stub_sha256: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A learner's folder. ``course_path`` is None for the course that comes with dlquiz."""

    root: Path
    course_path: Path | None = None
    delivered: tuple[Delivered, ...] = ()

    @property
    def folder(self) -> Path:
        """``.dlquiz``: what belongs to us inside the learner's folder."""
        return self.root / ".dlquiz"

    @property
    def store(self) -> Path:
        """Where the progress store lies (it may not exist yet)."""
        return self.folder / "progress.sqlite3"

    def file(self, exercise_id: str) -> Path:
        """Return the learner's file of an exercise.

        Raises
        ------
        WorkError
            The workspace has no such exercise yet: the course gained it later.
        """
        entry = _read_manifest(self.root)[1].get(exercise_id)
        if entry is None:
            raise WorkError(
                f"Your workspace {self.root} has no file for {exercise_id} yet.",
                next_step=f"dlquiz start {self.root}   (brings new exercises, changes no file of yours)",
            )
        return self.root / exercise_id / entry.file

    @classmethod
    def create(cls, root: Path, course: "Course") -> "Workspace":
        """Make a workspace, or bring an old one up to date; no edited file is ever changed.

        Raises
        ------
        WorkError
            ``root`` is inside a course, is a file, or belongs to another course.
        ContentError
            The course has a mistake; nothing was written.
        StoreError
            The disk refuses.
        """
        root = root.expanduser().resolve()
        _refuse_wrong_place(root)
        # All stubs first: a course with a mistake must not leave half a workspace.
        stubs = {exercise_id: _read_stub(course.stub_path(exercise_id)) for exercise_id in course.exercise_ids()}
        course_path = None if course.builtin else course.root.resolve()
        try:
            if (root / ".dlquiz" / "workspace.json").exists():
                known_course, known = _read_manifest(root)
                if known_course != course_path:
                    raise WorkError(
                        f"{root} is a workspace of another course ({known_course or 'the built-in one'}).",
                        next_step="dlquiz start ANOTHER_FOLDER",
                    )
            else:
                known = {}
            (root / ".dlquiz").mkdir(parents=True, exist_ok=True)
            done: list[Delivered] = []
            entries = dict(known)
            for exercise_id, (name, content) in stubs.items():
                one, entry = _deliver(root / exercise_id / name, content, exercise_id, known.get(exercise_id))
                done.append(one)
                entries[exercise_id] = entry
            _write_manifest(root, course_path, entries)
        except OSError as error:
            raise StoreError(
                f"The folder {root} cannot be written: {error.strerror}.",
                next_step="dlquiz start A_FOLDER_YOU_MAY_WRITE",
            ) from error
        return cls(root, course_path, tuple(done))

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """Open the workspace whose root is exactly ``root``."""
        return cls(root, _read_manifest(root)[0])

    @classmethod
    def find(cls, start: Path) -> "Workspace | None":
        """Return the workspace at or above ``start``, else the remembered one, else None."""
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / ".dlquiz" / "workspace.json").is_file():
                return cls.open(folder)
        last = last_workspace()
        return cls.open(last) if last else None


def last_workspace() -> Path | None:
    """Return the remembered workspace if it is still there."""
    try:
        text = (state_folder() / "last-workspace").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return None
    return Path(text) if text and (Path(text) / ".dlquiz" / "workspace.json").is_file() else None


def remember(workspace: Workspace) -> None:
    """Remember the workspace for commands typed elsewhere; a state folder that cannot be written is no error."""
    with contextlib.suppress(OSError):
        replace_file(state_folder() / "last-workspace", f"{workspace.root}\n".encode())


def course_around(folder: Path) -> Path | None:
    """Return the course that ``folder`` lies in, or None."""
    return next((f for f in (folder, *folder.parents) if (f / "exercises" / "course.yaml").is_file()), None)


def same_text(one: bytes, other: bytes) -> bool:
    """Say whether two source files are the same but for line ends and trailing blank space."""
    return _essence(one) == _essence(other)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a kill, sees the old content or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(path, content) as temporary:
        temporary.replace(path)


def create_file(path: Path, content: bytes) -> bool:
    """Write a file that must not exist yet, whole or not at all; False if there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(path, content) as temporary:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
        except OSError:
            # Some file systems know no hard links; exclusive creation still overwrites nothing.
            try:
                with path.open("xb") as stream:
                    stream.write(content)
            except FileExistsError:
                return False
    return True


@contextlib.contextmanager
def _temporary_beside(path: Path, content: bytes) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        # mkstemp gives 0600; a learner's file gets what any new file would get.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _essence(content: bytes) -> list[bytes]:
    return [line.rstrip() for line in content.rstrip().splitlines()]


def _refuse_wrong_place(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise WorkError(f"{root} is a file; a workspace is a folder.", next_step="dlquiz start ANOTHER_NAME")
    if (around := course_around(root)) is not None:
        raise WorkError(
            f"{root} is inside the course folder {around}. Your work should not mix with the course's own files.",
            next_step=f"dlquiz start {Path.home() / DEFAULT_NAME}",
        )


def _read_stub(path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise ContentError(f"The start file {path} cannot be read: {error.strerror}.") from error


def _deliver(file: Path, content: bytes, exercise_id: str, known: _Entry | None) -> tuple[Delivered, _Entry]:
    digest = hashlib.sha256(content).hexdigest()
    entry = _Entry(file.name, digest)
    if create_file(file, content):
        return Delivered(exercise_id, file, Delivery.NEW), entry
    present = file.read_bytes()
    if (known and known.stub_sha256 == digest) or present == content:
        return Delivered(exercise_id, file, Delivery.KEPT), entry
    if known and hashlib.sha256(present).hexdigest() == known.stub_sha256:
        # Byte for byte the stub that we put there: nothing in it is the learner's.
        replace_file(file, content)
        return Delivered(exercise_id, file, Delivery.UPDATED), entry
    new_file = file.with_name(f"{file.name}.new")
    replace_file(new_file, content)
    return Delivered(exercise_id, file, Delivery.BESIDE, new_file), entry


def _write_manifest(root: Path, course_path: Path | None, entries: dict[str, _Entry]) -> None:
    document = {
        "format_version": FORMAT_VERSION,
        "course": None if course_path is None else str(course_path),
        "exercises": {key: {"file": e.file, "stub_sha256": e.stub_sha256} for key, e in entries.items()},
    }
    replace_file(root / ".dlquiz" / "workspace.json", (json.dumps(document, indent=1) + "\n").encode())


def _read_manifest(root: Path) -> tuple[Path | None, dict[str, _Entry]]:
    path = root / ".dlquiz" / "workspace.json"
    advice = f"Move {path} away, then: dlquiz start {root}   (your files stay as they are)"
    try:
        document: Any = json.loads(path.read_bytes())
        version = document["format_version"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise WorkError(
                f"The workspace {root} was made by a newer dlquiz (format {version}; this one knows {FORMAT_VERSION}).",
                next_step="python -m pip install --upgrade dlquiz",
            )
        course = document["course"]
        entries = {
            str(key): _Entry(_plain_name(value["file"]), str(value["stub_sha256"]))
            for key, value in document["exercises"].items()
            if _plain_name(key)
        }
        return None if course is None else Path(str(course)), entries
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.", next_step=advice) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} is damaged.", next_step=advice) from error


def _plain_name(value: object) -> str:
    # The file may come out of an archive of somebody else: no way out of the workspace.
    if not isinstance(value, str) or not value or value in (".", "..") or "/" in value or "\0" in value:
        raise ValueError(f"not a file name: {value!r}")
    return value
