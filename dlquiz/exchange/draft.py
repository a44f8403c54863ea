"""A question of ours while it is being made of a foreign one."""

from typing import Any

from dlquiz.exchange.neutral import Note
from dlquiz.exchange.verdicts import only_judges
from dlquiz.model.placeholders import NO_REASON
from dlquiz.text import storable


class NotOurs(Exception):
    """A question cannot be ours: ``what`` it is, and why not."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(why)
        self.what = what
        self.why = why


class Draft:
    """The fields so far, and what there is to say about them."""

    def __init__(self) -> None:
        self.kind = ""
        self.fields: dict[str, Any] = {}
        self.notes: list[Note] = []
        self.filled: dict[str, int] = {}
        self._explain: list[str] = []

    def note(self, what: str, why: str, *, loss: bool = True) -> None:
        """Say that something is not as it was."""
        self.notes.append(Note(what, why, loss))

    def fill(self, what: str, placeholder: str) -> str:
        """Count a placeholder and return it."""
        self.filled[what] = self.filled.get(what, 0) + 1
        return placeholder

    def stem(self, text: str) -> None:
        """Set what is asked."""
        self.fields["stem"] = storable(text).strip()

    def explain(self, text: str) -> None:
        """Add a paragraph to the explanation, unless it stands there."""
        text = storable(text).strip()
        if text and text not in self._explain:
            self._explain.append(text)

    def explanation(self) -> str:
        """Return the explanation; empty if there is none."""
        return "\n\n".join(self._explain)

    def praise(self, text: str, about: str) -> None:
        """Take what is said to a right answer as explanation; "Well done!" explains nothing and goes."""
        text = self.explaining(text, about)
        if text and text not in self._explain:
            self.explain(text)
            self.note("moved", f"what the file says to {about} stands in the explanation", loss=False)

    def explaining(self, text: str, about: str) -> str:
        """Return what is said to an answer; nothing, with a note, if it only says whether that is right."""
        text = storable(text).strip()
        if text and only_judges(text):
            self.note("praise", f"'{short(text)}' for {about} explains nothing and was left out")
            return ""
        return text

    def reasons(self, entries: list[tuple[str, str]]) -> dict[str, str]:
        """Return ``{text: why}`` with a placeholder where there is no why. A text that stands there twice goes."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for text, why in entries:
            key = " ".join(text.split())
            if key in seen:
                self.note("repeated option", f"'{short(text)}' stands there twice")
                continue
            seen.add(key)
            found[text] = storable(why).strip() or self.fill("reason for a wrong answer", NO_REASON)
        return found


def short(text: str) -> str:
    """Return a text on one line, at most 40 characters, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
