"""Worlds as tables: exact values, and mazes that can be walked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.grading import worlds


def test_the_best_table_of_a_corridor_is_what_one_computes_by_hand() -> None:
    following = np.array([[0, 1], [0, 2], [2, 2]])
    world = worlds.World(following, np.where(following == 2, 1.0, -0.04), following == 2, np.array([0]))
    want = [[-0.04 + 0.9 * 0.86, 0.86], [-0.04 + 0.9 * 0.86, 1], [1, 1]]
    assert world.best(0.9) == pytest.approx(np.array(want))


@given(st.integers(0, 2**32 - 1))
def test_a_maze_has_a_way_of_at_least_four_steps(seed: int) -> None:
    maze = worlds.maze(np.random.default_rng(seed))
    assert sorted(maze.cells.ravel()) == [""] * 11 + ["G", "S", "T", "█", "█"]
    best, s, steps = maze.best(0.9), int(maze.starts[0]), []
    while not steps or not maze.ends[steps[-1]]:
        steps.append((s, int(best[s].argmax())))
        s = int(maze.following[steps[-1]])
    assert 4 <= len(steps) <= 15
    assert maze.rewards[steps[-1]] == worlds.GOAL
    assert maze.cells[maze.numbers == s] == "G"


def test_a_step_against_a_wall_or_the_edge_leads_back_and_costs() -> None:
    maze = worlds.maze(np.random.default_rng(0))
    left = maze.arrows.index("←")
    for state in maze.numbers[:, 0]:
        assert maze.following[state, left] == state
    for row, column in np.argwhere(maze.cells[:, :-1] == "█"):
        state = maze.numbers[row, column + 1]
        assert maze.following[state, left] == state
        assert (maze.rewards[state, left], maze.ends[state, left]) == (worlds.STEP, False)


def test_states_and_actions_are_numbered_at_random() -> None:
    drawn = [worlds.maze(np.random.default_rng(seed)) for seed in range(6)]
    assert len({maze.arrows for maze in drawn}) > 1
    assert len({tuple(maze.numbers.ravel()) for maze in drawn}) == 6


def test_a_way_is_drawn_behind_its_first_cell() -> None:
    maze = worlds.maze(np.random.default_rng(1))
    floor = maze.numbers[maze.cells == ""]
    rows = maze.drawn([(int(maze.starts[0]), 0), (int(floor[0]), 2)])
    assert sum(row.count(maze.arrows[2]) for row in rows) == 1
    assert sum(row.count("S") for row in rows) == 1
    assert maze.arrows[2] not in maze.cells
