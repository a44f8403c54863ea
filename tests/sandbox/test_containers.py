"""Containers that forbid what the wall is made of: real filters around the real command line (``forbid.py``).

Never a traceback, never a silent ``kernel``, and what is left of the wall holds. Each as whoever runs the tests
and, if that is root, one of each kind as an ordinary user as well: of system calls that have nothing to do with
somebody's rights, one shows what the others do.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dlquiz.content.course import builtin_course
from dlquiz.sandbox import landlock

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("kernel")]
_HERE = Path(__file__).parent


def _load(stem: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"sandbox_{stem}", _HERE / f"{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


forbid = _load("forbid")
gone = _load("test_server").gone
installed = _load("test_identity").installed  # the fixture: an install that ``nobody`` can read

ORDINARY = 65533
READING = {"read a file", "read the solution"}
NO_FILTER = {"change a mode", "start a process", "make a socket", "send a datagram"}
NO_FILTER |= {"open a connection"} if landlock.abi() < 4 else set()
NO_FILTER |= {"signal the server"} if landlock.abi() < 6 else set()
EVERYTHING = {
    *READING, *NO_FILTER, "create a file", "empty a file", "delete a file", "run a program", "open a connection",
    "signal the server",
}  # fmt: skip
LANDLOCK = {
    "landlock-enosys": "Landlock is missing in this kernel, or the container hides it",
    "landlock-eperm": "Landlock's system calls are refused",
    "landlock-off": "Landlock is built into this kernel, but switched off",
    "landlock-no-rules": "Landlock's system calls are refused",
    "landlock-no-end": "Landlock's system calls are refused",
}
SECCOMP = {"seccomp-eperm": "seccomp filters are refused", "seccomp-einval": "seccomp filters are refused"}
BELOW = {**LANDLOCK, **SECCOMP, "neither": "seccomp filters are refused"}
"""Variant → why the level is ``process``."""
WHOLE = {"nothing", "no-memfd", "no-close-range", "no-clone3", "no-ptrace", "no-setuid"}
"""dlquiz finds another way."""
NOTHING = {
    "no-pidfd": "pidfd_open or pidfd_send_signal is refused",
    "no-pidfd-signal": "pidfd_open or pidfd_send_signal is refused",
    "no-prlimit": "prlimit64 is refused",
    "no-prctl": "prctl is refused",
}
"""Variant → why nothing is graded: workers could not be held, limited or stripped of rights."""
ORDINARY_TOO = {
    "nothing",
    "no-setuid",
    "no-ptrace",
    "landlock-eperm",
    "seccomp-eperm",
    "neither",
    "no-prctl",
    "no-pidfd",
}

ATTACK = """
import os, socket

def _run():
    if (pid := os.fork()) == 0:
        try:
            os.execv("/bin/true", ["true"])
        finally:
            os._exit(77)
    if os.waitpid(pid, 0)[1]:
        raise OSError("it did not run")

def _start():
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def _connect():
    try:
        socket.socket().connect(("127.0.0.1", 9))
    except ConnectionRefusedError:
        pass  # nobody listens there, but the question got out

def _ancestors():
    pid = os.getpid()
    while (pid := int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])) > 1:
        command = open(f"/proc/{pid}/cmdline").read()
        if "dlquiz" not in command:
            return
        yield pid

def _open(name):
    opened = 0
    for pid in list(_ancestors())[1:]:  # the first is the server, which holds nothing
        try:
            open(f"/proc/{pid}/{name}", "rb").close()
        except OSError:
            continue
        opened += 1
    if not opened:
        raise OSError("closed")

_TRIES = {
    "read a file": lambda: os.read(os.open("@PLACE@/secret", os.O_RDONLY), 9),
    "read the solution": lambda: os.read(os.open(@SOLUTION@, os.O_RDONLY), 9),
    "create a file": lambda: os.open("@PLACE@/new", os.O_WRONLY | os.O_CREAT),
    "fill a file": lambda: os.write(os.open("@PLACE@/full", os.O_WRONLY | os.O_CREAT), b"x"),
    "empty a file": lambda: os.truncate("@PLACE@/victim", 0),
    "delete a file": lambda: os.unlink("@PLACE@/other"),
    "change a mode": lambda: os.chmod("@PLACE@/mine", 0o640),
    "start a process": _start,
    "run a program": _run,
    "make a socket": lambda: socket.socket().close(),
    "send a datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    "open a connection": _connect,
    "signal the server": lambda: os.kill(os.getppid(), 0),
    "read the environment of dlquiz": lambda: _open("environ"),
    "read the memory of dlquiz": lambda: _open("mem"),
}
_THROUGH = []
for _name, _attempt in _TRIES.items():
    try:
        _attempt()
    except OSError:
        continue
    _THROUGH.append(_name)
