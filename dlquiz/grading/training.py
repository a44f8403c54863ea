"""What a training loop did, judged by the parameters that it returned: nothing of the learner's runs here.

A step is compared with -lr times the gradient at the learner's own start, for every usual activation; and where it
does not agree, the mistake that explains it is looked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading import network
from dlquiz.grading.compare import show
from dlquiz.grading.diagnosis.base import Explanation
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.network import ACTIVATIONS, LEFT_OUT, LOSSES, NAMES, NONE, Backward

__all__ = ["Steps", "check_first_step", "check_predictions", "check_rows_of_an_epoch", "check_second_step"]

__tracebackhide__ = True  # authors see the line of their grader, not ours

Array = NDArray[np.float64]

FIRST = 0.01
"""Relative difference that is left for rounding in float32 and for the grid of slopes of leaky ReLU."""
SECOND = 0.02
"""The same after two steps, where momentum is fitted."""
NOTHING = 1e-9
"""A gradient of this length is rounding: that of W1 where all weights are equal."""
_CAUSE, _LENGTH = 30, 70
"""Ranks of what names a mistake, and of what only says how long a step is: see `diagnosis.Explanation`."""
MOST_DECAY = 0.01
"""Weight decay up to this is accepted, and taken off before a step is compared."""


# -- steps ------------------------------------------------------------------------


@dataclass(frozen=True)
class Steps:
    """Two steps of gradient descent, each on all rows together: the parameters before, between and after them."""

    X: Array
    y: NDArray[np.int64]
    lr: float
    points: tuple[dict[str, Array], ...]
    drawn: tuple[Array | None, ...] = (None, None)
    """How much each row counted in each step, where batches are drawn with replacement; None: all alike."""

    def change(self, number: int) -> dict[str, Array]:
        """Return the change in step ``number`` over -lr: the gradient that was used."""
        before, after = self.points[number : number + 2]
        return {key: (before[key] - after[key]) / self.lr for key in NAMES}

    def gradients(self, how: Backward, number: int = 0, at: dict[str, Array] | None = None) -> dict[str, Array]:
        """Return the gradients at the beginning of a step, or at other parameters."""
        before, after = self.points[number : number + 2]
        return network.gradients(self.X, self.y, at or before, how, later=after, weights=self.drawn[number])

    @cached_property
    def with_drawn_rows(self) -> "Steps":
        """The steps with the rows that each was taken on, if whole numbers of rows explain the change of W2.

        A batch of N rows that is drawn with replacement holds some rows twice and others never. That is a mistake of
        its own, and no reason to call the gradient wrong.
        """
        drawn = []
        for number in range(len(self.points) - 1):
            change, start = self.change(number)["W2"], self.points[number]["W2"]
            alike = [_apart(change, self.gradients(Backward(name), number)["W2"], start) for name in ACTIVATIONS]
            found = (self._rows(Backward(name), number) for name in ACTIVATIONS if min(alike) > FIRST)
            drawn.append(next((weights for weights in found if weights is not None), None))
        return replace(self, drawn=tuple(drawn))

    @cached_property
    def explanation(self) -> "StepFit":
        """See `explain`."""
        return explain(self)

    def _rows(self, how: Backward, number: int) -> Array | None:
        n, before = len(self.y), self.points[number]
        one = network.gradients_of_rows(self.X, self.y, before, how).reshape(n, -1).T
        change = self.change(number)["W2"].ravel()
        weights = np.linalg.lstsq(one, change, rcond=None)[0]
        whole = np.round(weights * n)
        fits = _apart(one @ (whole / n), change, np.zeros(1)) <= FIRST
        return whole / n if fits and (whole >= 0).all() and whole.sum() == n and whole.max() > 1 else None


def _apart(change: Array, want: Array, start: Array) -> float:
    """Return the relative difference of a change from the one that was wanted, a little weight decay allowed."""
    rest = change - want
    if start.ndim == 2 and (size := float((start**2).sum())) > 0:
        rest = rest - np.clip(float((rest * start).sum()) / size, 0, MOST_DECAY) * start
    return float(np.linalg.norm(rest)) / (float(np.linalg.norm(want)) + NOTHING)


def _differences(steps: Steps, how: Backward) -> dict[str, float]:
    change, want = steps.change(0), steps.gradients(how)
    return {key: _apart(change[key], want[key], steps.points[0][key]) for key in NAMES}


def check_first_step(steps: Steps, *keys: str) -> None:
    """Demand that the first step of these arrays is -lr times the gradient of the mean cross-entropy, within 1 %.

    The activation is any of `network.ACTIVATIONS` for which the step of W2 is right; momentum begins like this, and a
    little weight decay is allowed. Nesterov's momentum in the form that begins with (1 + momentum) times the gradient
    is accepted if the second step is in agreement.
    """
    steps = steps.with_drawn_rows
    every = {name: _differences(steps, Backward(name)) for name in ACTIVATIONS}
    likely = {name: one for name, one in every.items() if one["W2"] <= FIRST} or every
    if min(max(one[key] for key in keys) for one in likely.values()) <= FIRST:
        return
    found = steps.explanation
    if found.nesterov(steps):
        return
    wrong = [key for key in keys if not found.right(key)] or list(keys)
    said = list(found.sentences(keys, len(steps.y), steps.lr))
    raise CaseFailed(
        f"The first step of {' and '.join(wrong)} is not -lr times the gradient of the mean cross-entropy.",
        expected="new = old - lr * gradient, within 1 %",
        got=", ".join(f"{key}: {found.seen(key)}" for key in keys),
        diagnosis=" ".join(one.text for one in said) or _one_step(found, len(steps.y)),
        hinted=not (said and all(one.is_a_cause for one in said) and all(found.rest[key] <= FIRST for key in wrong)),
    )


def _one_step(found: "StepFit", n: int) -> str | None:
    """Ask for the usual mistake where nothing fits; not where an array shows that there was one step, on the mean."""
    if any(found.right(key) for key in NAMES):
        return None
    return f"All {n} rows are in one batch: is one epoch one step, on the mean over these rows?"


@dataclass(frozen=True)
class StepFit:
    """The way of computing a step that comes nearest: for each array a factor, and what is left unexplained."""

    how: Backward
    factors: dict[str, float]
    rest: dict[str, float]

    @property
    def complete(self) -> bool:
        """Whether nothing of the step is left unexplained."""
        return max(self.rest.values()) <= FIRST

    def right(self, key: str) -> bool:
        """Whether this array changed as it should, as far as the explanation goes."""
        slip = key in self.how.summed or (key[1] == "1" and (self.how.slope is not None or self.how.new_W2))
        usual = self.how.loss == next(iter(LOSSES)) and self.how.activation != NONE
        return usual and not slip and self.rest[key] <= FIRST and abs(self.factors[key] - 1) <= 2 * FIRST

    def seen(self, key: str) -> str:
        """Say in a few words how this array changed."""
        if self.right(key):
            return "right"
        if key in self.how.summed:
            return "the same change in every entry"
        if self.rest[key] > FIRST or not self.factors[key]:
            return "another direction" if self.factors[key] else "no change"
        plain = self.how == Backward(self.how.activation, summed=self.how.summed) and self.how.activation != NONE
        return f"{self.factors[key]:.3g} times the gradient" if plain else "another gradient"

    def nesterov(self, steps: Steps) -> bool:
        """Whether the step is 1 + momentum times the right one, and the second one says so too."""
        factor = float(np.mean(list(self.factors.values())))
        usual = self.how == Backward(self.how.activation) and self.complete and 1.4 < factor < 1.995
        if not usual or max(abs(one / factor - 1) for one in self.factors.values()) > FIRST:
            return False
        return _second_apart(steps, self, _torch_nesterov(steps, self, factor - 1)) <= SECOND

    def sentences(self, keys: tuple[str, ...], n: int, lr: float) -> Iterator[Explanation]:
        """Yield what explains the change of these arrays; nothing that is not so within 1 %."""
        yield from (Explanation(text, _CAUSE) for text in self._slips(keys))
        if self.how.loss == next(iter(LOSSES)):
            known = [key for key in keys if self.rest[key] <= FIRST and key not in self.how.summed]
            said = {key: _factor(self.factors[key], n, lr) for key in known}
            for one in dict.fromkeys(filter(None, said.values())):
                names = " and ".join(key for key in said if said[key] == one)
                yield replace(one, text=f"The step of {names} is {one.text}")

    def _slips(self, keys: tuple[str, ...]) -> Iterator[str]:
        """Yield the mistakes on the way, forwards and backwards."""
        if self.how.loss != next(iter(LOSSES)) and min(self.rest["W2"], self.rest["b2"]) <= FIRST:
            yield f"It fits {self.how.loss}. The gradient at the logits is (softmax - one_hot) / N."
        if self.how.activation == NONE and self.complete:
            yield "The hidden layer has no activation: ReLU belongs between the two layers."
        if "W1" in keys and self.rest["W1"] <= FIRST and self.factors["W1"]:
            if self.how.new_W2:
                yield "W2 was changed first: the gradient of W1 needs the old W2. Compute all four, then change them."
            if self.how.slope == LEFT_OUT:
                yield f"On the way back the derivative of the activation ({_short(self.how.activation)}) is missing."
            elif self.how.slope is not None:
                used = _short(self.how.activation)
                yield f"The forward pass uses {used}, the way back the derivative of {self.how.slope}."
        if summed := [key for key in keys if self.rest[key] <= FIRST and key in self.how.summed]:
            yield f"Every entry of {' and '.join(summed)} changed by the same amount: sum over axis 0, the rows, only."


def _short(activation: str) -> str:
    return activation.split(" with")[0]


def _factor(factor: float, n: int, lr: float) -> Explanation | None:
    """Return what a factor means; None if it is 1."""
    for value, said in (
        (1, None),
        (0, "zero: it did not change at all."),
        (-1, "right in size, but it goes uphill: subtract lr times the gradient."),
        (n, f"{n} times too long, as often as there are rows: is the gradient a sum and not a mean?"),
        (1 / n, f"1/{n} of what it should be: it is divided by the number of rows twice."),
        (0.1 / lr, f"{0.1 / lr:g} of what it should be, as if lr were 0.1: use the lr that train was given."),
    ):
        if abs(factor - value) <= 2 * FIRST * abs(value):
            return None if said is None else Explanation(said, _CAUSE)
    return Explanation(f"{factor:.4g} times as long as it should be.", _LENGTH)


def explain(steps: Steps) -> StepFit:
    """Return the explanation of the first step that leaves the least unexplained, the plainest first."""
    best = min((_fitted(steps, Backward(name)) for name in ACTIVATIONS), key=lambda one: sum(one.rest.values()))
    for how in _ways():
        if best.complete:
            break
        one = _fitted(steps, how)
        if sum(one.rest.values()) < sum(best.rest.values()) - FIRST:
            best = one
    return best


def _ways() -> Iterator[Backward]:
    """Yield ways of computing gradients with one mistake or two."""
    few = [name for name in ACTIVATIONS if "leaky" not in name]
    few += [NONE, *(f"leaky ReLU with slope {slope:g}" for slope in (0.01, 0.1, 0.2))]
    for loss, name in product(LOSSES, few):
        yield from (replace(Backward(name, loss), new_W2=new, slope=slope)
                    for new, slope in product((False, True), (None, LEFT_OUT, "ReLU", "sigmoid", "tanh")))  # fmt: skip


def _fitted(steps: Steps, how: Backward) -> StepFit:
    """Return the best factor for each array, with biases summed over everything where that fits better."""
    change, want = steps.change(0), steps.gradients(how)
    factors, rest, summed = {}, {}, set()
    for key in NAMES:
        factors[key], rest[key] = _scaled(change[key], want[key], steps.points[0][key])
        if rest[key] > FIRST and change[key].ndim == 1 and np.ptp(change[key]) <= 1e-6 * np.abs(change[key]).max():
            # A sum over everything; for b2 it is 0 up to rounding, so its size says nothing.
            factors[key], rest[key] = 1.0, 0.0
            summed.add(key)
    return StepFit(replace(how, summed=frozenset(summed)), factors, rest)


def _scaled(change: Array, want: Array, start: Array) -> tuple[float, float]:
    """Return the factor that brings ``want`` nearest to ``change``, and the share that is left."""
    size = float((want**2).sum())
    if size <= NOTHING**2:
        return 1.0, min(float(np.linalg.norm(change)) / NOTHING, 1.0) * (np.linalg.norm(change) > NOTHING)
    if not change.any():
        return 0.0, 0.0
    factor = float((change * want).sum()) / size
    if abs(factor) < 1e-9:
        return 0.0, 1.0
    return factor, _apart(change / factor, want, start / factor)


# -- the second step --------------------------------------------------------------


def check_second_step(steps: Steps) -> None:
    """Demand that the second step is taken from where the first one ended, by the same rule.

    Biases begin at 0 as a rule, so that only now a wrong sign of theirs in the forward pass shows. The way in which
    the first step was computed is taken as it is, right or wrong; momentum in its three usual forms is found.
    A first step that nothing explains fails the case.
    """
    steps = steps.with_drawn_rows
    first, second = steps.change(0), steps.change(1)
    if all(not second[key].any() for key in NAMES):
        raise CaseFailed(
            "epochs=2 and epochs=1 give exactly the same parameters: there was no second step.",
            expected="two epochs with one batch each: two steps", got="one step",
        )  # fmt: skip
    found = steps.explanation
    if not found.complete:
        raise CaseFailed(
            "The second step cannot be judged, because the first one is not a multiple of any known gradient. "
            "Put the first step right, then this check looks at the second one.",
        )
    if min(_second_apart(steps, found, want) for want in _second_steps(steps, found)) <= SECOND:
        return
    why = _why_second(steps, found, first, second)
    raise CaseFailed(
        "The second step is not the gradient at the parameters after the first one.",
        expected="forward and backward pass anew in every step, with the weights and biases of that moment",
        diagnosis=why,
        hinted=why is None,
    )


def _multiple(steps: Steps, found: StepFit, at: dict[str, Array] | None = None) -> dict[str, Array]:
    want = steps.gradients(found.how, 1, at)
    return {key: found.factors[key] * want[key] for key in NAMES}


def _second_steps(steps: Steps, found: StepFit) -> Iterator[dict[str, Array]]:
    """Yield what the second step may be: plain, with momentum, and with Nesterov's in two forms."""
    start, between = steps.points[:2]
    first, here = steps.change(0), _multiple(steps, found)
    yield here
    share = _flat(first)
    mu = float(np.clip((_flat(steps.change(1)) - _flat(here)) @ share / (share @ share), 0, 1))
    yield {key: here[key] + mu * first[key] for key in NAMES}
    for mu in np.arange(0.3, 1.0, 0.01):
        ahead = {key: between[key] + mu * (between[key] - start[key]) for key in NAMES}
        there = _multiple(steps, found, ahead)
        yield {key: there[key] + mu * first[key] for key in NAMES}
    factor = float(np.mean(list(found.factors.values())))
    if 1 < factor < 2:
        yield _torch_nesterov(steps, found, factor - 1)


