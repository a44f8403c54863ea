"""The learner's folder: one file per exercise, and ``.dlquiz/`` beside them.

::

    dlquiz-work/
      exercise3/backprop.py      the learner's file; never overwritten
      exercise3/backprop.py.new  a stub that changed after the learner began
      exercise3/words.txt        what the exercise ships under ``files:``; may be read only
      .dlquiz/workspace.json     which course, and which stubs were delivered
      .dlquiz/progress.sqlite3   the store (``store.py``)

The last workspace is remembered in the state folder, so that commands work from
anywhere.
"""

import contextlib
import hashlib
import itertools
import json
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlquiz.atomic import create_file, replace_file
from dlquiz.errors import ContentError, StoreError, WorkError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.content.course import Course

FORMAT_VERSION = 1
DEFAULT_NAME = "dlquiz-work"
_NEAR = 200
"""So many folders beside a lost one are looked at."""


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
    """One file of an exercise, and what was done. ``new_file`` is set for ``BESIDE``.

    ``shipped``: it is not the start file, but one that the exercise's code opens.
    """

    exercise_id: str
    file: Path
    action: Delivery
    new_file: Path | None = None
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """One exercise in ``workspace.json``; the digests are of the newest stub and files that were delivered."""

    file: str
    stub_sha256: str
    files: dict[str, str] = field(default_factory=dict)


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
                next_step=f"{_start_at(self.root)}   (brings new exercises, changes no file of yours)",
            )
        return self.root / exercise_id / entry.file

    def behind(self, course: "Course") -> tuple[str, ...]:
        """Return the exercises of a course that came later, or whose start file has changed since it was put here."""
        known = _read_manifest(self.root)[1]

        def newest(exercise_id: str) -> bool:
            entry = known.get(exercise_id)
            try:
                return entry is not None and entry.stub_sha256 == _digest(course.stub_path(exercise_id).read_bytes())
            except OSError:
                return True  # whoever needs the file says so

        return tuple(exercise_id for exercise_id in course.exercise_ids() if not newest(exercise_id))

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
        given = {exercise_id: _read_given(course, exercise_id) for exercise_id in course.exercise_ids()}
        course_path = None if course.builtin else course.root.resolve()
        was_there = root.exists()
        try:
            if (root / ".dlquiz" / "workspace.json").exists():
                known_course, known = _read_manifest(root)
                if known_course != course_path:
                    raise WorkError(
                        f"{root} is a workspace of another course ({known_course or 'the built-in one'}).",
                        next_step=_start_at(free_name(root)),
                    )
            else:
                known = {}
            (root / ".dlquiz").mkdir(parents=True, exist_ok=True)
            done: list[Delivered] = []
            entries = dict(known)
            for exercise_id, (stub, *shipped) in given.items():
                delivered, entries[exercise_id] = _deliver(root, exercise_id, stub, shipped, known.get(exercise_id))
                done += delivered
            _write_manifest(root, course_path, entries)
        except OSError as error:
            if not was_there:
                _remove_empty(root)
            raise StoreError(
                f"The folder {root} cannot be written: {error.strerror}.",
                next_step=_start_at(free_name(Path.home() / DEFAULT_NAME)),
            ) from error
        return cls(root, course_path, tuple(done))

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """Open the workspace whose root is exactly ``root``."""
        return cls(root, _read_manifest(root)[0])

    @classmethod
    def find(cls, start: Path) -> "Workspace | None":
        """Return the workspace at or above ``start``, else the remembered one, else None."""
        around = workspace_around(start.resolve()) or last_workspace()
        return cls.open(around) if around else None


def is_workspace(folder: Path) -> bool:
    """Say whether ``folder`` is the root of a workspace."""
    return (folder / ".dlquiz" / "workspace.json").is_file()


def workspace_around(folder: Path) -> Path | None:
    """Return the root of the workspace that ``folder`` lies in, or None."""
    return next((one for one in (folder, *folder.parents) if is_workspace(one)), None)


def default_folder(here: Path) -> Path:
    """Return where a learner who names no folder works: the workspace around, else a new one here, or at home.

    In a checkout of the course, where whoever has just installed it stands, nothing may be put: then it is at home.
    """
    return workspace_around(here) or (here if course_around(here) is None else Path.home()) / DEFAULT_NAME


def last_workspace() -> Path | None:
    """Return the remembered workspace if it is still there."""
    root = _remembered()
    return root if root is not None and is_workspace(root) else None


def lost_workspace() -> Path | None:
    """Return the remembered workspace if it is *not* there any more."""
    root = _remembered()
    return root if root is not None and not is_workspace(root) else None


def moved_to(lost: Path) -> Path | None:
    """Guess where a lost workspace is now: whoever renames a folder leaves it beside its old place."""
    with contextlib.suppress(OSError):
        if lost.parent.is_dir():
            near = sorted(lost.parent.iterdir())[:_NEAR]
        else:
            near = [folder / lost.name for folder in sorted(lost.parent.parent.iterdir())[:_NEAR]]
        return next(filter(is_workspace, near), None)
    return None


