"""Courses from elsewhere: their graders are code that runs trusted, so a person says yes once."""

import json
from pathlib import Path
from typing import Any

from dlquiz.atomic import replace_file
from dlquiz.errors import StoreError
from dlquiz.study.workspace import state_folder


def is_trusted(course: Path) -> bool:
    """Say whether a person has confirmed this course before."""
    return str(course.resolve()) in _read()


def trust(course: Path) -> None:
    """Remember that a person has confirmed this course.

    Raises
    ------
    StoreError
        It could not be stored, so they will be asked again.
    """
    document = {"format_version": 1, "courses": sorted({*_read(), str(course.resolve())})}
    try:
        replace_file(_file(), (json.dumps(document) + "\n").encode())
    except OSError as error:
        message = f"the answer could not be stored ({error.strerror}); you will be asked again."
        raise StoreError(message) from error


def _file() -> Path:
    return state_folder() / "trusted-courses.json"


def _read() -> frozenset[str]:
    try:
        document: Any = json.loads(_file().read_bytes())
        return frozenset(str(path) for path in document["courses"])
    except (OSError, ValueError, KeyError, TypeError):
        # Nothing stored, or not readable: ask again, the safe side.
        return frozenset()
