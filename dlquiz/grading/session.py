"""Everything that the cases of one grader session share: server, reference, data, results.

The plugin asks it for fixtures; the grader process and a plain ``pytest`` of an
author both make one.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlquiz.errors import SandboxError
from dlquiz.grading.deadlines import stays_in_worker
from dlquiz.grading.failure import CaseBroken
from dlquiz.grading.limits import REPLY_FACTOR, UNMEASURED_REPLY
from dlquiz.grading.memo import Memo
from dlquiz.grading.messages import NO_SAVINGS, GradingPlan, Live, Message, Used, WallBuilt, Work
from dlquiz.grading.mistakes import CALL_S, Mistakes
from dlquiz.grading.proxy import SubmissionProxy
from dlquiz.grading.script import Script
from dlquiz.grading.subject import Subject, Surroundings, derive, greeting
from dlquiz.grading.supervisor import Supervisor
from dlquiz.grading.worker_pool import WorkerPool
from dlquiz.sandbox import wire
from dlquiz.sandbox.api import Wall
from dlquiz.sandbox.calls import CallFailed, WorkerVanished
from dlquiz.sandbox.worker_handle import FREE_REPLY
from dlquiz.submission.plain import Submission

if TYPE_CHECKING:
    from dlquiz.grading.datasets import TrainingData

_LIVE_AFTER_S = 0.5
_LIVE_EVERY_S = 0.2
_SCRIPTS = 2
"""Seeds whose questions are kept: a class has one, and fresh seeds never come again."""


class Session:
    """The running session. Starting it starts the server and returns at once.

    Parameters
    ----------
    plan : GradingPlan
        What to grade with.
    tell : callable
        Takes each message for the parent, or for an author's own pytest.
    works : tuple of Work, optional
        All submissions, for an author's pytest; None where they arrive one by one (:meth:`begin`).
    """

    def __init__(
        self, plan: GradingPlan, tell: Callable[[Message], None], works: tuple[Work, ...] | None = None
    ) -> None:
        self.plan = plan
        self.tell = tell
        self.works = works
        self.supervisor = Supervisor(plan.packages, plan.isolation or "kernel", plan.forbidden, plan.files)
        self._grader = Path(plan.grader)
        self._open = {work.number: work for work in works or ()}
        self._proxies: dict[int, tuple[Subject, SubmissionProxy]] = {}
        self._ending: list[tuple[int, Subject]] = []
        self.number = 0
        self.savings = NO_SAVINGS
        """What the grading of the submission does without."""
        # The reference needs a worker, too.
        expected = max(plan.expected, len(self._open)) + 1
        self._pool = WorkerPool(self.supervisor, expected, lambda: greeting(self._probe))
        self._data: TrainingData | None = None
        self._reference: Subject | None = None
        self._pacer: Subject | None = None
        self._last_live = 0.0
        self._cases: tuple[str, ...] = ()
        self._scripts: OrderedDict[int, Script] = OrderedDict()

    # -- the wall ---------------------------------------------------------

    def begin_check(self) -> Callable[[], WallBuilt]:
        """Start the self-check; the returned function waits for its verdict and says what the wall is."""
        begun = self.supervisor.begin_check()
        return lambda: _verdict(*self.supervisor.verdict(begun))

    # -- what fixtures return ---------------------------------------------

    @property
    def data(self) -> "TrainingData | None":
        """The training data, prepared at the first use; None for exercises without."""
        if self._data is None and self.plan.data_name is not None:
            from dlquiz.grading.datasets import prepare

            self._data = prepare(self.plan.data_name, self.plan.data_settings)
        return self._data

    @property
    def has_reference(self) -> bool:
        """Whether there is a solution to compare with: a learner's kit comes without."""
        return bool(self.solution) or self.works is not None

    @property
    def reference(self) -> Subject:
        """The reference as a subject; one worker for the whole session."""
        if self._reference is None:
            solution = _own("solution.py", self.plan.module, self._grader / "solution.py")
            self._reference = Subject(self._setting, solution, 0, memo=Memo())
        return self._reference

    @cached_property
    def reference_proxy(self) -> SubmissionProxy:
        """The reference as graders see it."""
        return SubmissionProxy(self.reference, trusted=True)

    def submission(self, number: int) -> SubmissionProxy:
        """Submission ``number`` as graders see it; its worker starts with the first question."""
        if number not in self._proxies:
            work = self._open[number]
            needs, room = (self._reference_needs, self._room) if self.has_reference else (None, None)
            subject = Subject(
                self._setting, work.submission, work.seed,
                watch=self._watch, needs=needs, room=room, script=self._script(work.seed),
            )  # fmt: skip
            self._proxies[number] = subject, SubmissionProxy(subject)
        return self._proxies[number][1]

    def rng(self, number: int, case: str) -> np.random.Generator:
        """The generator of a case: another one for every case, the same for the same seed."""
        return np.random.default_rng(derive(self._open[number].seed, "case", case))

    def look(self) -> None:
        """Look whether a submission's worker takes more of the machine than it may: also between calls."""
        for subject, _ in self._proxies.values():
            subject.look()

    def drop_workers(self) -> None:
        """End the workers of the running case; the next question gets fresh ones."""
        for subject in (self._reference, self._pacer, *(subject for subject, _ in self._proxies.values())):
            if subject is not None:
                subject.close()

    def collected(self, cases: tuple[str, ...]) -> None:
        """Take in which cases will run, in order."""
        self._cases = cases

    def _script(self, seed: int) -> Script | None:
        """Return the script of a seed: a class shares one. None in an author's pytest, where cases may change."""
        if self.works is not None:
            return None
        if seed not in self._scripts:
            self._scripts[seed] = Script(self._cases)
            if len(self._scripts) > _SCRIPTS:
                self._scripts.popitem(last=False)
        return self._scripts[seed]

    # -- one submission after the other -----------------------------------

    def begin(self, work: Work) -> None:
        """Make ``work`` the submission that cases run for."""
        self.number = work.number
        self.savings = work.savings
        self._open[work.number] = work
        if self._reference is not None:
            self._reference.renew()

    def end(self, number: int) -> None:
        """Kill the submission's worker; :meth:`settle` waits for its end and tells what it used."""
        work = self._open[number] if self.works is not None else self._open.pop(number)
        subject, _ = self._proxies.pop(number, None) or (Subject(self._setting, work.submission, 0), None)
        subject.kill()
        self._ending.append((number, subject))
        if self._pacer is not None:
            self._pacer.close()
            self._pacer = None
        if "mistakes" in self.__dict__:
            self.mistakes.end()
        self.supervisor.forgive()

    def settle(self) -> None:
        """Tell what the ended submissions have used: nothing of them will come any more. Greet the next worker."""
        self._pool.greet()
        while self._ending:
            number, subject = self._ending.pop()
            subject.close()
            stops, stand_ins = tuple(subject.loading.stops), tuple(sorted(subject.loading.stand_ins))
            used = (subject.cpu_s, subject.peak_kib, subject.idle_kib, subject.calls)
            self.tell(Used(number, *used, stops, stand_ins))

    @cached_property
    def mistakes(self) -> Mistakes:
        """The wrong solutions of the exercise, asked where a submission loses a case by its values."""
        budget = replace(self.plan.budget, call_s=min(self.plan.budget.call_s, CALL_S))
        setting = Surroundings(self._pool, self._probe, budget, self._setting.data)
        return Mistakes(self._grader / "wrong", self.plan.module, lambda source, seed: Subject(setting, source, seed))

    def seed(self, number: int) -> int:
        """The seed of a submission."""
        return self._open[number].seed

    @cached_property
    def solution(self) -> bytes:
        """The source of the reference; empty if there is none yet."""
        path = self._grader / "solution.py"
        return path.read_bytes() if path.is_file() else b""

    @cached_property
    def _setting(self) -> Surroundings:
        data = self.data.files if self.data else {}
        known = (self.solution or self.plan.stub).decode("utf-8", "replace")
        asked_for = frozenset(re.findall(r"^(?:def|class)[ ]+([^\W_]\w*)", known, flags=re.MULTILINE))
        return Surroundings(self._pool, self._probe, self.plan.budget, data, asked_for)

    def _reference_needs(self, message: dict[str, Any], case: str, call_s: float) -> float | None:
        """Return the seconds that the reference needs for a request; None if it does not answer it."""
        answered = self._ask_pacer(message, case, call_s)
        return None if answered is None else answered[0]

    def _room(self, message: dict[str, Any], case: str) -> int:
        """Return the bytes of arrays that an answer may hold: some times what the reference's answer holds."""
        answered = None if stays_in_worker(message) else self._ask_pacer(message, case, self.plan.budget.call_s)
        return UNMEASURED_REPLY if answered is None else max(FREE_REPLY, REPLY_FACTOR * answered[1])

    def _ask_pacer(self, message: dict[str, Any], case: str, call_s: float) -> tuple[float, int] | None:
        """Ask the reference; return the seconds it takes and the bytes of arrays in its answer, None if it has none.

        In a worker of its own: nothing that the reference's other worker says may depend on a submission's speed.
        """
        subject = self._pacer = self._pacer or self.reference.fresh()
        subject.deadlines.restart()
        subject.begin(case, call_s)
        value = None
        try:
            subject.ready()
            started = time.perf_counter()
            value = subject.ask(message)
        except CallFailed as failure:
            if failure.cause != "exception":  # some cases ask for one
                return None
        except (WorkerVanished, SandboxError, CaseBroken):
            return None
        return time.perf_counter() - started, wire.array_bytes(value)

    @cached_property
    def _probe(self) -> Submission | None:
        path = self._grader / "probe.py"
        return _own("probe.py", "probe", path) if path.exists() else None

    def _watch(self, line: Callable[[], str], elapsed: float, budget: float) -> None:
        if elapsed >= _LIVE_AFTER_S and not 0 <= elapsed - self._last_live < _LIVE_EVERY_S:
            self._last_live = elapsed
            self.tell(Live(line()[:500], elapsed, budget))

    def close(self) -> None:
        """End every process of the session."""
        self._pool.close()
        self.supervisor.close()


def _own(name: str, module: str, path: Path) -> Submission:
    """Return a file of the grader in the form of a submission: its workers load it the same way."""
    return Submission(name, module, path.read_bytes(), sha256="", file=name)


def _verdict(wall: Wall, surprises: list[str]) -> WallBuilt:
    reasons = (*wall.reasons, *(f"the self-check {surprise}" for surprise in surprises))
    level = "kernel" if wall.kernel and not surprises else "process"
    return WallBuilt(level, wall.identity, wall.landlock_abi, reasons)
