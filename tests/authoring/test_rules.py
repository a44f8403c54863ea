"""What dev check says without running anything: one thing broken, exactly one finding, with its line."""

import pytest

from dlquiz.authoring.codes import MEANING, Rule
from dlquiz.authoring.hint_words import complaint
from dlquiz.authoring.materials import read_materials
from dlquiz.authoring.rules import check_rules
from dlquiz.content.course import load_course
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
    found = only(root, Rule.LESSON)
    assert words in found.message
    assert found.line == 1


def test_three_different_hints_are_needed(root):
    change(root / "exercises/tiny/exercise.yaml", "Use NumPy for both.", "Read the signs.")
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
    "line", ["import torch", "import os", "from dlquiz.content.course import load_course", "import dlquiz"]
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


def test_a_file_that_submissions_may_open_is_no_stray_file(root):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "\nfiles: [words.txt, data/more.txt]\n")
    (path.parent / "data").mkdir()
    for name in ("words.txt", "data/more.txt"):
        (path.parent / name).write_text("")
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


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("'.'", "0 words"),
        ("np.mean", "2 words"),
        ("one one one", "1 word,"),
        ("'" + "many different words " * 60 + "'", "180 words"),
    ],
)
def test_a_hint_says_something(root, hint, words):
    change(root / "exercises/tiny/exercise.yaml", "Use NumPy for both.", hint)
    found = [one for one in findings(root) if words in one.message]
    assert [(one.code, one.line) for one in found] == [(Rule.HINTS, 9)]


def test_a_hint_without_blanks_between_words_is_read_too():
    assert complaint("減去每一列的平均數") == ""
    assert complaint("好") != ""


def test_a_hint_that_repeats_the_sentence_says_nothing():
    assert "repeats" in complaint("mean is the mean!", "Mean is the mean")
    assert complaint("mean is a sum, divided", "Mean is the mean") == ""


def test_an_unknown_data_set_is_found_with_its_line(root):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "data:\n  mnsit: {epochs: 3}\n")
    found = only(root, Rule.NAMES)
    assert found.line == len(path.read_text().splitlines())
    assert "mnsit" in found.message
    assert "mnist" in found.suggestion


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("assert submission.double(2.0) == 4.0", Rule.ASSERT),
        ("with pytest.raises(ValueError):\n        submission.double(None)", Rule.ASSERT),
        ("x = np.random.normal(size=3)", Rule.GLOBAL_RANDOM),
        ("np.random.seed(3)", Rule.GLOBAL_RANDOM),
        ("x = np.random.default_rng().normal()", Rule.GLOBAL_RANDOM),
        ("x = np.random.default_rng(None).normal()", Rule.GLOBAL_RANDOM),
        ("draw = np.random.rand", Rule.GLOBAL_RANDOM),
    ],
)
def test_what_a_case_must_not_use_is_found_with_its_line(root, line, rule):
    path = root / "graders/tiny/test_tiny.py"
    first = "def test_double(submission):\n"
    change(path, first, f"{first}    {line}\n")
    found = only(root, rule)
    assert found.line == path.read_text().splitlines().index(first.rstrip()) + 2


@pytest.mark.parametrize(
    "line",
    ["from numpy.random import normal", "from pytest import raises", "import numpy.random\nnumpy.random.rand(3)"],
)
def test_another_way_of_importing_hides_nothing(root, line):
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(path.read_text() + f"\n{line}\n")
    assert len(findings(root)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = np.random.default_rng(3).normal()",
        "def draw(rng: np.random.Generator): ...",
        "RNG = np.random.RandomState(7)",
    ],
)
def test_generators_with_a_seed_are_no_finding(root, line):
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(path.read_text() + f"\n{line}\n")
    assert findings(root) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'points=1, public=True, hint="Mul',
            'points=0, public=True, hint="Mul',
            "points must be a number above 0, found 0",
        ),
        ('points=1, public=True, hint="Mul', "points='2', public=True, hint=\"Mul", "points must be a number above 0"),
        ('points=1, public=True, hint="Mul', 'points=-1, public=True, hint="Mul', "found -1"),
        ('points=1, public=True, hint="Mul', 'point=1, public=True, hint="Mul', "has no point"),
        ('points=1, public=True, hint="Mul', "points=1, public='yes', hint=\"Mul", "public must be True or False"),
        ('"double doubles", ', "", "needs one sentence"),
        ('"double doubles", ', '"", ', "is empty"),
        (
            '@pytest.mark.case("double doubles", points=1, public=True, hint="Multiply every entry by two.")\n',
            "",
            "no @pytest",
        ),
        ("def test_mean_of_nothing", "def test_double", "hides the case"),
    ],
)
def test_a_mark_that_cannot_be_is_found_with_its_line(root, old, new, words):
    change(root / "graders/tiny/test_tiny.py", old, new)
    found = [one for one in findings(root) if one.code == Rule.MARK]
    assert [words in one.message for one in found] == [True]
    assert found[0].line > 0


@pytest.mark.parametrize(
    ("source", "copy"),
    [("wrong/half.py", "wrong/squares.py"), ("solution.py", "right/added.py"), ("right/early.py", "wrong/half.py")],
)
def test_the_same_program_twice_is_found(root, source, copy):
    grader = root / "graders/tiny"
    head = (grader / copy).read_text().split('"""')[1]
    body = (grader / source).read_text().split('"""')[2]
    (grader / copy).write_text(f'"""{head}"""\n# the same{body}')
    found = only(root, Rule.SAME_CODE)
    assert found.file.endswith(copy)


STORIES = "format_version: 1\nrepairs:\n" + "".join(
    f"  - file: {name}\n    story: Somebody has computed for a whole evening, and nothing fits.\n"
    for name in ("half.py", "half.py", "nosuch.py")
)


def test_a_story_is_about_a_wrong_solution_of_its_own(root):
    first = sorted((root / "graders/tiny/wrong").glob("*.py"))[0].name
    (root / "graders/tiny/repairs.yaml").write_text(STORIES.replace("half.py", first))
    found = findings(root)
    assert [one.code for one in found] == [Rule.STORY, Rule.STORY]
    assert f"{first}: another story tells it" in found[0].message
    assert "nosuch.py: there is no such file" in found[1].message


def test_a_mistake_in_the_stories_is_a_finding_with_its_line(root):
    (root / "graders/tiny/repairs.yaml").write_text(STORIES.replace("repairs:", "repair:"))
    (found,) = findings(root)
    assert (found.line, "unknown field 'repair'" in found.message or "missing" in found.message) == (2, True)
