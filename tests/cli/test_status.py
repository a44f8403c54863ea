"""``status`` and ``next`` follow graded reports, and nothing else."""

from datetime import UTC, datetime

import pytest

from dlquiz.model.report import Report
from dlquiz.study.store import Progress


@pytest.fixture
def store(worker):
    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as progress:
        yield progress


def record(store, exercise, earned, *, outcome=None):
    store.record_report(
        Report.model_validate(
            {
                "exercise": exercise,
                "course": {"name": "tiny", "version": "1", "grader_sha256": "0"},
                "outcome": outcome or ("passed" if earned == 4 else "failed"),
                "complete": True,
                "points": {"earned": earned, "possible": 4},
                "seed": 1,
                "seed_policy": "fresh",
                "isolation": "kernel",
                "identity": "nobody",
                "landlock_abi": None,
                "submission": {"file": "a.py", "sha256": "f"},
                "started_at": datetime(2025, 3, 1, tzinfo=UTC),
                "cases": [],
                "usage": {"wall_s": 1, "cpu_s": 1},
                "versions": {},
            }
        )
    )


def states(worker):
    return [(one["state"], one["points"]["earned"]) for one in worker.type("status", "--json").json["exercises"]]


def test_without_a_workspace_the_next_thing_is_to_make_one(person):
    assert person.type("next", "--json").json["command"] == "dlquiz start"
    assert "Next: dlquiz start" in person.type("status").out


def test_the_path_moves_with_full_points_only(worker, store):
    assert states(worker) == [("next", 0), ("open", 0)]
    record(store, "exercise2", 1)
    record(store, "exercise1", 3)
    assert states(worker) == [("next", 3), ("started", 1)]
    assert worker.type("next", "--json").json["command"] == "dlquiz grade exercise1"
    record(store, "exercise1", 4)
    record(store, "exercise1", 2)
    assert states(worker) == [("done", 4), ("next", 1)]


def test_viewing_a_solution_and_hints_earns_nothing(worker):
    assert worker.type("solution", "1", "--spoil").code == 0
    assert worker.type("hint", "1").code == 0
    assert states(worker) == [("next", 0), ("open", 0)]


def test_after_the_exercises_come_the_quizzes_and_then_the_end(worker, store):
    record(store, "exercise1", 4)
    record(store, "exercise2", 4)
    assert worker.type("next", "--json").json["command"] == "dlquiz quiz words"
    store.save_sitting("s", "words", "{}")
    store.close_sitting("s")
    assert worker.type("next", "--json").json == {
        "format_version": 1,
        "kind": "done",
        "subject": "",
        "command": "dlquiz status",
        "why": "The end.",
        "practice": None,
        "questions": "exercise2",
        "due": 0,
        "again": [],
    }


def test_status_of_one_exercise_lists_its_gradings(worker, store):
    record(store, "exercise1", 3)
    result = worker.type("status", "adding")
    assert "2025-03-01 00:00 UTC  failed  3 of 4" in result.out
    assert "exercise2" not in result.out


def test_a_start_file_that_has_changed_is_told_before_anything_is_graded(worker):
    assert worker.type("status", "--json").json["newer_start_files"] == []
    (worker.course / "exercises" / "exercise1" / "adder.py").write_text("# newer\n")
    assert worker.type("status", "--json").json["newer_start_files"] == ["exercise1"]
    said = " ".join(worker.type("status").out.split())
    assert "The course has a newer start file for exercise1. dlquiz start brings it" in said
    assert "newer start file" not in worker.type("status", "exercise2").out
    worker.type("start")
    assert "newer start file" not in worker.type("status").out


def test_status_adds_up_the_points(worker, store):
    record(store, "exercise1", 3)
    assert "Points: 3 of 8." in worker.type("status").out


@pytest.mark.parametrize(
    "text", ["exercise2", "2", "halving", "halver.py", "halver", "EXERCISE2", "exercises/exercise2"]
)
def test_an_exercise_has_many_names(worker, text):
    assert [one["id"] for one in worker.type("status", text, "--json").json["exercises"]] == ["exercise2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exercse2", "Did you mean 'exercise2'?"),
        ("halvin", "Did you mean 'halving'?"),
        ("7", "has 2"),
        ("zzz", "no exercise"),
    ],
)
def test_a_wrong_name_is_told_what_was_meant(worker, text, words):
    result = worker.type("status", text)
    assert result.code == 2
    assert words in result.err


def test_a_topic_of_two_exercises_is_ambiguous(worker):
    yaml = worker.course / "exercises" / "exercise2" / "exercise.yaml"
    yaml.write_text(yaml.read_text().replace("topic: halving", "topic: adding"))
    result = worker.type("status", "adding")
    assert result.code == 2
    assert "exercise1, exercise2" in result.err


def test_a_finished_quiz_shows_how_it_went(worker, store):
    store.save_sitting("s", "words", "{}")
    store.close_sitting("s")
    assert "Quizzes: words (done)" in worker.type("status").out
    for number, name in enumerate(("epoch", "batch")):
        store.record_answer("s", "words", name, '"x"', number == 0, 1 - number, datetime(2025, 3, 1, tzinfo=UTC))
    assert "Quizzes: words (done, best 50%)" in " ".join(worker.type("status").out.split())


def test_status_and_next_say_what_is_due(worker, store):
    assert "Due for review" not in worker.type("status").out
    assert (worker.type("status", "--json").json["due"], worker.type("next", "--json").json["due"]) == (0, 0)
    for number in range(2):
        store.record_answer(f"s{number}", "words", f"q{number}", '"x"', False, 0.0, datetime(2025, 3, 1, tzinfo=UTC))
    assert "Due for review: 2 questions (dlquiz review)." in worker.type("status").out
    assert "Or: dlquiz review   (2 questions are due)" in worker.type("next").out
    assert (worker.type("status", "--json").json["due"], worker.type("next", "--json").json["due"]) == (2, 2)


def test_points_that_cannot_be_read_are_not_called_zero(worker, store):
    record(store, "exercise1", 3)
    for file in worker.work.glob(".dlquiz/progress*"):
        file.unlink()
    (worker.work / ".dlquiz" / "progress.sqlite3").mkdir()
    result = worker.type("status")
    assert "?/4" in result.out
    assert "Points: not known" in result.out
    assert "0/4" not in result.out
    hint = worker.type("hint", "1")
    assert "Without a workspace" not in hint.err


def test_a_wrong_name_names_the_course(worker):
    assert f"in the course 'A tiny course' ({worker.course})" in worker.type("status", "zzz").err


@pytest.mark.parametrize("columns", [50, 60, 80, 120])
def test_the_path_is_a_table_at_every_width(worker, columns, monkeypatch):
    yaml = worker.course / "exercises" / "exercise2" / "exercise.yaml"
    yaml.write_text(
        yaml.read_text().replace("Title 2", "A title of many words which no small terminal can hold at all")
    )
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = [line for line in worker.type("status").out.splitlines() if "/" not in line or "min" in line]
    assert all(len(line) <= columns for line in lines)
    assert len({line.rindex("min") for line in lines if line.endswith("min")}) == 1


def test_points_in_a_folder_that_is_not_there_are_not_called_zero(worker):
    worker.work.rename(worker.here / "moved")
    out = worker.type("status").out
    assert "Points: not known, because they are in that folder." in out
    assert "?/4" in out
    assert "0/4" not in out
