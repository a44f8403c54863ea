"""A subject of the cases: a source behind the wall, and the worker that holds it.

The submission and the reference are subjects of the same kind behind the same
wall, so that they see the same threads, files and processor features.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, Protocol

from dlquiz.errors import SandboxError
from dlquiz.grading.ahead import Ahead, Sent
from dlquiz.grading.case_notes import CaseNotes
from dlquiz.grading.deadlines import Deadlines, Needs
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.limits import Budget
from dlquiz.grading.loading import MAX_LOST, Loading
from dlquiz.grading.memo import Memo, NoMemo
from dlquiz.grading.script import CaseEnding, GivenAnswers, Message, Script, ScriptQuestion, Seen, asked
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.importer import ORIGIN
from dlquiz.sandbox.limits import processor_s, resident_kib
from dlquiz.sandbox.process import Exit
from dlquiz.sandbox.whereabouts import frames_of
from dlquiz.sandbox.worker_handle import WorkerHandle
from dlquiz.submission.plain import Submission

Watch = Callable[[Callable[[], str], float, float], None]
"""Told while a call runs: the last line that was printed (asked for when wanted), seconds so far, seconds allowed."""


Room = Callable[[dict[str, Any], str], int]
"""From a request and its case to the bytes of arrays that an answer may hold."""


class WorkerSource(Protocol):
    """Where a subject gets its workers: a server, or a keeper of spare ones."""

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> WorkerHandle:
        """Return a confined worker that holds nothing yet."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all subjects of a session share."""

    workers: WorkerSource
    probe: Submission | None
    budget: Budget
    data: Mapping[str, DataFile]
    asked_for: frozenset[str] = frozenset()
    """Names that the exercise asks for: none of them is another one misspelt."""


