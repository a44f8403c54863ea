"""What a grader holds in place of the learner's module: every use is a question over the wire.

A proxy has no public name of its own, because every name is the learner's: ``submission.evaluate(…)`` and
``layer.items`` are what the learner wrote. What a grader wants to *do* with a proxy is a function in
:mod:`dlquiz.grading.remote`.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from dlquiz.grading import case_notes
from dlquiz.grading.failure import CaseBroken, CaseFailed, TrustedSideFailed
from dlquiz.grading.loading import LoadFailed, Loading, help_for, quoted, sentence
from dlquiz.grading.names import known_names
from dlquiz.grading.subject import Subject
from dlquiz.grading.twins import advice
from dlquiz.sandbox.calls import CallFailed
from dlquiz.sandbox.expr import Call, Get, Handle, Item, Iterate, Module
from dlquiz.sandbox.worker_handle import MAX_TYPE_NAME
from dlquiz.text import one_line

__tracebackhide__ = True  # authors see the line of their grader, not ours

ITERATE_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a proxy stands for: an expression in the worker of a subject, and what messages call it.

    ``type_name`` is what the worker says it is, for messages only. ``trusted``: it belongs to the course's own
    solution, whose failures are the course's.
    """

    subject: Subject
    target: Any
    name: str
    type_name: str = ""
    trusted: bool = False

    @property
    def stays(self) -> bool:
        """Whether it is known to be an object that cannot cross."""
        return isinstance(self.target, Handle)

    def at(self, target: Any, name: str) -> "Pointer":
        """Return what ``target`` is in the same worker."""
        return Pointer(self.subject, target, name, trusted=self.trusted)


