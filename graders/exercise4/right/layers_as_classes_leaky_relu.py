"""Layers as classes with weights (out, in), leaky ReLU, biases of shape (1, n), in-place updates, plain lists."""

import numpy as np

SLOPE = 0.1


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        self.X = X
        return X @ self.W.T + self.b

    def backward(self, grad):
        self.dW = grad.T @ self.X
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W

    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db


class LeakyReLU:
    def forward(self, X):
        self.positive = X > 0
        return np.where(self.positive, X, SLOPE * X)

    def backward(self, grad):
        return np.where(self.positive, grad, SLOPE * grad)

    def step(self, lr):
        pass


class SoftmaxCrossEntropy:
    def forward(self, logits, y):
        shifted = logits - logits.max(axis=1, keepdims=True)
        self.p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        self.y = y
        return -np.log(self.p[np.arange(len(y)), y] + 1e-300).mean()

    def backward(self):
        grad = self.p.copy()
        grad[np.arange(len(self.y)), self.y] -= 1.0
        return grad / len(self.y)


class Network:
    def __init__(self, params):
        self.layers = [
            Linear(params["hidden.weight"], params["hidden.bias"]),
            LeakyReLU(),
            Linear(params["output.weight"], params["output.bias"]),
        ]
        self.loss = SoftmaxCrossEntropy()

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def fit_batch(self, X, y, lr):
        self.loss.forward(self.forward(X), y)
        grad = self.loss.backward()
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        for layer in self.layers:
            layer.step(lr)


def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.split(order, range(batch_size, len(X), batch_size))]


def init_params(n_in, n_hidden, n_out, rng):
    return {
        "hidden.weight": rng.standard_normal((n_hidden, n_in)) * np.sqrt(2 / n_in),
        "hidden.bias": np.zeros((1, n_hidden)),
        "output.weight": rng.standard_normal((n_out, n_hidden)) * np.sqrt(2 / n_hidden),
        "output.bias": np.zeros((1, n_out)),
    }


def train(X, y, *, hidden=64, epochs=20, batch_size=32, lr=0.1, seed=0):
    rng = np.random.default_rng(seed)
    params = init_params(X.shape[1], hidden, len(np.unique(y)), rng)
    network = Network(params)
    for epoch in range(epochs):
        for xb, yb in minibatches(X, y, batch_size, rng):
            network.fit_batch(xb, yb, lr)
    return params


def predict(X, params):
    return Network(params).forward(X).argmax(axis=1)


def accuracy(X, y, params):
    return sum(int(a == b) for a, b in zip(predict(X, params), y, strict=True)) / len(y)


def learning_curve(X, y, X_val, y_val, sizes, seed=0):
    rng = np.random.default_rng(seed)
    curve = []
    for n in sizes:
        rows = rng.choice(len(X), n, replace=False)
        curve.append(accuracy(X_val, y_val, train(X[rows], y[rows], seed=seed)))
    return np.array(curve)
