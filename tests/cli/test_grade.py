"""``grade`` and ``watch`` from the keyboard: what is shown, stored, and said next. Behind the real wall."""

import json
import subprocess
import sys

import pytest

from dlquiz.progress import Progress

from .conftest import RIGHT

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
