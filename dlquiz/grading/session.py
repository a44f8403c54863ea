"""Everything that the cases of one grader session share: server, reference, data, results.

The plugin asks it for fixtures; the grader process and a plain ``pytest`` of an
author both make one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlquiz.errors import SandboxError
from dlquiz.grading.budget import Budget
from dlquiz.grading.failure import CaseBroken
from dlquiz.grading.proxy import Owner
from dlquiz.grading.servers import Servers
from dlquiz.grading.side import Side, Source, derive
from dlquiz.grading.spare import Spares
from dlquiz.sandbox.client import CallFailed, WorkerVanished
from dlquiz.sandbox.service import Wall

if TYPE_CHECKING:
    from dlquiz.grading.datasets import TrainingData

_LIVE_AFTER_S = 0.5
_LIVE_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to grade."""

    source: Source
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session needs to know; made from the course by the parent or by the plugin itself."""

    grader: Path
    packages: tuple[str, ...]
    module: str
    budget: Budget
    works: tuple[Work, ...] | None
    """All of them for an author's pytest; None where they arrive one by one (:meth:`Session.begin`)."""
    data_name: str | None = None
    data_settings: dict[str, Any] = field(default_factory=dict)
    isolation: str | None = None
    """``kernel`` or ``process`` if asked for, None for the best there is."""
    forbidden: tuple[str, ...] = ()
    case: str | None = None
    expected: int = 1
    """How many submissions will come, as far as is known: for spare workers."""


class Session:
    """The running session. Starting it starts the server and returns at once."""

    def __init__(self, plan: Plan, tell: Callable[[dict[str, Any]], None]) -> None:
        self.plan = plan
        self.tell = tell
        self.servers = Servers(plan.packages, plan.isolation or "kernel", plan.forbidden)
        self._works = dict(enumerate(plan.works or ()))
        self._owners: dict[int, Owner] = {}
        self._ending: list[tuple[int, Side]] = []
        self.index = 0
        self._spares = Spares(self.servers, max(plan.expected, len(self._works)) + 1)  # the reference needs one, too
        self.metrics: dict[str, Any] = {}
        self._data: TrainingData | None = None
        self._reference: Side | None = None
        self._pacer: Side | None = None
        self._last_live = 0.0

    # -- the wall ---------------------------------------------------------

    def begin_check(self) -> Callable[[], dict[str, Any]]:
        """Start the self-check; the returned function waits for its verdict and says what the wall is."""
        begun = self.servers.begin_check()

        def verdict() -> dict[str, Any]:
            return self._verdict(*self.servers.verdict(begun))

        return verdict

    def _verdict(self, wall: Wall, surprises: list[str]) -> dict[str, Any]:
        reasons = [*wall.reasons, *(f"the self-check {surprise}" for surprise in surprises)]
        kernel = wall.kernel and not surprises
        return {
            "event": "wall",
            "isolation": "kernel" if kernel else "process",
            "identity": wall.identity,
            "landlock_abi": wall.landlock_abi,
            "reasons": reasons,
        }

    # -- what fixtures return ---------------------------------------------

    @property
    def data(self) -> "TrainingData | None":
        """The training data, prepared at the first use; None for exercises without."""
        if self._data is None and self.plan.data_name is not None:
            from dlquiz.grading.datasets import prepare

            self._data = prepare(self.plan.data_name, self.plan.data_settings)
        return self._data

    @property
    def reference(self) -> Side:
        """The reference's side; one worker for the whole session."""
        if self._reference is None:
            text = (self.plan.grader / "solution.py").read_bytes()
            self._reference = self._side(Source(self.plan.module, text, "solution.py"), seed=0, memoise=True)
        return self._reference

    @cached_property
    def reference_owner(self) -> Owner:
        """The reference as graders see it."""
        return self.owner(self.reference, trusted=True)

    def submission(self, index: int) -> Owner:
        """Submission ``index`` as graders see it; its worker starts with the first question."""
        if index not in self._owners:
            work = self._works[index]
            self._owners[index] = self.owner(self._side(work.source, seed=work.seed))
        return self._owners[index]

    # -- one submission after the other -----------------------------------

    def begin(self, index: int, work: Work) -> None:
        """Make ``work`` the submission that cases run for."""
        self.index = index
        self._works[index] = work
        if self._reference is not None:
            self._reference.renew()

    def end(self, index: int) -> None:
        """Kill the submission's worker; :meth:`settle` waits for its end and tells what it used."""
        owner = self._owners.pop(index, None)
        side = owner._side if owner is not None else self._side(self._works[index].source, seed=0)
        if self.plan.works is None:
            del self._works[index]
        side.kill()
        self._ending.append((index, side))
        if self._pacer is not None:
            self._pacer.close()
            self._pacer = None
        self.servers.forgive()

    def settle(self) -> None:
        """Tell what the ended submissions have used: nothing of them will come any more."""
        while self._ending:
            index, side = self._ending.pop()
            side.close()
            usage = {"cpu_s": side.cpu_s, "peak_kib": side.peak_kib, "base_kib": side.idle_kib}
            self.tell({"event": "usage", "submission": index, "calls": side.calls, **usage})

    def _side(self, source: Source, *, seed: int, memoise: bool = False) -> Side:
        return Side(
            self._spares, source, self._probe, self.plan.budget, self.data.files if self.data else {}, seed,
            watch=None if memoise else self._watch, memoise=memoise, needs=None if memoise else self._reference_needs,
        )  # fmt: skip

    def stand_in(self) -> Side:
        """The reference in a worker of its own, to stand where a submission stands."""
        return replace(self.reference, memoise=False, _worker=None, _memo={}, _said="")

    def _reference_needs(self, message: dict[str, Any], case: str, call_s: float) -> float | None:
        """Return the seconds that the reference needs for a request; None if it does not answer it.

        In a worker of its own: nothing that the reference's other worker says may depend on a submission's speed.
        """
        side = self._pacer = self._pacer or self.stand_in()
        side._spent_s = 0
        side.begin(case, call_s)
        try:
            side._ready()
            started = time.perf_counter()
            side.ask(message)
        except CallFailed as failure:
            if failure.cause != "exception":  # some cases ask for one
                return None
        except (WorkerVanished, SandboxError, CaseBroken):
            return None
        return time.perf_counter() - started

    @cached_property
    def _probe(self) -> Source | None:
        path = self.plan.grader / "probe.py"
        return Source("probe", path.read_bytes(), "probe.py") if path.exists() else None

    def rng(self, index: int, case: str) -> np.random.Generator:
        """The generator of a case: another one for every case, the same for the same seed."""
        return np.random.default_rng(derive(self._works[index].seed, "case", case))

    def owner(self, side: Side, *, trusted: bool = False) -> Owner:
        """What a fixture hands to a grader."""
        return Owner(side, trusted=trusted)

    def _watch(self, line: Callable[[], str], elapsed: float, budget: float) -> None:
        if elapsed >= _LIVE_AFTER_S and not 0 <= elapsed - self._last_live < _LIVE_EVERY_S:
            self._last_live = elapsed
            self.tell({"event": "live", "text": line()[:500], "elapsed_s": elapsed, "budget_s": budget})

    def close(self) -> None:
        """End every process of the session."""
        self._spares.close()
        self.servers.close()
