"""The grader process: trusted, short-lived, runs pytest, streams results as JSON lines.

It is a process of its own so that an endless loop in a grader can be ended from
outside, an edited grader is always fresh, and reports are written by a process
that runs no test. The plan comes in on stdin; results go out on the descriptor
that was stdout, before anything can print to it.
"""

import base64
import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_PLUGINS_OFF = (
    "terminal", "cacheprovider", "doctest", "junitxml", "pastebin", "stepwise", "setuponly", "setupplan", "debugging",
    "faulthandler", "unraisableexception", "threadexception", "logging", "unittest", "subtests", "legacypath",
    "capture", "warnings", "recwarn",
)  # fmt: skip
"""Costs 0.3 ms a case and says nothing here; helpconfig cannot be switched off."""


def main() -> None:
    """Read a plan (one line), run its cases for each submission (a line each), tell the results.

    Exits with 0, or with 4 after an ``error`` event.
    """
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _die_with_parent(int(sys.argv[1]))
    sys.dont_write_bytecode = True
    status = 4
    gc.disable()  # until everything is imported: what lives then lives to the end
    try:
        # First of all the server: it imports its packages beside everything that we import.
        from dlquiz.sandbox.start import start_early

        start_early()
        # Before the plan is there: whoever starts us early gets it for nothing.
        import dlquiz.grading.session  # noqa: F401

        status = _run(json.loads(sys.stdin.readline()), results)
    except Exception as error:  # noqa: BLE001  the parent turns it into a machine fault
        _tell(results, {"event": "error", "text": f"{type(error).__name__}: {error}"})
    results.flush()
    # Nothing that an imported grader registered runs at the exit.
    os._exit(status)


def _tell(stream: IO[str], event: dict[str, Any]) -> None:
    stream.write(json.dumps(event) + "\n")
    stream.flush()


def _run(request: dict[str, Any], results: IO[str]) -> int:
    from dlquiz.grading.session import Session

    def tell(event: dict[str, Any]) -> None:
        _tell(results, event)

    session = Session(_plan(request), tell)
    try:
        import pytest

        from dlquiz.grading import loop, plugin

        folder = request["grader"]
        arguments = [
            folder, "-c", os.devnull, "--noconftest", "--rootdir", folder, "--confcutdir", folder,
            "--import-mode=importlib", *(part for name in _PLUGINS_OFF for part in ("-p", f"no:{name}")),
        ]  # fmt: skip
        listener = _Listener(session, tell)
        code = int(pytest.main(arguments, plugins=[listener, plugin, loop.Loop(session, _works(request["module"]))]))
        tell({"event": "end", "code": code})
        return 0 if code in (0, 1) else 4
    finally:
        session.close()


class _Listener:
    """Gives pytest the prepared session, and passes on what goes wrong before a case runs."""

    def __init__(self, session: Any, tell: Any) -> None:
        self._session = session
        self._tell = tell

    def pytest_configure(self, config: Any) -> None:
        from dlquiz.grading.plugin import session_key

        config.stash[session_key] = self._session

    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        """Return as little as pytest needs to go on: what people read goes out as an event.

        pytest's own report draws a traceback and parses the grader's sources for it,
        which took half of the time of a warm server.
        """
        import pytest

        error = call.excinfo.value if call.excinfo is not None else None
        outcome = "passed" if error is None else "skipped" if isinstance(error, pytest.skip.Exception) else "failed"
        return pytest.TestReport(item.nodeid, (str(item.path), None, item.name), {}, outcome, None, call.when)  # type: ignore[arg-type]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._tell({"event": "error", "text": str(report.longrepr)[-3000:]})

    def pytest_internalerror(self, excrepr: Any) -> None:
        self._tell({"event": "error", "text": str(excrepr)[-3000:]})

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        self._tell({"event": "error", "text": str(excinfo.value)})


def _works(module: str) -> Iterator[Any]:
    """Yield submissions as they are handed over, until nobody will send another."""
    from dlquiz.grading.session import Work

    for line in sys.stdin:
        work = json.loads(line)
        yield Work(_source(work, module), work["seed"])


def _source(work: dict[str, Any], module: str) -> Any:
    from dlquiz.grading.side import Source
    from dlquiz.submission import Module

    modules = tuple(Module(name, file, base64.b64decode(text)) for name, file, text in work["modules"])
    return Source(module, base64.b64decode(work["source"]), work["file"], modules, tuple(work["cells"]))


def _plan(request: dict[str, Any]) -> Any:
    from dlquiz.grading.budget import Budget
    from dlquiz.grading.session import Plan

    return Plan(
        grader=Path(request["grader"]),
        packages=tuple(request["packages"]),
        module=request["module"],
        budget=Budget(**request["budget"]),
        works=None,
        expected=request["expected"],
        data_name=request["data_name"],
        data_settings=request["data_settings"],
        isolation=request["isolation"],
        forbidden=tuple(request["forbidden"]),
        case=request["case"],
    )


def _die_with_parent(parent: int) -> None:
    """End with the command line, whatever ends it."""
    if sys.platform == "linux":
        import ctypes
        import signal

        libc = ctypes.CDLL(None)
        libc.prctl(1, signal.SIGKILL)
        # Not dumpable: also at level process nobody of the same user reads our memory or environment.
        libc.prctl(4, 0)
    if os.getppid() != parent:
        os._exit(4)
