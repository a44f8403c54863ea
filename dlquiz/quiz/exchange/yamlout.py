"""Write a quiz as our YAML: readable, and read back as exactly the same quiz.

Our reader takes every bare value as text, so quotes are needed only where YAML itself would misread the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question, Quiz

WIDTH = 100
_LONGEST_KEY = 800  # YAML reads a key of up to 1024 characters without being told
_FIRST = ("kind", "id", "tags", "params", "stem", "code", "image", "alt")
_LAST = ("hints", "explain", "source", "points", "ignore")

# Begins like a word or a number, and holds nothing that YAML could take for the end of the text.
_PLAIN = re.compile(r"[\w($+/][^\n\t\r]*")
_ENDS = re.compile(r":(?:\s|$)|\s#")
_IN_FLOW = re.compile(r"[,\[\]{}:]")

Value: TypeAlias = Any


def write_quiz(quiz: "Quiz", *, comment: str = "") -> str:
    """Return the text of a quiz file; ``load_quiz`` gives the same quiz again. ``comment`` stands at its top."""
    fields: dict[str, Value] = {"format_version": quiz.format_version, "title": quiz.title, "lang": quiz.lang}
    for name in ("topic", "summary", "draw"):
        if getattr(quiz, name):
            fields[name] = getattr(quiz, name)
    fields["questions"] = [question_fields(question) for question in quiz.questions]
    return write_fields(fields, comment=comment)


def write_fields(fields: Mapping[str, Value], *, comment: str = "") -> str:
    """Return the text of a quiz file whose fields are plain values: texts, numbers, None, lists and mappings."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    questions = fields.get("questions", ())
    lines += _mapping({name: item for name, item in fields.items() if name != "questions"}, 0)
    if questions:
        lines.append("questions:")
    for number, question in enumerate(questions):
        lines += [""] if number else []
        lines += _item(_arranged(question), 2)
    return "\n".join(lines) + "\n"


def question_fields(question: "Question") -> dict[str, Value]:
    """Return a question as its author would write it: what is as by default is left out, places stay places."""
    from dlquiz.model.params import template

    if question.params:
        return _arranged(template(question))
    fields = question.model_dump(exclude_defaults=True)
    fields["kind"] = question.kind
    fields.pop("params", None)
    if question.kind == "multi" and not any(fields["right"].values()):
        fields["right"] = list(fields["right"])
    return _arranged(fields)


def _arranged(fields: Mapping[str, Value]) -> dict[str, Value]:
    middle = [name for name in fields if name not in _FIRST and name not in _LAST]
    names = [*_FIRST, *middle, *_LAST]
    return {name: fields[name] for name in names if name in fields}


def _mapping(fields: Mapping[Any, Value], indent: int) -> Iterator[str]:
    for key, value in fields.items():
        yield from _entry(str(key), value, indent)


def _entry(key: str, value: Value, indent: int) -> Iterator[str]:
    margin = " " * indent
    written = _scalar(key) if "\n" not in key else _double(key)
    head = f"{margin}{written}:"
    if len(written) > _LONGEST_KEY:
        yield f"{margin}? {written}"
        head = f"{margin}:"
    if isinstance(value, Mapping) and value:
        # Below an explicit key, a nested mapping begins in the same way.
        yield head
        yield from _mapping(value, indent + 2)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        flow = _flow(value)
        if flow is not None and len(head) + len(flow) < WIDTH:
            yield f"{head} {flow}"
            return
        yield head
        for item in value:
            yield from _item(item, indent + 2)
    else:
        yield from _value(head, value, indent + 2)


def _item(value: Value, indent: int) -> Iterator[str]:
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        lines = list(_mapping(value, indent + 2))
        lines[0] = f"{margin}- {lines[0].lstrip(' ')}"
        yield from lines
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield f"{margin}- [{', '.join(_scalar(_text(item), in_flow=True) for item in value)}]"
    else:
        yield from _value(f"{margin}-", value, indent + 2)


def _value(head: str, value: Value, indent: int) -> Iterator[str]:
    """Yield ``head`` and a text after it: on the same line if it is short, else as a block below."""
    if value is None:
        yield head
        return
    if isinstance(value, Mapping):
        yield f"{head} {{}}"
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield f"{head} []"
        return
    text = _text(value)
    short = _scalar(text)
    if "\n" not in text and len(head) + len(short) + 1 <= WIDTH:
        yield f"{head} {short}"
    elif _foldable(text) and not _short_lines(text, indent):
        yield f"{head} >-"
        yield from _folded(text, indent)
    elif _literal(text):
        # The number tells where the text begins if its first line is indented itself.
        yield f"{head} |2-" if text.startswith(" ") else f"{head} |-"
        yield from (f"{' ' * indent}{line}" if line else "" for line in text.split("\n"))
    else:
        yield f"{head} {_double(text)}"


def _flow(values: Sequence[Value]) -> str | None:
    """Write a list of short texts on one line; None if they are better written below each other."""
    texts = [_text(value) for value in values if not isinstance(value, Mapping | list | tuple)]
    if len(texts) < len(values) or any("\n" in text or len(text) > 40 for text in texts):
        return None
    return f"[{', '.join(_scalar(text, in_flow=True) for text in texts)}]"


def _text(value: Value) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _scalar(text: str, *, in_flow: bool = False) -> str:
    bare = _PLAIN.fullmatch(text) and text == text.strip() and not _ENDS.search(text)
    if bare and not (in_flow and _IN_FLOW.search(text)):
        return text
    if re.search(r"[\n\t\r]", text) or not re.search(r"[\"\\]", text):
        return _double(text)
    return _single(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'


def _short_lines(text: str, indent: int) -> bool:
    """Return whether a text of several lines is best written as it stands."""
    return "\n" in text and all(indent + len(line) <= WIDTH for line in text.split("\n"))


def _literal(text: str) -> bool:
    """Return whether ``|-`` gives this text back."""
    lines = text.split("\n")
    return not (
        "\r" in text
        or not text.strip(" \n")
        or text.startswith("\n")
        or not lines[-1].strip(" ")
        or "\t" in lines[0][:1]
    )


def _foldable(text: str) -> bool:
    """Return whether ``>-`` gives this text back: paragraphs of words with single spaces."""
    if "\t" in text or "\r" in text:
        return False
    return all(line and line == line.strip(" ") and "  " not in line for line in text.split("\n"))


def _folded(text: str, indent: int) -> Iterator[str]:
    margin = " " * indent
    for number, paragraph in enumerate(text.split("\n")):
        if number:
            yield ""  # an empty line between two lines is one line end
        line = margin
        for word in paragraph.split(" "):
            if len(line) > len(margin) and len(line) + 1 + len(word) > WIDTH:
                yield line
                line = margin
            line += word if line == margin else f" {word}"
        yield line
