"""Exercise 6: splits, standardising, choosing a degree, early stopping, diagnosing, and two metrics.

Row i of the data shows its own number, so that it can be followed. Which rows go where is judged by statistics over
many seeds, never by the order of a generator.
"""

import numpy as np
import pytest

from dlquiz.grading import check, make

# --- split ---

PARTS = ("training", "validation", "test")


def numbered(n):
    """Return rows that show their number, and labels of four classes, sorted."""
    number = np.arange(n)
    return number[:, None] + np.array([1.0, 1.25, 1.5]), number * 4 // n


def parts_of(submission, n, *settings):
    """Split numbered rows; return the row numbers and the labels of each part, after checking their form."""
    got = submission.split(*numbered(n), *settings)
    check.that(
        isinstance(got, tuple | list)
        and len(got) == 3
        and all(isinstance(part, tuple | list) and len(part) == 2 for part in got),
        "split returns three pairs: (X_train, y_train), (X_val, y_val), (X_test, y_test).",
        expected="3 pairs of arrays",
        got=got,
    )
    result = []
    for name, (X, y) in zip(PARTS, got, strict=True):
        check.that(
            isinstance(X, np.ndarray) and X.dtype.kind in "iuf" and X.ndim == 2 and X.shape[1] == 3,
            f"The {name} part of X is not an array with rows of X.",
            expected="shape (rows, 3)",
            got=str(X.shape) if isinstance(X, np.ndarray) else type(X).__name__,
        )
        check.shape(y, (len(X),), name=f"{name} part of y")
        rows = np.nan_to_num(X[:, 0] - 1).astype(int)
        known = np.isin(rows, np.arange(n)) & (X == rows[:, None] + [1.0, 1.25, 1.5]).all(axis=1)
        check.that(known.all(), f"The {name} part holds a row that is not in X.", got=X[~known][:1])
        result.append((rows, np.asarray(y)))
    return result


@pytest.mark.case(
    "The parts have round(N * fraction) rows: 100 rows with 0.29 and 0.14 give 57, 29 and 14",
    points=0.25,
    public=True,
    hint="100 * 0.29 is 28.999999999999996 in Python. int() cuts it off to 28, round() gives 29.",
)
def test_split_sizes(submission, rng):
    for n, settings, want in ((60, (0.15, 0.25), [36, 9, 15]), (40, (), [24, 8, 8]), (100, (0.29, 0.14), [57, 29, 14])):
        sizes = [len(rows) for rows, _ in parts_of(submission, n, *settings)]
        check.equal(sizes, want, name=f"rows for training, validation and test, of {n}")


@pytest.mark.case(
    "Every row is in exactly one part, and X and y stay as they are",
    points=0.25,
    hint="Cut ONE permutation of the row numbers into three pieces. Then no row can be there twice, or be lost.",
)
def test_split_uses_every_row_once(submission, rng):
    settings = (0.3, 0.15, make.seed(rng))
    rows = np.concatenate([rows for rows, _ in parts_of(submission, 40, *settings)])
    often = np.bincount(rows, minlength=40)
    check.that(
        (often == 1).all(),
        f"{(often > 1).sum()} of 40 rows are there twice or more, {(often == 0).sum()} are in no part.",
        expected="each row once",
        got=f"row {np.argmax(often != 1)} comes {often[np.argmax(often != 1)]} times",
    )
    check.unchanged(submission.split, *numbered(40), *settings, names=("X", "y"))


@pytest.mark.case(
    "Rows and labels stay together",
    points=0.25,
    hint="Use the same row numbers for both: X[rows] and y[rows]. Do not shuffle X and y separately.",
)
def test_split_keeps_pairs(submission, rng):
    _, labels = numbered(40)
    for name, (rows, y) in zip(PARTS, parts_of(submission, 40, 0.2, 0.3, make.seed(rng)), strict=True):
        check.that(
            np.array_equal(y, labels[rows]),
            f"In the {name} part {(y != labels[rows]).sum()} of {len(rows)} rows have the label of another row.",
            expected=labels[rows],
            got=y,
        )


