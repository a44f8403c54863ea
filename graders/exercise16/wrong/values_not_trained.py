"""The values are not trained.

loses: test_learns_values, test_value
may_lose: test_games_bonus, test_policy_bonus
says: With another z the same values come out
"""

import numpy as np
import torch
from torch import nn

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
        value = -node.children[i].value
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


VIEWS = [
    np.rot90(side, k).ravel() for side in (np.arange(9).reshape(3, 3), np.arange(9).reshape(3, 3).T) for k in range(4)
]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(18, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())
        self.policy, self.value = nn.Linear(64, 9), nn.Linear(64, 1)

    def forward(self, boards):
        x = self.body(torch.cat([boards > 0, boards < 0], dim=1).float())
        return self.policy(x), torch.tanh(self.value(x))[:, 0]


def evaluator(net):
    known = {}

    def evaluate(board):
        key = board.tobytes()
        if key not in known:
            with torch.no_grad():
                logits, value = net(torch.from_numpy(board)[None])
            known[key] = torch.softmax(logits[0], 0).numpy(), float(value)
        return known[key]

    return evaluate


def train(seed=0):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    net, examples = Net(), []
    optimiser = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(3):
        evaluate = evaluator(net)
        for _ in range(30):
            for board, pi, z in self_play(evaluate, 20, rng):
                examples += [(board[view], pi[view], z) for view in VIEWS]
        boards, pis, zs = (torch.from_numpy(np.array(part)) for part in zip(*examples))
        for _ in range(150):
            rows = torch.from_numpy(rng.integers(len(boards), size=256))
            logits, value = net(boards[rows])
            loss = nn.functional.cross_entropy(logits, pis[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return evaluator(net)
