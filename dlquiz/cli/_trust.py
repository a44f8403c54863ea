"""Courses from elsewhere: their graders are code that runs trusted, so a person says yes once."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlquiz.errors import UsageError
from dlquiz.workspace import replace_file, state_folder

if TYPE_CHECKING:
    from dlquiz.cli._app import App


def confirm(course: Path, app: "App") -> None:
    """Let a course pass that was confirmed before, by ``--trust-course``, or now by a person.

    Raises
    ------
    UsageError
        It was never confirmed, and nobody can be asked or the answer was no.
    """
    path = str(course.resolve())
    trusted = _read()
    if path in trusted:
        return
    if not app.trust_course:
        advice = f"Read {path}/graders. If you trust it, add --trust-course (needed once)."
        question = f"The course in {path} is not part of dlquiz. Its tests are code that runs as you."
        if not app.interactive:
            raise UsageError(question, next_step=advice)
        click.echo(question, err=True)
        if not click.confirm("Do you trust this course?", err=True):
            raise UsageError("The course was not used.", next_step=advice)
    app.warn(f"Trusted from now on: {path}")
    try:
        replace_file(_file(), (json.dumps({"format_version": 1, "courses": sorted({*trusted, path})}) + "\n").encode())
    except OSError as error:
        app.warn(f"Warning: the answer could not be stored ({error.strerror}); you will be asked again.")


def _file() -> Path:
    return state_folder() / "trusted-courses.json"


def _read() -> frozenset[str]:
    try:
        document: Any = json.loads(_file().read_bytes())
        return frozenset(str(path) for path in document["courses"])
    except (OSError, ValueError, KeyError, TypeError):
        # Nothing stored, or not readable: ask again, the safe side.
        return frozenset()
