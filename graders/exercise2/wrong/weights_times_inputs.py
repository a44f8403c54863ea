"""linear computes W @ X in place of X @ W.

loses: test_linear_by_hand, test_linear_with_different_sizes, test_linear_of_zeros_is_the_bias, test_mlp_by_hand,
   test_mlp_of_a_random_network, test_mlp_of_a_single_example, test_predict,
   test_the_others_leave_their_arguments_alone, test_linear_is_fast_enough
"""

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return W @ X + b


def mlp_forward(X, params):
    return softmax(linear(relu(linear(X, params["W1"], params["b1"])), params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
