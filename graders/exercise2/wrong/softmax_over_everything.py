"""softmax divides by the sum of all entries.

loses: test_softmax_by_definition, test_softmax_of_large_logits, test_softmax_ignores_a_shift, test_mlp_of_a_random_network
"""  # noqa: E501 - the header is one line

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum()


def linear(X, W, b):
    return X @ W + b


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
