"""Works in place where the stub allows it: x is changed, and every saved entry is put back; one-hot matrix; einsum."""

import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def cross_entropy(logits, y):
    m = logits.max(axis=1)
    return np.mean(
        m + np.log(np.exp(logits - m[:, np.newaxis]).sum(axis=1)) - np.take_along_axis(logits, y[:, None], 1)[:, 0]
    )


def cross_entropy_grad(logits, y):
    n, c = logits.shape
    return (softmax(logits) - np.eye(c)[y]) * (1.0 / n)


def linear_backward(dout, X, W):
    return [
        np.einsum("nm,dm->nd", dout, W),
        np.einsum("nd,nm->dm", X, dout),
        np.einsum("nm->m", dout),
    ]


def relu_backward(dout, Z):
    dZ = dout.copy()
    dZ[Z <= 0] = 0.0
    return dZ


def loss_and_grads(X, y, params):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    Z1 = X.dot(W1) + b1
    A1 = np.where(Z1 > 0, Z1, 0)
    scores = A1.dot(W2) + b2
    grads = {}
    d = cross_entropy_grad(scores, y)
    dA1, grads["W2"], grads["b2"] = linear_backward(d, A1, W2)
    _, grads["W1"], grads["b1"] = linear_backward(relu_backward(dA1, Z1), X, W1)
    return cross_entropy(scores, y), grads


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        i = it.multi_index
        saved = x[i]
        x[i] = saved + eps
        fp = f(x)
        x[i] = saved - eps
        fm = f(x)
        x[i] = saved
        grad[i] = (fp - fm) / (2.0 * eps)
        it.iternext()
    return grad
