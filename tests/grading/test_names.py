"""Which of the names in a file is most likely meant by one that is missing."""

import pytest

from dlquiz.grading.names import known_names, suggestion


@pytest.mark.parametrize(
    ("defined", "said"),
    [
        (["Relu"], "It defines Relu; call it relu, letter for letter."),
        (["re_lu", "x"], "It defines re_lu; call it relu, letter for letter."),
        (["rеlu"], "It defines rеlu, which looks the same; but one letter is е (U+0435, cyrillic small letter ie)."),
        (["Net", "Net.relu"], "The class Net has a method relu; the exercise asks for a function outside of a class."),
        (["rellu", "other"], "It defines rellu; if that is the one, call it relu."),
        (["softmax", "sigmoid"], ""),
        ([], ""),
    ],
)
def test_the_name_that_is_meant(defined, said):
    assert suggestion("relu", defined).startswith(said)
    assert bool(suggestion("relu", defined)) == bool(said)


def test_only_names_are_believed():
    assert known_names("f Net.add 3x a-b \x1b[31m Net.add.x " + "y" * 500) == ["f", "Net.add"]
    assert len(known_names("f " * 10_000)) == 500
