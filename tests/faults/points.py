"""Kill or stop one of our own processes at a pseudo-random moment, and look at what is left.

A *point* is one run of the real program (``dlquiz grade``, or a process that writes to the progress
store), one of its processes, one moment, and SIGKILL or SIGSTOP. The schedule is drawn from a seed, so
that a point can be repeated by its number. What must hold after every point stands in ``judge``.

Importable by the tests, and a program of its own (``python points.py SCRATCH --points 50 --seed 1``): it
makes itself the parent of whatever loses its own parent, so that nothing can stay behind unseen.
"""

import argparse
import ctypes
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COURSE = HERE.parent / "scenarios" / "course"
ROLES = ("cli", "worker", "grader", "server", "worker", "writer", "worker", "cli", "server", "grader")
"""Who is hit, in turn; ``writer`` is the process that writes to the progress store."""
WORKERS = 3
"""A run has one for the self-check, one for the submission and one for the reference."""
STOP_EVERY = 7
"""Every seventh point stops the process for a while instead of killing it."""
_PR_SET_CHILD_SUBREAPER = 36
_GONE_S = 8
RUN_S = 90

RIGHT = '''"""Everything is right."""

import time

import numpy as np

EXTRA = True


def double(x: np.ndarray) -> np.ndarray:
    """Return twice ``x``."""
    time.sleep(0.02)
    return 2 * x


def mean(x: np.ndarray) -> float:
    """Return the mean of all entries of ``x``."""
    time.sleep(0.02)
    return float(np.mean(x))
'''
WRONG = RIGHT.replace("return 2 * x", "return 3 * x").replace("EXTRA = True", "EXTRA = False")
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dlquiz.model.report import Report
from dlquiz.study.store import Progress

document = Path(sys.argv[2]).read_text()
with Progress(Path(sys.argv[1])) as progress:
    print("ready", flush=True)
    for number in range(int(sys.argv[3])):
        report = Report.model_validate_json(document).model_copy(update={"seed": number, "exercise": sys.argv[4]})
        progress.record_report(report)
        print(number, flush=True)
"""


@dataclass(frozen=True)
class Point:
    """One fault: ``share`` is the moment, from 0 (the process appears) to 1 (the run would end)."""

    number: int
    job: str
    role: str
    stop_s: float
    nth: int
    share: float

    @classmethod
    def draw(cls, seed: int, number: int) -> "Point":
        """Return point ``number`` of a schedule."""
        rng = random.Random(f"{seed}-{number}")
        return cls(
            number=number,
            job=rng.choice(["right", "right", "wrong"]),
            role=ROLES[number % len(ROLES)],
            stop_s=rng.uniform(0.05, 0.5) if number % STOP_EVERY == STOP_EVERY - 1 else 0,
            nth=rng.randrange(WORKERS),
            share=rng.random() * 0.9,
        )


@dataclass
class Run:
    """What came of one run of the program."""

    code: int
    stdout: str
    stderr: str
    hit: str
    report: dict[str, Any] | None = None
    acknowledged: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


# -- processes ----------------------------------------------------------------


def become_subreaper() -> None:
    """Make this process the parent of every descendant that loses its own."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("no subreaper")


def children(pid: int) -> list[int]:
    """Return the live children of a process, oldest first."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += [int(one) for one in (task / "children").read_text().split()]
    return sorted(one for one in found if state(one) not in ("", "Z"))


def state(pid: int) -> str:
    """Return the letter of a process's state, "" if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0].decode()
    except (OSError, IndexError):
        return ""


def command(pid: int) -> str:
    """Return the command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def descendants(pid: int) -> Iterator[int]:
    """Yield every live process below this one."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def find(cli: int, role: str) -> list[int]:
    """Return the processes that play a role in the run of ``cli``."""
    if role in ("cli", "writer"):
        return [cli]
    graders = [one for one in children(cli) if "dlquiz.grading.grader_main" in command(one)]
    if role == "grader":
        return graders
    servers = [one for grader in graders for one in children(grader) if "dlquiz.sandbox.server_main" in command(one)]
    return servers if role == "server" else [one for server in servers for one in children(server)]


