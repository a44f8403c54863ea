"""A quiz to begin with: one question of each kind, with comments."""

import re
from pathlib import Path

from dlquiz.atomic import create_file
from dlquiz.errors import UsageError, cannot_write
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.text import identifier

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")

_HEAD = """\
# yaml-language-server: $schema=dlquiz.schema.json
# An editor with a YAML language server completes and checks this file, once the schema lies beside it:
#   dlquiz quiz schema -o dlquiz.schema.json
format_version: 1
title: "@TITLE@"
lang: en
summary: One or two sentences on what this quiz is about.
# draw: 8            # so many questions in one sitting; without it, all
questions:
  # Every question has: kind, id, stem, explain, source. An id stays for ever: what learners did hangs on it.
  # Quote a text that holds ': ' or ' #', or begins with {, [, *, & or !.
"""


def template(quiz_id: str) -> str:
    """Return a quiz file with one question of each kind; its questions' ids begin with initials of the quiz's id."""
    parts = [part for part in re.split(r"[-_]", quiz_id) if part]
    prefix = "".join(part[0] for part in parts) if len(parts) > 1 else quiz_id[:2]
    title = quiz_id.replace("-", " ").replace("_", " ").capitalize()
    questions = "\n".join(kind.example for kind in KINDS.values())
    return f"{_HEAD}\n{questions}".replace("@TITLE@", title).replace("@P@", prefix)


def write_quiz(folder: Path, quiz_id: str, taken: frozenset[str] = frozenset()) -> Path:
    """Write ``<folder>/<quiz_id>.yaml`` and return it; a file that is there is left alone.

    Raises
    ------
    UsageError
        The id cannot be one, is the name of a command (``taken``), or the file exists or cannot be written.
    """
    if not _ID.fullmatch(quiz_id):
        better = identifier(quiz_id.removesuffix(".yaml"))
        meant = f"dlquiz dev new quiz {better}" if better else ""
        message = f"'{quiz_id}' cannot be an id: lower-case letters, digits, - and _, a letter first, at most 40."
        raise UsageError(message, next_step=meant)
    if quiz_id in taken:
        raise UsageError(f"'dlquiz quiz {quiz_id}' is a command, so a quiz cannot be called so.")
    path = folder / f"{quiz_id}.yaml"
    try:
        written = create_file(path, template(quiz_id).encode())
    except OSError as error:
        raise cannot_write(path, error) from error
    if not written:
        raise UsageError(f"{path} is there already.", next_step="Choose another id.")
    return path
