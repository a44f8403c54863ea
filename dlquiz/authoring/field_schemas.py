"""The blocks of which the schemas of our YAML files are built; see `dlquiz.authoring.schemas`."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from dlquiz.model.class_rules import DURATION, MAX_NAME, MOMENT

Schema: TypeAlias = dict[str, Any]

SCALAR: Final = ["string", "number", "boolean"]
TEXT: Final[Schema] = {"type": SCALAR, "pattern": r"\S"}
ID: Final[Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"}
VERSION: Final[Schema] = {"enum": [1, "1"]}
NAME: Final[Schema] = {"type": SCALAR, "pattern": r"^\S(.*\S)?$", "maxLength": MAX_NAME}
DATE: Final[Schema] = {"type": "string", "pattern": MOMENT}
LENGTH: Final[Schema] = {"type": "string", "pattern": DURATION}

WORDS: Final = (
    (ID, "an id"), (NAME, "a name"), (DATE, "a date, or a date and a time"), (LENGTH, "a duration"),
)  # fmt: skip
"""What the reference pages call a schema."""


class FieldPage(NamedTuple):
    """What an editor checks in a field, and what the field means, in Markdown."""

    schema: Schema
    meaning: str


Fields: TypeAlias = Mapping[str, FieldPage]


def list_of(of: Schema, *, least: int = 0, most: int | None = None, unique: bool = False) -> Schema:
    """Return the schema of a list."""
    limits = {"minItems": least or None, "maxItems": most, "uniqueItems": unique or None}
    return {"type": "array", "items": of, **{name: value for name, value in limits.items() if value is not None}}


def number(low: float, high: float | None = None, *, whole: bool = False, above: bool = False) -> Schema:
    """Return the schema of a number; ``above``: it must be larger than ``low``."""
    kind = "integer" if whole else "number"
    edge = {"exclusiveMinimum" if above else "minimum": low}
    return {"type": kind, **edge, **({} if high is None else {"maximum": high})}