@pytest.mark.case(
    "Which rows go where is random: rows sorted by label are mixed, and any row can come into any part",
    points=0.5,
    hint="rng.permutation(len(X)) gives all row numbers in random order. Cut that, not X itself.",
)
def test_split_is_random(submission, rng):
    _, labels = numbered(100)
    for name, (rows, _) in zip(PARTS, parts_of(submission, 100, 0.2, 0.2, make.seed(rng)), strict=True):
        classes = np.unique(labels[rows])
        check.that(  # a random part has less than 3 of the 4 classes once in two million times
            len(classes) >= 3,
            f"The rows were sorted by label, and the {name} part has only {len(classes)} of the 4 classes.",
            expected="rows of all classes",
            got=f"classes {classes.tolist()}",
        )
    been = np.zeros((3, 20), bool)
    for _ in range(60):
        for part, (rows, _) in enumerate(parts_of(submission, 20, 0.3, 0.3, make.seed(rng))):
            been[part, rows] = True
    for name, there in zip(PARTS, been, strict=True):  # a random split leaves a row out once in 50 million times
        check.that(
            there.all(), f"With 60 seeds, row {np.argmin(there)} of 20 never comes into the {name} part.", got=there
        )


@pytest.mark.case(
    "The same seed gives the same split, another seed another one",
    points=0.25,
    hint="rng = np.random.default_rng(seed) inside the function, and every random number from this rng.",
)
def test_split_follows_the_seed(submission, rng):
    def test_rows(seed):
        return sorted(parts_of(submission, 40, 0.2, 0.2, seed)[2][0].tolist())

    one, other = 1000 + make.seed(rng) // 2, make.seed(rng) % 1000
    first = test_rows(one)
    check.that(test_rows(other) != first, f"The seeds {one} and {other} give the same test part.", got=first)
    again = test_rows(one)
    check.that(again == first, f"Two calls with the same seed, {one}, differ.", expected=first, got=again)


# --- standardize ---


def raw_table(rng, n):
    """Return n rows of three columns of quite different size."""
    return rng.normal(size=(n, 3)) * [0.5, 10, 300] + [5, -20, 300]


def standardized(submission, *sets):
    names = ("X_train", *(f"set {number}" for number in range(2, len(sets) + 1)))
    return check.parts(submission.standardize(*sets), *names, of="standardize")


def check_scaled(got, X, X_train, name):
    """Compare with the mean and std of X_train. Dividing by N - 1 in the std is accepted."""
    wanted = [(X - X_train.mean(axis=0)) / X_train.std(axis=0, ddof=ddof) for ddof in (0, 1)]
    close = np.shape(got) == X.shape and np.allclose(got, wanted[1], rtol=1e-6, atol=1e-7)
    check.close(got, wanted[1 if close else 0], name=name, rtol=1e-6, atol=1e-7, batch_size=len(X_train))


@pytest.mark.case(
    "Each column of the training set gets mean 0 and standard deviation 1",
    points=0.5,
    hint="X_train.mean(axis=0) has one number for each column. Which axis disappears? X -= ... changes X itself.",
)
def test_standardize_training(submission, rng):
    X = raw_table(rng, 8)
    same = rng.permutation(X)  # the training rows again: whoever mixes the sets gets the same mean and std
    check_scaled(standardized(submission, X, same)[0], X, X, "standardised X_train")
    check.unchanged(submission.standardize, X, same, names=("X_train", "the other set"))


@pytest.mark.case(
    "The other sets are scaled with the mean and std of the training set, and do not change its result",
    points=0.5,
    public=True,
    hint="Compute mean and std once, from X_train alone. The test rows play the unknown future: do not look at them.",
)
def test_standardize_others(submission, rng):
    X, first, second = raw_table(rng, 6), 2 * raw_table(rng, 4), raw_table(rng, 3) - 40
    train, *others = standardized(submission, X, first, second)
    for got, other in zip(others, (first, second), strict=True):
        check_scaled(got, other, X, "standardised other set")
    check_scaled(train, X, X, "standardised X_train")


@pytest.mark.case(
    "A constant column becomes 0 in the training set, not NaN",
    points=0.25,
    hint="Its std is 0, and 0 / 0 is NaN. Divide by 1 there: np.where(std == 0, 1, std).",
)
def test_standardize_constant_columns(submission, rng):
    X = np.insert(raw_table(rng, 8), (0, 2), [2.0, 0.5], axis=1)
    got = standardized(submission, X, X[:3])[0]
    check.shape(got, (8, 5), name="standardised X_train")
    check.close(got[:, [0, 3]], np.zeros((8, 2)), name="constant columns", atol=1e-6)
    check_scaled(got[:, [1, 2, 4]], X[:, [1, 2, 4]], X[:, [1, 2, 4]], "other columns")


