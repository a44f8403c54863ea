"""An agent is an object with a table of small random numbers; eps falls along a line; a step limit of 1000."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Agent:
    n_states: int
    n_actions: int
    alpha: float
    gamma: float
    rng: np.random.Generator
    Q: np.ndarray = field(init=False)

    def __post_init__(self):
        self.Q = self.rng.uniform(0, 0.01, (self.n_states, self.n_actions))

    def act(self, s, eps):
        return epsilon_greedy(self.Q[s], eps, self.rng)

    def learn(self, s, a, r, s2, done):
        ahead = 0 if done else self.Q[s2].max()
        self.Q[s, a] += self.alpha * (r + self.gamma * ahead - self.Q[s, a])


def q_update(Q, s, a, r, s2, done, alpha, gamma):
    agent = Agent(*Q.shape, alpha, gamma, np.random.default_rng(0))
    agent.Q = np.array(Q)
    agent.learn(s, a, r, s2, done)
    return agent.Q


def epsilon_greedy(q_row, eps, rng):
    best = np.isclose(q_row, np.max(q_row), rtol=0, atol=1e-12)
    chances = np.full(len(q_row), eps / len(q_row)) + (1 - eps) * best / best.sum()
    return rng.choice(len(q_row), p=chances)


def returns(rewards, gamma):
    found = np.zeros(len(rewards) + 1)
    for t in reversed(range(len(rewards))):
        found[t] = rewards[t] + gamma * found[t + 1]
    return found[:-1]


def train(env, episodes=500, alpha=0.5, gamma=0.9, eps=0.3, seed=0):
    agent = Agent(env.n_states, env.n_actions, alpha, gamma, np.random.default_rng(seed))
    for episode in range(episodes):
        s = env.reset(agent.rng)
        for _ in range(1000):
            a = agent.act(s, eps * (1 - episode / episodes))
            s2, r, done = env.step(s, a)
            agent.learn(s, a, r, s2, done)
            s = s2
            if done:
                break
    return agent.Q
