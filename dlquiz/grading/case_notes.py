"""What is known about the case that runs now: its remarks and its last call.

A module global and not a fixture, so that ``remark()`` reads in a grader like
the sentence it is. One grader process runs one case at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """A number that a case compared with a threshold; ``at_least`` says on which side of it is well."""

    name: str
    value: float
    threshold: float
    at_least: bool = True


@dataclass
class CaseNotes:
    """Notes of one running case."""

    public: bool = False
    once: bool = False
    """Whether the first training decides, not the best of three."""
    remarks: list[str] = field(default_factory=list)
    last_call: str | None = None
    returned: list[tuple[str, Any]] = field(default_factory=list)
    """What the submission's functions gave so far in this case: what they are called, and the value."""
    called: dict[str, None] = field(default_factory=dict)
    """The submission's functions that were called so far in this case, in order."""
    measured: list["Measurement"] = field(default_factory=list)
    """What was compared with a threshold."""

    def copy(self) -> "CaseNotes":
        """Return notes that go on by themselves; the values in them are the same objects."""
        return replace(
            self, remarks=[*self.remarks], returned=[*self.returned], called={**self.called}, measured=[*self.measured]
        )


_current = CaseNotes()


def begin(*, public: bool, once: bool = False) -> CaseNotes:
    """Start a new case and return its notes."""
    global _current
    _current = CaseNotes(public=public, once=once)
    return _current


def again(notes: CaseNotes) -> CaseNotes:
    """Make a copy of ``notes`` those of the running case, and return it."""
    global _current
    _current = notes.copy()
    return _current


@contextmanager
def aside() -> Iterator[CaseNotes]:
    """Run the case for another solution: what that one gives is noted apart, and the case's own notes stay."""
    global _current
    mine = _current
    try:
        yield begin(public=False, once=mine.once)
    finally:
        _current = mine


def current() -> CaseNotes:
    """The notes of the running case."""
    return _current


def remark(text: str) -> None:
    """Say something to the learner that costs nothing."""
    if text not in _current.remarks:
        _current.remarks.append(text)


def measured(name: str, value: float, threshold: float, *, at_least: bool = True) -> None:
    """Note what is compared with a threshold, for ``dlquiz dev check --calibrate``."""
    _current.measured.append(Measurement(name, value, threshold, at_least))
