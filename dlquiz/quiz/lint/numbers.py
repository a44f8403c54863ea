"""Numbers in options."""

import re
from fractions import Fraction

_NUMBER = re.compile(r"([+-]?)\s*(\d[\d,\u2009\u202f' ]*(?:\.\d+)?|\.\d+)(?:e([+-]?\d{1,3}))?\s*(%|percent)?", re.I)
_RATIO = re.compile(r"([+-]?\d{1,12})\s*/\s*(\d{1,12})")


def number_of(text: str) -> Fraction | None:
    """Return the number that an option is (``0.5``, ``60,000``, ``1e-3``, ``50 %``, ``1/2``); None for other text."""
    bare = text.strip().strip("`$").strip().replace("−", "-")
    if ratio := _RATIO.fullmatch(bare):
        return Fraction(int(ratio[1]), int(ratio[2])) if int(ratio[2]) else None
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return None
    digits = re.sub(r"[,\u2009\u202f' ]", "", found[2])
    value = Fraction(f"{found[1]}{digits if digits[0] != '.' else '0' + digits}")
    value *= Fraction(10) ** int(found[3] or 0)
    return value / 100 if found[4] else value
