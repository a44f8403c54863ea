"""What files say about themselves."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.authoring.source import PythonFile, functions, imports, signature, todo_marks
from dlquiz.content.mistakes import mistake_of

NAMES = st.from_regex(r"test_[a-z]{1,8}", fullmatch=True)


def file(text, tmp_path=None):
    return PythonFile(tmp_path, text, ast.parse(text))


@given(st.lists(NAMES, min_size=1, unique=True), st.lists(NAMES, unique=True), st.integers(1, 4))
def test_a_header_is_read_back_as_it_was_written(loses, may_lose, per_line):
    def listed(names):
        lines = [", ".join(names[at : at + per_line]) for at in range(0, len(names), per_line)]
        return ",\n".join(lines)

    header = f"The title.\n\nMore words.\n\nloses: {listed(loses)}\n" + (
        f"may_lose: {listed(may_lose)}\n" if may_lose else ""
    )
    found = mistake_of(ast.parse(f'"""{header}"""\n'))
    assert found is not None
    assert (found.title, found.loses, found.may_lose) == ("The title.", tuple(loses), tuple(may_lose))
    assert found.line == 5


@pytest.mark.parametrize(
    "text",
    ["(a, b=1)", "(a, /, b)", "(*, a)", "(*args, a=2, **rest)", "(a, *, b=None)", "()", "(x, y=(1, 2), *z)"],
)
def test_a_signature_is_text_that_python_would_accept(text):
    function = ast.parse(f"def f{text}: pass").body[0]
    assert signature(function) == text


def test_annotations_do_not_count_in_a_signature():
    with_types, without = (ast.parse(text).body[0] for text in ("def f(a: int = 1) -> int: ...", "def f(a=1): ..."))
    assert signature(with_types) == signature(without)


def test_private_names_are_not_part_of_an_exercise():
    tree = ast.parse(
        "def f(): ...\ndef _g(): ...\nclass A:\n    def m(self): ...\n    def _n(self): ...\nclass _B: ...\n"
    )
    assert list(functions(tree)) == ["f", "A.m"]


def test_imports_are_found_at_any_depth():
    tree = ast.parse("import a.b, c\ndef f():\n    from d import e\n    from . import g\n")
    assert sorted(imports(tree)) == [(1, "a.b"), (1, "c"), (3, "d"), (4, ".")]


def test_todo_marks_are_comments_with_a_number():
    assert todo_marks("# TODO(1): x\nraise E('TODO(1)')\n# TODO: y\n    #TODO(12)\n") == [(1, 1), (4, 12)]
