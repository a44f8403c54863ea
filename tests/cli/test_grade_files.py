"""``grade --file`` with what people hand in: notebooks, folders and archives, through the real command."""

import json
import re
import tarfile
import zipfile

import pytest

import dlquiz

from .conftest import RIGHT

pytestmark = pytest.mark.sandbox

MAIN = "from helper import plus\n\n\ndef add(a, b):\n    return plus(a, b)\n\n\ndef half(a):\n    return a / 2\n"
HELPER = "def plus(a, b):\n    return a + b\n"
BROKEN = "def plus(a, b):\n    return a.plus(b)\n"


def write_folder(root, helper=HELPER):
    root.mkdir()
    (root / "adder.py").write_text(MAIN)
    (root / "helper.py").write_text(helper)
    (root / "conftest.py").write_text("raise SystemExit(0)\n")
    return root


def write_zip(path, helper=HELPER):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"adder.py": MAIN, "helper.py": helper, "conftest.py": "raise SystemExit(0)\n"}.items():
            archive.writestr(f"hand in/{name}", text)
    return path


def write_tar(path, helper=HELPER):
    folder = write_folder(path.with_name("packed"), helper)
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "packed")
    return path


def write_notebook(path, helper=HELPER):
    cells = ["%matplotlib inline\n!pip install numpy\n", helper, MAIN.partition("\n\n\n")[2]]
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "code", "source": cell.splitlines(True), "outputs": [{"text": "x" * 2_000_000}]}
            for cell in cells
        ],
    }
    path.write_text(json.dumps(document))
    return path


KINDS = {"folder": write_folder, "work.zip": write_zip, "work.tar.gz": write_tar, "work.ipynb": write_notebook}


@pytest.mark.parametrize("name", KINDS)
def test_full_points_for_every_form_of_the_same_work(person, name):
    path = KINDS[name](person.here / name)
    before = sorted(person.here.rglob("*"))
    result = person.type("grade", "1", "--file", str(path), "--json")
    assert result.code == 0, result.out + result.err
    assert result.json["points"]["earned"] == 4
    assert result.json["submission"]["file"] == name
    left_out = [note for note in result.json["notes"] if "conftest.py" in note]
    assert len(left_out) == (0 if name.endswith("ipynb") else 1)
    assert sorted(person.here.rglob("*")) == before  # nothing is unpacked, no cache is left
    assert dlquiz.grade("exercise1", path, course=person.course).points.earned == 4


@pytest.mark.parametrize("name", KINDS)
def test_a_mistake_is_shown_under_the_learners_own_names(person, name):
    path = KINDS[name](person.here / name, BROKEN)
    result = person.type("grade", "1", "--file", str(path))
    assert result.code == 1
    where = "work.ipynb, cell 2" if name.endswith("ipynb") else f"{name}/helper.py"
    assert f'File "{where}", line 2, in plus' in result.out
    assert "return a.plus(b)" in result.out


def test_files_that_were_left_out_are_listed_for_people(person):
    result = person.type("grade", "1", "--file", str(write_folder(person.here / "folder")))
    assert "left out (tests are not needed): conftest.py" in result.out


def test_a_library_name_gets_a_sentence_and_no_grading(person):
    folder = write_folder(person.here / "folder")
    (folder / "numpy.py").write_text("")
    result = person.type("grade", "1", "--file", str(folder))
    assert result.code == 1
    assert "Rename your file" in result.err
    assert result.out == ""


def test_a_workspace_instead_of_an_exercises_folder_gets_a_sentence(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("grade", "1", "--file", str(worker.work))
    assert result.code == 1
    assert "exercise1/adder.py" in result.err
    assert worker.type("grade", "1", "--file", str(worker.file().parent)).code == 0


def test_a_folder_whose_main_file_is_still_the_stub_is_not_graded(worker):
    result = worker.type("grade", "1", "--file", str(worker.file().parent))
    assert result.code == 1
    assert "has not been begun" in result.out


def test_broken_files_end_with_code_1_and_a_next_step(person):
    for name in ("a.ipynb", "a.zip", "a.tar", "a.tgz", "a.rar"):
        (person.here / name).write_bytes(b"\x00\x01nonsense")
        result = person.type("grade", "1", "--file", name)
        assert result.code == 1
        assert name in result.err
        assert "Traceback" not in result.err


def points_of(person, number=1):
    return [one["points"]["earned"] for one in person.type("status", "--json").json["exercises"]][number - 1]


def test_a_named_file_is_never_counted_as_ones_own_unless_it_is_asked(worker):
    file = worker.here / "some body.py"
    file.write_text(RIGHT)
    result = worker.type("grade", "1", "--file", "some body.py")
    assert result.code == 0
    assert points_of(worker) == 0
    assert worker.type("solution", "1").code == 1
    following = result.out.splitlines()[-1]
    assert following.startswith("Next: dlquiz grade exercise1 --keep --file 'some body.py'   (")
    assert "not stored" in following
    assert worker.type("grade", "1", "--keep", "--file", "some body.py").code == 0
    assert points_of(worker) == 4


@pytest.mark.parametrize("inside", ["dlquiz-work/exercise1/adder.py", "dlquiz-work/exercise1"])
def test_ones_own_file_counts_however_it_is_named(worker, inside):
    worker.file().write_text(RIGHT)
    result = worker.type("grade", "1", "--file", inside)
    assert points_of(worker) == 4
    assert "Next: dlquiz lesson exercise2" in result.out


def test_after_a_failure_the_named_file_and_all_that_was_asked_stay_named(worker):
    (worker.here / "my file.py").write_text(RIGHT.replace("a / 2", "a // 2"))
    result = worker.type("grade", "1", "--file", "my file.py", "--case", "half")
    report = worker.type("grade", "1", "--file", "my file.py", "--json", "--seed", "77")
    assert "The same numbers again: dlquiz grade exercise1 --file 'my file.py' --case half --seed " in result.out
    assert "then edit, and: dlquiz grade exercise1 --file 'my file.py'" in result.out + report.err
    assert points_of(worker) == 0


def test_what_is_pasted_grades_the_same_again(worker):
    import shlex

    (worker.here / "my file.py").write_text(RIGHT.replace("a / 2", "a // 2"))
    out = worker.type("grade", "1", "--file", "my file.py").out
    line = next(line for line in out.splitlines() if line.startswith("The same numbers again: dlquiz "))
    again = worker.type(*shlex.split(line.removeprefix("The same numbers again: dlquiz "))).out

    def told(text):
        return [line for line in text.splitlines() if " s" not in line]

    assert told(again) == told(out)


@pytest.mark.sandbox
def test_a_warning_of_python_names_the_file_as_an_editor_knows_it(worker):
    warns = "import warnings; warnings.warn('beware')\n    return a - b"
    worker.file().write_text(RIGHT.replace("return a + b", warns))
    out = worker.type("grade", "1").out
    assert re.search(r"│ dlquiz-work/exercise1/adder\.py:5: UserWarning: beware", out)
    assert "<submission>" not in out
