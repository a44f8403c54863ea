"""A server for systems that must not fork a loaded interpreter (macOS): a new interpreter for every worker.

Level ``process``: learner code never shares a process with tests, answers and
results, every call has a deadline, and nothing that comes back is believed. What
the kernel offers beyond that is applied where it exists. One spare interpreter,
already imported, waits for the next worker.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import msgpack

from dlquiz.errors import SandboxError
from dlquiz.sandbox.api import REPLY_LIMIT, DataFile, SelfCheck, Wall
from dlquiz.sandbox.bootstrap import ENVIRONMENT
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles, FilesUnreadable
from dlquiz.sandbox.output import OutputPipe, memory_file
from dlquiz.sandbox.packages import NotInstalled, chosen
from dlquiz.sandbox.process import Exit
from dlquiz.sandbox.worker_handle import WorkerHandle

_SPEC_LIMIT = 1 << 16


class SpawnedProcess:
    """An interpreter of its own. ``fd`` is a pipe that only it holds open: it ends with the process."""

    def __init__(self, process: "subprocess.Popen[bytes]", life: int) -> None:
        self._process = process
        self.pid = process.pid
        self.fd = life

    @property
    def orphan(self) -> bool:
        """It depends on nobody but us."""
        return False

    def kill(self) -> None:
        """Send SIGKILL to its process group: what it may have started goes with it."""
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal to the process."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def reap(self) -> Exit:
        """Wait for it and read what it used."""
        # The pipe may have been closed by the learner while the process goes on.
        # (Not Popen.kill: that would reap it and lose what it used.)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self.fd)
        kib = usage.ru_maxrss if sys.platform == "linux" else usage.ru_maxrss // 1024
        return Exit(self._process.returncode, usage.ru_utime + usage.ru_stime, kib)


class _Spare:
    """An interpreter that has imported its packages and waits for its orders."""

    def __init__(self, packages: tuple[str, ...], errors: IO[bytes]) -> None:
        self.channel, theirs = socket.socketpair()
        orders, self._orders = socket.socketpair()
        reader, writer = os.pipe()
        life, held = os.pipe()
        root = str(Path(__file__).parents[2])
        code = f"import sys; sys.path.append({root!r}); from dlquiz.sandbox.spawn_server import main; main()"
        numbers = [orders.fileno(), theirs.fileno(), writer, held]
        try:
            popen = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", code, *map(str, numbers), *packages],
                pass_fds=numbers, env=ENVIRONMENT, cwd="/", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
        finally:
            for end in (orders, theirs):
                end.close()
            os.close(writer)
            os.close(held)
        self.process = SpawnedProcess(popen, life)
        self.output = reader

    def begin(self, orders: dict[str, Any], fds: Sequence[int]) -> None:
        """Hand over the data and let it answer requests."""
        with suppress(BrokenPipeError):  # it has died: the first request finds out
            socket.send_fds(self._orders, [msgpack.packb(orders)], list(fds))
        self._orders.close()

    def discard(self) -> None:
        """End it unused."""
        self._orders.close()
        self.channel.close()
        os.close(self.output)
        self.process.reap()


class SpawnServer:
    """The same face as :class:`dlquiz.sandbox.fork_server.ForkServer`, without forking."""

    def __init__(
        self, packages: Sequence[str] = ("numpy",), isolation: str = "process", files: CourseFiles = NO_FILES
    ) -> None:
        self.packages = tuple(packages)
        _need(self.packages, files)
        self._files = files
        self.identity = "user"
        self._errors: IO[bytes] = memory_file()
        self._spare = _Spare(self.packages, self._errors)

    @property
    def wall(self) -> Wall:
        """What this way of working gives: a process of its own."""
        return Wall(
            kernel=False,
            landlock_abi=None,
            identity=self.identity,
            reasons=(f"{sys.platform} has neither Landlock nor seccomp: files and the network stay open",),
        )

    def worker(
        self,
        *,
        data: Mapping[str, DataFile] | None = None,
        memory_mib: int = 1024,
        cpu_s: int = 120,
        reply_limit: int = REPLY_LIMIT,
    ) -> WorkerHandle:
        """Give out the spare interpreter and start the next one."""
        data = data or {}
        spare, self._spare = self._spare, _Spare(self.packages, self._errors)
        maps = [[key, file.offset, file.dtype, list(file.shape)] for key, file in data.items()]
        orders = {"maps": maps, "memory_mib": memory_mib, "cpu_s": cpu_s, "folder": self._files.folder}
        spare.begin(orders, [file.fd for file in data.values()])
        return WorkerHandle(
            spare.channel, OutputPipe(spare.output), spare.process, cpu_limit_s=cpu_s, reply_limit=reply_limit
        )  # fmt: skip

    def begin_worker(
        self, *, data: Mapping[str, DataFile] | None = None, memory_mib: int = 1024, cpu_s: int = 120
    ) -> Callable[[], WorkerHandle]:
        """Give out the spare interpreter: it imports while its owner does something else."""
        worker = self.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
        return lambda: worker

    @property
    def ended(self) -> bool:
        """There is no process that all workers depend on."""
        return False

    def surprises(self, forbidden: Sequence[str]) -> SelfCheck:
        """Level ``process`` claims nothing that a self-check could test."""
        raise NotImplementedError("there is no self-check at level process")

    def close(self) -> None:
        """End the spare interpreter."""
        self._spare.discard()
        self._errors.close()

    def __enter__(self) -> "SpawnServer":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _need(names: Sequence[str], files: CourseFiles) -> None:
    """Say which package or file is missing, before an interpreter ends because of it and a submission is blamed."""
    for package in chosen(names):
        if find_spec(package.imports[0]) is None:
            lacking = NotInstalled(package)
            raise SandboxError(str(lacking), next_step=lacking.step)
    for name in files.names:
        try:
            Path(files.folder, name).open("rb").close()
        except OSError as error:
            unreadable = FilesUnreadable(name, error)
            raise SandboxError(str(unreadable), next_step=unreadable.step) from error


def main() -> None:
    """Run one worker: import, wait for orders, limit itself, serve."""
    from dlquiz.sandbox import landlock, limits, preload, whereabouts, worker
    from dlquiz.sandbox.importer import PackageGuard, narrow
    from dlquiz.sandbox.server_main import install_guard

    orders_fd, channel_fd, output_fd, _life = map(int, sys.argv[1:5])
    packages = tuple(sys.argv[5:])
    guard = PackageGuard(landlock.import_names(*packages), packages)
    narrow(guard.allowed, landlock.distribution_names(*packages))
    preload.preload(packages)
    base = limits.data_bytes()
    with socket.socket(fileno=orders_fd) as orders:
        data, fds, _, _ = socket.recv_fds(orders, _SPEC_LIMIT, 64)
    if not data:
        return  # the owner has gone, or did not need this one
    order = msgpack.unpackb(data)
    maps = {
        key: worker.DataMap(fd, offset, dtype, tuple(shape))
        for fd, (key, offset, dtype, shape) in zip(fds, order["maps"], strict=True)
    }
    if order["folder"]:
        os.chdir(order["folder"])
    os.dup2(output_fd, 1)
    os.dup2(output_fd, 2)
    os.close(output_fd)
    os.umask(0o077)
    mapped = sum(limits.mapped_bytes(where) for where in maps.values())
    limits.apply(limits.Allowance(order["memory_mib"], order["cpu_s"]), base, mapped)
    install_guard(guard)
    whereabouts.promise()
    worker.serve(socket.socket(fileno=channel_fd), maps, packages)
    os._exit(0)
