"""The same wall for root and for an ordinary user, from a venv and from an install without one.

Root runs these for the user ``nobody``: with an interpreter of the system that this user
can read, and copies of the installed packages and of dlquiz in a scratch folder. That
copy is an ordinary install (``dlquiz/_course`` beside the code), not a checkout.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import dlquiz
from dlquiz.content.course import builtin_course
from dlquiz.sandbox import landlock
from dlquiz.sandbox.bootstrap import NOBODY
from dlquiz.sandbox.fork_server import ForkServer

pytestmark = pytest.mark.sandbox
HOSTILE = Path(__file__).parents[1] / "hostile"
NEEDED = (
    "numpy",
    "pydantic",
    "pyyaml",
    "pytest",
    "msgpack",
    "psutil",
    "click",
    "rich",
    "platformdirs",
)

SELFCHECK = """
import json
from dlquiz.content.course import builtin_course
from dlquiz.sandbox.fork_server import ForkServer
import pydantic
graders = [str(path) for path in sorted((builtin_course() / "graders").rglob("*.py"))[:10]]
with ForkServer(("numpy",)) as server:
    wall = server.wall
    found = server.surprises([*graders, str(pydantic.__file__)]).result() if wall.kernel else []
print(json.dumps({
    "kernel": wall.kernel, "identity": wall.identity, "surprises": found,
    "reasons": list(wall.reasons), "course": str(builtin_course()),
}))
"""


def system_python() -> Path:
    """Return an interpreter that every user can run and that loads our compiled packages."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for name in (
        f"/usr/bin/python{version}",
        f"/usr/local/bin/python{version}",
        "/usr/bin/python3",
        "/usr/local/bin/python3",
    ):
        path = Path(name)
        if not path.exists():
            continue
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([name, "-I", "-c", code], capture_output=True, text=True, check=False)
        if done.stdout.strip() == version:
            return path
    pytest.skip(f"identity: no Python {version} here that every user can run")


def copy_packages(target: Path) -> None:
    """Copy what dlquiz needs at run time, with the metadata that names each package's files."""
    for dist in {one.name: one for name in NEEDED for one in landlock._closure(name)}.values():
        for first in {file.parts[0] for file in dist.files or () if file.parts[0] not in ("..", "__pycache__")}:
            source = Path(str(dist.locate_file(first)))
            if source.is_dir():
                shutil.copytree(
                    source, target / first, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "tests")
                )
            elif source.exists() and not first.endswith(".pth"):
                shutil.copy(source, target / first)


