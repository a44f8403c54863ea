"""Grade every attack through the real path, with witnesses outside: a listener, a victim process, a scratch folder.

Importable by the tests, and a program of its own (``python batch.py SCRATCH LEVEL``) for
the runs as another user and for the control run without the wall.

Conventions of an attack file, ``attacks/GROUP/NAME.py``:

* the docstring's first line says what is tried; the lines after it name

  - ``item:`` what of the list in ``test_attacks.py`` it covers; several with ``;``
  - ``cause:`` what the report must say; several with ``|``, ``none`` for an ordinary wrong value
  - ``control:`` the careless grader of ``controls.py`` and what it must suffer, or ``none, because ...``
  - ``patience:`` seconds until the control counts as hanging
  - ``earns:`` points besides the attacked case, 1 unless the file never loads; several with ``|``
    where it is a race that the attack can only lose
  - ``level: kernel`` if it is not promised below
* ``attack()`` returns evidence if it got through; it is called by a ``double`` that the
  batch adds unless the file defines its own;
* ``@NAME@`` stands for a path, port or process of the run; ``# prelude`` is replaced by
  ``prelude.py``, which finds the descriptor of the channel.
"""

import ctypes
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SECRET_VARIABLE = "DLQUIZ_TEST_SECRET"
SECRET_PREFIX = "dlq" + "secret-"
_TAIL = """

def double(x):
    evidence = attack()
    print("BREACH", str(evidence)[:300])
    return x
"""
_MEAN = """

def mean(x):
    return float(sum(x) / len(x))
"""


GROUPS = ("forgery", "reading", "writing", "resources", "reader")


@dataclass(frozen=True)
class Attack:
    """One attack file and what must come of it."""

    name: str
    group: str
    title: str
    text: str
    items: tuple[str, ...] = ()
    causes: tuple[str, ...] = ("none",)
    control: str = "none"
    patience: float = 1.0
    earns: tuple[float, ...] = (1,)
    level: str = "process"

    @property
    def endless(self) -> bool:
        """Whether it may go on until its time is over."""
        return "timeout" in self.causes

    @property
    def tried(self) -> bool:
        """Whether there is a control among those of ``controls.py``."""
        return self.control.partition(" ")[0] in (
            "bare", "queue", "script", "unittest", "unpickle", "pytest", "naive", "reader",
        )  # fmt: skip


def attacks() -> list[Attack]:
    """Return every attack, by name."""
    return [_read(path) for group in GROUPS for path in sorted((HERE / "attacks" / group).glob("*.py"))]


def _read(path: Path) -> Attack:
    text = path.read_text("utf-8")
    doc = text.split('"""')[1].strip().splitlines()
    notes = dict(line.split(": ", 1) for line in doc[1:] if ": " in line)
    return Attack(
        name=path.stem,
        group=path.parent.name,
        title=doc[0],
        text=text,
        items=tuple(notes["item"].split("; ")),
        causes=tuple(notes["cause"].split("|")),
        control=notes["control"],
        patience=float(notes.get("patience", 1.0)),
        earns=tuple(map(float, notes.get("earns", "1").split("|"))),
        level=notes.get("level", "process"),
    )


@dataclass
class Witness:
    """What stands outside the wall and would notice."""

    scratch: Path
    secret: str
    victim: "subprocess.Popen[bytes]"
    listeners: list[socket.socket] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def places(self) -> dict[str, str]:
        """What ``@NAME@`` stands for."""
        tcp, udp, _ = self.listeners
        return {
            "SCRATCH": str(self.scratch),
            "VICTIM": str(self.victim.pid),
            "GRADER": str(os.getpid()),
            "TCP": str(tcp.getsockname()[1]),
            "UDP": str(udp.getsockname()[1]),
            "SOLUTION": str(HERE / "course/graders/target/solution.py"),
            "COURSE": str(HERE / "course"),
            "PACKAGE": str(Path(importlib.util.find_spec("dlquiz").origin).parent),
        }

    def state(self) -> dict[str, Any]:
        """What must be the same before and after."""
        files = {}
        for path in sorted(self.scratch.rglob("*")):
            facts = path.lstat()
            if not path.is_socket():
                files[str(path)] = (facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_uid, facts.st_nlink)
        return {
            "files": files,
            "heard": list(self.heard),
            "victim": self.victim.poll(),
            "nice": os.getpriority(0, self.victim.pid),
            "affinity": sorted(os.sched_getaffinity(self.victim.pid)),
            "segments": _segments(),
        }


