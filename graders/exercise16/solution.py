"""Reference for exercise 16: tic-tac-toe that is learnt from the program's own games."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

Evaluate = Callable[[np.ndarray], tuple[np.ndarray, float]]

LINES = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]])
SQUARE = np.arange(9).reshape(3, 3)
VIEWS = np.array([np.rot90(side, turns).ravel() for side in (SQUARE, SQUARE.T) for turns in range(4)])
"""The eight ways to look at a board: board[VIEWS[k]] is the board turned or mirrored."""
ROUNDS, GAMES, N_SIM, STEPS = 6, 40, 25, 150


def legal_moves(board: np.ndarray) -> list[int]:
    return np.flatnonzero(board == 0).tolist()


def outcome(board: np.ndarray) -> int | None:
    sums = board[LINES].sum(axis=1)
    if sums.max() == 3:
        return 1
    if sums.min() == -3:
        return -1
    return None if (board == 0).any() else 0


def play(board: np.ndarray, move: int) -> np.ndarray:
    after = board.copy()
    after[move] = 1
    return -after


def puct(N: np.ndarray, W: np.ndarray, P: np.ndarray, c: float = 1.5) -> np.ndarray:
    Q = W / np.maximum(N, 1)
    return Q + c * P * np.sqrt(N.sum() + 1) / (1 + N)


class _Node:
    def __init__(self, board):
        self.board, self.result = board, outcome(board)
        self.P = None

    def expand(self, evaluate):
        """Ask for priors and a value, and return the value."""
        prior, value = evaluate(self.board)
        self.moves = legal_moves(self.board)
        self.P = np.asarray(prior, float)[self.moves]
        total = self.P.sum()
        self.P = self.P / total if total > 0 else np.full(len(self.moves), 1 / len(self.moves))
        self.N, self.W = np.zeros(len(self.moves)), np.zeros(len(self.moves))
        self.children = [None] * len(self.moves)
        return float(value)

    def simulate(self, evaluate):
        """Go down to a new position; return its value for the player to move here."""
        if self.result is not None:
            return self.result
        if self.P is None:
            return self.expand(evaluate)
        i = int(np.argmax(puct(self.N, self.W, self.P)))
        if self.children[i] is None:
            self.children[i] = _Node(play(self.board, self.moves[i]))
        value = -self.children[i].simulate(evaluate)
        self.N[i] += 1
        self.W[i] += value
        return value


def mcts(
    board: np.ndarray,
    evaluate: Evaluate,
    n_sim: int = 100,
    rng: np.random.Generator | None = None,
    noise: float = 0.0,
) -> np.ndarray:
    root = _Node(board)
    root.expand(evaluate)
    if noise > 0:
        root.P = (1 - noise) * root.P + noise * rng.dirichlet(np.ones(len(root.P)))
    for _ in range(n_sim):
        root.simulate(evaluate)
    shares = np.zeros(9)
    shares[root.moves] = root.N / root.N.sum()
    return shares


def self_play(evaluate: Evaluate, n_sim: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    board, steps = np.zeros(9, dtype=np.int8), []
    while outcome(board) is None:
        pi = mcts(board, evaluate, n_sim, rng, noise=0.25)
        steps.append((board, pi))
        board = play(board, rng.choice(9, p=pi))
    z, examples = float(outcome(board)), []
    for board, pi in reversed(steps):
        z = -z
        examples.append((board, pi, z))
    return examples[::-1]


class _Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(18, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())
        self.policy, self.value = nn.Linear(64, 9), nn.Linear(64, 1)

    def forward(self, boards):
        x = self.body(torch.cat([boards > 0, boards < 0], dim=1).float())
        return self.policy(x), torch.tanh(self.value(x))[:, 0]


def _evaluator(net):
    """The network as a function of one board; a board that was seen before costs nothing."""
    known = {}

    def evaluate(board):
        key = board.tobytes()
        if key not in known:
            with torch.no_grad():
                logits, value = net(torch.from_numpy(board)[None])
            logits = logits[0].numpy().astype(float)
            powers = np.where(board == 0, np.exp(logits - logits.max()), 0)
            known[key] = powers / powers.sum(), float(value)
        return known[key]

    return evaluate


def train(seed: int = 0) -> Evaluate:
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net, examples = _Net(), []
    optimiser = torch.optim.Adam(net.parameters(), lr=3e-3, weight_decay=1e-5)
    for _ in range(ROUNDS):
        evaluate = _evaluator(net)
        for _ in range(GAMES):
            for board, pi, z in self_play(evaluate, N_SIM, rng):
                examples += [(board[view], pi[view], z) for view in VIEWS]
        boards, pis, zs = (torch.from_numpy(np.array(part)) for part in zip(*examples))
        for _ in range(STEPS):
            rows = torch.from_numpy(rng.integers(len(boards), size=256))
            logits, value = net(boards[rows])
            loss = nn.functional.cross_entropy(logits, pis[rows]) + ((value - zs[rows]) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return _evaluator(net)
