"""A wheel of this installation and one course: what an autograder in a container installs.

It holds the program as it runs here and the course that is in use, as the course that is built in. So the container
grades with the same code, cases and settings, and with the same versions of the packages (`pins`).
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from dlquiz.archives.zip_writer import zipped
from dlquiz.content.course import Course
from dlquiz.errors import MachineryError

_COURSE = ("exercises", "graders", "quizzes")
_NOT = {"__pycache__", ".git"}


def wheel(course: Course) -> tuple[str, bytes]:
    """Return the name and the content of the wheel; the same installation and course make the same bytes.

    Raises
    ------
    MachineryError
        This program has no metadata: it was not installed.
    """
    package = Path(__file__).resolve().parents[1]
    about = _distribution()
    info = f"dlquiz-{about.version}.dist-info"
    files = dict(_files(package, "dlquiz", without={"_course"}))
    for folder in _COURSE:
        files |= dict(_files(course.root / folder, f"dlquiz/_course/{folder}"))
    for name in ("METADATA", "entry_points.txt"):
        text = about.read_text(name)
        if text is None:
            raise MachineryError(f"This installation of dlquiz has no {name}.", next_step="Install it with pip.")
        files[f"{info}/{name}"] = text.encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: dlquiz\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},{_hash(content)},{len(content)}\n" for name, content in sorted(files.items()))
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"dlquiz-{about.version}-py3-none-any.whl", zipped({name: (files[name], False) for name in files})


def pins(packages: Iterable[str]) -> str:
    """Return constraints for pip: the version here of all that dlquiz and the exercise need, and of what these need.

    Parameters
    ----------
    packages : iterable of str
        Distributions that the exercise needs beside dlquiz.
    """
    found: dict[str, str] = {}
    waiting = ["dlquiz", *packages]
    while waiting:
        name = waiting.pop()
        try:
            about = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        if name != "dlquiz":
            found[name] = about.version.partition("+")[0]
        for line in about.requires or ():
            wanted = Requirement(line)
            key = wanted.name.lower().replace("_", "-")
            if key not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                found[key] = ""
                waiting.append(key)
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()) if version)


def _distribution() -> metadata.Distribution:
    try:
        return metadata.distribution("dlquiz")
    except metadata.PackageNotFoundError as error:
        raise MachineryError("dlquiz is not installed here.", next_step="Install it with pip.") from error


def _files(folder: Path, name: str, without: Sequence[str] | set[str] = ()) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not _NOT.intersection(parts) and parts[0] not in without:
            yield f"{name}/{'/'.join(parts)}", path.read_bytes()


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"
