"""Everything that lies in what a class handed in is accounted for, once."""

import tarfile
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.collect import collect
from dlquiz.classroom.gradescope import submitters
from dlquiz.classroom.matching import Target

TARGETS = (Target("exercise1", "adder"), Target("exercise2", "halver"))
CODE = b"def add(a, b):\n    return a + b\n"


def zipped(files):
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def seen(found):
    """Return who handed in what: (learner, exercise, main file), sorted."""
    return sorted((one.learner.name, one.exercise, one.main) for one in found.handins)


LAYOUTS = {
    "a folder for each": (
        {"ada/adder.py": CODE, "bob/sub/adder.ipynb": b"{}", "bob/halver.py": CODE},
        [("ada", "exercise1", "adder.py"), ("bob", "exercise1", "sub/adder.ipynb"), ("bob", "exercise2", "halver.py")],
    ),
    "a file for each": (
        {"ada_exercise1.py": CODE, "bob-adder.py": CODE},
        [("ada", "exercise1", "ada_exercise1.py"), ("bob", "exercise1", "bob-adder.py")],
    ),
    "an archive for each": (
        {"ada.zip": zipped({"ada/adder.py": CODE, "ada/halver.py": CODE})},
        [("ada", "exercise1", "ada.zip/adder.py"), ("ada", "exercise2", "ada.zip/halver.py")],
    ),
    "canvas": (
        {"lovelaceada_LATE_5_90_adder.py": CODE, "lovelaceada_LATE_5_91_halver-1.py": CODE, "royb_6_text.html": b"x"},
        [("lovelaceada", "exercise1", "adder.py"), ("lovelaceada", "exercise2", "halver-1.py")],
    ),
    "moodle": (
        {
            "Ada Lovelace_7_assignsubmission_file_/adder.py": CODE,
            "Ada Lovelace_7_assignsubmission_onlinetext_/onlinetext.html": b"x",
            "Participant_8_assignsubmission_file_/work.zip": zipped({"adder.py": CODE}),
        },
        [("Ada Lovelace", "exercise1", "adder.py"), ("Participant 8", "exercise1", "work.zip/adder.py")],
    ),
    "gradescope": (
        {
            "submission_3/adder.py": CODE,
            "submission_metadata.yml": b"submission_3:\n  :submitters:\n  - :name: Ada L\n    :sid: '9'\n",
        },
        [("Ada L", "exercise1", "adder.py")],
    ),
    "a folder for each exercise": (
        {"exercise1/ada.py": CODE, "exercise1/bob/adder.py": CODE, "ex2/ada_exercise2.py": CODE},
        [("ada", "exercise1", "ada.py"), ("ada", "exercise2", "ada_exercise2.py"), ("bob", "exercise1", "adder.py")],
    ),
    "a folder for each exercise, of folders": (
        {"exercise1/ada/adder.py": CODE, "exercise1/ada/help.py": CODE, "exercise1/bob/src/adder.py": CODE},
        [("ada", "exercise1", "adder.py"), ("bob", "exercise1", "src/adder.py")],
    ),
    "a folder for each exercise, of archives": (
        {"exercise1/ada.zip": zipped({"adder.py": CODE}), "exercise1/bob.zip": zipped({"work.py": CODE})},
        [("ada", "exercise1", "ada.zip/adder.py"), ("bob", "exercise1", "bob.zip/work.py")],
    ),
    "a folder for each exercise, of downloads": (
        {"exercise1/lovelaceada_5_90_adder.py": CODE, "exercise2/lovelaceada_5_91_work.py": CODE},
        [("lovelaceada", "exercise1", "adder.py"), ("lovelaceada", "exercise2", "work.py")],
    ),
    "a folder of an exercise beside others": (
        {"Lab_bob_attempt_2026-03-05-14-30-10_adder.py": CODE, "exercise2/ada/halver.py": CODE},
        [("ada", "exercise2", "halver.py"), ("bob", "exercise1", "adder.py")],
    ),
    "blackboard": (
        {
            "Lab_ada_attempt_2026-03-05-14-30-10.txt": b"note",
            "Lab_ada_attempt_2026-03-05-14-30-10_adder.py": CODE,
            "Lab_ada_attempt_2026-03-06-14-30-10_adder.py": CODE,
        },
        [("ada", "exercise1", "adder.py")] * 2,
    ),
}


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_read_from_a_folder_and_from_an_archive(layout, kind, tmp_path):
    files, expected = LAYOUTS[layout]
    if layout == "an archive for each" and kind != "folder":
        files = files | {"bob.zip": b"x"}  # one archive in another would be packed twice, by one learner
    path = write(tmp_path / "class", files)
    if kind == "zip":
        path = tmp_path / "class.zip"
        path.write_bytes(zipped(files))
    elif kind == "tar":
        path = tmp_path / "class.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            archive.add(tmp_path / "class", "class")
    with collect([path], TARGETS) as found:
        assert seen(found) == expected
        for one in found.handins:
            if not one.main.endswith(".ipynb"):
                assert one.read("adder", ["numpy"]).source == CODE


