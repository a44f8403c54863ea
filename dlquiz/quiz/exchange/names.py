"""Ids for questions that come from elsewhere."""

import re
import unicodedata

_LONGEST = 40
_WORDS = 6
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})


def slug(text: str) -> str:
    """Return what is left of a text as an id: lower-case letters, digits, dashes; empty if that is nothing."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    ascii_only = "".join(c for c in bare if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9_]+|_{2,}", "-", re.sub(r"['’`]", "", ascii_only)).strip("-_")
    words = re.sub(r"-{2,}", "-", words)
    return re.sub(r"^[^a-z]+", "", words)[:_LONGEST].rstrip("-_")


class Ids:
    """Makes ids that are unique in one quiz."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._count = 0

    def new(self, *wishes: str) -> str:
        """Return an unused id made of the first wish that gives one; else ``question-7`` for the seventh question."""
        self._count += 1
        made = (wish if _ID.fullmatch(wish) else slug(" ".join(wish.split()[:_WORDS])) for wish in wishes)
        name = next((one for one in made if one), f"question-{self._count}")
        free, number = name, 1
        while free in self._taken:
            number += 1
            end = f"-{number}"
            free = name[: _LONGEST - len(end)].rstrip("-_") + end
        self._taken.add(free)
        return free
