"""The limits of one submission."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds are wall clock; ``memory_mib`` is what the code may add to the warm server."""

    call_s: float = 10
    case_s: float = 20
    submission_s: float = 120
    memory_mib: int = 1024
