"""The generator is made without the seed, so that each call gives another split.

loses: test_split_follows_the_seed
says: Two calls with the same seed
"""

import numpy as np


def split(X, y, val=0.2, test=0.2, seed=0):
    n_val, n_test = round(len(y) * val), round(len(y) * test)
    order = np.random.default_rng().permutation(len(y))
    validation, testing, training = np.split(order, [n_val, n_val + n_test])
    return (X[training], y[training]), (X[validation], y[validation]), (X[testing], y[testing])


def standardize(X_train, *others):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return tuple((X - mean) / std for X in (X_train, *others))


def best_degree(x_tr, y_tr, x_va, y_va, degrees):
    errors = [np.mean((np.polyval(np.polyfit(x_tr, y_tr, degree), x_va) - y_va) ** 2) for degree in degrees]
    return degrees[int(np.argmin(errors))]


def early_stopping(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best


def diagnose(train_acc, val_acc, target_acc, gap=0.05):
    if train_acc < target_acc:
        return "underfitting"
    return "overfitting" if train_acc - val_acc > gap else "good fit"


def confusion_matrix(y_true, y_pred, n):
    counts = np.zeros((n, n), dtype=np.int64)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


def f1_macro(y_true, y_pred, n):
    counts = confusion_matrix(y_true, y_pred, n)
    right, both = np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1)
    return float(np.mean(2 * right / np.maximum(both, 1)))
