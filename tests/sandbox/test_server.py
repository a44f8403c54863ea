"""The server: clean, single-threaded, and gone when its owner is gone."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import msgpack
import numpy as np
import pytest

from dlquiz.errors import SandboxError
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.fork_server import ForkServer
from tests.waiting import eventually, has_ended

pytestmark = pytest.mark.sandbox


def gone(pid: int) -> bool:
    """Wait until the process ends."""
    return eventually(lambda: has_ended(pid), f"the end of process {pid}")


def test_the_environment_of_the_server_is_exactly_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLQUIZ_TEST_SECRET", "not-for-you")
    with ForkServer(("numpy",)) as server:
        _ = server.wall
        text = Path(f"/proc/{server.pid}/environ").read_text()
        maps = Path(f"/proc/{server.pid}/cmdline").read_text()
    assert "not-for-you" not in text + maps
    assert "OPENBLAS_NUM_THREADS=1" in text


def test_every_worker_dies_with_its_server() -> None:
    server = ForkServer(("numpy",))
    workers = [server.worker(memory_mib=128) for _ in range(3)]
    server.close()
    assert all(gone(worker.pid) for worker in workers)
    assert gone(server.pid)
    assert [worker.close().code for worker in workers] == [-9] * 3  # closed all the same, and their descriptors


def test_the_server_and_its_workers_die_with_their_owner() -> None:
    code = (
        "import os; from dlquiz.sandbox.fork_server import ForkServer\n"
        "s = ForkServer(('numpy',)); w = s.worker(memory_mib=128)\n"
        "print(s.pid, w.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)


def test_ten_workers_one_after_the_other_are_all_reaped(wall_server: ForkServer) -> None:
    pids = []
    for _ in range(10):
        worker = wall_server.worker(memory_mib=128)
        worker.request({"op": "begin", "seed": 1}, Deadline.after(5))
        pids.append(worker.pid)
        worker.close()
    children = Path(f"/proc/{wall_server.pid}/task/{wall_server.pid}/children").read_text().split()
    assert not {str(pid) for pid in pids} & set(children)


def test_workers_run_side_by_side_and_end_in_any_order(wall_server: ForkServer) -> None:
    workers = [wall_server.worker(memory_mib=128) for _ in range(3)]
    for worker in reversed(workers):
        worker.request({"op": "begin", "seed": 1}, Deadline.after(5))
    for worker in (workers[1], workers[2], workers[0]):
        assert worker.close().code == -9


def test_a_worker_that_was_asked_for_is_waited_for_later(wall_server: ForkServer) -> None:
    """Others may be asked for, used and ended meanwhile: each gets the answer to its own request."""
    first, second = wall_server.begin_worker(memory_mib=128), wall_server.begin_worker(memory_mib=128)
    third = wall_server.worker(memory_mib=128)
    third.request({"op": "begin", "seed": 1}, Deadline.after(5))
    assert third.close().code == -9
    workers = [second(), first()]
    for worker in workers:
        worker.request({"op": "begin", "seed": 1}, Deadline.after(5))
        assert worker.close().code == -9
    assert len({worker.pid for worker in (*workers, third)}) == 3


def test_a_refused_worker_is_told_to_who_asked_for_it() -> None:
    """Not to whoever hears the refusal first, and nobody else loses an answer by it."""
    with ForkServer(("numpy",)) as server:
        worker = server.worker(memory_mib=128)
        limits = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
        refused = server.begin_worker(memory_mib=128)
        assert worker.close().code == -9
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, limits)
        granted = server.begin_worker(memory_mib=128)
        assert granted().close().code == -9
        with pytest.raises(SandboxError, match="Too many open files"):
            refused()


def test_a_worker_that_was_asked_for_is_no_surprise_when_its_server_has_died() -> None:
    server = ForkServer(("numpy",))
    server.worker(memory_mib=128).close()  # it has started
    os.kill(server.pid, signal.SIGSTOP)  # else it may have made the worker already, and that may answer before it ends
    waited_for = server.begin_worker(memory_mib=128)
    os.kill(server.pid, signal.SIGKILL)
    with pytest.raises((SandboxError, WorkerVanished, CallFailed)):
        waited_for().request({"op": "begin", "seed": 1}, Deadline.after(5))
    server.close()


def test_a_server_with_a_second_thread_refuses_to_fork() -> None:
    """A filter binds only the thread that loads it."""
    code = """
