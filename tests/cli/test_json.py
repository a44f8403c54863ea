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
