"""Everything that the cases of one grader session share: server, reference, data, results.

The plugin asks it for fixtures; the grader process and a plain ``pytest`` of an
author both make one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dlquiz.grading.budget import Budget
from dlquiz.grading.datasets import TrainingData, prepare
from dlquiz.grading.proxy import Owner
from dlquiz.grading.side import Side, Source, derive
from dlquiz.grading.spare import Spares
from dlquiz.sandbox.service import Wall, start_server

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
    works: tuple[Work, ...]
    data_name: str | None = None
    data_settings: dict[str, Any] = field(default_factory=dict)
    isolation: str | None = None
    """``kernel`` or ``process`` if asked for, None for the best there is."""
    forbidden: tuple[str, ...] = ()
    case: str | None = None


class Session:
    """The running session. Starting it starts the server and returns at once."""

    def __init__(self, plan: Plan, tell: Callable[[dict[str, Any]], None]) -> None:
        self.plan = plan
        self.tell = tell
        self.server = start_server(plan.packages, plan.isolation or "kernel")
        self._spares = Spares(self.server, len(plan.works) + 1)  # the reference needs one, too
        self.metrics: dict[str, Any] = {}
        self._data: TrainingData | None = None
        self._reference: Side | None = None
        self._last_live = 0.0

    # -- the wall ---------------------------------------------------------

    def begin_check(self) -> Callable[[], dict[str, Any]]:
        """Start the self-check; the returned function waits for its verdict and says what the wall is."""
        wall = self.server.wall
        check = self.server.surprises(self.plan.forbidden) if wall.kernel else None

        def verdict() -> dict[str, Any]:
            return self._verdict(wall, check.result() if check is not None else [])

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
    def data(self) -> TrainingData | None:
        """The training data, prepared at the first use; None for exercises without."""
        if self._data is None and self.plan.data_name is not None:
            self._data = prepare(self.plan.data_name, self.plan.data_settings)
        return self._data

    @property
    def reference(self) -> Side:
        """The reference's side; one worker for the whole session."""
        if self._reference is None:
            text = (self.plan.grader / "solution.py").read_bytes()
            self._reference = self._side(Source(self.plan.module, text, "solution.py"), seed=0, memoise=True)
        return self._reference

    def submission(self, index: int) -> Side:
        """A fresh side for submission ``index``."""
        work = self.plan.works[index]
        return self._side(work.source, seed=work.seed)

    def _side(self, source: Source, *, seed: int, memoise: bool = False) -> Side:
        probe_path = self.plan.grader / "probe.py"
        probe = Source("probe", probe_path.read_bytes(), "probe.py") if probe_path.exists() else None
        return Side(
            self._spares, source, probe, self.plan.budget, self.data.files if self.data else {}, seed,
            watch=None if memoise else self._watch, memoise=memoise,
        )  # fmt: skip

    def rng(self, index: int, case: str) -> np.random.Generator:
        """The generator of a case: another one for every case, the same for the same seed."""
        return np.random.default_rng(derive(self.plan.works[index].seed, "case", case))

    def owner(self, side: Side, *, trusted: bool = False) -> Owner:
        """What a fixture hands to a grader."""
        return Owner(side, trusted=trusted)

    def _watch(self, line: str, elapsed: float, budget: float) -> None:
        if elapsed >= _LIVE_AFTER_S and not 0 <= elapsed - self._last_live < _LIVE_EVERY_S:
            self._last_live = elapsed
            self.tell({"event": "live", "text": line[:500], "elapsed_s": elapsed, "budget_s": budget})

    def close(self) -> None:
        """End every process of the session."""
        self._spares.close()
        self.server.close()