_honest = flatten

def flatten(*args, **kwargs):
    print("THROUGH:", "; ".join(_THROUGH))
    return _honest(*args, **kwargs)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder in which everybody may do everything; in /tmp, for pytest's own is closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="dlquiz-container-"))
    folder.chmod(0o777)
    for name in ("secret", "victim", "other", "mine"):
        (folder / name).write_text("as it was")
        (folder / name).chmod(0o666)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def container(request: pytest.FixtureRequest, place: Path) -> "Container":
    """The command line as whoever runs the tests, and as an ordinary user."""
    python, who, course = sys.executable, {}, builtin_course()
    if getattr(request, "param", "us") == "ordinary":
        found, who = request.getfixturevalue("installed")
        python = str(found)
        course = next(found.parents[1].glob("lib/python*/site-packages/dlquiz/_course"))
        # Not ``nobody``: other tests count that user's processes while they run.
        who = {**who, "user": ORDINARY, "group": ORDINARY}
        os.chown(place / "mine", who["user"], who["group"])
    state = place / "state"
    state.mkdir()
    state.chmod(0o777)
    env = {**(who.get("env") or os.environ), "DLQUIZ_STATE": str(state), "HOME": str(state)}
    solution = course / "graders/exercise1/solution.py"
    text = ATTACK.replace("@PLACE@", str(place)).replace("@SOLUTION@", repr(str(solution)))
    (place / "work.py").write_text(solution.read_text("utf-8") + text, "utf-8")
    return Container(python, who, env, state, place)


def by_both(variants: Iterable[str]) -> pytest.MarkDecorator:
    """Every variant as us, and those of ``ORDINARY_TOO`` as an ordinary user as well."""
    who = [("us", one) for one in variants]
    who += [("ordinary", one) for _, one in who if one in ORDINARY_TOO]
    names = [f"{user}-{variant}" for user, variant in who]
    return pytest.mark.parametrize(("container", "variant"), who, indirect=["container"], ids=names)