import msgpack, socket, threading, time
from dlquiz.sandbox.server_main import ServerProcess
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
ours.send(msgpack.packb({"op": "fork", "maps": [], "memory_mib": 64, "cpu_s": 1, "selfcheck": None}))
ours.shutdown(socket.SHUT_WR)
ServerProcess(theirs).run()
print(msgpack.unpackb(ours.recv(1000)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert "the server has 2 threads; it must have one" in done.stdout


def test_a_package_that_is_not_installed_is_a_fault_of_the_machine() -> None:
    with ForkServer(("no_such_package",)) as server, pytest.raises(SandboxError, match="no_such_package"):
        _ = server.wall


def test_a_server_that_ends_is_a_fault_of_the_machine_not_of_the_submission() -> None:
    server = ForkServer(("numpy",))
    worker = server.worker(memory_mib=128)
    os.kill(server.pid, 9)
    eventually(lambda: not worker.idle, "the end of the worker, which ends with its server")
    with pytest.raises((SandboxError, WorkerVanished)):
        worker.request({"op": "begin", "seed": 1}, Deadline.after(5))
    with pytest.raises(SandboxError) as caught:
        server.worker()
    assert caught.value.exit_code == 4
    server.close()


@pytest.mark.parametrize(("missing", "reason"), [("landlock", "Landlock"), ("seccomp", "filter")])
def test_a_machine_without_half_of_the_wall_is_not_called_kernel(missing: str, reason: str) -> None:
    with ForkServer(("numpy",), pretend_missing=(missing,)) as server:
        assert not server.wall.kernel
        assert any(reason in text for text in server.wall.reasons)
        worker = server.worker(memory_mib=128)
        with pytest.raises(CallFailed):
            worker.request(
                {
                    "op": "load",
                    "role": "submission",
                    "name": "x",
                    "source": b"import os\nos.remove('/no/x')",
                    "seed": 1,
                },
                Deadline.after(5),
            )
        worker.close()


def test_without_landlock_nothing_can_be_changed_either(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    source = f"import os\nfd = os.open({str(victim)!r}, os.O_WRONLY | os.O_TRUNC)"
    with ForkServer(("numpy",), isolation="process") as server:
        worker = server.worker(memory_mib=128)
        with pytest.raises(CallFailed) as caught:
            worker.request(
                {"op": "load", "role": "submission", "name": "x", "source": source.encode(), "seed": 1},
                Deadline.after(5),
            )
        assert caught.value.cause == "forbidden"
        worker.close()
    assert victim.read_text() == "as it was"


REQUEST_KERNEL = """
import sys
sys.path.append({root!r})
import dlquiz.sandbox.fork_server as fork_server
fork_server.ForkServer.__init__.__kwdefaults__["pretend_missing"] = ({missing!r},)
"""


@pytest.mark.parametrize("missing", ["landlock", "seccomp"])
@pytest.mark.parametrize("isolation", ["kernel", None])
def test_grading_refuses_or_says_so_when_the_wall_is_incomplete(
    missing: str, isolation: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Never a silent downgrade. The grader process runs with a server that pretends, through an interpreter of ours."""
    import dlquiz
    from dlquiz.content.course import load_course
    from dlquiz.grading import grader_process

    root = str(Path(str(dlquiz.__file__)).parents[1])
    prefix = REQUEST_KERNEL.format(root=root, missing=missing)
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"os.execv({sys.executable!r}, [{sys.executable!r}, '-I', '-c', {prefix!r} + sys.argv[3], *sys.argv[4:]])\n"
    )
    program.chmod(0o755)

    class Pretending:
        executable = str(program)

        def __getattr__(self, name: str) -> object:
            return getattr(sys, name)

    monkeypatch.setattr(grader_process, "sys", Pretending())
    solution = load_course().solution_path("exercise1")
    reason = {"landlock": "Landlock", "seccomp": "filter"}[missing]
    if isolation == "kernel":
        with pytest.raises(SandboxError, match=reason):
            dlquiz.grade("exercise1", solution, isolation=isolation)
        return
    report = dlquiz.grade("exercise1", solution, isolation=isolation)
    assert report.isolation == "process"
    assert any(reason in note for note in report.notes)
    assert (report.outcome, report.exit_code) == ("passed", 0)


def test_control_messages_are_small_and_plain() -> None:
    with ForkServer(("numpy",)) as server:
        assert json.loads(json.dumps(server.wall.reasons)) == list(server.wall.reasons)
        assert len(msgpack.packb({"op": "fork"})) < 100


def test_a_fresh_worker_shows_nothing_of_its_practice(loaded, ask) -> None:
    source = """
import sys, linecache, random
import numpy as np
def f():
    lines = [name for name in linecache.cache if name.startswith("<submission>")]
    return ["x" in sys.modules, lines, random.random(), np.random.rand()]
"""
    left = [ask(loaded(source)).value for _ in range(2)]
    assert left[0] == left[1]
    assert left[0][:2] == [False, ["<submission>/work.py"]]
    rng = np.random.RandomState(1)
    assert left[0][3] == rng.rand()  # the seed of the request, as without any practice


def test_python_frames_do_not_map_memory_again_and_again(loaded, ask) -> None:
    """At whatever depth a library works: a block of frames that is given back and taken again costs a page fault."""
    source = """
import resource
def deep(n):
    return 0 if n == 0 else deep(n - 1)
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def f():
    worst = 0
    for depth in range(150):
        deep(200)
        before = faults()
        for _ in range(100):
            deep(depth)
        worst = max(worst, faults() - before)
    return worst
"""
    assert ask(loaded(source)).value < 50