def _torch_nesterov(steps: Steps, found: StepFit, mu: float) -> dict[str, Array]:
    first, here = steps.change(0), _multiple(steps, found)
    return {key: here[key] + mu**2 / (1 + mu) * first[key] for key in NAMES}


def _flat(arrays: Mapping[str, Array]) -> Array:
    return np.concatenate([arrays[key].ravel() for key in NAMES])


def _second_apart(steps: Steps, found: StepFit, want: dict[str, Array]) -> float:
    """Return the largest relative difference of an array's second change; sums over everything are left out."""
    change, before = steps.change(1), steps.points[1]
    return max(
        0.0 if key in found.how.summed or (not found.factors[key] and not change[key].any())
        else _apart(change[key], want[key], before[key])
        for key in NAMES
    )  # fmt: skip


def _why_second(steps: Steps, found: StepFit, first: dict[str, Array], second: dict[str, Array]) -> str | None:
    if np.allclose(_flat(first), _flat(second), rtol=1e-6, atol=1e-12):
        return "The second step is the first one again: the gradient is computed once and never anew."
    between = steps.points[1]
    for key, sign in product(("b1", "b2"), (-1, 0)):
        want = _multiple(steps, found, {**between, key: sign * between[key]})
        if _second_apart(steps, found, want) <= SECOND:
            how = "subtracted" if sign else "left out"
            return f"It fits a forward pass in which {key} is {how}: add it, Z = X @ W + b."
    return None


