"""Every function ends the whole process: only for sides that survive it."""

import os


def cross_entropy(logits, y):
    os._exit(3)


def cross_entropy_grad(logits, y):
    os.abort()


def linear_backward(dout, X, W):
    os._exit(3)


def relu_backward(dout, Z):
    os.abort()


def loss_and_grads(X, y, params):
    os._exit(3)


def numerical_gradient(f, x, eps=1e-5):
    os.abort()
