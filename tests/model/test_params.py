"""Parametric questions: every variant is there, filled in, and checked."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from dlquiz.content.course import load_quiz
from dlquiz.errors import ContentError
from dlquiz.model.codes import Code
from dlquiz.model.params import assignments, template, variant, variants
from dlquiz.model.quiz import KINDS, Quiz

COMMON = {"id": "q", "explain": "So.", "source": "A book, chapter 1"}
STEPS = {
    "kind": "numeric",
    "stem": "{{n:,}} images in batches of {{b}}?",
    "params": {"n": [1000, 64], "b": ["32", "128"]},
    "answer": "ceil(n / b)",
    "near": {"floor(n / b)": "{{n}} / {{b}} is {{n / b:.2f}}."},
    **COMMON,
}


def quiz(question):
    return Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})


def mistakes(question):
    with pytest.raises(ValidationError) as caught:
        quiz(question)
    return [
        (e["type"], tuple(step for step in e["loc"][2:] if step not in KINDS), e["ctx"].get("message", ""))
        for e in caught.value.errors()
        if e["type"] != "too_short"
    ]


def test_every_combination_is_a_variant_and_the_last_name_changes_fastest():
    every = variants(quiz(STEPS).questions[0])
    assert [(v.stem, v.answer) for v in every] == [
        ("1,000 images in batches of 32?", 32),
        ("1,000 images in batches of 128?", 8),
        ("64 images in batches of 32?", 2),
        ("64 images in batches of 128?", 1),
    ]
    assert all(v.params == {} and variants(v) == (v,) for v in every)


def test_a_parametric_question_is_its_own_first_variant_and_remembers_what_was_written():
    question = quiz(STEPS).questions[0]
    assert question.stem == variants(question)[0].stem
    assert question.params == {"n": ("1000", "64"), "b": ("32", "128")}
    assert template(question) == STEPS
    assert variant(question, 2).answer == 2
    assert variant(question, None) is question


def test_a_foreseen_answer_that_is_right_in_a_variant_is_left_out_there():
    every = variants(quiz(STEPS).questions[0])
    assert [list(v.near) for v in every] == [["31"], ["7"], [], ["0"]]
    assert every[0].near["31"] == "1000 / 32 is 31.25."


def test_a_foreseen_answer_that_is_right_everywhere_is_a_mistake():
    question = {**STEPS, "near": {"floor(n / b) + (n % b > 0)": "x"}}
    assert mistakes(question)[0][0] == Code.EXPRESSION
    question = {**STEPS, "params": {"n": [64, 128]}, "stem": "{{n}}", "answer": "n / 32", "near": {"n // 32": "x"}}
    assert mistakes(question) == [
        (Code.NEAR_IS_RIGHT, ("near", "n // 32"), "this wrong answer is right in every variant")
    ]


def test_a_quiz_with_parameters_survives_a_round_trip_through_json():
    whole = quiz(STEPS)
    again = Quiz.model_validate_json(whole.model_dump_json())
    assert variants(again.questions[0]) == variants(whole.questions[0])
    assert again == whole


def test_texts_may_be_parameters_too_and_stand_in_options():
    question = {
        "kind": "choice",
        "stem": "Who began {{name}}?",
        "params": {"name": ["PyTorch", "TensorFlow"]},
        "right": "the people of {{name}}",
        "wrong": {"nobody at {{name}}": "{{name}} has authors."},
        **COMMON,
    }
    first, second = variants(quiz(question).questions[0])
    assert first.right == "the people of PyTorch"
    assert second.wrong == {"nobody at TensorFlow": "TensorFlow has authors."}


def test_tolerance_and_range_may_be_expressions():
    question = {**STEPS, "tolerance": ["n / b", "n / b + 1"], "near": {}}
    assert [v.tolerance for v in variants(quiz(question).questions[0])] == [
        (31.25, 32.25), (7.8125, 8.8125), (2, 3), (0.5, 1.5)]  # fmt: skip
    question = {**STEPS, "tolerance": "n / 1000", "near": {}}
    assert [v.tolerance for v in variants(quiz(question).questions[0])] == [1, 1, 0.064, 0.064]


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"answer": "ceil(n / c)"}, Code.EXPRESSION, ("answer",)),
        ({"answer": "n / (b - 32)"}, Code.EXPRESSION, ("answer",)),
        ({"stem": "{{m}}?"}, Code.EXPRESSION, ("stem",)),
        ({"stem": "{{n:d}}?"}, Code.EXPRESSION, ("stem",)),
        ({"near": {"oops(": "x"}}, Code.EXPRESSION, ("near", "oops(")),
        ({"hints": ["fine", "{{nn}}"]}, Code.EXPRESSION, ("hints", 1)),
        ({"params": {"n": [1000]}}, Code.PARAMS, ("params",)),
        ({"params": {"n": list(range(201))}}, Code.PARAMS, ("params",)),
        ({"params": {"n": [3, 3]}}, Code.PARAMS, ("params", "n")),
        ({"params": {"n": 3}}, Code.PARAMS, ("params", "n")),
        ({"params": {"1n": [3, 4]}}, Code.PARAMS, ("params", "1n")),
        ({"params": {"ceil": [3, 4]}}, Code.PARAMS, ("params", "ceil")),
        ({"params": {"n": [[1], [2]]}}, Code.PARAMS, ("params", "n")),
        ({"params": [1, 2]}, Code.PARAMS, ("params",)),
    ],
)
def test_a_mistake_stands_where_the_author_wrote_it(changes, code, path):
    assert mistakes({**STEPS, **changes})[0][:2] == (code, path)


def test_options_that_become_equal_name_the_values_for_which_they_do():
    question = {
        "kind": "choice",
        "stem": "{{a}} + {{b}}?",
        "params": {"a": [2, 3], "b": [2, 5]},
        "right": "{{a + b}}",
        "wrong": {"{{a * b}}": "This is the product.", "{{a - b}}": "This is the difference."},
        **COMMON,
    }
    [(kind, path, message)] = mistakes(question)
    assert (kind, path) == (Code.OPTION_CLASH, ("wrong", "{{a * b}}"))
    assert message == "'4' is right and wrong at once (with a = 2, b = 2)"


def test_without_parameters_braces_are_only_text():
    question = quiz({"kind": "short", "stem": "What is {{n}}?", "accept": ["{{n}}"], **COMMON}).questions[0]
    assert question.stem == "What is {{n}}?"


def test_assignments_read_numbers_exactly():
    assert list(assignments({"a": ("0.1", "x")})) == [{"a": Fraction(1, 10)}, {"a": "x"}]


def test_a_mistake_of_a_variant_has_its_place_in_the_file(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_text(
        "format_version: 1\ntitle: T\nquestions:\n  - kind: choice\n    id: q\n    params: {a: [1, 2]}\n"
        "    stem: x\n    right: '{{a}}'\n    wrong:\n      '{{2 / a}}': why\n      '2': why\n"
        "    explain: e\n    source: s\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        load_quiz(path)
    [found] = caught.value.findings
    assert (found.line, found.column) == (11, 7)
    assert "'2' and '{{2 / a}}' are the same with a = 1" in found.message


def choice(stem, **params):
    return {**COMMON, "kind": "choice", "stem": stem, "right": "Yes", "wrong": {"No": "It is."}, "params": params}


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("$x_{{n}}$", "$x_{10}$"),
        ("$2^{{n}} + y$", "$2^{10} + y$"),
        ("$\\frac{{n}}{{n}}$", "$\\frac{10}{10}$"),
        ("$\\frac{{{n}}}{2}$", "$\\frac{10}{2}$"),
        ("$\\frac{ {{n}} }{2}$", "$\\frac{ 10 }{2}$"),
        ("$\\sqrt {{n}}$", "$\\sqrt {10}$"),
        ("${{n}} \\cdot 2$", "$10 \\cdot 2$"),
        ("It costs {{n}}_{{n}} for $1$.", "It costs 10_10 for $1$."),
        ("{{{n}}}", "{10}"),
    ],
)
def test_a_value_in_a_formula_is_one_sign_for_what_takes_one(written, filled):
    assert variants(quiz(choice(written, n=[10, 3])).questions[0])[0].stem == filled


def test_braces_of_latex_around_no_parameter_say_what_to_do():
    with pytest.raises(ValidationError) as caught:
        quiz(choice("$\\mathbf{{W}} {{n}}$", n=[1, 2]))
    (one, *_) = caught.value.errors()
    assert "'{{W}}' cannot be filled in" in one["ctx"]["message"]
    assert "leave one pair out" in one["ctx"]["help"]


def test_the_form_of_a_number_is_refused_for_a_text():
    found = mistakes(choice("{{layer:.2f}}", layer=["Dense", "Conv"]))
    assert found[0][0] == Code.EXPRESSION
    assert "'layer' is a text" in found[0][2]


@pytest.mark.parametrize("stem", ["{{n}", "{{n and {{n}}", "A {{ n", "{{n} }"])
def test_a_place_that_is_not_closed_is_told(stem):
    assert (Code.EXPRESSION, ("stem",)) in {(code, path) for code, path, _ in mistakes(choice(stem, n=[1, 2]))}


@pytest.mark.parametrize("stem", ["`{{` opens a place, {{n}}", "$e^{{-x}_i}$ and {{n}}"])
def test_braces_in_code_and_in_formulas_may_stay(stem):
    assert variants(quiz(choice(stem, n=[1, 2])).questions[0])[1].stem == stem.replace("{{n}}", "2")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("sum(n, b) ^ 2", "'^' is not allowed in it; a power is **"),
        ("sum(n, b)", "the function 'sum' is not allowed in it; there are abs, ceil"),
        ("n & b", "'&' is not allowed"),
    ],
)
def test_what_is_not_allowed_in_an_expression_is_named(expression, words):
    assert words in mistakes({**STEPS, "answer": expression, "near": {}})[0][2]
