"""One exercise of a course as bytes, so that a worker grades with the very files that are graded with here."""

import base64
import json
import zlib
from hashlib import sha256
from pathlib import Path, PurePosixPath

from dlquiz.atomic import create_file
from dlquiz.content.course import Course, load_course
from dlquiz.content.manifest_text import manifest_text
from dlquiz.errors import ContentError

_FOLDERS = ("exercises", "graders")


def pack(course: Course, exercise: str) -> bytes:
    """Return the exercise with its graders, and a manifest that names nothing else."""
    files = {"exercises/course.yaml": manifest_text(course.manifest, [exercise], []).encode()}
    for folder in _FOLDERS:
        for path in sorted((course.root / folder / exercise).rglob("*")):
            name = path.relative_to(course.root)
            if path.is_file() and "__pycache__" not in name.parts:
                files[name.as_posix()] = path.read_bytes()
    listed = {name: base64.b64encode(content).decode() for name, content in files.items()}
    return zlib.compress(json.dumps(listed, sort_keys=True).encode())


def bundle_name(bundle: bytes) -> str:
    """Return what a bundle is called: its digest."""
    return sha256(bundle).hexdigest()


def unpack(bundle: bytes, folder: Path) -> Course:
    """Write a bundle into an empty folder, and load it.

    Raises
    ------
    ContentError
        It is no bundle of ours.
    """
    try:
        listed = json.loads(zlib.decompress(bundle))
        for name, content in listed.items():
            parts = PurePosixPath(name).parts
            if parts[0] not in _FOLDERS or ".." in parts:
                raise ValueError(f"{name!r} lies outside the course")
            create_file(folder.joinpath(*parts), base64.b64decode(content, validate=True))
    except (ValueError, zlib.error, AttributeError, IndexError, TypeError) as error:
        raise ContentError(f"The course that was sent cannot be read: {error}") from error
    return load_course(folder)
