"""The JSON Schema of a quiz file, for editors (draft 2020-12).

A bare number or ``no`` is text in our files, but not to an editor; so wherever the author may write text, the schema
takes numbers and booleans too. What needs thought (patterns, clashes, variants) is left to ``quiz check``.
"""

from typing import Any, TypeAlias

from dlquiz.quiz import fields

Schema: TypeAlias = dict[str, Any]

_ID = "^[a-z][a-z0-9_-]{0,39}$"
_NUMBER = r"^\s*[+-]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$"
_SCALAR = ["string", "number", "boolean"]


def schema() -> Schema:
    """Return the schema of a whole quiz file."""
    properties: Schema = {
        "format_version": {"enum": [1, "1"]},
        "title": _ref("text"),
        "lang": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$", "default": "en"},
        "topic": _ref("id"),
        "summary": {"type": _SCALAR},
        "draw": {"type": "integer", "minimum": 1},
        "questions": {"type": "array", "minItems": 1, "maxItems": 5000, "items": _ref("question")},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quiz of dlquiz",
        "type": "object",
        "properties": _described(properties, fields.QUIZ),
        "required": ["format_version", "title", "questions"],
        "additionalProperties": False,
        "$defs": {**_texts(), "question": _question(), **{kind: _kind(kind) for kind in fields.KINDS}},
    }


def _texts() -> Schema:
    """Return the small types."""
    return {
        "text": {"type": _SCALAR, "pattern": r"\S"},
        "id": {"type": "string", "pattern": _ID},
        "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER}]},
        "percent": {"type": "string", "pattern": _NUMBER[:-1].removesuffix(r"\s*") + r"\s*%\s*$"},
        "expression": {"type": ["number", "string"], "pattern": r"\S"},
        "texts": {"type": "array", "items": _ref("text"), "minItems": 1},
        "reasons": {"type": "object", "additionalProperties": _ref("text")},
        "reasons_or_nothing": {
            "type": "object",
            "additionalProperties": {"anyOf": [_ref("text"), {"type": "null"}]},
        },
        "params": {
            "type": "object",
            "maxProperties": 6,
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{0,19}$"},
            "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": _SCALAR}, "uniqueItems": True},
        },
    }


def _question() -> Schema:
    """Return a question of any kind: the kind decides which fields there are."""
    chosen = [
        {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": _ref(kind)}
        for kind in fields.KINDS
    ]
    kind = {"enum": list(fields.KINDS), "description": _sentence(fields.COMMON["kind"])}
    return {"type": "object", "properties": {"kind": kind}, "required": ["kind"], "allOf": chosen}


def _kind(kind: str) -> Schema:
    own, required = _OWN[kind]
    properties = {**_common(kind), **own}
    made: Schema = {
        "type": "object",
        "properties": _described(properties, {**fields.COMMON, **fields.KINDS[kind]}),
        "required": ["kind", "id", "stem", "explain", "source", *required],
        "additionalProperties": False,
        "dependentRequired": {"image": ["alt"]},
    }
    if kind == "numeric":
        # Only a parametric question has expressions for numbers.
        made |= {
            "if": {"required": ["params"]},
            "then": {"properties": {"answer": _ref("expression"), "tolerance": _tolerance("expression")}},
            "else": {
                "properties": {
                    "answer": _ref("number"),
                    "tolerance": _tolerance("number"),
                    "near": {"propertyNames": {"pattern": _NUMBER}},
                }
            },
        }
    return made


def _common(kind: str) -> Schema:
    return {
        "kind": {"const": kind},
        "id": _ref("id"),
        "stem": _ref("text"),
        "explain": _ref("text"),
        "source": _ref("text"),
        "tags": {"type": "array", "items": _ref("text")},
        "hints": {"type": "array", "items": _ref("text")},
        "points": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 1000}, {"type": "string"}]},
        "image": {"type": "string", "pattern": r"^(?!/)(?!.*(^|/)\.\.(/|$))[^\\:]+$"},
        "alt": _ref("text"),
        "params": _ref("params"),
        "ignore": {"type": "array", "items": _ref("id")},
    }


