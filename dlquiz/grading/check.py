"""What a grader may demand. Every function returns quietly or raises CaseFailed with a payload that teaches."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlquiz.grading import case_notes, compare, make
from dlquiz.grading.compare import Difference, show
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.maths import gradient_error
from dlquiz.grading.proxy import Remote, pointer_of, read
from dlquiz.grading.remote import name_of, upload, with_arguments
from dlquiz.sandbox import wire

__all__ = [
    "accuracy", "close", "decreases", "dtype", "equal", "finite", "gradient", "keys", "parts",
    "probabilities", "raises", "shape", "speed", "that", "unchanged",
]  # fmt: skip

__tracebackhide__ = True  # authors see the line of their grader, not ours

TRIES = 3
"""Training runs before an accuracy counts as missed: see docs/explanation/thresholds.md."""
_TIMINGS = 5
_CLEAR_AFTER = 2
"""Timings after which a clear answer ends the timing: one that remembers old results gives them in the second."""
_WITH_THE_CALL = 1 << 17
"""Bytes of arrays that are not worth a message of their own: they take 0.25 ms, an eighth of what follows."""
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
    got = _settled(got, name)
    difference = compare.difference(got, want, name=name, rtol=rtol, atol=atol)
    if difference is not None:
        raise _failed(difference, got, want, name, rtol, atol, context)


def equal(got: Any, want: Any, *, name: str) -> None:
    """Demand exactly these values (whole numbers, texts, booleans)."""
    got = _settled(got, name)
    difference = compare.difference(got, want, name=name, rtol=0.0, atol=0.0)
    if difference is not None:
        raise _failed(difference, got, want, name, 0.0, 0.0, {})


def shape(got: Any, expected: tuple[int, ...], *, name: str, want: Any = ...) -> None:
    """Demand an array of this shape (a number counts as shape ``()``); with ``want``, the right values first.

    A case that looks at a shape alone gives points to zeros.
    """
    array = _array(got, name)
    if want is not ... and array.shape == np.shape(want):
        close(got, want, name=name, rtol=1e-6)
    if array.shape != tuple(expected):
        message = f"{name} has shape {array.shape}, expected {tuple(expected)}."
        raise CaseFailed(message, expected=str(tuple(expected)), got=str(array.shape))


def dtype(got: Any, *dtypes: str, name: str, want: Any = ..., atol: float = 1e-6) -> None:
    """Demand one of the named dtypes ("float32", "int64"); with ``want``, the right values first (to ``atol``).

    A case that looks at a dtype alone gives points to zeros.
    """
    if want is not ...:
        close(got, want, name=name, rtol=1e-5, atol=atol)
    if isinstance(got, list | tuple):
        kind = type(got).__name__
        message = f"{name} is a {kind}, expected an array. np.array(…) makes one of it."
        raise CaseFailed(message, expected=f"an array of {' or '.join(dtypes)}", got=f"a {kind}", hinted=False)
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
    got = _settled(got, name)
    difference = compare.difference(got, want, name=name, rtol=0.0, atol=np.inf)
    if difference is not None:  # shape, type, NaN: the values are not compared at infinite tolerance
        raise _failed(difference, got, want, name, 1e-9, 1e-12, context)
    error = gradient_error(got, want)
    if error < at_most:
        return
    scale = float(np.max(np.abs(np.asarray(want, dtype=float)), initial=0.0))
    detail = compare.difference(got, want, name=name, rtol=at_most, atol=at_most * scale)
    failed = _failed(detail, got, want, name, 1e-7, 1e-9, context) if detail else CaseFailed("")
    failed.message = f"{name} is not the right gradient (relative error {error:.2g}, allowed {at_most:.0e})."
    raise failed


def keys(got: Any, expected: Sequence[str | int], *, name: str) -> None:
    """Demand a dict with exactly these keys, in any order."""
    got = _settled(got, name)
    if not isinstance(got, dict):
        raise CaseFailed(f"{name} is a {type(got).__name__}, expected a dict.", got=show(got))
    if set(got) != set(expected):
        wanted, found = ", ".join(map(str, expected)), ", ".join(map(str, got)) or "no keys"
        raise CaseFailed(f"{name} has other keys than expected.", expected=wanted, got=found)


def unchanged(call: Remote, *args: Any, names: Sequence[str] = (), want: Any = ..., **settings: Any) -> Any:
    """Demand that ``call`` leaves its arguments as they were; return its result.

    Parameters
    ----------
    want : value, optional
        What the result must be, first of all: a function that does nothing changes nothing. Without it, demand
        the right value of the returned result yourself.
    names : sequence of str
        What messages call the arguments.
    **settings
        As for :func:`close` (``rtol``, ``name`` …).

    The worker says what the arguments are afterwards, and the learner's code shares its process: this finds a
    mistake, not a forgery.
    """
    result, after = with_arguments(call, *args)
    if want is not ...:
        close(result, want, **{"name": f"the result of {name_of(call)}", **settings})
    for position, (before, now) in enumerate(zip(args, after, strict=True)):
        name = names[position] if position < len(names) else f"argument {position}"
        difference = compare.difference(now, before, name=name, rtol=0.0, atol=0.0)
        if difference is not None:
            where, was, now_ = difference.where, difference.expected, difference.got
            changed = f" {where[:1].upper()}{where[1:]} was {was} and is now {now_}." if where else ""
            raise CaseFailed(
                f"{name_of(call)} changed its input {name}.{changed} "
                "Work on a copy, or write the result into a new array.",
                where=difference.where,
            )
    return result


def raises(call: Remote, *args: Any, error: str = "ValueError", **kwargs: Any) -> None:
    """Demand that ``call`` raises ``error`` or a subclass of it, by name; its text is free."""
    try:
        value = call(*args, **kwargs)
    except CaseFailed as failure:
        if failure.cause == "exception" and error in failure.error_types:
            return
        if failure.cause == "exception":
            failure.message = f"{failure.message.rstrip('.')}, expected {error}."
        raise
    inputs = ", ".join(show(argument, 60) for argument in args)
    came = f"an object ({pointer_of(value).type_name})" if isinstance(value, Remote) else show(value)
    raise CaseFailed(f"{name_of(call)}({inputs}) accepted this input, expected {error}.", expected=error, got=came)


def that(condition: Any, message: str, *, expected: Any = None, got: Any = None, hinted: bool = True) -> None:
    """Demand that ``condition`` is true; ``message`` says what is wrong if it is not.

    ``hinted=False`` leaves the case's hint out: for what has to hold before the question of the case can be asked.
    """
    if not condition:
        texts = [value if value is None or isinstance(value, str) else show(value) for value in (expected, got)]
        raise CaseFailed(message, expected=texts[0], got=texts[1], hinted=hinted)


def parts(got: Any, *names: str, of: str | Remote) -> tuple[Any, ...]:
    """Demand a tuple or a list with one value for each of ``names``, and return them.

    ``of`` is the function, or its name. Without the hint of the case, which is about the values.
    """
    right = isinstance(got, tuple | list) and len(got) == len(names)
    came = f"{len(got)} values" if isinstance(got, tuple | list) else "None" if got is None else type(got).__name__
    function = of if isinstance(of, str) else name_of(of)
    that(right, f"{function} returns {len(names)} values: {', '.join(names)}.", expected=", ".join(names), got=came,
         hinted=False)  # fmt: skip
    return tuple(got)


def accuracy(
    run: Callable[[int], Any], labels: "np.ndarray[Any, Any]", *, at_least: float, rng: "np.random.Generator", name: str
) -> float:
    """Demand a share of right classes; return the best one.

    ``run(seed)`` trains and returns predicted classes for the examples behind
    ``labels``; the counting happens here. Best of three derived seeds: a second
    run only below the threshold. What raises or is too slow is not run again.
    """
    seen: list[tuple[int, float]] = []
    for _ in range(1 if case_notes.current().once else TRIES):
        seed = make.seed(rng)
        predicted = _array(run(seed), name)
        if predicted.shape != labels.shape:
            raise CaseFailed(
                f"{name} has shape {predicted.shape}, expected one class for each example.",
                expected=str(labels.shape), got=str(predicted.shape),
            )  # fmt: skip
        seen.append((seed, float(np.mean(predicted == labels))))
        case_notes.measured(name, seen[-1][1], at_least)
        if seen[-1][1] >= at_least:
            return seen[-1][1]
    shares = ", ".join(f"{share:.3f}" for _, share in seen)
    best = max(share for _, share in seen)
    raise CaseFailed(
        f"{name}: {best:.1%} right in the best of {len(seen)} trainings, {at_least:.1%} needed.",
        expected=f"at least {at_least:.3f}",
        got=f"{shares} (seeds {', '.join(str(seed) for seed, _ in seen)})",
    )


def speed(
    call: Remote,
    reference: Remote,
    *args: Any,
    at_most: float = 20,
    draw: Callable[["np.random.Generator"], Sequence[Any]] | None = None,
    rtol: float = 1e-3,
) -> None:
    """Demand at most ``at_most`` times the reference's time, on the same inputs, with the same results.

    Large inputs are uploaded before the clock starts, calls alternate, the minimum of five
    counts, or of two where that is clear. Meant for Python loops over pixels and elements. The clock is ours; what a
    worker says about its own time is not asked. The processor time that the kernel has counted for both workers must
    keep the limit too: threads that slow the reference gain nothing. Results come back inside the time (an
    object that computes when it is read gains nothing), every result is compared with the
    reference's, and every round has inputs of its own (a table of old results gains nothing).

    Parameters
    ----------
    draw : callable, optional
        ``draw(rng)`` gives the arguments of one round. Without it, they are ``args`` with every float multiplied by a
        number of its own near 1, and whole numbers in another order along the first axis.
    rtol : float
        Times the largest entry of the reference's result: how far any entry may be away. Rough, because other cases
        look at values; here it only has to show that the work was done, in float32 and in any order of adding.
    """
    draws = np.random.default_rng(secrets.randbits(64))  # nobody can know the inputs of a round before it
    mine, theirs = _Stopwatch(call), _Stopwatch(reference)
    for turn in range(_TIMINGS):
        inputs = list(draw(draws)) if draw is not None else [_redrawn(argument, draws) for argument in args]
        results = [clock.time(*_uploaded(clock.side, inputs)) for clock in (mine, theirs)]
        largest = float(np.max(np.abs(np.asarray(results[1], dtype=float)), initial=0.0))
        _same_work(results[0], results[1], f"the result of {name_of(call)} for large inputs", rtol * largest)
        ratio, took, base = max(
            (mine.wall_s / max(theirs.wall_s, _QUICKEST_S), mine.wall_s, theirs.wall_s),
            (mine.cpu_s / max(theirs.cpu_s, _QUICKEST_S), mine.cpu_s, theirs.cpu_s),
        )
        if turn + 1 >= _CLEAR_AFTER and not at_most / 3 <= ratio <= 10 * at_most:
            break  # nothing that another round can change; the first may hold the loading of the file
    case_notes.measured(f"time of {name_of(call)}, in times the reference's", ratio, at_most, at_least=False)
    if ratio > at_most:
        raise CaseFailed(
            f"{name_of(call)} took {took:.3f} s, {took / max(base, 1e-6):.0f} times as long as the reference. "
            "Is there a Python loop over every element?",
            expected=f"at most {at_most * max(base, _QUICKEST_S):.3f} s", got=f"{took:.3f} s", by_value=False,
        )  # fmt: skip


class _Stopwatch:
    """The shortest call of a function so far, by our clock and in processor time of its worker, in seconds.

    Our clock sees who waits; the processor time of the reference is its own, whatever else keeps the machine busy.
    """

    def __init__(self, side: Remote) -> None:
        self.side = side
        self.wall_s = self.cpu_s = float("inf")

    def time(self, *args: Any) -> Any:
        import time

        subject = pointer_of(self.side).subject
        used, started = subject.processor_s(), time.perf_counter()
        result = self.side(*args)
        wall = time.perf_counter() - started
        self.wall_s = min(self.wall_s, wall)
        self.cpu_s = min(self.cpu_s, wall if (now := subject.processor_s()) < used else now - used)
        return result


def _uploaded(side: Remote, inputs: list[Any]) -> list[Any]:
    """Return what stands for the inputs in the worker; themselves if they are so small that they may go with the call.

    It is a message less for each side and round.
    """
    if wire.array_bytes(inputs) <= _WITH_THE_CALL:
        return inputs
    kept = upload(side, inputs)
    return [kept[place] for place in range(len(inputs))]


def _same_work(got: Any, want: Any, name: str, atol: float) -> None:
    """Demand the values of the reference.

    Only that: why they are wrong is said by the cases about values, on arrays in which it can be seen. No known mistake
    gives those of other inputs.
    """
    found = compare.difference(_settled(got, name), want, name=name, rtol=0, atol=atol)
    if found is not None:
        raise CaseFailed(
            found.message, expected=found.expected, got=found.got, where=found.where, by_value=False, hinted=False
        )


def _redrawn(argument: Any, draws: "np.random.Generator") -> Any:
    """Return floats with every entry a little changed, whole numbers in another order, everything else as it is."""
    if not isinstance(argument, np.ndarray):
        return argument
    if argument.dtype.kind == "f":
        return (argument * draws.uniform(0.99, 1.01, argument.shape)).astype(argument.dtype)
    return draws.permutation(argument) if argument.ndim else argument


def decreases(values: Any, *, name: str, to_at_most: float | None = None) -> None:
    """Demand that the last of ``values`` is smaller than the first (and, if given, at most ``to_at_most``)."""
    array = _array(values, name).astype(float).ravel()
    if array.size < 2 or not np.isfinite(array).all():
        raise CaseFailed(f"{name} must hold at least two finite numbers.", got=show(array))
    if array[-1] >= array[0]:
        raise CaseFailed(
            f"{name} does not fall: it begins at {array[0]:.4g} and ends at {array[-1]:.4g}.", got=show(array)
        )
    if to_at_most is not None:
        case_notes.measured(name, float(array[-1]), to_at_most, at_least=False)
    if to_at_most is not None and array[-1] > to_at_most:
        raise CaseFailed(
            f"{name} falls only to {array[-1]:.4g}.", expected=f"at most {to_at_most:.4g}", got=show(array)
        )


def _array(value: Any, name: str) -> "np.ndarray[Any, Any]":
    """Return ``value`` as a numeric array; a handle, None or text fails the case."""
    value = _settled(value, name)
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biufc":
        raise CaseFailed(f"{name} is {_kind(value)}, expected numbers.", got=show(value))
    return array


def _settled(value: Any, name: str) -> Any:
    """Return the value itself; fail the case where numbers were asked for and an object came."""
    if isinstance(value, Remote):
        value = read(value)  # ``check.equal(submission.LABELS, …)`` means the value
    _no_object(value, name)
    return value


def _no_object(value: Any, name: str) -> None:
    """Fail the case for a value that is, or holds, an object of the worker (a generator, a function, an instance)."""
    if isinstance(value, Remote):
        kind = pointer_of(value).type_name or "remote"
        help_text = " Did you write yield where return belongs?" if kind == "generator" else ""
        raise CaseFailed(f"{name} is a {kind} object, expected numbers.{help_text}", got=kind)
    inside = value.values() if isinstance(value, dict) else value
    for item in inside if isinstance(value, dict | list | tuple | set | frozenset) else ():
        _no_object(item, f"a part of {name}")


def _kind(value: Any) -> str:
    return "None (is a return missing?)" if value is None else f"a {type(value).__name__}"


def _failed(
    difference: Difference, got: Any, want: Any, name: str, rtol: float, atol: float, context: dict[str, Any]
) -> CaseFailed:
    from dlquiz.grading import diagnosis

    notes = diagnosis.Context(name=name, rtol=rtol, atol=atol, values=context)
    explicable = difference.kind in ("value", "nonfinite", "shape")
    found = next(iter(diagnosis.explanations(want, got, notes)), None) if explicable else None
    return CaseFailed(
        difference.message,
        expected=difference.expected,
        got=difference.got,
        where=difference.where,
        diagnosis=found.text if found else None,
        # A list or None: what the case asks of the values is not the question yet. And a hint is about the mistakes
        # that one could have made: beside the one that was found, it misleads.
        hinted=difference.kind != "type" and not (found and found.is_a_cause),
    )
