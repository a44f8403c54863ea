"""A sigmoid hidden layer, np.random.seed for everything, an array from learning_curve."""

import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def minibatches(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    for rows in np.split(order, range(batch_size, len(order), batch_size)):
        yield X[rows], y[rows]


def init_params(n_in, n_hidden, n_out, rng):
    return {
        "W1": rng.normal(0, np.sqrt(1 / n_in), (n_in, n_hidden)),
        "b1": np.zeros(n_hidden),
        "W2": rng.normal(0, np.sqrt(1 / n_hidden), (n_hidden, n_out)),
        "b2": np.zeros(n_out),
    }


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    np.random.seed(seed)
    W1 = np.random.randn(X.shape[1], hidden) / np.sqrt(X.shape[1])
    b1 = np.zeros(hidden)
    W2 = np.random.randn(hidden, y.max() + 1) / np.sqrt(hidden)
    b2 = np.zeros(y.max() + 1)
    for _ in range(epochs):
        order = np.random.permutation(len(X))
        for i in range(0, len(X), batch_size):
            xb, yb = X[order[i : i + batch_size]], y[order[i : i + batch_size]]
            A = sigmoid(xb @ W1 + b1)
            Z = A @ W2 + b2
            d = np.exp(Z - Z.max(axis=1, keepdims=True))
            d /= d.sum(axis=1, keepdims=True)
            d[range(len(yb)), yb] -= 1
            d /= len(yb)
            h = (d @ W2.T) * A * (1 - A)
            W1 -= lr * xb.T @ h
            b1 -= lr * h.sum(axis=0)
            W2 -= lr * A.T @ d
            b2 -= lr * d.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def predict(X, params):
    return (sigmoid(X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]).argmax(axis=1)


def accuracy(X, y, params):
    return np.mean(predict(X, params) == y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    curve = []
    for n in sizes:
        np.random.seed(seed)
        rows = np.random.choice(len(X), n, replace=False)
        curve.append(accuracy(X_val, y_val, train(X[rows], y[rows], seed=seed)))
    return np.array(curve)
