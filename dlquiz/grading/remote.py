"""What a grader can do with something in the worker, beside calling it: functions, so that no name is taken.

``submission.iterate`` is the learner's function; ``iterate(submission.batches, X)`` is this one.
"""

from collections.abc import Callable
from typing import Any

from dlquiz.grading.case_notes import aside
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.proxy import (
    ITERATE_AT_MOST,
    Remote,
    SubmissionProxy,
    ask,
    call_of,
    listed,
    lowered,
    pointer_of,
    read,
)
from dlquiz.sandbox.expr import Iterate, Tensor

__all__ = [
    "as_tensor",
    "fresh",
    "items",
    "iterate",
    "keep",
    "once",
    "passes",
    "probe",
    "read",
    "upload",
    "with_arguments",
]

__tracebackhide__ = True  # authors see the line of their grader, not ours


def as_tensor(array: Any) -> Tensor:
    """Mark an argument that the worker turns into a torch or TensorFlow tensor."""
    return Tensor(array)


def probe(submission: SubmissionProxy) -> SubmissionProxy:
    """Return the grader's helper code, ``probe.py``, in the same worker: ``probe(submission).slopes(x)``."""
    mine = pointer_of(submission)
    return SubmissionProxy(mine.subject, module="probe", trusted=mine.trusted)


def fresh(submission: SubmissionProxy) -> SubmissionProxy:
    """Return the submission in another worker, until the case ends: nothing that it has kept so far is there.

    What a training returned must be enough: ``fresh(submission).predict(X, params)``.
    """
    mine = pointer_of(submission)
    return SubmissionProxy(mine.subject.sibling(), trusted=mine.trusted)


def upload(submission: Remote, value: Any) -> Remote:
    """Put a value into the worker once, for many calls."""
    mine = pointer_of(submission)
    kept = ask(mine.at(mine.target, "an input"), lowered(mine, value), (), op="keep")
    return _kept(kept, "an input")


def keep(function: Remote, *args: Any, **kwargs: Any) -> Remote:
    """Call it and leave the result in the worker, whatever it is."""
    mine = pointer_of(function)
    return _kept(ask(mine, call_of(mine, args, kwargs), args, op="keep"), mine.name)


def iterate(function: Remote, *args: Any, at_most: int = ITERATE_AT_MOST, **kwargs: Any) -> list[Any]:
    """Call it and return the first ``at_most`` items of what it returns (a generator, a data loader)."""
    mine = pointer_of(function)
    return listed(mine, Iterate(call_of(mine, args, kwargs), at_most), args)


def items(handle: Remote, at_most: int = ITERATE_AT_MOST) -> list[Any]:
    """Return the first ``at_most`` items of the object itself."""
    mine = pointer_of(handle)
    return listed(mine, Iterate(mine.target, at_most), ())


def with_arguments(function: Remote, *args: Any) -> tuple[Any, tuple[Any, ...]]:
    """Call it; return the result and the positional arguments as they are afterwards."""
    mine = pointer_of(function)
    value = ask(mine, call_of(mine, args, {}), args, echo=True)
    if not isinstance(value, tuple) or len(value) != 2:
        raise _no_arguments(mine.name)
    result, after = value
    if not isinstance(after, tuple) or len(after) != len(args):
        raise _no_arguments(mine.name)
    return result, after


def once(submission: SubmissionProxy, what: str, work: Callable[[], Any]) -> Any:
    """Return what ``work()`` gives, or fail as it failed: it is done once for a submission, whatever cases need it.

    Several cases look at one training; an endless one costs its deadline once. Handles end with their case, so
    ``work`` returns plain values. ``what`` is its name within the grader.
    """
    subject = pointer_of(submission).subject
    subject.depends_on_more()  # another case may have done the work
    kept = subject.kept
    if what not in kept:
        try:
            kept[what] = work(), None
        except CaseFailed as failure:
            kept[what] = None, failure
    value, failed = kept[what]
    if failed is not None:
        raise failed
    return value


def passes(work: Callable[[], Any]) -> bool:
    """Return whether ``work()`` fails no check. What it fails with is not told: a case of its own has told it.

    So one slip has one price: where a function is mistaken, a case about another one that calls it can put a right one
    in its place.
    """
    with aside():
        try:
            work()
        except CaseFailed:
            return False
    return True


def name_of(remote: Remote) -> str:
    """Return what messages call it."""
    return pointer_of(remote).name


def _kept(value: Any, name: str) -> Remote:
    if not isinstance(value, Remote):
        raise CaseFailed(f"{name} was not kept", cause="protocol")
    return value


def _no_arguments(name: str) -> CaseFailed:
    return CaseFailed(f"{name} did not give its arguments back", cause="protocol")