def copy_dlquiz(target: Path) -> None:
    """Copy dlquiz as a wheel lays it out."""
    package = Path(str(dlquiz.__file__)).parent
    skip = shutil.ignore_patterns("__pycache__", "_course", ".*")
    shutil.copytree(package, target / "dlquiz", ignore=skip)
    course = target / "dlquiz" / "_course"
    for name in ("exercises", "graders", "quizzes"):
        shutil.copytree(builtin_course() / name, course / name, ignore=skip)
    info = target / f"dlquiz-{dlquiz.__version__}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dlquiz\nVersion: {dlquiz.__version__}\n")
    (info / "RECORD").write_text("dlquiz/__init__.py,,\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return an interpreter with a complete install that ``nobody`` can read, and how to become ``nobody``."""
    if os.geteuid() != 0:
        pytest.skip("identity: only root can become another user; the other tests already run as an ordinary one")
    python = system_python()
    root = Path(f"/tmp/dlquiz-identity-{os.getpid()}")  # pytest's own folders are closed to other users
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(mode=0o755)
    subprocess.run([str(python), "-m", "venv", "--without-pip", str(root / "env")], check=True, capture_output=True)
    packages = next((root / "env" / "lib").glob("python*/site-packages"))
    copy_packages(packages)
    copy_dlquiz(packages)
    shutil.copytree(HOSTILE, root / "hostile", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["chmod", "-R", "a+rX", str(root)], check=True)
    (root / "scratch").mkdir()
    os.chown(root / "scratch", NOBODY, NOBODY)
    who = {
        "user": NOBODY,
        "group": NOBODY,
        "extra_groups": [],
        "cwd": root / "scratch",
        "env": {"PATH": "/usr/bin:/bin", "HOME": str(root / "scratch")},
    }
    yield root / "env" / "bin" / "python", who
    shutil.rmtree(root, ignore_errors=True)


def as_nobody(installed: tuple[Path, dict[str, Any]], *arguments: str) -> str:
    python, who = installed
    done = subprocess.run(
        [str(python), "-I", "-B", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        **who,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_an_ordinary_user_gets_the_same_wall(installed: tuple[Path, dict[str, Any]]) -> None:
    seen = json.loads(as_nobody(installed, "-c", SELFCHECK))
    assert seen["identity"] == "user"
    assert seen["course"].endswith("_course")
    if not seen["kernel"]:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")
    assert seen["surprises"] == []


ATTACKS = (
    "read_files",
    "read_installed_course",
    "change_files",
    "create_files",
    "open_sockets",
    "signal_others",
    "start_processes",
    "search_the_environment",
    "kill_itself",
    "import_past_the_guard",
)


def test_an_ordinary_users_submissions_gain_nothing(installed: tuple[Path, dict[str, Any]]) -> None:
    python, _ = installed
    root = python.parents[2]
    out = json.loads(
        as_nobody(installed, str(root / "hostile" / "batch.py"), str(root / "scratch" / "run"), "kernel", *ATTACKS)
    )
    assert set(out["reports"]) == set(ATTACKS)
    for name, report in out["reports"].items():
        assert (report["outcome"], report["complete"], report["points"]["earned"]) == ("failed", True, 1), name
        assert (report["isolation"], report["identity"]) == ("kernel", "user")
        assert not any("BREACH" in case["output"] for case in report["cases"]), name
    assert out["before"] == out["after"]
    assert out["left"] == []
    assert not out["secret_seen"]


FEW = """
import os, resource, sys
mine = str(os.getuid())
tasks = 0
for one in os.listdir("/proc"):
    try:
        lines = dict(line.split(":", 1) for line in open(f"/proc/{one}/status").read().splitlines() if ":" in line)
        tasks += int(lines["Threads"]) if lines["Uid"].split()[0] == mine else 0
    except (OSError, KeyError):
        pass
most = tasks + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
os.execv(sys.executable, [sys.executable, "-I", "-B", "-m", "dlquiz", *sys.argv[2:]])
"""
RIGHT = "import numpy as np\n\n\ndef double(x): return 2 * x\n\n\ndef mean(x): return float(np.mean(x))\n"


@pytest.mark.parametrize("more", [0, 1, 2, 3, 4])
def test_a_machine_that_allows_no_further_process_says_so(installed: tuple[Path, dict[str, Any]], more: int) -> None:
    """The grader, the server, the self-check, the submission: each of them may be the one too many."""
    python, who = installed
    # A user of this process's own: the limit counts whatever else the user runs, also other tests beside this one.
    mine = 64000 + os.getpid() % 1000
    who = {**who, "user": mine, "group": mine}
    file = python.parents[2] / "right.py"
    file.write_text(RIGHT)
    file.chmod(0o644)
    course = ("--course", str(python.parents[2] / "hostile" / "course"), "--trust-course")
    words = [*course, "grade", "target", "--file", str(file), "--json"]
    done = subprocess.run(
        [str(python), "-I", "-B", "-c", FEW, str(more), *words],
        capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL, **who,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 4), done.stderr
    outcomes = {case["outcome"] for case in json.loads(done.stdout)["cases"]} if done.stdout else set()
    assert outcomes <= {"passed", "broken"}
    if done.returncode == 4:
        assert "this machine allows no further process" in done.stdout + done.stderr
    if more == 0:
        assert done.returncode == 4


def test_root_hands_the_server_to_an_ordinary_user_where_that_can_run_it(
    installed: tuple[Path, dict[str, Any]],
) -> None:
    python, _ = installed
    done = subprocess.run(
        [str(python), "-I", "-B", "-c", SELFCHECK], capture_output=True, text=True, check=True, cwd="/"
    )
    seen = json.loads(done.stdout)
    assert seen["identity"] == "nobody"
    assert seen["surprises"] == []


CLOSED_HOME = """
import os, pathlib, sys
from dlquiz.errors import SandboxError
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.calls import Deadline

folder = pathlib.Path(sys.argv[1], "home", "course", "one")
folder.mkdir(parents=True)
(folder / "words.txt").write_text("alpha beta")
(folder / "words.txt").chmod(0o644)
folder.chmod(0o755)
folder.parents[1].chmod(0o700)
source = b"def f():\\n return open('words.txt').read()"
with ForkServer(("numpy",), files=CourseFiles(str(folder), ("words.txt",))) as server:
    worker = server.worker(memory_mib=128)
    load = {"op": "load", "role": "submission", "name": "work", "source": source, "seed": 1}
    worker.request(load, Deadline.after(10))
    request = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}
    print(server.identity, worker.request(request, Deadline.after(10))["value"])
(folder / "words.txt").chmod(0o600)
with ForkServer(("numpy",), files=CourseFiles(str(folder), ("words.txt",))) as server:
    try:
        print(server.wall)
    except SandboxError as error:
        print(error.message, error.next_step)
"""


def test_another_user_reads_a_courses_files_below_a_closed_home(
    installed: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    python, _ = installed
    command = [str(python), "-I", "-B", "-c", CLOSED_HOME, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    read, refused = done.stdout.splitlines()
    assert read == "nobody alpha beta"
    assert "words.txt cannot be opened inside the sandbox (Permission denied)" in refused
    assert "chmod" in refused


def test_the_report_names_who_the_server_runs_as() -> None:
    with ForkServer(("numpy",)) as server:
        uid = int(
            dict(
                line.split(":\t")
                for line in Path(f"/proc/{server.pid}/status").read_text().splitlines()
                if ":\t" in line
            )["Uid"].split()[0]
        )
        wanted = {"user": os.geteuid(), "root": 0, "nobody": NOBODY}[server.wall.identity]
    assert uid == wanted


def test_an_interpreter_without_a_venv_keeps_site_packages_off_the_list() -> None:
    """Without a venv, site-packages lies inside the standard library's folder."""
    inside = Path(sysconfig.get_path("stdlib")) / "site-packages"
    rules = landlock.readable_paths(("numpy",))
    assert not any(Path(rule) in (inside, *inside.parents) for rule in rules)
    assert metadata.version("numpy")
