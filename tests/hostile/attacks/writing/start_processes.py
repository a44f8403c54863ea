"""Start a process by fork, spawn, system, a shell and a pool.

item: processes
cause: forbidden
control: bare succeeds
"""

import multiprocessing
import os
import subprocess


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return f"fork {pid}"


def system():
    if (code := os.system("exit 3")) == -1 or code >> 8 != 3:
        raise PermissionError(1, "Operation not permitted: system")
    return "system"


def attack():
    return first_success(
        fork,
        lambda: subprocess.run(["/bin/true"], check=True),
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
        lambda: os.popen("exit").close() or "popen",
        system,
        lambda: multiprocessing.get_context("fork").Process(target=print).start() or "multiprocessing",
    )
