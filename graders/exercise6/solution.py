"""Reference solution of exercise 6."""

from collections.abc import Sequence

import numpy as np

Part = tuple[np.ndarray, np.ndarray]


def split(X: np.ndarray, y: np.ndarray, val: float = 0.2, test: float = 0.2, seed: int = 0) -> tuple[Part, Part, Part]:
    n_val, n_test = round(len(y) * val), round(len(y) * test)
    order = np.random.default_rng(seed).permutation(len(y))
    validation, testing, training = np.split(order, [n_val, n_val + n_test])
    return (X[training], y[training]), (X[validation], y[validation]), (X[testing], y[testing])


def standardize(X_train: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    # max == min, and not std == 0: the mean of equal numbers can be wrong in the last digit.
    constant = X_train.max(axis=0) == X_train.min(axis=0)
    mean = np.where(constant, X_train[0], mean)
    std = np.where(constant, 1.0, std)
    return tuple((X - mean) / std for X in (X_train, *others))


def best_degree(x_tr: np.ndarray, y_tr: np.ndarray, x_va: np.ndarray, y_va: np.ndarray, degrees: Sequence[int]) -> int:
    def error(degree: int) -> float:
        return float(np.mean((np.polyval(np.polyfit(x_tr, y_tr, degree), x_va) - y_va) ** 2))

    return min(sorted(degrees), key=error)


def early_stopping(val_losses: Sequence[float], patience: int) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best


def diagnose(train_acc: float, val_acc: float, target_acc: float, gap: float = 0.05) -> str:
    if train_acc < target_acc:
        return "underfitting"
    return "overfitting" if train_acc - val_acc > gap else "good fit"


def confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, n: int) -> np.ndarray:
    counts = np.zeros((n, n), dtype=np.int64)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


def f1_macro(y_true: np.ndarray, y_pred: np.ndarray, n: int) -> float:
    counts = confusion_matrix(y_true, y_pred, n)
    right = np.diag(counts)
    both = counts.sum(axis=0) + counts.sum(axis=1)  # 2 TP + FP + FN
    return float(np.mean(2 * right / np.maximum(both, 1)))
