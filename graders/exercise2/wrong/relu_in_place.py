"""relu writes into the array that it is given.

loses: test_relu_leaves_its_input_alone
says: relu changed its input Z
"""

import numpy as np


def relu(Z):
    Z[Z < 0] = 0
    return Z


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return X @ W + b


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
