"""The JSON Schemas of exercise.yaml, course.yaml and class.yaml say what the models say."""

import jsonschema
import pytest
import yaml

from dlquiz.authoring.schemas import FIELDS, MODELS, class_schema, course_schema, exercise_schema
from dlquiz.content.course import builtin_course, load_exercise, validated
from dlquiz.content.yamlfile import parse
from dlquiz.errors import ContentError
from dlquiz.model.class_rules import ClassRules
from tests.authoring.small import EXERCISE, MANIFEST
from tests.classroom.test_rules import RULES

SCHEMAS = {"course": course_schema, "exercise": exercise_schema, "class": class_schema}


def errors(schema, text):
    checker = jsonschema.Draft202012Validator(schema)
    return [error.message for error in checker.iter_errors(yaml.safe_load(text))]


@pytest.mark.parametrize("name", MODELS)
def test_every_field_of_a_model_is_described_in_the_models_order(name):
    assert list(FIELDS[name]) == list(MODELS[name].model_fields)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_valid_themselves(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name]())


def test_no_file_that_loads_is_refused():
    exercises = builtin_course() / "exercises"
    assert not errors(course_schema(), (exercises / "course.yaml").read_text())
    assert not errors(course_schema(), MANIFEST)
    for path in exercises.glob("*/exercise.yaml"):
        assert not errors(exercise_schema(), path.read_text()), path


ACCEPTED = [
    "summary: 5",
    "requires: [a, b-c]",
    "files: [words.txt, data/a.csv]",
    "data: {digits: {at_least: 0.9, epochs: 3, note: fast, shuffle: true}}",
    "examples: [{call: f(1), expect: 2}]",
    "limits: {call_s: 0.5}",
    "packages: [numpy, torch]",
]
REFUSED = [
    "file: A.py",
    "minutes: 0",
    "minutes: 601",
    "points: 0",
    "hints: []",
    "hint: [a]",
    "packages: [nump]",
    "packages: numpy",
    "files: [../a]",
    "files: [.a]",
    "files: [a//b]",
    "limits: {call_s: 0}",
    "limits: {memory_mib: 10}",
    "limits: {calls: 1}",
    "examples: [{call: f(1)}]",
    "data: {digits: {pixels: int8}}",
    "topic: Two words",
]


def replaced(line):
    """Return the small exercise with one field written otherwise."""
    key = line.partition(":")[0]
    return "".join(row for row in EXERCISE.splitlines(True) if not row.startswith(f"{key}:")) + line + "\n"


@pytest.mark.parametrize("line", ACCEPTED)
def test_schema_and_program_accept_the_same(line, tmp_path):
    for name in ("words.txt", "data/a.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "exercise.yaml").write_text(replaced(line))
    load_exercise(tmp_path / "exercise.yaml")
    assert not errors(exercise_schema(), replaced(line))


@pytest.mark.parametrize("line", REFUSED)
def test_schema_and_program_refuse_the_same(line, tmp_path):
    (tmp_path / "exercise.yaml").write_text(replaced(line))
    with pytest.raises(ContentError):
        load_exercise(tmp_path / "exercise.yaml")
    assert errors(exercise_schema(), replaced(line))


CLASS_ACCEPTED = [
    "seed: 0",
    "attempts: average",
    "late: {grace: 1 day 12 hours, percent_per_day: 0.5, of: possible, closes_after: 7 d}",
    "release: 2026-12-01 08:00Z",
    "anonymous: true",
    "exercises: {exercise1: {rubric: {style: 2, a report: 1.5}}}",
]
CLASS_REFUSED = [
    "seed: -1",
    "attempts: first",
    "late: {grace: soon}",
    "late: {cap: 101}",
    "late: {per_day: 1}",
    "release: 1 December",
    "groups: [{name: a, members: [b]}]",
    "exercises: {Exercise 1: {}}",
    "exercises: {exercise1: {rubric: {style: 0}}}",
    "extensions: [{learner: a, by: 1 day}]",
    "unknown_time: guess",
]


def class_with(line):
    """Return the rules of a class with one field written otherwise."""
    head = "format_version: 1\ntitle: T\ntimezone: UTC\n"
    return head + line + "\n"


@pytest.mark.parametrize("text", [RULES, *map(class_with, CLASS_ACCEPTED)])
def test_schema_and_program_accept_the_same_rules_of_a_class(text):
    validated(parse(text, "class.yaml"), ClassRules)
    # YAML of editors makes a date of a date; ours leaves it the text that was written.
    written = yaml.load(text, Loader=yaml.BaseLoader)
    strict = jsonschema.Draft202012Validator(class_schema())
    assert [one.message for one in strict.iter_errors(numbers(written))] == []


@pytest.mark.parametrize("line", CLASS_REFUSED)
def test_schema_and_program_refuse_the_same_rules_of_a_class(line):
    with pytest.raises(ContentError):
        validated(parse(class_with(line), "class.yaml"), ClassRules)
    strict = jsonschema.Draft202012Validator(class_schema())
    assert list(strict.iter_errors(numbers(yaml.load(class_with(line), Loader=yaml.BaseLoader))))


def numbers(value):
    """Return a document in which what reads as a number is one, as for an editor."""
    if isinstance(value, dict):
        return {name: numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [numbers(one) for one in value]
    try:
        return float(value) if "." in value else int(value)
    except ValueError:
        return value
