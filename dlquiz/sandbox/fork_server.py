"""A server that forks (Linux): start it and get workers from it."""

import os
import select
import signal
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgpack

from dlquiz.errors import SandboxError
from dlquiz.sandbox.api import REPLY_LIMIT, DataFile, SelfCheck, Wall
from dlquiz.sandbox.bootstrap import take_started
from dlquiz.sandbox.calls import Deadline
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles, FilesUnreadable
from dlquiz.sandbox.output import OutputPipe
from dlquiz.sandbox.process import Exit, ForkedProcess
from dlquiz.sandbox.shortage import shortage
from dlquiz.sandbox.worker_handle import WorkerHandle

START_S = 120
"""Seconds a server may take to import its packages on a loaded machine."""
CONTROL_S = 30
_CONTROL_LIMIT = 1 << 16


@dataclass
class _Answer:
    """What the server says to one request for a worker; None until it has been heard."""

    message: dict[str, Any] | None = None
    fds: Sequence[int] = ()


class ForkServer:
    """A warm server as its owner sees it. Starting returns at once; :meth:`wall` waits.

    Parameters
    ----------
    packages : tuple of str
        What the exercise allows: ``("numpy",)``, ``("numpy", "torch")`` …
    isolation : str
        ``"kernel"`` applies everything this machine has; ``"process"`` leaves Landlock out.
    files : CourseFiles
        What every worker may open by its name.
    pretend_missing : sequence of str
        ``"landlock"``, ``"seccomp"``, a package: imitate a machine without them (for tests).
    """

    def __init__(
        self,
        packages: Sequence[str] = ("numpy",),
        isolation: str = "kernel",
        files: CourseFiles = NO_FILES,
        *,
        pretend_missing: Sequence[str] = (),
    ) -> None:
        self.packages = tuple(packages)
        self._ready: dict[str, Any] | None = None
        self._refusal: dict[str, Any] = {}  # why it cannot be configured
        self._asked: deque[_Answer] = deque()  # requests for workers, answered in order
        self._exits: dict[int, Exit] = {}
        started = take_started()
        self.identity, self._control = started.identity, started.control
        self._process, self._errors = started.process, started.errors
        message = {
            "op": "configure",
            "packages": list(self.packages),
            "isolation": isolation,
            "files": list(files.names),
            "pretend_missing": list(pretend_missing),
        }
        self._configure(message, files)

    def _configure(self, message: dict[str, Any], files: CourseFiles) -> None:
        if not files:
            self._send(message)
            return
        try:
            folder = files.open_folder()
        except OSError as error:
            self.close()
            raise SandboxError(str(FilesUnreadable("folder", error))) from error
        try:
            self._send(message, [folder])
        finally:
            os.close(folder)

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    @cached_property
    def wall(self) -> Wall:
        """What the server has built, once it has imported its packages."""
        deadline = Deadline.after(START_S)
        while (ready := self._ready) is None:
            if self._refusal:
                raise self._broken_by(self._refusal)
            self._hear(deadline)
        return Wall(
            kernel=bool(ready["kernel"]),
            landlock_abi=ready["landlock_abi"] or None,
            identity=self.identity,
            reasons=tuple(ready["reasons"]),
        )

    def worker(
        self,
        *,
        data: Mapping[str, DataFile] | None = None,
        memory_mib: int = 1024,
        cpu_s: int = 120,
        reply_limit: int = REPLY_LIMIT,
        selfcheck: bool = False,
    ) -> WorkerHandle:
        """Fork a confined worker that holds nothing yet."""
        return self.begin_worker(
            data=data, memory_mib=memory_mib, cpu_s=cpu_s, reply_limit=reply_limit, selfcheck=selfcheck
        )()

    def begin_worker(
        self,
        *,
        data: Mapping[str, DataFile] | None = None,
        memory_mib: int = 1024,
        cpu_s: int = 120,
        reply_limit: int = REPLY_LIMIT,
        selfcheck: bool = False,
    ) -> Callable[[], WorkerHandle]:
        """Ask for a worker and return at once; the returned function, called once, waits for it."""
        data = data or {}
        _ = self.wall  # the server answers in order: it must be ready first
        ours, theirs = socket.socketpair()
        reader, writer = os.pipe()
        message = {
            "op": "fork",
            "maps": [[key, file.offset, file.dtype, list(file.shape)] for key, file in data.items()],
            "memory_mib": memory_mib,
            "cpu_s": cpu_s,
            "selfcheck": True if selfcheck else None,
        }
        answer = _Answer()
        try:
            self._send(message, [theirs.fileno(), writer, *(file.fd for file in data.values())])
            self._asked.append(answer)
        except BaseException:
            ours.close()
            os.close(reader)
            raise
        finally:
            theirs.close()
            os.close(writer)

        def forked() -> WorkerHandle:
            try:
                process = self._forked(answer)
            except BaseException:
                ours.close()
                os.close(reader)
                raise
            return WorkerHandle(
                ours, OutputPipe(reader), process, cpu_limit_s=cpu_s, reply_limit=reply_limit,
                memory_mib=memory_mib,
            )  # fmt: skip

        return forked

    def _forked(self, answer: _Answer) -> ForkedProcess:
        deadline = Deadline.after(CONTROL_S)
        while (message := answer.message) is None:
            self._hear(deadline)
        if message["op"] == "error":
            raise self._broken_by(message)
        return ForkedProcess(message["pid"], answer.fds[0], self._ended, lambda: self.ended)

    def surprises(self, forbidden: Sequence[str]) -> SelfCheck:
        """Start the self-check: the answer is collected later, beside other work."""
        return SelfCheck(self.worker(selfcheck=True, memory_mib=256, cpu_s=20), forbidden)

    # -- control socket ---------------------------------------------------

    def _send(self, message: dict[str, Any], fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [msgpack.packb(message)], list(fds))
        except OSError as error:
            raise self._broken("it does not listen") from error

    def _hear(self, deadline: Deadline) -> None:
        """Take in the next message, for whoever waits for it."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        if not poll.poll(deadline.left_ms()):
            raise self._broken(f"it did not answer within {deadline.budget_s:g} s")
        try:
            data, fds, _, _ = socket.recv_fds(self._control, _CONTROL_LIMIT, 4)
        except ConnectionResetError:  # it has died with a message of ours unread
            data, fds = b"", []
        if not data:
            raise self._broken("it has ended")
        message = msgpack.unpackb(data)
        if message["op"] == "exit":
            self._exits[message["pid"]] = Exit(message["code"], message["cpu_s"], message["peak_kib"])
        elif message["op"] == "ready":
            self._ready = message
        elif self._asked:
            answer = self._asked.popleft()
            answer.message, answer.fds = message, fds
        else:
            self._refusal = message
            raise self._broken_by(message)

    @property
    def ended(self) -> bool:
        """Whether the process is over. One that has closed its socket is as good as over, and is ended."""
        if self._control.fileno() < 0 or self._process.poll() is not None:
            return True
        poll = select.poll()
        poll.register(self._control, 0)
        if not poll.poll(0):
            return False
        self._process.kill()
        self._process.wait()
        return True

    def _ended(self, pid: int) -> Exit:
        deadline = Deadline.after(CONTROL_S)
        while pid not in self._exits:
            if self._control.fileno() < 0:
                return Exit(-signal.SIGKILL, 0, 0)  # the server was closed, and every worker died with it
            self._hear(deadline)
        return self._exits.pop(pid)

    def _broken_by(self, message: dict[str, Any]) -> SandboxError:
        if message["op"] == "refused":
            return SandboxError(message["text"], next_step=message["step"])
        return self._broken(message["text"])

    def _broken(self, what: str) -> SandboxError:
        self._errors.seek(0)
        said = self._errors.read()[-1500:].decode("utf-8", "replace").strip()
        reason = shortage(f"{what}\n{said}")
        return SandboxError(
            f"the sandbox's server does not work: {f'{reason} ({what})' if reason else what}"
            + (f"\n{said}" if said and not reason else ""),
            next_step="run `dlquiz doctor` to see what this machine lacks",
        )

    def close(self) -> None:
        """End the server; every worker dies with it."""
        self._control.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._errors.close()

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
