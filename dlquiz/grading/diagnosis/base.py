"""What every hypothesis is given, what it answers, and when two arrays count as the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Explanation:
    """One classic mistake that produces exactly the learner's numbers.

    ``text`` says the numbers as a fact ("is exactly 8 times the expected one") and the cause as a guess ("often this
    is …"), because other mistakes may give the same numbers. ``rank`` orders explanations that fit equally well: the
    smaller, the simpler; above 60 stand those that find no cause.
    """

    text: str
    rank: int

    @property
    def is_a_cause(self) -> bool:
        """Whether it names a mistake; others only say where or by how much the numbers differ."""
        return self.rank <= _LAST_CAUSE


_LAST_CAUSE = 60


_GRADIENT = re.compile(r"d([A-Z]|logits\b|out\b)|.*grad")


@dataclass(frozen=True)
class Context:
    """What a grader knows about a value: its name, the tolerances, and named numbers and arrays.

    ``values`` may hold anything that ``check.close(**context)`` was given. Known
    names: ``batch_size``, ``n_classes`` (numbers), ``bias``, ``logits``,
    ``pre_activation``, ``probabilities``, ``labels``, ``inputs``, ``weights``,
    ``dout``, ``images`` (arrays), ``axis``, and ``params``: the arrays W1, b1, W2
    and b2 of a network with one hidden layer, which ``inputs`` went through.
    """

    name: str = "result"
    rtol: float = 1e-9
    atol: float = 1e-12
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def subject(self) -> str:
        """The start of a sentence: "Your dW2"."""
        return f"Your {self.own}"

    @property
    def own(self) -> str:
        """The name behind "your": "dW2", "mean loss"."""
        return self.name.removeprefix("the ")

    @property
    def is_gradient(self) -> bool:
        """Whether the name is a gradient's: "dW", "the gradient", "l2_penalty_grad(W, lam)"."""
        return _GRADIENT.match(self.name) is not None

    def number(self, key: str) -> float | None:
        """Return the finite number called ``key``; None if there is none."""
        return _number(self.values.get(key))

    def numbers(self) -> dict[str, float]:
        """Return all named numbers; batch size and class count are read off the logits if they are not given."""
        found = {key: value for key in self.values if (value := self.number(key)) is not None}
        logits = self.array("logits")
        if logits is not None and logits.ndim == 2:
            found.setdefault("batch_size", float(logits.shape[0]))
            found.setdefault("n_classes", float(logits.shape[1]))
        return found

    def array(self, key: str) -> Array | None:
        """Return the array called ``key`` as float64; None if it is absent, a single number, or not numeric."""
        value = self.values.get(key)
        array = None if value is None else as_floats(value)
        return array if array is not None and array.ndim else None

    def about_classes(self) -> bool:
        """Say if the grader named something that only a classifier has."""
        return any(key in self.values for key in ("labels", "logits", "probabilities", "n_classes"))

    def parameters(self) -> dict[str, Array]:
        """Return the arrays of ``params``; empty unless all four of a network with one hidden layer are there."""
        params = self.values.get("params")
        if not isinstance(params, Mapping):
            return {}
        found = {key: array for key in ("W1", "b1", "W2", "b2") if (array := as_floats(params.get(key))) is not None}
        return found if len(found) == 4 else {}

    def arrays(self) -> dict[str, Array]:
        """Return all named arrays."""
        return {key: array for key in self.values if (array := self.array(key)) is not None}


Hypothesis: TypeAlias = Callable[[Array, Array, Context], Explanation | None]
"""``(expected, got, context)``: float64 arrays of any shapes, at least one entry each."""


def as_floats(value: object) -> Array | None:
    """Return a float64 array; None for text, objects, complex numbers and ragged lists."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            return None
        return array.astype(np.float64)
    except (ValueError, TypeError, OverflowError):
        return None


def near(theory: Array, got: Array, context: Context) -> bool:
    """Say if a theory gives the learner's numbers: the same shape, and every entry to tolerance.

    At least rounding in float64 is allowed, and never more than 1e-4, however
    lenient the grader is: with a loose tolerance many theories fit anything.
    """
    if theory.shape != got.shape:
        return False
    scale = float(np.max(np.abs(theory), initial=0.0))
    if not np.isfinite(scale):
        return False
    rtol = min(max(context.rtol, 1e-7), 1e-4)
    atol = min(max(context.atol, 1e-9 * scale), 1e-5 * scale)
    return bool((np.abs(theory - got) <= atol + rtol * np.abs(theory)).all())


def distinct(values: Array) -> int:
    """Count the different non-zero entries: the evidence that an array can give.

    Entries that differ (from each other, or from 0) by rounding only do not count.
    """
    # Twenty hypotheses ask this about the same two arrays, one after the other.
    data = np.ascontiguousarray(values, dtype=np.float64).tobytes()
    return _distinct(data) if len(data) <= _REMEMBERED_BYTES else _distinct.__wrapped__(data)


@lru_cache(maxsize=16)
def _distinct(data: bytes) -> int:
    values = np.frombuffer(data)
    flat = values[np.isfinite(values)]
    scale = float(np.max(np.abs(flat), initial=0.0))
    if scale == 0:
        return 0
    return int(np.count_nonzero(np.unique(np.round(flat / scale, 7))))


_REMEMBERED_BYTES = 1 << 20


def is_plain(values: Array) -> bool:
    """Say if all entries are whole numbers, which agree by chance much too often."""
    return bool((values == np.rint(values)).all())


def is_one_hot(values: Array) -> bool:
    """Say if every row of a table holds one 1 and zeros."""
    return values.ndim == 2 and bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def is_probabilities(values: Array) -> bool:
    """Say if the rows of the last axis are probabilities, and not just zeros and ones."""
    if values.ndim == 0 or values.shape[-1] < 2 or not np.isfinite(values).all() or is_plain(values):
        return False
    return bool((values >= 0).all() and np.allclose(values.sum(axis=-1), 1, rtol=0, atol=1e-6))


def is_simple(value: float) -> bool:
    """Say if a number is a fraction with a small denominator, like 0.5 or 0.125: such numbers agree by chance."""
    return any(abs(value * n - round(value * n)) < 1e-9 for n in range(1, 101))


def number_text(value: float) -> str:
    """Return "32", "3.7", "0.015625": at most 6 significant digits."""
    return f"{value:.6g}"


def _number(value: object) -> float | None:
    if isinstance(value, bool | str | bytes) or value is None:
        return None
    array = as_floats(value)
    return float(array) if array is not None and array.ndim == 0 and np.isfinite(array) else None
