"""The JSON Schemas of ``exercise.yaml``, ``course.yaml`` and ``class.yaml``, and the tables of their reference pages.

They are for editors (draft 2020-12). A bare number or ``no`` is text in our files, but not to an editor; so wherever
the author may write text, the schema takes numbers and booleans too. The meanings are those of the reference pages.
Which fields there are, which are needed and what their defaults are, is compared with the models by a test.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from dlquiz.authoring import class_fields
from dlquiz.authoring.field_schemas import ID, SCALAR, TEXT, VERSION, WORDS, FieldPage, Fields, Schema, list_of, number
from dlquiz.data.catalog import NAMES
from dlquiz.model.course import (
    FILE_NAME,
    MAX_FILES,
    STUB_NAME,
    CourseManifest,
    DataSettings,
    Example,
    Exercise,
    HiddenCases,
    Limits,
)
from dlquiz.model.packages import PACKAGES

COURSE: Fields = {
    "format_version": FieldPage(VERSION, "The version of this format"),
    "name": FieldPage(ID, "A short name in id form; workspaces and reports carry it"),
    "title": FieldPage(TEXT, "What learners read"),
    "version": FieldPage(
        TEXT, "Your own version, such as `0.1.0`; it stands in every report. Quote it: `1.0` is a number"
    ),
    "welcome": FieldPage(TEXT, "A sentence at `dlquiz start`"),
    "finish": FieldPage(TEXT, "A sentence when everything is done"),
    "exercises": FieldPage(
        list_of(ID, least=1, unique=True),
        "The ids of the exercises, in the order in which people should do them. Each is a folder below `exercises/`",
    ),
    "quizzes": FieldPage(
        list_of(ID, unique=True),
        "The ids of the quizzes that come first, in order. Any other `quizzes/*.yaml` follows them, by name",
    ),
}

LIMITS: Fields = {
    "call_s": FieldPage(number(0, 3600, above=True), "Seconds for one call"),
    "case_s": FieldPage(number(0, 3600, above=True), "Seconds for all calls of one case together"),
    "submission_s": FieldPage(number(0, 7200, above=True), "Seconds for everything together"),
    "memory_mib": FieldPage(number(64, 65536, whole=True), "MiB that the code may add to the warm server"),
}

DATA: Fields = {
    "call_s": FieldPage(number(0, 3600, above=True), "As under `limits`, in its place for this data set"),
    "case_s": FieldPage(number(0, 3600, above=True), "As under `limits`; the larger one counts"),
    "pixels": FieldPage(
        {"enum": ["float32", "uint8"]}, "How images are handed over: in [0, 1], or as the numbers 0 to 255 of the files"
    ),
}

EXAMPLE: Fields = {
    "call": FieldPage(
        TEXT,
        "A Python expression. It may use `np`, `math` and every name of the learner's file, private ones too. "
        "Quote it where it holds `: ` or ` #`, as a dict does: `\"f({'a': 1})\"`",
    ),
    "expect": FieldPage(
        TEXT,
        "What it gives: as `print` or `repr` shows it, or an expression for it. Numbers agree to six digits; "
        "blanks, line breaks and commas do not count. A tuple is written with its brackets: `(2, 3)`",
    ),
    "why": FieldPage({"type": SCALAR}, "A sentence behind the result"),
}

EXERCISE: Fields = {
    "format_version": FieldPage(VERSION, "The version of this format"),
    "title": FieldPage(TEXT, "What learners read"),
    "topic": FieldPage(ID, "One word in id form; `dlquiz grade TOPIC` finds the exercise by it, too"),
    "file": FieldPage(
        {"type": "string", "pattern": STUB_NAME},
        "The file that the learner edits. Its name without `.py` is the module's name",
    ),
    "summary": FieldPage(TEXT, "One sentence in the list of exercises"),
    "minutes": FieldPage(number(1, 600, whole=True), "How long a beginner needs"),
    "points": FieldPage(number(0, above=True), "The sum of the cases' points, without bonus"),
    "packages": FieldPage(
        list_of({"enum": list(PACKAGES)}, unique=True),
        "What the learner's file may import beside the standard library. Where one is not installed, the exercise is "
        "skipped with the command that installs it",
    ),
    "files": FieldPage(
        list_of(
            {"type": "string", "pattern": FILE_NAME, "maxLength": 100},
            most=MAX_FILES,
            unique=True,
        ),
        "Files beside `exercise.yaml` that submissions may open by these names, read-only; at most 50 MB together",
    ),
    "requires": FieldPage(list_of(ID), "Exercises of the course that should be done before"),
    "quizzes": FieldPage(list_of(ID), "Quizzes of the course that belong to it"),
    "limits": FieldPage({"$ref": "#/$defs/limits"}, "Deadlines and memory; [see below](#limits)"),
    "data": FieldPage(
        {"type": "object", "propertyNames": {"enum": list(NAMES)}, "additionalProperties": {"$ref": "#/$defs/data"}},
        "Data sets by name, the default first, each with its settings; [see below](#data)",
    ),
    "hints": FieldPage(
        list_of(TEXT, least=1),
        "From gentle to nearly the answer, at least three different ones of three words to 160. "
        "`dlquiz hint` shows one more each time",
    ),
    "examples": FieldPage(
        list_of({"$ref": "#/$defs/example"}),
        "What `dlquiz run` shows; [see below](#examples). `dlquiz dev check` runs them with the reference",
    ),
    "hidden": FieldPage(
        {"$ref": "#/$defs/hidden"}, "Written by `dlquiz dev kit`: how many checks it left out; [see below](#hidden)"
    ),
}

HIDDEN: Fields = {
    "cases": FieldPage(number(1, 10_000, whole=True), "How many cases stayed with the author"),
    "points": FieldPage(number(0), "The points of these cases, without bonus"),
}

MODELS: Mapping[str, type[BaseModel]] = {
    "course": CourseManifest, "exercise": Exercise, "limits": Limits, "data": DataSettings, "example": Example,
    "hidden": HiddenCases,
    **class_fields.MODELS,
}  # fmt: skip
"""The models behind the tables of this module."""
FIELDS: Mapping[str, Fields] = {
    "course": COURSE, "exercise": EXERCISE, "limits": LIMITS, "data": DATA, "example": EXAMPLE,
    "hidden": HIDDEN,
    **class_fields.FIELDS,
}  # fmt: skip


def course_schema() -> Schema:
    """Return the schema of ``exercises/course.yaml``."""
    return {"$schema": _DRAFT, "title": "A course of dlquiz", **_object("course")}


def exercise_schema() -> Schema:
    """Return the schema of ``exercises/<id>/exercise.yaml``."""
    inside = {"limits": _object("limits"), "data": _object("data", more=True), "example": _object("example")}
    inside["hidden"] = _object("hidden")
    return {"$schema": _DRAFT, "title": "An exercise of dlquiz", **_object("exercise"), "$defs": inside}


def class_schema() -> Schema:
    """Return the schema of ``class.yaml``."""
    inside = {name: _object(name) for name in class_fields.FIELDS if name != "class"}
    return {"$schema": _DRAFT, "title": "The rules of a class in dlquiz", **_object("class"), "$defs": inside}


_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _object(name: str, *, more: bool = False) -> Schema:
    needed = [field for field, one in MODELS[name].model_fields.items() if one.is_required()]
    described = {
        field: {**one.schema, "description": one.meaning.replace("`", "").partition("; [see")[0]}
        for field, one in FIELDS[name].items()
    }
    # The author's own settings of a data set: a number, a text, true or false.
    others: Any = {"type": SCALAR} if more else False
    return {"type": "object", "properties": described, "required": needed, "additionalProperties": others}


def rows(name: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield field, what it takes, default and meaning for the reference page."""
    for field, one in FIELDS[name].items():
        known = MODELS[name].model_fields[field]
        yield (
            f"`{field}`",
            _takes(one.schema),
            "**needed**" if known.is_required() else _default(known.get_default(call_default_factory=True)),
            one.meaning,
        )


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return (
        "see below"
        if isinstance(value, BaseModel)
        else f"`{value}`"
        if value not in ("", {}, None, _NO_TIME)
        else "none"
    )


_NO_TIME = timedelta()


def _takes(schema: Schema) -> str:
    """Say in words what a field takes."""
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"] if one != "1" and not isinstance(one, bool))
    match schema.get("type", "object"):
        case "array":
            most = f", at most {schema['maxItems']}" if "maxItems" in schema else ""
            return f"a list ({_takes(schema['items'])}){most}"
        case "integer" | "number" as kind:
            return f"{'a whole number' if kind == 'integer' else 'a number'}{_range(schema)}"
        case "object":
            return "a mapping"
        case _:
            words = next((words for known, words in WORDS if schema is known), "")
            return words if words else "a file name" if schema.get("pattern") in _FILES else "text"


_FILES = (STUB_NAME, FILE_NAME)


def _range(schema: Schema) -> str:
    low = f" above {schema['exclusiveMinimum']}" if "exclusiveMinimum" in schema else f" from {schema['minimum']}"
    return f"{low} to {schema['maximum']:,}" if "maximum" in schema else low
