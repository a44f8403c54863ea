"""Copies that are changed in place; the corrections of adam folded into the learning rate and into eps."""

import numpy as np


def sgd(weights, gradient, learning_rate):
    new = weights.copy()
    new -= learning_rate * gradient
    return new


def momentum(weights, gradient, velocity, learning_rate, beta=0.9):
    velocity = np.array(velocity)
    velocity *= beta
    velocity += gradient
    return sgd(weights, velocity, learning_rate), velocity


def rmsprop(weights, gradient, mean_square, learning_rate, rho=0.9, eps=1e-8):
    mean_square = np.multiply(mean_square, rho)
    mean_square += (1.0 - rho) * np.square(gradient)
    return sgd(weights, gradient / (mean_square**0.5 + eps), learning_rate), mean_square


def adam(weights, gradient, mean, mean_square, step, learning_rate, b1=0.9, b2=0.999, eps=1e-8):
    mean, mean_square = mean.copy(), mean_square.copy()
    mean *= b1
    mean += (1 - b1) * gradient
    mean_square *= b2
    mean_square += (1 - b2) * gradient * gradient
    root = np.sqrt(1 - b2**step)
    rate = learning_rate * root / (1 - b1**step)
    return weights - rate * mean / (np.sqrt(mean_square) + eps * root), mean, mean_square
