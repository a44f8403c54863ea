"""Exercise 14: the causal mask, and attention by value: scale, axes, masks, large scores.

A mistake in one step should not cost every case. So most cases have scores that no scale changes: equal ones, or ones
far from each other. e is never m, so that out and weights in the wrong order are recognised, and only one case is lost.
"""

import math

import numpy as np
import pytest

from dlquiz.grading import check, with_arguments

ROUNDING = {"rtol": 1e-5, "atol": 1e-6}
"""Wide enough for float32, and for a sum that has 1e-9 added against a division by 0."""
FAR_APART = {"rtol": 0, "atol": 1e-2}
"""Where scores are so large that float32 rounds them to 2e-3; mistakes are seen in the first digit there."""


def in_order(got, want):
    """Return (out, weights); they may be swapped, or out may have come alone: one case says so, the others go on."""
    if not isinstance(got, tuple | list) or len(got) != 2:
        return got, None
    out, weights = got
    swapped = isinstance(out, np.ndarray) and out.shape == want[1].shape
    return (weights, out) if swapped else (out, weights)


def asked(submission, reference, questions):
    """Return what each question gives, and what it should give: all are asked before one answer is looked at."""
    wants = [reference.attention(*arguments) for arguments in questions]
    return [
        (in_order(submission.attention(*arguments), want), want)
        for arguments, want in zip(questions, wants, strict=True)
    ]


def check_out(submission, reference, questions, **settings):
    """Compare the outputs alone; the arguments stand behind what the output is called."""
    answers = asked(submission, reference, questions.values())
    for name, ((out, _), want) in zip(questions, answers, strict=True):
        check.close(out, want[0], name=name, **{**ROUNDING, **settings})


def check_weights(submission, reference, *questions):
    """Compare the weights alone, and return them."""
    answers = asked(submission, reference, questions)
    for (_, weights), want in answers:
        check.that(weights is not None, "attention returns two arrays: out, weights.", expected="out, weights")
        check.close(weights, want[1], name="weights", **ROUNDING)
    return [np.asarray(weights) for (_, weights), _ in answers]


def sizes(rng, number):
    """Return different numbers from 2 up, in random order."""
    return (int(size) for size in rng.permutation(np.arange(2, 2 + number)))


def chosen_keys(rng, n, m):
    """Return queries and keys with scores of 0 for some keys of each query, and below -300 for the others.

    The first query finds all keys, the last one a single key.
    """
    chosen = rng.random((n, m)) < 0.5
    chosen[np.arange(n), rng.integers(m, size=n)] = True
    chosen[0], chosen[-1] = True, np.arange(m) == rng.integers(m)
    return np.where(chosen, 0.0, -1000.0), np.eye(m)


def scattered_mask(rng, n=5):
    """Return an (n, n) mask with two True in each row and each column: not triangular, not symmetric.

    With equal numbers in rows and columns, only the mask decides, and not over which axis the softmax runs.
    """
    while True:
        shifts = np.arange(n) - np.arange(n)[:, None]
        mask = np.isin(shifts % n, (0, 2))[np.ix_(rng.permutation(n), rng.permutation(n))]
        if (mask != mask.T).any() and not mask.diagonal().all():
            return mask


def equal_scores(rng, n=5):
    """Return queries, and keys that serve as values too: every score is the same and not 0."""
    V = rng.normal(size=(n, 3))
    V[:, 2] = 2.0
    return np.tile([0.0, 0.0, 1.0], (n, 1)), V, V


# --- the mask ---


@pytest.mark.case(
    "causal_mask(4): each position sees itself and the earlier ones",
    points=0.5,
    public=True,
    hint="Row i is the query, column j the key: True where j <= i. np.tril keeps the lower triangle.",
)
def test_causal_mask_by_hand(submission):
    want = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    check.close(submission.causal_mask(4), np.array(want), name="causal_mask(4)")


@pytest.mark.case(
    "causal_mask has any size, and the dtype bool",
    points=0.5,
    hint="np.ones((n, n), dtype=bool) is the start. A mask of 0.0 and 1.0 cannot be used with np.where or ~.",
)
def test_causal_mask_of_any_size(submission, rng):
    for n in (1, int(rng.integers(5, 9))):
        want = np.arange(n) <= np.arange(n)[:, None]
        check.dtype(submission.causal_mask(n), "bool", name=f"causal_mask({n})", want=want)


# --- attention without a mask ---


@pytest.mark.case(
    "By hand: one query, three keys; out comes first, then the weights",
    points=0.5,
    public=True,
    hint="Scores: 4, 0, 0. Divide by sqrt(4) = 2. Softmax of (2, 0, 0). Return out, weights.",
)
def test_attention_by_hand(submission):
    Q = np.array([[2.0, 0.0, 2.0, 0.0]])
    K = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 3.0, 0.0, 0.0]])
    got = submission.attention(Q, K, np.array([[10.0, 0.0], [0.0, 20.0], [0.0, 0.0]]))
    pair = isinstance(got, tuple | list) and len(got) == 2
    check.that(pair, "attention returns two arrays: out, weights.", expected="out, weights")
    swapped = isinstance(got[0], np.ndarray) and got[0].shape == (1, 3)
    check.that(not swapped, "The weights came first. attention returns out, then weights.", expected="out, weights")
    low = 1 / (math.exp(2) + 2)
    check.close(got[1], [[1 - 2 * low, low, low]], name="weights", **ROUNDING)
    check.close(got[0], [[10 - 20 * low, 20 * low]], name="out", **ROUNDING)


