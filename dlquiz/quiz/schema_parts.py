"""The types from which the JSON Schema of a quiz file is made; each kind describes its own fields with them."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Schema: TypeAlias = dict[str, Any]

ID = "^[a-z][a-z0-9_-]{0,39}$"
QUESTION = "^[a-z][a-z0-9_-]{0,39}(/[a-z][a-z0-9_-]{0,39})?$"
NUMBER = r"^\s*[+-]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$"
SCALAR = ["string", "number", "boolean"]
"""A bare number or ``no`` is text in our files, but not to an editor."""


class FieldDoc(NamedTuple):
    """What an editor checks in a field, and what the field means, in one sentence or two."""

    schema: Schema
    meaning: str

    def described(self) -> Schema:
        """Return the schema with its meaning as plain text: links of the reference page lead nowhere in an editor."""
        plain = self.meaning.replace("; [see below](#params-many-questions-from-one)", "").rstrip(".")
        return {**self.schema, "description": f"{plain}."}


Fields: TypeAlias = Mapping[str, FieldDoc]


def ref(name: str) -> Schema:
    """Return a reference to one of `definitions`."""
    return {"$ref": f"#/$defs/{name}"}


def definitions() -> Schema:
    """Return the small types."""
    return {
        "text": {"type": SCALAR, "pattern": r"\S"},
        "id": {"type": "string", "pattern": ID},
        "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": NUMBER}]},
        "percent": {"type": "string", "pattern": NUMBER[:-1].removesuffix(r"\s*") + r"\s*%\s*$"},
        "expression": {"type": ["number", "string"], "pattern": r"\S"},
        "texts": {"type": "array", "items": ref("text"), "minItems": 1},
        "reasons": {"type": "object", "additionalProperties": ref("text")},
        "reasons_or_nothing": {
            "type": "object",
            "additionalProperties": {"anyOf": [ref("text"), {"type": "null"}]},
        },
        "params": {
            "type": "object",
            "maxProperties": 6,
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{0,19}$"},
            "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": SCALAR}, "uniqueItems": True},
        },
    }


def reasons(*, least: int = 0, most: int) -> Schema:
    """Return the schema of ``text: why it is wrong``."""
    return {**ref("reasons"), "minProperties": least, "maxProperties": most}


def right_options(*, least: int, most: int) -> Schema:
    """Return the schema of a list of options, or of a mapping with reasons where the author has one."""
    listed = {**ref("texts"), "minItems": least, "maxItems": most, "uniqueItems": True}
    reasoned = {**ref("reasons_or_nothing"), "minProperties": least, "maxProperties": most}
    return {"anyOf": [listed, reasoned]}


def partial(*ways: str, default: str) -> Schema:
    """Return the schema of the ways in which a partly right answer can score."""
    return {"enum": list(ways), "default": default}


TYPOS: Schema = {"enum": [0, 1, 2, "0", "1", "2"], "default": 0}
