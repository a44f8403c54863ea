"""The confusion matrix: aligned, its diagonal to be seen, the largest confusions in words."""

import pytest

from dlquiz.model.metrics import metric_of
from dlquiz.render.ink import Ink
from dlquiz.render.matrices import matrix_lines, matrix_sentences


def matrix(counts, labels=()):
    return metric_of({"kind": "confusion_matrix", "counts": counts, "labels": list(labels)})


def test_right_answers_stand_in_brackets_and_columns_below_each_other():
    assert matrix_lines("M", matrix([[10, 2, 0], [0, 9, 0], [1, 0, 0]]), 80, Ink()) == [
        "M: rows are the true classes, columns the answers.",
        "      0  1  2",
        "  0 [10] 2  ·",
        "  1   ·[ 9] ·",
        "  2   1  ·[ 0]",
    ]


def test_ten_classes_of_a_thousand_examples_fit_into_sixty_columns():
    lines = matrix_lines("M", matrix([[1000] * 10] * 10), 60, Ink())
    assert len(lines) == 12
    assert max(map(len, lines)) <= 60


def test_long_names_are_numbered():
    lines = matrix_lines("M", matrix([[1, 0], [2, 3]], ["airplane", "a" * 30]), 80, Ink(blocks=False))
    assert lines[1].split() == ["0", "1"]
    assert lines[2].split() == ["0", "airplane", "[1]."]
    assert len(lines[2]) == len(lines[3]) - 1


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[1] * 30] * 30])
def test_what_is_empty_or_too_wide_is_not_drawn(counts):
    assert matrix_lines("M", matrix(counts), 60, Ink()) == []


def test_words_are_there_in_any_case():
    assert matrix_sentences(matrix([[1] * 30] * 30))[0] == "870 of 900 test examples are wrong. Confused most often:"
    assert matrix_sentences(matrix([[1, 0], [0, 1]])) == ["No mistake in 2 test examples."]
    assert matrix_sentences(matrix([[0]])) == []
