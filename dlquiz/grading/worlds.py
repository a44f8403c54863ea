"""Environments for reinforcement learning as tables, and what can be known about them exactly.

States and actions of a maze are numbered at random: nothing that is known by heart helps, and an agent has to walk.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Maze", "World", "maze"]

SIZE = 4
STEP, GOAL, TRAP = -0.04, 1.0, -1.0
"""Rewards of a maze."""
_ARROWS = {"↑": (-1, 0), "→": (0, 1), "↓": (1, 0), "←": (0, -1)}
_CELLS = ("S", "G", "T", "█", "█")
_FAR, _GAMMA = 0.7, 0.9
"""A start from which the goal is four steps or more away is worth less than this, and a lost one less than 0."""


@dataclass(frozen=True)
class World:
    """An environment without chance, but for where an episode begins.

    Parameters
    ----------
    following : int array, shape (n_states, n_actions)
        The next state.
    rewards : float array, shape (n_states, n_actions)
    ends : bool array, shape (n_states, n_actions)
        Whether the step ends the episode.
    starts : int array, shape (k,)
        An episode begins in each of them with the same chance.
    """

    following: NDArray[np.int64]
    rewards: NDArray[np.float64]
    ends: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @property
    def tables(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
        """All that an environment is made of."""
        return self.following, self.rewards, self.ends, self.starts

    def best(self, gamma: float) -> NDArray[np.float64]:
        """Return the exact table of the best agent, shape (n_states, n_actions), for ``gamma`` below 1.

        Value iteration (Sutton & Barto, 2nd edition, section 4.4), until nothing moves.
        """
        Q = np.zeros(self.rewards.shape)
        while True:
            new = self.rewards + gamma * np.where(self.ends, 0, Q.max(axis=1)[self.following])
            if np.allclose(new, Q, rtol=0, atol=1e-13):
                return new
            Q = new


@dataclass(frozen=True)
class Maze(World):
    """A world of cells; a step against a wall or the edge leads back to the same cell.

    Parameters
    ----------
    cells : text array, shape (SIZE, SIZE)
        "S" start, "G" goal, "T" trap, "█" wall, "" floor.
    numbers : int array, shape (SIZE, SIZE)
        The state of each cell.
    arrows : tuple of text
        The direction of each action.
    """

    cells: NDArray[np.str_]
    numbers: NDArray[np.int64]
    arrows: tuple[str, ...]

    def drawn(self, way: list[tuple[int, int]]) -> list[list[str]]:
        """Return the cells with an arrow on each state of a way, given as (state, action)."""
        cells = self.cells.copy()
        for state, action in way[1:]:
            cells[self.numbers == state] = self.arrows[action]
        rows: list[list[str]] = cells.tolist()
        return rows


def maze(rng: np.random.Generator) -> Maze:
    """Draw a maze with one trap and two walls, whose goal is four steps or more from the start."""
    while True:
        cells = np.full((SIZE, SIZE), "", dtype="<U1")
        cells.flat[rng.permutation(cells.size)[: len(_CELLS)]] = _CELLS
        numbers = rng.permutation(cells.size).reshape(cells.shape)
        arrows = tuple(str(one) for one in rng.permutation(list(_ARROWS)))
        found = _maze(cells, numbers, arrows)
        if 0 < found.best(_GAMMA)[found.starts].max() < _FAR:
            return found


def _maze(cells: NDArray[np.str_], numbers: NDArray[np.int64], arrows: tuple[str, ...]) -> Maze:
    shape = (cells.size, len(arrows))
    following, rewards, ends = np.zeros(shape, np.int64), np.full(shape, STEP), np.zeros(shape, bool)
    for row, column in np.ndindex(cells.shape):
        for action, arrow in enumerate(arrows):
            there = (row + _ARROWS[arrow][0], column + _ARROWS[arrow][1])
            inside = all(0 <= place < SIZE for place in there)
            if not inside or cells[there] == "█":
                there = (row, column)
            entry = (numbers[row, column], action)
            following[entry] = numbers[there]
            ends[entry] = cells[there] in ("G", "T")
            rewards[entry] = {"G": GOAL, "T": TRAP}.get(str(cells[there]), STEP)
    return Maze(following, rewards, ends, numbers[cells == "S"], cells, numbers, arrows)
