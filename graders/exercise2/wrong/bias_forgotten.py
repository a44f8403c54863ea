"""linear leaves the bias out.

loses: test_linear_by_hand, test_linear_with_different_sizes, test_linear_of_zeros_is_the_bias, test_mlp_by_hand, test_mlp_of_a_random_network, test_mlp_of_a_single_example
may_lose: test_predict, test_linear_is_fast_enough
"""  # noqa: E501 - the header is one line

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return X @ W


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
