"""Read a YAML file so that every key and value keeps its place, and all text stays text.

A loader would turn ``no`` into False and ``012`` into 10. Here a bare value is
text until the field's type reads it; only an empty value or ``~`` is None.
Aliases, tags and a second document are refused, so a small file cannot grow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from dlquiz.errors import ContentError, Finding
from dlquiz.model.codes import Code, Loc
from dlquiz.text import UNSTORABLE

MAX_BYTES = 2**20
MAX_DEPTH = 20
MAX_NODES = 100_000
MAX_ITEMS = 5_000
"""Entries of one list or mapping: as many as a quiz may have questions."""
_LONGEST_EXCERPT = 120

Plain = str | list["Plain"] | dict[str, "Plain"] | None
"""What a file holds: text, nothing, lists and mappings."""

# The C parser is some ten times faster; PyYAML built without libyaml still works.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Node:
    """One value and where it begins; a mapping also knows where its keys stand.

    ``comment`` is what stands behind a bare text on its line, from the ``#`` on: an author may have meant it as text.
    """

    place: Place
    value: "str | list[Node] | dict[str, Entry] | None"
    comment: str = ""

    def plain(self) -> Plain:
        """Return the value without places."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {name: entry.node.plain() for name, entry in self.value.items()}
        return self.value

    def walk(self) -> Iterator[tuple[Loc, "Node"]]:
        """Yield every value below this one, and this one, with the path that leads to it."""
        yield (), self
        below: list[tuple[str | int, Node]] = []
        if isinstance(self.value, list):
            below = list(enumerate(self.value))
        elif isinstance(self.value, dict):
            below = [(name, entry.node) for name, entry in self.value.items()]
        for step, node in below:
            for path, deeper in node.walk():
                yield (step, *path), deeper


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` of a mapping."""

    key: Place
    node: Node


@dataclass(slots=True)
class Document:
    """A file that is valid YAML. ``findings`` holds what is wrong with its structure."""

    file: str
    lines: list[str]
    root: Node
    findings: list[Finding] = field(default_factory=list)

    def finding(self, place: Place, code: Code, message: str, suggestion: str = "") -> Finding:
        """Return a finding at ``place`` with that line as its excerpt."""
        return _finding(self.file, self.lines, place, code, message, suggestion)


def shown_path(path: Path) -> str:
    """Return the path as a person would type it here: relative if it is below the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_document(path: Path) -> Document:
    """Read and parse one file.

    Raises
    ------
    ContentError
        The file cannot be read, is not text, or is not valid YAML.
    """
    name = shown_path(path)
    return parse(_text(path, name), name)


def parse(text: str, file: str) -> Document:
    """Parse the text of one file; ``file`` is its name in findings. Raises ContentError."""
    lines = _LINE_END.split(text)
    bad = UNSTORABLE.search(text)
    if bad:
        before = _LINE_END.split(text[: bad.start()])
        place = Place(len(before), len(before[-1]) + 1)
        message = f"the character U+{ord(bad.group()):04X} is not allowed here"
        stop(_finding(file, lines, place, Code.CHARACTER, message, "delete this invisible character"))
    try:
        return _Builder(file, lines).build(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "quoted scalar" in (error.context or "") and error.context_mark:
            mark = error.context_mark  # the quote that was opened, not the end of the file
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        message = error.problem or "this is not valid YAML"
        stop(_finding(file, lines, place, Code.SYNTAX, message, _yaml_help(error, lines)))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = str(error).splitlines()[0] if str(error) else "this is not valid YAML"
        stop(Finding(file, 0, 0, Code.SYNTAX, message))


def stop(*findings: Finding) -> NoReturn:
    """Raise the findings of one file as a ContentError."""
    file = findings[0].file
    count = "a mistake" if len(findings) == 1 else f"{len(findings)} mistakes"
    raise ContentError(
        f"{file} has {count}: {findings[0].message}" if len(findings) == 1 else f"{file} has {count}",
        findings=findings,
        next_step=f"Correct {file}, then run the command again.",
    )


def _finding(file: str, lines: list[str], place: Place, code: Code, message: str, suggestion: str = "") -> Finding:
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    line = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", line).replace("\t", " ").rstrip()
    if len(line) > _LONGEST_EXCERPT:
        # The caret stands at the column, so that a long line can only be cut behind it.
        line = line[:_LONGEST_EXCERPT] + "…" if place.column <= _LONGEST_EXCERPT else ""
    return Finding(file, place.line, place.column, code, message, suggestion, line)


def _text(path: Path, name: str) -> str:
    try:
        if path.is_dir():
            stop(Finding(name, 0, 0, Code.UNREADABLE, "this is a folder, not a file"))
        if path.exists() and not path.is_file():
            stop(Finding(name, 0, 0, Code.UNREADABLE, "this is not an ordinary file"))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        stop(Finding(name, 0, 0, Code.UNREADABLE, "there is no such file", "check the name and the folder"))
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        stop(Finding(name, 0, 0, Code.UNREADABLE, f"the file cannot be read: {reason}"))
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 2**20} MiB"
        stop(Finding(name, 0, 0, Code.TOO_LARGE, message, "split it into several files"))
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> str:
    save = "save the file as UTF-8 without a byte order mark"
    if data.startswith(b"\xef\xbb\xbf"):
        stop(Finding(name, 1, 1, Code.ENCODING, "the file begins with a byte order mark", save))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        stop(Finding(name, 1, 1, Code.ENCODING, "the file is UTF-16, not UTF-8", save))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _LINE_END.split(data[: error.start].decode("utf-8"))
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        stop(Finding(name, len(before), len(before[-1]) + 1, Code.ENCODING, message, save))


class _Builder:
    """Turn parser events into nodes, without recursion and within the limits."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.document = Document(file, lines, Node(Place(1, 1), None))
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.anchors: list[Any] = []
        self.aliases = 0
        self.count = 0

    def build(self, events: Iterator[Any]) -> Document:
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "a second document begins here"
                    self._report(event, Code.YAML_FEATURE, message, "write one document per file, without '---'")
                    break
            elif isinstance(event, yaml.NodeEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
        if self.root is None or not isinstance(self.root.value, dict):
            found = "is empty" if self.root is None or self.root.value is None else "is not a mapping"
            message = f"the file {found}; expected lines of 'field: value'"
            stop(self.document.finding(Place(1, 1), Code.NOT_A_MAPPING, message))
        self.document.root = self.root
        for event in () if self.aliases else self.anchors:  # with an alias it is meant, and the alias is told
            message = f"the anchor &{event.anchor} is not read here"
            self._report(event, Code.YAML_FEATURE, message, "quote a text that begins with &")
        return self.document

    def _start(self, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            stop(self.document.finding(_place(event), Code.TOO_LARGE, f"more than {MAX_NODES:,} values"))
        if getattr(event, "tag", None):
            help = "quote a text that begins with !, or leave the tag out"
            self._report(event, Code.YAML_FEATURE, f"the tag {event.tag} is not read here", help)
        if isinstance(event, yaml.AliasEvent):
            self.aliases += 1
            message = f"the alias *{event.anchor} is not read here"
            self._report(event, Code.YAML_FEATURE, message, "write the text out; quote a text that begins with *")
            self._add(Node(_place(event), f"*{event.anchor}"))
        elif isinstance(event, yaml.ScalarEvent):
            if event.anchor:
                self.anchors.append(event)
            empty = not event.style and event.value in ("", "~")
            if UNSTORABLE.search(event.value):
                self._report(event, Code.CHARACTER, "the text holds a control character", "write it without")
            if empty and (event.anchor or event.tag):
                empty, event.value = False, f"&{event.anchor}" if event.anchor else str(event.tag)  # told already
            self._add(Node(_place(event), None if empty else event.value, "" if empty else self._comment(event)))
        else:
            node = Node(_place(event), {} if isinstance(event, yaml.MappingStartEvent) else [])
            self._add(node)
            self.open.append(_Open(node))
            if len(self.open) > MAX_DEPTH:
                stop(self.document.finding(node.place, Code.TOO_DEEP, f"nested more than {MAX_DEPTH} deep"))

    def _comment(self, event: yaml.ScalarEvent) -> str:
        """Return the comment that ends the line of a bare text."""
        if event.style or not event.end_mark or event.end_mark.line >= len(self.document.lines):
            return ""
        rest = self.document.lines[event.end_mark.line][event.end_mark.column :]
        return rest.strip() if rest.lstrip().startswith("#") else ""

    def _add(self, node: Node) -> None:
        """Put a node where the parser is: as the root, an item, a key or a value."""
        if not self.open:
            self.root = node
            return
        into = self.open[-1]
        if into.node.value is not None and len(into.node.value) >= MAX_ITEMS:
            stop(self.document.finding(node.place, Code.TOO_LARGE, f"more than {MAX_ITEMS:,} entries in one list"))
        if isinstance(into.node.value, list):
            into.node.value.append(node)
        elif into.key is None:
            into.key = node
        elif isinstance(into.node.value, dict):
            key, into.key = into.key, None
            self._add_entry(into.node.value, key, node)

    def _add_entry(self, mapping: dict[str, Entry], key: Node, node: Node) -> None:
        if not isinstance(key.value, str):
            help = "quote a text that begins with { or ["
            self.document.findings.append(
                self.document.finding(key.place, Code.YAML_FEATURE, "a key must be a text", help)
            )
        elif key.value in mapping:
            message = f"duplicate key '{key.value}' (first on line {mapping[key.value].key.line})"
            self.document.findings.append(self.document.finding(key.place, Code.DUPLICATE_KEY, message))
        else:
            mapping[key.value] = Entry(key.place, node)

    def _report(self, event: Any, code: Code, message: str, suggestion: str) -> None:
        self.document.findings.append(self.document.finding(_place(event), code, message, suggestion))


@dataclass(slots=True)
class _Open:
    node: Node
    key: Node | None = None


def _place(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


_YAML_HELP = (
    ("mapping values are not allowed", "': ' inside text starts a new field; quote the whole text"),
    ("unknown escape", "inside \"…\" a backslash is special; use '…' quotes for LaTeX"),
    ("found a tab", "indent with spaces, not with tabs"),
    ("cannot start any token", "quote a text that begins with this character"),
    ("scanning an alias", "quote a text that begins with *"),
    ("scanning an anchor", "quote a text that begins with &"),
    ("unexpected end of stream", "a quote is opened and never closed"),
    ("sequence entries are not allowed", "quote a text that begins with '- '"),
    ("mapping keys are not allowed", "quote a text that begins with '? '"),
    ("could not find expected ':'", "a colon is missing, or a text goes on in a second line; quote it"),
    ("undefined tag handle", "quote a text that begins with !"),
    ("expected ',' or", "a bracket is not closed, or a text with [ ] { } or , needs quotes"),
)


def _yaml_help(error: yaml.MarkedYAMLError, lines: list[str]) -> str:
    mark = error.problem_mark
    # A wrong indent is noticed a line late, so the line before counts too.
    near = "\n".join(lines[max(mark.line - 1, 0) : mark.line + 1]) if mark else ""
    if "{{" in near:
        return 'quote a text with {{ }}: "{{n}} images"'
    if re.search(r"^[ \t]*[\u00a0\u2007\u202f]", near, re.MULTILINE):
        return "the indent holds a no-break space (U+00A0), as texts from web pages do; type ordinary spaces"
    if mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        return "indent with spaces, not with tabs"
    told = f"{error.context or ''} {error.problem or ''}"
    for words, help in _YAML_HELP:
        if words in told:
            return help
    if " #" in near:
        return "' #' inside text starts a comment; quote the whole text"
    if "did not find expected" in told:
        return "check the indent of this line, and that quotes enclose the whole text"
    return ""
