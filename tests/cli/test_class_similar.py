"""``dlquiz class similar``, through the real program."""

import json
import re

import pytest

from dlquiz.content.course import builtin_course
from tests.classroom.disguises import ALONE, TOGETHER
from tests.cli.conftest import RIGHT
from tests.cli.test_class import hand_in

GRADERS = builtin_course() / "graders"
DISGUISES = (*ALONE, *TOGETHER)


@pytest.fixture
def teacher(person, monkeypatch):
    """Somebody with our own course."""
    monkeypatch.delenv("DLQUIZ_COURSE")
    return person


def source(path):
    return (GRADERS / path).read_text("utf-8")


def moodle(name, number, file):
    return f"{name}_{number}_assignsubmission_file_/{file}"


def honest_class(exercise, file):
    """Everybody with another right solution."""
    paths = [GRADERS / exercise / "solution.py", *sorted((GRADERS / exercise / "right").glob("*.py"))]
    return {moodle(f"Person {n}", n, file): path.read_text("utf-8") for n, path in enumerate(paths, start=1)}


def test_a_copy_with_other_names_is_listed_and_nobody_else(teacher):
    copy = (
        source("exercise3/solution.py")
        .replace("dout", "upstream")
        .replace("grad[", "slope[")
        .replace("grad ", "slope ")
    )
    hand_in(teacher, honest_class("exercise3", "backprop.py") | {
        moodle("Eve", 50, "backprop.py"): copy.replace("return grad", "return slope"),
        moodle("Broken", 51, "backprop.py"): "def f(:\n",
        moodle("Short", 52, "backprop.py"): "def relu_backward(dout, Z):\n    return dout * (Z > 0)\n",
        moodle("Paper", 53, "essay.pdf"): "x",
    })  # fmt: skip
    result = teacher.type("class", "similar", "handed-in", "--html", "alike.html")
    assert result.code == 0, result.err
    out = " ".join(result.out.split())
    assert "exercise3: 5 different programs compared, 1 pair listed." in out
    assert "1.00 Eve | Person 1" in out
    assert "Broken (handed-in/Broken_51_assignsubmission_file_/backprop.py): it is not Python (line 1)" in out
    assert "too short to compare: 1 run of operations beside the stub" in out
    assert "Paper" in out
    assert "It says nothing about people." in out
    assert "The most alike of 4 honest solutions of the course: 0.31." in out
    page = (teacher.here / "alike.html").read_text("utf-8")
    assert "Likeness 1.00: Eve | Person 1" in page
    assert "upstream @ W.T" in page
    assert len(re.findall(r"<span class=", page)) > 40
    again = teacher.type("class", "similar", "handed-in", "--html", "alike.html")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert (teacher.here / "alike.html").read_text("utf-8") == page


def test_identical_files_are_told_as_one_and_a_team_or_the_stub_is_none(teacher):
    file, stub = (
        source("exercise3/solution.py"),
        (builtin_course() / "exercises/exercise3/backprop.py").read_text("utf-8"),
    )
    renamed = file.replace("dout", "upstream")
    hand_in(teacher, {
        moodle(name, number, "backprop.py"): text
        for number, (name, text) in enumerate(
            [("Ada", file), ("Bob", file), ("Cyd", renamed), ("Dan", stub), ("Eli", stub)], start=1
        )
    })  # fmt: skip
    document = teacher.type("class", "similar", "handed-in", "--json").json
    (found,) = document["exercises"]
    assert (found["exercise"], found["threshold"], found["judged"], found["compared"]) == ("exercise3", 0.65, True, 2)
    assert [one["learners"] for one in found["identical"]] == [["Ada", "Bob"]]
    (pair,) = found["pairs"]
    assert (pair["likeness"], pair["left"]["learners"], pair["right"]["learners"]) == (1.0, ["Ada", "Bob"], ["Cyd"])
    assert [row["learner"] for row in found["not_compared"]] == ["Dan", "Eli"]
    assert "Identical files: Ada, Bob" in teacher.type("class", "similar", "handed-in").out


def test_an_exercise_that_is_too_short_says_so_and_lists_nobody(teacher):
    file = source("exercise10/solution.py")
    hand_in(teacher, {moodle(name, n, "optim.py"): file + f"# {name}\n" for n, name in enumerate(("Ada", "Bob"), 1)})
    result = teacher.type("class", "similar", "handed-in")
    assert (result.code, "0 pairs listed" in result.out) == (0, True)
    assert "Not judged: it is too short to judge: a right solution has 33 runs" in " ".join(result.out.split())
    wanted = teacher.type("class", "similar", "handed-in", "--threshold", "0.9")
    assert (wanted.code, "1.00  Ada | Bob" in wanted.out) == (0, True)
    assert "Note: it is too short to judge" in wanted.out


