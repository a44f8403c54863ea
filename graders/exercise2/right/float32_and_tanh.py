"""Computes in float32, sigmoid through tanh, softmax on the transpose, linear by broadcasting; predict gives a list."""

import numpy as np


def _f(a):
    return np.asarray(a, dtype=np.float32)


def relu(Z):
    return (np.abs(_f(Z)) + _f(Z)) / 2


def sigmoid(Z):
    return 0.5 * (1 + np.tanh(_f(Z) / 2))


def softmax(Z):
    T = _f(Z).T
    T = np.exp(T - T.max(axis=0))
    return (T / T.sum(axis=0)).T


def linear(X, W, b):
    return (_f(X)[:, :, None] * _f(W)[None, :, :]).sum(axis=1) + _f(b)


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return mlp_forward(X, params).argmax(-1).tolist()
