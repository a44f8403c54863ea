"""Plain Python loops and sums, no matrix product; prints what it does; a list comes back instead of a tuple."""

import math
import statistics

import numpy as np

print("regression is loaded")


def demand_row(values, n):
    if len(np.shape(values)) > 1 or len(values) != n:
        raise ValueError(f"expected {n} numbers, got an array of shape {np.shape(values)}")


def predict(row, w, b):
    return sum(weight * x for weight, x in zip(w, row)) + b


def mse(pred, y):
    demand_row(y, len(pred))
    return math.fsum((p - t) ** 2 for p, t in zip(pred, y)) / len(y)


def mse_grad(X, y, w, b):
    demand_row(y, len(X))
    dw, db = [0.0] * len(w), 0.0
    for row, target in zip(X, y):
        error = predict(row, w, b) - target
        for d in range(len(w)):
            dw[d] += 2 * error * row[d] / len(y)
        db += 2 * error / len(y)
    return [np.array(dw), db]


def gradient_descent(X, y, lr=0.1, steps=200):
    demand_row(y, len(X))
    w, b = np.array([0.0 for _ in X[0]]), 0.0
    history = []
    while len(history) < steps:
        history += [mse([predict(row, w, b) for row in X], y)]
        slope_w, slope_b = mse_grad(X, y, w, b)
        b -= lr * slope_b
        for d in range(len(w)):
            w[d] -= lr * slope_w[d]
    print("the last cost is", history[-1] if history else None)
    return [w, b, history]


def r2_score(y, pred):
    demand_row(y, len(pred))
    middle = statistics.fmean(y)
    return 1.0 - sum((t - p) ** 2 for t, p in zip(y, pred)) / sum((t - middle) ** 2 for t in y)


if __name__ == "__main__":
    print(gradient_descent(np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 5.0, 7.0])))
