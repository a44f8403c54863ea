"""One side of a comparison: a source, and the worker that holds it.

The submission and the reference are sides of the same kind behind the same
wall, so that they see the same threads, files and processor features.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Protocol

from dlquiz.errors import SandboxError
from dlquiz.grading.budget import Budget
from dlquiz.grading.failure import CaseBroken
from dlquiz.grading.pace import Pace
from dlquiz.sandbox import wire
from dlquiz.sandbox.client import CallFailed, Deadline, Exit, Worker, WorkerVanished
from dlquiz.sandbox.limits import resident_kib
from dlquiz.sandbox.service import DataFile
from dlquiz.submission import Module, Submission

MEMO_BYTES = 1 << 23
"""Largest request whose answer is remembered."""
MEMO_ENTRIES = 500
"""Answers that are kept: submissions with fresh seeds never ask the same again."""


class WorkerSource(Protocol):
    """Where a side gets its workers: a server, or a keeper of spare ones."""

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> Worker:
        """Return a confined worker that holds nothing yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """A module to load: ``name`` is what it is called in the worker, ``file`` what people call it.

    ``modules`` are what it may import beside the packages; ``cells`` are the lines where a notebook's cells begin.
    """

    name: str
    text: bytes
    file: str
    modules: tuple[Module, ...] = ()
    cells: tuple[int, ...] = ()

    @classmethod
    def of(cls, submission: Submission) -> "Source":
        """Return the source of a submission, under the stub's name."""
        file = submission.file or submission.name
        return cls(submission.module_name, submission.source, file, submission.modules, submission.cells)


