"""Exercise 1: the numbers in the lesson are true, and what moves pixels can be undone."""

import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MATRIX = np.array([[[1, 3, 6], [9, 2, 9], [0, 34, 89]]], dtype=np.uint8)


def test_numbers_of_the_flattened_matrix_in_the_lesson_are_the_reference_s(solution: ModuleType, lesson: str) -> None:
    printed = re.findall(r"rows and 3 columns:\n```\n(.*?)```", lesson, flags=re.DOTALL)[0]
    assert printed.split() == [str(v) for v in MATRIX.ravel()]
    assert f"`{' '.join(str(v) for v in MATRIX.ravel())}`" in lesson
    assert f"`{' '.join(f'{v:.3f}' for v in solution.flatten(MATRIX)[0])}`" in lesson


def test_grey_value_of_red_and_the_channel_planes_of_the_lesson_are_the_reference_s(
    solution: ModuleType, lesson: str
) -> None:
    red = solution.rgb_to_gray(np.array([[[[255, 0, 0]]]], dtype=np.uint8)).item()
    assert f"Its grey value is 0.299 * 255 / 255 = {red:.3f}" in lesson
    pixels = np.array([[[[1, 2, 3], [4, 5, 6]]]])
    assert f"to channels first: `{solution.to_channels_first(pixels)[0, :, 0].tolist()}`. Right." in lesson
    assert f"to the same shape: `{pixels.reshape(3, 2).tolist()}`" in lesson


def test_one_hot_rows_of_the_lesson_are_the_reference_s(solution: ModuleType, lesson: str) -> None:
    rows = [" ".join(str(int(v)) for v in row) for row in solution.one_hot(np.array([2, 0]), 4)]
    assert f"`[2, 0]` with four classes give the rows `{rows[0]}` and `{rows[1]}`" in lesson


@settings(max_examples=40)
@given(n=st.integers(1, 4), h=st.integers(1, 6), w=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_unflatten_undoes_flatten_and_channels_can_be_moved_back(
    solution: ModuleType, n: int, h: int, w: int, seed: int
) -> None:
    images = np.random.default_rng(seed).integers(0, 256, size=(n, h, w, 3), dtype=np.uint8)
    back = solution.unflatten(solution.flatten(images), (h, w, 3))
    np.testing.assert_array_equal(np.rint(back * 255), images)
    np.testing.assert_array_equal(solution.to_channels_first(images).transpose(0, 2, 3, 1), images)


@settings(max_examples=40)
@given(labels=st.lists(st.integers(-3, 8), min_size=1, max_size=8), num_classes=st.integers(1, 6))
def test_one_hot_can_be_read_back_or_refuses(solution: ModuleType, labels: list[int], num_classes: int) -> None:
    y = np.array(labels)
    if min(labels) < 0 or max(labels) >= num_classes:
        with pytest.raises(ValueError, match="labels"):
            solution.one_hot(y, num_classes)
        return
    rows = solution.one_hot(y, num_classes)
    assert rows.shape == (len(labels), num_classes)
    assert rows.sum() == len(labels)
    np.testing.assert_array_equal(rows.argmax(axis=1), y)