def _segments() -> list[str]:
    path = Path("/proc/sysvipc/shm")
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    # Those of the size that the attacks ask for: other programs of this machine have segments, too.
    shm = [line.split()[1] for line in lines if line.split()[3] == str(1 << 20)]
    folders = [Path(name) for name in ("/dev/shm", "/tmp", "/var/tmp")]
    return shm + sorted(str(path) for folder in folders if folder.is_dir() for path in folder.glob("dlquiz-attack*"))


@contextmanager
def witness(scratch: Path) -> Iterator[Witness]:
    """Set the scene: a secret, files to spoil, a process to hit, and listeners on the loopback interface."""
    scratch.mkdir(parents=True, exist_ok=True)
    secret = SECRET_PREFIX + secrets.token_hex(16)
    furnish(scratch, secret)
    victim = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(600)"])
    found = Witness(scratch, secret, victim, _listeners(scratch))
    threads = [threading.Thread(target=_listen, args=(one, found.heard), daemon=True) for one in found.listeners]
    for thread in threads:
        thread.start()
    os.environ[SECRET_VARIABLE] = secret
    try:
        yield found
    finally:
        del os.environ[SECRET_VARIABLE]
        victim.kill()
        victim.wait()
        for one in found.listeners:
            # Closing does not wake a thread that waits in accept; shutting down does.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in threads:
            thread.join(2)


def furnish(scratch: Path, secret: str) -> None:
    """Lay out what a submission must not read or change."""
    for name in (
        "secret.txt", "work.py", "victim.txt", "home/.netrc", "home/.ssh/id_rsa", "submissions/somebody/target.py",
        "workspace/target/target.py", "workspace/.dlquiz/progress.sqlite3", "reports/somebody.json",
        "site-packages/numpy/__init__.py", "data/labels.npy",
    ):  # fmt: skip
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).write_text(f"a file of the learner's: {secret}\n")
    (scratch / "empty").mkdir(exist_ok=True)


def _listeners(scratch: Path) -> list[socket.socket]:
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    unix.bind(str(scratch / "unix.sock"))
    return [tcp, udp, unix]


def _listen(one: socket.socket, heard: list[str]) -> None:
    one.settimeout(0.2)
    while one.fileno() >= 0:
        try:
            if one.type == socket.SOCK_STREAM:
                connection, _ = one.accept()
                connection.close()
                heard.append("a connection")
            elif one.recv(64):
                heard.append(f"a datagram ({one.family.name})")
        except TimeoutError:
            continue
        except OSError:
            return


def source(attack: Attack, places: dict[str, str]) -> bytes:
    """Return the submission: the attack with its places filled in, and what it does not define itself."""
    text = attack.text.replace("# prelude", (HERE / "prelude.py").read_text("utf-8"))
    for name, value in places.items():
        text = text.replace(f"@{name}@", value)
    text += _TAIL if "\ndef double" not in text else ""
    text += _MEAN if "\ndef mean" not in text else ""
    return text.encode()


_RECORDER = """
def double(x):
    print("INPUT", x.tobytes().hex())
    return x
"""
_EARLIER = 20261120
"""The seed of an earlier grading, whose report is public to its learner."""


def replay_table(level: str) -> str:
    """Return a table of inputs and right answers of an earlier grading, as a learner can make it from its report."""
    import struct

    report = grade([Attack("recorder", "forgery", "", _RECORDER)], {}, level, seed=_EARLIER)["recorder"]
    shown = " ".join(case["output"] for case in report["cases"]).split()
    known = bytes.fromhex(shown[shown.index("INPUT") + 1])
    numbers = struct.unpack(f"<{len(known) // 8}d", known)
    return repr({known.hex(): struct.pack(f"<{len(numbers)}d", *(2 * one for one in numbers)).hex()})


