"""Exercise 5: cost, gradient, the whole path of gradient descent, and R².

Each function is asked about values that the trusted side computed, and the path is followed from the learner's own
start. Only one case, the path at ordinary numbers, sees a wrong gradient again.
"""

import numpy as np
import pytest

from dlquiz.grading import check, probe

FIT = {"rtol": 1e-6, "atol": 1e-12}


def table(rng, n=7, d=3):
    """Return X (n, d) and y (n,) that no line fits exactly; the columns are not centred, nor is y."""
    X = rng.normal(size=(n, d)) + rng.uniform(0.3, 0.8, d)
    return X, X @ rng.normal(size=d) + rng.uniform(1, 2) + rng.normal(size=n)


def cost(X, y, w, b):
    return float(np.mean((X @ w + b - y) ** 2))


def number(value):
    """Return an array that holds one number as that number."""
    return value.reshape(()) if isinstance(value, np.ndarray) and value.size == 1 else value


@pytest.mark.case(
    "mse is the mean of the squared errors, and leaves pred and y as they are",
    points=0.5,
    public=True,
    hint="Square each error first, then take the mean: np.mean((pred - y) ** 2).",
)
def test_mse(submission, rng):
    pred, y = rng.normal(size=5), rng.normal(size=5) * 2
    want = np.mean((pred - y) ** 2)
    got = check.unchanged(submission.mse, pred, y, names=("pred", "y"), want=want, name="mse(pred, y)", batch_size=5)
    check.shape(number(got), (), name="mse(pred, y)")


@pytest.mark.case(
    "dw = (2/N) X.T @ (pred - y): the slope of the cost for every weight",
    points=0.75,
    public=True,
    hint="Compute pred with w and b. Which sign has pred - y? The square leaves a factor 2, the mean leaves 1/N.",
)
def test_dw(submission, rng):
    (X, y), w, b = table(rng), rng.normal(size=3), rng.uniform(1, 2)
    got = check.unchanged(submission.mse_grad, X, y, w, b, names=("X", "y", "w", "b"))
    dw, _ = check.parts(got, "dw", "db", of="mse_grad")
    check.gradient(dw, 2 * X.T @ (X @ w + b - y) / 7, name="dw", batch_size=7, bias=b)


@pytest.mark.case(
    "db = (2/N) times the sum of the errors, one number",
    points=0.5,
    hint="b is a weight whose input is always 1. Put 1 in the place of X in the formula for dw.",
)
def test_db(submission, rng):
    (X, y), w, b = table(rng), rng.normal(size=3), rng.uniform(1, 2)
    _, db = check.parts(submission.mse_grad(X, y, w, b), "dw", "db", of="mse_grad")
    check.close(number(db), 2 * (X @ w + b - y).mean(), name="db", rtol=1e-6, batch_size=7, bias=b)


# --- gradient descent ---

PATH = ("w", "b", "history")


def run(submission, X, y, lr, steps):
    """Return w, b and history after ``steps`` updates; history is not looked at here."""
    w, b, history = check.parts(submission.gradient_descent(X, y, lr, steps), *PATH, of="gradient_descent")
    check.shape(w, (X.shape[1],), name="w")
    check.shape(number(b), (), name="b")
    return np.asarray(w, float), float(number(b)), history


def path(X, y, w, b, lr, steps):
    """Trusted: w and b after ``steps`` updates."""
    for _ in range(steps):
        errors = X @ w + b - y
        w, b = w - lr * 2 * X.T @ errors / len(y), b - lr * 2 * errors.mean()
    return w, b


@pytest.mark.case(
    "With steps=0 the start comes back, w = 0 and b = 0, also after another training",
    points=0.25,
    hint="Create w, b and history inside the function. np.zeros(X.shape[1]) has one weight for each column.",
)
def test_start(submission, rng):
    X, y = table(rng)
    w, b, history = run(submission, X, y, 0.05, 0)
    check.that(not np.all(w == 1), "w starts at 1, not at 0.", expected="w = 0, b = 0", got=f"w = {w}, b = {b:.4g}")
    # Small random numbers are accepted: they do no harm, and the other cases start where the learner does.
    small = np.abs([*w, b]).max() < 0.5
    check.that(small, "With steps=0 the result is not the start.", expected="w = 0, b = 0", got=f"w = {w}, b = {b:.4g}")
    check.shape(history, (0,), name="history with steps=0")
    run(submission, X, y, 0.05, 3)
    again = run(submission, X, y, 0.05, 0)
    check.close([*again[0], again[1]], [*w, b], name="(w, b) at the start of the next call")


