"""Small sets that are drawn by our own code: points, a table, sentences and grid worlds.

Everything comes from a seed: seed 0 is the set of the catalog, another seed another set of the same kind,
which no table knows. The legacy generator is used on purpose: its stream never changes (NEP 19). Points are
rounded to four decimals, so that the last bit of a sine, which differs between machines, does not matter.
"""

from collections import deque

import numpy as np

from dlquiz.data.arrayset import Array, ArraySet, array_set
from dlquiz.data.info import SetInfo

_DECIMALS = 4

Fields = dict[str, Array]


def blobs(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw round clouds of points, one for each class, in as many dimensions as the catalog says."""
    random = np.random.RandomState(seed)
    y = _classes(info, random)
    centres = random.uniform(-3, 3, size=(len(info.classes), *info.fields["X"].shape))
    return _points(info, centres[y] + random.normal(size=(len(y), centres.shape[1])), y)


def moons(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw two half circles that reach into each other: no straight line parts them."""
    random = np.random.RandomState(seed)
    y = _classes(info, random)
    angle = random.uniform(0, np.pi, size=len(y))
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    points = np.where(y[:, None] == 0, upper, lower) + random.normal(scale=0.1, size=(len(y), 2))
    return _points(info, points, y)


def spirals(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw arms that wind around each other, one for each class: a harder case for a small network."""
    random = np.random.RandomState(seed)
    y = _classes(info, random)
    radius = random.uniform(0.1, 1, size=len(y))
    angle = 4 * radius + 2 * np.pi * y / len(info.classes) + random.normal(scale=0.15, size=len(y))
    return _points(info, radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), y)


def rents(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw invented flats and their rents: a linear rule with noise, in columns of very different size."""
    random = np.random.RandomState(seed)
    count = info.train + info.test
    area = random.uniform(20, 140, size=count)
    rooms = np.clip(np.round(area / 28 + random.normal(scale=0.6, size=count)), 1, 6)
    age = random.uniform(0, 100, size=count)
    distance = random.uniform(0.2, 15, size=count)
    rent = 150 + 9.5 * area + 60 * rooms - 1.2 * age - 18 * distance + random.normal(scale=40, size=count)
    return _points(info, np.stack([area, rooms, age, distance], axis=1), rent)


_THINGS = (
    "film story actor music ending book play meal soup hotel room garden phone camera lamp chair game song trip show"
).split()
_ADJECTIVES = (
    "bad boring dull awful poor ugly weak terrible".split(),
    "good exciting clever lovely great pretty strong wonderful".split(),
)
_SENTENCES = (
    ("The {} was {}.", False), ("The {} is really {}.", False), ("We all said that the {} was so {}.", False),
    ("The {} was not {}.", True), ("The {} is hardly {}.", True), ("We all said that the {} was never {}.", True),
)  # fmt: skip
"""Whether the sentence says the opposite of its last word."""


def reviews(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw short opinions, half of them with a negation: single words do not tell which is which, pairs do."""
    random = np.random.RandomState(seed)
    every = [
        (form.format(thing, adjective), int(positive != negated))
        for form, negated in _SENTENCES
        for positive, adjectives in enumerate(_ADJECTIVES)
        for adjective in adjectives
        for thing in _THINGS
    ]
    chosen = [every[place] for place in random.permutation(len(every))[: info.train + info.test]]
    texts, labels = zip(*chosen, strict=True)
    return _divided(info, {"X": np.array(texts), "y": np.array(labels, np.int64)})


FLOOR, WALL, TRAP, START, GOAL = range(5)
_CELLS = (FLOOR, FLOOR, FLOOR, WALL, TRAP)
"""What a cell becomes, with equal chances."""


def gridworlds(info: SetInfo, seed: int = 0) -> ArraySet:
    """Draw small worlds in which the goal can be reached, and count the steps of a shortest way around the traps."""
    random = np.random.RandomState(seed)
    shape = info.fields["X"].shape
    worlds: list[Array] = []
    steps: list[int] = []
    while len(worlds) < info.train + info.test:
        world = np.array(_CELLS, np.uint8)[random.randint(len(_CELLS), size=shape)]
        start, goal = random.permutation(world.size)[:2]
        world.flat[start], world.flat[goal] = START, GOAL
        length = shortest_way(world)
        if length is not None and length > 2:
            worlds.append(world)
            steps.append(length)
    return _divided(info, {"X": np.stack(worlds), "steps": np.array(steps, np.int64)})


def shortest_way(world: Array) -> int | None:
    """Return the fewest steps (up, down, left, right) from start to goal without walls and traps; None without a way.

    Parameters
    ----------
    world : uint8 array, shape (H, W)
        Cells: 0 floor, 1 wall, 2 trap, 3 start, 4 goal; one start, one goal.
    """
    start = tuple(int(place) for place in np.argwhere(world == START)[0])
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        row, column = waiting.popleft()
        if world[row, column] == GOAL:
            return steps[row, column]
        for cell in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= cell[0] < world.shape[0] and 0 <= cell[1] < world.shape[1]
            if inside and cell not in steps and world[cell] not in (WALL, TRAP):
                steps[cell] = steps[row, column] + 1
                waiting.append(cell)
    return None


def _classes(info: SetInfo, random: np.random.RandomState) -> Array:
    """Return mixed class numbers for both parts, each class about equally often."""
    return random.permutation(np.arange(info.train + info.test) % len(info.classes)).astype(np.int64)


def _points(info: SetInfo, X: Array, y: Array) -> ArraySet:
    # Adding zero turns the -0.0 of small negative numbers into 0.0.
    return _divided(info, {"X": np.round(X, _DECIMALS) + 0.0, "y": np.round(y, _DECIMALS)})


def _divided(info: SetInfo, fields: Fields) -> ArraySet:
    """Return the set whose first examples are for training, and the rest for testing."""
    train = {key: np.ascontiguousarray(array[: info.train]) for key, array in fields.items()}
    return array_set(info, train, {key: np.ascontiguousarray(array[info.train :]) for key, array in fields.items()})
