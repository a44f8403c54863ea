"""What an editor checks in ``class.yaml``, and what its fields mean; see `dlquiz.authoring.schemas`."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from dlquiz.authoring.field_schemas import (
    DATE,
    ID,
    LENGTH,
    NAME,
    VERSION,
    FieldPage,
    Fields,
    Schema,
    list_of,
    number,
)
from dlquiz.model.class_rules import (
    AttemptPolicy,
    ClassRules,
    Extension,
    GroupRules,
    LatePolicy,
    ListedLearner,
    UnknownTime,
    WorkRules,
)


def _choice(of: Any) -> Schema:
    return {"enum": list(get_args(of))}


def _mapping(of: Schema, names: Schema) -> Schema:
    return {"type": "object", "propertyNames": names, "additionalProperties": of}


_PERCENT = number(0, 100)
_SWITCH: Schema = {"enum": [True, False, "true", "false"]}
_SECTION: Schema = {"type": "string", "pattern": r"\S"}

CLASS: Fields = {
    "format_version": FieldPage(VERSION, "The version of this format"),
    "title": FieldPage(NAME, "What the class is called"),
    "timezone": FieldPage(
        NAME, "The clock by which all times without a zone of their own are read: an IANA name such as `Europe/Berlin`"
    ),
    "roster": FieldPage(NAME, "A CSV file of the people, beside this file, as `class grade --roster` reads it"),
    "learners": FieldPage(
        list_of({"$ref": "#/$defs/learner"}), "The people, in the place of a roster; [see below](#learners)"
    ),
    "sections": FieldPage(list_of(NAME, unique=True), "All sections of the class: another one is a mistake then"),
    "groups": FieldPage(list_of({"$ref": "#/$defs/group"}), "Who hands in together; [see below](#groups)"),
    "exercises": FieldPage(
        _mapping({"$ref": "#/$defs/work"}, ID),
        "What counts, by the ids of the exercises; [see below](#exercises-and-quizzes)",
    ),
    "quizzes": FieldPage(
        _mapping({"$ref": "#/$defs/work"}, ID),
        "The same, by the ids of the quizzes; [see below](#exercises-and-quizzes)",
    ),
    "attempts": FieldPage(
        _choice(AttemptPolicy), "Which of several hand-ins counts: the last, the best, or the average of all"
    ),
    "late": FieldPage({"$ref": "#/$defs/late"}, "What being late costs; [see below](#being-late)"),
    "unknown_time": FieldPage(
        _choice(UnknownTime),
        "Where no time of a hand-in is known: `flag` counts it as on time and lists it for you, `accept` counts it as "
        "on time, `refuse` gives it no points until a time is known",
    ),
    "extensions": FieldPage(
        list_of({"$ref": "#/$defs/extension"}), "More time for single learners; [see below](#extensions)"
    ),
    "drop_lowest": FieldPage(number(0, 100, whole=True), "So many of the lowest shares are left out of each total"),
    "release": FieldPage(
        DATE, "Before it, `class grades` writes nothing for learners. A date alone means the beginning of that day"
    ),
    "anonymous": FieldPage(_SWITCH, "Tables for learners name nobody; needs `seed`"),
    "seed": FieldPage(
        number(0, 2**53 - 1, whole=True),
        "Any number, known to you alone: it draws each learner's variant of a quiz, and the anonymous ids",
    ),
}

LEARNER: Fields = {
    "id": FieldPage(NAME, "The number or name that the LMS has for the person"),
    "name": FieldPage(NAME, "First name, last name; or `Last, First` in quotes"),
    "email": FieldPage(NAME, "Hand-ins are found by it, too"),
    "login": FieldPage(NAME, "The same"),
    "section": FieldPage(NAME, "One of `sections`"),
}

GROUP: Fields = {
    "name": FieldPage(NAME, "As the LMS calls the team, if it knows it"),
    "members": FieldPage(
        list_of(NAME, least=2, most=20), "Learners by id, name, login or email. One hand-in counts for all of them"
    ),
    "exercises": FieldPage(list_of(ID), "For which exercises; without it for all"),
}

WORK: Fields = {
    "due": FieldPage(DATE, "The last minute that is on time. A date alone means 23:59 of that day"),
    "due_in": FieldPage(_mapping(DATE, _SECTION), "Another date for a section: `{B: 2026-10-24 12:00}`"),
    "weight": FieldPage(number(0, 1000), "How much it counts in the total; 0: not at all"),
    "attempts": FieldPage(_choice(AttemptPolicy), "As above, for this one only"),
    "late": FieldPage({"$ref": "#/$defs/late"}, "As above, for this one only; it takes the place of the whole"),
    "rubric": FieldPage(
        _mapping(number(0, 10_000, above=True), _SECTION),
        "What a person marks, with its points: `{style: 2, report: 4}`. They are added to the points of the exercise",
    ),
}

LATE: Fields = {
    "grace": FieldPage(LENGTH, "Within this time after the due date nothing is taken off"),
    "percent_per_day": FieldPage(_PERCENT, "Taken off for each day begun after due date and grace"),
    "of": FieldPage({"enum": ["earned", "possible"]}, "Of which points the percent are"),
    "cap": FieldPage(_PERCENT, "The most percent that are taken off"),
    "closes_after": FieldPage(LENGTH, "What comes later than this after the due date is not accepted: no points"),
}

EXTENSION: Fields = {
    "learner": FieldPage(NAME, "By id, name, login or email"),
    "work": FieldPage(ID, "An exercise or a quiz; without it all of them"),
    "until": FieldPage(DATE, "The new due date"),
    "by": FieldPage(LENGTH, "So much later than the others, by the clock"),
    "excused": FieldPage(_SWITCH, "It does not count in the total at all"),
    "reason": FieldPage(NAME, "For you; learners are not shown it"),
}

MODELS: Mapping[str, type[BaseModel]] = {
    "class": ClassRules, "learner": ListedLearner, "group": GroupRules, "work": WorkRules, "late": LatePolicy,
    "extension": Extension,
}  # fmt: skip
FIELDS: Mapping[str, Fields] = {
    "class": CLASS, "learner": LEARNER, "group": GROUP, "work": WORK, "late": LATE, "extension": EXTENSION,
}  # fmt: skip
