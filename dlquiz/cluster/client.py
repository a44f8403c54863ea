"""A Dask cluster as the machine of a class sees it: submissions go out in chunks, reports come back as they exist.

Nothing is kept on the workers: a result is gathered the moment it is there, and released, because what lies on a worker
dies with it. A chunk during which its workers died is graded again at the end, one submission after the other and
nothing else beside it, so that only a submission on which workers really die is given up.
"""

import logging
import queue
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dlquiz.cluster.orders import GradingOrder, WorkerAnswer, WorkerFacts, write_chunk
from dlquiz.cluster.worker import grade_chunk, tell_facts
from dlquiz.errors import DlquizError, MachineryError, MissingPackage, UsageError
from dlquiz.grading.dispatch import Graded
from dlquiz.model.report import Report
from dlquiz.submission import Submission

if TYPE_CHECKING:
    from dask.typing import Key
    from distributed import Client, Future

MOST_DEATHS = 3
"""Workers that may die on one submission, graded alone, before it is given up."""
CONNECT_S = 10.0
"""How long to wait for an answer; less if Dask's settings say so (distributed.comm.timeouts.connect)."""
FIRST_WORKER_S = 60.0
"""How long to wait for a first worker: those of a batch system come late, and then the command can be typed again."""
CHUNK_S = 2.0
"""What a chunk should take: an order costs some 5 ms, and a chunk that is lost is graded again."""
_FIRST, _MOST, _MOST_BYTES = 4, 64, 1_000_000
_AHEAD = 2
"""Chunks that a worker's thread has been given: the one that it grades, and the next."""
_LOOK_S = 1.0

Notice = Callable[[str], None]


class GivenUp(NamedTuple):
    """The submission at ``position`` cannot be graded: workers die on it."""

    position: int
    reason: str


@dataclass
class _Chunk:
    """Submissions on their way, with their positions."""

    positions: tuple[int, ...]
    submissions: tuple[Submission, ...]
    with_bundle: bool = False


class Cluster:
    """A cluster that is there, with at least one worker. Use it as a context manager.

    Parameters
    ----------
    address : str
        The scheduler's, ``tcp://HOST:8786`` or ``tls://…``. Certificates are found as Dask's own configuration says.
    notice : callable, optional
        Told a line, to be shown while there is nothing else to show.

    Raises
    ------
    UsageError
        It is no address.
    MissingPackage
        distributed is not installed.
    MachineryError
        Nobody answers, or there is no worker.
    """

    def __init__(self, address: str, notice: Notice = lambda _: None) -> None:
        self.address, self._notice = address, notice
        self._client = _connect(address)
        try:
            self._await_worker()
        except BaseException:
            self._client.close(timeout=2)
            raise

    def _await_worker(self) -> None:
        with _reachable():
            workers = self._client.nthreads()
        if not workers:
            self._notice(f"No worker has come to {self.address} yet: waiting {FIRST_WORKER_S:.0f} s ...")
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        except TimeoutError as error:
            raise MachineryError(
                f"The scheduler at {self.address} has no worker.", next_step=f"dask worker {self.address} --nthreads 1"
            ) from error

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=2)

    @property
    def places(self) -> int:
        """The threads of all workers that are there now; at least 1."""
        return _threads(self._client)

    def facts(self, *, wall: bool = False) -> dict[str, WorkerFacts]:
        """Ask every worker what it is; with ``wall`` also what its kernel can isolate.

        Raises
        ------
        MachineryError
            A worker has no dlquiz, or another one.
        """
        with _reachable():
            answers = self._client.run(tell_facts, wall, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, ImportError):
                raise MachineryError(
                    f"The worker {worker} cannot import dlquiz: {answer}.",
                    next_step="Install the same version of dlquiz there as here.",
                )
            if not isinstance(answer, bytes):
                raise MachineryError(f"The worker {worker} gives no answer: {type(answer).__name__}: {answer}")
        return {worker: WorkerFacts.read(answer) for worker, answer in answers.items()}

    def versions(self, packages: tuple[str, ...], data: str | None) -> Mapping[str, str]:
        """Return the versions with which every worker grades what needs ``packages`` and ``data``.

        Raises
        ------
        MissingPackage
            A worker lacks a package.
        MachineryError
            They have different versions, or one lacks the data set.
        """
        wanted = ("dlquiz", "python", *packages)
        first, agreed = "", dict[str, str]()
        for worker, facts in sorted(self.facts().items()):
            there = {name: facts.versions[name] for name in wanted if name in facts.versions}
            place = f"The worker {worker} ({facts.host})"
            if missing := [name for name in wanted if name not in there]:
                raise MissingPackage(
                    f"{place} has no {', '.join(missing)}.", next_step=f"There: python -m pip install {missing[0]}"
                )
            if data is not None and data not in facts.data:
                raise MachineryError(f"{place} has no data set {data}.", next_step=f"There: dlquiz data fetch {data}")
            if agreed and there != agreed:
                name = next(name for name in wanted if there[name] != agreed[name])
                raise MachineryError(
                    f"{place} has {name} {there[name]}, and {first} has {agreed[name]}: with different versions equal "
                    "work could get different points.",
                    next_step="Install the same versions on every worker.",
                )
            first, agreed = first or worker, agreed or there
        return agreed

    def grade(
        self,
        order: GradingOrder,
        bundle: bytes,
        submissions: Iterator[Submission],
        *,
        alone: bool = False,
    ) -> Iterator[Graded | GivenUp]:
        """Yield what comes of each submission, as it comes; ``submissions`` are taken as they are needed.

        Parameters
        ----------
        bundle : bytes
            The course that ``order`` names, for workers that do not know it yet.
        alone : bool
            One after the other, and nothing beside it: for what was lost to a timeout.

        Raises
        ------
        MachineryError
            A worker cannot grade at all, or the scheduler has gone.
        """
        run = _Run(self._client, order, bundle, self._notice)
        numbered: Iterator[tuple[int, Submission]] = enumerate(submissions)
        try:
            if not alone:
                yield from run.in_chunks(numbered)
                numbered = iter(run.suspects)
            for position, submission in numbered:
                yield run.one(position, submission)
        finally:
            run.cancel()