# --- best_degree ---


def errors_of(data, degrees):
    x_tr, y_tr, x_va, y_va = data
    return [np.mean((np.polyval(np.polyfit(x_tr, y_tr, degree), x_va) - y_va) ** 2) for degree in degrees]


def curve(rng, function, noise, n, degrees, best):
    """Draw rows until ``best`` wins clearly on the validation rows."""
    while True:
        x = rng.uniform(-1, 1, 2 * n)
        y = function(x) + noise * rng.normal(size=2 * n)
        data = x[:n], y[:n], x[n:], y[n:]
        errors = errors_of(data, degrees)
        at = degrees.index(best)
        if errors[at] < 0.9 * min(errors[:at] + errors[at + 1 :]):
            return data


def check_degrees(submission, *questions):
    """Ask for the degrees in all data first, then look: several answers show what is mistaken."""
    answers = [submission.best_degree(*data, degrees) for data, degrees, _, _ in questions]
    for got, (data, degrees, best, why) in zip(answers, questions, strict=True):
        check.that(isinstance(got, int), "best_degree returns a whole number.", expected=best, got=got)
        place = 0 < got == degrees.index(best) and got not in degrees  # 0 may be a start that was never replaced
        check.that(not place, "best_degree returns the place in degrees, not the degree that stands there.", got=got)
        errors = ", ".join(f"{error:.3g}" for error in errors_of(data, degrees))
        why = f"{why} For the degrees {degrees} the validation errors are {errors}."
        check.that(got == best, why, expected=best, got=got)


@pytest.mark.case(
    "The degree is chosen by the validation error: a parabola is found in noisy points",
    points=0.5,
    hint="Fit on x_tr, y_tr only; compare the errors on x_va, y_va only. On the training rows the largest degree wins.",
)
def test_degree_by_validation(submission, rng):
    degrees = list(range(10))
    data = curve(rng, lambda x: 3 * x**2 - x, 0.5, 18, degrees, 2)
    # Training rows on a line. Who changes the roles says another degree for both other lines, who adds both errors
    # for the flatter one.
    x, x_va = (np.append(half, -half) for half in rng.uniform(0.3, 1, (2, 4)))
    flat, steep = (x, x, x_va, 0.4 * x_va), (x, x, x_va, 3 * x_va)
    check_degrees(
        submission,
        (data, degrees, 2, "The points lie around a parabola."),
        *((flat, [0, degree], 0, "The validation rows lie on a flatter line.") for degree in (1, 2, 3, 4)),
        (steep, [0, 1], 1, "The validation rows lie on a steeper line."),
    )


@pytest.mark.case(
    "The degree is returned, not its place in the list",
    points=0.25,
    hint="np.argmin gives a place. degrees[place] is the degree.",
)
def test_degree_is_not_an_index(submission, rng):
    degrees = [0, 1, 2, 8, 12]
    data = curve(rng, lambda x: np.cos(8 * np.arccos(x)), 0.2, 50, degrees, 8)
    check_degrees(submission, (data, degrees, 8, "The points lie around a polynomial of degree 8."))


@pytest.mark.case(
    "The mean SQUARED error decides, and between equal ones the smallest degree",
    points=0.25,
    hint="Take the first of the smallest errors: < and not <=. One far point counts much when it is squared.",
)
def test_degree_in_ties(submission, rng):
    x, zeros = rng.uniform(-1, 1, 9), np.zeros(9)
    tie = (x, zeros, rng.uniform(-1, 1, 9), rng.normal(size=9))
    equal = "All y of the training rows are 0, so all degrees have the same error."
    line = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    far = (line, line, np.array([-0.5, 0.5, -0.25, 0.25, 1.0]), np.array([-0.5, 0.5, -0.25, 0.25, -4.0]))
    others = np.array([-0.8, -0.6, -0.3, 0.2, 0.4, 0.7])
    near = (line, line + [0.2, -0.2, 0.2, -0.2, 0.2], others, others)
    check_degrees(
        submission,
        *((tie, degrees, degrees[0], equal) for degrees in ([1, 2, 4], [0, 3], [2, 5], [1, 3])),
        *((far, [0, degree], 0, "One validation point is far from the line.") for degree in (1, 2, 3, 4)),
        (near, [0, 1, 4], 1, "The training rows lie around a line, the validation rows on it."),
    )


