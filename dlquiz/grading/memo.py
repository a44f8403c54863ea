"""Answers of the reference that are kept: many submissions with one seed ask it the same."""

from collections import Counter
from hashlib import blake2b
from typing import Any

from dlquiz.grading.deadlines import stays_in_worker
from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import Handle

MEMO_BYTES = 1 << 23
"""Largest request whose answer is remembered."""
MEMO_ENTRIES = 500
"""Answers that are kept: submissions with fresh seeds never ask the same again."""
HOPELESS = 200
"""New questions of one case in a row, far more than one run asks; from then on nobody looks whether one is known."""


class Memo:
    """From a request in its case to the answer."""

    def __init__(self) -> None:
        self._answers: dict[bytes, Any] = {}
        self._new: Counter[str] = Counter()

    def key(self, case: str, message: dict[str, Any]) -> bytes | None:
        """Return what stands for a request; None if its answer is not to be kept.

        Another worker gives the number of a handle to something else, so a request about one says nothing.
        """
        if message["op"] != "eval" or self._new[case] >= HOPELESS or stays_in_worker(message):
            return None
        parts = wire.pack(message)
        if sum(map(len, parts)) > MEMO_BYTES:
            return None
        digest = blake2b(case.encode(), digest_size=16)
        for part in parts:
            digest.update(part)
        key = digest.digest()
        self._new[case] = 0 if key in self._answers else self._new[case] + 1
        return key

    def __contains__(self, key: bytes | None) -> bool:
        return key in self._answers

    def __getitem__(self, key: bytes | None) -> Any:
        assert key is not None
        return self._answers[key]

    def keep(self, key: bytes | None, value: Any) -> None:
        """Remember an answer, unless it holds something that ends with its case."""
        if key is None or holds_handle(value):
            return
        if len(self._answers) >= MEMO_ENTRIES:
            self._answers.clear()
        self._answers[key] = value


class NoMemo(Memo):
    """Remembers nothing: what a submission answers is never taken from an earlier question."""

    def key(self, case: str, message: dict[str, Any]) -> None:
        """Return None: nothing is kept."""
        return


def holds_handle(value: Any) -> bool:
    """Return whether a value holds something that stays in the worker."""
    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(map(holds_handle, value.values()))
    return isinstance(value, list | tuple | set | frozenset) and any(map(holds_handle, value))
