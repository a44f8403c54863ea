"""Lists and loops, almost no NumPy; the last part of the training explores less."""

import numpy as np


def q_update(Q, s, a, r, s2, done, alpha, gamma):
    rows = [[float(entry) for entry in row] for row in Q]
    target = r
    if not done:
        target += gamma * max(rows[s2])
    rows[s][a] = rows[s][a] * (1 - alpha) + target * alpha
    return np.array(rows)


def epsilon_greedy(q_row, eps, rng):
    actions = list(range(len(q_row)))
    if rng.random() >= eps:
        largest = max(q_row)
        actions = [action for action in actions if q_row[action] == largest]
    return actions[rng.integers(0, len(actions))]


def returns(rewards, gamma):
    if not rewards:
        return []
    rest = returns(rewards[1:], gamma)
    return [rewards[0] + gamma * (rest[0] if rest else 0.0), *rest]


def train(env, episodes=500, alpha=0.5, gamma=0.9, eps=0.3, seed=0):
    rng = np.random.default_rng(seed)
    table = [[0.0] * env.n_actions for _ in range(env.n_states)]
    for episode in range(episodes):
        s, done = env.reset(rng), False
        now = eps if episode < 0.8 * episodes else eps / 10
        while not done:
            a = epsilon_greedy(table[s], now, rng)
            s2, r, done = env.step(s, a)
            best = 0.0 if done else max(table[s2])
            table[s][a] += alpha * (r + gamma * best - table[s][a])
            s = s2
    return table