# --- early stopping ---


def check_stops(submission, *questions):
    """Ask about all lists first, then look; a wanted stop of None is not looked at."""
    answers = [submission.early_stopping(losses, patience) for losses, patience, _ in questions]
    for got, (losses, patience, want) in zip(answers, questions, strict=True):
        names = ("stop_epoch", "best_epoch")
        for name, value, wanted in zip(names, check.parts(got, *names, of="early_stopping"), want, strict=True):
            if wanted is not None:
                check.equal(value, wanted, name=f"{name} for {losses} with patience {patience}")


@pytest.mark.case(
    "[5, 4, 3, 3.5, 3.2, 3.1, 9] with patience 3 stops in epoch 5, and epoch 2 was the best",
    points=0.25,
    public=True,
    hint="Compare with the best loss so far, not with the loss of the epoch before: 3.2 < 3.5, but 3.2 > 3.",
)
def test_stop_by_hand(submission):
    check_stops(submission, ([5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 9.0], 3, (5, 2)))


@pytest.mark.case(
    "A new best loss starts the patience again, any smaller loss is one, and epochs after the stop do not count",
    points=0.5,
    hint="Keep best_epoch. In every epoch: a smaller loss? Then best_epoch = epoch. Is epoch - best_epoch >= patience?",
)
def test_stop_in_other_lists(submission, rng):
    lists = (
        ([9.0, 8.0, 8.5, 7.0, 7.5, 6.0, 6.5, 6.4, 6.3, 1.0], 3, (8, 5)),  # the patience starts again
        ([8.0, 9.0, 7.0, 7.5, 6.0, 6.2, 6.1, 0.5], 2, (6, 4)),
        ([4.0, 3.0, 3.5, 3.6, 1.0, 0.5], 2, (3, 1)),  # after the stop nothing counts
        ([300.0, 250.0, 260.0, 270.0, 280.0, 290.0], 3, (4, 1)),  # large
        ([900.0, 800.0, 700.0, 710.0, 720.0], 2, (4, 2)),
        ([-1.0, -2.0, -1.5, -1.4, -3.0], 2, (3, 1)),  # negative
        ([1.0, 0.99999, 0.99998, 0.99997, 2.0, 2.1, 2.2, 0.1], 3, (6, 3)),  # improvements of 0.00001
        ([1.0, 0.9, 0.89999, 0.89998, 0.91, 0.92, 0.93], 2, (5, 3)),
        ([2.0, 1.0, 1.5, 0.5], 1, (2, 1)),
        ([5.0, 6.0, 7.0, 4.0], 2, (2, 0)),  # the first epoch is the best
        ([5.0, 4.0, 3.5, 3.6], 3, (None, 2)),  # it never stops
    )
    scales = rng.uniform(1, 2, len(lists))
    check_stops(
        submission,
        *(
            ([float(round(scale * loss, 7)) for loss in losses], patience, want)
            for scale, (losses, patience, want) in zip(scales, lists, strict=True)
        ),
    )


# --- diagnose ---


@pytest.mark.case(
    "Low training accuracy is underfitting, a gap to the validation rows is overfitting",
    points=0.25,
    public=True,
    hint="0.60 on rows that were used for training, when 0.95 is wanted: the model could not even learn these.",
)
def test_diagnose(submission):
    for train, val, want in (
        (0.97, 0.96, "good fit"),
        (0.99, 0.80, "overfitting"),
        (0.60, 0.58, "underfitting"),
        (0.99, 0.92, "overfitting"),  # the gap that the stub names
    ):
        name = f"diagnose({train}, {val}, 0.95)"
        check.equal(submission.diagnose(train, val, 0.95), want, name=name)


