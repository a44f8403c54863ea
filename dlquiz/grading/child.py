"""The grader process as its parent sees it: a stream of events under a watchdog."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from dlquiz.errors import SandboxError

_READ = 1 << 16
_DROPPED = ("PYTEST_", "PYTHON", "LD_", "COV_")
"""Variables of the user's that could change what a trusted grader does."""
_SILENCE_MS = 500


class _Started:
    """A process that waits for its plan."""

    def __init__(self) -> None:
        self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
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
    """Starts at once; :meth:`events` reads it; leaving the ``with`` block ends it."""

    def __init__(self, request: dict[str, Any], silence_s: float) -> None:
        self.errors: list[str] = []
        self.timed_out = False
        self.started = time.monotonic()
        self.wall: dict[str, Any] = {}
        self._silence_s = silence_s
        self._said = ""
        started = _early.pop() if _early else _Started()
        self._process, self._stderr = started.process, started.stderr
        # A broken pipe means that it has ended already; reading its events says why.
        with suppress(BrokenPipeError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode())
            self._process.stdin.close()

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield events until the process ends, or until it has been silent for too long."""
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        buffer, heard = b"", time.monotonic()
        while True:
            if not poll.poll(_SILENCE_MS):
                if time.monotonic() - heard > self._silence_s:
                    self.timed_out = True
                    return
                continue
            data = os.read(fd, _READ)
            if not data:
                return
            heard = time.monotonic()
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                event = json.loads(line)
                if event["event"] == "error":
                    self.errors.append(event["text"])
                elif event["event"] == "wall":
                    self.wall = event
                yield event

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
        self.stderr()
        self._stderr.close()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return kept | threads | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
