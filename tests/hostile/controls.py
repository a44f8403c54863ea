"""Run every attack where nothing holds it, to prove that it is one.

A program of its own (``python controls.py NAME…``): it loads NumPy, pytest and dlquiz once,
then forks one process for each attack, four at a time, each with a scratch folder and a
victim of its own. ``control: GRADER EFFECT`` in an attack's header says which careless grader
it is tried against, and what must come of it:

=========== ===========================================================================
``bare``    no grader: the attack alone in an ordinary process
``queue``   no grader: the same after ``leave_something_behind.py``, as in a class that one process grades
``script``  a script that imports the file, compares carelessly, and whose exit status counts
``unittest`` the same as unittest methods
``unpickle`` a parent that unpickles what the submission's process has pickled
``pytest``  plain pytest in the same process, with dlquiz's own cases (``benchmarks/plain_plugin.py``)
``naive``   our worker without its confinement, and a parent that believes every frame and
            every printed line, has no deadline, and counts nothing
``reader``  the raw output, and a sentence about the answer, as they would be shown to people
=========== ===========================================================================

Effects: ``succeeds`` (points, or evidence of what it got), ``ends`` (the grader stops before
all cases are graded), ``hangs`` (still running ``patience`` seconds after the attack began),
``breaks`` (a case that was right is lost), and what a reader would suffer.
"""

import atexit
import csv
import importlib.util
import io
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "benchmarks")]

import batch  # noqa: E402  beside this file

START_S = 20.0
"""A fork that has not even begun its attack by then never will."""
AT_ONCE = 4
KEPT = 80_000_000
ANNOUNCED = 64_000_000
"""A careless reader would allocate what a frame announces; above this we stop it."""
X = [[1.5, -2.0, 0.25], [3.0, 0.5, -1.0], [0.125, 4.0, -0.5], [2.0, -3.5, 1.0]]


# -- the careless graders; each runs in a fork and tells what it found --------------------


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("target", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["target"] = module
    spec.loader.exec_module(module)
    return module


def same(got: Any, want: Any) -> bool:
    """Compare as graders do who trust what they are given; any of the usual ways may be in use."""
    import numpy as np

    def asserted() -> bool:
        np.testing.assert_allclose(got, want)
        return True

    def rows_in_any_order() -> bool:
        return bool(np.array_equal(np.unique(got, axis=0), np.unique(want, axis=0)))

    for way in (
        lambda: np.all(got == want),
        lambda: np.allclose(got, want),
        asserted,
        lambda: not np.any(np.abs(got - want) > 1e-6),
        rows_in_any_order,
    ):
        with suppress(AssertionError, ValueError, TypeError):
            if way():
                return True
    return False


def questions() -> list[tuple[str, Any, Any]]:
    import numpy as np

    x = np.array(X)
    return [("double", x, 2 * x), ("mean", x[:, 0], float(np.mean(x[:, 0])))]


def bare(path: Path, say: Callable[[str], None]) -> None:
    say("begun")
    load(path).double(questions()[0][1])


def queue(path: Path, say: Callable[[str], None]) -> None:
    """What a grader does that runs one submission of a class after the other in its own process."""
    say("begun")
    x = questions()[0][1]
    load(HERE / "attacks/forgery/leave_something_behind.py").double(x)
    load(path).double(x)


def shown(path: Path, say: Callable[[str], None]) -> None:
    """What a report does that puts the names of a learner's things into its own sentences."""
    say("begun")
    answer = load(path).double(questions()[0][1])
    names = answer if isinstance(answer, dict) else getattr(getattr(answer, "dtype", None), "names", None)
    keys = f" with {', '.join(map(str, names))}" if names else ""
    sys.stdout.write(f"double(x) is a {type(answer).__name__}{keys}: {answer}\n")
    sys.stdout.flush()


def script(path: Path, say: Callable[[str], None]) -> None:
    say("begun")
    target, results = load(path), {}
    for name, x, want in questions():
        got = getattr(target, name)(x)
        outcome = "passed" if same(got, want) else "failed"
        results[name] = json.dumps(
            {"event": "case", "id": f"::test_{name}", "outcome": outcome, "got": got}, default=str
        )
        time.sleep(0.1)  # time for what an attack left behind to change what is said below
    for line in results.values():
        say(line)
    raise SystemExit(any("failed" in line for line in results.values()))


def unpickle(path: Path, say: Callable[[str], None]) -> None:
    """What a parent does that takes pickles from the process of a submission."""
    import pickle  # noqa: TID251  the mistake that this is about

    say("begun")
    pickle.loads(pickle.dumps(load(path).double(questions()[0][1])))


def with_unittest(path: Path, say: Callable[[str], None]) -> None:
    import unittest

    class Cases(unittest.TestCase):
        def test_double(self) -> None:
            target = load(path)
            for _, x, want in questions()[:1]:
                self.assertEqual(target.double(x).tolist(), want.tolist())  # noqa: PT009  patched ones are the point

        def test_mean(self) -> None:
            for _, x, want in questions()[1:]:
                self.assertAlmostEqual(load(path).mean(x), want)  # noqa: PT009  see above

    say("begun")
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Cases))
    lost = {case.id() for case, _ in [*result.failures, *result.errors]}
    for name in ("double", "mean"):
        failed = any(one.endswith(f"test_{name}") for one in lost)
        say(json.dumps({"event": "case", "id": f"::test_{name}", "outcome": "failed" if failed else "passed"}))