@pytest.mark.case(
    "underfitting is asked first, gap is an argument, and only the training accuracy is compared with the target",
    points=0.25,
    hint="Two questions in this order: train_acc < target_acc? train_acc - val_acc > gap? (No abs.)",
)
def test_diagnose_in_doubt(submission, rng):
    shift = rng.uniform(-0.01, 0.01)
    questions = [
        ([round(value + shift, 4) for value in (train, val, target)], gap, want, why)
        for train, val, target, gap, want, why in (
            (0.97, 0.85, 0.80, 0.05, "overfitting", "train_acc - val_acc is above gap"),
            (0.93, 0.99, 0.90, 0.05, "good fit", "val_acc is the better one, so there is no gap"),
            (0.80, 0.60, 0.95, 0.05, "underfitting", "train_acc < target_acc is asked before the gap"),
            (0.92, 0.91, 0.95, 0.05, "underfitting", "train_acc is below target_acc, by however little"),
            (0.96, 0.93, 0.95, 0.05, "good fit", "val_acc may be below target_acc"),
            (0.97, 0.85, 0.90, 0.20, "good fit", "gap is an argument, and here it is wide"),
            (0.97, 0.95, 0.90, 0.01, "overfitting", "gap is an argument, and here it is narrow"),
            (0.70, 0.55, 0.60, 0.10, "overfitting", "train_acc - val_acc is above gap"),
        )
    ]
    answers = [submission.diagnose(*numbers, gap) for numbers, gap, _, _ in questions]
    for got, (numbers, gap, want, why) in zip(answers, questions, strict=True):
        name = f"diagnose{(*numbers, gap)}"
        if isinstance(got, str):
            check.that(got == want, f"{name} is {want}: {why}.", expected=want, got=got)
        check.equal(got, want, name=name)


# --- metrics ---


@pytest.mark.case(
    "Rows of the confusion matrix are the truth, columns the predictions, by hand",
    points=0.25,
    public=True,
    hint="Entry [i, j] counts rows with y_true == i and y_pred == j. Two rows of class 0 are predicted as 2.",
)
def test_confusion_by_hand(submission):
    y_true, y_pred = np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 2, 2, 1, 0, 2, 1])
    check.equal(
        submission.confusion_matrix(y_true, y_pred, 3),
        np.array([[1, 0, 2], [1, 1, 0], [0, 1, 1]]),
        name="confusion matrix",
    )


def counts_of(y_true, y_pred, n):
    return np.bincount(y_true * n + y_pred, minlength=n * n).reshape(n, n)


def noisy_labels(rng, size, n):
    """Return labels, very unequal in number, and predictions of which a third is wrong."""
    share = np.arange(1, n + 1) / np.arange(1, n + 1).sum()
    y_true = rng.permutation(np.concatenate([np.arange(n), rng.choice(n, size - n, p=share)]))
    wrong = (y_true + rng.integers(1, n, size)) % n
    return y_true, np.where(rng.random(size) < 0.35, wrong, y_true)


@pytest.mark.case(
    "The confusion matrix has n rows and columns, also if the last class does not occur, and y_true, y_pred are kept",
    points=0.25,
    hint="counts[y_true, y_pred] += 1 counts each pair only once. np.add.at(counts, (y_true, y_pred), 1) counts all.",
)
def test_confusion_of_many(submission, rng):
    y_true, y_pred = noisy_labels(rng, 60, 4)
    want = counts_of(y_true, y_pred, 6)
    got = check.unchanged(submission.confusion_matrix, y_true, y_pred, 6, names=("y_true", "y_pred", "n"))
    check.equal(got, want, name="confusion matrix of 4 classes with n = 6")


def check_f1(submission, y_true, y_pred, n):
    counts = counts_of(y_true, y_pred, n)
    scores = 2 * np.diag(counts) / (counts.sum(axis=0) + counts.sum(axis=1))
    name = f"macro F1 of classes with F1 = {', '.join(f'{score:.3f}' for score in scores)}"
    check.close(submission.f1_macro(y_true, y_pred, n), scores.mean(), name=name, rtol=1e-6, n_classes=n)


@pytest.mark.case(
    "Macro F1 is the mean of the F1 scores of the classes",
    points=0.25,
    hint="One F1 for each class first, then their plain mean: a class with few rows counts as much as one with many.",
)
def test_f1(submission, rng):
    check_f1(submission, *noisy_labels(rng, 60, 4), 4)


@pytest.mark.case(
    "A class that is never predicted, or never true, counts with F1 = 0 and not NaN",
    points=0.25,
    hint="Its precision is 0 / 0. The form 2 * TP / (2 * TP + FP + FN) has no such problem. Divide by n classes.",
)
def test_f1_without_predictions(submission, rng):
    pairs = rng.permutation([(0, 0), (0, 2), (1, 0), (1, 2), (2, 2), (2, 3), (3, 3)])  # class 1 is never predicted
    one, other = rng.permutation(4)[pairs.T]
    check_f1(submission, one, other, 4)
    check_f1(submission, other, one, 4)
