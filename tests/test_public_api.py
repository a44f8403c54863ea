"""What ``import dlquiz`` offers: a few names, loaded when they are used, documented, and doing what they say."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import dlquiz

PACKAGES = ["dlquiz", "dlquiz.grading", "dlquiz.authoring"]
"""Packages whose ``__init__`` exports names."""


@pytest.mark.parametrize("name", PACKAGES)
def test_all_is_sorted_and_names_what_exists(name):
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(module.__all__)
    for member in module.__all__:
        assert getattr(module, member) is not None


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_that_is_not_there_is_an_attribute_error(name):
    module = importlib.import_module(name)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = module.no_such_name


@pytest.mark.parametrize("name", PACKAGES)
def test_type_checkers_see_what_is_exported(name):
    path = Path(str(importlib.import_module(name).__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for block in tree.body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(importlib.import_module(name).__all__) - {"__version__"}


def test_every_public_function_is_documented_with_what_it_raises():
    for name in set(dlquiz.__all__) - {"__version__"}:
        function = getattr(dlquiz, name)
        assert inspect.isfunction(function)
        words = inspect.getdoc(function) or ""
        assert len(words.split()) >= 8, name
        assert "Error" in words or "raises" in words or "CaseFailed" in words, name


def test_every_check_is_documented():
    from dlquiz.grading import check

    assert check.__all__ == sorted(check.__all__)
    public = {
        name
        for name, value in vars(check).items()
        if inspect.isfunction(value) and value.__module__ == check.__name__ and not name.startswith("_")
    }
    assert public == set(check.__all__)
    assert all(inspect.getdoc(getattr(check, name)) for name in check.__all__)


def test_dir_lists_the_public_names():
    assert dir(dlquiz) == sorted(dlquiz.__all__)


def test_importing_dlquiz_loads_none_of_its_functions():
    code = (
        "import sys, dlquiz; print('dlquiz.api' in sys.modules); dlquiz.load_quiz; print('dlquiz.api' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_version_is_the_installed_one():
    from importlib import metadata

    assert dlquiz.__version__ == metadata.version("dlquiz")


@pytest.mark.sandbox
def test_a_file_is_graded_from_python(tmp_path):
    from dlquiz.content.course import builtin_course

    solution = builtin_course() / "graders/exercise1/solution.py"
    (tmp_path / "mine.py").write_bytes(solution.read_bytes())
    report = dlquiz.grade("exercise1", tmp_path / "mine.py", seed=3)
    assert report.points.earned == report.points.possible
    assert report.seed == 3
    assert report.submission.file == "mine.py"


@pytest.mark.sandbox
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_class_is_graded_in_its_order_and_a_file_that_is_none_stops_nobody(tmp_path, jobs):
    from dlquiz.content.course import builtin_course
    from dlquiz.errors import SubmissionError

    solution = (builtin_course() / "graders/exercise1/solution.py").read_bytes()
    contents = {"none.py": b"\x00", "ada.py": solution, "empty.ipynb": b"{", "bob.py": b"x = 1\n", "eve.zip": b"PK"}
    files = [tmp_path / name for name in (*contents, "absent.py")]
    for file in files[:-1]:
        file.write_bytes(contents[file.name])
    graded = list(dlquiz.grade_many("exercise1", (str(file) for file in files), seed=4, jobs=jobs))
    assert [path for path, _ in graded] == files
    earned = {path.name: found.points.earned for path, found in graded if not isinstance(found, SubmissionError)}
    assert earned == {"ada.py": 4.0, "bob.py": 0.0}
    assert all(found.next_step for _, found in graded if isinstance(found, SubmissionError))


def test_grading_nobody_gives_nothing(tmp_path):
    assert list(dlquiz.grade_many("exercise1", [])) == []


@pytest.mark.sandbox
def test_a_submission_is_opened_from_python(tmp_path):
    from dlquiz.grading.failure import CaseFailed

    (tmp_path / "mine.py").write_text("def double(x):\n    return 2 * x\n\ndef fails():\n    return 1 / 0\n")
    with dlquiz.open_submission(tmp_path / "mine.py") as work:
        assert work.double(21) == 42
        with pytest.raises(CaseFailed, match="fails raised ZeroDivisionError"):
            work.fails()
        with pytest.raises(CaseFailed, match="does not define triple"):
            work.triple(1)


def test_a_quiz_is_loaded_from_python():
    from dlquiz.content.course import load_course

    course = load_course()
    quiz = dlquiz.load_quiz(course.quiz_path(course.quiz_ids()[0]))
    assert len(quiz.questions) >= 12