@pytest.mark.parametrize("exercise", ["exercise4", "exercise16"])
def test_a_class_of_honest_people_is_empty(teacher, exercise):
    file = {"exercise4": "mlp.py", "exercise16": "selfplay.py"}[exercise]
    people = honest_class(exercise, file)
    hand_in(teacher, people)
    document = teacher.type("class", "similar", "handed-in", "--json").json
    (found,) = document["exercises"]
    assert (found["pairs"], found["identical"], found["not_compared"]) == ([], [], [])
    assert found["compared"] == len(people)
    low = teacher.type("class", "similar", "handed-in", "--json", "--threshold", "0.2").json
    assert low["exercises"][0]["pairs"][0]["likeness"] == round(found["best_honest_pair"]["likeness"], 4)


def test_a_notebook_and_a_second_file_are_compared_with_the_rest(teacher):
    text = source("exercise3/solution.py")
    cells = [
        {"cell_type": "code", "source": f"{part}\n", "metadata": {}, "outputs": [], "execution_count": None}
        for part in text.split("\n\n\n")
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    head, tail = text[: text.index("def loss_and_grads")], text[text.index("def loss_and_grads") :]
    hand_in(teacher, {
        moodle("Ada", 1, "backprop.py"): text,
        moodle("Bob", 2, "backprop.ipynb"): notebook,
        moodle("Cyd", 3, "backprop.py"): f"import numpy as np\n\nfrom parts import *\n\n\n{tail}",
        moodle("Cyd", 3, "parts.py"): head,
    })  # fmt: skip
    (found,) = teacher.type("class", "similar", "handed-in", "--json").json["exercises"]
    assert [(pair["likeness"], pair["left"]["learners"], pair["right"]["learners"]) for pair in found["pairs"]] == [
        (1.0, ["Ada"], ["Bob"]), (1.0, ["Ada"], ["Cyd"]), (1.0, ["Bob"], ["Cyd"]),
    ]  # fmt: skip


def test_a_course_without_other_solutions_judges_nothing(person):
    hand_in(person, {"ada_exercise1.py": RIGHT, "bob_exercise1.py": RIGHT + "# mine\n"})
    result = person.type("class", "similar", "handed-in")
    assert (result.code, "the course has no two solutions" in result.out) == (0, True)
    nothing = person.type("class", "similar", "handed-in/none")
    assert (nothing.code, "is a hand-in of an exercise" in nothing.err) == (2, True)


@pytest.mark.parametrize(
    ("exercise", "file"), [("exercise3", "backprop.py"), ("exercise5", "regression.py"), ("exercise6", "splits.py")]
)
def test_all_copies_in_disguise_are_found_and_no_honest_pair_is(teacher, exercise, file):
    """Everybody hands in another right solution, and twenty others the first one in disguise."""
    honest = honest_class(exercise, file)
    copies = {f"Copy {n}": disguise(source(f"{exercise}/solution.py")) for n, disguise in enumerate(DISGUISES, start=1)}
    hand_in(teacher, honest | {moodle(name, name[5:] + "0", file): text for name, text in copies.items()})
    (found,) = teacher.type("class", "similar", "handed-in", "--json").json["exercises"]
    assert found["not_compared"] == []
    pairs = [set(pair["left"]["learners"]) | set(pair["right"]["learners"]) for pair in found["pairs"]]
    beside_the_first = set().union(*(pair for pair in pairs if "Person 1" in pair))
    assert beside_the_first == {"Person 1", *copies}
    others = {f"Person {n}" for n in range(2, len(honest) + 1)}
    assert [pair for pair in pairs if pair & others] == []
    assert [one["learners"] for one in found["identical"] if set(one["learners"]) & {"Person 1", *others}] == []


@pytest.mark.sandbox
@pytest.mark.slow
def test_the_copies_in_disguise_still_get_full_points(teacher):
    copies = [disguise(source("exercise6/solution.py")) for disguise in DISGUISES]
    hand_in(teacher, {moodle(f"Copy {n}", n, "splits.py"): text for n, text in enumerate(copies, start=1)})
    rows = teacher.type("class", "grade", "handed-in", "--json").json["rows"]
    assert [(row["points"], row["possible"]) for row in rows] == [(6, 6)] * len(copies)
