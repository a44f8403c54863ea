"""Ids for questions that come from elsewhere."""

import re

from dlquiz.text import identifier

_LONGEST = 40
_WORDS = 6
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class Ids:
    """Makes ids that are unique in one quiz."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._count = 0
        self._next: dict[tuple[str, int], int] = {}

    def new(self, *wishes: str) -> str:
        """Return an unused id made of the first wish that gives one; else ``question-7`` for the seventh question."""
        self._count += 1
        made = (wish if _ID.fullmatch(wish) else identifier(" ".join(wish.split()[:_WORDS])) for wish in wishes)
        name = next((one for one in made if one), f"question-{self._count}")
        free = self._numbered(name) if name in self._taken else name
        self._taken.add(free)
        return free

    def _numbered(self, name: str) -> str:
        """Return ``name-2``, or the first number that is free; the name gives way where the two are too long."""
        digits = 0
        while True:
            digits += 1
            stem = name[: _LONGEST - 1 - digits].rstrip("-_")
            # Numbers below were all taken when they were last looked at, and no id is ever given back.
            number = self._next.get((stem, digits), max(2, 10 ** (digits - 1)))
            while number < 10**digits and f"{stem}-{number}" in self._taken:
                number += 1
            self._next[stem, digits] = number
            if number < 10**digits:
                return f"{stem}-{number}"
