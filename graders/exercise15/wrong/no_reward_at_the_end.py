"""At the end the target is 0: the last reward is lost.

loses: test_end
"""

import numpy as np


def q_update(Q, s, a, r, s2, done, alpha, gamma):
    target = 0.0 if done else r + gamma * Q[s2].max()
    new = Q.copy()
    new[s, a] = (1 - alpha) * Q[s, a] + alpha * target
    return new


def epsilon_greedy(q_row, eps, rng):
    if rng.random() < eps:
        return int(rng.integers(len(q_row)))
    best = np.flatnonzero(q_row == q_row.max())
    return int(rng.choice(best))


def returns(rewards, gamma):
    found = [0.0] * len(rewards)
    total = 0.0
    for t in range(len(rewards) - 1, -1, -1):
        total = rewards[t] + gamma * total
        found[t] = total
    return found


def train(env, episodes=500, alpha=0.5, gamma=0.9, eps=0.3, seed=0):
    rng = np.random.default_rng(seed)
    Q = np.zeros((env.n_states, env.n_actions))
    for _ in range(episodes):
        s = env.reset(rng)
        done = False
        while not done:
            a = epsilon_greedy(Q[s], eps, rng)
            s2, r, done = env.step(s, a)
            Q = q_update(Q, s, a, r, s2, done, alpha, gamma)
            s = s2
    return Q
