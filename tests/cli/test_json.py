"""``--json``: every command has it, and what it prints is one document."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import eventually

from .conftest import RIGHT
from .test_main import commands, leaves

ALREADY_JSON = {"dev schema", "quiz schema"}


def test_every_command_has_a_form_for_programs():
    lacking = set()
    for top, command in commands().items():
        for name, leaf in leaves(top, command):
            options = {option for parameter in leaf.params for option in parameter.opts}
            if not hasattr(leaf, "commands") and not options & {"--json", "--format"}:
                lacking.add(name)
    assert lacking == ALREADY_JSON


@pytest.mark.parametrize("command", sorted(ALREADY_JSON))
def test_a_command_that_always_prints_json_says_so(person, command):
    words = [*command.split(), *(["course"] if command == "dev schema" else [])]
    assert person.type(*words).json["$schema"]
    assert "one JSON document" in person.type(*words, "--help").out


def test_lesson_gives_the_text_as_it_was_written(worker):
    result = worker.type("lesson", "1", "--json")
    assert (result.code, result.err) == (0, "")
    assert result.json == {
        "format_version": 1,
        "exercise": "exercise1",
        "title": "Title 1",
        "text": (worker.course / "exercises/exercise1/README.md").read_text(),
        "file": str(worker.file()),
        "next": "dlquiz grade exercise1",
    }


def test_lesson_without_a_workspace_names_no_file(person):
    document = person.type("lesson", "1", "--json").json
    assert (document["file"], document["next"]) == (None, "dlquiz start")


def test_reset_names_the_backup(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("reset", "1", "--json")
    backup = result.json["backup"]
    assert Path(backup).read_text() == RIGHT
    assert result.json == {
        "format_version": 1,
        "exercise": "exercise1",
        "file": str(worker.file()),
        "changed": True,
        "backup": backup,
        "next": "dlquiz lesson exercise1",
    }
    again = worker.type("reset", "1", "--json").json
    assert (again["changed"], again["backup"]) == (False, None)


def test_solution_is_a_text_in_the_document(worker):
    document = worker.type("solution", "1", "--spoil", "--json").json
    assert document == {
        "format_version": 1,
        "exercise": "exercise1",
        "passed": False,
        "solution": RIGHT,
        "next": "dlquiz grade exercise1",
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["lesson", "nonsense"], 2),
        (["run", "nonsense"], 2),
        (["watch", "nonsense"], 2),
        (["reset", "nonsense"], 2),
        (["solution", "nonsense"], 2),
        (["quiz", "preview", "nonsense"], 2),
        (["dev", "new", "quiz", "words"], 2),
        (["run", "1"], 1),
        (["watch", "1"], 1),
        (["reset", "1"], 1),
        (["solution", "1"], 1),
    ],
)
def test_an_error_leaves_standard_output_empty_as_without_json(person, arguments, code):
    plain, document = person.type(*arguments), person.type(*arguments, "--json")
    assert (document.code, document.out, document.err) == (code, "", plain.err)
    assert plain.code == code


# -- run ----------------------------------------------------------------------


def test_run_tells_each_example_and_keeps_prints_out_of_the_document(worker):
    worker.file().write_text("print('loaded')\n" + RIGHT.replace("a + b", "a - b"))
    result = worker.type("run", "1", "--json")
    assert result.code == 1
    assert "loaded" in result.err
    document = result.json
    first, _, third = document.pop("examples")
    assert first == {"call": "add(2, 3)", "expected": "5", "came": "-1", "equal": False, "error": None}
    assert third == {"call": "half(3)", "expected": "1.5", "came": "1.5", "equal": True, "error": None}
    assert document == {
        "format_version": 1,
        "exercise": "exercise1",
        "file": str(worker.file()),
        "passed": False,
        "stopped": None,
    }


def test_run_passes_when_every_example_is_equal(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("run", "1", "--json")
    assert (result.code, result.json["passed"]) == (0, True)
    assert [one["equal"] for one in result.json["examples"]] == [True] * 3


def test_run_gives_the_error_of_an_example(worker):
    worker.file().write_text(RIGHT.replace("a + b", "a / 0"))
    first, _, third = worker.type("run", "1", "--json").json["examples"]
    assert (first["came"], first["equal"]) == (None, False)
    assert first["error"].endswith("ZeroDivisionError: division by zero")
    assert third["equal"]
    worker.file().write_text(worker.file(2).read_text())
    assert worker.type("run", "1", "--json").json["examples"][0]["error"] == "not written yet: add: TODO(1)"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(7)\n", "Your program ended by itself (exit code 7) in adder.py, line 2: sys.exit(7)"),
        ("import os\nos._exit(7)\n", "Your program ended by itself (exit code 7)."),
    ],
)
def test_run_says_why_a_program_stopped_before_the_examples(worker, source, why):
    worker.file().write_text(source)
    result = worker.type("run", "1", "--json")
    assert (result.code, result.json["passed"], result.json["examples"]) == (1, False, [])
    assert result.json["stopped"].endswith(why)


def test_run_keeps_the_examples_that_came_before_a_sudden_end(worker):
    worker.file().write_text("import os\n" + RIGHT.replace("return a / 2", "os._exit(3)"))
    document = worker.type("run", "1", "--json").json
    assert [one["equal"] for one in document["examples"]] == [True, True]
    assert document["stopped"] == "Your program ended by itself (exit code 3)."


# -- watch --------------------------------------------------------------------


@pytest.mark.sandbox
def test_watch_prints_one_document_a_line_until_everything_passes(worker, tmp_path):
    with (tmp_path / "out").open("w+") as out:
        watching = subprocess.Popen(
            [sys.executable, "-m", "dlquiz", "watch", "1", "--json"],
            cwd=worker.here,
            env=worker.environment(),
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

        def printed(count):
            lines = (tmp_path / "out").read_text().splitlines()
            return [json.loads(line) for line in lines] if len(lines) == count else None

        try:
            (first,) = eventually(lambda: printed(1), "the untouched file is told")
            worker.file().write_text(RIGHT.replace("a + b", "a - b"))
            second = eventually(lambda: printed(2), "the first save is graded")[1]
            worker.file().write_text(RIGHT)
            third = eventually(lambda: printed(3), "the second save is graded")[2]
            assert watching.wait(timeout=60) == 0
        finally:
            if watching.poll() is None:
                os.killpg(watching.pid, signal.SIGKILL)
            watching.wait()
    assert (first["outcome"], first["file"]) == ("untouched", str(worker.file()))
    assert [one["points"]["earned"] for one in (second, third)] == [1, 4]
    assert {one["format_version"] for one in (first, second, third)} == {1}


# -- demo ---------------------------------------------------------------------


@pytest.mark.sandbox
@pytest.mark.slow
def test_demo_lists_its_commands_and_shows_itself_on_standard_error(person):
    done = person.type_apart("demo", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["passed"], document["surprises"]) == (0, True, []), done.stderr
    assert {"command": "dlquiz grade exercise3", "exit_code": 1, "expected": 1} in document["commands"]
    assert (document["folder"], document["next"]) == (None, "dlquiz start")
    assert done.stderr.count("PASSED") == 2
    assert "That is" not in done.stderr


# -- for authors --------------------------------------------------------------


def test_preview_gives_a_question_with_its_answer_and_what_is_said(worker):
    document = worker.type("quiz", "preview", "words", "--json").json
    (question,) = document.pop("questions")
    assert document == {"format_version": 1, "title": "Words", "summary": "", "lang": "en", "next": "dlquiz quiz words"}
    assert question["id"] == "w-one"
    assert (question["kind"], question["variant"], question["right_answer"]) == ("truefalse", None, "True")
    assert question["stem"] == "An epoch is one pass over the training set."
    assert question["explain"] == "That is its definition."
    assert "true" in map(str.lower, question["options"].values())
    result = worker.type("quiz", "preview", "words", "--question", "w-on", "--json")
    assert (result.code, result.out) == (2, "")


def test_what_dev_new_wrote_is_listed_and_its_next_step_can_be_typed(person, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    made = person.type("dev", "new", "course", "mine", "--json").json
    assert person.here / "mine/exercises/course.yaml" in map(Path, made["files"])
    assert made["next"] == "dlquiz --course mine --trust-course dev check"
    monkeypatch.chdir(person.here / "mine")
    added = person.type("dev", "new", "exercise", "extra", "--json").json
    assert {Path(file).parts[len(person.here.parts) + 2] for file in added["files"]} == {"extra"}
    assert added["next"].endswith("dev check extra")
    monkeypatch.chdir(person.here)
    quiz = person.type("dev", "new", "quiz", "week-one", "--json").json
    assert quiz == {
        "format_version": 1,
        "files": [str(person.here / "week-one.yaml")],
        "next": "dlquiz quiz week-one.yaml",
    }
    assert all(Path(file).is_file() for file in (*made["files"], *added["files"], *quiz["files"]))
