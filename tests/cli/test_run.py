"""``run``: the learner's own program, on the public examples."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dlquiz.cli.run import run_file
from dlquiz.content import course as content
from dlquiz.grading.example_values import agrees
from dlquiz.sandbox.packages import PACKAGES
from tests.waiting import eventually, has_ended

from .conftest import RIGHT
from .screen import on_screen, plain


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


def test_what_will_come_is_said_before_it_comes_and_what_is_missed_is_reviewed(worker):
    worker.file().write_text(RIGHT)
    done = worker.type_apart("run", "1", "--predict", input="5\n(3,)\n\n")
    assert done.returncode == 0
    assert "expected: 5\n    equal    (two and three)\n    you said: 5: right.\n" in done.stdout
    assert "you said: (3,): it came otherwise.\n" in done.stdout
    assert done.stdout.count("you said") == 2
    assert "You foresaw 1 of 2. What you missed comes back in dlquiz review." in done.stdout
    due = worker.type("review", "--cram", "--json").json["questions"]
    assert [(one["quiz"], one["question"]) for one in due] == [("run:exercise1", "example-2")]


def test_a_prediction_is_held_against_what_is_right_if_the_function_is_wrong(worker):
    worker.file().write_text(RIGHT.replace("a + b", "a - b"))
    done = worker.type_apart("run", "1", "--predict", input="5\n")
    assert "NOT equal    (two and three)\n    you said: 5: right.\n" in done.stdout
    assert "You foresaw 1 of 1." in done.stdout


def test_nobody_is_asked_for_a_document(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("run", "1", "--predict", "--json")
    assert (result.code, "exclude each other" in result.err) == (2, True)


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


def test_what_is_no_expression_is_compared_without_a_word_of_python(recwarn):
    import numpy as np

    assert not agrees((np.array([[1], [3]]), {}), "[[1]\n [3]]")
    assert not recwarn.list


def test_arrays_agree_with_how_numpy_prints_them():
    import numpy as np

    assert agrees(np.array([[0.25, -0.25]]), "[[ 0.25 -0.25]]")
    assert agrees(np.array([1, -1]), "np.array([1, -1])")
    assert agrees(np.float64(0.5), "0.5")
    assert not agrees(np.array([[0]]), "[[ 1 -1]]")
    assert not agrees(np.array([0.25, -0.25]), "[[ 0.25 -0.25]]")
    assert not agrees(np.array([0.2501, -0.25]), "[ 0.25 -0.25]")


@pytest.mark.parametrize("exercise_id", content.load_course().exercise_ids())
def test_every_example_of_the_built_in_course_is_right(exercise_id, capfd):
    course = content.load_course()
    exercise = course.exercise(exercise_id)
    for package in exercise.packages:
        pytest.importorskip(package)
    examples = json.dumps([one.model_dump() for one in exercise.examples])
    module = exercise.file.removesuffix(".py")
    assert run_file(course.solution_path(exercise_id), module, examples) == 0, capfd.readouterr().out


@pytest.mark.parametrize("exercise_id", content.load_course().exercise_ids())
def test_the_examples_call_every_function_of_an_exercise(exercise_id):
    course = content.load_course()
    functions = re.findall(r"^def (\w+)", course.stub_path(exercise_id).read_text(), re.MULTILINE)
    calls = " ".join(example.call for example in course.exercise(exercise_id).examples)
    too_slow = {"exercise16": {"train"}}  # learners wait for `dlquiz run`; grading it takes what it takes
    assert {name for name in functions if f"{name}(" not in calls} == too_slow.get(exercise_id, set())


def test_code_below_the_raise_is_named_with_its_line(worker):
    text = worker.file().read_text().replace('("add: TODO(1)")\n', '("add: TODO(1)")\n    return a + b\n')
    worker.file().write_text(text)
    line = text[: text.index("raise")].count("\n") + 1
    result = worker.type("run", "1")
    assert result.out.count(f"line {line} still raises NotImplementedError; delete that line") == 2
    assert "not written yet: half: TODO(2)" in result.out


def test_a_failure_leads_to_a_hint_and_to_the_file(worker):
    worker.file().write_text(RIGHT.replace("a + b", "a - b"))
    result = worker.type("run", "1")
    said = " ".join(result.err.split())
    assert f"Next: dlquiz hint exercise1 (or edit {worker.file()}, and: dlquiz run exercise1)" in said
    said = " ".join(worker.type("run", "2").err.split())
    assert f"Next: dlquiz lesson exercise2 (then edit {worker.file(2)}, and: dlquiz run exercise2)" in said


def test_a_named_file_stays_named(person):
    person.type("start")
    file = person.here / "my file.py"
    file.write_text(RIGHT)
    assert "Next: dlquiz grade exercise1 --file 'my file.py'" in person.type("run", "1", "--file", "my file.py").out
    file.write_text(RIGHT.replace("a + b", "a - b"))
    assert "dlquiz run exercise1 --file 'my file.py')" in person.type("run", "1", "--file", "my file.py").err


def notebook(path, *cells):
    path.write_text(
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {},
                "cells": [
                    {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
                    for text in cells
                ],
            }
        )
    )
    return str(path)


def test_a_notebook_runs_cell_by_cell(person):
    file = notebook(
        person.here / "w.ipynb",
        "def add(a, b):\n    return a + b",
        "%matplotlib inline\n1 / 0",
        RIGHT.split("\n\n\n")[2],
    )
    result = person.type("run", "1", "--file", file)
    assert result.code == 0, result.out
    assert "w.ipynb, cell 2 stops:" in result.out
    assert 'w.ipynb, cell 2", line 2, in <module>' in result.out
    assert "1 / 0" in result.out
    assert "3 of 3 examples equal" in result.out


def test_an_error_in_a_notebook_names_the_cell(person):
    file = notebook(
        person.here / "w.ipynb", "import math", "def add(a, b):\n    return a + c\n\ndef half(a): return a/2"
    )
    result = person.type("run", "1", "--file", file)
    assert result.code == 1
    assert 'w.ipynb, cell 2", line 2, in add' in result.out
    assert "_run_examples" not in result.out


def test_a_folder_is_run_by_its_own_file_and_an_archive_not_at_all(person, tmp_path):
    folder = person.here / "mine"
    folder.mkdir()
    (folder / "adder.py").write_text("from helper import add, half\n")
    (folder / "helper.py").write_text(RIGHT)
    assert person.type("run", "1", "--file", str(folder)).code == 0
    archive = person.here / "mine.zip"
    archive.write_bytes(b"PK")
    result = person.type("run", "1", "--file", str(archive))
    assert result.code == 1
    assert "unpack it" in result.err


@pytest.mark.parametrize("end", ["exit()", "import sys; sys.exit(0)", "raise SystemExit('stop')"])
def test_a_program_that_ends_is_never_said_to_be_equal(worker, end):
    worker.file().write_text(f"{RIGHT}\n\n{end}\n")
    result = worker.type("run", "1")
    assert result.code == 1
    assert "ended by itself" in result.out
    assert "adder.py, line" in result.out
    assert "equal" not in result.out


def test_leaving_the_debugger_ends_the_program_without_a_traceback(worker):
    worker.file().write_text(RIGHT.replace("return a + b", "breakpoint()\n    return a + b"))
    done = worker.type_apart("run", "1", input="q\n")
    assert done.returncode == 1
    assert "You left the debugger" in done.stdout
    assert "BdbQuit" not in done.stdout + done.stderr
    assert done.stdout.count(">>>") == 1


def interrupted(worker, until):
    """Press Ctrl-C on a real terminal as soon as ``until`` is on the screen."""
    code, screen = on_screen(worker, "run", "1", keys=[(until, "\x03")])
    return code, plain(screen)


def test_ctrl_c_says_where_the_program_was(worker):
    worker.file().write_text(RIGHT.replace("return a + b", "print('now')\n    while True:\n        a += 1"))
    code, screen = interrupted(worker, "now")
    assert code == 130
    assert re.search(r"Stopped in adder\.py, line [567], in add: (print\(|while True:|a \+= 1)", screen)
    assert "Traceback" not in screen
    assert screen.count("Stopped") == 1
    assert "Next:" not in screen


def test_ctrl_c_while_a_file_is_loaded_says_its_line(worker):
    worker.file().write_text("import time\nprint('now'); time.sleep(60)\n" + RIGHT)
    code, screen = interrupted(worker, "now")
    assert code == 130
    assert "Stopped in adder.py, line 2: print('now'); time.sleep(60)" in screen
    assert "Traceback" not in screen


def test_ctrl_c_at_once_is_not_a_traceback(worker):
    worker.file().write_text("import numpy\nimport time\ntime.sleep(60)\n")
    pid, out = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-m", "dlquiz", "run", "1"],
        cwd=worker.here,
        env=worker.environment(),
        stdout=out,
        stderr=out,
        start_new_session=True,
    )
    os.close(out)
    children = f"/proc/{child.pid}/task/{child.pid}/children"
    eventually(
        lambda: Path(children).read_text().strip(), "a child"
    )  # the program has just been started: Python imports its own
    os.killpg(child.pid, signal.SIGINT)
    assert child.wait(timeout=30) == 130
    with os.fdopen(pid) as stream:
        shown = stream.read()
    assert "Stopped" in shown
    assert "Traceback" not in shown


@pytest.mark.slow
def test_a_program_that_takes_long_is_said_to_run(worker):
    slow = "import time\nend = time.process_time() + 6\nwhile time.process_time() < end: pass\n"
    worker.file().write_text(slow + RIGHT)
    result = worker.type("run", "1")
    assert result.code == 0
    assert result.err.count("still running after 5 seconds; Ctrl-C stops it") == 1
    worker.file().write_text(RIGHT)
    assert "still running" not in worker.type("run", "1").err


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_nothing_of_ours_is_wider_than_the_terminal(worker, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    yaml = worker.course / "exercises/exercise1/exercise.yaml"
    call = f"add(np.array({[[i, i + 1] for i in range(12)]}), 1)"
    yaml.write_text(yaml.read_text().replace("call: add(2, 3)", f"call: {call}").replace("two and three", "so " * 60))
    worker.file().write_text(RIGHT)
    out = worker.type("run", "1").out
    assert ">>> add(np.array([[0, 1]," in out
    assert all(len(line) <= columns for line in out.splitlines())


# --- files that the exercise ships ---

OPENS = RIGHT.replace("return a + b", "return a + b + int(open('data/zero.txt').read())")


@pytest.fixture
def shipping(person):
    """Somebody whose exercise ships a file, and whose code opens it by its name."""
    folder = person.course / "exercises/exercise1"
    (folder / "data").mkdir()
    (folder / "data/zero.txt").write_text("0\n")
    with (folder / "exercise.yaml").open("a") as settings:
        settings.write("files: [data/zero.txt]\n")
    assert person.type("start").code == 0
    person.file().write_text(OPENS)
    return person


@pytest.mark.sandbox
def test_a_shipped_file_opens_by_its_name_as_in_grading(shipping):
    assert shipping.type("run", "1").code == 0
    assert shipping.type("grade", "1").code == 0


@pytest.mark.sandbox
def test_a_shipped_file_opens_also_for_a_file_from_elsewhere(shipping, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "mine.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text(f"import helper\n{OPENS}")
    (elsewhere.parent / "helper.py").write_text("")
    assert shipping.type("run", "1", "--file", str(elsewhere)).code == 0
    (shipping.file().parent / "data/zero.txt").unlink()
    assert shipping.type("run", "1", "--file", str(elsewhere)).code == 0


def test_reset_brings_back_a_shipped_file(shipping):
    file = shipping.file().parent / "data/zero.txt"
    file.unlink()
    assert shipping.type("reset", "1").code == 0
    assert file.read_text() == "0\n"


def test_a_shipped_file_that_changed_is_told_only_where_the_learner_changed_it_too(shipping):
    ours, theirs = (
        root / "data/zero.txt" for root in (shipping.course / "exercises/exercise1", shipping.file().parent)
    )
    ours.write_text("00\n")
    assert "has changed" not in shipping.type("start").out
    assert theirs.read_text() == "00\n"
    theirs.chmod(0o644)
    theirs.write_text("7\n")
    ours.write_text("000\n")
    assert "The file zero.txt of exercise1 has changed. Yours is as you left it." in shipping.type("start").out


# --- what was named, and who reads ---


def test_a_named_file_that_is_not_there_is_not_a_reason_to_reset(worker):
    result = worker.type("run", "1", "--file", "mine.py")
    assert "There is no file" in result.err
    assert "Check the name" in result.err
    assert "reset" not in result.err


def test_a_reader_who_has_had_enough_is_no_error(worker):
    worker.file().write_text(RIGHT.replace("return a + b", "print('x' * 200_000)\n    return a + b"))
    command = f"{sys.executable} -m dlquiz run 1 | head -c 10"
    done = subprocess.run(
        command,
        shell=True,
        cwd=worker.here,
        env=worker.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (">>> add(2,", "")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_an_endless_loop_does_not_outlive_a_run_that_is_ended_from_outside(worker, tmp_path, end):
    note = tmp_path / "pid"
    loop = f"import os, pathlib\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\nwhile True:\n    pass\n"
    worker.file().write_text(loop)
    environment = {**os.environ, **worker.environment()}
    run = subprocess.Popen([sys.executable, "-m", "dlquiz", "run", "1"], cwd=worker.here, env=environment)
    pid = int(eventually(lambda: note.exists() and note.read_text(), "the learner's program runs"))
    run.send_signal(end)
    run.wait(timeout=60)
    eventually(lambda: has_ended(pid), "the learner's program is over")


def test_a_missing_package_is_named_with_its_installation_before_anything_runs(worker, monkeypatch):
    path = worker.course / "exercises/exercise1/exercise.yaml"
    path.write_text(path.read_text() + "packages: [numpy, torch]\n")
    monkeypatch.setattr("dlquiz.grading.preflight.first_missing", lambda names: PACKAGES["torch"])
    result = worker.type("run", "1")
    assert result.code == 4
    assert "exercise1 needs the package" in result.err
    assert "Next: python -m pip install" in result.err
    assert "Traceback" not in result.out + result.err
