"""What a grader may demand. Every function returns quietly or raises CaseFailed with a payload that teaches."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlquiz.grading import compare, make
from dlquiz.grading.compare import Difference, show
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.proxy import Remote
from dlquiz.sandbox.client import CallFailed

__all__ = [
    "accuracy", "close", "decreases", "dtype", "equal", "finite", "gradient", "keys",
    "probabilities", "raises", "shape", "speed", "that", "unchanged",
]  # fmt: skip

__tracebackhide__ = True  # authors see the line of their grader, not ours

TRIES = 3
"""Training runs before an accuracy counts as missed: see docs/explanation/thresholds.md."""
_TIMINGS = 5
_QUICKEST_S = 2e-3
"""A reference call shorter than this is mostly the wire; speed is then judged on several calls together."""


def close(got: Any, want: Any, *, name: str, rtol: float = 1e-9, atol: float = 1e-12, **context: Any) -> None:
    """Demand numbers equal to tolerance: ``|got - want| <= atol + rtol * |want|``.

    Parameters
    ----------
    got, want : number, array, or list, tuple, dict of them
        What came and what should have come.
    name : str
        What messages call the value ("dW2").
    **context
        Named numbers and arrays for the diagnosis (``batch_size=8``, ``bias=b``, ``logits=Z`` …).
    """
    _no_object(got, name)
    difference = compare.difference(got, want, name=name, rtol=rtol, atol=atol)
    if difference is not None:
        raise _failed(difference, got, want, name, rtol, atol, context)


def equal(got: Any, want: Any, *, name: str) -> None:
    """Demand exactly these values (whole numbers, texts, booleans)."""
    _no_object(got, name)
    difference = compare.difference(got, want, name=name, rtol=0.0, atol=0.0)
    if difference is not None:
        raise _failed(difference, got, want, name, 0.0, 0.0, {})


def shape(got: Any, expected: tuple[int, ...], *, name: str) -> None:
    """Demand an array of this shape (a number counts as shape ``()``)."""
    array = _array(got, name)
    if array.shape != tuple(expected):
        message = f"{name} has shape {array.shape}, expected {tuple(expected)}."
        raise CaseFailed(message, expected=str(tuple(expected)), got=str(array.shape))


def dtype(got: Any, *dtypes: str, name: str) -> None:
    """Demand one of the named dtypes ("float32", "int64")."""
    array = _array(got, name)
    if array.dtype.name not in dtypes:
        wanted = " or ".join(dtypes)
        raise CaseFailed(
            f"{name} has dtype {array.dtype.name}, expected {wanted}.", expected=wanted, got=array.dtype.name
        )


def finite(got: Any, *, name: str) -> None:
    """Demand that no entry is NaN or infinite."""
    array = _array(got, name)
    bad = ~np.isfinite(array)
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise CaseFailed(
            f"{name} holds {int(bad.sum())} of {array.size} entries that are NaN or infinite.",
            where=compare.place(index) if index else None,
            expected="a finite number",
            got=show(array[index].item()),
        )


def probabilities(got: Any, *, name: str, atol: float = 1e-6) -> None:
    """Demand probabilities over the last axis: finite, not negative, every row with sum 1."""
    finite(got, name=name)
    array = _array(got, name)
    if array.ndim == 0:
        raise CaseFailed(f"{name} is one number, expected rows of probabilities.", got=show(got))
    if (array < 0).any():
        index = tuple(int(i) for i in np.argwhere(array < 0)[0])
        raise CaseFailed(f"{name} holds negative values.", where=compare.place(index), got=show(array[index].item()))
    sums = array.sum(axis=-1)
    wrong = np.abs(sums - 1) > atol
    if wrong.any():
        row = tuple(int(i) for i in np.argwhere(wrong)[0])
        hint = None
        if array.ndim == 2 and np.allclose(array.sum(axis=0), 1, atol=atol):
            hint = f"The columns of your {name} sum to 1, the rows do not: the sum runs over the wrong axis."
        elif abs(float(array.sum()) - 1) <= atol:
            hint = (
                f"All entries of your {name} together sum to 1: the sum runs over the whole array, not over each row."
            )
        raise CaseFailed(
            f"The rows of {name} do not sum to 1.",
            where=f"row {row[0]}" if len(row) == 1 else None,
            expected="1", got=show(float(sums[row])), diagnosis=hint,
        )  # fmt: skip


def gradient(got: Any, want: Any, *, name: str, at_most: float = 1e-7, **context: Any) -> None:
    """Demand a gradient close in norm: ``||got - want|| / (||got|| + ||want||) < at_most``.

    Elementwise relative errors fail correct float64 code in 19 % of random networks;
    the norm-relative error of correct code stays below 4e-10 at eps 1e-5.
    """
    difference = compare.difference(got, want, name=name, rtol=0.0, atol=np.inf)
    if difference is not None:  # shape, type, NaN: the values are not compared at infinite tolerance
        raise _failed(difference, got, want, name, 1e-9, 1e-12, context)
    error = compare.gradient_error(got, want)
    if error < at_most:
        return
    scale = float(np.max(np.abs(np.asarray(want, dtype=float)), initial=0.0))
    detail = compare.difference(got, want, name=name, rtol=at_most, atol=at_most * scale)
    failed = _failed(detail, got, want, name, 1e-7, 1e-9, context) if detail else CaseFailed("")
    failed.message = f"{name} is not the right gradient (relative error {error:.2g}, allowed {at_most:.0e})."
    raise failed


def keys(got: Any, expected: Sequence[str], *, name: str) -> None:
    """Demand a dict with exactly these keys, in any order."""
    if not isinstance(got, dict):
        raise CaseFailed(f"{name} is a {type(got).__name__}, expected a dict.", got=show(got))
    if set(got) != set(expected):
        wanted, found = ", ".join(expected), ", ".join(map(str, got)) or "no keys"
        raise CaseFailed(f"{name} has other keys than expected.", expected=wanted, got=found)


def unchanged(call: Remote, *args: Any, names: Sequence[str] = ()) -> Any:
    """Demand that ``call`` leaves its arguments as they were; return its result."""
    result, after = call.with_arguments(*args)
    for position, (before, now) in enumerate(zip(args, after, strict=True)):
        name = names[position] if position < len(names) else f"argument {position}"
        difference = compare.difference(now, before, name=name, rtol=0.0, atol=0.0)
        if difference is not None:
            raise CaseFailed(
                f"{call.name} changed its input {name}. Work on a copy, or write the result into a new array.",
                where=difference.where, expected=difference.expected, got=difference.got,
            )  # fmt: skip
    return result


def raises(call: Remote, *args: Any, error: str = "ValueError", **kwargs: Any) -> None:
    """Demand that ``call`` raises ``error`` or a subclass of it, by name; its text is free."""
    try:
        value = call(*args, **kwargs)
    except CaseFailed as failure:
        origin = failure.__cause__
        if failure.cause == "exception" and isinstance(origin, CallFailed) and error in origin.bases:
            return
        if failure.cause == "exception":
            failure.message = f"{failure.message.rstrip('.')}, expected {error}."
        raise
    inputs = ", ".join(show(argument, 60) for argument in args)
    raise CaseFailed(f"{call.name}({inputs}) accepted this input, expected {error}.", expected=error, got=show(value))


def that(condition: Any, message: str, *, expected: Any = None, got: Any = None) -> None:
    """Demand that ``condition`` is true; ``message`` says what is wrong if it is not."""
    if not condition:
        texts = [value if value is None or isinstance(value, str) else show(value) for value in (expected, got)]
        raise CaseFailed(message, expected=texts[0], got=texts[1])


def accuracy(
    run: Callable[[int], Any], labels: "np.ndarray[Any, Any]", *, at_least: float, rng: "np.random.Generator", name: str
) -> float:
    """Demand a share of right classes; return the best one.

    ``run(seed)`` trains and returns predicted classes for the examples behind
    ``labels``; the counting happens here. Best of three derived seeds: a second
    run only below the threshold. What raises or is too slow is not run again.
    """
    seen: list[tuple[int, float]] = []
    for _ in range(TRIES):
        seed = make.seed(rng)
        predicted = _array(run(seed), name)
        if predicted.shape != labels.shape:
            raise CaseFailed(
                f"{name} has shape {predicted.shape}, expected one class for each example.",
                expected=str(labels.shape), got=str(predicted.shape),
            )  # fmt: skip
        seen.append((seed, float(np.mean(predicted == labels))))
        if seen[-1][1] >= at_least:
            return seen[-1][1]
    shares = ", ".join(f"{share:.3f}" for _, share in seen)
    raise CaseFailed(
        f"{name}: {max(share for _, share in seen):.1%} right in the best of {TRIES} trainings, {at_least:.1%} needed.",
        expected=f"at least {at_least:.3f}",
        got=f"{shares} (seeds {', '.join(str(seed) for seed, _ in seen)})",
    )


def speed(call: Remote, reference: Remote, *args: Any, at_most: float = 20) -> None:
    """Demand at most ``at_most`` times the reference's time, on the same inputs.

    Inputs are uploaded before the clock starts, calls alternate, the minimum of five
    counts. Meant for Python loops over pixels and elements. The clock is ours; what a
    worker says about its own time is not asked. Results come back inside the time (an
    object that computes when it is read gains nothing), and every round has inputs of
    its own (a table of old results gains nothing).
    """
    import time

    sides = (call, reference)
    best = [float("inf"), float("inf")]
    for _ in range(_TIMINGS):
        factor = 1 + secrets.randbelow(1 << 20) / (1 << 30)
        inputs = [_scaled(argument, factor) for argument in args]
        for index, side in enumerate(sides):
            uploaded = [side._owner.upload(argument) for argument in inputs]
            started = time.perf_counter()
            side(*uploaded)
            best[index] = min(best[index], time.perf_counter() - started)
    allowed = at_most * max(best[1], _QUICKEST_S)
    if best[0] > allowed:
        raise CaseFailed(
            f"{call.name} took {best[0]:.3f} s, {best[0] / best[1]:.0f} times as long as the reference. "
            "Is there a Python loop over every element?",
            expected=f"at most {allowed:.3f} s", got=f"{best[0]:.3f} s",
        )  # fmt: skip


def _scaled(argument: Any, factor: float) -> Any:
    """Return float arrays a little larger, everything else as it is."""
    if isinstance(argument, np.ndarray) and argument.dtype.kind == "f":
        return (argument * factor).astype(argument.dtype)
    return argument


def decreases(values: Any, *, name: str, to_at_most: float | None = None) -> None:
    """Demand that the last of ``values`` is smaller than the first (and, if given, at most ``to_at_most``)."""
    array = _array(values, name).astype(float).ravel()
    if array.size < 2 or not np.isfinite(array).all():
        raise CaseFailed(f"{name} must hold at least two finite numbers.", got=show(array))
    if array[-1] >= array[0]:
        raise CaseFailed(
            f"{name} does not fall: it begins at {array[0]:.4g} and ends at {array[-1]:.4g}.", got=show(array)
        )
    if to_at_most is not None and array[-1] > to_at_most:
        raise CaseFailed(
            f"{name} falls only to {array[-1]:.4g}.", expected=f"at most {to_at_most:.4g}", got=show(array)
        )


def _array(value: Any, name: str) -> "np.ndarray[Any, Any]":
    """Return ``value`` as a numeric array; a handle, None or text fails the case."""
    _no_object(value, name)
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biufc":
        raise CaseFailed(f"{name} is {_kind(value)}, expected numbers.", got=show(value))
    return array


def _no_object(value: Any, name: str) -> None:
    """Fail the case where numbers were asked for and an object came (a generator, a function, an instance)."""
    if isinstance(value, Remote):
        help_text = " Did you write yield where return belongs?" if value.type_name == "generator" else ""
        raise CaseFailed(f"{name} is a {value.type_name} object, expected numbers.{help_text}", got=value.type_name)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _no_object(item, f"a part of {name}")


def _kind(value: Any) -> str:
    return "None (is a return missing?)" if value is None else f"a {type(value).__name__}"


def _failed(
    difference: Difference, got: Any, want: Any, name: str, rtol: float, atol: float, context: dict[str, Any]
) -> CaseFailed:
    from dlquiz.grading import diagnosis

    notes = diagnosis.Context(name=name, rtol=rtol, atol=atol, values=context)
    return CaseFailed(
        difference.message,
        expected=difference.expected,
        got=difference.got,
        where=difference.where,
        diagnosis=diagnosis.explain(want, got, notes) if difference.kind in ("value", "nonfinite", "shape") else None,
    )


def require(condition: bool, what: str) -> None:
    """Guard a grader's own assumption: if it does not hold, the case is broken, not lost."""
    if not condition:
        raise CaseBroken(f"the grader assumes {what}")
