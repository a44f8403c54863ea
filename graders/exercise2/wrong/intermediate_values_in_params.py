"""mlp_forward stores its hidden layer in params.

loses: test_the_others_leave_their_arguments_alone
says: mlp_forward changed its input params
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
    params["A1"] = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(params["A1"], params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
