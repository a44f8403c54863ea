"""tanh, float32, the legacy np.random state, parameters under own names, a class inside; prints its progress."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def minibatches(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(y)), range(batch_size, len(y), batch_size)):
        yield np.take(X, rows, axis=0), np.take(y, rows)


def init_params(n_in, n_hidden, n_out, rng):
    scale = lambda n: np.float32(1 / np.sqrt(n))  # noqa: E731 - a style learners use
    return {
        "hidden_weights": rng.standard_normal((n_in, n_hidden)).astype(np.float32) * scale(n_in),
        "hidden_bias": np.full(n_hidden, 0.01, np.float32),
        "output_weights": rng.standard_normal((n_hidden, n_out)).astype(np.float32) * scale(n_hidden),
        "output_bias": np.zeros((1, n_out), np.float32),
    }


@dataclass
class Net:
    p: dict[str, np.ndarray]

    def __call__(self, X: np.ndarray) -> np.ndarray:
        self.X = X.astype(np.float32)
        self.A = np.tanh(self.X @ self.p["hidden_weights"] + self.p["hidden_bias"])
        return self.A @ self.p["output_weights"] + self.p["output_bias"]

    def step(self, X, y, lr):
        logits = self(X)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        d = (p - np.eye(p.shape[1], dtype=np.float32)[y]) / len(y)
        dz = d @ self.p["output_weights"].T * (1 - self.A**2)
        changes = {
            "hidden_weights": self.X.T @ dz,
            "hidden_bias": dz.sum(axis=0),
            "output_weights": self.A.T @ d,
            "output_bias": d.sum(axis=0, keepdims=True),
        }
        self.p = {name: value - np.float32(lr) * changes[name] for name, value in self.p.items()}
        return -np.log(p[np.arange(len(y)), y] + 1e-9).mean()


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    np.random.seed(seed)
    net = Net(init_params(X.shape[1], hidden, len(np.unique(y)), np.random))
    for epoch in range(epochs):
        losses = [net.step(xb, yb, lr) for xb, yb in minibatches(X, y, batch_size, np.random)]
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}")
    return net.p


def predict(X, params):
    return Net(params)(X).argmax(axis=1).astype(np.int32)


def accuracy(X, y, params):
    return float(np.count_nonzero(predict(X, params) == y) / len(y))


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    rng = np.random.default_rng(seed)
    curve = []
    for n in sizes:
        rows = rng.choice(len(X), size=n, replace=False)
        curve.append(accuracy(X_val, y_val, train(X[rows], y[rows], seed=seed)))
    return np.array(curve).tolist()
