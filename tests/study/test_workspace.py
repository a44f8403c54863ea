"""A workspace is made once, found from anywhere, and never costs a learner a line."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.atomic import replace_file
from dlquiz.errors import ContentError, StoreError, WorkError
from dlquiz.study.workspace import Delivery, Workspace, remember, same_text


@dataclass(frozen=True)
class Stubs:
    """As much of a course as a workspace reads."""

    root: Path
    names: tuple[str, ...] = ("one", "two")
    builtin: bool = True
    shipped: tuple[str, ...] = ()

    def exercise_ids(self):
        return self.names

    def stub_path(self, exercise_id):
        return self.root / "exercises" / exercise_id / "stub.py"

    def shipped_files(self, exercise_id):
        return {name: self.root / "exercises" / exercise_id / name for name in self.shipped}


@pytest.fixture
def course(tmp_path):
    made = Stubs(tmp_path / "course")
    for name in made.names:
        replace_file(made.stub_path(name), f"# TODO {name}\n".encode())
    replace_file(made.root / "exercises" / "course.yaml", b"")
    return made


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))


def actions(workspace):
    return [one.action for one in workspace.delivered]


def test_a_new_workspace_holds_every_stub(course, tmp_path):
    workspace = Workspace.create(tmp_path / "work", course)
    assert actions(workspace) == [Delivery.NEW, Delivery.NEW]
    assert workspace.file("one").read_text() == "# TODO one\n"
    assert workspace.course_path is None


def test_starting_again_changes_nothing(course, tmp_path):
    first = Workspace.create(tmp_path / "work", course)
    first.file("one").write_text("mine\n")
    again = Workspace.create(tmp_path / "work", course)
    assert actions(again) == [Delivery.KEPT, Delivery.KEPT]
    assert again.file("one").read_text() == "mine\n"


def test_a_changed_stub_arrives_beside_an_edited_file(course, tmp_path):
    first = Workspace.create(tmp_path / "work", course)
    first.file("one").write_text("mine\n")
    course.stub_path("one").write_text("# newer\n")
    again = Workspace.create(tmp_path / "work", course)
    assert actions(again) == [Delivery.BESIDE, Delivery.KEPT]
    assert again.file("one").read_text() == "mine\n"
    assert again.file("one").with_name("stub.py.new").read_text() == "# newer\n"
    assert actions(Workspace.create(tmp_path / "work", course)) == [Delivery.KEPT, Delivery.KEPT]


def test_an_untouched_file_follows_its_stub(course, tmp_path):
    Workspace.create(tmp_path / "work", course)
    course.stub_path("two").write_text("# newer\n")
    again = Workspace.create(tmp_path / "work", course)
    assert actions(again) == [Delivery.KEPT, Delivery.UPDATED]
    assert again.file("two").read_text() == "# newer\n"


def test_a_file_that_was_there_before_the_workspace_is_kept(course, tmp_path):
    mine = tmp_path / "work" / "one" / "stub.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    workspace = Workspace.create(tmp_path / "work", course)
    assert mine.read_text() == "mine\n"
    assert actions(workspace) == [Delivery.BESIDE, Delivery.NEW]


def test_a_deleted_file_comes_back_and_a_new_exercise_arrives(course, tmp_path):
    first = Workspace.create(tmp_path / "work", replace(course, names=("one",)))
    first.file("one").unlink()
    with pytest.raises(WorkError, match="no file for two"):
        first.file("two")
    assert actions(Workspace.create(tmp_path / "work", course)) == [Delivery.NEW, Delivery.NEW]


def test_no_workspace_inside_a_course(course):
    with pytest.raises(WorkError, match="inside the course"):
        Workspace.create(course.root / "my" / "work", course)
    assert not (course.root / "my").exists()


def test_a_course_with_a_missing_stub_leaves_nothing_behind(course, tmp_path):
    course.stub_path("two").unlink()
    with pytest.raises(ContentError, match="start file"):
        Workspace.create(tmp_path / "work", course)
    assert not (tmp_path / "work").exists()


def test_a_file_is_no_place_for_a_workspace(course, tmp_path):
    (tmp_path / "work").write_text("")
    with pytest.raises(WorkError, match="is a file"):
        Workspace.create(tmp_path / "work", course)


def test_a_place_that_cannot_be_written_is_said(course):
    with pytest.raises(StoreError, match="cannot be written"):
        Workspace.create(Path("/proc/dlquiz-work"), course)


def test_two_courses_do_not_share_a_workspace(course, tmp_path):
    Workspace.create(tmp_path / "work", course)
    with pytest.raises(WorkError, match="another course"):
        Workspace.create(tmp_path / "work", replace(course, builtin=False))


def test_found_from_below_and_from_anywhere_once_remembered(course, tmp_path):
    workspace = Workspace.create(tmp_path / "work", course)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert Workspace.find(workspace.file("one").parent).root == workspace.root
    assert Workspace.find(elsewhere) is None
    remember(workspace)
    assert Workspace.find(elsewhere).root == workspace.root
    (workspace.folder / "workspace.json").unlink()
    assert Workspace.find(elsewhere) is None


def test_a_state_folder_that_cannot_be_written_is_no_error(course, tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_STATE", "/proc/nowhere")
    remember(Workspace.create(tmp_path / "work", course))
    assert Workspace.find(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("{", StoreError, "damaged"),
        ("[]", StoreError, "damaged"),
        ('{"format_version": 99}', WorkError, "newer dlquiz"),
        (
            '{"format_version": 1, "course": null, "exercises": {"one": {"file": "../../x.py", "stub_sha256": ""}}}',
            StoreError,
            "damaged",
        ),
    ],
)
def test_a_manifest_that_cannot_be_believed_is_refused(course, tmp_path, text, error, words):
    workspace = Workspace.create(tmp_path / "work", course)
    (workspace.folder / "workspace.json").write_text(text)
    with pytest.raises(error, match=words) as caught:
        Workspace.find(tmp_path / "work")
    assert caught.value.next_step


lines = st.lists(st.binary().filter(lambda line: b"\n" not in line and b"\r" not in line))


@given(lines)
def test_line_ends_and_trailing_blanks_are_no_edit(parts):
    assert same_text(b"\n".join(parts), b" \r\n".join(parts) + b"\n\n")


@given(lines)
def test_a_new_word_is_an_edit(parts):
    assert not same_text(b"\n".join(parts), b"\n".join([*parts, b"x"]))


# --- files that an exercise ships ---


@pytest.fixture
def shipping(course):
    course = replace(course, names=("one",), shipped=("words.txt", "data/table.csv"))
    for path in course.shipped_files("one").values():
        replace_file(path, b"old\n")
    return course


def test_what_an_exercise_ships_stands_beside_the_learners_file_and_cannot_be_overwritten_by_mistake(
    shipping, tmp_path
):
    workspace = Workspace.create(tmp_path / "work", shipping)
    assert actions(workspace) == [Delivery.NEW] * 3
    assert [one.shipped for one in workspace.delivered] == [False, True, True]
    for name in shipping.shipped:
        file = workspace.file("one").parent / name
        assert file.read_bytes() == b"old\n"
        assert file.stat().st_mode & 0o222 == 0
    assert actions(Workspace.create(tmp_path / "work", shipping)) == [Delivery.KEPT] * 3


def test_a_shipped_file_that_changed_is_renewed_unless_the_learner_changed_it_too(shipping, tmp_path):
    folder = Workspace.create(tmp_path / "work", shipping).file("one").parent
    replace_file(folder / "words.txt", b"mine\n")
    for path in shipping.shipped_files("one").values():
        replace_file(path, b"new\n")
    again = Workspace.create(tmp_path / "work", shipping)
    assert actions(again) == [Delivery.KEPT, Delivery.BESIDE, Delivery.UPDATED]
    assert (folder / "words.txt").read_bytes() == b"mine\n"
    assert (folder / "words.txt.new").read_bytes() == b"new\n"
    assert (folder / "data/table.csv").read_bytes() == b"new\n"
    assert actions(Workspace.create(tmp_path / "work", shipping)) == [Delivery.KEPT] * 3


def test_a_workspace_from_before_gets_the_files(shipping, tmp_path):
    workspace = Workspace.create(tmp_path / "work", replace(shipping, shipped=()))
    manifest = workspace.folder / "workspace.json"
    manifest.write_text(manifest.read_text().replace(',\n   "files": {}', ""))
    assert '"files"' not in manifest.read_text()
    assert actions(Workspace.create(tmp_path / "work", shipping)) == [Delivery.KEPT, Delivery.NEW, Delivery.NEW]