def grade(
    chosen: list[Attack],
    places: dict[str, str],
    level: str,
    folder: Path = HERE / "course",
    seed: int | None = None,
) -> dict[str, Any]:
    """Grade the attacks one after the other through one warm server; name → report as a plain document."""
    from dlquiz.content.course import load_course
    from dlquiz.grading.run import grade_many, in_order
    from dlquiz.submission import submission_from_bytes

    works = [submission_from_bytes(source(one, places), name=f"{one.name}.py", module_name="target") for one in chosen]
    reports = in_order(grade_many(load_course(folder), "target", works, isolation=level, seed=seed))
    return {one.name: json.loads(report.model_dump_json()) for one, report in zip(chosen, reports, strict=True)}


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own below us, so that nothing left behind is overlooked."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def descendants() -> set[int]:
    """Return the process ids of all our living descendants (the dead wait for us to collect them: no harm)."""
    import psutil

    return {child.pid for child in psutil.Process().children(recursive=True) if _lives(child)}


def _lives(process: Any) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _left_after(processes: set[int], grace_s: float = 3) -> set[int]:
    """Return what runs that did not run before. What was killed may need a moment to give its memory back."""
    give_up = time.monotonic() + grace_s
    while (left := descendants() - processes) and time.monotonic() < give_up:
        time.sleep(0.02)  # the deadline is above
    return left


@contextmanager
def patient_course() -> Iterator[Path]:
    """Yield the course with more time, for attacks that end by themselves: a busy machine refuses them slowly."""
    with tempfile.TemporaryDirectory(prefix="dlquiz-patient-") as scratch:
        course = Path(shutil.copytree(HERE / "course", Path(scratch, "course")))
        for name, limit, instead in (
            ("graders/target/test_target.py", "call_s=0.7", "call_s=20"),
            ("exercises/target/exercise.yaml", "case_s: 2\n", "case_s: 30\n"),
            ("exercises/target/exercise.yaml", "submission_s: 20\n", "submission_s: 120\n"),
        ):
            text = (course / name).read_text("utf-8")
            assert limit in text
            (course / name).write_text(text.replace(limit, instead), "utf-8")
        yield course


def _described(pid: int) -> str:
    """Say what a process is that should have ended, for whoever has to find out."""
    import psutil

    try:
        process = psutil.Process(pid)
        return f"{pid} {process.status()} {' '.join(process.cmdline())[:200]}"
    except psutil.NoSuchProcess:
        return f"{pid} ended a moment later"


def run(scratch: Path, level: str, names: list[str] | None = None) -> dict[str, Any]:
    """Grade the attacks under witnesses; return reports and what the witnesses saw."""
    chosen = [one for one in attacks() if names is None or one.name in names]
    adopt_orphans()
    with witness(scratch) as seen:
        places = {**seen.places(), "REPLAY": replay_table(level)}
        before, processes = seen.state(), descendants()
        endless = [one for one in chosen if one.endless]
        with patient_course() as course:
            reports = grade([one for one in chosen if one not in endless], places, level, course)
        reports |= grade(endless, places, level)
        after, left = seen.state(), _left_after(processes)
        text = json.dumps(reports)
        replayed = [one for one in chosen if one.control.startswith("replay")]
        return {
            "reports": reports,
            "replayed": grade(replayed, places, level, seed=_EARLIER) if replayed else {},
            "before": before,
            "after": after,
            "left": [_described(pid) for pid in sorted(left)],
            "secret_seen": seen.secret in text,
            "canary_seen": "CANARY-OF-THE-REFERENCE" in text,
        }


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    place = Path(sys.argv[1])
    print(json.dumps(run(place, sys.argv[2], sys.argv[3:] or None), default=str))
    shutil.rmtree(place, ignore_errors=True)
