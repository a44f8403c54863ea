"""Exercise 15: Q-learning.

Fill in the four functions. NumPy only. This file stands alone.

Q is a table of floats, shape (n_states, n_actions): Q[s, a] says how much an agent can expect from
action a in state s. States are numbered from 0 to n_states - 1, actions from 0 to n_actions - 1.
No function may change the table, the row or the list that it is given.
"""

from typing import Any

import numpy as np


def q_update(Q: np.ndarray, s: int, a: int, r: float, s2: int, done: bool, alpha: float, gamma: float) -> np.ndarray:
    """Return the table after one step: the agent was in s, did a, got r, and is now in s2.

    The target is ``r + gamma * max(Q[s2])``, or ``r`` alone if the step ends the episode. The entry
    ``Q[s, a]`` moves from its old value towards the target: by the part alpha of the difference.

    Parameters
    ----------
    Q : float array, shape (n_states, n_actions)
        The table before the step.
    s, a : int
        State and action.
    r : float
        The reward of this step.
    s2 : int
        The next state. It may be s again.
    done : bool
        True if the episode ends with this step. Nothing follows then, whatever stands in the row
        Q[s2], and also if other steps go on from s2.
    alpha : float
        Learning rate, 0 < alpha <= 1.
    gamma : float
        Discount, 0 <= gamma <= 1.

    Returns
    -------
    float array, shape (n_states, n_actions)
        A new table. Only the entry [s, a] is different.
    """
    # TODO(1): replace the raise line. First the target, then a copy of Q with one new entry.
    raise NotImplementedError("q_update: TODO(1)")


def epsilon_greedy(q_row: np.ndarray, eps: float, rng: np.random.Generator) -> int:
    """Choose an action: mostly the best one, and with probability eps any.

    Parameters
    ----------
    q_row : float array, shape (n_actions,)
        The row of the table for the present state. All entries may be negative.
    eps : float
        With this probability every action has the same chance, the best one included. Otherwise
        take an action with the largest entry; if several have it, each of them has the same chance.
    rng : numpy.random.Generator
        All random numbers come from it, so that a generator with the same seed gives the same
        actions.

    Returns
    -------
    int
        The number of the action.
    """
    # TODO(2): replace the raise line. rng.random() < eps decides; np.argmax alone is not enough.
    raise NotImplementedError("epsilon_greedy: TODO(2)")


def returns(rewards: list[float], gamma: float) -> list[float]:
    """Return for every step of an episode the discounted sum of the rewards from this step on.

    Parameters
    ----------
    rewards : list of T floats
        The reward of each step, in order. The list may be empty.
    gamma : float
        Discount, 0 <= gamma <= 1, both ends included.

    Returns
    -------
    list of T floats
        Entry t is ``rewards[t] + gamma * rewards[t + 1] + gamma**2 * rewards[t + 2] + ...`` to the end.
    """
    # TODO(3): replace the raise line. Begin at the end: what is the return of the last step?
    raise NotImplementedError("returns: TODO(3)")


def train(
    env: Any, episodes: int = 500, alpha: float = 0.5, gamma: float = 0.9, eps: float = 0.3, seed: int = 0
) -> np.ndarray:
    """Learn a table by walking through an environment.

    An episode begins with env.reset. In each step epsilon_greedy chooses the action, env.step does it, and
    the table changes as q_update says, at once, with this alpha and gamma. The episode goes on from the
    new state until done is True.

    Parameters
    ----------
    env : object
        ``env.n_states`` and ``env.n_actions`` are whole numbers (there may be a single action).
        ``env.reset(rng)`` takes a NumPy generator, begins an episode and returns its first state, which
        may be another one each time.
        ``env.step(s, a)`` does action a and returns three values: next state, reward, done. It raises an
        error unless s is the state in which the agent is, and after the end of an episode.
    episodes : int
        Number of episodes, at least 1. Each is walked to its end: no limit of steps is needed, and one
        below 1000 steps is too small.
    alpha, gamma : float
        As in q_update. They stay the same in all steps.
    eps : float
        As in epsilon_greedy. You may let it get smaller during the training, not larger. With eps = 0
        nothing is explored.
    seed : int
        All random numbers come from one generator, ``np.random.default_rng(seed)``: the same call
        twice gives the same table, and another seed another walk.

    Returns
    -------
    float array, shape (n_states, n_actions)
        The one table after the last step. It may begin with zeros, with small random numbers, or with
        larger numbers, up to 10.
    """
    # TODO(4): replace the raise line. Two loops: over the episodes, and over the steps of one.
    raise NotImplementedError("train: TODO(4)")
