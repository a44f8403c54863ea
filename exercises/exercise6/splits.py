"""Exercise 6: splits, over- and underfitting, metrics.

Fill in the seven functions. NumPy only.

Shapes: N rows (examples), D columns (features), n classes, numbered 0 to n-1.
No function may change the arrays it is given.
"""

from collections.abc import Sequence

import numpy as np

Part = tuple[np.ndarray, np.ndarray]


def split(X: np.ndarray, y: np.ndarray, val: float = 0.2, test: float = 0.2, seed: int = 0) -> tuple[Part, Part, Part]:
    """Cut a data set into a training, a validation and a test part.

    Every row goes into exactly one part, together with its label. Which rows
    go where is random; the order inside a part does not matter. The same seed
    gives the same parts, another seed gives others. The rows may come sorted
    by label. You may keep the shares of the classes equal (a stratified split).

    Parameters
    ----------
    X : float array, shape (N, D)
    y : int array, shape (N,)
    val, test : float
        Shares of the rows. The parts have ``round(N * val)`` and
        ``round(N * test)`` rows, with Python's round; the rest is for training.
    seed : int
        For ``np.random.default_rng(seed)``.

    Returns
    -------
    (X_train, y_train), (X_val, y_val), (X_test, y_test)
    """
    # TODO(1): one permutation of the row numbers, cut twice; replace the raise line.
    raise NotImplementedError("split: TODO(1)")


def standardize(X_train: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shift and scale each column with the mean and the standard deviation of the TRAINING rows.

    All sets use the same numbers: ``(x - mean) / std``, where mean and std of a
    column come from X_train alone. What stands in the other sets must not
    change the result for X_train.

    Parameters
    ----------
    X_train : float array, shape (N, D)
    *others : float arrays, shape (any number of rows, D)
        For example the validation and the test rows.

    Returns
    -------
    tuple with 1 + len(others) arrays
        First X_train, then the others in their order. std is the population
        standard deviation (ddof=0). Columns with max == min in X_train become
        0 in the training set and x - mean elsewhere, never NaN.
    """
    # TODO(2): one mean and one std for each column of X_train; a std of 0 needs care; replace the raise line.
    raise NotImplementedError("standardize: TODO(2)")


def best_degree(x_tr: np.ndarray, y_tr: np.ndarray, x_va: np.ndarray, y_va: np.ndarray, degrees: Sequence[int]) -> int:
    """Choose the degree of a polynomial by its error on the validation rows.

    For each degree: fit a polynomial to the training rows alone, by least
    squares, and compute its mean squared error on the validation rows.

    Parameters
    ----------
    x_tr, y_tr : float arrays, shape (N,)
        Training rows.
    x_va, y_va : float arrays, shape (M,)
        Validation rows.
    degrees : sequence of int
        The candidates, in ascending order, for example [0, 1, 2, 8, 12].

    Returns
    -------
    int
        The degree (not its place in the list) with the smallest mean squared
        error on the validation rows. Ties: the smallest degree.
    """
    # TODO(3): np.polyfit on the training rows, np.polyval on the validation rows; replace the raise line.
    raise NotImplementedError("best_degree: TODO(3)")


def early_stopping(val_losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Say when training stops, and which epoch was the best until then.

    Epochs are counted from 0. Only a strictly smaller loss is better than the
    best one so far, but then by any amount, however small. ``stop_epoch`` is
    the first epoch with ``epoch - best_epoch >= patience``, else the last one.
    Epochs after the stop do not exist: they must not count.

    Parameters
    ----------
    val_losses : list of float
        The validation loss after each epoch, any finite numbers.
    patience : int
        At least 1: so many epochs without a new best loss are one too many.

    Returns
    -------
    (stop_epoch, best_epoch)
    """
    # TODO(4): go through the epochs and remember the best one; replace the raise line.
    raise NotImplementedError("early_stopping: TODO(4)")


def diagnose(train_acc: float, val_acc: float, target_acc: float, gap: float = 0.05) -> str:
    """Name the problem of a trained model.

    Parameters
    ----------
    train_acc, val_acc : float
        Accuracy on the training and on the validation rows, 0 to 1.
    target_acc : float
        The accuracy that we want to reach.
    gap : float
        How much worse the validation rows may be than the training rows.

    Returns
    -------
    str
        ``"underfitting"`` if train_acc < target_acc (this is asked first);
        ``"overfitting"`` if train_acc - val_acc > gap; else ``"good fit"``.
    """
    # TODO(5): two questions, in this order; replace the raise line.
    raise NotImplementedError("diagnose: TODO(5)")


def confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, n: int) -> np.ndarray:
    """Count which classes are taken for which.

    Parameters
    ----------
    y_true, y_pred : int arrays, shape (N,)
        Classes 0 to n-1. Some classes may not occur.
    n : int
        The number of classes.

    Returns
    -------
    int array, shape (n, n)
        Entry [i, j]: how many rows of the true class i were predicted as j.
        Rows are the truth, columns the predictions. All entries sum to N.
    """
    # TODO(6): every row adds 1 to one entry, also if the same pair comes again; replace the raise line.
    raise NotImplementedError("confusion_matrix: TODO(6)")


def f1_macro(y_true: np.ndarray, y_pred: np.ndarray, n: int) -> float:
    """Return the mean over all n classes of the F1 score of each class.

    For class c: TP rows are c and predicted as c, FP rows are predicted as c
    but are not, FN rows are c but not predicted as c. Then
    ``F1 = 2 * TP / (2 * TP + FP + FN)``, the harmonic mean of precision
    ``TP / (TP + FP)`` and recall ``TP / (TP + FN)``.

    Parameters
    ----------
    y_true, y_pred : int arrays, shape (N,)
        Classes 0 to n-1.
    n : int
        The number of classes.

    Returns
    -------
    float
        Every class counts the same, however many rows it has. A class that is
        never predicted right has F1 = 0, and so has a class without true and
        predicted rows. Never NaN.
    """
    # TODO(7): TP, FP and FN of each class from the confusion matrix; replace the raise line.
    raise NotImplementedError("f1_macro: TODO(7)")
