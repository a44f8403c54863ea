"""``--json``: every command has it, and what it prints is one document."""

from pathlib import Path

from .conftest import RIGHT


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
