"""The server: a warm, single-threaded interpreter that forks one worker per request.

It is started with a clean environment, holds no secret, never sees a submission
and never reads what a worker wrote: source goes from the grader to the worker
over the worker's own channel. It lives as long as the process that started it.

Control messages (one datagram each, msgpack, over a SOCK_SEQPACKET pair):
``configure`` (with a descriptor of the folder, if the course opens files) → ``ready``;
``fork`` with descriptors [channel, output, data …] → ``forked`` with a pidfd; later,
unasked, ``exit`` for every worker that ended.
"""

import gc
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import msgpack

from dlquiz.sandbox import course_files, limits, whereabouts
from dlquiz.sandbox.confine import Restrictions, confine, die_with_parent, drop_privileges
from dlquiz.sandbox.importer import PackageGuard, narrow
from dlquiz.sandbox.libc import LibC
from dlquiz.sandbox.packages import NotInstalled, chosen, pretend_missing
from dlquiz.sandbox.standins import StandInFinder

CONTROL_LIMIT = 1 << 16
"""Bytes of one control datagram."""
DESCRIPTOR_LIMIT = 64


class ServerProcess:
    """The server's state: what it has prepared, and the workers that run."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.libc = LibC()
        self.packages: tuple[str, ...] = ()
        self.plan: Restrictions | None = None
        self.guard = PackageGuard((), ())
        self.pidfds: dict[int, int] = {}
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)

    def run(self) -> None:
        """Serve until the control socket closes."""
        while True:
            for fd, _ in self.poll.poll():
                if fd != self.control.fileno():
                    self._reap(fd)
                    continue
                data, fds, _, _ = socket.recv_fds(self.control, CONTROL_LIMIT, DESCRIPTOR_LIMIT)
                if not data:
                    return
                self._request(msgpack.unpackb(data), fds)

    def _request(self, message: dict[str, Any], fds: list[int]) -> None:
        try:
            if message["op"] == "configure":
                self._configure(message, fds)
            else:
                self._fork(message, fds)
        except (NotInstalled, course_files.FilesUnreadable) as error:
            self._tell({"op": "refused", "text": str(error), "step": error.step})
        except Exception as error:  # noqa: BLE001  told to the grader, which reports a machine fault
            self._tell({"op": "error", "text": f"{type(error).__name__}: {error}"})
        finally:
            for fd in fds:
                os.close(fd)

    def _tell(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        socket.send_fds(self.control, [msgpack.packb(message)], list(fds))

    # -- configure --------------------------------------------------------

    def _configure(self, message: dict[str, Any], fds: list[int]) -> None:
        from dlquiz.sandbox import landlock, preload, seccomp, selfcheck, worker  # noqa: F401  the last two for the children

        self.packages = tuple(message["packages"])
        pretend = message["pretend_missing"]
        pretend_missing(pretend)
        self.guard = PackageGuard(landlock.import_names(*self.packages), self.packages)
        narrow(self.guard.allowed, landlock.distribution_names(*self.packages))
        preload.preload(self.packages)
        if message["files"]:  # not before: libraries look for settings in the folder they are started in
            course_files.enter(fds[0], message["files"])
        kernel = message["isolation"] == "kernel"
        self._promise()
        reasons = []
        rules = filter_ = None
        lacking = "the filter is left out" if "seccomp" in pretend else seccomp.missing(self.libc)
        if lacking is None:
            filter_ = seccomp.Filter()
        else:
            reasons.append(lacking)
        unlocked = "Landlock is left out" if "landlock" in pretend else landlock.missing(self.libc)
        abi = 0 if unlocked else landlock.abi()
        if unlocked is None and kernel:
            rules = landlock.Ruleset((*landlock.readable_paths(self.packages), *message["files"]))
        else:
            reasons.append(unlocked or "level process was asked for")
        own_cmdline = any(package.own_cmdline for package in chosen(self.packages))
        self.plan = Restrictions(rules, filter_, limits.data_bytes(), os.getpid(), own_cmdline)
        self._tell({
            "op": "ready",
            "landlock_abi": abi,
            "reasons": reasons,
            "kernel": rules is not None and filter_ is not None,
        })  # fmt: skip

    def _promise(self) -> None:
        """Give up every privilege, and see that workers can be held: without that nothing may be graded at all."""
        drop_privileges(self.libc)
        try:
            own = os.pidfd_open(os.getpid())
            try:
                signal.pidfd_send_signal(own, 0)
            finally:
                os.close(own)
        except OSError as error:
            raise OSError(
                error.errno,
                "a worker could not be ended for certain, because pidfd_open or pidfd_send_signal is refused"
                " (they need Linux 5.3, and a container that lets them through)",
            ) from error
        try:
            resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
        except OSError as error:
            raise OSError(error.errno, "a worker could not be limited, because prlimit64 is refused") from error

    # -- fork -------------------------------------------------------------

    def _fork(self, message: dict[str, Any], fds: list[int]) -> None:
        threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1  # noqa: PTH112, PTH208  no pathlib objects before the fork
        if threads != 1:
            # A filter binds only the thread that loads it, and a fork with threads hangs libraries.
            raise RuntimeError(f"the server has {threads} threads; it must have one")
        pid = os.fork()
        if pid == 0:
            self._child(message, fds)
        pidfd = os.pidfd_open(pid)
        self.pidfds[pidfd] = pid
        self.poll.register(pidfd, select.POLLIN)
        self._tell({"op": "forked", "pid": pid}, (pidfd,))

    def _child(self, message: dict[str, Any], fds: list[int]) -> None:
        status = 70  # EX_SOFTWARE: our own fault; the first request tells it, before anything of a submission is inside
        try:
            from dlquiz.sandbox import worker

            channel, maps = self._place(fds, message["maps"])
            mapped = sum(limits.mapped_bytes(where) for where in maps.values())
            assert self.plan is not None
            allowance = limits.Allowance(message["memory_mib"], message["cpu_s"])
            confine(self.plan, self.libc, allowance, mapped)
            # Copied frames of the server must not show through: only what `serve` needs goes in.
            packages, guard = self.packages, self.guard
            self.__dict__.clear()
            install_guard(guard)
            if message.get("selfcheck") is not None:
                from dlquiz.sandbox import selfcheck

                selfcheck.serve(channel)
            else:
                worker.serve(channel, maps, packages)
            status = 0
        except BrokenPipeError:
            status = 0  # the grader has gone
        except BaseException as error:  # noqa: BLE001  nothing may unwind into the server's loop
            with suppress(BaseException):
                os.write(2, f"worker: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)

    def _place(self, fds: list[int], specs: list[Any]) -> tuple[socket.socket, dict[str, Any]]:
        """Put the descriptors where the worker expects them and close every other one."""
        from dlquiz.sandbox.worker import DataMap

        assert self.plan is not None
        keep = {*fds, self.plan.rules.fileno if self.plan.rules else fds[0]}
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(fds[1], 1)
        os.dup2(fds[1], 2)
        start = 3
        for fd in sorted(keep - {fds[1], 0, 1, 2}):
            os.closerange(start, fd)
            start = fd + 1
        os.closerange(start, limits.highest_descriptor())
        maps = {
            key: DataMap(fd, offset, dtype, tuple(shape))
            for fd, (key, offset, dtype, shape) in zip(fds[2:], specs, strict=True)
        }
        return socket.socket(fileno=fds[0]), maps

    # -- reap -------------------------------------------------------------

    def _reap(self, pidfd: int) -> None:
        pid = self.pidfds.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        if self.plan is not None and self.plan.filter is None:
            # It may have started processes. Until it is waited for, its number cannot mean another group.
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        self._tell({
            "op": "exit",
            "pid": pid,
            "code": os.waitstatus_to_exitcode(status),
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_kib": usage.ru_maxrss,
        })  # fmt: skip


def install_guard(guard: PackageGuard) -> None:
    """Put the polite import guard in front of the worker's finders, and before it what needs no refusal."""
    sys.meta_path[:0] = [StandInFinder(guard), guard]


def main() -> None:
    """Run the server on the descriptor named by the first argument."""
    parent = int(sys.argv[2])
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    libc = LibC()
    if os.geteuid() == 0:
        with suppress(OSError):  # a refusal is told when the server is configured, which tries again
            drop_privileges(libc)
    if not die_with_parent(libc, parent):
        return
    from dlquiz.sandbox import preload

    gc.disable()  # nothing of what is imported is ever garbage
    preload.begin()
    whereabouts.promise()
    ServerProcess(control).run()
