"""The grader process as its parent sees it: a stream of events under a watchdog."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from dlquiz.errors import SandboxError
from dlquiz.sandbox.output import memory_file

_READ = 1 << 16
_DROPPED = ("PYTEST_", "PYTHON", "LD_", "COV_")
"""Variables of the user's that could change what a trusted grader does."""
_SILENCE_MS = 500
_BREATH_S = 0.01
"""While more submissions wait: a process tells each case at once, and every time it woke us it would lose its core."""


class _Started:
    """A process that waits for its plan."""

    def __init__(self) -> None:
        self.stderr: IO[bytes] = memory_file()
        root = str(Path(__file__).parents[2])
        code = f"import sys; sys.path.append({root!r}); from dlquiz.grading.process import main; main()"
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", code, str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.stderr,
                env=_environment(), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            self.stderr.close()
            raise SandboxError(f"the grader process does not start: {error}") from error

    def discard(self) -> None:
        """End it; it was never told anything."""
        self.process.kill()
        self.process.communicate()
        self.stderr.close()


_early: list[_Started] = []


@contextmanager
def started_early() -> Iterator[None]:
    """Start a grader process now, for the first grading inside the block.

    It imports NumPy while the caller still reads the course: a third of a cold grading.
    """
    early = _Started()
    _early.append(early)
    try:
        yield
    finally:
        if early in _early:
            _early.remove(early)
            early.discard()


class GraderProcess:
    """Starts at once and gets its plan; submissions are handed to it one by one.

    :func:`events` reads it; leaving the ``with`` block ends it.
    """

    def __init__(self, plan: dict[str, Any], silence_s: float) -> None:
        self.errors: list[str] = []
        self.timed_out = False
        self.started = time.monotonic()
        self._lap = 0.0
        self.wall: dict[str, Any] = {}
        self.waiting = 0
        """Submissions that it has been given and has not finished."""
        self.heard = self.started
        self.silence_s = silence_s
        self._said = ""
        self._lines, self._buffer = b"", b""
        started = _early.pop() if _early else _Started()
        self._process, self._stderr = started.process, started.stderr
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self.out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        self._closing = self._begun = False
        self._send(plan)

    # -- handing over -----------------------------------------------------

    def give(self, work: dict[str, Any]) -> None:
        """Hand over one submission."""
        if not self.waiting:
            self.heard = time.monotonic()
        if not self._begun:
            self._begun, self.started = True, time.monotonic()  # it may have waited, ready, for a long time
        self.waiting += 1
        self._send(work)

    def finish(self) -> None:
        """Say that no submission will follow: it ends after the last one."""
        self._closing = True
        self._flush()

    def _send(self, message: dict[str, Any]) -> None:
        self._lines += json.dumps(message).encode() + b"\n"
        self._flush()

    def _flush(self) -> None:
        """Write what the pipe takes now."""
        try:
            while self._lines:
                self._lines = self._lines[os.write(self._in, self._lines) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._lines = b""  # it has ended already; reading its events says why
        if self._closing:
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    @property
    def sending(self) -> int | None:
        """The descriptor to wait for while something is left to write."""
        return self._in if self._lines else None

    # -- reading ----------------------------------------------------------

    def read(self) -> list[dict[str, Any]] | None:
        """Return the events that have come, None at the end of the process."""
        data = os.read(self.out, _READ)
        if not data:
            return None
        self.heard = time.monotonic()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        events: list[dict[str, Any]] = [json.loads(line) for line in lines]
        for event in events:
            if event["event"] == "error":
                self.errors.append(event["text"])
            elif event["event"] == "wall":
                self.wall = event
            elif event["event"] == "usage":
                self.waiting -= 1
        return events

    def pump(self) -> None:
        """Write on, and look whether it has been silent for too long."""
        self._flush()
        if time.monotonic() - self.heard > self.silence_s:
            self.timed_out = True

    def lap(self) -> float:
        """Return the seconds since the last call, or since the start: what one of many submissions took."""
        since, self._lap = max(self._lap, self.started), time.monotonic()
        return self._lap - since

    def stderr(self) -> str:
        """What the process said on stderr, shortened."""
        if not self._stderr.closed:
            self._stderr.seek(0)
            self._said = self._stderr.read()[-2000:].decode("utf-8", "replace").strip()
        return self._said

    def __enter__(self) -> "GraderProcess":
        return self

    def __exit__(self, *exc: object) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                # Its server and workers die with it (PR_SET_PDEATHSIG).
                self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert self._process.stdin is not None
        self._lines, self._closing = b"", True
        self._flush()
        self.stderr()
        self._stderr.close()


def events(children: Sequence[GraderProcess]) -> Iterator[tuple[GraderProcess, dict[str, Any] | None]]:
    """Yield what the processes tell as it comes, and (process, None) for each that has ended or hangs."""
    running = list(children)
    while running:
        poll = select.poll()
        for child in running:
            poll.register(child.out, select.POLLIN)
            if child.sending is not None:
                poll.register(child.sending, select.POLLOUT)
        ready = dict(poll.poll(_SILENCE_MS))
        for child in list(running):
            told = child.read() if child.out in ready else []
            child.pump()
            for event in told or ():
                yield child, event
            if told is None or child.timed_out:
                running.remove(child)
                yield child, None
        if any(child.waiting > 1 for child in running):
            time.sleep(_BREATH_S)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return kept | threads | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
