"""Beginnings that work: what ``dev new course`` and ``dev new exercise`` write is certified."""

import pytest

from dlquiz.authoring.check import check_course
from dlquiz.authoring.course_list import with_exercise
from dlquiz.authoring.new_course import module_name, write_course, write_exercise
from dlquiz.content.course import load_course
from dlquiz.content.yamlfile import parse
from dlquiz.errors import ContentError, UsageError

REST = "format_version: 1\nname: small\nquizzes: []\n"


@pytest.mark.sandbox
def test_a_new_course_and_a_new_exercise_are_certified_as_they_are_written(tmp_path):
    root = tmp_path / "Tables and more"
    write_course(root)
    write_exercise(root, "k-means")
    course = load_course(root)
    assert course.manifest.name == "tables-and-more"
    checked = check_course(course, seeds=2)
    assert [one.exercise for one in checked.exercises] == ["centre", "k-means"]
    assert [one.findings for one in checked.exercises] == [(), ()]
    assert checked.quizzes == ("first-words",)
    assert checked.exit_code == 0


def test_a_course_is_written_only_into_an_empty_folder(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match="not an empty folder"):
        write_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("exercise_id", ["K means", "1st", "", "a" * 41, "../up"])
def test_an_id_that_cannot_be_one_is_refused_and_a_better_one_is_named(tmp_path, exercise_id):
    write_course(tmp_path / "c")
    with pytest.raises(UsageError, match="cannot be an id") as caught:
        write_exercise(tmp_path / "c", exercise_id)
    if exercise_id == "K means":
        assert caught.value.next_step == "dlquiz dev new exercise k-means"


def test_what_is_there_is_never_written_over(tmp_path):
    write_course(tmp_path / "c")
    grader = tmp_path / "c/graders/mine"
    grader.mkdir()
    with pytest.raises(UsageError, match="is there already"):
        write_exercise(tmp_path / "c", "mine")
    assert not list(grader.iterdir())
    assert load_course(tmp_path / "c").exercise_ids() == ("centre",)


@pytest.mark.parametrize("exercise_id", ["random", "torch", "numpy", "probe", "pytest", "string"])
def test_a_new_file_is_never_called_like_something_that_is_imported(exercise_id):
    assert module_name(exercise_id) == f"{exercise_id}_task"


LISTS = {
    "exercises: [a]\n": "exercises: [a, new]\n",
    "exercises: [a, 'b'] # in order\n": "exercises: [a, 'b', new] # in order\n",
    "exercises:\n  [\n    a, # first\n    b,\n  ]\n": "exercises:\n  [\n    a, # first\n    b, new,\n  ]\n",
    "exercises:\n  - a\n  - b # last\n\n# more\n": "exercises:\n  - a\n  - b # last\n  - new\n\n# more\n",
    "exercises:\n- a": "exercises:\n- a\n- new",
    "exercises: [new, a]\n": "exercises: [new, a]\n",
}


@pytest.mark.parametrize("before", LISTS)
def test_an_exercise_is_added_to_the_list_and_nothing_else_changes(before):
    assert with_exercise(parse(REST + before, "course.yaml"), "new") == REST + LISTS[before]


@pytest.mark.parametrize("text", ["exercises: []\n", "quizzes: [a]\n", "exercises: a\n", "exercises: ['a\n  b']\n"])
def test_a_list_that_cannot_be_added_to_safely_is_left_to_its_author(text):
    with pytest.raises(ContentError, match="Nothing can be added"):
        with_exercise(parse(text, "course.yaml"), "new")
