"""The JSON Schemas of exercise.yaml and course.yaml say what the models say."""

import jsonschema
import pytest
import yaml

from dlquiz.authoring.schemas import FIELDS, MODELS, course_schema, exercise_schema
from dlquiz.content.course import builtin_course, load_exercise
from dlquiz.errors import ContentError
from tests.authoring.small import EXERCISE, MANIFEST

SCHEMAS = {"course": course_schema, "exercise": exercise_schema}


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