# -- the rows of an epoch ---------------------------------------------------------


def check_rows_of_an_epoch(moves: Mapping[int, Array], *, small: bool = True) -> None:
    """Demand that an epoch uses every row once, whatever loss and activation are.

    Parameters
    ----------
    moves : dict from batch size to array, shape (N, H)
        By how much one epoch moves row i of W1, where only row i of the data has an input i, and the learning rate is
        so small that steps do not influence each other. The first is that of a single batch of all N rows: it says
        how far a row of the data moves its weights by itself. The second batch size divides N, others need not.
    small : bool
        Whether the steps are as small as the learning rate that was given. Where it is not used, which costs a case of
        its own, later steps depend on earlier ones, and nothing is said of rows that move more than others.
    """
    (n, alone), *epochs = moves.items()
    size = np.linalg.norm(alone, axis=1)
    if size.max() < NOTHING:
        raise CaseFailed("One epoch with all rows in one batch does not change W1.", expected="one step")
    _demand_all(size > 1e-6 * size.max(), f"batch_size={n}, as many as there are rows")
    for batch_size, move in epochs:
        if np.allclose(move, alone, rtol=1e-7, atol=0):
            raise CaseFailed(
                f"An epoch with batch_size={batch_size} gives exactly the same as one with batch_size={n}: "
                "there is one step per epoch, on all rows. batch_size is not used.",
                expected=f"{-(-n // batch_size)} steps", got="1 step",
            )  # fmt: skip
        uses = (move * alone).sum(axis=1) / size**2
        _demand_all(uses > 0.25 * np.median(uses[uses > 0.1 * uses.max()]), f"{n} rows and batch_size={batch_size}")
        if small and n % batch_size == 0:
            # Momentum makes rows of early batches count more, but all rows of a batch alike.
            batches = np.sort(uses).reshape(-1, batch_size)
            if (batches[:, -1] > 1.5 * batches[:, 0]).any():
                often = int((uses > 1.5 * np.median(uses)).sum())
                rows = "1 row is" if often == 1 else f"{often or 'some'} rows are"
                raise CaseFailed(
                    f"In an epoch ({n} rows, batch_size={batch_size}), {rows} used more often than others.",
                    expected="each row once",
                )


