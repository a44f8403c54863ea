"""Write the fields of a quiz as our YAML: readable, and read back as exactly the same fields.

Our reader takes every bare value as text, so quotes are needed only where YAML itself would misread the text.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import yaml

from dlquiz.text import UNSTORABLE, storable

WIDTH: Final = 100
"""Texts of words are broken where a line would be longer; code and single words are not."""

_TEXT, _NOTHING = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_MARGIN = 12  # PyYAML breaks a line behind the word that crosses its width; questions are indented by 2 more
_LONGEST_KEY = 400  # YAML reads a key of up to 1,024 characters without being told; escapes double some of them
_FIRST = ("kind", "id", "tags", "params", "stem", "code", "image", "alt")
_LAST = ("hints", "explain", "source", "points", "ignore")

_ESCAPED = re.compile(rf"\r|{UNSTORABLE.pattern}")
# Paragraphs of words with single spaces between them: only these come back from a filled block.
_WORDS = re.compile(r"[^ \n\t]+(?:(?: |\n+)[^ \n\t]+)*")
# A literal block cannot begin with a tab or an empty line; a space at its end would not be seen.
_LITERAL = re.compile(r"(?![\t\n]).*[^ \t\n]", re.DOTALL)

Value: TypeAlias = Any


def write_fields(fields: Mapping[str, Value], *, comment: str = "") -> str:
    """Return the text of a quiz file whose fields are plain values: texts, numbers, None, lists and mappings.

    ``comment`` stands at its top.
    """
    head = {name: value for name, value in fields.items() if name != "questions"}
    parts = [f"# {line}".rstrip() + "\n" for line in storable(comment).splitlines()]
    if head:
        parts.append(_dump(head))
    questions = [_indented(_dump([_arranged(one)])) for one in fields.get("questions", ())]
    if questions:
        parts += ["questions:\n", "\n".join(questions)]
    return "".join(parts)


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ", lambda line: line != "\n")


def _arranged(fields: Mapping[str, Value]) -> dict[str, Value]:
    middle = [name for name in fields if name not in _FIRST and name not in _LAST]
    names = [*_FIRST, *middle, *_LAST]
    return {name: fields[name] for name in names if name in fields}


def _dump(value: Value) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH - _MARGIN)
    return text


class _Dumper(yaml.SafeDumper):
    """PyYAML's writer with our idea of what reads well."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out: our files have no aliases."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent a list that stands in a mapping."""
        super().increase_indent(flow, False)

    def check_simple_key(self) -> bool:
        """Write ``option: reason`` also if the option is long or has several lines."""
        if not isinstance(self.event, yaml.ScalarEvent):
            return super().check_simple_key()
        return len(self.event.value) <= _LONGEST_KEY

    def choose_scalar_style(self) -> str:
        """Choose by what fits: bare or quoted on the line, words as a filled block, other text as it stands."""
        assert isinstance(self.event, yaml.ScalarEvent)
        text = self.event.value
        style = super().choose_scalar_style()
        if _ESCAPED.search(text):
            return '"'
        short = "\n" not in text and self.column + len(text) + len(': ""') <= self.best_width
        if not text or short or self.flow_level or self.simple_key_context:
            return '"' if style == "'" and not re.search(r'["\\]', text) else style
        room = WIDTH - 2 - self.best_indent - (self.indent or 0)
        as_it_stands = "\n" in text and all(len(line) <= room for line in text.split("\n"))
        if _WORDS.fullmatch(text) and not as_it_stands:
            return ">"
        return "|" if _LITERAL.fullmatch(text) else '"'


def _scalar(dumper: _Dumper, value: Value) -> yaml.Node:
    return dumper.represent_scalar(_TEXT, _text(value))


def _sequence(dumper: _Dumper, values: Sequence[Value]) -> yaml.Node:
    texts = [_text(value) for value in values if not isinstance(value, Mapping | list | tuple | None)]
    few = len(texts) == len(values) and sum(len(text) + 2 for text in texts) <= WIDTH - 20
    words = all(len(text) <= 40 and "\n" not in text for text in texts)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=few and words)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


# A bare value is a text, whatever it looks like; only an empty one and ~ are nothing.
_Dumper.yaml_implicit_resolvers = {begin: [(_NOTHING, re.compile("~?"))] for begin in ("", "~")}
_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NOTHING, ""))
for _one in (bool, int, float, str):
    _Dumper.add_representer(_one, _scalar)
for _many in (list, tuple):
    _Dumper.add_representer(_many, _sequence)
