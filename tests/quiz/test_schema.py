"""The JSON Schema for editors: it accepts every quiz of ours, read as an editor reads it, and refuses mistakes."""

import copy
import json
import re
from pathlib import Path

import pytest
import yaml

from dlquiz.authoring.new_quiz import template
from dlquiz.model.quiz import KINDS as MODELS
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.schema import COMMON, QUIZ, schema

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "quiz-format.md").read_text(encoding="utf-8")
CHECK = jsonschema.Draft202012Validator(schema())


def as_an_editor_reads(text):
    """Plain YAML: numbers and booleans are no texts; keys become texts, as in JSON."""

    def with_text_keys(value):
        if isinstance(value, dict):
            return {str(key): with_text_keys(item) for key, item in value.items()}
        return [with_text_keys(item) for item in value] if isinstance(value, list) else value

    return with_text_keys(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


EXAMPLE = as_an_editor_reads(template("my-quiz"))


def kind_of(name):
    return next(question for question in EXAMPLE["questions"] if question["kind"] == name)


def with_question(name, **changes):
    question = {**copy.deepcopy(kind_of(name)), **changes}
    question = {key: value for key, value in question.items() if value is not ...}
    return {**EXAMPLE, "questions": [question]}


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())
    json.dumps(schema())


QUIZZES = sorted((ROOT / "quizzes").glob("*.yaml"))


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_every_quiz_of_ours_is_accepted(path):
    assert [error.message for error in CHECK.iter_errors(as_an_editor_reads(path.read_text(encoding="utf-8")))] == []


def test_the_template_and_the_examples_of_the_reference_are_accepted():
    assert list(CHECK.iter_errors(EXAMPLE)) == []
    for block in re.findall(r"```yaml\n(format_version.*?)```", PAGE, re.DOTALL):
        assert list(CHECK.iter_errors(as_an_editor_reads(block))) == []


WRONG = {
    "no title": {key: value for key, value in EXAMPLE.items() if key != "title"},
    "an unknown field of the quiz": {**EXAMPLE, "titel": "x"},
    "no questions": {**EXAMPLE, "questions": []},
    "another version": {**EXAMPLE, "format_version": 2},
    "a bad language": {**EXAMPLE, "lang": "english"},
    "an unknown kind": with_question("choice", kind="mcq"),
    "no kind": with_question("choice", kind=...),
    "a misspelt field": with_question("choice", explane="Because."),
    "a bad id": with_question("choice", id="My id"),
    "no explanation": with_question("choice", explain=...),
    "an empty stem": with_question("choice", stem=" "),
    "no source": with_question("choice", source=...),
    "a picture without words": with_question("choice", image="a.svg"),
    "a picture elsewhere": with_question("choice", image="../a.svg", alt="A curve"),
    "points of nothing": with_question("choice", points=0),
    "no wrong option": with_question("choice", wrong={}),
    "wrong options without reasons": with_question("choice", wrong=["one", "two"]),
    "a wrong option with an empty reason": with_question("choice", wrong={"one": None, "two": "It is."}),
    "a field of another kind": with_question("choice", tolerance=1),
    "an unknown way to score": with_question("multi", partial="half"),
    "a truth in between": with_question("truefalse", answer="perhaps"),
    "no number": with_question("numeric", answer="many"),
    "an expression without parameters": with_question("numeric", answer="ceil(n / b)"),
    "a foreseen answer that is no number": with_question("numeric", near={"many": "No."}),
    "a range with three ends": with_question("numeric", tolerance=[1, 2, 3]),
    "three typos": with_question("short", typos=3),
    "nothing accepted": with_question("short", accept=[]),
    "a cloze without a blank": with_question("cloze", stem="No blank."),
    "one pair": with_question("match", pairs={"a": "b"}),
    "one item": with_question("order", items=["a"]),
    "one group": with_question("categorise", groups={"a": ["b", "c"]}),
    "no code": with_question("output", code=...),
    "a package that is not there": with_question("output", packages=["jax"]),
    "a parameter without values": with_question("choice", params={"n": []}),
    "a parameter with a bad name": with_question("choice", params={"1n": [1, 2]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_refused_and_our_own_reader_refuses_it_too(name):
    assert list(CHECK.iter_errors(WRONG[name])) != []
    with pytest.raises(ValueError):
        Quiz.model_validate(json.loads(json.dumps(WRONG[name]), parse_int=str, parse_float=str) | version(WRONG[name]))


def version(quiz):
    return {"format_version": quiz["format_version"]}


# -- one table of fields for schema, models and page --------------------------


@pytest.mark.parametrize("kind", MODELS)
def test_the_schema_has_exactly_the_fields_of_the_model(kind):
    defined = schema()["$defs"][kind]
    assert set(defined["properties"]) == set(MODELS[kind].model_fields)
    needed = {name for name, field in MODELS[kind].model_fields.items() if field.is_required()}
    assert set(defined["required"]) == needed
    assert all(one["description"].endswith(".") for one in defined["properties"].values())


def test_the_schema_has_exactly_the_fields_of_the_quiz():
    assert set(schema()["properties"]) == set(Quiz.model_fields)
    assert set(schema()["required"]) == {n for n, field in Quiz.model_fields.items() if field.is_required()}


def rows(heading):
    section = re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)[1]
    table = section.split("| field | needed | meaning |\n|---|---|---|\n")[1].split("\n\n")[0]
    cells = (re.split(r"(?<!\\)\|", line)[1:-1] for line in table.strip().splitlines())
    return {name.strip().strip("`"): meaning.strip().replace("\\|", "|") for name, _, meaning in cells}


@pytest.mark.parametrize(
    ("heading", "table"),
    [("The quiz", QUIZ), ("Every question", COMMON)] + [(f"`{name}`", kind.fields) for name, kind in KINDS.items()],
)
def test_the_reference_page_says_what_the_editor_says(heading, table):
    assert rows(heading) == {name: field.meaning for name, field in table.items()}