class Remote:
    """Something in the worker: a function, a constant, or an object behind a handle.

    Reading an attribute or an item asks nothing yet. Calling asks. An operator, a comparison, ``len``, a loop or
    ``np.asarray`` fetches the value itself.
    """

    __slots__ = ("__pointer",)

    def __init__(self, pointer: Pointer) -> None:
        object.__setattr__(self, "_Remote__pointer", pointer)

    def __getattr__(self, name: str) -> "Remote":
        if name.startswith(("__", "_repr_", "_ipython")):  # Python's, NumPy's and notebooks' questions
            raise AttributeError(name)
        mine = pointer_of(self)
        return Remote(mine.at(Get(mine.target, name), _dotted(mine, name)))

    def __getitem__(self, key: Any) -> "Remote":
        mine = pointer_of(self)
        shown = repr(key) if isinstance(key, int | str) else "…"
        return Remote(mine.at(Item(mine.target, lowered(mine, key)), f"{mine.name}[{shown}]"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the worker; return plain values and arrays, or a proxy for anything else."""
        mine = pointer_of(self)
        return ask(mine, call_of(mine, args, kwargs), args)

    def __iter__(self) -> Iterator[Any]:
        mine = pointer_of(self)
        return iter(listed(mine, Iterate(mine.target, ITERATE_AT_MOST), ()))

    def __len__(self) -> int:
        mine = pointer_of(self)
        try:
            return int(ask(mine, Call(Get(mine.target, "__len__")), ()))
        except (CaseFailed, CaseBroken) as failure:
            if "has no attribute '__len__'" not in str(failure):
                raise
            # What `list` expects of a generator: it asks for the length first, and goes on without one.
            raise TypeError(f"{mine.name} has no length") from failure

    def __contains__(self, item: Any) -> bool:
        mine = pointer_of(self)
        return bool(ask(mine, Call(Get(mine.target, "__contains__"), (lowered(mine, item),)), ()))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.asarray(fetched(self), dtype=dtype)

    def __bool__(self) -> bool:
        value = read(self)
        return True if isinstance(value, Remote) else bool(value)

    def __float__(self) -> float:
        return float(fetched(self))

    def __int__(self) -> int:
        return int(fetched(self))

    def __index__(self) -> int:
        return operator.index(fetched(self))

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        mine = pointer_of(self)
        whose = "the reference" if mine.trusted else "the submission"
        if mine.type_name:
            return f"<{mine.name}, a {mine.type_name} object of {whose}>"
        return f"<{mine.name} of {whose}>"

    def __dir__(self) -> list[str]:
        return []  # what there is, only the worker knows

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(_UNSET.format(name=_dotted(pointer_of(self), name)))

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(_UNSET.format(name=_dotted(pointer_of(self), name)))

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError(_UNSET.format(name=f"an item of {pointer_of(self).name}"))


_UNSET = "a grader cannot set {name}: it stays in the worker. Pass the value as an argument, or set it in probe.py"


class SubmissionProxy(Remote):
    """A module in the worker, seen by a grader: ``submission.softmax(Z)`` asks its worker."""

    __slots__ = ()

    def __init__(self, subject: Subject, *, module: str = "submission", trusted: bool = False) -> None:
        super().__init__(Pointer(subject, Module(module), module, trusted=trusted))

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: a module is no function."""
        raise TypeError("a submission is a module: name the function to call, such as submission.softmax(Z)")


def _unary(name: str) -> Callable[[Remote], Any]:
    function = getattr(operator, name)
    return lambda self: function(fetched(self))


def _operator(name: str, *, swapped: bool = False) -> Callable[[Remote, Any], Any]:
    function = getattr(operator, name)

    def apply(self: Remote, other: Any) -> Any:
        mine, theirs = fetched(self), fetched(other) if isinstance(other, Remote) else other
        return function(theirs, mine) if swapped else function(mine, theirs)

    return apply


for _name in "eq ne lt le gt ge add sub mul truediv floordiv mod pow matmul and_ or_ xor".split():
    _dunder = f"__{_name.rstrip('_')}__"
    setattr(Remote, _dunder, _operator(_name))
    if _name not in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(Remote, f"__r{_dunder.strip('_')}__", _operator(_name, swapped=True))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Remote, f"__{_name}__", _unary(_name))


# -- what the functions of a grader are made of -----------------------------------


def pointer_of(remote: Remote) -> Pointer:
    """Return what a proxy stands for."""
    found: Pointer = object.__getattribute__(remote, "_Remote__pointer")
    return found


def read(remote: Remote) -> Any:
    """Return the value itself, or a proxy of an object that cannot cross."""
    mine = pointer_of(remote)
    return remote if mine.stays else ask(mine, mine.target, ())


def fetched(remote: Remote) -> Any:
    """Return the value itself; an object that cannot cross fails the case."""
    value = read(remote)
    if isinstance(value, Remote):
        raise CaseFailed(f"{pointer_of(value).name} is a {pointer_of(value).type_name} object, expected a value.")
    return value


def call_of(mine: Pointer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Return the expression that calls it."""
    return Call(mine.target, lowered(mine, args), lowered(mine, kwargs))


def lowered(mine: Pointer, value: Any) -> Any:
    """Replace proxies in arguments by what stands for them on the wire."""
    if isinstance(value, Remote):
        theirs = pointer_of(value)
        if theirs.subject is not mine.subject:
            raise TrustedSideFailed("the grader passes an object of one worker to another")
        return theirs.target
    if isinstance(value, dict):
        return {key: lowered(mine, item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(lowered(mine, item) for item in value)
    return value


def ask(mine: Pointer, expr: Any, args: tuple[Any, ...], *, echo: bool = False, op: str = "eval") -> Any:
    """Ask the worker; turn every way of not answering into the right exception."""
    notes = case_notes.current()
    if not mine.trusted and notes.public and args:
        helper = "the grader's helper " if _module(mine.target) == "probe" else ""
        notes.last_call = helper + _describe_call(mine.name, args)
    if not mine.trusted and (function := _called(expr)) is not None:
        notes.called[function] = None
    try:
        value = mine.subject.ask({"op": op, "expr": expr, "echo": echo}, name=mine.name)
    except CallFailed as failure:
        if mine.trusted:
            raise TrustedSideFailed(
                f"the reference failed: {failure.type_name} {failure.text}\n{failure.trace}"
            ) from failure
        # Not "from failure": authors see the line of their grader, and not how we heard of it.
        raise failed(failure, mine.name, mine.subject.loading, args) from None
    if not mine.trusted:
        notes.returned.append((mine.name, value[0] if echo and isinstance(value, tuple) and value else value))
    return _lifted(mine, value)


def listed(mine: Pointer, expr: Iterate, args: tuple[Any, ...]) -> list[Any]:
    """Return the items that the worker gives for ``expr``."""
    value = ask(mine, expr, args)
    if not isinstance(value, list):
        raise CaseFailed(f"{mine.name} did not give a list of its items", cause="protocol")
    return value


def _lifted(mine: Pointer, value: Any) -> Any:
    if isinstance(value, Handle):
        kind = one_line(value.type_name, MAX_TYPE_NAME)
        return Remote(Pointer(mine.subject, value, f"{mine.name}(…)", kind, mine.trusted))
    if isinstance(value, dict):
        return {key: _lifted(mine, item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_lifted(mine, item) for item in value)
    return value


def _module(target: Any) -> str:
    """Return the module from which an expression sets out; empty for an object that the worker keeps."""
    while isinstance(target, Get | Item | Call):
        target = target.target
    return target.name if isinstance(target, Module) else ""


def _called(expr: Any) -> str | None:
    """Return the function of the submission that an expression calls; None for anything else."""
    match expr.target if isinstance(expr, Iterate) else expr:
        case Call(target=Get(target=Module(name="submission"), name=name)):
            return name
    return None


def _dotted(mine: Pointer, name: str) -> str:
    return name if isinstance(mine.target, Module) else f"{mine.name}.{name}"


def failed(failure: CallFailed, name: str, loading: Loading, args: tuple[Any, ...] = ()) -> CaseFailed:
    """Return what the learner is told about a call with ``args`` that gave no value."""
    if failure.cause == "missing":
        return loading.missing(failure.text, known_names(failure.defined))
    whole = isinstance(failure, LoadFailed)
    message = sentence(failure.stop) if isinstance(failure, LoadFailed) else _words(failure, name)
    # Where the file was not loaded, nothing was called: its arguments explain nothing.
    meaning = _meaning(failure, () if whole else args)
    return CaseFailed(
        message,
        cause=failure.cause,
        trace=failure.trace,
        diagnosis=meaning,
        error_types=failure.bases,
        whole_file=whole,
    )


def _meaning(failure: CallFailed, args: tuple[Any, ...]) -> str | None:
    """Say what an exception means; its own text stands in the message."""
    from dlquiz.grading.crashes import explained, refused, shapes_of

    if failure.cause not in ("exception", "forbidden"):
        return None
    error = f"{failure.type_name}: {failure.text}"
    if said := refused(error, failure.trace):
        return said  # whatever the arguments were
    said = explained(error, failure.trace) if failure.cause == "exception" else None
    return said and " ".join(filter(None, (said, shapes_of(args))))


def _words(failure: CallFailed, name: str) -> str:
    text = quoted(failure.text)
    match failure.cause:
        case "timeout":
            return f"{name} did not finish: {text}. Is there an endless loop, or a Python loop over every element?"
        case "memory":
            return f"{name} ran out of memory. Does it build a much larger array than its result?"
        case "crashed":
            return f"{name} ended the whole process: {text}."
        case "output":
            return f"{name} printed too much: {text}. Remove the print from the inner loop."
        case "protocol":
            return f"{name} gave no usable answer: {text}."
        case "forbidden":
            return f"{name} tried something that the sandbox does not allow: {text}. {help_for(text)}".strip()
        case _:
            said = f"{name} raised {failure.type_name}: {text}" if text else f"{name} raised {failure.type_name}."
            return f"{said}. {twin}." if (twin := advice(text)) else said


def _describe_call(name: str, args: tuple[Any, ...]) -> str:
    from dlquiz.grading.compare import show

    shown = (pointer_of(argument).name if isinstance(argument, Remote) else show(argument, 400) for argument in args)
    return f"{name}({', '.join(shown)})"
