"""Write XML: elements as values, escaped in one place, the same bytes for the same quiz every time."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Markup:
    """XHTML that stands in the document as it is; it must be well-formed."""

    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """An element; texts in it are escaped when it is written."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    content: "tuple[Tag | Markup | str, ...]"

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the element's lines; one that holds text stays on one line, so that no space is added to the text."""
        margin = "  " * depth
        attributes = "".join(f" {name}={quoteattr(_clean(value))}" for name, value in self.attributes)
        if not self.content:
            yield f"{margin}<{self.name}{attributes}/>"
        elif all(isinstance(one, Tag) for one in self.content):
            yield f"{margin}<{self.name}{attributes}>"
            for one in self.content:
                assert isinstance(one, Tag)
                yield from one.lines(depth + 1)
            yield f"{margin}</{self.name}>"
        else:
            yield f"{margin}<{self.name}{attributes}>{''.join(map(_inline, self.content))}</{self.name}>"


def _inline(one: "Tag | Markup | str") -> str:
    if isinstance(one, Markup):
        return _clean(one.text)
    if isinstance(one, str):
        return escape(_clean(one))
    return "".join(line.strip() if line.lstrip().startswith("<") else line for line in one.lines())


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def element(name: str, *content: Tag | Markup | str, **attributes: str) -> Tag:
    """Return an element. In the names of attributes, ``xsi__type`` means ``xsi:type``; a final ``_`` goes."""
    named = tuple((key.replace("__", ":").rstrip("_"), value) for key, value in attributes.items())
    return Tag(name, named, content)


def document(root: Tag) -> bytes:
    """Return a whole XML file."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(root.lines()) + "\n").encode()


def package(members: Mapping[str, bytes]) -> bytes:
    """Return a zip archive with these files; the same files always give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return stream.getvalue()
