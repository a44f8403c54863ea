"""NumPy alone: a network with one hidden layer and its own backpropagation, and a search without recursion."""

import numpy as np

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def legal_moves(board):
    return np.flatnonzero(board == 0)


def outcome(board):
    cells = board.tolist()
    for a, b, c in LINES:
        if cells[a] != 0 and cells[a] == cells[b] == cells[c]:
            return cells[a]
    return None if 0 in cells else 0


def play(board, move):
    after = -board
    after[move] = -1
    return after


def puct(N, W, P, c=1.5):
    visited = N > 0
    Q = np.divide(W, N, out=np.zeros(len(P)), where=visited)
    return Q + c * P * np.sqrt(max(N.sum(), 1)) / (N + 1)


def mcts(board, evaluate, n_sim=100, rng=None, noise=0.0):
    def new(position):
        prior, value = evaluate(position)
        P = np.where(position == 0, prior, 0)
        P = P / P.sum() if P.sum() > 0 else (position == 0) / (position == 0).sum()
        return {"board": position, "P": P, "N": np.zeros(9), "W": np.zeros(9), "next": {}}, float(value)

    root, _ = new(board)
    if noise:
        free = legal_moves(board)
        root["P"] = (1 - noise) * root["P"]
        root["P"][free] += noise * rng.dirichlet(np.ones(len(free)))
    for _ in range(n_sim):
        node, path, value = root, [], None
        while value is None:
            taken = node["board"] != 0
            scores = puct(node["N"], node["W"], node["P"])
            scores[taken] = -np.inf
            move = int(scores.argmax())
            path.append((node, move))
            if move in node["next"]:
                node = node["next"][move]
                if not isinstance(node, dict):
                    value = node
            else:
                after = play(node["board"], move)
                end = outcome(after)
                if end is None:
                    node["next"][move], value = new(after)
                else:
                    node["next"][move] = value = end
        for node, move in reversed(path):
            value = -value
            node["N"][move] += 1
            node["W"][move] += value
    return root["N"] / n_sim


def self_play(evaluate, n_sim, rng):
    boards, pis = [np.zeros(9, np.int8)], []
    while (end := outcome(boards[-1])) is None:
        pis.append(mcts(boards[-1], evaluate, n_sim, rng, 0.25))
        boards.append(play(boards[-1], rng.choice(9, p=pis[-1])))
    n = len(pis)
    return [(boards[i], pis[i], float(end * (-1) ** (n - i))) for i in range(n)]


def inputs(boards):
    return np.concatenate([boards == 1, boards == -1], axis=-1).astype(float)


class Network:
    def __init__(self, rng, n_hidden=128):
        self.weights = {
            "W": rng.normal(size=(18, n_hidden)) * np.sqrt(2 / 6),
            "b": np.zeros(n_hidden),
            "Wp": rng.normal(size=(n_hidden, 9)) * 0.05,
            "bp": np.zeros(9),
            "Wv": rng.normal(size=(n_hidden, 1)) * 0.05,
            "bv": np.zeros(1),
        }
        self.m = {name: np.zeros_like(one) for name, one in self.weights.items()}
        self.v = {name: np.zeros_like(one) for name, one in self.weights.items()}
        self.t = 0

    def forward(self, X):
        w = self.weights
        H = np.maximum(X @ w["W"] + w["b"], 0)
        logits = H @ w["Wp"] + w["bp"]
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        value = np.tanh(H @ w["Wv"] + w["bv"])
        return H, powers / powers.sum(axis=-1, keepdims=True), value[..., 0]

    def __call__(self, board):
        _, prior, value = self.forward(inputs(board))
        return prior, float(value)

    def step(self, boards, pis, zs, lr=0.003):
        X = inputs(boards)
        H, prior, value = self.forward(X)
        dlogits = (prior - pis) / len(X)
        dvalue = (2 * (value - zs) * (1 - value**2) / len(X))[:, None]
        dH = (dlogits @ self.weights["Wp"].T + dvalue @ self.weights["Wv"].T) * (H > 0)
        gradients = {
            "W": X.T @ dH,
            "b": dH.sum(axis=0),
            "Wp": H.T @ dlogits,
            "bp": dlogits.sum(axis=0),
            "Wv": H.T @ dvalue,
            "bv": dvalue.sum(axis=0),
        }
        self.t += 1
        for name, g in gradients.items():
            self.m[name] = 0.9 * self.m[name] + 0.1 * g
            self.v[name] = 0.999 * self.v[name] + 0.001 * g**2
            m, v = self.m[name] / (1 - 0.9**self.t), self.v[name] / (1 - 0.999**self.t)
            self.weights[name] -= lr * m / (np.sqrt(v) + 1e-8)


def views(board, pi):
    for grid, shares in ((board.reshape(3, 3), pi.reshape(3, 3)), (board.reshape(3, 3).T, pi.reshape(3, 3).T)):
        for turns in range(4):
            yield np.rot90(grid, turns).ravel(), np.rot90(shares, turns).ravel()


def train(seed=0):
    rng = np.random.default_rng(seed)
    network, examples = Network(rng), []
    for _ in range(6):
        for _ in range(40):
            for board, pi, z in self_play(network, 25, rng):
                examples += [(*view, z) for view in views(board, pi)]
        boards, pis, zs = (np.array(part) for part in zip(*examples))
        for _ in range(250):
            rows = rng.integers(len(zs), size=128)
            network.step(boards[rows], pis[rows], zs[rows])
    return network
