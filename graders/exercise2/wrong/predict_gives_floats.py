"""predict returns the class as a float.

loses: test_predict
says: predict must return whole numbers
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
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1).astype(float)