def _remembered() -> Path | None:
    try:
        text = (state_folder() / "last-workspace").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return None
    return Path(text) if text else None


def remember(workspace: Workspace) -> bool:
    """Remember the workspace for commands typed elsewhere; say whether that could be written."""
    with contextlib.suppress(OSError):
        replace_file(state_folder() / "last-workspace", f"{workspace.root}\n".encode())
        return True
    return False


def course_around(folder: Path) -> Path | None:
    """Return the course that ``folder`` lies in, or None."""
    return next((f for f in (folder, *folder.parents) if (f / "exercises" / "course.yaml").is_file()), None)


def free_name(root: Path) -> Path:
    """Return a path like this one at which there is nothing yet."""
    names = (root.with_name(f"{root.name}-{number}") for number in itertools.count(2))
    return root if not root.exists() else next(path for path in names if not path.exists())


def _start_at(root: Path) -> str:
    return f"dlquiz start {shell_word(str(root))}"


def same_text(one: bytes, other: bytes) -> bool:
    """Say whether two source files are the same but for line ends and trailing blank space."""
    return _essence(one) == _essence(other)


def _essence(content: bytes) -> list[bytes]:
    return [line.rstrip() for line in content.rstrip().splitlines()]


def _refuse_wrong_place(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise WorkError(f"{root} is a file; a workspace is a folder.", next_step=_start_at(free_name(root)))
    if (around := course_around(root)) is not None:
        raise WorkError(
            f"{root} is inside the course folder {around}. Your work should not mix with the course's own files.",
            next_step=_start_at(Path.home() / DEFAULT_NAME),
        )


def _remove_empty(root: Path) -> None:
    """Take away the empty folders of a workspace that could not be made."""
    with contextlib.suppress(OSError):
        for folder in (*root.iterdir(), root):
            with contextlib.suppress(OSError):
                folder.rmdir()


_Given = tuple[str, bytes]
"""A file of an exercise: its name there, and its content."""


def _read_given(course: "Course", exercise_id: str) -> list[_Given]:
    """Return the stub, and the files that the exercise ships."""
    stub = course.stub_path(exercise_id)
    files = {stub.name: stub} | course.shipped_files(exercise_id)
    try:
        return [(name, path.read_bytes()) for name, path in files.items()]
    except OSError as error:
        what = "start file" if error.filename == str(stub) else "file"
        raise ContentError(f"The {what} {error.filename} cannot be read: {error.strerror}.") from error


def _deliver(
    root: Path, exercise_id: str, stub: _Given, shipped: list[_Given], known: _Entry | None
) -> tuple[list[Delivered], _Entry]:
    done, digests = [], dict[str, str]()
    before = {**known.files, known.file: known.stub_sha256} if known else {}
    for name, content in (stub, *shipped):
        file = root / exercise_id / name
        action, new_file = _put(file, content, before.get(name))
        digests[name] = _digest(content)
        done.append(Delivered(exercise_id, file, action, new_file, shipped=name != stub[0]))
        if name != stub[0] and action in (Delivery.NEW, Delivery.UPDATED):
            # As in grading: what a program overwrites by mistake would make it behave otherwise there.
            file.chmod(0o444)
    return done, _Entry(stub[0], digests.pop(stub[0]), digests)


def _put(file: Path, content: bytes, known: str | None) -> tuple[Delivery, Path | None]:
    """Write a file of the course; ``known`` is the digest of the one that was delivered before."""
    if create_file(file, content):
        return Delivery.NEW, None
    present = file.read_bytes()
    if known == _digest(content) or present == content:
        return Delivery.KEPT, None
    if known and _digest(present) == known:
        # Byte for byte what we put there: nothing in it is the learner's.
        replace_file(file, content)
        return Delivery.UPDATED, None
    new_file = file.with_name(f"{file.name}.new")
    replace_file(new_file, content)
    return Delivery.BESIDE, new_file


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put_shipped_files(course: "Course", exercise_id: str, folder: Path) -> None:
    """Write what of an exercise's files is missing in a folder; OSError if that cannot be done."""
    for name, path in course.shipped_files(exercise_id).items():
        if create_file(folder / name, path.read_bytes()):
            (folder / name).chmod(0o444)


def _write_manifest(root: Path, course_path: Path | None, entries: dict[str, _Entry]) -> None:
    document = {
        "format_version": FORMAT_VERSION,
        "course": None if course_path is None else str(course_path),
        "exercises": {
            key: {"file": e.file, "stub_sha256": e.stub_sha256, "files": e.files} for key, e in entries.items()
        },
    }
    replace_file(root / ".dlquiz" / "workspace.json", (json.dumps(document, indent=1) + "\n").encode())


def _read_manifest(root: Path) -> tuple[Path | None, dict[str, _Entry]]:
    path = root / ".dlquiz" / "workspace.json"
    advice = f"Move {path} away, then: {_start_at(root)}   (your files stay as they are)"
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
            str(key): _Entry(
                _plain_name(value["file"]), str(value["stub_sha256"]), dict[str, str](value.get("files", {}))
            )
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
