"""Check a QTI file before it is written: platforms that import it fail without a word.

A schema is data: for each element what may stand in it, as in a DTD (``a? (b | c)* d+``, ``#text``, ``ANY``), and
its attributes, the required ones with ``!``. References must lead somewhere.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dlquiz.errors import MachineryError
from dlquiz.exchange.xmlsafe import Element, parse_xml

ANY = "ANY"


@dataclass(frozen=True, slots=True)
class ElementRule:
    """What an element holds, and its attributes."""

    content: str = ""
    attributes: str = ""


Schema = Mapping[str, ElementRule]


def problems(root: Element, schema: Schema) -> Iterator[str]:
    """Yield what in a document is not as the schema says."""
    rule = schema.get(root.name)
    where = f"line {root.line}: <{root.name}>"
    if rule is None:
        yield f"{where} is unknown"
        return
    known = {name.rstrip("!") for name in rule.attributes.split()}
    required = [name[:-1] for name in rule.attributes.split() if name.endswith("!")]
    yield from (f"{where} has no '{name}'" for name in required if not root.get(name))
    if rule.content == ANY:
        return
    yield from (
        f"{where} has the unknown '{name}'"
        for name in root.attributes
        if name not in known and name != "schemaLocation" and name != "lang"
    )
    names = [one.name for one in root.children]
    if not _model(rule.content).fullmatch("".join(f"{name} " for name in names)):
        yield f"{where} holds ({', '.join(names) or 'nothing'}); expected ({rule.content or 'nothing'})"
    text = "".join(one for one in root.content if isinstance(one, str)).strip()
    if text and "#text" not in rule.content:
        yield f"{where} holds the text '{text[:40]}'"
    for one in root.children:
        yield from problems(one, schema)


@lru_cache(maxsize=256)
def _model(content: str) -> re.Pattern[str]:
    pattern = re.sub(r"[\w#-]+", lambda m: "" if m[0] == "#text" else f"(?:{re.escape(m[0])}[ ])", content)
    pattern = re.sub(r" (?![\]])", "", pattern)
    return re.compile(re.sub(r"\|(?=[|)])|(?<=\()\|", "", pattern))


def doubled(values: Iterator[str] | list[str]) -> list[str]:
    """Return what stands there more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def insist(data: bytes, name: str, schema: Schema) -> Element:
    """Return the parsed document; MachineryError if it is not as the schema says: then our writer is wrong."""
    root = parse_xml(data, name)
    stop(name, list(problems(root, schema)))
    return root


def stop(name: str, found: list[str]) -> None:
    """Raise MachineryError if something was found."""
    if found:
        raise MachineryError(
            f"The file {name} that was about to be written is not valid: {'; '.join(found[:3])}.",
            next_step="Nothing was written. This is a mistake in dlquiz: please report it.",
        )