@pytest.mark.case(
    "Scores are divided by sqrt(d); d is the length of a query",
    points=1,
    hint="Write the shapes down: Q (n, d), K.T (d, m), scores (n, m). d is Q.shape[-1]. Then weights @ V: (n, e).",
)
def test_scaled(submission, reference, rng):
    n, m, d, e = sizes(rng, 4)
    Q, K, V = rng.normal(size=(n, d)) * 2, rng.normal(size=(m, d)), rng.normal(size=(m, e))
    check_out(submission, reference, {"out": (Q, K, V)})


@pytest.mark.case(
    "The weights come back too: each query shares weight 1 among the keys",
    points=0.5,
    hint="Softmax over the keys, the last axis: axis=-1, keepdims=True. What comes back is what V is multiplied by.",
)
def test_weights(submission, reference, rng):
    n, m, e = sizes(rng, 3)
    check_weights(submission, reference, (*chosen_keys(rng, n, m), rng.normal(size=(m, e))))


@pytest.mark.case(
    "Axes in front: each sentence and each head is a calculation of its own",
    points=0.75,
    hint="K.T turns all axes around; np.swapaxes(K, -1, -2) only the last two. Count axes from the end: axis=-1.",
)
def test_leading_axes(submission, reference, rng):
    b, h, n, m = sizes(rng, 4)
    questions = {}
    for lead in [(b,), (b, h)]:
        Q, K = rng.normal(size=(*lead, n, 1)) * 2, rng.normal(size=(*lead, m, 1))
        questions[f"out with {len(lead)} axes in front"] = Q, K, K
    check_out(submission, reference, questions)


@pytest.mark.case(
    "Large scores: 8192 in one row, -8192 in the next",
    points=0.25,
    hint="exp(8192) is inf. Subtract the largest score of each row, not of the whole array, before np.exp.",
)
def test_large_scores(submission, reference, rng):
    K, V = np.array([[8192.0], [8448.0], [8704.0]]), rng.normal(size=(3, 2))
    check_out(submission, reference, {"out": (np.array([[1.0], [-1.0], [0.0]]), K, V)}, **FAR_APART)


# --- attention with a mask ---


@pytest.mark.case(
    "With a mask, out mixes the allowed values only",
    points=0.75,
    hint="True = may look. Give forbidden keys the score -inf before the softmax: np.where(mask, scores, -np.inf).",
)
def test_mask(submission, reference, rng):
    check_out(submission, reference, {"out": (*equal_scores(rng), scattered_mask(rng))})


@pytest.mark.case(
    "With a mask, the weight of each forbidden key is 0, and each row still sums to 1",
    points=0.25,
    hint="The weights to return are those after the mask. Setting weights to 0 after the softmax breaks the sum.",
)
def test_weights_under_a_mask(submission, reference, rng):
    masks = [scattered_mask(rng, n) for n in (5, 4)]
    answers = check_weights(submission, reference, *((*equal_scores(rng, len(mask)), mask) for mask in masks))
    for mask, weights in zip(masks, answers, strict=True):
        check.close(weights[~mask], np.zeros((~mask).sum()), name="weights[~mask]", atol=1e-9)


@pytest.mark.case(
    "A forbidden key does not matter, however large its score",
    points=0.5,
    hint="Mask before the softmax, with -np.inf. -1e4 is not low enough, and after the softmax it is too late.",
)
def test_forbidden_key(submission, reference, rng):
    order, V = rng.permutation(4), rng.normal(size=(4, 2))
    forbidden = np.roll(np.eye(4, dtype=bool), 1, axis=1)[np.ix_(order, order)]  # one key for each query, not symmetric
    scores = ((0.0, 1.0), (0.0, 16384.0), (-16384.0, 0.0), (32768.0, 0.0))
    questions = {  # the scores are Q, because sqrt(d) = 2
        f"out (allowed scores {allowed:.0f}, forbidden ones {other:.0f})": (
            np.where(forbidden, other, allowed),
            2 * np.eye(4),
            V,
            ~forbidden,
        )
        for allowed, other in scores
    }
    check_out(submission, reference, questions, **FAR_APART)


@pytest.mark.case(
    "One mask serves a whole batch, or all heads of a sentence",
    points=0.25,
    hint="np.where broadcasts: a mask (n, m) or (b, 1, n, m) fits scores (b, h, n, m). scores[~mask] does not.",
)
def test_mask_is_broadcast(submission, reference, rng):
    b, h, n, m, e = sizes(rng, 5)
    V, questions = rng.normal(size=(b, h, m, e)), {}
    for shape in [(n, m), (b, 1, n, m), (b, h, n, m)]:
        mask = rng.random(shape) < 0.5
        mask[..., int(rng.integers(m))] = True
        Q, K = np.zeros((b, h, n, 2)), rng.normal(size=(b, h, m, 2))
        questions[f"out with a mask of shape {shape}"] = Q, K, V, mask
    check_out(submission, reference, questions)


@pytest.mark.case(
    "attention does not change the arrays it is given",
    points=0.25,
    hint="`Q /= ...` and `mask ^= True` change the caller's array. Make a new one: Q / ..., ~mask.",
)
def test_inputs_stay_as_they_are(submission, reference, rng):
    Q, K = chosen_keys(rng, 3, 4)
    before, mask = [Q, K, rng.normal(size=(4, 2))], rng.permuted([[True, True, False, True]] * 3, axis=1)
    want, (got, _) = reference.attention(*before), with_arguments(submission.attention, *before)
    check.close(in_order(got, want)[0], want[0], name="out", **ROUNDING)
    for arguments in (before, [*before, mask]):
        _, after = with_arguments(submission.attention, *arguments)
        for name, old, new in zip(("Q", "K", "V", "mask"), arguments, after, strict=False):
            check.that(np.array_equal(old, new), f"attention changed its input {name}.")
