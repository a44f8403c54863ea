"""Sheets of quizzes that were read before (``dlquiz.model.sheet``): a question can be shown at once.

It is only a cache. A sheet is found by the bytes of its quiz's file, which were read and found right then; whatever
cannot be read, or written, is as if it were not there; and marking always reads the quiz itself.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from dlquiz import __version__
from dlquiz.model.sheet import Sheet, from_json, to_json
from dlquiz.workspace import replace_file

MAX_FILES = 200
MAX_BYTES = 20_000_000
"""Of all files together; the oldest are deleted."""
_LARGEST = 2_000_000
_PACKAGE = Path(__file__).parent.parent
_READERS = ("model", "quiz", ".")
"""The folders of what reads a quiz and makes its sheet: when one of these sources changes, nothing cached counts."""


def find(folder: Path, path: Path) -> Sheet | None:
    """Return the sheet of a quiz file if it was kept in ``folder``, and all pictures are still there."""
    try:
        kept = folder / _name(path.read_bytes())
        if kept.stat().st_size > _LARGEST:
            return None
        sheet = from_json(kept.read_bytes())
    except (OSError, ValueError):
        return None
    pictures = {asked.image for asked in sheet.questions if asked.image}
    return sheet if all((path.parent / picture).is_file() for picture in pictures) else None


def keep(folder: Path, content: bytes, sheet: Sheet) -> None:
    """Keep the sheet of a quiz file with these bytes; where nothing can be written, nothing is kept."""
    text = to_json(sheet).encode()
    if len(text) > _LARGEST:
        return
    with contextlib.suppress(OSError):
        replace_file(folder / _name(content), text)
        _forget_oldest(folder)


def _name(content: bytes) -> str:
    digest = hashlib.sha256(f"{__version__} {_newest_source()} ".encode())
    digest.update(content)
    return f"{digest.hexdigest()}.json"


def _newest_source() -> int:
    """Return the time of the newest change of our own sources, in nanoseconds."""
    newest = 0
    for name in _READERS:
        with os.scandir(_PACKAGE / name) as entries:
            newest = max(newest, *(entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py")))
    return newest


def _forget_oldest(folder: Path) -> None:
    with os.scandir(folder) as entries:
        files = sorted((entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in entries)
    total = sum(size for _, size, _ in files)
    for number, (_, size, name) in enumerate(files):
        if len(files) - number <= MAX_FILES and total <= MAX_BYTES:
            break
        # Another process may be quicker.
        with contextlib.suppress(OSError):
            Path(name).unlink()
        total -= size
