"""mcts knows the game by trying all moves to the end, and does not listen to the evaluator.

loses: test_priors, test_values, test_games_are_searched, test_learns_moves, test_learns_values, test_policy,
test_value, test_policy_bonus, test_games_bonus
may_lose: test_noise, test_win_and_block, test_bad_reply, test_shares
says: mcts never asks evaluate.
"""

from functools import cache

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


@cache
def worth(cells):
    board = np.array(cells, dtype=np.int8)
    end = outcome(board)
    if end is not None:
        return end
    return max(-worth(tuple(play(board, move).tolist())) for move in legal_moves(board))


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    values = [-worth(tuple(play(board, move).tolist())) for move in legal_moves(board)]
    shares = np.zeros(9)
    shares[legal_moves(board)] = np.array(values) == max(values)
    return shares / shares.sum()


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
