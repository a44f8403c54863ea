"""Loaded beside a learner's check, in its worker: runs it, and turns each call of the solution into a question.

The solution itself lies in another worker. The check runs in a thread, which waits for every answer; ``begin``,
``answer`` and ``raised`` return what it asks next, or how it has ended. This file is read as a text and sent to the
worker; the trusted side never imports it.
"""

import builtins
import queue
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

submission: Any = None
"""The module with the check; the loader sets it."""
_answers: "queue.SimpleQueue[Any]" = queue.SimpleQueue()
_questions: "queue.SimpleQueue[tuple[Any, ...]]" = queue.SimpleQueue()


class _Raised:
    """What a call of the solution raised: its type's name and its text."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text


class _Part:
    """Something of the solution's: the solution itself, a function, an object that a function returned."""

    _where: tuple[int, tuple[str, ...]]

    def __init__(self, thing: int, path: tuple[str, ...] = ()) -> None:
        self.__dict__["_where"] = (thing, path)

    def __getattr__(self, name: str) -> "_Part":
        if name.startswith("__"):
            raise AttributeError(name)
        thing, path = self._where
        return _Part(thing, (*path, name))

    def __iter__(self) -> Iterator[Any]:
        thing, path = self._where
        return iter(_ask(("items", thing, list(path)), ".".join(path)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set: the solution runs elsewhere")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        thing, path = self._where
        sent = [_sent(one) for one in args], {name: _sent(one) for name, one in kwargs.items()}
        return _ask(("ask", thing, list(path), *sent), ".".join(path))


def _ask(question: tuple[Any, ...], name: str) -> Any:
    """Put a question, and return its answer or raise what it raised."""
    _questions.put(question)
    answer = _answers.get()
    if isinstance(answer, _Raised):
        kind = getattr(builtins, answer.name, None)
        kind = kind if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError
        error = kind(f"{name} raised {answer.name}: {answer.text}")
        error.__dict__["of_solution"] = True
        raise error
    return _received(answer)


def _sent(value: Any) -> Any:
    """Mark what is more than a value: an object of the solution's, a tensor, a generator of random numbers."""
    if isinstance(value, _Part):
        thing, path = value._where
        if path:
            raise TypeError(f"{'.'.join(path)} is a function of the solution; only values can be handed over")
        return {"__thing__": thing}
    if isinstance(value, list | tuple):
        parts = [_sent(one) for one in value]
        return parts if isinstance(value, list) else tuple(parts)
    if isinstance(value, dict):
        return {key: _sent(one) for key, one in value.items()}
    if type(value).__name__ == "Generator" and hasattr(value, "integers"):
        return {"__rng__": int(value.integers(2**62))}  # the same one for the same state of the check's generator
    for name in ("torch", "tensorflow"):
        module = sys.modules.get(name)
        kind: Any = getattr(module, "Tensor", ())
        if isinstance(value, kind):
            return {"__tensor__": (value.detach() if name == "torch" else value).numpy()}
    return value


def _received(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"__thing__"}:
            return _Part(value["__thing__"])
        return {key: _received(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        parts = [_received(one) for one in value]
        return parts if isinstance(value, list) else tuple(parts)
    return value


def _run(questions: "queue.SimpleQueue[tuple[Any, ...]]") -> None:
    end: tuple[Any, ...]
    try:
        said = submission.check(_Part(0))
    except AssertionError as error:
        end = ("caught", str(error), _own_line(error))
    except BaseException as error:  # noqa: BLE001  whatever it is, somebody waits for an answer
        if getattr(error, "of_solution", False):
            end = ("caught", str(error), _own_line(error))
        else:
            end = ("broken", f"{type(error).__name__}: {error}", _own_line(error))
    else:
        end = ("caught", "it returned False", 0) if said is False else ("accepted",)
    questions.put(end)


def _own_line(error: BaseException) -> int:
    """Return the line of the check in which it happened; 0 if it was in none."""
    own = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith("<submission>")]
    return own[-1].lineno or 0 if own else 0


def begin() -> Any:
    """Begin the check with a solution that nothing has been asked of."""
    global _answers, _questions
    _answers, _questions = queue.SimpleQueue(), queue.SimpleQueue()
    threading.Thread(target=_run, args=(_questions,), daemon=True).start()
    return _questions.get()


def answer(value: Any) -> Any:
    """Go on with what a call has returned."""
    _answers.put(value)
    return _questions.get()


def raised(name: str, text: str) -> Any:
    """Go on with what a call has raised."""
    _answers.put(_Raised(name, text))
    return _questions.get()