def with_pytest(path: Path, say: Callable[[str], None]) -> None:
    import pytest

    class Recorder:
        def pytest_runtest_logstart(self) -> None:
            say("begun")

        def pytest_keyboard_interrupt(self) -> None:
            say("begun")

        def pytest_internalerror(self) -> None:
            say("begun")

        def pytest_sessionfinish(self) -> None:
            say("begun")

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.when == "call" or report.failed:
                say(json.dumps({"event": "case", "id": report.nodeid, "outcome": report.outcome}))

    grader = str(HERE / "course/graders/target")
    status = pytest.main(
        [grader, "-q", "-s", "-p", "no:cacheprovider", "-p", "plain_plugin", "-c", os.devnull, "--noconftest",
         "--rootdir", grader, "--import-mode=importlib", "--tb=line", "--plain-submission", str(path)],
        plugins=[Recorder()],
    )  # fmt: skip
    raise SystemExit(int(status))


def naive(path: Path, say: Callable[[str], None]) -> None:
    """The parent of our own worker that checks nothing; the frames are those of ``dlquiz.sandbox.wire``."""
    from dlquiz.sandbox import wire, worker
    from dlquiz.sandbox.expr import Call, Get, Module

    say("begun")
    ours, theirs = socket.socketpair()
    if (pid := os.fork()) == 0:
        os.dup2(theirs.fileno(), 3)
        os.closerange(4, 4096)
        os.open(HERE / "course/graders/target/solution.py", os.O_RDONLY)  # the data of others
        worker.serve(socket.socket(fileno=3), {}, ("numpy",))
        os._exit(0)
    theirs.close()
    requests = [{"op": "load", "role": "submission", "name": "target", "source": path.read_bytes(), "seed": 1}]
    requests += [{"op": "eval", "expr": Call(Get(Module("submission"), name), (x,))} for name, x, _ in questions()]
    for number, message in enumerate(requests, 1):
        for part in wire.pack({**message, "id": number}):
            ours.sendall(part)
        reply = believed(ours)
        if number == 1:
            continue
        name, _, want = questions()[number - 2]
        value = reply.get("value")
        claims = (reply.get("outcome"), value if isinstance(value, str) else None, reply.get("error", {}).get("kind"))
        right = "passed" in claims or ("value" in reply and same(value, want))
        outcome = "passed" if right else "failed"
        say(json.dumps({"event": "case", "id": f"::test_{name}", "outcome": outcome}))
    ours.close()
    os.waitpid(pid, 0)


def believed(channel: socket.socket) -> dict[str, Any]:
    import msgpack

    head, body = struct.unpack("<IQ", exactly(channel, 12))
    if max(head, body) > ANNOUNCED:
        raise MemoryError(f"a frame of {max(head, body):,} bytes")
    tree = msgpack.unpackb(exactly(channel, head), strict_map_key=False)
    return plain(tree, io.BytesIO(exactly(channel, body)))


