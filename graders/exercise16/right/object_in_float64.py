"""An object with a torch network in float64, views by mirrors, and a search whose root counts as a simulation."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

GRID = np.arange(9).reshape(3, 3)
MIRRORS = [way.ravel() for grid in (GRID, GRID.T) for way in (grid, grid[::-1], grid[:, ::-1], grid[::-1, ::-1])]


def legal_moves(board):
    return tuple(int(cell) for cell in np.where(np.asarray(board) == 0)[0])


def _has_line(cells):
    grid = cells.reshape(3, 3)
    return bool(
        grid.all(axis=0).any() or grid.all(axis=1).any() or grid.diagonal().all() or grid[:, ::-1].diagonal().all()
    )


def outcome(board):
    if _has_line(board == -1):
        return -1
    if _has_line(board == 1):
        return 1
    return 0 if np.all(board != 0) else None


def play(board, move):
    after = np.array(board, dtype=np.int8)
    after[move] = 1
    after *= -1
    return after


def puct(N, W, P, c=1.5):
    N, W, P = (np.asarray(one, dtype=float) for one in (N, W, P))
    return np.nan_to_num(W / np.maximum(N, 1e-9)) + c * P * math.sqrt(N.sum()) / (1 + N)


class Search:
    def __init__(self, evaluate):
        self.evaluate = evaluate

    def make(self, board):
        prior, value = self.evaluate(board)
        moves = legal_moves(board)
        P = np.array([prior[move] for move in moves], dtype=float) + 1e-8
        return dict(
            board=board, moves=moves, P=P / P.sum(), N=np.zeros(len(moves)), W=np.zeros(len(moves)), below={}
        ), value

    def run(self, node):
        i = int((puct(node["N"], node["W"], node["P"]) + 1e-9 * node["P"]).argmax())
        board = play(node["board"], node["moves"][i])
        result = outcome(board)
        if result is None:
            if i in node["below"]:
                result = self.run(node["below"][i])
            else:
                node["below"][i], result = self.make(board)
        node["N"][i] += 1
        node["W"][i] -= result
        return -result


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    search = Search(evaluate)
    root, _ = search.make(np.array(board))
    if noise > 0:
        root["P"] = (1 - noise) * root["P"] + noise * rng.dirichlet([1.0] * len(root["moves"]))
    for _ in range(n_sim - 1):
        search.run(root)
    shares = np.zeros(9)
    for move, visits in zip(root["moves"], root["N"], strict=True):
        shares[move] = visits / root["N"].sum()
    return shares


def self_play(evaluate, n_sim, rng):
    board = np.zeros(9, dtype=np.int8)
    boards, shares = [], []
    while True:
        boards.append(board)
        shares.append(mcts(board, evaluate, n_sim, rng, noise=0.3))
        board = play(board, np.searchsorted(np.cumsum(shares[-1]), rng.random() * (1 - 1e-9), side="right"))
        if outcome(board) is not None:
            break
    z = -outcome(board)
    results = [z if (len(boards) - 1 - i) % 2 == 0 else -z for i in range(len(boards))]
    return list(zip(boards, shares, results, strict=True))


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(27, 96), nn.Linear(96, 96)
        self.heads = nn.Linear(96, 10)
        self.double()

    def raw(self, boards):
        planes = torch.cat([boards == 1, boards == -1, boards == 0], dim=-1).double()
        out = self.heads(torch.relu(self.second(torch.relu(self.first(planes)))))
        return out[..., :9].masked_fill(boards != 0, -30.0), torch.tanh(out[..., 9])

    @torch.no_grad()
    def __call__(self, board):
        logits, value = self.raw(torch.from_numpy(np.asarray(board)))
        return F.softmax(logits, dim=-1).numpy(), value.item()


def train(seed=0):
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 16])
    player, memory = Player(), []
    optimiser = torch.optim.AdamW(player.parameters(), lr=2e-3)
    for _ in range(5):
        for _ in range(30):
            for board, pi, z in self_play(player, 25, rng):
                for view in MIRRORS:
                    memory.append((board[view], pi[view], z))
        boards = torch.from_numpy(np.stack([one[0] for one in memory]))
        pis = torch.from_numpy(np.stack([one[1] for one in memory]))
        zs = torch.tensor([float(one[2]) for one in memory], dtype=torch.double)
        for _ in range(4):
            for rows in torch.randperm(len(zs)).split(256):
                logits, values = player.raw(boards[rows])
                loss = F.kl_div(F.log_softmax(logits, dim=-1), pis[rows], reduction="batchmean")
                loss = loss + F.mse_loss(values, zs[rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
    return player.eval()
