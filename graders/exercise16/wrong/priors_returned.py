"""The priors come back; nothing is searched.

loses: test_shares, test_values, test_bad_reply, test_win_and_block, test_learns_moves, test_learns_values,
test_policy, test_value, test_policy_bonus, test_games_bonus
may_lose: test_games_are_searched, test_noise, test_priors
says: mcts asks evaluate about the board itself only: nothing is searched.
"""

import numpy as np

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def legal_moves(board):
    return [cell for cell in range(9) if board[cell] == 0]


def outcome(board):
    for line in LINES:
        total = sum(int(board[cell]) for cell in line)
        if abs(total) == 3:
            return total // 3
    return None if 0 in board else 0


def play(board, move):
    after = board.copy()
    after[move] = 1
    return -after


def puct(N, W, P, c=1.5):
    return W / np.maximum(N, 1) + c * P * np.sqrt(N.sum() + 1) / (1 + N)


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    P = np.where(board == 0, evaluate(board)[0], 0.0)
    P = P / P.sum()
    if noise > 0:
        P[board == 0] = (1 - noise) * P[board == 0] + noise * rng.dirichlet(np.ones(len(legal_moves(board))))
    return P


def self_play(evaluate, n_sim, rng):
    board, steps = np.zeros(9, dtype=np.int8), []
    while outcome(board) is None:
        pi = mcts(board, evaluate, n_sim, rng, noise=0.25)
        steps.append((board, pi))
        board = play(board, int(rng.choice(9, p=pi)))
    z, game = float(outcome(board)), []
    for board, pi in reversed(steps):
        z = -z
        game.insert(0, (board, pi, z))
    return game


def train(seed=0):
    raise NotImplementedError("train: TODO(7)")