def _demand_all(used: NDArray[np.bool_], what: str) -> None:
    missed = np.flatnonzero(~used)
    if len(missed):
        raise CaseFailed(
            f"In one epoch ({what}), {len(missed)} of {len(used)} rows are never used. "
            "Cut one permutation of all rows into batches and use each of them, also the last, shorter one: "
            "rows that are drawn anew for every batch come twice or never.",
            expected="each row once", got=f"never used: rows {', '.join(map(str, missed[:8]))}",
        )  # fmt: skip


# -- predictions ------------------------------------------------------------------


def check_predictions(got: Any, X: Array, params: dict[str, Array]) -> None:
    """Demand the class with the largest logit of each row, for any usual activation.

    Rows are left out where two classes are nearly level: 0.05 of the logits' standard deviation.
    """
    ways = {name: network.logits(X, params, name) for name in ACTIVATIONS}
    if any(_are_largest(got, logits) for logits in ways.values()):
        return
    want = ways["ReLU"].argmax(axis=1)
    fits = next((name for name, logits in _slips(X, params) if _are_largest(got, logits)), None)
    wrong = int((np.asarray(got) != want).sum())
    raise CaseFailed(
        f"For {wrong} of {len(X)} rows, predict gives another class than the one with the largest logit.",
        expected=show(want), got=show(np.asarray(got)), diagnosis=fits and f"What it gives fits {fits}.",
        hinted=fits is None,
    )  # fmt: skip


def _slips(X: Array, params: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """Yield what is often forgotten, with the logits that come of it."""
    yield "no activation between the two layers", network.logits(X, params, NONE)
    yield "the smallest logit", -network.logits(X, params)
    none = {key: 0 * params[key] for key in ("b1", "b2")}
    yield "a network without b1 and b2", network.logits(X, {**params, **none})
    for key, (how, sign) in product(none, (("is without", 0), ("subtracts", -1))):
        yield f"a network that {how} {key}", network.logits(X, {**params, key: sign * params[key]})


def _are_largest(got: Any, logits: Array) -> bool:
    top = np.sort(logits, axis=1)
    clear = top[:, -1] - top[:, -2] > 0.05 * logits.std()
    return bool((np.asarray(got) == logits.argmax(axis=1))[clear].all())
