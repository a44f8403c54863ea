"""The value of a new position is that of a random game, not that of the evaluator.

loses: test_values, test_learns_moves, test_learns_values, test_policy, test_value, test_policy_bonus,
test_games_bonus
may_lose: test_bad_reply, test_games_are_searched, test_priors, test_win_and_block, test_noise
says: Even if evaluate says 0 of every board, some are visited more
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


class Node:
    def __init__(self, board, evaluate):
        self.board, self.moves = board, legal_moves(board)
        prior, self.value = evaluate(board)
        P = np.asarray(prior, dtype=float)[self.moves]
        self.P = P / P.sum()
        self.N, self.W = np.zeros(len(P)), np.zeros(len(P))
        self.children = {}


def visit(node, evaluate):
    i = int(np.argmax(puct(node.N, node.W, node.P)))
    board = play(node.board, node.moves[i])
    if (end := outcome(board)) is not None:
        value = -end
    elif i not in node.children:
        node.children[i] = Node(board, evaluate)
        value, sign = None, -1
        generator = np.random.default_rng(len(node.children))
        while (value := outcome(board)) is None:
            board, sign = play(board, int(generator.choice(legal_moves(board)))), -sign
        value *= sign
    else:
        value = -visit(node.children[i], evaluate)
    node.N[i] += 1
    node.W[i] += value
    return value


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    root = Node(board, evaluate)
    if noise > 0:
        root.P = (1 - noise) * root.P + noise * rng.dirichlet(np.ones(len(root.P)))
    for _ in range(n_sim):
        visit(root, evaluate)
    shares = np.zeros(9)
    shares[root.moves] = root.N / root.N.sum()
    return shares


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