def derive(seed: int, *names: str) -> int:
    """Return a 63-bit seed derived one-way from ``seed``: knowing one tells nothing about the others."""
    digest = blake2b("\0".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


@dataclass
class Side:
    """A source behind the wall. The worker starts with the first question and is replaced when it dies."""

    server: WorkerSource
    source: Source
    probe: Source | None
    budget: Budget
    data: Mapping[str, DataFile]
    seed: int
    watch: Callable[[Callable[[], str], float, float], None] | None = None
    memoise: bool = False
    needs: Callable[[dict[str, Any], str, float], float | None] | None = None
    """(request, case, deadline) → seconds that the reference needs for it; None: every call has its full deadline."""
    cpu_s: float = 0
    peak_kib: int = 0
    idle_kib: int = 0
    calls: int = 0
    _worker: Worker | None = None
    _load_failure: CallFailed | None = None
    _spent_s: float = 0
    _case_s: float = 0
    _case_left_s: float = 0
    _call_s: float = 0
    _case: str = ""
    _title: str = ""
    _pace: Pace = field(default_factory=Pace)
    _begin: int | None = None
    _memo: dict[bytes, Any] = field(default_factory=dict)
    _said: str = ""

    # -- cases ------------------------------------------------------------

    def begin(self, case: str, call_s: float | None = None, *, title: str = "") -> None:
        """Start a case: fresh time budget, fresh seeds, no handles. ``title`` is what learners call it."""
        self._case, self._title = case, title or case
        self._case_s = self._case_left_s = max(self.budget.case_s, call_s or 0)
        self._call_s = call_s or self.budget.call_s
        if self._worker is not None and self._worker.alive:
            self._worker.output.take()
            if not self._worker.idle:
                self._retire()
                return
            # Said with the first question: one message less for each case.
            self._begin = self._case_seed()

    def _case_seed(self) -> int:
        return derive(self.seed, "learner", self._case)

    def printed(self) -> str:
        """What the code has printed since the case began."""
        text, self._said = self._said, ""
        return text + (self._worker.output.take() if self._worker is not None else "")

    # -- questions --------------------------------------------------------

    def ask(self, message: dict[str, Any], deadline_s: float | None = None, *, name: str = "") -> Any:
        """Return the value of one request; ``name`` is what people call the function.

        Raises
        ------
        CallFailed
            The code raised, was too slow, died or broke the protocol.
        WorkerVanished
            The process died and nothing of the code's explains it.
        """
        key = self._memo_key(message)
        if key is not None and key in self._memo:
            return self._memo[key]
        worker = self._ready()
        first = self._begin is not None
        try:
            value = self._ask(worker, message, deadline_s, name)
        except CallFailed as failure:
            if not first or failure.cause != "protocol" or worker.alive:
                raise
            # What the case before left in the channel was that one's mistake: a fresh worker, once.
            value = self._ask(self._ready(), message, deadline_s, name)
        if key is not None and not _holds_handle(value):
            if len(self._memo) >= MEMO_ENTRIES:
                self._memo.clear()
            self._memo[key] = value
        return value

    def _memo_key(self, message: dict[str, Any]) -> bytes | None:
        if not self.memoise or message["op"] != "eval":
            return None
        parts = wire.pack(message)
        if sum(map(len, parts)) > MEMO_BYTES:
            return None
        digest = blake2b(self._case.encode(), digest_size=16)
        for part in parts:
            digest.update(part)
        return digest.digest()

    def _ask(self, worker: Worker, message: dict[str, Any], deadline_s: float | None = None, name: str = "") -> Any:
        call_s, missed = self._call_deadline(message, deadline_s or self._call_s, name)
        deadline = self._deadline(call_s, missed)
        started, lost = time.monotonic(), worker.lost_s
        if self._begin is not None:
            message, self._begin = {**message, "begin": self._begin}, None
        try:
            return worker.request(message, deadline, self._watcher(worker, deadline))["value"]
        except WorkerVanished:
            lost -= time.monotonic() - started  # nobody's fault: the learner's time is not charged for it
            self._retire()
            raise
        except SandboxError:
            self._retire()  # the server has died, and the worker with it
            raise
        except CallFailed as failure:
            if not worker.alive:
                self._retire()
            if name and failure.cause == "timeout" and deadline.budget_s == call_s and failure.text == deadline.missed:
                self._pace.late(name, self._title)
            raise
        finally:
            spent = max(0, time.monotonic() - started - (worker.lost_s - lost))
            self._spent_s += spent
            self._case_left_s -= spent

    def _call_deadline(self, message: dict[str, Any], call_s: float, name: str) -> tuple[float, str]:
        if self.needs is None or not name:
            return call_s, ""
        needs, case = self.needs, self._case
        return self._pace.deadline(name, message, call_s, lambda asked: needs(asked, case, call_s))

    def _deadline(self, call_s: float, missed: str = "") -> Deadline:
        """Return the first of three deadlines: of the call, of its case, of the whole grading."""
        case_s, all_s = self._case_s, self.budget.submission_s
        left, missed = min(
            (call_s, missed),
            (self._case_left_s, f"all calls of this check together took more than {case_s:g} s"),
            (all_s - self._spent_s, f"all calls of this grading together took more than {all_s:g} s"),
            key=lambda one: one[0],
        )
        return Deadline.after(max(left, 0.05), missed)

    def _watcher(self, worker: Worker, deadline: Deadline) -> Callable[[float], None] | None:
        if self.watch is None:
            return None
        tell = self.watch
        return lambda elapsed: tell(worker.output.last_line, elapsed, deadline.budget_s)

    def _ready(self) -> Worker:
        """Return a worker that has loaded the source."""
        if self._load_failure is not None:
            raise self._load_failure
        if self._worker is None or not self._worker.alive:
            self._begin = None  # what is loaded for this case begins with it
            self._worker = worker = self._start()
            try:
                self._load(worker)
            except BaseException as failure:
                if isinstance(failure, CallFailed):
                    # The source is the same for every case: an endless loop at import costs one deadline, not ten.
                    self._load_failure = failure
                self._retire()
                raise
        return self._worker

    def _start(self) -> Worker:
        cpu_s = int(self.budget.submission_s) + 5
        worker = self.server.worker(data=self.data, memory_mib=self.budget.memory_mib, cpu_s=cpu_s)
        try:
            # Nothing of the learner's is inside yet: if this fails it is our fault.
            worker.request({"op": "begin", "seed": 0}, Deadline.after(30))
        except CallFailed as failure:
            said = worker.output.take().strip()[-500:]
            raise WorkerVanished(f"a worker did not start: {said or failure.text}") from failure
        self.idle_kib = self.idle_kib or resident_kib(worker.pid)
        return worker

    def _load(self, worker: Worker) -> None:
        seed = self._case_seed()
        if self.probe is not None:
            try:
                # Nothing of the learner's is inside yet: a budget that is used up must not make this fail.
                worker.request(_load_message("probe", self.probe, seed), Deadline.after(30))
            except CallFailed as failure:
                raise CaseBroken(f"probe.py does not load: {failure.type_name} {failure.text}") from failure
        self._ask(worker, _load_message("submission", self.source, seed))

    def _retire(self) -> None:
        if self._worker is not None:
            worker, self._worker = self._worker, None
            with suppress(SandboxError):  # the server has died: nobody knows any more what the worker used
                worker.close()
            end = worker.exit or Exit(0, 0, 0)
            self._said += worker.output.take()
            self.cpu_s += end.cpu_s
            self.peak_kib = max(self.peak_kib, end.peak_kib)
            self.calls += worker.calls

    def renew(self) -> None:
        """Give the side the budget of one more grading: the reference serves a whole class.

        Its worker is replaced before the processor time that it may use in all has run out.
        """
        if self._spent_s > self.budget.submission_s / 4:
            self._retire()
            self._spent_s = 0

    def kill(self) -> None:
        """Let the worker end while something else is done; :meth:`close` still has to be called."""
        if self._worker is not None and self._worker.alive:
            self._worker.kill_process()

    def close(self) -> None:
        """End the worker; the usage figures are complete afterwards."""
        self._retire()


def _load_message(role: str, source: Source, seed: int) -> dict[str, Any]:
    return {
        "op": "load",
        "role": role,
        "name": source.name,
        "source": source.text,
        "seed": seed,
        "file": source.file,
        "modules": tuple((module.name, module.file, module.source) for module in source.modules),
        "cells": source.cells,
    }


def _holds_handle(value: Any) -> bool:
    from dlquiz.sandbox.expr import Handle

    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(map(_holds_handle, value.values()))
    return isinstance(value, list | tuple) and any(map(_holds_handle, value))
