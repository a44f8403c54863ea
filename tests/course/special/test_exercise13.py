"""Exercise 13: the numbers in the lesson are true, and the reference is torch's mean of embeddings."""

import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.authoring.rules import Materials
from dlquiz.data import load

TEXTS = ["The soup was good, the soup was hot.", "The soup was not good!"]


def test_the_example_by_hand_is_what_the_reference_gives(solution: ModuleType, lesson: str) -> None:
    vocab = solution.build_vocab(TEXTS)
    named = ", ".join(f"{word} {number}" for word, number in vocab.items() if number > 1)
    assert f"the numbers are: {named}." in " ".join(lesson.split())
    assert f"Tokens: {' / '.join(' '.join(solution.tokenize(text)) for text in TEXTS)}." in lesson
    for max_len in (6, 2):
        row = " ".join(map(str, solution.encode("The bread was good", vocab, max_len)))
        assert f"gives `{row}`" in lesson
    bag = " ".join(f"{count:g}" for count in solution.bag_of_words(["Good, good bread"], vocab)[0])
    assert f"is `{bag}`: eight columns" in lesson


def test_the_picture_shows_what_the_reference_gives(solution: ModuleType, lesson: str) -> None:
    vocab = solution.build_vocab(TEXTS)
    text = "The bread was good!"
    assert "   ".join(solution.tokenize(text)[:1]) in lesson
    assert f"encode                 {' '.join(map(str, solution.encode(text, vocab, 6)))}" in lesson
    bag = " ".join(f"{count:g}" for count in solution.bag_of_words([text], vocab)[0])
    assert f"bag_of_words           {bag}" in lesson


def test_the_mean_of_the_lesson_leaves_the_padding_out(solution: ModuleType, lesson: str) -> None:
    E = np.zeros((8, 2))
    E[5], E[7] = (2, 0), (0, 4)
    assert solution.mean_embedding(np.array([[7, 5, 0, 0]]), E).tolist() == [[1, 2]]
    assert E[[7, 5, 0, 0]].mean(axis=0).tolist() == [0.5, 1]
    assert "has the mean (1, 2). With the padding counted it\n   would be (0.5, 1)" in lesson


def test_numbers_do_not_depend_on_the_hash_of_strings(materials: Materials) -> None:
    """A set of words has another order in each of these processes."""
    words = "pear plum fig date lime kiwi nut"
    code = f"import solution; print(solution.build_vocab([{words!r}, 'fig nut']), list(set({words!r}.split())))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=materials.grader, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout.split("} ")
        for seed in ("1", "2", "3")
    ]  # fmt: skip
    assert len({vocab for vocab, _ in said}) == 1
    assert len({order for _, order in said}) > 1


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 4), length=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_mean_embedding_is_that_of_torch(solution: ModuleType, n: int, length: int, seed: int) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    E, ids = rng.normal(size=(7, 3)), rng.integers(0, 7, size=(n, length))
    want = torch.nn.functional.embedding_bag(torch.from_numpy(ids), torch.from_numpy(E), mode="mean", padding_idx=0)
    np.testing.assert_allclose(solution.mean_embedding(ids, E), want.numpy(), rtol=1e-9, atol=1e-12)


@settings(max_examples=40)
@given(texts=st.lists(st.text("abc ", max_size=12), min_size=1, max_size=5))
def test_a_bag_counts_what_encode_numbers(solution: ModuleType, texts: list[str]) -> None:
    vocab = solution.build_vocab(texts, 2)
    rows = [np.bincount(solution.encode(text, vocab, 12), minlength=len(vocab)) for text in texts]
    np.testing.assert_array_equal(solution.bag_of_words(texts, vocab)[:, 1:], np.array(rows)[:, 1:])


def test_the_classifier_learns_the_english_opinions_of_the_data_set(solution: ModuleType) -> None:
    found = load("reviews")
    texts, labels = found.train["X"].tolist(), found.train["y"].tolist()
    with_pairs = solution.train_classifier(texts, labels).predict(found.test["X"].tolist())
    assert np.mean(with_pairs == found.test["y"]) >= 0.95