def test_one_learners_folder_file_and_archive_are_told_from_a_class(tmp_path):
    write(tmp_path, {"ada/adder.py": CODE, "bob/exercise2/halver.py": CODE, "eve.zip": zipped({"adder.py": CODE})})
    paths = [tmp_path / "ada", tmp_path / "bob", tmp_path / "eve.zip", tmp_path / "ada/adder.py"]
    with collect(paths, TARGETS) as found:
        assert seen(found) == [
            ("ada", "exercise1", "adder.py"), ("ada", "exercise1", "adder.py"),
            ("bob", "exercise2", "exercise2/halver.py"), ("eve", "exercise1", "adder.py"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "files",
    [
        ["exercise1/adder.py", "exercise1/help.py"],
        ["exercise1/src/adder.py", "exercise1/more/help.py"],
        ["exercise1/work.py"],
        ["exercise1/Adder (1).py", "exercise1/part.py", "exercise2/halver.py"],
    ],
)
def test_the_folder_of_an_exercise_may_be_one_learners(tmp_path, files):
    with collect([write(tmp_path / "ada", dict.fromkeys(files, CODE))], TARGETS) as found:
        assert {one.learner.name for one in found.handins} == {"ada"}


def test_late_time_and_who_are_as_the_lms_says_them(tmp_path):
    (late,) = collect([write(tmp_path / "a", {"royb_LATE_6_7_adder.py": CODE})], TARGETS).handins
    assert (late.late, late.when, late.learner.id) == (True, "", "6")
    (dated,) = collect([write(tmp_path / "b", {"L_ada_attempt_2026-03-05-14-30-10_adder.py": CODE})], TARGETS).handins
    assert dated.when == "2026-03-05T14:30:10"


def test_what_cannot_be_read_or_matched_has_a_reason(tmp_path):
    (tmp_path / "class/eve").mkdir(parents=True)
    (tmp_path / "class/zoe").mkdir()
    (tmp_path / "class/eve/adder.py").symlink_to("/etc/passwd")
    write(tmp_path / "class", {"ada/report.pdf": b"%PDF", "bob.zip": b"PK", "dan/work.py": CODE})
    found = collect([tmp_path / "class", tmp_path / "gone", tmp_path / "class/bob.zip"], TARGETS)
    assert found.handins == []
    reasons = {(one.learner.name, one.labels[0]): one.reason for one in found.unread}
    assert reasons["ada", "class/ada/report.pdf"] == "no Python file and no notebook: report.pdf"
    assert reasons["dan", "class/dan/work.py"] == "no file is called like an exercise: work.py"
    assert "link" in reasons["eve", "class/eve/adder.py"]
    assert "bob.zip is not accepted" in reasons["bob", "class/bob.zip"]
    assert "There is no file" in reasons["gone", str(tmp_path / "gone")]
    assert reasons["zoe", "class/zoe"].startswith("an empty folder")
    assert len(found.unread) == 7


def test_a_helper_belongs_to_each_exercise_and_another_exercise_only_where_it_is_used(tmp_path):
    files = {"helper.py": b"x = 1\n", "adder.py": CODE, "halver.py": b"import adder\n"}
    adder, halver = collect([write(tmp_path / "ada", files)], TARGETS).handins
    assert [one.name for one in adder.read("adder", []).modules] == ["helper"]
    assert [one.name for one in halver.read("halver", []).modules] == ["adder", "helper"]


NAMES = st.sampled_from(
    [
        "adder.py",
        "halver.py",
        "adder-1.py",
        "work.py",
        "notes.txt",
        "adder.ipynb",
        "w.zip",
        "bad.zip",
        ".hidden",
        "test_a.py",
    ]
)
TOPS = st.sampled_from(
    [
        "ada",
        "bob_12",
        "Ada L_7_assignsubmission_file_",
        "Ada L_7_assignsubmission_onlinetext_",
        "submission_5",
        "exercise1",
        "exercise1/ada",
        "exercise1/submission_5",
        "exercise2/ada",
        ".",
    ]
)
FLAT = st.sampled_from(
    ["x_1_2_", "x_LATE_1_3_", "anon_k3_4_", "Ada L_7_assignsubmission_file_", "L_a_attempt_2026-01-01-10-10-10_", ""]
)
TREES = st.sets(st.one_of(st.tuples(TOPS, NAMES).map("/".join), st.tuples(FLAT, NAMES).map("".join)), max_size=12)


@given(tree=TREES, only=st.booleans())
def test_no_file_is_lost_and_none_counts_twice(tree, only, tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    content = {".zip": zipped({"adder.py": CODE, "x/y.py": CODE})}
    files = {name.removeprefix("./"): content.get(name[-4:], CODE) for name in tree}
    files |= {name: b"PK\x03\x04" for name in files if name.endswith("bad.zip")}
    write(root, files)
    found = collect([root], TARGETS[:1] if only else TARGETS, only=only)
    mains = [one.piece.label for one in found.handins]
    reasons = [label for one in found.unread for label in one.labels] + [one.label for one in found.left_out]
    assert len(mains) == len(set(mains))
    assert len(reasons) == len(set(reasons))
    assert not set(mains) & set(reasons)
    beside = {piece.label for one in found.handins for piece in one.beside.values()}
    assert not beside & {*mains, *reasons}
    accounted = {label.partition("!")[0] for label in (*mains, *reasons, *beside)}
    assert accounted == {f"{root.name}/{name}" for name in files}


def test_names_that_are_lists_of_lists_of_aliases_are_not_written_out():
    text = b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, other in zip("abcdefghijk", "bcdefghijkl", strict=True):
        text += f"{other}: &{other} [{', '.join([f'*{one}'] * 9)}]\n".encode()
    text += b"submission_3:\n  :submitters:\n  - :name: *l\n    :sid: 9\n"
    (learner, _) = submitters(text)["submission_3"]
    assert (learner.name, learner.id) == ("", "9")
