"""What runs in a Dask worker: warm grader processes that wait there for the next chunk.

Dask sends the functions of this module by their names; their arguments and their results are bytes. A grader process
is a child of the worker's and ends with it.
"""

import platform
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlquiz.cluster.bundle import bundle_name, unpack
from dlquiz.cluster.orders import GradingOrder, WorkerAnswer, WorkerFacts, read_chunk
from dlquiz.content.course import Course
from dlquiz.errors import DlquizError, MachineryError
from dlquiz.grading.dispatch import GraderPool
from dlquiz.grading.report_builder import versions_of
from dlquiz.grading.run import in_order
from dlquiz.model.packages import PACKAGES

IDLE_S = 300.0
"""Seconds that grader processes are kept for a chunk that may still come: a warm one holds its packages in memory."""


def grade_chunk(order: bytes, chunk: bytes, bundle: bytes = b"") -> bytes:
    """Grade a chunk of submissions; whatever happens is an answer.

    Parameters
    ----------
    order : bytes
        A `GradingOrder`.
    chunk : bytes
        What `write_chunk` makes.
    bundle : bytes
        The course; empty where the worker is thought to have it. A worker that has not asks for it.
    """
    try:
        return _graded(GradingOrder.read(order), chunk, bundle).written()
    except DlquizError as error:
        return WorkerAnswer(refusal=error.message, next_step=error.next_step).written()
    except Exception as error:  # noqa: BLE001  an exception would have to be pickled to travel
        return WorkerAnswer(refusal=f"a fault of dlquiz: {type(error).__name__}: {error}").written()


def tell_facts(wall: bool = False) -> bytes:
    """Return the `WorkerFacts` of the worker in which this runs; with ``wall`` also what its kernel can isolate."""
    return facts_here(wall=wall).written()


def facts_here(*, wall: bool) -> WorkerFacts:
    """Return the facts of this machine. To look at the wall takes about a second: a server is started and tried."""
    from dlquiz.data.access import available
    from dlquiz.data.catalog import CATALOG

    data = tuple(info.name for info in CATALOG if available(info.name))
    isolation, problems = _wall() if wall else ("", ())
    return WorkerFacts(platform.node(), versions_of(list(PACKAGES)), data, isolation, problems)


def _wall() -> tuple[str, tuple[str, ...]]:
    from dlquiz.sandbox.machine_check import machine

    checks = machine()
    reached = next((one for one in checks if one.name == "isolation"), None)
    level = "none" if reached is None else "kernel" if reached.ok else "process"
    problems = (f"{one.name}: {one.detail}" + (f" ({one.fix})" if one.fix else "") for one in checks if not one.ok)
    return level, tuple(problems)


def _graded(order: GradingOrder, chunk: bytes, bundle: bytes) -> WorkerAnswer:
    course = _courses.find(order.bundle, bundle)
    if course is None:
        return WorkerAnswer(wants_bundle=True)
    packages = course.exercise(order.exercise).packages
    here = versions_of(packages)
    if here != dict(order.versions):
        raise MachineryError(f"it has other versions: {_differing(here, order.versions)}")
    with _warm.pool(order, course) as pool:
        if pool.grader_sha256 != order.grader_sha256:
            raise MachineryError("the graders that were sent are not those that were asked for")
        return WorkerAnswer(tuple(in_order(pool.grade_many(read_chunk(chunk), seed=order.seed))))


def _differing(here: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    names = sorted(name for name in here.keys() | wanted.keys() if here.get(name) != wanted.get(name))
    return ", ".join(f"{name} {here.get(name, 'missing')} (wanted: {wanted.get(name, 'none')})" for name in names)


class _Courses:
    """The courses that were sent, each in a folder of its own that ends with the worker."""

    def __init__(self) -> None:
        self._known: dict[str, Course] = {}
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def find(self, name: str, bundle: bytes) -> Course | None:
        """Return a course by its bundle's name; take it out of the bundle if it is not known."""
        with self._lock:
            if name not in self._known and bundle:
                if bundle_name(bundle) != name:
                    raise MachineryError("the course that was sent is not the one that was asked for")
                self._folder = self._folder or tempfile.TemporaryDirectory(prefix="dlquiz-", dir=_own_folder())
                self._known[name] = unpack(bundle, Path(self._folder.name, name[:16]))
            return self._known.get(name)


def _own_folder() -> str | None:
    """Return the worker's own folder, which its nanny clears; None outside a worker."""
    from distributed import get_worker

    try:
        return str(get_worker().local_directory)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _PoolKind:
    """What a pool of processes is for; another seed needs no other pool."""

    bundle: str
    exercise: str
    data: str
    isolation: str


class _WarmPools:
    """Grader pools that no chunk uses now, one for each thread of the worker that has graded, all of one kind."""

    def __init__(self) -> None:
        self._idle: list[tuple[_PoolKind, GraderPool]] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    @contextmanager
    def pool(self, order: GradingOrder, course: Course) -> Iterator[GraderPool]:
        """Lend a pool; one in which something went wrong is not kept."""
        kind = _PoolKind(order.bundle, order.exercise, order.data, order.isolation)
        pool = self._take(kind) or GraderPool(
            course, order.exercise, data=order.data or None, isolation=order.isolation
        )
        try:
            yield pool
        except BaseException:
            pool.close()
            raise
        with self._lock:
            self._idle.append((kind, pool))
            self._timer = threading.Timer(IDLE_S, self._clear)
            self._timer.daemon = True
            self._timer.start()

    def _take(self, kind: _PoolKind) -> GraderPool | None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            found = next((one for one in self._idle if one[0] == kind), None)
            others = [one for one in self._idle if one[0] != kind]
            self._idle = [one for one in self._idle if one[0] == kind and one is not found]
        for _, pool in others:
            pool.close()
        return None if found is None else found[1]

    def _clear(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, pool in idle:
            pool.close()


_courses, _warm = _Courses(), _WarmPools()
