"""The sets that our own code draws: always the same for a seed, of the promised form, and as hard as they say."""

from itertools import pairwise

import numpy as np
import pytest

from dlquiz.data import find, load
from dlquiz.data.arrayset import checked_part
from dlquiz.data.catalog import CATALOG
from dlquiz.errors import UsageError

DRAWN = [info.name for info in CATALOG if info.drawn]
MADE = [info.name for info in CATALOG if info.files is None]


@pytest.mark.parametrize("name", MADE)
def test_a_set_is_the_same_on_every_machine_and_with_every_numpy(name):
    """Compared with NumPy 2.0.2 and 2.4.6, with and without vector instructions."""
    assert load(name).digest == find(name).published["set"]


def test_some_values_stand_here_so_that_a_change_can_be_read():
    assert load("blobs").train["X"][0, :3].tolist() == [-0.572, -2.3012, 2.3156]
    assert load("moons").train["X"][0].tolist() == [0.4277, 0.7914]
    assert load("spirals").train["X"][0].tolist() == [0.4154, -0.5523]
    assert load("rents").train["X"][0].tolist() == [85.8576, 3.0, 55.4645, 12.3874]
    assert load("topics").train["X"][0] == "The folk singer plays the banjo and the harmonica."
    assert load("reviews").train["X"][0] == "The story is really dull."


@pytest.mark.parametrize("name", MADE)
def test_a_set_has_the_form_that_the_catalog_says(name):
    found, info = load(name), find(name)
    assert (len(found.train["X"]), len(found.test["X"])) == (info.train, info.test)
    for part in (found.train, found.test):
        assert list(checked_part(info, part, where=name)) == list(part)
    if info.classes:
        for part in (found.train, found.test):
            counts = np.bincount(part["y"], minlength=len(info.classes))
            assert len(counts) == len(info.classes)
            assert counts.min() >= 0.6 * counts.max()
    if info.columns:
        assert found.shape == (len(info.columns),)


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_gives_the_same_set_again_and_other_seeds_other_ones(name):
    assert load(name, seed=0).digest == load(name).digest
    assert load(name, seed=5).digest == load(name, seed=5).digest
    assert len({load(name, seed=seed).digest for seed in range(4)}) == 4


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_a_set_that_is_not_drawn_takes_no_seed(name, root):
    with pytest.raises(UsageError, match="is always the same") as caught:
        load(name, seed=1)
    assert "moons" in caught.value.next_step


def nearest(found, neighbours=5):
    """The share of test rows whose nearest training rows mostly have their class."""
    distances = ((found.test["X"][:, None] - found.train["X"][None]) ** 2).sum(axis=2)
    votes = found.train["y"][np.argsort(distances, axis=1)[:, :neighbours]]
    said = [np.bincount(row).argmax() for row in votes]
    return np.mean(said == found.test["y"])


def linear(train, y, test, y_test):
    """The share of test rows that least squares on one-hot labels gets right."""
    ones = [np.hstack([X, np.ones((len(X), 1))]) for X in (train, test)]
    weights = np.linalg.lstsq(ones[0], np.eye(y.max() + 1)[y], rcond=None)[0]
    return np.mean((ones[1] @ weights).argmax(axis=1) == y_test)


def linear_on_points(found):
    return linear(found.train["X"], found.train["y"], found.test["X"], found.test["y"])


@pytest.mark.parametrize("seed", range(3))
def test_clouds_are_easy_and_moons_and_spirals_need_a_curve(seed):
    blobs, moons, spirals = (load(name, seed=seed) for name in ("blobs", "moons", "spirals"))
    assert linear_on_points(blobs) > 0.9
    assert linear_on_points(moons) < 0.93
    assert nearest(moons) > 0.97
    assert linear_on_points(spirals) < 0.7
    assert nearest(spirals) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_rents_follow_a_line_that_least_squares_finds(seed):
    found = load("rents", seed=seed)
    (A, b), (A_test, b_test) = (
        (np.hstack([part["X"], np.ones((len(part["X"]), 1))]), part["y"]) for part in (found.train, found.test)
    )
    weights = np.linalg.lstsq(A, b, rcond=None)[0]
    residual = ((A_test @ weights - b_test) ** 2).sum()
    assert 1 - residual / ((b_test - b_test.mean()) ** 2).sum() > 0.97
    np.testing.assert_allclose(weights[:4], [9.5, 60, -1.2, -18], rtol=0.25)
    assert found.train["X"].std(axis=0).max() / found.train["X"].std(axis=0).min() > 10


def words(text, pairs):
    single = text.lower().rstrip(".").split()
    return single + ([f"{one} {other}" for one, other in pairwise(single)] if pairs else [])


def accuracy_on_words(found, pairs=False):
    """Least squares on which words, or words and pairs of neighbours, occur."""
    known = {word for text in found.train["X"] for word in words(text, pairs)}
    place = {word: at for at, word in enumerate(sorted(known))}
    counts = []
    for part in (found.train, found.test):
        table = np.zeros((len(part["X"]), len(place)))
        for row, text in enumerate(part["X"]):
            for word in words(text, pairs):
                if word in place:
                    table[row, place[word]] += 1
        counts.append(table)
    return linear(counts[0], found.train["y"], counts[1], found.test["y"])


@pytest.mark.parametrize("seed", range(3))
def test_single_words_do_not_tell_an_opinion_and_pairs_of_words_do(seed):
    found = load("reviews", seed=seed)
    assert accuracy_on_words(found) < 0.7
    assert accuracy_on_words(found, pairs=True) > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_words_tell_more_about_a_topic_than_chance(seed):
    assert accuracy_on_words(load("topics", seed=seed)) > 0.45


@pytest.mark.parametrize("name", ["topics", "reviews"])
def test_texts_are_short_plain_and_in_one_part_only(name):
    found = load(name)
    train, test = set(found.train["X"].tolist()), set(found.test["X"].tolist())
    assert len(train) == len(found.train["X"])
    assert len(test) == len(found.test["X"])
    assert not train & test
    assert all(text.isascii() and text[0].isupper() and text.endswith(".") and len(text) < 80 for text in train | test)
    assert len(train | test) >= 200


@pytest.mark.parametrize("seed", range(3))
def test_every_grid_world_can_be_won_in_the_steps_that_it_names(seed):
    """Which cells can be reached in n steps is computed here for all cells at once."""
    found = load("gridworlds", seed=seed)
    for part in (found.train, found.test):
        for world, steps in zip(part["X"], part["steps"], strict=True):
            assert sorted(world[world > 2].tolist()) == [3, 4]
            free = (world != 1) & (world != 2)
            reached = world == 3
            for _ in range(steps):
                assert not (reached & (world == 4)).any()
                padded = np.pad(reached, 1)
                sides = padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
                reached = (reached | sides) & free
            assert (reached & (world == 4)).any()
            assert steps >= 3
