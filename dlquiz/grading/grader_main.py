"""The grader process: trusted, runs pytest, streams what it finds as messages.

It is a process of its own so that an endless loop in a grader can be ended from
outside, an edited grader is always fresh, and reports are written by a process
that runs no test. The plan and the submissions come in on stdin; messages go out on
the descriptor that was stdout, before anything can print to it.
"""

import gc
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from dlquiz.grading.messages import GradingPlan, Message, Work
    from dlquiz.grading.session import Session

_PLUGINS_OFF = (
    "terminal", "cacheprovider", "doctest", "junitxml", "pastebin", "stepwise", "setuponly", "setupplan", "debugging",
    "faulthandler", "unraisableexception", "threadexception", "logging", "unittest", "subtests", "legacypath",
    "capture", "warnings", "recwarn",
)  # fmt: skip
"""Costs 0.3 ms a case and says nothing here; helpconfig cannot be switched off."""
_READ = 1 << 16


def main() -> None:
    """Read a plan (one line), run its cases for each submission (a line each), tell the results.

    Exits with 0, or with 4 after a message that says why.
    """
    channel = Channel(os.fdopen(os.dup(1), "wb", buffering=0))
    os.dup2(2, 1)
    _die_with_parent(int(sys.argv[1]))
    sys.dont_write_bytecode = True
    status = 4
    gc.disable()  # until everything is imported: what lives then lives to the end
    try:
        # First of all the server: it imports its packages beside everything that we import.
        from dlquiz.sandbox.bootstrap import start_early

        start_early()
        # Before the plan is there: whoever starts us early gets it for nothing.
        import dlquiz.grading.session  # noqa: F401  it imports what every grading needs

        channel.end_on(signal.SIGINT, signal.SIGTERM)
        if line := _first_line():
            status = _run(channel.read(line), channel)
    except SignalReceived as asked:
        channel.failed(str(asked))
    except Exception as error:  # noqa: BLE001  the parent turns it into a machine fault
        channel.failed(f"{type(error).__name__}: {error}")
    # Nothing that an imported grader registered runs at the exit.
    os._exit(status)


def _first_line() -> bytes:
    """Read byte by byte: what follows belongs to :func:`_works`."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line


class SignalReceived(BaseException):
    """Somebody asked this process to end. Not an Exception: a grader's ``except Exception`` must not stop it."""


class Channel:
    """The pipe to the parent, one message a line."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._asked = ""  # the signal that ends this process

    def end_on(self, *numbers: signal.Signals) -> None:
        """Raise SignalReceived where this process is when one of these signals comes."""

        def asked_to_end(number: int, _frame: object) -> None:
            signal.signal(number, signal.SIG_IGN)  # once is enough
            self._asked = signal.Signals(number).name
            raise SignalReceived(self._asked)

        for number in numbers:
            signal.signal(number, asked_to_end)

    def tell(self, message: "Message") -> None:
        """Send one message; it is on its way when this returns."""
        from dlquiz.grading.messages import encode

        line = memoryview(encode(message))
        while line:  # a signal can cut a write short
            line = line[self._out.write(line) :]

    def failed(self, text: str) -> None:
        """Say that something went wrong that is no case's.

        After a signal it is the signal's fault, whatever was met: pytest takes one that comes while the graders are
        imported for an error of theirs.
        """
        from dlquiz.grading.messages import Failed, Interrupted

        self.tell(Interrupted(self._asked) if self._asked else Failed(text))

    @staticmethod
    def read(line: bytes) -> Any:
        """Return the message of a line of the parent's."""
        from dlquiz.grading.messages import decode

        return decode(line)


def _run(plan: "GradingPlan", channel: Channel) -> int:
    from dlquiz.grading.session import Session

    session = Session(plan, channel.tell)
    try:
        import pytest

        from dlquiz.grading import batch_loop, plugin
        from dlquiz.grading.watchdog import limit_grader

        limit_grader()
        arguments = [
            plan.grader, "-c", os.devnull, "--noconftest", "--rootdir", plan.grader, "--confcutdir", plan.grader,
            "--import-mode=importlib", *(part for name in _PLUGINS_OFF for part in ("-p", f"no:{name}")),
        ]  # fmt: skip
        plugins = [_Listener(session, channel), plugin, batch_loop.BatchLoop(session, _works(channel, session.settle))]
        code = int(pytest.main(arguments, plugins=plugins))
        return 0 if code in (0, 1) else 4
    finally:
        session.close()


class _Listener:
    """Gives pytest the prepared session, and passes on what goes wrong before a case runs."""

    def __init__(self, session: "Session", channel: Channel) -> None:
        self._session = session
        self._channel = channel

    def pytest_configure(self, config: Any) -> None:
        from dlquiz.grading.case_item import session_key

        config.stash[session_key] = self._session

    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        """Return as little as pytest needs to go on: what people read goes out as a message.

        pytest's own report draws a traceback and parses the grader's sources for it,
        which took half of the time of a warm server.
        """
        import pytest

        error = call.excinfo.value if call.excinfo is not None else None
        outcome = "passed" if error is None else "skipped" if isinstance(error, pytest.skip.Exception) else "failed"
        return pytest.TestReport(item.nodeid, (str(item.path), None, item.name), {}, outcome, None, call.when)  # type: ignore[arg-type]  # pytest's own reports have no longrepr for a pass, either

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._channel.failed(str(report.longrepr)[-3000:])

    def pytest_internalerror(self, excrepr: Any) -> None:
        self._channel.failed(str(excrepr)[-3000:])

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        """Pytest ends a run for KeyboardInterrupt, and for ``pytest.exit``, which the plugin calls with a reason."""
        self._channel.failed(str(excinfo.value) or "the grader was interrupted")


def _works(channel: Channel, idle: Callable[[], None]) -> "Iterator[Work]":
    """Yield submissions as they are handed over, until nobody will send another.

    ``idle`` is called before a wait: what the last submission has used must not be told only with the next one.
    """
    waiting = select.poll()
    waiting.register(0, select.POLLIN)
    rest = b""
    while True:
        *lines, rest = rest.split(b"\n")
        for line in lines:
            yield channel.read(line)
        if not waiting.poll(0):
            idle()
        data = os.read(0, _READ)
        if not data:
            return
        rest += data


def _die_with_parent(parent: int) -> None:
    """End with the command line, whatever ends it."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGKILL)
        # Not dumpable: also at level process nobody of the same user reads our memory or environment.
        libc.prctl(4, 0)
    if os.getppid() != parent:
        os._exit(4)
