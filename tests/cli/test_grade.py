"""``grade`` and ``watch`` from the keyboard: what is shown, stored, and said next. Behind the real wall."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dlquiz.study.store import Progress

from .conftest import RIGHT
from .screen import on_screen, plain

pytestmark = pytest.mark.sandbox

WRONG = RIGHT.replace("a / 2", "a // 2")


def stored(worker):
    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as progress:
        return progress.reports("exercise1")


def test_the_untouched_stub_is_not_graded_but_told_what_to_do(worker):
    worker.file().write_bytes(worker.file().read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    result = worker.type("grade", "1")
    assert result.code == 1
    assert "has not been begun" in result.out
    assert str(worker.file()) in result.out
    assert worker.type("grade", "1", "--json").json["outcome"] == "untouched"
    assert stored(worker) == []


def test_a_lost_case_is_shown_stored_and_followed_by_a_hint(worker):
    worker.file().write_text(WRONG)
    result = worker.type("grade")
    assert result.code == 1
    assert "half of an odd number" in result.out
    assert "Next: dlquiz hint exercise1" in result.out
    assert [report.points.earned for report in stored(worker)] == [3]


def test_full_points_lead_to_the_next_exercise(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("grade", "adding")
    assert result.code == 0
    assert "Next: dlquiz lesson exercise2" in result.out
    assert worker.type("solution", "1").code == 0


def test_json_is_one_document_and_a_seed_repeats_it(worker):
    worker.file().write_text(WRONG)
    first = worker.type("grade", "1", "--json")
    assert first.code == 1
    assert "Next:" in first.err
    again = worker.type("grade", "1", "--json", "--seed", str(first.json["seed"]))
    assert again.json["seed"] == first.json["seed"]
    assert again.json["points"] == first.json["points"] == {"earned": 3.0, "possible": 4.0, "bonus": 0.0}


def test_some_of_the_cases_are_not_a_grading_of_the_exercise(worker):
    worker.file().write_text(WRONG)
    worker.type("grade", "1", "--case", "test_add")
    assert stored(worker) == []


def test_without_a_workspace_a_named_file_is_graded_and_the_next_step_is_to_make_one(person):
    (person.here / "mine.py").write_text(RIGHT)
    result = person.type("grade", "1", "--file", "mine.py")
    assert result.code == 0
    assert "Next: dlquiz start" in result.out


def test_a_store_that_fails_does_not_lose_the_report(worker):
    worker.file().write_text(RIGHT)
    for file in worker.work.glob(".dlquiz/progress*"):
        file.unlink()
    (worker.work / ".dlquiz" / "progress.sqlite3").mkdir()
    result = worker.type("grade", "1")
    assert result.code == 0
    assert "PASSED" in result.out
    assert "Warning" in result.err


def test_a_file_that_is_no_text_is_refused_before_anything_starts(worker):
    worker.file().write_bytes(b"\0")
    result = worker.type("grade", "1")
    assert result.code == 1
    assert "null byte" in result.err
    assert result.out == ""


def test_watch_grades_at_each_save_and_ends_with_full_points(worker):
    worker.file().write_text(WRONG)
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "dlquiz", "watch", "1"],
        cwd=worker.here,
        env=worker.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = iter(process.stdout.readline, "")
        assert any("NOT YET" in line for line in lines)
        worker.file().write_text(RIGHT)
        assert any("PASSED" in line for line in lines)
        out = "".join(lines)  # communicate() would lose the lines that have been read ahead
    assert process.returncode == 0
    assert "Next: dlquiz lesson exercise2" in out
    assert [report.points.earned for report in stored(worker)] == [3, 4]


def test_the_report_on_stdout_parses_when_the_warning_goes_to_stderr(worker):
    worker.file().write_text(RIGHT)
    done = worker.type_apart("grade", "1", "--json")
    assert json.loads(done.stdout)["outcome"] == "passed"


def test_a_case_that_does_not_exist_is_a_typing_mistake_with_the_list_of_cases(worker):
    worker.file().write_text(RIGHT)
    for options in ((), ("--json",)):
        result = worker.type("grade", "1", "--case", "nosuch", *options)
        assert result.code == 2
        assert result.out == ""
        assert "No check of exercise1 fits 'nosuch'" in result.err
        assert "::test_add" in result.err
        assert "doctor" not in result.err


def test_a_wall_that_cannot_be_built_is_told_in_one_sentence(worker):
    worker.file().write_text(RIGHT)
    forbid = Path(__file__).parents[1] / "sandbox/forbid.py"
    command = [sys.executable, str(forbid), "neither", sys.executable, "-m", "dlquiz", "--trust-course"]
    done = subprocess.run(
        [*command, "grade", "1", "--isolation", "kernel"], cwd=worker.work, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 4
    assert done.stdout == ""
    assert len([line for line in done.stderr.splitlines() if line.startswith("dlquiz: The wall cannot be built")]) == 1
    assert "grade again" not in done.stderr.lower()


def test_a_seed_is_short_enough_to_type(worker):
    worker.file().write_text(WRONG)
    documents = [worker.type("grade", "1", "--json").json for _ in range(3)]
    assert all(0 <= one["seed"] < 10**6 for one in documents)
    assert len({one["seed"] for one in documents}) > 1
    assert {one["seed_policy"] for one in documents} == {"fresh"}
    assert worker.type("grade", "1", "--json", "--seed", "5").json["seed_policy"] == "fixed"


def test_after_a_file_that_cannot_run_the_next_step_is_to_repair_it_and_not_a_hint(worker):
    for text in ("def add(a, b)\n    return a + b\n", f"{RIGHT}\nopen('gone.csv')\n"):
        worker.file().write_text(text)
        result = worker.type("grade", "1")
        assert result.out.splitlines()[-1] == "Next: dlquiz grade exercise1   (after you have repaired the line above)"


def test_a_ci_service_gets_junit_or_annotations_and_nothing_else(worker):
    worker.file().write_text(WRONG)
    result = worker.type("grade", "1", "--format", "junit", "--feedback", "public")
    suite = ElementTree.fromstring(result.out)[0]
    assert (result.code, suite.attrib["name"], suite.attrib["failures"]) == (1, "exercise1", "1")
    assert "Next: dlquiz hint exercise1" in result.err
    annotated = worker.type("grade", "1", "--format", "github").out.splitlines()
    assert [line.partition(" ")[0] for line in annotated] == ["::error", "::notice"]
    assert "file=dlquiz-work/exercise1/adder.py," in annotated[0], "as the repository names it"
    assert worker.type("grade", "1", "--format", "junit", "--json").code == 2


def test_a_file_that_is_not_begun_is_a_failure_to_a_ci_service(worker):
    result = worker.type("grade", "1", "--format", "junit")
    assert result.code == 1
    assert "was not graded" in ElementTree.fromstring(result.out).find(".//failure").attrib["message"]


def test_code_below_the_raise_is_told_with_its_line_in_text_and_json(worker):
    text = worker.file().read_text().replace('("add: TODO(1)")\n', '("add: TODO(1)")\n    return a + b\n')
    worker.file().write_text(text)
    line = text[: text.index("raise")].count("\n") + 1
    result = worker.type("grade", "1")
    said = " ".join(result.out.split())
    assert f"In add, line {line} still raises NotImplementedError; delete that line." in said
    assert "1 check waits for a function that you have not written yet" in said
    document = worker.type("grade", "1", "--json").json
    assert [f"line {line} still raises" in (case["diagnosis"] or "") for case in document["cases"]] == [True, False]


def test_what_the_debugger_prints_names_the_file_as_an_editor_knows_it(worker):
    worker.file().write_text(RIGHT.replace("    return a + b", "    breakpoint()\n    return a + b"))
    result = worker.type("grade", "1")
    assert "> dlquiz-work/exercise1/adder.py(" in result.out
    assert "<submission>" not in result.out


def test_the_path_in_a_report_is_one_that_an_editor_opens(worker, monkeypatch):
    worker.file().write_text(RIGHT.replace("a / 2", "a / 0"))
    assert 'File "dlquiz-work/exercise1/adder.py", line 9' in worker.type("grade", "1").out
    monkeypatch.chdir(worker.course)
    words = worker.type("grade", "1").out.split()
    assert f'"{worker.file()}",' in words


SLOW = """
import time


