"""A real Dask cluster on loopback for the tests: a scheduler and worker processes that can be killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.waiting import eventually

DEADLY = "# workers die on this"
"""A line in a submission on which the workers of `started` end as if their machine had failed."""
_PRELOAD = f"""\
import os, signal
from dlquiz.cluster import worker

def deadly(written, read=worker.read_chunk):  # Dask may load this twice in a process
    submissions = read(written)
    if any({DEADLY!r} in one.text for one in submissions):
        os.kill(os.getpid(), signal.SIGKILL)
    return submissions

worker.read_chunk = deadly
"""


@dataclass
class DaskCluster:
    """What runs; ``workers`` are processes without a nanny: one that is killed stays dead."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            # A task is not given to another worker by the scheduler itself: so deaths are counted one by one.
            environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
            return subprocess.Popen(
                [sys.executable, "-m", *words], cwd=self.folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread."""
        preload = self.folder / "deadly.py"
        preload.write_text(_PRELOAD)
        words = ("--nthreads", "1", "--no-dashboard", "--preload", str(preload), *options)
        self.workers.append(self.start("distributed.cli.dask_worker", self.address, *words))
        return self.workers[-1]

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Kill a worker at once, as a power cut would."""
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)

    def stop(self) -> None:
        for process in (*self.workers, *([self.scheduler] if self.scheduler else [])):
            process.kill()
            process.wait(30)

    def said(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(folder: Path, workers: int, *options: str) -> Iterator[DaskCluster]:
    """Start a scheduler and some workers."""
    pytest.importorskip("distributed")
    port = free_port()
    cluster = DaskCluster(folder, f"tcp://127.0.0.1:{port}")
    try:
        words = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        cluster.scheduler = cluster.start("distributed.cli.dask_scheduler", *words)
        eventually(lambda: "Scheduler at" in cluster.said(), f"a scheduler: {cluster.said()[-1000:]}", every_s=0.05)
        for _ in range(workers):
            cluster.add_worker(*options)
        yield cluster
    finally:
        cluster.stop()
