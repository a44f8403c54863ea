"""No network: a table with the means of pi and z for each position, the same for all eight views of a board."""

from collections import defaultdict

import numpy as np

SQUARE = np.arange(9).reshape(3, 3)
VIEWS = [np.rot90(side, turns).ravel() for side in (SQUARE, SQUARE.T) for turns in range(4)]
WAYS = SQUARE.tolist() + SQUARE.T.tolist() + [[0, 4, 8], [2, 4, 6]]


def legal_moves(board):
    return [cell for cell in range(9) if board[cell] == 0]


def outcome(board):
    sums = [int(board[way].sum()) for way in WAYS]
    if 3 in sums or -3 in sums:
        return 1 if 3 in sums else -1
    return None if len(legal_moves(board)) else 0


def play(board, move):
    stone = np.zeros(9, np.int8)
    stone[move] = 1
    return -(board + stone)


def puct(N, W, P, c=1.5):
    Q = np.where(N > 0, W / np.where(N > 0, N, 1), 0)
    return Q + c * P * np.sqrt(N.sum() + 1) / (1 + N)


class Tree:
    """Everything the search knows, by position: two ways to one position share what was found there."""

    def __init__(self, evaluate):
        self.evaluate, self.known, self.ends = evaluate, {}, {}

    def end(self, board):
        key = board.tobytes()
        if key not in self.ends:
            self.ends[key] = outcome(board)
        return self.ends[key]

    def value(self, board):
        end = self.end(board)
        if end is not None:
            return end
        key = board.tobytes()
        if key not in self.known:
            return self.open(board)
        moves, P, N, W = self.known[key]
        best = int(puct(N, W, P).argmax())
        value = -self.value(play(board, moves[best]))
        N[best] += 1
        W[best] += value
        return value

    def open(self, board):
        prior, value = self.evaluate(board)
        moves = legal_moves(board)
        P = prior[moves] + 1e-12
        self.known[board.tobytes()] = [moves, P / P.sum(), np.zeros(len(moves)), np.zeros(len(moves))]
        return value


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    tree = Tree(evaluate)
    tree.open(board)
    entry = tree.known[board.tobytes()]
    if noise > 0:
        entry[1] = (1 - noise) * entry[1] + noise * rng.dirichlet(np.ones(len(entry[0])))
    for _ in range(n_sim):
        tree.value(board)
    shares = np.zeros(9)
    shares[entry[0]] = entry[2] / entry[2].sum()
    return shares


def self_play(evaluate, n_sim, rng):
    board, history = np.zeros(9, np.int8), []
    while outcome(board) is None:
        pi = mcts(board, evaluate, n_sim, rng, 0.25)
        history.append([board, pi, 0.0])
        # Half of the moves are drawn from all free cells, so that more positions are seen.
        move = rng.choice(9, p=pi) if rng.random() < 0.5 else rng.choice(legal_moves(board))
        board = play(board, int(move))
    result = outcome(board)
    for step in reversed(history):
        result = -result
        step[2] = float(result)
    return [tuple(step) for step in history]


class Table:
    def __init__(self):
        self.sums = defaultdict(lambda: [0.0, np.zeros(9), 0.0])

    @staticmethod
    def canonical(board):
        return min(((board[view].tobytes(), number) for number, view in enumerate(VIEWS)))

    def add(self, board, pi, z):
        key, number = self.canonical(board)
        entry = self.sums[key]
        entry[0] = 0.9 * entry[0] + 1
        entry[1] = 0.9 * entry[1] + pi[VIEWS[number]]
        entry[2] = 0.9 * entry[2] + z

    def __call__(self, board):
        key, number = self.canonical(board)
        if key not in self.sums:
            return np.full(9, 1 / 9), 0.0
        count, pi, z = self.sums[key]
        prior = np.zeros(9)
        prior[VIEWS[number]] = pi / count
        return 0.9 * prior + 0.1 / 9, z / (count + 1)


def train(seed=0):
    rng, table = np.random.default_rng(seed), Table()
    for _ in range(350):
        for step in self_play(table, 25, rng):
            table.add(*step)
    return table
