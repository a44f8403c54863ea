"""relu and sigmoid return a pair, the result and Z for the way back.

loses: test_relu_by_hand, test_relu_of_any_shape, test_sigmoid_of_any_shape, test_sigmoid_far_from_zero
"""

import numpy as np


def relu(Z):
    return np.maximum(Z, 0), Z


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500))), Z


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return X @ W + b


def mlp_forward(X, params):
    return softmax(linear(relu(linear(X, params["W1"], params["b1"]))[0], params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
