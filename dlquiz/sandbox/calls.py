"""How long a call of a worker may take, and how it can end without an answer."""

import time
from dataclasses import dataclass


class CallFailed(Exception):
    """The submission did not answer with a value. ``cause`` is one of the report's causes.

    The rest is what the worker says, for messages only: ``line`` of the file's own code that an error came through,
    ``defined``: the names that are there where one is missing, ``stack`` as it was when the process was ended.
    """

    def __init__(
        self,
        cause: str,
        text: str,
        *,
        type_name: str = "",
        trace: str = "",
        bases: frozenset[str] = frozenset(),
        line: int = 0,
        stack: bytes = b"",
        defined: str = "",
    ) -> None:
        super().__init__(text)
        self.bases = bases
        self.defined = defined
        self.line = line
        self.stack = stack
        self.cause = cause
        self.text = text
        self.type_name = type_name
        self.trace = trace


class WorkerVanished(Exception):
    """The worker died of something that neither we nor its own code explains: ours until shown otherwise."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """An absolute moment on the monotonic clock."""

    at: float
    budget_s: float
    missed: str
    """What is said of code that misses it."""
    of_call: bool = True
    """Whether it is the call's own, and not what is left of a larger one."""

    @classmethod
    def after(cls, seconds: float, missed: str = "", *, of_call: bool = True) -> "Deadline":
        """Return the moment ``seconds`` from now."""
        return cls(time.monotonic() + seconds, seconds, missed or f"it took more than {seconds:g} s", of_call)

    def left_ms(self) -> int:
        """Milliseconds left, at least 0, rounded up so that poll does not spin."""
        return max(0, int((self.at - time.monotonic()) * 1000) + 1)

    @property
    def passed(self) -> bool:
        """Whether the moment is over."""
        return time.monotonic() >= self.at