def _connect(address: str) -> "Client":
    if not re.fullmatch(r"(tcp|tls|wss?)://[^\s/]+:\d{1,5}/?", address):
        raise UsageError(
            f"'{address}' is no address of a scheduler.",
            next_step="Such as tcp://head:8786; `dask scheduler` prints it.",
        )
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as error:
        raise MissingPackage(
            "A cluster needs the package distributed, which is not installed.",
            next_step='python -m pip install "dlquiz[cluster]"',
        ) from error
    # What Dask and Tornado would print, each part with a level of its own, are tracebacks of what is told here.
    logging.disable(logging.CRITICAL)
    if address.startswith("tls") and Security().get_connection_args("client")["ssl_context"] is None:
        raise MachineryError(
            f"{address} needs certificates, and Dask's settings name none.",
            next_step="DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY name files.",
        )
    try:
        return Client(address, timeout=min(CONNECT_S, _set_s()), set_as_default=False, name="dlquiz")
    except OSError as error:
        raise MachineryError(
            f"Nobody answers at {address}: {error}".splitlines()[0][:300],
            next_step="Is the scheduler running, and can this machine reach it? `dask scheduler` prints its address.",
        ) from error


class _Run:
    """The grading of one exercise on a cluster."""

    def __init__(self, client: "Client", order: GradingOrder, bundle: bytes, notice: Notice) -> None:
        self._client, self._order, self._bundle, self._notice = client, order, bundle, notice
        self._written = order.written()
        self._flying: dict[Key, tuple[Future[bytes], _Chunk]] = {}
        self._landed: queue.SimpleQueue[Key] = queue.SimpleQueue()
        self._back: deque[_Chunk] = deque()
        self._each_s = 0.0
        self.suspects: list[tuple[int, Submission]] = []
        """What was on a worker when it died, for the end."""

    # -- in chunks --------------------------------------------------------

    def in_chunks(self, numbered: Iterator[tuple[int, Submission]]) -> Iterator[Graded]:
        """Keep every worker busy; yield the reports as the chunks come back."""
        ended = False
        while True:
            room = self._room() if not ended or self._back else 0
            while len(self._flying) < room and (chunk := self._next(numbered)) is not None:
                self._send(chunk)
            ended = len(self._flying) < room
            if not self._flying:
                return
            yield from self._land()

    def _next(self, numbered: Iterator[tuple[int, Submission]]) -> _Chunk | None:
        if self._back:
            return self._back.popleft()
        wanted = _FIRST if not self._each_s else max(1, min(_MOST, round(CHUNK_S / self._each_s)))
        taken: list[tuple[int, Submission]] = []
        size = 0
        while len(taken) < wanted and size < _MOST_BYTES and (one := next(numbered, None)) is not None:
            taken.append(one)
            size += len(one[1].source) + sum(len(module.source) for module in one[1].modules)
        return _chunk(taken) if taken else None

    def _room(self) -> int:
        """Return how many chunks may be under way: workers come and go."""
        return _AHEAD * _threads(self._client)

    def _land(self) -> Iterator[Graded]:
        chunk, answer = self._hear()
        if isinstance(answer, int):
            self.suspects += zip(chunk.positions, chunk.submissions, strict=True)
        elif answer.wants_bundle:
            chunk.with_bundle = True
            self._back.append(chunk)
        else:
            yield from self._reports(answer, chunk)

    # -- alone ------------------------------------------------------------

    def one(self, position: int, submission: Submission) -> Graded | GivenUp:
        """Grade one submission with nothing beside it, on another worker if one dies, but not without end."""
        deaths, chunk = 0, _chunk([(position, submission)])
        while deaths < MOST_DEATHS:
            self._send(chunk)
            _, answer = self._hear()
            if isinstance(answer, int):
                deaths += answer
            elif answer.wants_bundle:
                chunk.with_bundle = True
            else:
                return next(self._reports(answer, chunk))
        return GivenUp(position, f"{deaths} workers of the cluster died while they graded it")

    # -- sending and hearing ----------------------------------------------

    def _send(self, chunk: _Chunk) -> None:
        written = write_chunk(chunk.submissions, self._order.seed)
        bundle = self._bundle if chunk.with_bundle else b""
        future = self._client.submit(grade_chunk, self._written, written, bundle, pure=False, retries=0)
        self._flying[future.key] = future, chunk
        future.add_done_callback(lambda done: self._landed.put(done.key))

    def _hear(self) -> tuple[_Chunk, WorkerAnswer | int]:
        """Wait for a chunk that is no longer under way; return what came of it, or how many workers died on it."""
        while True:
            try:
                key = self._landed.get(timeout=_LOOK_S)
            except queue.Empty:
                self._look()
                continue
            if key in self._flying:
                future, chunk = self._flying.pop(key)
                return chunk, self._answer(future, chunk)

    def _look(self) -> None:
        """Say what is waited for; MachineryError when the scheduler is no longer there."""
        if self._client.status != "running":
            raise _gone()
        with _reachable():
            workers = self._client.nthreads()
        if not workers:
            self._notice("No worker is there: waiting for one ...")

    def _answer(self, future: "Future[bytes]", chunk: _Chunk) -> WorkerAnswer | int:
        """Return what a worker said; how many workers died on it if it was that many.

        Raises
        ------
        MachineryError
            It refused, or the scheduler is gone.
        """
        from distributed import KilledWorker

        try:
            written = future.result(timeout=CONNECT_S)
        except KilledWorker as killed:
            return killed.allowed_failures + 1
        except Exception as error:
            if future.cancelled() or future.status in ("lost", "cancelled") or isinstance(error, OSError):
                raise _gone() from error
            raise MachineryError(f"A worker of the cluster failed: {type(error).__name__}: {error}") from error
        finally:
            future.release()
        answer = WorkerAnswer.read(written if isinstance(written, bytes) else b"")
        if answer.refusal:
            raise MachineryError(f"A worker of the cluster cannot grade: {answer.refusal}", next_step=answer.next_step)
        if answer.wants_bundle and chunk.with_bundle:
            raise MachineryError("A worker of the cluster does not take the course.")
        return answer

    def _reports(self, answer: WorkerAnswer, chunk: _Chunk) -> Iterator[Graded]:
        if len(answer.reports) != len(chunk.positions):
            raise MachineryError(f"A worker sent {len(answer.reports)} reports for {len(chunk.positions)} submissions.")
        seconds = sum(report.usage.wall_s for report in answer.reports) / len(answer.reports)
        self._each_s = seconds if not self._each_s else 0.8 * self._each_s + 0.2 * seconds
        for position, submission, report in zip(chunk.positions, chunk.submissions, answer.reports, strict=True):
            self._demand(report, submission)
            yield Graded(position, report)

    def _demand(self, report: Report, submission: Submission) -> None:
        """Demand that a report is about what was asked: it is kept under that."""
        asked = (self._order.exercise, self._order.grader_sha256, self._order.seed, submission.sha256)
        told = (report.exercise, report.course.grader_sha256, report.seed, report.submission.sha256)
        if told != asked:
            raise MachineryError("A worker of the cluster has graded something else than it was asked to.")

    def cancel(self) -> None:
        """Let the workers stop what nobody waits for."""
        flying, self._flying = [future for future, _ in self._flying.values()], {}
        if flying and self._client.status == "running":
            try:
                self._client.cancel(flying, force=True)
            except (OSError, TimeoutError, RuntimeError):  # the scheduler has gone
                return


def _chunk(taken: list[tuple[int, Submission]]) -> _Chunk:
    return _Chunk(tuple(position for position, _ in taken), tuple(submission for _, submission in taken))


def _set_s() -> float:
    import dask

    return float(dask.utils.parse_timedelta(dask.config.get("distributed.comm.timeouts.connect")))


def _threads(client: "Client") -> int:
    """Return how many threads the workers have now; at least 1."""
    with _reachable():
        return max(1, sum(int(number) for number in client.nthreads().values()))


@contextmanager
def _reachable() -> Iterator[None]:
    """Say of a connection that is lost, or not answered any more, that the scheduler has gone."""
    try:
        yield
    except OSError as error:
        raise _gone() from error


def _gone() -> DlquizError:
    return MachineryError(
        "The scheduler of the cluster has gone. What was graded is kept.", next_step="Type the same command again."
    )
