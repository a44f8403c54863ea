"""Lists, dictionaries and loops; random.Random for the split; std with N - 1; precision and recall one by one."""

import math
import random

import numpy as np

print("splits is loaded")


def split(X, y, val=0.2, test=0.2, seed=0):
    rows = list(range(len(X)))
    random.Random(seed).shuffle(rows)
    n_val, n_test = round(len(X) * val), round(len(X) * test)
    taken = {"val": rows[:n_val], "test": rows[n_val : n_val + n_test], "train": rows[n_val + n_test :]}
    return [
        [np.array([X[i] for i in taken[name]]), np.array([y[i] for i in taken[name]])]
        for name in ("train", "val", "test")
    ]


def standardize(X_train, *others):
    columns = []
    for column in X_train.T.tolist():
        mean = sum(column) / len(column)
        variance = math.fsum((v - mean) ** 2 for v in column) / (len(column) - 1)
        columns.append((mean, 1.0 if min(column) == max(column) else math.sqrt(variance)))
    return [np.array([[(v - m) / s for v, (m, s) in zip(row, columns)] for row in X]) for X in (X_train, *others)]


def best_degree(x_tr, y_tr, x_va, y_va, degrees):
    winner, smallest = None, math.inf
    for degree in degrees:
        fitted = np.poly1d(np.polyfit(x_tr, y_tr, degree))
        error = sum((fitted(x) - t) ** 2 for x, t in zip(x_va, y_va)) / len(x_va)
        if error < smallest:
            winner, smallest = degree, error
    return winner


def early_stopping(val_losses, patience):
    best_loss, best, waiting, epoch = math.inf, 0, 0, 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_loss, best, waiting = val_losses[epoch], epoch, 0
        else:
            waiting += 1
            if waiting == patience:
                break
    return [epoch, best]


def diagnose(train_acc, val_acc, target_acc, gap=0.05):
    match (train_acc >= target_acc, train_acc - val_acc <= gap):
        case (False, _):
            return "underfitting"
        case (True, False):
            return "overfitting"
    return "good fit"


def confusion_matrix(y_true, y_pred, n):
    matrix = [[0] * n for _ in range(n)]
    for truth, guess in zip(y_true, y_pred):
        matrix[truth][guess] += 1
    return np.array(matrix)


def f1_macro(y_true, y_pred, n):
    total = 0.0
    for c in range(n):
        tp = sum(1 for t, p in zip(y_true, y_pred) if t == c == p)
        predicted, true = sum(p == c for p in y_pred), sum(t == c for t in y_true)
        if tp:
            precision, recall = tp / predicted, tp / true
            total += 2 * precision * recall / (precision + recall)
    return total / n


if __name__ == "__main__":
    print(early_stopping([5, 4, 3, 3.5, 3.2, 3.1, 9], 3))
