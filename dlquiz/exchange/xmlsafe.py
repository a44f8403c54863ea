"""Read XML that nobody vouches for: no entities of its own, a bounded depth and size, nothing fetched.

A DOCTYPE may name a DTD, as ILIAS, OLAT and Respondus do: it is never loaded. One that declares something itself is
refused, since entities can make a file grow without end. The elements know their line. Namespaces are left out:
``qti:item`` is ``item``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from xml.parsers import expat

from dlquiz.exchange.base import MAX_BYTES
from dlquiz.exchange.reading import MAX_DEPTH, refuse

MAX_ELEMENTS = 500_000


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, its attributes, and what stands in it, in order."""

    name: str
    attributes: dict[str, str]
    line: int
    column: int
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def children(self) -> "list[Element]":
        """The elements directly below this one."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """All text in this element and below, as it stands."""
        return "".join(one if isinstance(one, str) else one.text for one in self.content)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def all(self, name: str) -> "list[Element]":
        """Return the children with this name."""
        return [one for one in self.children if one.name == name]

    def first(self, *path: str) -> "Element | None":
        """Follow the first children with these names down; None if one is missing."""
        found: Element | None = self
        for name in path:
            found = next(iter(found.all(name)), None) if found is not None else None
        return found

    def text_at(self, *path: str) -> str:
        """Return the stripped text at the end of a path; empty if there is nothing."""
        found = self.first(*path)
        return found.text.strip() if found is not None else ""

    def walk(self, *names: str) -> "Iterator[Element]":
        """Yield this element and all below it, in the order of the file; only those with one of ``names``, if any."""
        if not names or self.name in names:
            yield self
        for one in self.children:
            yield from one.walk(*names)

    def markup(self) -> str:
        """Return what stands in this element as HTML, its own tags left out."""
        return "".join(escape(one, quote=False) if isinstance(one, str) else one.outer() for one in self.content)

    def outer(self) -> str:
        """Return this element as HTML."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{attributes}>{self.markup()}</{self.name}>"


def parse_xml(data: bytes, file: str) -> Element:
    """Parse an XML file.

    Raises
    ------
    ContentError
        It is no well-formed XML, declares something in a DOCTYPE, is too large or nested too deep.
    """
    if len(data) > MAX_BYTES:
        refuse(file, f"the file is larger than {MAX_BYTES // 2**20} MiB", "split it into several files")
    if not data.strip():
        refuse(file, "the file is empty", "expected XML")
    return _Builder(file, data).build()


def _refuse_declaration(file: str, what: str, line: int) -> None:
    message = f"{what} declares something, which is refused: entities that a file defines can make it grow without end"
    refuse(file, message, "take out what stands between [ and ]> behind <!DOCTYPE", line=line)


class _Builder:
    def __init__(self, file: str, data: bytes) -> None:
        self.file, self.data = file, data
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._skipped

    def build(self) -> Element:
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            text = self.data.decode("utf-8", "replace")
            message = f"this is not well-formed XML: {expat.ErrorString(error.code)}"
            refuse(self.file, message, line=error.lineno, column=error.offset + 1, text=text)
        except (LookupError, ValueError) as error:  # an unknown encoding
            refuse(self.file, f"this XML cannot be read: {error}", "save the file as UTF-8")
        assert self.root is not None  # expat reports a file without an element
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        if self.count > MAX_ELEMENTS:
            refuse(self.file, f"more than {MAX_ELEMENTS:,} elements", line=line)
        own = {key.rpartition(":")[2]: value for key, value in attributes.items() if not key.startswith("xmlns")}
        element = Element(name.rpartition(":")[2], own, line, column)
        if self.open:
            self.open[-1].content.append(element)
        else:
            self.root = element
        self.open.append(element)
        if len(self.open) > MAX_DEPTH:
            refuse(self.file, f"elements are nested more than {MAX_DEPTH} deep", line=line, column=column)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        if self.open:
            self.open[-1].content.append(text)

    def _doctype(self, name: str, system: str | None, public: str | None, declares: int) -> None:
        # Called before anything of the internal subset is read.
        if declares:
            _refuse_declaration(self.file, "the DOCTYPE of this file", self.parser.CurrentLineNumber)

    def _entity(self, *_: object) -> None:
        _refuse_declaration(self.file, "an ENTITY in this file", self.parser.CurrentLineNumber)

    def _skipped(self, name: str, is_parameter: int) -> None:
        """Take an entity of a DTD that was not loaded, such as ``&nbsp;``, for what it is in HTML."""
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))