def _tolerance(number: str) -> Schema:
    pair = {"type": "array", "items": _ref(number), "minItems": 2, "maxItems": 2}
    return {"anyOf": [_ref(number), _ref("percent"), pair]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _reasons(*, least: int = 0, most: int) -> Schema:
    return {**_ref("reasons"), "minProperties": least, "maxProperties": most}


def _right_options(*, least: int, most: int) -> Schema:
    listed = {**_ref("texts"), "minItems": least, "maxItems": most, "uniqueItems": True}
    reasoned = {**_ref("reasons_or_nothing"), "minProperties": least, "maxProperties": most}
    return {"anyOf": [listed, reasoned]}


def _partial(*ways: str, default: str) -> Schema:
    return {"enum": list(ways), "default": default}


_TYPOS: Schema = {"enum": [0, 1, 2, "0", "1", "2"], "default": 0}
_OWN: dict[str, tuple[Schema, tuple[str, ...]]] = {
    "choice": ({"right": _ref("text"), "wrong": _reasons(least=1, most=19)}, ("right", "wrong")),
    "multi": (
        {
            "right": _right_options(least=1, most=19),
            "wrong": _reasons(least=1, most=19),
            "partial": _partial("all", "each", "net", default="net"),
        },
        ("right", "wrong"),
    ),
    "truefalse": ({"answer": {"enum": [True, False, "true", "false", "yes", "no"]}}, ("answer",)),
    "numeric": (
        {"answer": True, "tolerance": True, "unit": _ref("text"), "near": _reasons(most=20)},
        ("answer",),
    ),
    "short": (
        {"accept": {**_ref("texts"), "maxItems": 50}, "typos": _TYPOS, "reject": _reasons(most=50)},
        ("accept",),
    ),
    "cloze": (
        {
            "stem": {"type": "string", "pattern": r"\[\[[\s\S]+\]\]"},
            "typos": _TYPOS,
            "reject": _reasons(most=50),
            "wrong": _reasons(most=12),
            "partial": _partial("all", "each", default="each"),
        },
        (),
    ),
    "match": (
        {
            "pairs": _reasons(least=2, most=12),
            "extra": _right_options(least=0, most=6),
            "why": _ref("reasons"),
            "partial": _partial("all", "each", default="each"),
        },
        ("pairs",),
    ),
    "order": (
        {
            "items": {**_ref("texts"), "minItems": 2, "maxItems": 12, "uniqueItems": True},
            "why": _ref("reasons"),
            "partial": _partial("all", "each", "pairs", default="each"),
        },
        ("items",),
    ),
    "categorise": (
        {
            "groups": {"type": "object", "minProperties": 2, "maxProperties": 6, "additionalProperties": _ref("texts")},
            "why": _ref("reasons"),
            "partial": _partial("all", "each", default="each"),
        },
        ("groups",),
    ),
    "output": (
        {
            "code": {"type": "string", "pattern": r"\S", "maxLength": 4000},
            "answer": _ref("text"),
            "reject": _reasons(most=20),
            "packages": {"type": "array", "items": {"enum": ["numpy", "torch", "tensorflow"]}},
        },
        ("code", "answer"),
    ),
}
"""Per kind: the fields that the others do not have, and which of them are needed."""


def _described(properties: Schema, meanings: dict[str, str]) -> Schema:
    """Add to every field what it means; an editor shows it beside the field."""
    return {
        name: {**(one if isinstance(one, dict) else {}), "description": _sentence(meanings[name])}
        for name, one in properties.items()
    }


def _sentence(meaning: str) -> str:
    """Return a meaning as plain text: the page's links lead nowhere in an editor."""
    return meaning.replace("; [see below](#params-many-questions-from-one)", "").rstrip(".") + "."