@pytest.mark.case(
    "Each step goes lr times the gradient downhill, for w and b at once",
    points=1,
    public=True,
    hint="dw, db = mse_grad(X, y, w, b) with the old w and b. Only then w = w - lr * dw and b = b - lr * db.",
)
def test_path(submission, rng):
    X, y = table(rng, 6, 2)
    lr = rng.uniform(0.03, 0.07)
    start = run(submission, X, y, lr, 0)[:2]
    far = np.linalg.norm(np.append(*path(X, y, *start, 1, 1)) - np.append(*start))  # how long the gradient is
    check.that(far > 1e-3, "The start is the lowest point already: nothing is left for the steps.", got=start)
    for steps in (1, 2, 5):
        w, b, _ = run(submission, X, y, lr, steps)
        wanted_w, wanted_b = path(X, y, *start, lr, steps)
        check.close(w, wanted_w, name=f"w after {steps} steps", **FIT)
        check.close(b, wanted_b, name=f"b after {steps} steps", **FIT)
    check.unchanged(submission.gradient_descent, X, y, lr, 1, names=("X", "y", "lr", "steps"))


@pytest.mark.case(
    "history holds the cost before each step: steps numbers, the first one before training",
    points=0.5,
    hint="In the loop: first history.append(mse(X @ w + b, y)), then the update. Nothing after the loop.",
)
def test_history(submission, rng):
    X, y = table(rng)
    for lr in (0.05, 2.0):  # the second one diverges, and history must show it
        *_, history = run(submission, X, y, lr, 5)
        check.shape(history, (5,), name="history of 5 steps")
        costs = [cost(X, y, *run(submission, X, y, lr, steps)[:2]) for steps in range(5)]
        check.that(np.ptp(costs) > 0, "The cost of w and b is the same after 0, 1, 2, 3 and 4 steps.", got=costs)
        history, smallest = np.asarray(history, float), np.minimum.accumulate(costs)
        hidden = np.allclose(history, smallest, **FIT) and not np.allclose(costs, smallest, **FIT)
        check.that(not hidden, "history holds the smallest cost so far.", expected=costs, got=history)
        check.close(history, np.array(costs), name="history", **FIT)


@pytest.mark.case(
    "Small and large numbers are treated alike: with y times a millionth, w and b are times a millionth",
    points=0.25,
    hint="Do exactly `steps` updates. Do not stop when the cost hardly changes, and do not cut the gradient off.",
)
def test_scale(submission, rng):
    X, y = table(rng)
    zero, one = (np.append(*run(submission, X, y * factor, 0.05, 60)[:2]) for factor in (0.0, 1.0))
    check.that(np.abs(one - zero).max() > 0, "60 steps leave w and b where they were.", got=one)
    for factor in (1e-4, 1e-6, 1e3):
        got = np.append(*run(submission, X, y * factor, 0.05, 60)[:2]) - zero
        check.close(got / factor, one - zero, name=f"(w, b) for y times {factor:g}, divided by {factor:g}", rtol=1e-6)


@pytest.mark.case(
    "A learning rate that is too large is not hidden: the cost grows from step to step",
    points=0.25,
    hint="Use lr as it is given, in every step. Do not make it smaller, and do not stop early.",
)
def test_divergence(submission, rng):
    X, y = table(rng)
    ones = np.column_stack([X, np.ones(7)])
    lr = 20 / np.linalg.eigvalsh(2 * ones.T @ ones / 7)[-1]  # the error grows 19 times in each step
    start, end = (run(submission, X, y, lr, steps)[:2] for steps in (0, 10))
    growth = cost(X, y, *end) / cost(X, y, *start)
    check.that(
        growth > 9.0**9, "With a far too large lr the cost hardly grows.", expected="growth", got=f"{growth:.3g}"
    )
    first, fourth = (np.append(*run(submission, X, y, lr, steps)[:2]) for steps in (1, 4))
    small, origin = np.append(*run(submission, X, y, 0.05, 1)[:2]), np.append(*start)
    name = "the first step from the start, divided by lr, with a large lr (expected: with lr = 0.05)"
    check.close((first - origin) / lr, (small - origin) / 0.05, name=name, rtol=1e-4)
    # A wrong gradient is another case's matter.
    if np.allclose(first, np.append(*path(X, y, *start, lr, 1)), rtol=1e-4):
        check.close(
            fourth, np.append(*path(X, y, *start, lr, 4)), name="(w, b) after 4 steps with a large lr", rtol=1e-4
        )


