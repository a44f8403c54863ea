"""Normal equations for the polynomials, sorting random keys for the split, np.where and comparisons of whole arrays."""

import numpy as np


def split(X, y, val=0.2, test=0.2, seed=0):
    keys = np.random.RandomState(seed).uniform(size=len(X))
    by_key = keys.argsort()
    n_test, n_val = round(test * len(X)), round(val * len(X))
    te, va, tr = by_key[:n_test], by_key[n_test:][:n_val], by_key[n_test:][n_val:]
    pick = lambda rows: (np.take(X, rows, axis=0), np.take(y, rows))  # noqa: E731 - a style learners use
    return pick(tr), pick(va), pick(te)


def standardize(X_train, *others):
    centre = np.average(X_train, axis=0)
    spread = np.sqrt(((X_train - centre) ** 2).mean(axis=0))
    safe = np.where(spread < 1e-12, 1, spread)
    done = []
    for X in [X_train] + list(others):
        Z = X.copy()
        Z -= centre
        Z /= safe
        done.append(Z)
    return tuple(done)


def best_degree(x_tr, y_tr, x_va, y_va, degrees):
    def features(x, d):
        return np.stack([x**k for k in range(d + 1)], axis=1)

    losses = []
    for d in degrees:
        A = features(x_tr, d)
        w = np.linalg.solve(A.T @ A, A.T @ y_tr)
        losses.append(((features(x_va, d) @ w - y_va) ** 2).sum())
    return degrees[losses.index(min(losses))]


def early_stopping(val_losses, patience):
    best, epoch = 0, 0
    while epoch < len(val_losses) - 1 and epoch - best < patience:
        epoch += 1
        if val_losses[epoch] < min(val_losses[:epoch]):
            best = epoch
    return epoch, best


def diagnose(train_acc, val_acc, target_acc, gap=0.05):
    if not train_acc < target_acc:
        if train_acc - val_acc > gap:
            return "overfitting"
        return "good fit"
    return "underfitting"


def confusion_matrix(y_true, y_pred, n):
    classes = np.arange(n)
    is_true = y_true[:, None] == classes
    is_predicted = y_pred[:, None] == classes
    return (is_true[:, :, None] & is_predicted[:, None, :]).sum(axis=0)


def f1_macro(y_true, y_pred, n):
    scores = []
    for c in range(n):
        tp = np.sum((y_true == c) & (y_pred == c))
        fp = np.sum((y_true != c) & (y_pred == c))
        fn = np.sum((y_true == c) & (y_pred != c))
        scores.append(0.0 if tp == 0 else tp / (tp + 0.5 * (fp + fn)))
    return sum(scores) / len(scores)
