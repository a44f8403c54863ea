"""What dev check says without running anything: one thing broken, exactly one finding, with its line."""

import pytest

from dlquiz.authoring.codes import MEANING, Rule
from dlquiz.authoring.rules import check_rules, read_materials
from dlquiz.content import load_course
from tests.authoring.small import STUB


def findings(root):
    course = load_course(root)
    materials, found = read_materials(course, "tiny")
    return found + check_rules(course, "tiny", materials)


def only(root, code):
    """The single finding there is, after checking that it has this code."""
    found = findings(root)
    assert [one.code for one in found] == [code], [str(one) for one in found]
    return found[0]


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_exercise_without_mistakes_has_no_findings(root):
    assert findings(root) == []


def test_every_code_has_a_meaning():
    assert set(MEANING) == set(Rule)


def test_a_missing_lesson_is_found(root):
    (root / "exercises/tiny/README.md").unlink()
    assert "no lesson" in only(root, Rule.LESSON).message


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        ("Text.\n\n## A\n\n## Sources\n", "no title"),
        ("# T\n\n## Sources\n", "two sections"),
        ("# T\n\n## A\n\n## B\n", "no sources"),
        ("# T\n\n## A\n\n## B\n\n```\n## Sources\n```\n", "no sources"),
    ],
)
def test_a_lesson_needs_a_title_sections_and_sources(root, lesson, words):
    (root / "exercises/tiny/README.md").write_text(lesson)
    assert words in only(root, Rule.LESSON).message


def test_three_different_hints_are_needed(root):
    change(root / "exercises/tiny/exercise.yaml", "Use NumPy.", "Read the signs.")
    assert only(root, Rule.HINTS).message.startswith("2 different hints")


def test_todo_marks_count_from_one(root):
    change(root / "exercises/tiny/tiny.py", "TODO(2)", "TODO(3)")
    found = only(root, Rule.TODO)
    assert found.line == STUB.splitlines().index("    # TODO(2): one call.") + 1
    assert "TODO(2) should" in found.message


def test_a_mark_that_is_never_raised_is_found(root):
    change(root / "exercises/tiny/tiny.py", '"mean: TODO(2)"', '"mean"')
    assert "NotImplementedError" in only(root, Rule.TODO).message


def test_a_stub_without_marks_is_found(root):
    (root / "exercises/tiny/tiny.py").write_text(STUB.replace("# TODO(1)", "#").replace("# TODO(2)", "#"))
    assert "no TODO(1)" in only(root, Rule.TODO).message


@pytest.mark.parametrize(
    "signature",
    ["mean(x, empty=0.0)", "mean(x, *, empty=1.0)", "mean(x, *, empty)", "mean(y, *, empty=0.0)", "mean(x)"],
)
def test_the_reference_has_the_parameters_of_the_stub(root, signature):
    path = root / "graders/tiny/solution.py"
    change(path, "mean(x, *, empty=0.0)", signature)
    found = only(root, Rule.SIGNATURE)
    assert found.line == 10
    assert "mean(x, *, empty=0.0) in the stub" in found.message


def test_the_reference_has_every_function_of_the_stub(root):
    change(root / "graders/tiny/solution.py", "def double", "def doubled")
    assert "no double(x)" in only(root, Rule.SIGNATURE).message


@pytest.mark.parametrize(
    "line", ["import torch", "import os", "from dlquiz.content import load_course", "import dlquiz"]
)
def test_a_grader_imports_four_packages_only(root, line):
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(path.read_text() + f"\n{line}\n")
    found = only(root, Rule.IMPORTS)
    assert found.line == len(path.read_text().splitlines())


def test_a_solution_imports_what_the_exercise_allows(root):
    path = root / "graders/tiny/right/added.py"
    path.write_text("import torch\nimport collections\nfrom . import summed\n" + path.read_text())
    assert [(one.code, one.line) for one in findings(root)] == [(Rule.IMPORTS, 1), (Rule.IMPORTS, 3)]


@pytest.mark.parametrize(
    "name",
    ["exercises/tiny/notes.txt", "graders/tiny/helper.py", "graders/tiny/wrong/deep/x.py", "graders/tiny/wrong/a.txt"],
)
def test_a_stray_file_is_found(root, name):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("")
    assert only(root, Rule.STRAY_FILE).file.endswith(name)


@pytest.mark.parametrize(
    "name", ["graders/tiny/__pycache__/test_tiny.pyc", "exercises/tiny/figures/net.svg", "graders/tiny/probe.py"]
)
def test_caches_figures_and_a_probe_are_no_stray_files(root, name):
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text("")
    assert findings(root) == []


def test_six_wrong_and_three_right_solutions_are_needed(root):
    (root / "graders/tiny/wrong/half.py").unlink()
    (root / "graders/tiny/right/early.py").unlink()
    assert [one.message[:7] for one in findings(root)] == ["5 wrong", "2 right"]


@pytest.mark.parametrize(
    "docstring", ["", '"""A mistake."""', '"""loses: test_mean"""', '"""A mistake.\n\nloses:\n"""']
)
def test_a_wrong_solution_says_its_mistake_and_what_it_loses(root, docstring):
    path = root / "graders/tiny/wrong/sum.py"
    path.write_text(docstring + path.read_text().split('"""')[2])
    assert only(root, Rule.HEADER).file.endswith("sum.py")


def test_a_wrong_solution_names_cases_that_exist(root):
    change(root / "graders/tiny/wrong/sum.py", "loses: test_mean", "loses: test_mean, test_meen")
    found = only(root, Rule.HEADER)
    assert found.message == "there is no case test_meen"
    assert found.line == 3


def test_a_case_is_not_lost_always_and_by_chance(root):
    change(root / "graders/tiny/wrong/sum.py", "loses: test_mean", "loses: test_mean\nmay_lose: test_mean")
    assert "always and by chance" in only(root, Rule.HEADER).message


def test_a_file_that_is_no_python_is_found_with_its_line(root):
    (root / "graders/tiny/right/early.py").write_text("x = 1\ndef f(:\n")
    codes = {one.code: one for one in findings(root)}
    assert codes[Rule.PYTHON].line == 2


def test_names_of_exercises_and_quizzes_exist(root):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "requires: [tiny]\nquizzes: [words]\n")
    assert [one.code for one in findings(root)] == [Rule.NAMES, Rule.NAMES]
