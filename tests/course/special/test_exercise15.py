"""Exercise 15: the numbers in the lesson are true, and the reference learns the exact table of drawn mazes."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.grading import worlds

PROBE = Path(__file__).parents[3] / "graders" / "exercise15" / "probe.py"


@pytest.fixture(scope="module")
def probe(solution: ModuleType) -> ModuleType:
    spec = importlib.util.spec_from_file_location("probe_of_exercise15", PROBE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.submission = solution
    return module


def test_two_episodes_of_the_example_give_the_entries_of_the_lesson(solution: ModuleType, lesson: str) -> None:
    Q, entries = np.zeros((3, 2)), []
    for _ in range(2):
        for s, r, done in ((0, -0.04, False), (1, 1.0, True)):
            Q = solution.q_update(Q, s, 1, r, s + 1, done, 0.5, 0.9)
            entries.append(float(Q[s, 1]))
    shown = [float(line.rpartition("=")[2]) for line in lesson.splitlines() if "from cell" in line]
    assert shown == [-0.02, 0.5, 0.195, 0.75]
    assert entries == pytest.approx(shown)


def test_the_example_ends_where_the_lesson_says(probe: ModuleType, lesson: str) -> None:
    following = np.array([[0, 1], [0, 2], [2, 2]])
    rewards = np.where(following == 2, 1.0, -0.04)
    ends = following == 2
    Q = probe.train((following, rewards, ends, np.array([0])), True, 500, 0.5, 0.9, 0.3, 1)
    assert Q[[0, 1], 1] == pytest.approx([0.86, 1])
    assert "$Q[1, 1] = 1$ and $Q[0, 1] = -0.04 + 0.9 = 0.86$" in lesson


def test_the_best_action_has_the_share_that_the_lesson_says(solution: ModuleType, lesson: str) -> None:
    rng = np.random.default_rng(3)
    chosen = [solution.epsilon_greedy(np.array([-3.0, -1.0, -2.0, -4.0]), 0.4, rng) for _ in range(20_000)]
    assert np.bincount(chosen) / 20_000 == pytest.approx([0.1, 0.7, 0.1, 0.1], abs=0.02)
    assert "the best action has the\nchance 0.6 + 0.4 / 4 = 0.7, each other one 0.1." in lesson


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gamma", [0.85, 0.9, 0.95])
def test_the_reference_learns_what_value_iteration_computes(probe: ModuleType, seed: int, gamma: float) -> None:
    maze = worlds.maze(np.random.default_rng(seed))
    Q = probe.train(maze.tables, True, 300, 0.5, gamma, 0.3, seed)
    assert Q[maze.starts].max() == pytest.approx(maze.best(gamma)[maze.starts].max(), abs=1e-9)


def test_a_step_must_begin_where_the_agent_is(probe: ModuleType) -> None:
    ends = np.array([[False], [True], [True]])
    world = probe.Environment(np.array([[1], [2], [2]]), np.ones((3, 1)), ends, np.array([0]))
    with pytest.raises(ValueError, match="without a new"):
        world.step(0, 0)
    assert world.reset(np.random.default_rng(0)) == 0
    with pytest.raises(ValueError, match="does not begin where"):
        world.step(1, 0)
    assert world.step(0, 0) == (1, 1.0, False)
    with pytest.raises(ValueError, match="the next state"):
        world.step(0, 0)
    with pytest.raises(ValueError, match="no action 1"):
        world.step(1, 1)
    assert world.step(1, 0) == (2, 1.0, True)
    with pytest.raises(ValueError, match="without a new"):
        world.step(2, 0)


@settings(max_examples=60, deadline=None)
@given(
    rewards=st.lists(st.floats(-1e3, 1e3), max_size=12),
    gamma=st.floats(0, 1),
)
def test_a_return_is_its_reward_and_the_discounted_next_return(
    solution: ModuleType, rewards: list[float], gamma: float
) -> None:
    found = solution.returns(rewards, gamma)
    assert len(found) == len(rewards)
    assert found == pytest.approx([r + gamma * g for r, g in zip(rewards, [*found[1:], 0.0], strict=False)])
