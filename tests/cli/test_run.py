"""``run``: the learner's own program, on the public examples."""

import json

import pytest

from dlquiz import content
from dlquiz.cli._run_examples import agrees
from dlquiz.cli.run import run_file

from .conftest import RIGHT


def test_equal_examples_say_so(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("run", "1")
    assert result.code == 0
    assert ">>> add(2, 3)\n    came:     5\n    expected: 5\n    equal    (two and three)\n" in result.out
    assert "3 of 3 examples equal" in result.out
    assert "Next: dlquiz grade exercise1" in result.out


def test_a_wrong_value_is_shown_beside_the_expected_one(worker):
    worker.file().write_text(RIGHT.replace("a + b", "a - b"))
    result = worker.type("run", "1")
    assert result.code == 1
    assert "came:     -1\n    expected: 5\n    NOT equal" in result.out
    assert "came:     1.5\n    expected: 1.5\n    equal" in result.out


def test_the_stub_is_not_written_yet(worker):
    result = worker.type("run")
    assert result.code == 1
    assert result.out.count("not written yet: add: TODO(1)") == 2
    assert "Traceback" not in result.out


def test_a_traceback_shows_the_learners_lines_and_none_of_ours(worker):
    worker.file().write_text(
        RIGHT.replace("return a + b", "return helper(a)") + "\n\ndef helper(a):\n    return a / 0\n"
    )
    result = worker.type("run", "1")
    assert "ZeroDivisionError" in result.out
    assert "return a / 0" in result.out
    assert "return helper(a)" in result.out
    assert "_run_examples" not in result.out
    assert "importlib" not in result.out


def test_a_syntax_error_shows_its_line(worker):
    worker.file().write_text("def add(a, b)\n    return a\n")
    result = worker.type("run", "1")
    assert result.code == 1
    assert "adder.py" in result.out
    assert "line 1" in result.out
    assert "expected ':'" in result.out
    assert "_run_examples" not in result.out


def test_what_the_program_prints_and_reads_is_the_persons(worker):
    worker.file().write_text("word = input()\nprint('read', word)\n" + RIGHT)
    done = worker.type_apart("run", "1", input="hello\n")
    assert done.stdout.startswith("read hello\n")
    assert done.returncode == 0


def test_the_debugger_works(worker):
    worker.file().write_text(RIGHT.replace("return a + b", "breakpoint()\n    return a + b"))
    done = worker.type_apart("run", "1", input="p a * 100 + b\nc\nc\n")
    assert "203" in done.stdout
    assert "3 of 3 examples equal" in done.stdout


def test_our_own_files_cannot_be_imported_by_accident(worker):
    worker.file().write_text("import importlib.util\nassert importlib.util.find_spec('watch') is None\n" + RIGHT)
    assert worker.type("run", "1").code == 0


def test_a_file_beside_it_can_be_imported(worker):
    (worker.file().parent / "helper.py").write_text("ONE = 1\n")
    worker.file().write_text("import helper\n" + RIGHT)
    assert worker.type("run", "1").code == 0


def test_a_program_that_ends_by_itself_is_said(worker):
    worker.file().write_text("raise SystemExit(7)\n")
    result = worker.type("run", "1")
    assert result.code == 1
    assert "exit code 7" in result.out


def test_another_file_can_be_named(person):
    file = person.here / "mine.py"
    file.write_text(RIGHT)
    assert person.type("run", "1", "--file", str(file)).code == 0
    assert person.type("run", "1", "--file", "gone.py").code == 1


@pytest.mark.parametrize(
    ("got", "expect", "same"),
    [
        (5, "5", True),
        (5.0000000001, "5", True),
        (5.1, "5", False),
        ((1, 9), "(1, 9)", True),
        ([1, 2], "[1, 2]", True),
        ([1, 2], "[1, 3]", False),
        ("cat", "'cat'", True),
        ("cat", "'dog'", False),
        (None, "None", True),
        ({"a": 1.0}, "{'a': 1}", True),
        (True, "True", True),
        (0.3, "0.1 + 0.2", True),
    ],
)
def test_values_agree_with_what_the_author_wrote(got, expect, same):
    assert agrees(got, expect) is same


def test_arrays_agree_with_how_numpy_prints_them():
    import numpy as np

    assert agrees(np.array([[0.25, -0.25]]), "[[ 0.25 -0.25]]")
    assert agrees(np.array([1, -1]), "np.array([1, -1])")
    assert agrees(np.float64(0.5), "0.5")
    assert not agrees(np.array([[0]]), "[[ 1 -1]]")
    assert not agrees(np.array([0.25, -0.25]), "[[ 0.25 -0.25]]")
    assert not agrees(np.array([0.2501, -0.25]), "[ 0.25 -0.25]")


def test_every_example_of_the_built_in_course_is_right(capfd):
    course = content.load_course()
    for exercise_id in course.exercise_ids():
        exercise = course.exercise(exercise_id)
        examples = json.dumps([one.model_dump() for one in exercise.examples])
        module = exercise.file.removesuffix(".py")
        assert run_file(course.solution_path(exercise_id), module, examples) == 0, capfd.readouterr().out
