"""Small fixed initial weights (0.01), momentum, a little weight decay, the loss history kept beside the parameters."""

import numpy as np


def minibatches(X, y, batch_size, rng):
    order = list(range(len(X)))
    rng.shuffle(order)
    while order:
        taken, order = order[:batch_size], order[batch_size:]
        yield X[taken], y[taken]


def init_params(n_in, n_hidden, n_out, rng):
    return {
        "W1": 0.01 * rng.normal(size=(n_in, n_hidden)),
        "b1": np.zeros(n_hidden),
        "W2": 0.01 * rng.normal(size=(n_hidden, n_out)),
        "b2": np.zeros(n_out),
    }


def relu(z):
    return np.maximum(0, z)


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def gradients(X, y, params, decay=1e-4):
    z = X @ params["W1"] + params["b1"]
    a = relu(z)
    logp = log_softmax(a @ params["W2"] + params["b2"])
    hot = np.zeros_like(logp)
    hot[np.arange(len(y)), y] = 1.0
    d2 = (np.exp(logp) - hot) / len(y)
    d1 = np.where(z > 0, d2 @ params["W2"].T, 0.0)
    grads = {"W1": X.T @ d1, "b1": d1.sum(0), "W2": a.T @ d2, "b2": d2.sum(0)}
    for name in ("W1", "W2"):
        grads[name] += decay * params[name]
    return -(logp * hot).sum() / len(y), grads


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    root = np.random.SeedSequence(seed)
    for_weights, for_order = (np.random.default_rng(child) for child in root.spawn(2))
    params = init_params(X.shape[1], hidden, int(np.max(y)) + 1, for_weights)
    speed = {name: np.zeros_like(value) for name, value in params.items()}
    history = []
    for _ in range(epochs):
        for xb, yb in minibatches(X, y, batch_size, for_order):
            loss, grads = gradients(xb, yb, params)
            history.append(float(loss))
            for name, grad in grads.items():
                speed[name] = 0.5 * speed[name] + grad
                params[name] = params[name] - lr * speed[name]
    params["history"] = np.array(history)
    return params


def predict(X, params):
    return np.array(
        [int(np.argmax(row)) for row in relu(X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]]
    )


def accuracy(X, y, params):
    return sum(int(a == b) for a, b in zip(predict(X, params), y)) / len(y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    results = []
    for n in sizes:
        rng = np.random.default_rng(seed + n)
        rows = rng.permutation(len(y))[:n]
        results.append(accuracy(X_val, y_val, train(X[rows], y[rows], seed=seed)))
    return results
