"""Gradients added up row by row in a Python loop, tanh by exp, Nesterov's momentum as torch writes it."""

import numpy as np


def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X)).tolist()
    batch = []
    for row in order:
        batch.append(row)
        if len(batch) == batch_size:
            yield X[batch], y[batch]
            batch = []
    if batch:
        yield X[batch], y[batch]


def init_params(n_in, n_hidden, n_out, rng):
    return {
        "W1": rng.uniform(-1, 1, (n_in, n_hidden)) * np.sqrt(3 / n_in),
        "b1": np.zeros(n_hidden),
        "W2": rng.uniform(-1, 1, (n_hidden, n_out)) * np.sqrt(3 / n_hidden),
        "b2": np.zeros(n_out),
    }


def tanh(z):
    e = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - e) / (1 + e)


def gradient_of_row(x, label, params):
    a = tanh(x @ params["W1"] + params["b1"])
    z = a @ params["W2"] + params["b2"]
    p = np.exp(z - z.max())
    p /= p.sum()
    p[label] -= 1
    d = (params["W2"] @ p) * (1 - a * a)
    return x, d, a, p


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    rng = np.random.default_rng(seed)
    params = init_params(X.shape[1], hidden, int(y.max()) + 1, rng)
    momentum = {key: 0.0 * value for key, value in params.items()}
    for _ in range(epochs):
        for xb, yb in minibatches(X, y, batch_size, rng):
            rows = [gradient_of_row(x, label, params) for x, label in zip(xb, yb, strict=True)]
            x, d, a, p = (np.array(part) for part in zip(*rows, strict=True))
            grads = {"W1": x.T @ d, "b1": d.sum(axis=0), "W2": a.T @ p, "b2": p.sum(axis=0)}
            for key, grad in grads.items():
                grad = grad / len(rows)
                momentum[key] = 0.5 * momentum[key] + grad
                params[key] = params[key] - lr * (grad + 0.5 * momentum[key])
    return params


def predict(X, params):
    classes = []
    for x in X:
        scores = tanh(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
        classes.append(int(np.argmax(scores)))
    return np.array(classes)


def accuracy(X, y, params):
    return float(np.count_nonzero(predict(X, params) == y)) / len(y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    scores = []
    for n in sizes:
        rows = np.random.default_rng([seed, n]).permutation(len(X))[:n]
        scores.append((n, accuracy(X_val, y_val, train(X[rows], y[rows], seed=seed))))
    return scores
