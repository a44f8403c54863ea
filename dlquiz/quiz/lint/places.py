"""From a place in a question to line and column in its file."""

import re

from dlquiz.content.yamlfile import Document, Entry, Node, Place
from dlquiz.model.codes import Loc
from dlquiz.model.fields import plain

_FILLED = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def find(document: Document, question_id: str, path: Loc, *, at_key: bool = False) -> Place:
    """Return where something stands.

    What cannot be found (a field that the author left out) stands at what it would belong to: the question's ``id``,
    or the file's title.

    Parameters
    ----------
    document : Document
        The file.
    question_id : str
        Empty for the quiz as a whole.
    path : Loc
        The way from the question. Keys of a parametric question may be filled in.
    at_key : bool
        Whether the key is meant, not the value.
    """
    root = document.root.value if isinstance(document.root.value, dict) else {}
    question = _question(root, question_id)
    if question is None:
        title = root.get("title")
        return title.node.place if title else document.root.place
    node, key = question, _id_place(question)
    for step in path:
        entry = _child(node, step)
        if entry is None:
            break
        node, key = entry.node, entry.key
    else:
        return key if at_key or node.value is None or not path else node.place
    return key


def _question(root: dict[str, Entry], question_id: str) -> Node | None:
    listed = root["questions"].node.value if "questions" in root else None
    if not question_id or not isinstance(listed, list):
        return None
    for node in listed:
        given = node.value.get("id") if isinstance(node.value, dict) else None
        if given is not None and isinstance(given.node.value, str) and given.node.value.strip() == question_id:
            return node
    return None


def _id_place(question: Node) -> Place:
    assert isinstance(question.value, dict)
    return question.value["id"].node.place


def _child(node: Node, step: str | int) -> Entry | None:
    if isinstance(node.value, dict):
        if not isinstance(step, str):
            return None
        return node.value.get(step) or next((e for key, e in node.value.items() if _fits(key, step)), None)
    if isinstance(node.value, list):
        if isinstance(step, int):
            below = node.value[step] if 0 <= step < len(node.value) else None
        else:
            below = next((n for n in node.value if isinstance(n.value, str) and _fits(n.value, step)), None)
        return Entry(below.place, below) if below else None
    return None


def _fits(written: str, filled: str) -> bool:
    """Return whether a text that an author wrote gives ``filled`` when its places are filled in."""
    if "{{" not in written:
        return plain(written) == plain(filled)
    parts = [re.escape(part) for part in _FILLED.split(plain(written))]
    return re.fullmatch(".*?".join(parts), plain(filled), re.DOTALL) is not None
