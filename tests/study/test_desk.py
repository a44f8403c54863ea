"""A desk without a terminal: the course, the folder and the store, and what is asked and told."""

import pytest

from dlquiz.content.course import builtin_course
from dlquiz.errors import UntrustedCourse, UsageError, WorkError
from dlquiz.study.desk import Desk
from dlquiz.study.trust import is_trusted, trust
from dlquiz.study.workspace import Workspace, remember
from tests.cli.conftest import make_course


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def foreign(tmp_path):
    return make_course(tmp_path / "course").resolve()


def test_without_a_workspace_there_is_the_builtin_course_and_no_store(tmp_path):
    with Desk(here=tmp_path) as desk:
        assert desk.course.builtin
        assert desk.workspace is None
        assert desk.progress is None
        with pytest.raises(WorkError, match="no folder for your work"):
            desk.need_workspace()


def test_a_course_from_elsewhere_is_used_only_once_it_was_confirmed(foreign, tmp_path):
    desk = Desk(course=foreign, here=tmp_path)
    with pytest.raises(UntrustedCourse) as caught:
        _ = desk.course
    assert caught.value.course == foreign
    assert caught.value.next_step
    # What a page does: it asks, remembers the answer, and goes on at the same desk.
    trust(caught.value.course)
    assert desk.course.manifest.name == "tiny"
    assert Desk(course=foreign, here=tmp_path).course_root == foreign


def test_a_face_that_can_ask_is_asked_once_and_the_answer_is_told_and_kept(foreign, tmp_path):
    asked, told = [], []
    desk = Desk(course=foreign, here=tmp_path, confirm=asked.append, tell=told.append)
    assert desk.course is desk.course
    assert asked == [foreign]
    assert told == [f"Trusted from now on: {foreign}"]
    assert is_trusted(foreign)


def test_an_answer_that_cannot_be_kept_is_told(foreign, tmp_path, state):
    state.write_text("a file, not a folder")
    told = []
    desk = Desk(course=foreign, here=tmp_path, confirm=lambda _: None, tell=told.append)
    assert desk.course.manifest.name == "tiny"
    assert "you will be asked again" in told[1]


def test_a_damaged_list_of_trusted_courses_trusts_nobody(foreign, tmp_path, state):
    state.mkdir()
    (state / "trusted-courses.json").write_text("{")
    assert not is_trusted(foreign)


def test_a_course_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="no course folder"):
        _ = Desk(course=tmp_path / "gone", here=tmp_path).course


def test_a_folder_that_is_no_course_is_told_and_nobody_is_asked_to_trust_it(tmp_path):
    asked = []
    with pytest.raises(UsageError, match="is no course"):
        _ = Desk(course=tmp_path, here=tmp_path, confirm=asked.append).course
    assert asked == []
    assert not is_trusted(tmp_path)


def test_the_workspace_names_the_course_and_another_course_does_not_see_it(foreign, tmp_path):
    trust(foreign)
    with Desk(course=foreign, here=tmp_path) as desk:
        remember(Workspace.create(tmp_path / "work", desk.course))
    with Desk(here=tmp_path) as desk:
        assert desk.course_root == foreign
        assert desk.workspace is not None
        assert desk.progress is desk.progress
        assert desk.learner_file("exercise1") == desk.workspace.root / "exercise1" / "adder.py"
    trust(builtin_course())
    with Desk(course=builtin_course(), here=tmp_path / "work") as desk:
        assert desk.workspace is None


def test_a_store_that_cannot_be_used_is_told_and_counts_as_none(foreign, tmp_path):
    trust(foreign)
    told = []
    with Desk(course=foreign, here=tmp_path, tell=told.append) as desk:
        workspace = Workspace.create(tmp_path / "work", desk.course)
        workspace.store.mkdir()
        desk.use(workspace)
        assert desk.progress is None
        assert told[0].startswith("Warning: Your progress cannot be stored")


def test_a_damaged_store_is_moved_aside_and_told(foreign, tmp_path):
    trust(foreign)
    told = []
    with Desk(course=foreign, here=tmp_path, tell=told.append) as desk:
        workspace = Workspace.create(tmp_path / "work", desk.course)
        workspace.store.write_bytes(b"nonsense" * 1000)
        desk.use(workspace)
        assert desk.progress is not None
        assert told[0].startswith("Note: The progress file was damaged.")


def test_an_exercise_is_named_in_many_ways_or_not_at_all(foreign, tmp_path):
    trust(foreign)
    with Desk(course=foreign, here=tmp_path) as desk:
        assert {desk.exercise_id(text) for text in ("2", "exercise2", "halving", "halver.py")} == {"exercise2"}
        assert desk.exercise_id(None) == "exercise1"
