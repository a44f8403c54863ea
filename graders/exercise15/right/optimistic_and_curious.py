"""A table that begins with 10, less exploring with every episode, ties broken by shuffling the actions."""

import numpy as np


def q_update(Q, s, a, r, s2, done, alpha, gamma):
    change = np.zeros_like(Q)
    change[s, a] = alpha * (r + (not done) * gamma * np.max(Q[s2, :]) - Q[s, a])
    return Q + change


def epsilon_greedy(q_row, eps, rng):
    order = rng.permutation(len(q_row))
    if rng.uniform() < eps:
        return order[0]
    return order[np.argmax(q_row[order])]


def returns(rewards, gamma):
    T = len(rewards)
    powers = [[gamma ** (j - i) if j >= i else 0.0 for j in range(T)] for i in range(T)]
    return list(np.reshape(powers, (T, T)) @ np.reshape(rewards, T))


def train(env, episodes=500, alpha=0.5, gamma=0.9, eps=0.3, seed=0):
    rng = np.random.default_rng(seed)
    Q = np.full((env.n_states, env.n_actions), 10.0)
    for _ in range(episodes):
        s = env.reset(rng)
        while True:
            a = epsilon_greedy(Q[s], eps, rng)
            s2, r, done = env.step(s, a)
            Q = q_update(Q, s, a, r, s2, done, alpha, gamma)
            if done:
                break
            s = s2
        eps *= 0.99
    return Q