def exactly(channel: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        if not (more := channel.recv(min(size - len(data), 1 << 20))):
            raise EOFError("the worker has gone")
        data += more
    return data


def plain(tree: Any, body: io.BytesIO) -> Any:
    import numpy as np

    if not isinstance(tree, list):
        return tree
    tag, *rest = tree
    if tag == "d":
        return {key: plain(value, body) for key, value in zip(rest[::2], rest[1::2], strict=False)}
    if tag == "a":
        size = int(np.prod(rest[1])) * np.dtype(rest[0]).itemsize
        return np.frombuffer(body.read(size), dtype=rest[0]).reshape(rest[1])
    if tag == "l":
        return [plain(item, body) for item in rest]
    raise ValueError(f"nobody knows what to do with {tag!r}")


# -- the careless readers: is this text dangerous to show as it is? -----------------------


class _Tags(HTMLParser):
    found = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found |= tag in ("script", "img")


def _html(raw: bytes) -> bool:
    parser = _Tags()
    parser.feed(f"<pre>{raw.decode('utf-8', 'replace')}</pre>")
    return parser.found


def _formula(raw: bytes) -> bool:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([[line] for line in raw.decode("utf-8", "replace").splitlines()])
    return any(row and row[0][:1] in "=+@-" for row in csv.reader(io.StringIO(sheet.getvalue())) if row and row[0])


def _markup(raw: bytes) -> bool:
    from rich.errors import MarkupError
    from rich.text import Text

    text = raw.decode("utf-8", "replace")
    try:
        return Text.from_markup(text).plain != text
    except MarkupError:
        return True


def _not_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


READERS: dict[str, Callable[[bytes], bool]] = {
    "controls": lambda raw: any(byte < 32 and byte not in b"\t\n\r" for byte in raw),
    "direction": lambda raw: any(letter in raw.decode("utf-8", "replace") for letter in "\u202e\u2066\u2067\u200f"),
    "html": _html,
    "formula": _formula,
    "markup": _markup,
    "bytes": _not_text,
    "line": lambda raw: max(map(len, raw.split(b"\n"))) > 100_000,
    "marks": lambda raw: "\u0336\u0353\u0317\u033a" in raw.decode("utf-8", "replace"),
    "size": lambda raw: len(raw) > 5_000_000,
    "verdict": lambda raw: any(line.startswith(b"PASSED: all") for line in raw.splitlines()),
}

GRADERS: dict[str, Callable[[Path, Callable[[str], None]], None]] = {
    "bare": bare,
    "queue": queue,
    "reader": shown,
    "script": script,
    "unittest": with_unittest,
    "unpickle": unpickle,
    "pytest": with_pytest,
    "naive": naive,
}


# -- one fork for each ---------------------------------------------------------------------


class Trial:
    """One attack in a process group of its own, what it printed, and what its grader told."""

    def __init__(self, attack: Any, kind: str, places: dict[str, str], scratch: Path, secret: str) -> None:
        self.attack, self.kind = attack, kind
        self.out, self.told = bytearray(), bytearray()
        self.started = time.monotonic()
        self.status: int | None = None
        self.began: float | None = None
        scratch.mkdir()
        batch.furnish(scratch, secret)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listener.bind(str(scratch / "unix.sock"))
        self.victim = os.fork()
        if self.victim == 0:
            while True:
                signal.pause()
        path = scratch / "target.py"
        here = {**places, "SCRATCH": str(scratch), "VICTIM": str(self.victim)}
        path.write_bytes(batch.source(attack, here))
        self.out_fd, out = os.pipe()
        self.told_fd, told = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._child(path, out, told)
        os.close(out)
        os.close(told)
        os.set_blocking(self.out_fd, False)
        os.set_blocking(self.told_fd, False)

    def _child(self, path: Path, out: int, told: int) -> None:
        status = 1
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            # A net below the net: whatever an attack does, the machine stays usable.
            resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            os.chdir(path.parent)

            def say(line: str) -> None:
                os.write(told, line.encode() + b"\n")

            GRADERS[self.kind](path, say)
            status = 0
        except SystemExit as leave:
            status = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
        except BaseException:
            with suppress(BaseException):
                traceback.print_exc()
        # An ordinary end: threads are waited for, exit functions run.
        with suppress(BaseException):
            os.write(told, b"begun\n")
            threading._shutdown()
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)

    def read(self) -> None:
        for fd in (self.out_fd, self.told_fd):
            with suppress(BlockingIOError):
                while data := os.read(fd, 1 << 20):
                    kept = self.told if fd == self.told_fd else self.out
                    kept += data[: KEPT - len(kept)]
                    if fd == self.told_fd and b"begun\n" in data:
                        self.began = time.monotonic()  # it goes on: the clock starts again

    def over(self) -> bool:
        """Whether it has ended by itself, or our patience has."""
        self.read()
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.status = os.waitstatus_to_exitcode(status)
            self.read()
            return True
        now = time.monotonic()
        return now - self.started > START_S or (self.began is not None and now - self.began > self.attack.patience)

    def finish(self) -> tuple[str, str]:
        """End what is left of it; return the effect and what it said."""
        for end, pid in ((os.killpg, self.pid), (os.kill, self.pid), (os.kill, self.victim)):
            with suppress(ProcessLookupError, PermissionError):
                end(pid, signal.SIGKILL)
        if self.status is None:
            os.waitpid(self.pid, 0)
        os.waitpid(self.victim, 0)
        self.read()
        self._listener.close()
        for fd in (self.out_fd, self.told_fd):
            os.close(fd)
        return self._effect(), self.out[-600:].decode("utf-8", "replace")

    def _effect(self) -> str:
        if self.kind == "reader":
            name = self.attack.control.split()[1]
            return name if READERS[name](bytes(self.out)) else "nothing"
        if b"BREACH" in self.out:
            return "succeeds"
        outcomes = dict(_claims(self.out) if self.kind == "naive" else ())
        for case, outcome in _claims(self.told):
            outcomes[case] = "passed" if "passed" in (outcome, outcomes.get(case)) else outcome
        if outcomes.get("double") == "passed":
            return "succeeds"
        if self.kind == "script" and self.status == 0:
            return "succeeds"  # an exit status of 0 is all that many graders look at
        if self.status is None:
            return "hangs"
        if outcomes.keys() != {"double", "mean"}:
            return "ends"
        return "nothing" if outcomes["mean"] == "passed" else "breaks"


