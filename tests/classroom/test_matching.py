"""Which file is which exercise."""

import pytest

from dlquiz.classroom.matching import Target, match, person_in, rank

ADDER, HALVER = Target("exercise1", "adder"), Target("exercise12", "halver")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("adder.py", 0), ("deep/adder.ipynb", 0), ("Adder (1).py", 1), ("adder-2.py", 1), ("ADDER.py", 1),
        ("ada_exercise1.py", 2), ("Exercise 01 final.ipynb", 2), ("ex1.py", 2), ("my_adder.py", 3),
        ("exercise1/work.py", 4), ("Exercise_1/a/work.py", 4), ("work.py", 5), ("exercise12.py", 5), ("ladder.py", 5),
    ],
)  # fmt: skip
def test_a_name_says_how_surely_it_is_the_exercise(path, expected):
    assert rank(path, ADDER) == expected


def test_the_surest_name_counts_and_the_others_are_named():
    (found,) = match(["x/adder.py", "adder.ipynb", "adder.py", "my_adder.py", "test_adder.py"], [ADDER])
    assert found.files == ("adder.py", "adder.ipynb", "x/adder.py")


def test_each_exercise_gets_its_own_file():
    found = match(["halver.py", "exercise1.py", "notes.txt"], [ADDER, HALVER])
    assert [(one.exercise, one.files) for one in found] == [
        ("exercise1", ("exercise1.py",)),
        ("exercise12", ("halver.py",)),
    ]


def test_one_file_of_any_name_is_the_only_exercise_and_two_are_unclear():
    (one,) = match(["work.py"], [ADDER], only=True)
    assert (one.files, one.unclear) == (("work.py",), "")
    (two,) = match(["b.py", "a.py"], [ADDER], only=True)
    assert two.unclear == "several files, and none is named adder.py: a.py, b.py"


@pytest.mark.parametrize(
    ("stem", "person"),
    [
        ("ada_exercise1", "ada"),
        ("exercise1-Ada Lovelace", "Ada Lovelace"),
        ("ada_adder", "ada"),
        ("adder", "adder"),
        ("ada", "ada"),
    ],
)
def test_who_it_is_stands_beside_the_exercise(stem, person):
    assert person_in(stem, ADDER) == person
