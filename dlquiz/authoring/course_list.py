"""Add an exercise to the list in ``course.yaml``; every other line, comments too, stays as its author wrote it."""

import re

from dlquiz.content.yamlfile import Document, Node, Plain, parse
from dlquiz.errors import ContentError

_ITEM = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,\]#]+")


def with_exercise(document: Document, exercise_id: str) -> str:
    """Return the text of a ``course.yaml`` with an exercise at the end of its list, if it is not in it.

    Raises
    ------
    ContentError
        There is no list, or it is written so that nothing can be added without a risk.
    """
    listed = _list_of(document)
    if listed is None:
        raise _by_hand(document, exercise_id)
    begin, items = listed.place, listed.value
    assert isinstance(items, list)
    if any(item.value == exercise_id for item in items):
        return "\n".join(document.lines)
    lines, last = list(document.lines), items[-1].place
    if lines[begin.line - 1][begin.column - 1 :].startswith("["):
        lines[last.line - 1] = _behind(lines[last.line - 1], last.column - 1, exercise_id)
    else:
        lines.insert(last.line, lines[last.line - 1][: last.column - 1] + exercise_id)
    text = "\n".join(lines)
    if not _only_adds(document, text, exercise_id):
        raise _by_hand(document, exercise_id)
    return text


def _list_of(document: Document) -> Node | None:
    root = document.root.value
    entry = root.get("exercises") if isinstance(root, dict) else None
    return entry.node if entry is not None and isinstance(entry.node.value, list) and entry.node.value else None


def _behind(line: str, at: int, exercise_id: str) -> str:
    """Write into a list in brackets, right behind the item that begins at ``at``."""
    item = _ITEM.match(line, at)
    end = item.end() if item else at
    return f"{line[:end]}, {exercise_id}{line[end:]}"


def _only_adds(document: Document, text: str, exercise_id: str) -> bool:
    """Read the new text again: its list is one longer, and all else is as it was."""
    before = document.root.plain()
    assert isinstance(before, dict)
    listed = before["exercises"]
    assert isinstance(listed, list)
    wanted: Plain = {**before, "exercises": [*listed, exercise_id]}
    try:
        return parse(text, document.file).root.plain() == wanted
    except ContentError:
        return False


def _by_hand(document: Document, exercise_id: str) -> ContentError:
    return ContentError(
        f"Nothing can be added to the list of exercises in {document.file}.",
        next_step=f"Write it as a list, and {exercise_id} at its end: exercises: [first, {exercise_id}]",
    )
