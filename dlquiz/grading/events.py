"""What a running grading tells whoever watches it."""

from dataclasses import dataclass

from dlquiz.model.report import CaseResult


@dataclass(frozen=True, slots=True)
class CaseDone:
    """A case has its result."""

    result: CaseResult


@dataclass(frozen=True, slots=True)
class Live:
    """A call has been running for a while. ``text`` is the last line that the learner's code printed."""

    text: str
    elapsed_s: float
    budget_s: float


Event = CaseDone | Live
