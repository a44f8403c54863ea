"""Letters that look like plain ones are named with the letter that is meant."""

import pytest

from dlquiz.grading.twins import advice, skeleton


def message(source):
    with pytest.raises((SyntaxError, NameError)) as caught:
        exec(compile(source, "work.py", "exec"), {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = “a”", 'type the plain " in its place'),
        ("x = ‘a’", "type the plain ' in its place"),
        ("x = 3 − 1", "type the plain - in its place"),
        ("x = 3 – 1", "type the plain - in its place"),
        ("x = 3 × 2", "type the plain * in its place"),
        ("x = 6 ÷ 2", "type the plain / in its place"),
        ("x = 3 ≤ 4", "type the plain <= in its place"),
        ("x = [1，2]", "type the plain , in its place"),
        ("x =\u00a03", "type a plain space in its place"),
        ("x =\u202f3", "type a plain space in its place"),
        ("x = \u200b3", "cannot be seen: delete it"),
        ("x = 3²", "type the plain **2 in its place"),
        ("print(relυ)", "In this name stands υ (U+03C5, greek small letter upsilon), which looks like the plain u"),
        ("print(Х)", "which looks like the plain X"),
    ],
)
def test_what_python_refuses_is_named_with_its_twin(source, said):
    text = message(source)
    assert said in advice(text), text


@pytest.mark.parametrize("source", ["print(β)", "print(γ)", "print(missing)", "x = (3", "x = 3 € 2", "print(überall)"])
def test_what_is_meant_as_it_stands_gets_no_advice(source):
    assert advice(message(source)) == ""


def test_a_name_has_one_skeleton_however_it_is_typed():
    assert skeleton("sоftmаx") == skeleton("softmax") == "softmax"
    assert skeleton("relu") != skeleton("re1u")


def test_hostile_texts_are_no_trouble():
    assert advice("invalid character (U+FFFFFF)" * 1000) == ""
    assert advice("name '" + "a" * 10_000 + "' is not defined") == ""
