"""Reference of exercise 15: Q-learning with a table."""

from typing import Any

import numpy as np


def q_update(Q: np.ndarray, s: int, a: int, r: float, s2: int, done: bool, alpha: float, gamma: float) -> np.ndarray:
    """Move one entry towards the reward plus the discounted best of the next state."""
    target = r if done else r + gamma * Q[s2].max()
    new = Q.copy()
    new[s, a] += alpha * (target - Q[s, a])
    return new


def epsilon_greedy(q_row: np.ndarray, eps: float, rng: np.random.Generator) -> int:
    """Choose any action with probability eps, otherwise one of the best."""
    if rng.random() < eps:
        return int(rng.integers(len(q_row)))
    return int(rng.choice(np.flatnonzero(q_row == q_row.max())))


def returns(rewards: list[float], gamma: float) -> list[float]:
    """Add up from the end."""
    total, found = 0.0, []
    for reward in reversed(rewards):
        total = reward + gamma * total
        found.append(total)
    return found[::-1]


def train(
    env: Any, episodes: int = 500, alpha: float = 0.5, gamma: float = 0.9, eps: float = 0.3, seed: int = 0
) -> np.ndarray:
    """Walk, and update after every step."""
    rng = np.random.default_rng(seed)
    Q = np.zeros((env.n_states, env.n_actions))
    for _ in range(episodes):
        s, done = env.reset(rng), False
        while not done:
            a = epsilon_greedy(Q[s], eps, rng)
            s2, r, done = env.step(s, a)
            Q = q_update(Q, s, a, r, s2, done, alpha, gamma)
            s = s2
    return Q
