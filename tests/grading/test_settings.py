"""Which data set a grading uses, and whose limits win."""

import gzip

import numpy as np
import pytest

from dlquiz.errors import DataError, UsageError
from dlquiz.grading.settings import budget_of, choose_data
from dlquiz.model.course import Exercise

DIGITS_FIRST = {"digits": {"epochs": 20}, "mnist": {"epochs": 5, "call_s": 120, "case_s": 360}}


def exercise(data):
    return Exercise(
        format_version=1, title="t", topic="t", file="t.py", summary="s", minutes=5, points=1, hints=("h",), data=data
    )


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_DATA", str(tmp_path))
    return tmp_path


def bring_mnist(root):
    """Write the smallest MNIST into the data folder itself, where it is used as it is."""
    for part in ("train", "t10k"):
        for name, shape in (("images-idx3", (2, 28, 28)), ("labels-idx1", (2,))):
            header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
            (root / f"{part}-{name}-ubyte.gz").write_bytes(gzip.compress(header + bytes(int(np.prod(shape)))))


def test_the_first_set_that_the_exercise_names_is_used(root):
    assert choose_data(exercise(DIGITS_FIRST), None)[0] == "digits"


def test_a_set_that_was_imported_changes_nothing_unless_it_is_asked_for(root):
    bring_mnist(root)
    assert choose_data(exercise(DIGITS_FIRST), None)[0] == "digits"
    name, values = choose_data(exercise(DIGITS_FIRST), "mnist")
    assert (name, values["epochs"]) == ("mnist", 5)


def test_a_set_that_is_asked_for_but_not_here_says_how_to_get_it_and_what_is_here():
    with pytest.raises(DataError, match="'mnist' is not on this machine") as caught:
        choose_data(exercise(DIGITS_FIRST), "mnist")
    assert caught.value.next_step == "run `dlquiz data fetch mnist`, or use --data digits"


def test_a_first_set_that_is_not_here_is_an_error_and_not_silently_the_next_one():
    with pytest.raises(DataError, match="'mnist' is not on this machine"):
        choose_data(exercise({"mnist": {}, "digits": {}}), None)


def test_a_set_that_the_exercise_does_not_name_is_refused_with_those_that_it_names():
    with pytest.raises(UsageError, match="'moons'") as caught:
        choose_data(exercise(DIGITS_FIRST), "moons")
    assert caught.value.next_step == "use --data digits or mnist"


def test_an_exercise_without_data_takes_none():
    assert choose_data(exercise({}), None) == (None, {})
    with pytest.raises(UsageError, match="uses no data set"):
        choose_data(exercise({}), "digits")


def test_the_deadlines_of_the_data_set_win_over_those_of_the_exercise(root):
    bring_mnist(root)
    one = exercise(DIGITS_FIRST)
    budget = budget_of(one, choose_data(one, "mnist")[1])
    assert (budget.call_s, budget.case_s) == (120, 360)
