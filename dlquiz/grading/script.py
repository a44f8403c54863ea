"""The questions that cases ask again and again: for one seed they are the same for every submission.

A question that is known can be packed once, and sent before it is asked: the worker answers while the grader still
thinks about the answer before, and neither has to be woken for each. Nothing of a grading may depend on it. So only
quick questions of plain values are sent ahead, and only those that passing cases have asked; the moment a case asks
something else, the subject goes back to where the case began and asks as if there were no script.

A case that looks at nothing but the answers (see :mod:`dlquiz.grading.repeatable`) ends again as it has ended with the
same answers before, bit for bit: then it need not even run. Only what it found is kept; what is said of a lost case
beside that depends on the file, and is found out for each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import takewhile
from secrets import token_bytes
from typing import Any, NamedTuple

import numpy as np

from dlquiz.grading.case_notes import CaseNotes
from dlquiz.grading.deadlines import stays_in_worker
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.memo import holds_handle
from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import EXPRESSIONS

QUICK_S = 0.05
"""Seconds that a question may have taken: repeating what was quick costs nobody anything."""
MAX_BYTES = 1 << 18
"""Bytes that are sent ahead for one case."""

KEPT_BYTES = 1 << 22
"""Bytes of answers that are kept with the endings of lost cases: as objects they may take eighty times as much."""
_TRIES, _ONE_IN = 40, 20
"""After so many looks at a case's answers, one in so many must have been known: otherwise nobody looks any more."""
_ENDING_BYTES = 500
"""What an ending without answers counts for."""

Message = dict[str, Any]
Packed = list[memoryview]


@dataclass(slots=True)
class ScriptQuestion:
    """One question of a script, its mark in what is printed, and its frames by their number."""

    message: Message
    mark: bytes
    frames: dict[tuple[int, int | None], Packed]

    def frame(self, number: int, begin: int | None) -> Packed:
        """Return the frame of this question as request ``number``; ``begin`` starts a case with it."""
        key = number, begin
        if key not in self.frames:
            start = {} if begin is None else {"begin": begin}
            self.frames[key] = wire.pack({**self.message, **start, "mark": self.mark, "id": number})
        return self.frames[key]


class Script:
    """What the cases of one seed have asked so far. ``order`` is that in which they run."""

    def __init__(self, order: Sequence[str]) -> None:
        self._order = order
        self._cases: dict[str, list[ScriptQuestion]] = {}
        self._refused: set[str] = set()
        self._endings: dict[tuple[str, bytes], CaseEnding] = {}
        self._room = KEPT_BYTES
        self._looks: Counter[str] = Counter()
        self._hits: Counter[str] = Counter()

    def wants(self, case: str) -> bool:
        """Whether nothing is known of a case yet."""
        return case not in self._cases and case not in self._refused

    def learn(self, case: str, asked: list["Seen"]) -> None:
        """Take in what a case that passed has asked."""
        if not self.wants(case):
            return
        if not all(one.known_again for one in asked) or sum(one.size for one in asked) > MAX_BYTES:
            self._refused.add(case)
            return
        self._cases[case] = [ScriptQuestion(one.message, token_bytes(16), {}) for one in asked]

    def refuse(self, case: str) -> None:
        """Never send questions of this case ahead again: it asks one submission this, and another that."""
        self._cases.pop(case, None)
        self._refused.add(case)

    def known_from(self, case: str) -> Iterator[str]:
        """Yield the case and those after it, up to the first whose questions are not known."""
        start = self._order.index(case) if case in self._order else len(self._order)
        yield from takewhile(self._cases.__contains__, self._order[start:])

    def questions(self, case: str) -> list[ScriptQuestion]:
        """Return what the case will ask; nothing if that is not known."""
        return self._cases.get(case, [])

    def keep_ending(self, case: str, answers: "GivenAnswers", ending: "CaseEnding") -> None:
        """Take in how a case has ended with these answers to its questions."""
        self._room -= _ENDING_BYTES if ending.error is None else answers.size
        if self._room > 0:
            self._endings[case, answers.digest] = ending

    def ending(self, case: str, answers: "GivenAnswers") -> "CaseEnding | None":
        """Return how a case has ended with these answers; None if it has not had them yet."""
        found = self._endings.get((case, answers.digest))
        self._looks[case] += 1
        self._hits[case] += found is not None
        return found

    def worth_a_look(self, case: str) -> bool:
        """Whether the questions of a case are known, and different submissions sometimes give the same answers."""
        looks = self._looks[case]
        return case in self._cases and (looks < _TRIES or self._hits[case] * _ONE_IN >= looks)


class GivenAnswers(NamedTuple):
    """What stands for the answers to all questions of a case, and how many bytes they are."""

    digest: bytes
    size: int


class CaseEnding(NamedTuple):
    """How a case has ended that looks at nothing but the answers: what it noted, what it found, how many it took."""

    notes: CaseNotes
    error: CaseFailed | None
    seconds: float
    taken: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A question that was asked, and what it showed of itself."""

    message: Message
    size: int
    known_again: bool


def asked(message: Message, value: Any, seconds: float) -> Seen:
    """Return a record of a question that was answered with ``value``."""
    size = sum(array.nbytes for array in _arrays(message)) + 1_000
    known = seconds <= QUICK_S and not stays_in_worker(message) and not holds_handle(value) and size <= MAX_BYTES
    return Seen(_copied(message) if known else {}, size, known)


def same(one: Any, other: Any) -> bool:
    """Return whether two messages are one question, to the last bit."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is np.ndarray:
        return bool(one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes())
    if kind is dict:
        return one.keys() == other.keys() and all(map(same, one.values(), map(other.__getitem__, one)))
    if kind is tuple or kind is list:
        return len(one) == len(other) and all(map(same, one, other))
    if kind is set or kind is frozenset:
        return {(type(item), repr(item)) for item in one} == {(type(item), repr(item)) for item in other}
    if (names := _FIELDS.get(kind)) is not None:
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    if kind is float:
        return bool(one == other) and str(one) == str(other)  # 0.0 is not -0.0
    return bool(one == other) if kind in _PLAIN else False


_FIELDS = {cls: tuple(field.name for field in fields(cls)) for cls in EXPRESSIONS.values()}
_PLAIN = frozenset({type(None), bool, int, str, bytes, complex})


def _arrays(value: Any) -> Iterator["np.ndarray[Any, Any]"]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _arrays(item)
    else:
        for name in _FIELDS.get(type(value), ()):
            yield from _arrays(getattr(value, name))


def _copied(value: Any) -> Any:
    """Return a copy that does not change with the grader's own arrays."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(_copied(item) for item in value)
    if type(value) in _FIELDS:
        return type(value)(*(_copied(getattr(value, name)) for name in _FIELDS[type(value)]))
    return value
