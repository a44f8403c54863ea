"""The JSON Schema of a quiz file, for editors (draft 2020-12).

A bare number or ``no`` is text in our files, but not to an editor; so wherever the author may write text, the schema
takes numbers and booleans too. What needs thought (patterns, clashes, variants) is left to ``quiz check``.

What each field means is shown by editors, too; a test compares it with ``docs/reference/quiz-format.md``.
"""

from typing import Any

from dlquiz.quiz.kinds.base import QuestionKind
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.schema_parts import QUESTION, SCALAR, FieldDoc, Fields, Schema, definitions, ref

QUIZ: Fields = {
    "format_version": FieldDoc({"enum": [1, "1"]}, "`1`"),
    "title": FieldDoc(ref("text"), "What the learner sees first"),
    "lang": FieldDoc(
        {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$", "default": "en"},
        "Language of the texts, such as `en`, `de`, `pt-BR`. It decides which decimal mark is read",
    ),
    "topic": FieldDoc(ref("id"), "One word in id form, for your own order"),
    "lesson": FieldDoc(
        ref("id"), "The exercise whose lesson the questions need. A sitting asks only what its learner has met"
    ),
    "summary": FieldDoc({"type": SCALAR}, "One or two sentences under the title"),
    "draw": FieldDoc({"type": "integer", "minimum": 1}, "How many questions one sitting asks. Without it, all"),
    "questions": FieldDoc(
        {"type": "array", "minItems": 1, "maxItems": 5000, "items": ref("question")},
        "One question or more; their ids must differ",
    ),
}

_NAMES = [f"`{name}`" for name in KINDS]
_KIND = FieldDoc({"enum": list(KINDS)}, f"{', '.join(_NAMES[:-1])} or {_NAMES[-1]}")
_PATH = {"type": "string", "pattern": r"^(?!/)(?!.*(^|/)\.\.(/|$))[^\\:]+$"}

COMMON: Fields = {
    "kind": _KIND,
    "id": FieldDoc(ref("id"), "In id form. It stays for ever: the learner's history hangs on it"),
    "stem": FieldDoc(ref("text"), "The question"),
    "explain": FieldDoc(ref("text"), "Why the right answer is right. Shown after every answer, also after a right one"),
    "source": FieldDoc(ref("text"), "Where a reader can check it"),
    "tags": FieldDoc(
        {"type": "array", "items": ref("text")},
        'The terms that the question is about. "Look at these again" lists them',
    ),
    "hints": FieldDoc(
        {"type": "array", "items": ref("text")},
        "From gentle to nearly there; one more for each `?` that the learner types",
    ),
    "points": FieldDoc(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 1000}, {"type": "string"}]},
        "What the question is worth, more than 0",
    ),
    "image": FieldDoc(_PATH, "A picture below the quiz's own folder"),
    "alt": FieldDoc(ref("text"), "What the picture shows, in words"),
    "params": FieldDoc(ref("params"), "Makes many questions of one; [see below](#params-many-questions-from-one)"),
    "lesson": FieldDoc(ref("id"), "The exercise whose lesson this question needs, if it is another than the quiz says"),
    "same_as": FieldDoc(
        {"type": "array", "items": {"type": "string", "pattern": QUESTION}},
        "Other questions about the same fact: ids of this quiz, or `quiz/id`. One direction is enough",
    ),
    "ignore": FieldDoc(
        {"type": "array", "items": ref("id")}, "Rules of `dlquiz quiz lint` that do not apply to this question"
    ),
}


def schema() -> Schema:
    """Return the schema of a whole quiz file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quiz of dlquiz",
        "type": "object",
        "properties": _described(QUIZ),
        "required": ["format_version", "title", "questions"],
        "additionalProperties": False,
        "$defs": {
            **definitions(),
            "question": _question(),
            **{name: _kind(name, kind) for name, kind in KINDS.items()},
        },
    }


def _question() -> Schema:
    """Return a question of any kind: the kind decides which fields there are."""
    chosen = [
        {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": ref(name)} for name in KINDS
    ]
    return {"type": "object", "properties": {"kind": _KIND.described()}, "required": ["kind"], "allOf": chosen}


def _kind(name: str, kind: QuestionKind[Any]) -> Schema:
    constant = FieldDoc({"const": name}, _KIND.meaning)
    needed = [field for field, one in kind.model.model_fields.items() if one.is_required() and field != "kind"]
    return {
        "type": "object",
        "properties": _described({**COMMON, "kind": constant, **kind.fields}),
        "required": ["kind", *needed],
        "additionalProperties": False,
        "dependentRequired": {"image": ["alt"]},
        **kind.schema(),
    }


def _described(fields: Fields) -> Schema:
    return {name: one.described() for name, one in fields.items()}
