"""What is known about the case that runs now: its remarks and its last call.

A module global and not a fixture, so that ``remark()`` reads in a grader like
the sentence it is. One grader process runs one case at a time.
"""

from dataclasses import dataclass, field


@dataclass
class CaseContext:
    """Notes of one running case."""

    public: bool = False
    remarks: list[str] = field(default_factory=list)
    last_call: str | None = None


_current = CaseContext()


def begin(*, public: bool) -> CaseContext:
    """Start a new case and return its notes."""
    global _current
    _current = CaseContext(public=public)
    return _current


def current() -> CaseContext:
    """The notes of the running case."""
    return _current


def remark(text: str) -> None:
    """Say something to the learner that costs nothing."""
    if text not in _current.remarks:
        _current.remarks.append(text)