def add(a, b):
    for epoch in range(1, 9):
        time.sleep(0.25)
        print(f"epoch {epoch}: loss {4 / epoch:.2f}", flush=True)
    return a + b


def half(a):
    return a / 2
"""


def test_a_training_is_seen_while_it_runs_and_at_the_end(worker):
    worker.file().write_text(SLOW)
    code, screen = on_screen(worker, "grade", "1")
    assert code == 0
    before, _, after = plain(screen).partition("PASSED")
    assert "Loss that your code prints:" in before
    assert "your code printed: epoch" in before
    assert "The loss that your code printed falls: 4 (epoch: 1), then 0.5 (epoch: 8)." in after
    # On a small terminal a line is enough, and --plain draws nothing.
    _, screen = on_screen(worker, "grade", "1", rows=10)
    assert "Loss that your code prints 4 █" in plain(screen)
    _, screen = on_screen(worker, "grade", "1", "--plain")
    assert "that your code prints" not in plain(screen)


def test_a_curve_that_grows_is_told_to_listeners_point_by_point(worker):
    path = worker.course / "graders/exercise1/test_adder.py"
    path.write_text(
        path.read_text() + "\n\n@pytest.mark.case('A curve grows', points=0)\ndef test_curve(submission, metrics):\n"
        "    import time\n    for step in range(3):\n        time.sleep(0.1)\n"
        "        metrics.point('reward', step, {'you': step}, x_label='game', y_label='reward')\n"
    )
    worker.file().write_text(RIGHT)
    _, screen = on_screen(worker, "grade", "1")
    before, _, after = plain(screen).partition("PASSED")
    assert before.count("Reward:") == 2
    assert "The reward rises: 0 (game: 0), then 2 (game: 2)." in after


def test_a_file_that_has_gone_from_the_folder_is_put_there_again_by_reset(worker):
    worker.file().unlink()
    for command in ("grade", "run", "watch"):
        result = worker.type(command, "1")
        assert result.code == 1
        assert f"There is no file {worker.file()}." in result.err
        assert "reset exercise1   (puts the start file there)" in result.err