def _claims(text: bytes | bytearray) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            event = json.loads(line)
            if event["event"] == "case":
                found.append((event["id"].rpartition("::test_")[2], event["outcome"]))
    return found


def run(chosen: list[Any], kind: str | None = None) -> dict[str, tuple[str, str]]:
    """Try every attack; name → effect and last words. ``kind`` overrides the header's grader."""
    for name in (
        "msgpack", "numpy", "plain_plugin", "pytest", "rich.text", "yaml", "dlquiz.grading", "dlquiz.sandbox.worker",
    ):  # fmt: skip
        importlib.import_module(name)  # or every fork would pay for it
    root = Path(tempfile.mkdtemp(prefix="dlq"))  # short: a unix socket's path has 108 letters
    batch.adopt_orphans()
    results: dict[str, tuple[str, str]] = {}
    waiting, running = list(chosen), []
    try:
        with batch.witness(root / "scene") as seen, selectors.DefaultSelector() as pause:
            places = {**seen.places(), "REPLAY": "{}"}
            while waiting or running:
                while waiting and len(running) < AT_ONCE:
                    one = waiting.pop(0)
                    trial = Trial(one, kind or one.control.split()[0], places, root / one.name, seen.secret)
                    running.append(trial)
                pause.select(0.01)
                for trial in [one for one in running if one.over()]:
                    running.remove(trial)
                    results[trial.attack.name] = trial.finish()
                    _reap_orphans({one.pid for one in running} | {one.victim for one in running}, seen.victim.pid)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return results


def _reap_orphans(ours: set[int], victim: int) -> None:
    """Nothing that an attack started outlives it."""
    import psutil

    for child in psutil.Process().children():
        if child.pid not in ours and child.pid != victim and os.getsid(child.pid) not in ours | {os.getsid(0)}:
            with suppress(psutil.Error):
                child.kill()
    with suppress(ChildProcessError):
        for pid in [one.pid for one in psutil.Process().children() if one.status() == psutil.STATUS_ZOMBIE]:
            if pid not in ours and pid != victim:
                os.waitpid(pid, os.WNOHANG)


if __name__ == "__main__":
    wanted = [one for one in batch.attacks() if one.tried and (len(sys.argv) < 2 or one.name in sys.argv[1:])]
    print(json.dumps(run(wanted)))