@dataclass
class Container:
    """A command line inside a container that forbids system calls, and a folder that a submission could harm."""

    python: str
    who: dict[str, Any]
    env: dict[str, str]
    state: Path
    place: Path

    def run(self, variant: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run ``dlquiz`` under the filter of ``variant``."""
        source = (_HERE / "forbid.py").read_text("utf-8")
        done = subprocess.run(
            [self.python, "-c", source, variant, self.python, "-m", "dlquiz", *words],
            **{**self.who, "cwd": self.state, "env": self.env}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        return done

    def grade(self, variant: str, *words: str) -> tuple["subprocess.CompletedProcess[str]", dict[str, Any]]:
        """Grade a right solution that also tries to break out."""
        done = self.run(variant, "grade", "exercise1", "--json", *words, "--file", str(self.place / "work.py"))
        return done, json.loads(done.stdout)


def through(report: dict[str, Any]) -> set[str]:
    """Return what got through, as the submission says in every case that calls ``flatten``."""
    lines = {line for case in report["cases"] for line in case["output"].splitlines() if line.startswith("THROUGH:")}
    assert len(lines) == 1, lines
    return set(filter(None, lines.pop().removeprefix("THROUGH:").strip().split("; ")))


@by_both([*sorted(WHOLE), *BELOW])
def test_what_a_container_leaves_of_the_wall_holds(variant: str, container: Container) -> None:
    done, report = container.grade(variant)
    assert (done.returncode, report["outcome"], report["complete"]) == (0, "passed", True)
    open_ = READING if variant in LANDLOCK else NO_FILTER if variant in SECCOMP else set()
    assert through(report) == (EVERYTHING if variant == "neither" else open_)
    assert report["isolation"] == ("process" if variant in BELOW else "kernel")
    assert any(BELOW.get(variant, "") in note for note in report["notes"] or [""])
    full = container.place / "full"
    assert not full.exists() or full.stat().st_size == 0  # the limit on files holds always


@by_both(["landlock-eperm", "landlock-no-end", "seccomp-eperm", "neither"])
def test_demanding_kernel_in_such_a_container_is_refused(variant: str, container: Container) -> None:
    """Once, before anything of the submission runs."""
    done = container.run(
        variant, "grade", "exercise1", "--isolation", "kernel", "--file", str(container.place / "work.py")
    )
    assert done.returncode == 4
    assert "THROUGH" not in done.stdout + done.stderr, "the submission ran"
    assert "points" not in done.stdout
    assert BELOW[variant] in " ".join(done.stderr.split())
    assert "dlquiz doctor" in done.stderr


@by_both(sorted(NOTHING))
def test_where_workers_cannot_be_held_nothing_is_graded(variant: str, container: Container) -> None:
    done, report = container.grade(variant)
    assert (done.returncode, report["outcome"], report["isolation"]) == (4, "broken", "process")
    assert "THROUGH" not in done.stdout, "the submission ran"
    assert all(NOTHING[variant] in case["message"] for case in report["cases"])
    assert "dlquiz doctor" in done.stderr


@by_both(["nothing", "landlock-eperm", "seccomp-einval", "neither", *sorted(NOTHING)])
def test_the_doctor_says_what_the_container_forbids(variant: str, container: Container) -> None:
    done = container.run(variant, "doctor", "--json")
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    if variant in NOTHING:
        assert done.returncode == 1, "something that dlquiz needs is missing"
        assert NOTHING[variant] in checks["sandbox"]["detail"]
        assert "seccomp profile" in checks["sandbox"]["fix"]
        return
    assert "sandbox" not in checks
    assert checks["isolation"]["ok"] == (variant == "nothing")
    assert BELOW.get(variant, "every forbidden thing was refused") in checks["isolation"]["detail"]
    assert bool(checks["isolation"]["fix"]) == (variant != "nothing")
    assert checks["Landlock"]["ok"] == (variant not in {*LANDLOCK, "neither"})
    assert checks["seccomp"]["ok"] == (variant not in {*SECCOMP, "neither"})


@pytest.mark.parametrize("container", ["us", "ordinary"], indirect=True)
def test_a_process_that_was_started_ends_with_its_worker(container: Container) -> None:
    """Without a filter a submission can start processes; those that stay in its group do not outlive it."""
    work, told = container.place / "work.py", container.place / "told"
    honest = work.read_text("utf-8").partition("import os, socket")[0]
    # No byte may be written to a file, but a name may be: a link that says which process it is.
    started = (
        "import os, time\n"
        f"if os.fork() == 0:\n    os.symlink(str(os.getpid()), {str(told)!r})\n    time.sleep(60)\n"
        f"while not os.path.islink({str(told)!r}):\n    time.sleep(0.01)\n"
    )
    work.write_text(honest + started, "utf-8")
    done, report = container.grade("neither")
    assert (done.returncode, report["outcome"]) == (0, "passed")
    pid = int(str(told.readlink()))
    assert gone(pid)


def test_root_that_cannot_give_up_its_rights_grades_nothing() -> None:
    """Capabilities go with another identity, or by ``capset``; where neither is possible, nothing may run."""
    code = (
        "from dlquiz.sandbox import bootstrap\n"
        "from dlquiz.sandbox.fork_server import ForkServer\n"
        "bootstrap._identity = lambda: ('root', None)\n"
        "with ForkServer() as server:\n"
        "    try: print(server.wall)\n"
        "    except Exception as error: print('REFUSED', error)\n"
    )
    command = [sys.executable, str(_HERE / "forbid.py"), "no-capset", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL)
    if os.geteuid() == 0:
        assert "REFUSED" in done.stdout
        assert "the rights of root cannot be given up" in done.stdout
    else:
        assert "kernel=True" in done.stdout, "who has no rights need not give them up"


def test_every_variant_is_used() -> None:
    assert {*WHOLE, *BELOW, *NOTHING, "no-capset"} == set(forbid.VARIANTS)
