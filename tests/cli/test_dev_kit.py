"""``dlquiz dev kit``, and what a learner does with the archive."""

import zipfile

import pytest

from dlquiz.content.course import load_course

pytestmark = pytest.mark.sandbox

SOLUTION = load_course().solution_path("exercise1").read_text("utf-8")


def pack(person, *more):
    return person.type("--course", str(load_course().root), "dev", "kit", *more)


def test_a_learner_unpacks_a_kit_and_grades_with_it(person, monkeypatch):
    made = pack(person, "exercise1", "-o", "kit.zip", "--no-quizzes", "--json")
    assert made.code == 0, made.err
    assert made.json["exercises"][0]["hidden"] == {"cases": 13, "points": 3.25}
    with zipfile.ZipFile(person.here / "kit.zip") as archive:
        names = archive.namelist()
        archive.extractall(person.here)
    assert {name.split("/")[0] for name in names} == {"dlquiz-kit"}
    assert [name for name in names if "graders" in name] == ["dlquiz-kit/graders/exercise1/test_image.py"]
    assert not [name for name in names if "quizzes" in name]
    page = (person.here / "dlquiz-kit/README.md").read_text()
    assert "dlquiz --course dlquiz-kit start" in page
    assert "WSL" in page

    monkeypatch.setenv("DLQUIZ_COURSE", "")
    begun = person.type("--course", "dlquiz-kit", "--trust-course", "start", "kit-work")
    assert begun.code == 0, begun.err
    (person.here / "kit-work/exercise1/image.py").write_text(SOLUTION)
    monkeypatch.chdir(person.here / "kit-work")
    graded = person.type("grade", "exercise1")
    assert graded.code == 0, graded.err
    assert "0.75 of 0.75 points" in graded.out
    assert "13 more checks are not in this kit" in graded.out
    assert "done  exercise1" in person.type("status").out
    shown = person.type("solution", "exercise1")
    assert (shown.code, "comes without a solution" in shown.err) == (1, True)


def test_an_archive_that_is_there_is_replaced_only_by_force(person):
    (person.here / "kit.zip").write_text("mine")
    refused = pack(person, "exercise1", "-o", "kit.zip")
    assert (refused.code, "already there" in refused.err) == (2, True)
    assert (person.here / "kit.zip").read_text() == "mine"
    assert pack(person, "exercise1", "-o", "kit.zip", "--force").code == 0
    assert zipfile.is_zipfile(person.here / "kit.zip")


def test_a_whole_course_is_asked_for_alone(person):
    assert pack(person, "exercise1", "--whole").code == 2
    assert pack(person, "--whole", "--no-quizzes").code == 2
    made = pack(person, "--whole", "-o", "whole.zip")
    assert made.code == 0, made.err
    with zipfile.ZipFile(person.here / "whole.zip") as archive:
        assert "dlquiz-kit/graders/exercise3/solution.py" in archive.namelist()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(("nosuch",), 2, "There is no exercise 'nosuch'"), (("exercise1", "-o", "no/such/kit.zip"), 2, "no/such")],
)
def test_what_cannot_be_is_a_sentence(person, words, code, said):
    result = pack(person, *words)
    assert (result.code, said in result.err) == (code, True), result.err
    assert "Traceback" not in result.err
