"""A folder that was moved, a second one, and one of another course: nobody begins at zero without knowing it."""

import pytest

from dlquiz.errors import StoreError, WorkError
from dlquiz.study.desk import Desk
from dlquiz.study.workspace import Workspace, last_workspace, lost_workspace, moved_to
from tests.cli.conftest import make_course


def lost_desk(course, here):
    return Desk(course=course, here=here, confirm=lambda _: None)


def test_a_moved_folder_is_missed_and_found_beside_its_old_place(desk, course, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    old, new = desk.workspace.root, tmp_path / "moved"
    desk.close()
    old.rename(new)
    with lost_desk(course, here) as other:
        assert (other.workspace, other.lost, last_workspace()) == (None, old, None)
        with pytest.raises(WorkError, match="not there any more") as caught:
            other.need_workspace()
        assert str(old) in caught.value.message
        assert caught.value.next_step == f"dlquiz start {new}   (is it that one?)"
    with lost_desk(course, new / "exercise1") as inside:
        assert inside.workspace.root == new
        assert inside.lost is None
    assert last_workspace() == new  # using it is enough to be remembered
    assert lost_workspace() is None


def test_where_the_parent_was_renamed_the_folder_is_found_too(tmp_path, course):
    with lost_desk(course, tmp_path) as desk:
        desk.start(tmp_path / "a" / "work")
    (tmp_path / "a").rename(tmp_path / "b")
    assert moved_to(tmp_path / "a" / "work") == tmp_path / "b" / "work"
    assert moved_to(tmp_path / "x" / "y" / "z") is None


def test_a_deleted_folder_is_missed_without_a_guess(desk, course, tmp_path):
    import shutil

    shutil.rmtree(desk.workspace.root)
    with lost_desk(course, tmp_path) as other, pytest.raises(WorkError) as caught:
        other.need_workspace()
    assert caught.value.next_step == "dlquiz start   (begins anew)"


def test_start_without_a_name_goes_on_with_the_folder_that_there_is(desk, course, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with lost_desk(course, elsewhere) as again:
        assert again.start()
        assert again.workspace.root == tmp_path / "work"
        assert again.other is None
    assert list(elsewhere.iterdir()) == []


def test_a_second_folder_knows_the_first(desk, course, tmp_path):
    with lost_desk(course, tmp_path) as again:
        assert not again.start(tmp_path / "second")
        assert again.other == tmp_path / "work"
        assert again.start(tmp_path / "second")
        assert again.other is None


def test_a_folder_of_another_course_is_named_and_a_free_place_beside_it(desk, tmp_path):
    foreign = make_course(tmp_path / "foreign").resolve()
    with lost_desk(foreign, tmp_path / "work") as other:
        assert other.foreign == tmp_path / "work"
        with pytest.raises(WorkError, match="of another course") as caught:
            other.need_workspace()
        assert caught.value.next_step == f"dlquiz start {tmp_path / 'dlquiz-work-tiny'}"
        with pytest.raises(WorkError) as refused:
            other.start()
        assert refused.value.next_step == f"dlquiz start {tmp_path / 'work-2'}"
        assert not other.start(tmp_path / "work-2")


def test_the_course_of_a_far_folder_is_told_and_inside_it_is_not(course, tmp_path):
    with lost_desk(course, tmp_path) as first:
        first.start(tmp_path / "work")
    told = []
    with Desk(here=tmp_path, tell=told.append) as far:
        assert far.course_root == course
    assert told == [f"The course is that of your folder {tmp_path / 'work'}: {course}. For another: --course DIR"]
    told.clear()
    with Desk(here=tmp_path / "work" / "exercise1", tell=told.append) as near:
        assert near.course_root == course
    assert told == []


def test_a_folder_that_cannot_be_made_leaves_nothing_behind(course, tmp_path, monkeypatch):
    from dlquiz.study import workspace

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workspace, "create_file", full)
    with lost_desk(course, tmp_path) as desk, pytest.raises(StoreError):
        Workspace.create(tmp_path / "new", desk.course)
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    with lost_desk(course, tmp_path) as desk, pytest.raises(StoreError):
        Workspace.create(tmp_path / "mine", desk.course)
    assert (tmp_path / "mine").exists()