def reap() -> None:
    """Collect whatever has ended and become ours."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def wait_until_gone(seconds: float = _GONE_S) -> list[str]:
    """Return what is still running below this process after a while: nothing, one hopes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reap()
        if not any(True for _ in descendants(os.getpid())):
            return []
        time.sleep(0.02)  # the deadline is above
    return [f"process {one}: {command(one)[-120:]}" for one in descendants(os.getpid())]


# -- the scene ----------------------------------------------------------------


class Scene:
    """A workspace of the small course, a home of its own, and a folder for temporary files that must stay empty."""

    def __init__(self, scratch: Path) -> None:
        self.root = scratch
        self.work, self.home, self.tmp = scratch / "work", scratch / "home", scratch / "tmp"
        for folder in (self.home, self.tmp):
            folder.mkdir(parents=True)
        self.files = {"right": scratch / "right.py", "wrong": scratch / "wrong.py"}
        self.files["right"].write_text(RIGHT)
        self.files["wrong"].write_text(WRONG)
        started = subprocess.run(
            [*self.program, "start", str(self.work)], env=self.environment, capture_output=True, text=True, check=False
        )
        if started.returncode != 0:
            raise RuntimeError(started.stderr)
        self.known = self.listing()
        self.expected: dict[str, dict[str, str]] = {}
        self.spans: dict[str, float] = {}
        self.calibrate()

    @property
    def program(self) -> list[str]:
        """The command line, with the small course."""
        return [sys.executable, "-m", "dlquiz", "--course", str(COURSE), "--trust-course"]

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment that touches nothing outside the scratch folder."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"HOME": str(self.home), "DLQUIZ_STATE": str(self.home / "state"), "TMPDIR": str(self.tmp)}
        return kept | own | {"PYTHONPATH": str(HERE.parents[1])}

    @property
    def store(self) -> Path:
        """The progress store."""
        return self.work / ".dlquiz" / "progress.sqlite3"

    def grade(self, job: str) -> list[str]:
        """Return the command that grades one of the two files."""
        return [*self.program, "grade", "tiny", "--file", str(self.files[job]), "--keep", "--json"]

    def start(self, command_line: list[str]) -> "subprocess.Popen[str]":
        """Start a run in the workspace."""
        return subprocess.Popen(
            command_line, cwd=self.work, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def calibrate(self) -> None:
        """Run both jobs without a fault: what comes out, and how long after each role's appearance the run ends."""
        for job in self.files:
            process = self.start(self.grade(job))
            lives: dict[str, list[float]] = {}
            workers: list[int] = []
            while process.poll() is None:
                now = time.monotonic()
                alive = find(process.pid, "worker")
                workers += [one for one in alive if one not in workers]
                roles = [f"worker {workers.index(one)}" for one in alive]
                roles += [role for role in ("cli", "grader", "server") if find(process.pid, role)]
                for role in roles:
                    lives.setdefault(role, [now, now])[1] = now
                time.sleep(0.002)  # the grain of the measurement
            stdout, stderr = process.communicate(timeout=RUN_S)
            report = json.loads(stdout)
            self.expected[job] = {case["id"]: case["outcome"] for case in report["cases"]}
            self.spans = {role: end - begin for role, (begin, end) in lives.items()}
            if process.returncode != {"right": 0, "wrong": 1}[job]:
                raise RuntimeError(stderr)
            (self.root / "report.json").write_text(stdout)

    def rows(self) -> list[tuple[int, str, str]]:
        """Return (id, exercise, document) of every stored report; the file must open and be whole."""
        with closing(sqlite3.connect(self.store, timeout=30)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            if verdict != "ok":
                raise AssertionError(f"the store is damaged: {verdict}")
            return list(database.execute("SELECT id, exercise, document FROM report ORDER BY id"))

    def listing(self) -> set[str]:
        """Return every name below the scratch folder, except those that SQLite makes and removes."""
        return {
            str(path.relative_to(self.root))
            for path in self.root.rglob("*")
            if not path.name.startswith("progress.sqlite3") and path.name != "report.json"
        }


def machine_names() -> set[str]:
    """Return what could stay behind outside: shared memory, and sockets with a name."""
    names = {f"/dev/shm/{path.name}" for path in Path("/dev/shm").glob("*")} if Path("/dev/shm").is_dir() else set()
    with suppress(OSError):
        sockets = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
        names |= {one[7] for one in sockets if len(one) > 7 and one[7].startswith("@dlquiz")}
    # Other tests may run beside us: an attack's control, or somebody's multiprocessing, which dlquiz does not use.
    return {name for name in names if "dlquiz-attack" not in name and "/sem.mp-" not in name}


# -- one point ----------------------------------------------------------------


def hit(process: "subprocess.Popen[str]", point: Point, spans: dict[str, float]) -> str:
    """Wait for the moment, send the signal, and say whom it hit ("" if the run was over before)."""
    nth = point.nth if point.role == "worker" else 0
    seen: list[int] = []
    while len(seen) <= nth:
        if process.poll() is not None:
            return ""
        seen += [one for one in find(process.pid, point.role) if one not in seen]
        time.sleep(0.001)  # until it appears, or the run is over
    target = seen[nth]
    # The moment is drawn: this is what a point is.
    time.sleep(point.share * spans.get(f"worker {nth}" if point.role == "worker" else point.role, 0.1))
    if state(target) in ("", "Z"):
        return ""
    with suppress(ProcessLookupError):
        # A pid is used again only after tens of thousands of others, and these are our own descendants.
        os.kill(target, signal.SIGSTOP if point.stop_s else signal.SIGKILL)
        if point.stop_s:
            time.sleep(point.stop_s)  # how long it is stopped belongs to the point
            os.kill(target, signal.SIGCONT)
        return f"{'stop' if point.stop_s else 'kill'} {point.role}"
    return ""


def run_grading(scene: Scene, point: Point) -> Run:
    """Grade with a fault."""
    process = scene.start(scene.grade(point.job))
    try:
        done = hit(process, point, scene.spans)
        stdout, stderr = process.communicate(timeout=RUN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        stderr += "\n(HANGING)"
        done = "hang"
    report = None
    with suppress(ValueError):
        report = json.loads(stdout)
    return Run(process.returncode, stdout, stderr, done, report)


def run_writers(scene: Scene, point: Point) -> Run:
    """Write to the store from two processes; the first is hit."""
    command_line = [sys.executable, "-c", WRITER, str(scene.store), str(scene.root / "report.json")]
    first = scene.start([*command_line, "10000", f"hit-{point.number}"])
    other = scene.start([*command_line, "30", f"other-{point.number}"])
    assert first.stdout is not None
    said = b""
    while said != b"ready\n" and (letter := os.read(first.stdout.fileno(), 1)):
        said += letter  # not readline: it would take more than a line, and communicate would miss that
    time.sleep(point.share * 0.15)  # the moment is drawn
    if point.stop_s:
        os.kill(first.pid, signal.SIGSTOP)
        time.sleep(point.stop_s)  # how long it is stopped belongs to the point
        os.kill(first.pid, signal.SIGCONT)
        time.sleep(0.02)  # it may write on for a moment; killed it is in any case
    os.kill(first.pid, signal.SIGKILL)
    stdout, stderr = first.communicate()
    told, trouble = other.communicate(timeout=RUN_S)
    acknowledged = [int(line) for line in stdout.splitlines() if line.isdigit()]
    run = Run(first.returncode, told, stderr + trouble, "kill writer", acknowledged=acknowledged)
    if other.returncode != 0 or len(told.split()) != 31:
        run.left.append(f"the other writer was disturbed: {trouble}")
    return run


def judge_writers(scene: Scene, point: Point, run: Run, before: int) -> list[str]:
    """Return what went wrong with the rows of the two writers."""
    rows = scene.rows()[before:]
    mine = [json.loads(document)["seed"] for _, exercise, document in rows if exercise == f"hit-{point.number}"]
    theirs = [json.loads(document)["seed"] for _, exercise, document in rows if exercise == f"other-{point.number}"]
    wrong = list(run.left)
    # The last one may have been written in the moment before it could be acknowledged.
    if mine not in (run.acknowledged, [*run.acknowledged, len(run.acknowledged)]):
        wrong.append(f"acknowledged {run.acknowledged[-3:]}, stored {mine[-3:]}")
    if theirs != list(range(30)):
        wrong.append(f"the other writer's rows: {theirs}")
    return wrong


def judge(scene: Scene, point: Point, run: Run, before: int) -> list[str]:
    """Return every rule that was broken; nobody may lose anything by a fault of ours."""
    wrong = []
    if "Traceback" in run.stderr or "HANGING" in run.stderr:
        wrong.append(f"stderr: {run.stderr[-1500:]}")
    cli_died = run.hit == "kill cli" and run.code == -signal.SIGKILL
    if run.code not in (0, 1, 4) and not cli_died:
        wrong.append(f"exit code {run.code}: {run.stderr[-500:]}")
    if run.report is None and not cli_died and (run.code != 4 or "dlquiz:" not in run.stderr):
        wrong.append(f"no report and no reason: exit code {run.code}, {run.stderr[-500:]!r}")
    if run.report is None and run.hit == "kill server":
        wrong.append(f"another server was not started: {run.stderr[-500:]!r}")
    if run.report is not None:
        wrong += judge_report(scene, point, run)
    return wrong + judge_store(scene, run, before)


def judge_report(scene: Scene, point: Point, run: Run) -> list[str]:
    """Outcomes are those of an undisturbed run, or ``broken``, and then the report says so."""
    assert run.report is not None
    wrong, expected = [], scene.expected[point.job]
    got = {case["id"]: case["outcome"] for case in run.report["cases"]}
    if set(got) != set(expected):
        wrong.append(f"cases {sorted(got)}")
    for name, outcome in got.items():
        if outcome not in (expected.get(name), "broken"):
            wrong.append(f"{name} is {outcome}, expected {expected.get(name)} or broken")
    lost = list(got.values()).count("broken")
    if run.hit == "kill server" and lost > 1:
        wrong.append(f"one server was killed, and {lost} cases are broken")
    broken = lost > 0
    code = 4 if broken else {"right": 0, "wrong": 1}[point.job]
    if run.report["complete"] == broken or (run.code != code and run.hit != "kill cli"):
        wrong.append(f"complete {run.report['complete']}, broken {broken}, exit code {run.code}")
    if broken and (point.stop_s or not run.hit):
        wrong.append("a process that was only stopped, or not hit at all, broke the grading")
    return wrong


def judge_store(scene: Scene, run: Run, before: int) -> list[str]:
    """A report that was shown is stored once, or the program has said that it is not; none is doubled."""
    new = scene.rows()[before:]
    if len(new) > 1:
        return [f"{len(new)} reports were stored"]
    if run.report is not None and not new and "was not stored" not in run.stderr:
        return ["the report was shown and is not in the store"]
    if run.report is not None and new and json.loads(new[0][2]) != run.report:
        return ["another report was stored than shown"]
    if run.report is None and new and run.hit != "kill cli":
        return ["a report was stored and not shown"]
    return []


def try_point(scene: Scene, point: Point) -> tuple[Run, list[str]]:
    """Run one point; return what came and every rule that was broken."""
    before, outside = len(scene.rows()), machine_names()
    if point.role == "writer":
        run = run_writers(scene, point)
        wrong = judge_writers(scene, point, run, before)
    else:
        run = run_grading(scene, point)
        wrong = judge(scene, point, run, before)
    wrong += [f"stays behind: {one}" for one in wait_until_gone()]
    wrong += [f"stays behind: {name}" for name in sorted(scene.listing() - scene.known)]
    if machine_names() - outside:
        time.sleep(2)  # it may be another program's, on its way
        wrong += [f"stays behind: {name}" for name in sorted(machine_names() - outside)]
    return run, wrong


def outcome(run: Run) -> str:
    """Return in a word what a run ended with."""
    if run.report is None:
        return "no report" if run.hit != "kill writer" else "stored"
    return "incomplete" if not run.report["complete"] else str(run.report["outcome"])


def main() -> int:
    """Run a schedule; one JSON line per point, exit 1 if a rule was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no further point after so long")
    options = parser.parse_args()
    become_subreaper()
    scene, started, bad = Scene(options.scratch), time.monotonic(), 0
    for number in range(options.first, options.first + options.points):
        if time.monotonic() - started > options.seconds:
            break
        point = Point.draw(options.seed, number)
        run, wrong = try_point(scene, point)
        bad += bool(wrong)
        line = {**asdict(point), "hit": run.hit, "code": run.code, "outcome": outcome(run), "wrong": wrong}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
