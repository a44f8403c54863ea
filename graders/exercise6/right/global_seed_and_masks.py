"""np.random.seed, masks that keep the order of the rows, std + 1e-8, Polynomial.fit, bincount, a tiny eps in F1."""

import numpy as np


def split(X, y, val=0.2, test=0.2, seed=0):
    np.random.seed(seed % 2**32)
    n = X.shape[0]
    n_val, n_test = int(round(n * val)), int(round(n * test))
    kinds = np.random.permutation(np.repeat(["val", "test", "train"], [n_val, n_test, n - n_val - n_test]))
    return tuple((X[kinds == kind], y[kinds == kind]) for kind in ("train", "val", "test"))


def standardize(X_train, *others):
    mu, sd = X_train.mean(0), X_train.std(0)
    out = [(X_train - mu) / (sd + 1e-8)]
    for other in others:
        out.append((other - mu) / (sd + 1e-8))
    return tuple(out)


def best_degree(x_tr, y_tr, x_va, y_va, degrees):
    fits = [np.polynomial.Polynomial.fit(x_tr, y_tr, d) for d in degrees]
    rmse = np.array([np.sqrt(np.mean(np.square(fit(x_va) - y_va))) for fit in fits])
    return np.array(degrees)[rmse.argmin()]


def early_stopping(val_losses, patience):
    for stop in range(len(val_losses)):
        best = int(np.argmin(val_losses[: stop + 1]))
        if stop - best >= patience:
            break
    return np.int64(stop), np.int64(best)


def diagnose(train_acc, val_acc, target_acc, gap=0.05):
    return "underfitting" if train_acc < target_acc else ("good fit", "overfitting")[train_acc - val_acc > gap]


def confusion_matrix(y_true, y_pred, n):
    return np.bincount(np.ravel_multi_index((y_true, y_pred), (n, n)), minlength=n * n).reshape(n, n).astype(np.uint16)


def f1_macro(y_true, y_pred, n):
    M = confusion_matrix(y_true, y_pred, n).astype(float)
    tp, fp, fn = np.diag(M), M.sum(0) - np.diag(M), M.sum(1) - np.diag(M)
    eps = 1e-12
    p, r = tp / (tp + fp + eps), tp / (tp + fn + eps)
    return (2 * p * r / (p + r + eps)).mean()