@pytest.mark.case(
    "200 steps with lr 0.1 on standardised columns find the least squares solution to 0.001",
    points=0.75,
    hint="If w is right and b is not, b is never changed. If both are too small, count the updates.",
)
def test_least_squares(submission, rng):
    X = rng.normal(size=(60, 3))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = X @ rng.uniform(1, 2, 3) + rng.uniform(2, 3) + 0.3 * rng.normal(size=60)
    w, b, _ = check.parts(submission.gradient_descent(X, y), *PATH, of="gradient_descent")
    *wanted_w, wanted_b = np.linalg.lstsq(np.column_stack([X, np.ones(60)]), y, rcond=None)[0]
    check.close(w, np.array(wanted_w), name="w after 200 steps", rtol=0, atol=1e-3)
    check.close(number(b), wanted_b, name="b after 200 steps", rtol=0, atol=1e-3)


# --- R² ---


@pytest.mark.case(
    "R² is 1 for a perfect model, and 0 for a model that always says the mean",
    points=0.25,
    public=True,
    hint="The first argument is the truth. Divide by the squared distances of y from its own mean.",
)
def test_r2_of_perfect_and_mean(submission):
    y = np.array([1.0, 3.0, 8.0])
    check.close(submission.r2_score(y, y + 0), 1.0, name="R² of the perfect model")
    check.close(submission.r2_score(y, np.full(3, 4.0)), 0.0, name="R² of the mean", atol=1e-6)


def check_r2(submission, y, pred, what):
    got = check.unchanged(submission.r2_score, y, pred, names=("y", "pred"))
    want = 1 - ((y - pred) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    check.close(number(got), want, name=f"R² of {what}", rtol=1e-6)


@pytest.mark.case(
    "R² compares the squared errors with those of the mean of y",
    points=0.5,
    hint="1 - sum((y - pred)**2) / sum((y - y.mean())**2). It is not a correlation: a wrong bias in pred costs.",
)
def test_r2(submission, rng):
    y = rng.normal(size=9) * 2 + 3
    good = y + rng.normal(size=9) * 0.4
    for pred, what in (
        (good, "a good model"),
        (good + 0.7, "a good model plus 0.7"),
        (0.5 * (good - 3) + 3, "a good model that says too little"),
    ):
        check_r2(submission, y, pred, what)


@pytest.mark.case(
    "R² is negative for a model that is worse than the mean",
    points=0.25,
    hint="Do not cut it off at 0, and do not square a correlation. There is no lower limit.",
)
def test_r2_may_be_negative(submission, rng):
    y = rng.normal(size=9) * 2 + 3
    for pred, what in ((3 * y, "3y"), (-y, "-y"), (y + 20, "y + 20")):
        check_r2(submission, y, pred, what)


@pytest.mark.case(
    "A column y of shape (N, 1) gives ValueError, never a table of N x N differences",
    points=0.25,
    hint="(N,) - (N, 1) gives (N, N) without a warning. Compare the shapes first: if y.shape != pred.shape: raise …",
)
def test_columns(submission, rng):
    X, y = table(rng, 6, 2)
    pred, w = X[:, 0] + 1, np.array([0.5, -1.0])
    column = y[:, None]
    for name, plain, with_column in (
        ("mse", (pred, y), (pred, column)),
        ("mse_grad", (X, y, w, 0.3), (X, column, w, 0.3)),
        ("gradient_descent", (X, y, 0.05, 2), (X, column, 0.05, 2)),
        ("r2_score", (y, pred), (column, pred)),
    ):
        got = probe(submission).answer_or_refusal(name, *with_column)
        # Solutions that flatten the column are right, too.
        if not isinstance(got, str):
            found, wanted = numbers(got), numbers(getattr(submission, name)(*plain))
            check.that(
                wanted and len(found) == len(wanted) and np.allclose(found, wanted),
                f"With y of shape (6, 1) {name} neither refuses nor gives what it gives for y of shape (6,).",
                expected="ValueError",
                got=got,
            )


def numbers(value):
    """Return all numbers of a result in one list, whatever its form."""
    if isinstance(value, tuple | list):
        return [one for part in value for one in numbers(part)]
    array = np.asarray(value) if isinstance(value, np.ndarray | int | float) else np.array([])
    return array.ravel().tolist() if array.dtype.kind in "iuf" else []
