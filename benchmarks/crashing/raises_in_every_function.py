"""Every function ends with an exception of its own."""

import numpy as np


def cross_entropy(logits, y):
    return logits[len(logits), y].mean()


def cross_entropy_grad(logits, y):
    return cross_entropy_grad(logits, y)


def linear_backward(dout, X, W):
    return X @ dout @ W, dout.sum(2), None.sum()


def relu_backward(dout, Z):
    return dout[Z > 0].reshape(np.shape(dout)[0], -1, 7)


def loss_and_grads(X, y, params):
    return params["W3"], {}


def numerical_gradient(f, x, eps=1e-5):
    raise NotImplementedError