def derive(seed: int, *names: str) -> int:
    """Return a 63-bit seed derived one-way from ``seed``: knowing one tells nothing about the others."""
    digest = blake2b("\0".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


class Subject:
    """A source behind the wall. The worker starts with the first question and is replaced when it dies.

    Parameters
    ----------
    seed : int
        What the seeds of the learner's generators are derived from, anew for each case.
    watch : callable, optional
        Told while a call runs.
    memo : Memo, optional
        Keeps answers; for the reference.
    needs : callable, optional
        What the reference needs for a request; without it every call has its full deadline.
    script : Script, optional
        What the cases of this seed have asked so far: questions that are known are sent ahead.
    room : callable, optional
        How large an answer to a request may be; without it, as large as any.
    """

    def __init__(
        self,
        setting: Surroundings,
        submission: Submission,
        seed: int,
        *,
        watch: Watch | None = None,
        memo: Memo | None = None,
        needs: Needs | None = None,
        room: Room | None = None,
        script: Script | None = None,
    ) -> None:
        self.setting, self.submission, self.seed = setting, submission, seed
        self.cpu_s: float = 0
        self.peak_kib = self.idle_kib = self.calls = 0
        self.deadlines = Deadlines(setting.budget, needs)
        self._watch, self._room = watch, room
        self._memo = memo or NoMemo()
        self._worker: WorkerHandle | None = None
        self._load_failure: CallFailed | None = None
        self.loading = Loading(submission, setting.asked_for)
        self._case = ""
        self._begin: int | None = None
        self._said = ""
        self._siblings: list[Subject] = []
        self._script = script
        self._ahead = Ahead(script, self._seed_of) if script is not None else None
        self._asked: list[Seen] = []
        self.kept: dict[str, tuple[Any, CaseFailed | None]] = {}
        """What cases have found out once and for all, by the grader's name for it."""
        self._count = self._tries = 0
        """Questions of the running case that were answered, and that were asked."""
        self._answers: GivenAnswers | None = None
        """What stands for all answers of the running case, if it depends on nothing else."""

    def fresh(self) -> "Subject":
        """Return the same source as a subject of its own: new worker, new time, nothing remembered."""
        return Subject(self.setting, self.submission, self.seed)

    def sibling(self) -> "Subject":
        """Return the same source in another worker, for the rest of this case: what it remembers stays here.

        The time of the case, its output and its blame are shared.
        """
        other = Subject(self.setting, self.submission, self.seed, watch=self._watch, room=self._room)
        other.deadlines, other._case, other.loading = self.deadlines, self._case, self.loading
        self._siblings.append(other)
        self.depends_on_more()
        return other

    # -- cases ------------------------------------------------------------

    def begin(self, case: str, call_s: float | None = None, *, title: str = "") -> None:
        """Start a case: fresh time budget, fresh seeds, no handles. ``title`` is what learners call it."""
        self._leave_siblings()
        self._case = case
        self._asked, self._count, self._tries, self._answers = [], 0, 0, None
        self.deadlines.begin(case, title or case, call_s)
        if self._worker is not None and self._worker.alive:
            self._worker.output.take()
            if self._ahead is not None:
                self._ahead.start_case()
            if not self._worker.waiting and not self._worker.idle:
                self._retire()
                return
            # Said with the first question: one message less for each case.
            self._begin = self._seed_of(case)

    def _leave_siblings(self) -> None:
        for other in self._siblings:
            other.close()
            self._said += other._said
            self.cpu_s += other.cpu_s
            self.peak_kib = max(self.peak_kib, other.peak_kib)
            self.calls += other.calls
        self._siblings = []

    def passed(self) -> None:
        """Say that the case has asked all that it asks."""
        if self._script is not None:
            self._script.learn(self._case, self._asked)

    def ended_before(self) -> CaseEnding | None:
        """Return how the running case has ended with the very answers that have come to its questions.

        None if it must run: it has not had them yet, or they are not here in a moment.
        """
        script, ahead = self._script, self._ahead
        if script is None or ahead is None or not script.worth_a_look(self._case) or self.deadlines.shortened:
            return None
        with suppress(CallFailed, WorkerVanished, SandboxError, CaseBroken):  # the case meets them, too, and says so
            worker = self.ready()
            started = time.monotonic()
            if not ahead.leave(worker, self._case):
                return None
            if not ahead:
                ahead.send(worker, self._case, begun=self._begin is None)
            frames = ahead.look(worker, self._case)
            self.deadlines.spend(time.monotonic() - started)
            if frames is None or (answers := ahead.answered(frames)) is None:
                return None
            self._answers = answers
            if (ending := script.ending(self._case, answers)) is None:
                return None
            ahead.take_known(worker, frames[: ending.taken])
            self._begin = None
            return ending
        return None

    @property
    def digest(self) -> bytes | None:
        """What stands for all answers of the running case; None if it depends on more, or nobody has looked."""
        asked_more = self._ahead is None or self._tries != self._ahead.taken
        return None if self._answers is None or asked_more else self._answers.digest

    def ended(self, notes: CaseNotes, error: CaseFailed | None, seconds: float) -> None:
        """Keep how the running case has ended, if that depends on nothing but the answers that came."""
        if self._answers is None or self._script is None or self.digest is None:
            return
        noted = notes.copy()
        if error is None:
            noted.returned = []  # what a passing case was given explains nothing
        ending = CaseEnding(noted, error and error.copy(), seconds, self._tries)
        self._script.keep_ending(self._case, self._answers, ending)

    def depends_on_more(self) -> None:
        """Say that the outcome of the running case depends on more than the answers to its questions."""
        self._answers = None

    def _seed_of(self, case: str) -> int:
        return derive(self.seed, "learner", case)

    def printed(self) -> str:
        """What the code has printed since the case began."""
        self._leave_siblings()
        text, self._said = self._said, ""
        return text + (self._worker.output.take() if self._worker is not None else "")

    # -- questions --------------------------------------------------------

    def ask(self, message: Message, *, name: str = "") -> Any:
        """Return the value of one request; ``name`` is what people call the function.

        Raises
        ------
        CallFailed
            The code raised, was too slow, died or broke the protocol.
        WorkerVanished
            The process died and nothing of the code's explains it.
        """
        key = self._memo.key(self._case, message)
        if key in self._memo:
            return self._memo[key]
        if (given_up := self.deadlines.given_up(name)) is not None:
            raise given_up
        worker = self.ready()
        first = self._begin is not None
        started = time.monotonic()
        try:
            value = self._answer(worker, message, name)
        except CallFailed as failure:
            if not first or failure.cause != "protocol" or worker.alive:
                raise
            # What the case before left in the channel was that one's mistake: a fresh worker, once.
            value = self._answer(self.ready(), message, name)
        self._count += 1
        if self._script is not None and self._script.wants(self._case):
            self._asked.append(asked(message, value, time.monotonic() - started))
        self._memo.keep(key, value)
        return value

    def _answer(self, worker: WorkerHandle, message: Message, name: str) -> Any:
        """Return the answer, which may be on its way already."""
        self._tries += 1
        ahead = self._ahead
        if ahead is None:
            return self._ask(worker, message, name)
        if not ahead.leave(worker, self._case):
            self._retire()
            worker = self.ready()
        if not ahead and not self._count:
            ahead.send(worker, self._case, begun=self._begin is None)
        if ahead:
            sent = ahead.take(message)
            if sent is not None:
                self._begin = None
                return self._ask(worker, message, name, sent)
            worker = self._begin_again(ahead)
        return self._ask(worker, message, name)

    def _begin_again(self, ahead: Ahead) -> WorkerHandle:
        """Return a fresh worker that has been asked what this case has asked so far: it asks something else now."""
        before = ahead.fall_back(self._case)
        self._retire()
        worker = self.ready()
        for message in before:
            with suppress(CallFailed):
                worker.request(message, Deadline.after(self.setting.budget.call_s))
        worker.output.take()  # it was printed before, too
        return self.ready()

    def _ask(
        self,
        worker: WorkerHandle,
        message: Message,
        name: str = "",
        sent: Sent | None = None,
        limit: "_Interrupts | None" = None,
    ) -> Any:
        deadline = self.deadlines.of_call(message, name)
        started, lost = time.monotonic(), worker.lost_s
        watcher, room = self._watcher(worker, deadline, limit), self._room_for(message)
        if sent is None and self._begin is not None:
            message, self._begin = {**message, "begin": self._begin}, None
        try:
            if sent is None:
                reply = worker.request(message, deadline, watcher, room)
            else:
                try:
                    reply = worker.collect(sent.number, deadline, watcher, room)
                finally:
                    worker.output.passed()
            return reply["value"]
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
                self.deadlines.ended(name, failure.cause)
            failure.trace = failure.trace or self.loading.trace_of(frames_of(failure.stack, ORIGIN))
            if failure.cause == "timeout" and failure.text == deadline.missed:
                self.deadlines.missed(name, deadline)
            raise
        finally:
            self.loading.note_stand_ins(worker.stand_ins)
            self.deadlines.spend(max(0, time.monotonic() - started - (worker.lost_s - lost)))

    def _watcher(
        self, worker: WorkerHandle, deadline: Deadline, limit: "_Interrupts | None"
    ) -> Callable[[float], None] | None:
        tell = self._watch
        if tell is None:
            return limit
        if limit is None:
            return lambda elapsed: tell(worker.output.last_line, elapsed, deadline.budget_s)

        def look(elapsed: float) -> None:
            limit(elapsed)
            tell(worker.output.last_line, elapsed, limit.seconds)

        return look

    def _room_for(self, message: Message) -> Callable[[], int] | None:
        room = self._room
        return None if room is None else lambda: room(message, self._case)

    # -- the worker -------------------------------------------------------

    def processor_s(self) -> float:
        """Return the processor time that its worker has used so far, in seconds; 0 without a worker."""
        self.depends_on_more()
        return processor_s(self._worker.pid) if self._worker is not None else 0.0

    def ready(self) -> WorkerHandle:
        """Return a worker that has loaded the source."""
        if self._load_failure is not None:
            raise self._load_failure
        while self._worker is None or not self._worker.alive:
            self._retire()  # with a worker that has ended goes what was sent ahead to it
            self._begin = None  # what is loaded for this case begins with it
            self._worker = worker = self._start()
            started = time.monotonic()
            try:
                self._load(worker)
                self.deadlines.loaded(time.monotonic() - started - worker.lost_s)
            except _CellLost:
                self._retire()  # the next worker leaves that cell out
            except BaseException as failure:
                if isinstance(failure, CallFailed):
                    # The source is the same for every case: an endless loop at import costs one deadline, not ten.
                    self._load_failure = failure
                self._retire()
                raise
        return self._worker

    def _start(self) -> WorkerHandle:
        budget = self.setting.budget
        cpu_s = int(budget.submission_s) + 5
        worker = self.setting.workers.worker(data=self.setting.data, memory_mib=budget.memory_mib, cpu_s=cpu_s)
        try:
            # Nothing of the learner's is inside yet: if this fails it is our fault.
            worker.request(_BEGIN, Deadline.after(30))
        except CallFailed as failure:
            said = worker.output.take().strip()[-500:]
            raise WorkerVanished(f"a worker did not start: {said or failure.text}") from failure
        self.idle_kib = self.idle_kib or resident_kib(worker.pid)
        return worker

    def _load(self, worker: WorkerHandle) -> None:
        seed, probe = self._seed_of(self._case), self.setting.probe
        if probe is not None:
            try:
                # Nothing of the learner's is inside yet: a budget that is used up must not make this fail.
                worker.request(_load_message("probe", probe, 0), Deadline.after(30))
            except CallFailed as failure:
                raise CaseBroken(f"probe.py does not load: {failure.type_name} {failure.text}") from failure
        loading = _load_message("submission", self.submission, seed)
        sent = Sent(self._case, ScriptQuestion(loading, token_bytes(16), {}), worker.next_id)
        worker.output.expect(sent.question.mark)
        worker.send([sent.question.frame(sent.number, None)])
        if self._ahead is not None and not self._tries and not self.submission.cells:
            self._ahead.send(worker, self._case, begun=True)  # it goes on with them when it has loaded the file
        try:
            self._ask(worker, loading, sent=sent)
        except CallFailed as failure:
            raise self.loading.whole_file(failure) from failure
        for number in self.loading.cells:
            self._run_cell(worker, number)

    def _run_cell(self, worker: WorkerHandle, number: int) -> None:
        """Run one cell of a notebook; what it raises is noted, and the next one runs."""
        limit = _Interrupts(worker, self.loading.seconds(self.setting.budget.call_s))
        try:
            self._ask(worker, {"op": "cell", "number": number}, limit=limit)
        except CallFailed as failure:
            alive = worker.alive
            self.loading.cell(
                number, failure, interrupted_s=limit.seconds if limit.sent and alive else None, alive=alive
            )
            if alive:
                return
            if len(self.loading.lost) > MAX_LOST:
                raise self.loading.whole_file(failure) from failure
            raise _CellLost from failure

    def _retire(self) -> None:
        if self._ahead is not None:
            self._ahead.clear()
        if self._worker is not None:
            worker, self._worker = self._worker, None
            with suppress(SandboxError):  # the server has died: nobody knows any more what the worker used
                worker.close()
            end = worker.exit or Exit(0, 0, 0)
            self._said += worker.output.take()
            self.cpu_s += end.cpu_s
            self.peak_kib = max(self.peak_kib, end.peak_kib)
            self.calls += worker.calls

    def look(self) -> None:
        """End a worker that takes more of the machine than it may; the next question says so."""
        for one in (self, *self._siblings):
            if one._worker is not None:
                one._worker.look()

    def renew(self) -> None:
        """Give the time of one more grading: the reference serves a whole class.

        Its worker is replaced before the processor time that it may use in all has run out.
        """
        if self.deadlines.renew():
            self._retire()

    def kill(self) -> None:
        """Let the worker end while something else is done; :meth:`close` still has to be called."""
        if self._worker is not None and self._worker.alive:
            self._worker.kill_process()

    def close(self) -> None:
        """End the worker; the usage figures are complete afterwards."""
        self._leave_siblings()
        self._retire()


class _CellLost(Exception):
    """A cell of a notebook has ended the process in which it ran."""


class _Interrupts:
    """Interrupts a worker after some seconds, and again as long as it goes on; ``sent`` counts."""

    def __init__(self, worker: WorkerHandle, seconds: float) -> None:
        self.seconds = seconds
        self.sent = 0
        self._worker = worker

    def __call__(self, elapsed: float) -> None:
        """Take in that the call has taken so long."""
        if elapsed >= self.seconds + self.sent:
            self.sent += 1
            self._worker.interrupt()


_BEGIN = {"op": "begin", "seed": 0}


def greeting(probe: Submission | None) -> list[Message]:
    """Return what a worker is asked before its file: the same for all files."""
    return [_BEGIN] if probe is None else [_BEGIN, _load_message("probe", probe, 0)]


def _load_message(role: str, submission: Submission, seed: int) -> dict[str, Any]:
    return {
        "op": "load",
        "role": role,
        "name": submission.module_name,
        "source": submission.source,
        "seed": seed,
        "file": submission.file or submission.name,
        "modules": tuple((module.name, module.file, module.source) for module in submission.modules),
        "cells": submission.cells,
    }
