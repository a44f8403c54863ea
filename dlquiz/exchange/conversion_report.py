"""What a conversion kept, changed and dropped, and why."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

REPORT_VERSION = 1
_MOST_NAMED = 4


class Fate(StrEnum):
    """What became of a question."""

    KEPT = "kept"
    CHANGED = "changed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    ``question_id`` is empty for the file as a whole. ``loss`` is False where something was only added or moved, such
    as a placeholder for a reason that the file does not give: ``--strict`` lets that pass. ``line`` is where the
    question stands in the file that was read, counted from 1; 0 if that is not known.
    """

    question_id: str
    kind: Fate
    what: str
    why: str
    loss: bool = True
    line: int = 0


@dataclass(frozen=True, slots=True)
class LossReport:
    """The account of one conversion: every question that was read, with its fate, and every change."""

    source: str
    target: str
    fates: tuple[tuple[str, Fate], ...]
    changes: tuple[Change, ...]

    def count(self, fate: Fate) -> int:
        """Return how many questions met this fate."""
        return sum(one is fate for _, one in self.fates)

    @property
    def read(self) -> int:
        """How many questions were read."""
        return len(self.fates)

    @property
    def kept(self) -> int:
        """How many questions are as they were."""
        return self.count(Fate.KEPT)

    @property
    def changed(self) -> int:
        """How many questions are there, but not quite as they were."""
        return self.count(Fate.CHANGED)

    @property
    def dropped(self) -> int:
        """How many questions are not in the result."""
        return self.count(Fate.DROPPED)

    @property
    def poorer(self) -> int:
        """How many of the changed questions lost something; the others only got something added, or moved."""
        lost = {change.question_id for change in self.changes if change.loss}
        return sum(fate is Fate.CHANGED and name in lost for name, fate in self.fates)

    @property
    def lossless(self) -> bool:
        """Whether everything of the file that was read is in the result."""
        return not any(change.loss for change in self.changes)

    def lines(self) -> Iterator[str]:
        """Write the report for a person: the counts, then one line for whatever happened, to one question or many."""
        changed = f"{self.changed} changed" + (f" ({self.poorer} of them lost something)" if self.changed else "")
        counts = f"{_count(self.read)} read, {self.kept} kept, {changed}, {self.dropped} dropped"
        yield f"{self.source} -> {self.target}: {counts}."
        for alike in self._alike():
            first = alike[0]
            yield f"  {first.kind}: {_named(alike)}: {first.what}: {_common(first.why) if alike[1:] else first.why}"
        if self.changes and self.lossless:
            yield "  Nothing of the file was lost."

    def _alike(self) -> Iterable[list[Change]]:
        """Return the changes that say the same, of how many questions ever, in the order of the first ones."""
        groups: dict[tuple[object, ...], list[Change]] = {}
        for change in self.changes:
            groups.setdefault((change.kind, change.what, _common(change.why), change.loss), []).append(change)
        return groups.values()

    def document(self) -> dict[str, Any]:
        """Return the report as it is written in JSON."""
        return {
            "format_version": REPORT_VERSION,
            "source": self.source,
            "target": self.target,
            "read": self.read,
            "kept": self.kept,
            "changed": self.changed,
            "dropped": self.dropped,
            "lost_something": self.poorer,
            "lossless": self.lossless,
            "questions": [{"id": name, "fate": fate.value} for name, fate in self.fates],
            "changes": [
                {
                    "question": change.question_id or None,
                    "kind": change.kind.value,
                    "what": change.what,
                    "why": change.why,
                    "loss": change.loss,
                    "line": change.line or None,
                }
                for change in self.changes
            ],
        }


def _common(why: str) -> str:
    """Return what two reasons have in common that differ only in how often something happened."""
    return re.sub(r" \(\d+ times\)", "", why)


def _named(changes: Sequence[Change]) -> str:
    """Name the questions that changes are about: the first ones, and how many more there are."""
    about = list({change.question_id: change for change in changes}.values())
    places = [(one.question_id or "the file") + (f" (line {one.line})" if one.line else "") for one in about]
    if len(places) == 1:
        return places[0]
    if len(places) > _MOST_NAMED + 1:
        places[_MOST_NAMED - 1 :] = [f"{places[_MOST_NAMED - 1]} and {len(places) - _MOST_NAMED} more"]
    return f"{_count(len(about))}: {', '.join(places)}"


def _count(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"


class Ledger:
    """Collects the changes of one conversion while it goes on."""

    def __init__(self) -> None:
        self._fates: dict[str, Fate] = {}
        self._changes: list[Change] = []

    def read(self, question_id: str) -> None:
        """Note that a question was read; it counts as kept until something else is said."""
        if question_id in self._fates:
            raise ValueError(f"question {question_id} was read before")
        self._fates[question_id] = Fate.KEPT

    def changed(self, question_id: str, what: str, why: str, *, loss: bool = True, line: int = 0) -> None:
        """Note that a question is there, but not as it was; with an empty id, something about the whole file."""
        self._note(Change(question_id, Fate.CHANGED, what, why, loss, line))

    def dropped(self, question_id: str, what: str, why: str, *, line: int = 0) -> None:
        """Note that a question is not in the result."""
        self._note(Change(question_id, Fate.DROPPED, what, why, True, line))

    def _note(self, change: Change) -> None:
        if change in self._changes[-20:]:
            return  # variants of one question lose the same thing
        self._changes.append(change)
        if change.question_id and self._fates.setdefault(change.question_id, Fate.KEPT) is not Fate.DROPPED:
            self._fates[change.question_id] = change.kind

    def report(self, source: str, target: str) -> LossReport:
        """Close the account; ``source`` and ``target`` are names of files or formats."""
        return LossReport(source, target, tuple(self._fates.items()), tuple(self._changes))
