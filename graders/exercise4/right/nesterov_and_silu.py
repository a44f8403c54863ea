"""Nesterov's momentum with the gradient taken ahead, SiLU, separate generators for weights and batches."""

import numpy as np

MOMENTUM = 0.8


def minibatches(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    for k in range((len(X) + batch_size - 1) // batch_size):
        take = order[k * batch_size : (k + 1) * batch_size]
        yield X[take], y[take]


def init_params(n_in, n_hidden, n_out, rng):
    return {
        "W1": rng.normal(size=(n_in, n_hidden)) / np.sqrt(n_in),
        "b1": np.zeros(n_hidden),
        "W2": rng.normal(size=(n_hidden, n_out)) / np.sqrt(n_hidden),
        "b2": np.zeros(n_out),
    }


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def logits(X, p):
    z = X @ p["W1"] + p["b1"]
    return z, z * sigmoid(z), (z * sigmoid(z)) @ p["W2"] + p["b2"]


def gradients(X, y, p):
    z, a, scores = logits(X, p)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    d2 = (e / e.sum(axis=1, keepdims=True) - np.eye(scores.shape[1])[y]) / len(y)
    s = sigmoid(z)
    d1 = (d2 @ p["W2"].T) * (s + z * s * (1 - s))
    return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": a.T @ d2, "b2": d2.sum(axis=0)}


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    for_weights, for_batches = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2))
    p = init_params(X.shape[1], hidden, int(np.max(y)) + 1, for_weights)
    v = {key: np.zeros_like(value) for key, value in p.items()}
    for _ in range(epochs):
        for xb, yb in minibatches(X, y, batch_size, for_batches):
            ahead = {key: p[key] + MOMENTUM * v[key] for key in p}
            g = gradients(xb, yb, ahead)
            v = {key: MOMENTUM * v[key] - lr * g[key] for key in p}
            p = {key: p[key] + v[key] for key in p}
    return p


def predict(X, params):
    return logits(X, params)[2].argmax(axis=1)


def accuracy(X, y, params):
    return np.mean(predict(X, params) == y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    order = np.random.default_rng(seed).permutation(len(X))
    return [accuracy(X_val, y_val, train(X[order[:n]], y[order[:n]], seed=seed)) for n in sizes]
