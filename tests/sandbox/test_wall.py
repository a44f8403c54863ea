"""A confined worker, looked at from outside by what the kernel says about it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlquiz.data.descriptors import descriptor
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.expr import File
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.worker_handle import WorkerHandle

pytestmark = pytest.mark.sandbox
Load = Callable[..., WorkerHandle]
Ask = Callable[..., Any]


def status(pid: int) -> dict[str, str]:
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def test_no_capability_is_left_and_none_can_be_gained(loaded: Load, wall_server: ForkServer) -> None:
    for pid in (loaded("").pid, wall_server.pid):
        seen = status(pid)
        assert {name: int(seen[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == dict.fromkeys(
            ("CapInh", "CapPrm", "CapEff", "CapAmb"), 0
        )
    assert status(loaded("").pid)["NoNewPrivs"] == "1"


def test_the_filter_is_loaded_on_every_thread(loaded: Load, ask: Ask, wall_server: ForkServer) -> None:
    if not wall_server.wall.kernel:
        pytest.skip("kernel: this machine has no libseccomp")
    worker = loaded(
        "import threading, time\ndef f():\n"
        " for _ in range(3): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    )
    ask(worker)
    modes = [
        line
        for task in Path(f"/proc/{worker.pid}/task").iterdir()
        for line in (task / "status").read_text().splitlines()
        if line.startswith("Seccomp:")
    ]
    assert modes == ["Seccomp:\t2"] * 4


def test_the_worker_has_its_own_session_and_dies_first_when_memory_runs_out(
    loaded: Load, wall_server: ForkServer
) -> None:
    worker = loaded("")
    assert os.getsid(worker.pid) == worker.pid != os.getsid(0)
    assert os.getsid(wall_server.pid) == wall_server.pid
    assert Path(f"/proc/{worker.pid}/oom_score_adj").read_text().strip() == "1000"


def test_another_process_of_the_same_user_cannot_look_in(loaded: Load) -> None:
    """Not dumpable: its files in /proc belong to root, whoever it runs as."""
    assert Path(f"/proc/{loaded('').pid}/environ").stat().st_uid == 0


def test_the_worker_holds_its_channel_and_its_output_and_nothing_else(loaded: Load, ask: Ask) -> None:
    code = """
import os, stat
def f():
    seen = {}
    for fd in range(1024):
        try:
            seen[str(fd)] = stat.S_IFMT(os.fstat(fd).st_mode)
        except OSError:
            pass
    return seen
"""
    seen = ask(loaded(code)).value
    null, pipe, channel = 0o020000, 0o010000, 0o140000
    assert sorted(seen.values()) == sorted([null, pipe, pipe, channel])
    assert set(seen) >= {"0", "1", "2"}


def test_the_environment_holds_only_what_we_name(loaded: Load, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ask(loaded("import os\ndef f(): return dict(os.environ)")).value
    assert set(seen) <= {
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "TF_CPP_MIN_LOG_LEVEL",
        "TF_ENABLE_ONEDNN_OPTS",
        "KERAS_BACKEND",
        "CUDA_VISIBLE_DEVICES",
        "JOBLIB_MULTIPROCESSING",
        "LOKY_MAX_CPU_COUNT",
        "MPLBACKEND",
        "MPL_IGNORE_SYSTEM_FONTS",
        "LANG",
        "PATH",
        "LC_CTYPE",
    }


def test_nothing_shows_through_from_an_earlier_worker(loaded: Load, ask: Ask) -> None:
    first = loaded(
        "import sys, builtins, numpy as np\nSECRET = 'left-behind'\nbuiltins.left = np.left = sys.left = SECRET"
    )
    ask(first, "SECRET")
    code = "import builtins, sys, numpy as np\ndef f(): return [hasattr(m, 'left') for m in (builtins, sys, np)]"
    assert ask(loaded(code)).value == [False] * 3


def test_two_workers_start_with_different_chance_only_by_their_seed(loaded: Load, ask: Ask) -> None:
    code = "import numpy as np\ndef f(): return float(np.random.rand())"
    assert ask(loaded(code)).value == ask(loaded(code)).value  # both were loaded with seed 1


def test_data_is_mapped_for_writing_and_nobody_else_sees_it(wall_server: ForkServer, loaded: Load, ask: Ask) -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    fd = descriptor(array)
    data = {"train": DataFile(fd, "float32", (3, 4), os.fstat(fd).st_size - array.nbytes)}
    code = "def f(x):\n before = x.copy()\n x[:] = 9\n return before, float(x.sum())"
    try:
        for _ in range(2):
            before, total = ask(loaded(code, data=data), "f", File("train")).value
            assert before.tolist() == array.tolist()
            assert total == 108
    finally:
        os.close(fd)


def test_data_cannot_be_changed_through_its_descriptor(loaded: Load, ask: Ask) -> None:
    array = np.arange(4.0)
    fd = descriptor(array)
    data = {"train": DataFile(fd, "float64", (4,), os.fstat(fd).st_size - array.nbytes)}
    code = """
import mmap, os
def f(x):
    done = []
    for fd in range(3, 64):
        for one in (
            lambda: os.pwrite(fd, b'spoilt', 0),
            lambda: mmap.mmap(fd, 64, flags=mmap.MAP_SHARED, prot=3),
            lambda: os.ftruncate(fd, 1),
        ):
            try: done.append(str(one()))
            except (OSError, ValueError): pass
    return done
"""
    try:
        assert ask(loaded(code, data=data), "f", File("train")).value == []
        again = "def f(x): return x"
        assert ask(loaded(again, data=data), "f", File("train")).value.tolist() == array.tolist()
    finally:
        os.close(fd)


@pytest.mark.usefixtures("kernel")
def test_the_standard_library_and_the_allowed_package_can_be_imported_late(loaded: Load, ask: Ask) -> None:
    code = "def f():\n import wave, sqlite3, xml.dom.minidom, numpy.f2py, difflib\n return wave.__name__"
    assert ask(loaded(code)).value == "wave"
