"""mlp_forward multiplies with the weights and forgets both biases.

loses: test_mlp_by_hand, test_mlp_of_a_random_network, test_mlp_of_a_single_example
may_lose: test_predict
says: mlp_forward leaves out both biases
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
    return X @ W + b


def mlp_forward(X, params):
    return softmax(relu(X @ params["W1"]) @ params["W2"])


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
