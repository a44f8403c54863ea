"""The grader process as its parent sees it: a stream of messages under a watchdog."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from dlquiz.errors import SandboxError
from dlquiz.grading.messages import (
    CaseSpec,
    Collected,
    Failed,
    GradingPlan,
    Interrupted,
    Message,
    MessageError,
    Used,
    WallBuilt,
    Work,
    decode,
    encode,
)
from dlquiz.sandbox.output import memory_file

_READ = 1 << 16
_DROPPED = ("PYTEST_", "PYTHON", "LD_", "COV_")
"""Variables of the user's that could change what a trusted grader does."""
_BREATH_S = 0.01
"""While more submissions wait: a process tells each case at once, and every time it woke us it would lose its core."""


class _Started:
    """A process that waits for its plan."""

    def __init__(self) -> None:
        self.stderr: IO[bytes] = memory_file()
        root = str(Path(__file__).parents[2])
        code = f"import sys; sys.path.append({root!r}); from dlquiz.grading.grader_main import main; main()"
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

    :func:`listen` reads it; leaving the ``with`` block ends it.

    Attributes
    ----------
    waiting : int
        Submissions that it has been given and has not finished.
    collected, specs, wall
        What it told once about all submissions: the cases (also by id), and the wall.
    errors : list of str
        What went wrong beside the cases.
    interrupted : bool
        A signal ends it, whatever else it said.
    timed_out : bool
        It was silent for longer than ``silence_s`` while it had something to do.
    """

    def __init__(self, plan: GradingPlan, silence_s: float) -> None:
        self.errors: list[str] = []
        self.timed_out = self.interrupted = False
        self.started = time.monotonic()
        self._lap = 0.0
        self.wall: WallBuilt | None = None
        self.collected: Collected | None = None
        self.specs: dict[str, CaseSpec] = {}
        self.waiting = 0
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
        self._begun = False
        self._send(plan)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    # -- handing over -----------------------------------------------------

    def give(self, work: Work) -> None:
        """Hand over one submission."""
        if not self.waiting:
            self.heard = time.monotonic()
        if not self._begun:
            self._begun, self.started = True, time.monotonic()  # it may have waited, ready, for a long time
        self.waiting += 1
        self._send(work)

    def _send(self, message: Message) -> None:
        self._lines += encode(message)
        self._flush()

    def _flush(self) -> None:
        """Write what the pipe takes now."""
        try:
            while self._lines:
                self._lines = self._lines[os.write(self._in, self._lines) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._lines = b""  # it has ended already; reading its messages says why

    @property
    def sending(self) -> int | None:
        """The descriptor to wait for while something is left to write."""
        return self._in if self._lines else None

    # -- reading ----------------------------------------------------------

    def read(self) -> list[Message] | None:
        """Return the messages that have come, None at the end of the process."""
        data = os.read(self.out, _READ)
        if not data:
            return None
        self.heard = time.monotonic()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        try:
            messages = [decode(line) for line in lines]
        except MessageError as error:  # its memory or ours is damaged: whatever follows cannot be trusted
            self.errors.append(error.message)
            return None
        for message in messages:
            self._note(message)
        return messages

    def _note(self, message: Message) -> None:
        match message:
            case Failed(text):
                self.errors.append(text)
            case Interrupted(signal_name):
                self.interrupted = True
                self.errors.append(f"it was asked to end ({signal_name})")
            case WallBuilt():
                self.wall = message
            case Collected():
                self.collected = message
                self.specs = {spec.id: spec for spec in message.cases}
            case Used():
                self.waiting -= 1

    def pump(self) -> None:
        """Write on, and look whether it has been silent for too long."""
        self._flush()
        busy = self.waiting > 0 or self.collected is None
        if busy and time.monotonic() - self.heard > self.silence_s:
            self.timed_out = True

    def lap(self) -> float:
        """Return the seconds since the last call, or since the start: what one of many submissions took."""
        since, self._lap = max(self._lap, self.started), time.monotonic()
        return self._lap - since

    def why(self) -> str:
        """Say why it ended before its work was done."""
        if self.timed_out:
            return "the grader took too long and was ended"
        code = self._process.poll()
        how = f"the grader process was killed ({_signal(code)})" if code is not None and code < 0 else _ENDED
        said = next((line for text in reversed(self.errors) for line in reversed(text.splitlines()) if line), "")
        return f"{how}: {said}" if said else how

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
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self.stderr()
        self._stderr.close()


_ENDED = "the grader process ended before this case"


def _signal(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def listen(
    processes: Sequence[GraderProcess], timeout_s: float
) -> Iterator[tuple[GraderProcess, list[Message] | None]]:
    """Wait once for what the processes tell; yield (process, messages), or (process, None) for one that is over."""
    poll = select.poll()
    for process in processes:
        poll.register(process.out, select.POLLIN)
        if process.sending is not None:
            poll.register(process.sending, select.POLLOUT)
    ready = dict(poll.poll(int(timeout_s * 1000)))
    for process in processes:
        told = process.read() if process.out in ready else []
        process.pump()
        if told:
            yield process, told
        if told is None or process.timed_out:
            yield process, None
    if any(process.waiting > 1 for process in processes):
        time.sleep(_BREATH_S)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return kept | threads | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
