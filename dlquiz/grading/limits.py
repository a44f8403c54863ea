"""The limits of one submission, and those of the grader process itself."""

from dataclasses import dataclass

GRADER_CASE_S = 60.0
"""Seconds that a grader may compute in one case by itself, beside what it asks of the submission and the reference."""
GRADER_MEMORY_MIB = 4096
"""Memory that the grader process may take beyond what it has when it starts to grade."""
GRADER_OPEN_FILES = 1024
REPLY_FACTOR = 8
"""Times the bytes of the reference's answer that a submission's answer may hold, where it holds more than any may."""
UNMEASURED_REPLY = 1 << 26
"""Bytes that an answer may hold where the reference cannot be asked the same."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds are wall clock; ``memory_mib`` is what the code may add to the warm server."""

    call_s: float = 10
    case_s: float = 20
    submission_s: float = 120
    memory_mib: int = 1024

    @property
    def watchdog_s(self) -> float:
        """Seconds after which a case is ended: the submission's, as much for the reference, and the grader's own."""
        return 2 * self.case_s + GRADER_CASE_S
