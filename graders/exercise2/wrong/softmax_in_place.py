"""softmax subtracts the maximum in the caller's array.

loses: test_the_others_leave_their_arguments_alone
says: softmax changed its input Z
"""

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    Z -= Z.max(axis=1, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return X @ W + b


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
