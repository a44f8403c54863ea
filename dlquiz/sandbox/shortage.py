"""Say in a sentence what a machine has run out of; imports nothing, because that may be memory."""

_SHORTAGES = {
    "there is no free disk space": ("No space left on device", "disk is full", "Disk quota exceeded", "File too large"),
    "this machine has no free memory": (
        "Cannot allocate memory", "MemoryError", "failed to map segment", "Memory allocation still failed",
    ),
    "this machine allows no further process": ("Resource temporarily unavailable", "can't start new thread"),
    "too many files are open on this machine": ("Too many open files",),
}  # fmt: skip
"""What a machine has run out of, and the words by which the system and its libraries say so."""


def shortage(detail: str) -> str:
    """Return what the machine has run out of if ``detail``, an error's type and text, says that; "" if not."""
    return next((words for words, signs in _SHORTAGES.items() if any(sign in detail for sign in signs)), "")
