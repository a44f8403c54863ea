"""What a grader holds in place of the learner's module: every use is a question over the wire."""

from typing import Any

from dlquiz.grading import context
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.side import Side
from dlquiz.sandbox.client import CallFailed
from dlquiz.sandbox.expr import Call, Get, Handle, Iterate, Module, Tensor

__tracebackhide__ = True  # authors see the line of their grader, not ours

_ITERATE_AT_MOST = 1000


def as_tensor(array: Any) -> Tensor:
    """Mark an argument that the worker turns into a torch or TensorFlow tensor."""
    return Tensor(array)


class Remote:
    """Something in the worker: a function, a constant, or an object behind a handle."""

    def __init__(self, owner: "Owner", target: Any, name: str, type_name: str = "object") -> None:
        self._owner = owner
        self._type_name = type_name
        self._target = target
        self._name = name

    @property
    def type_name(self) -> str:
        """What the worker says it is: for messages only."""
        return self._type_name

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the worker; return plain values, arrays, or a :class:`Remote` for anything else."""
        return self._owner.evaluate(self._call(args, kwargs), self._name, args)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        return Call(self._target, self._owner.lower(args), self._owner.lower(kwargs))

    def iterate(self, *args: Any, at_most: int = _ITERATE_AT_MOST, **kwargs: Any) -> list[Any]:
        """Call it and return the first ``at_most`` items of what it returns."""
        return _items(self._owner.evaluate(Iterate(self._call(args, kwargs), at_most), self._name, args), self._name)

    def items(self, at_most: int = _ITERATE_AT_MOST) -> list[Any]:
        """Return the first ``at_most`` items of the object itself."""
        return _items(self._owner.evaluate(Iterate(self._target, at_most), self._name, ()), self._name)

    def with_arguments(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call it; return the result and the positional arguments as they are afterwards."""
        value = self._owner.evaluate(self._call(args, kwargs), self._name, args, echo=True)
        if (
            not isinstance(value, tuple)
            or len(value) != 2
            or not isinstance(value[1], tuple)
            or len(value[1]) != len(args)
        ):
            raise CaseFailed(f"{self._name} did not give its arguments back", cause="protocol")
        return value

    def keep(self, *args: Any, **kwargs: Any) -> "Remote":
        """Call it and leave the result in the worker, whatever it is."""
        value = self._owner.evaluate(self._call(args, kwargs), self._name, args, op="keep")
        if not isinstance(value, Remote):
            raise CaseFailed(f"{self._name} did not keep its result", cause="protocol")
        return value

    def read(self) -> Any:
        """Return the value itself (of a constant or an attribute)."""
        return self._owner.evaluate(self._target, self._name, ())

    def get(self, name: str) -> "Remote":
        """Return attribute ``name``, still in the worker."""
        return Remote(self._owner, Get(self._target, name), f"{self._name}.{name}")


class Owner:
    """A side, seen by a grader: ``owner.softmax(Z)`` asks its worker."""

    def __init__(self, side: Side, *, module: str = "submission", trusted: bool = False) -> None:
        self._side = side
        self._module = module
        self._trusted = trusted

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self, Get(Module(self._module), name), name)

    @property
    def probe(self) -> "Owner":
        """The grader's helper code in the same worker."""
        return Owner(self._side, module="probe", trusted=self._trusted)

    def upload(self, value: Any) -> Remote:
        """Put a value into the worker once, for many calls."""
        kept = self.evaluate(value, "an input", (), op="keep")
        if not isinstance(kept, Remote):
            raise CaseFailed("it did not keep an input", cause="protocol")
        return kept

    def lower(self, value: Any) -> Any:
        """Replace Remotes in arguments by what stands for them on the wire."""
        if isinstance(value, Remote):
            if value._owner._side is not self._side:
                raise CaseBroken("the grader passes an object of one worker to another")
            return value._target
        if isinstance(value, dict):
            return {key: self.lower(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.lower(item) for item in value)
        return value

    def evaluate(self, expr: Any, name: str, args: tuple[Any, ...], *, echo: bool = False, op: str = "eval") -> Any:
        """Ask the worker; turn every way of not answering into the right exception."""
        if not self._trusted:
            notes = context.current()
            if notes.public and args:
                notes.last_call = _describe_call(name, args)
        try:
            value = self._side.ask({"op": op, "expr": expr, "echo": echo}, name=name)
        except CallFailed as failure:
            if self._trusted:
                raise CaseBroken(
                    f"the reference failed: {failure.type_name} {failure.text}\n{failure.trace}"
                ) from failure
            raise failed(failure, name) from failure
        return self._lift(value, name)

    def _lift(self, value: Any, name: str) -> Any:
        if isinstance(value, Handle):
            return Remote(self, value, f"{name}(…)", type_name=value.type_name)
        if isinstance(value, dict):
            return {key: self._lift(item, name) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._lift(item, name) for item in value)
        return value


def _items(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise CaseFailed(f"{name} did not give a list of its items", cause="protocol")
    return value


def failed(failure: CallFailed, name: str) -> CaseFailed:
    """Return what the learner is told about a call that gave no value."""
    return CaseFailed(_words(failure, name), cause=failure.cause, trace=failure.trace)


_HELP = {
    "os.fork": "",
    "Permission denied": "Files cannot be opened inside the sandbox; everything you need comes in as arguments.",
    "Operation not permitted": "Files, processes and the network are closed inside the sandbox.",
    "No usable temporary directory": "There is no folder to write to inside the sandbox; keep values in memory.",
    "Function not implemented": "The sandbox does not offer this call of the operating system.",
}


def _words(failure: CallFailed, name: str) -> str:
    text = failure.text.strip()
    match failure.cause:
        case "missing":
            return f"Your file does not define {failure.text}."
        case "syntax":
            return "Your file is not valid Python, so nothing in it could run."
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
            help_text = next((words for key, words in _HELP.items() if key in text), "")
            return f"{name} tried something that the sandbox does not allow: {text}. {help_text}".strip()
        case _:
            return f"{name} raised {failure.type_name}: {text}" if text else f"{name} raised {failure.type_name}."


def _describe_call(name: str, args: tuple[Any, ...]) -> str:
    from dlquiz.grading.compare import show

    return f"{name}({', '.join(show(argument, 400) for argument in args)})"
