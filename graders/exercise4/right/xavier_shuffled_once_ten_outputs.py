"""Xavier, RandomState, a list of batches shuffled once, pairs from learning_curve, always ten outputs."""

import numpy as np


def minibatches(X, y, batch_size, rng):
    idx = np.arange(X.shape[0])
    rng.shuffle(idx)
    n_batches = int(np.ceil(len(idx) / batch_size))
    return [
        (X[idx[k * batch_size : (k + 1) * batch_size]], y[idx[k * batch_size : (k + 1) * batch_size]])
        for k in range(n_batches)
    ]


def init_params(n_in, n_hidden, n_out, rng):
    def glorot(a, b):
        limit = np.sqrt(6.0 / (a + b))
        return rng.uniform(-limit, limit, size=(a, b))

    return dict(W2=glorot(n_hidden, n_out), b2=np.zeros(n_out), W1=glorot(n_in, n_hidden), b1=np.zeros(n_hidden))


def forward(X, p):
    h = (X @ p["W1"] + p["b1"]).clip(min=0)
    return h, h @ p["W2"] + p["b2"]


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    rng = np.random.RandomState(seed)
    batches = minibatches(X, y, batch_size, rng)
    p = init_params(X.shape[1], hidden, max(10, y.max() + 1), rng)
    for epoch in range(epochs):
        for xb, yb in batches:
            h, scores = forward(xb, p)
            e = np.exp(scores - scores.max(1)[:, None])
            d = e / e.sum(1)[:, None]
            d[range(len(yb)), yb] -= 1
            d /= len(yb)
            dh = d.dot(p["W2"].T)
            dh[h <= 0] = 0
            dW2, db2, dW1, db1 = h.T.dot(d), d.sum(0), xb.T.dot(dh), dh.sum(0)
            p["W2"] -= lr * dW2
            p["b2"] -= lr * db2
            p["W1"] -= lr * dW1
            p["b1"] -= lr * db1
    return p


def predict(X, params):
    return np.argmax(forward(X, params)[1], axis=-1)


def accuracy(X, y, params):
    return np.mean(predict(X, params) == y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    return [(n, accuracy(X_val, y_val, train(X[:n], y[:n], seed=seed))) for n in sizes]
