"""How a diagnosis names a known mistake: for whoever writes it, and for whoever counts it."""

from typing import Final

KNOWN_MISTAKE: Final = "These are exactly the values of a known mistake: "
"""What stands in a diagnosis before the sentence of a wrong solution."""
