"""What a worker must not be able to do, tried by a worker of our own at every server start.

The promise of level ``kernel`` rests on this and not on version numbers: kernels
claim Landlock versions they do not have. The same list is the wall's test suite.
Each attempt is harmless where it succeeds.
"""

import ctypes
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from dlquiz.sandbox import wire

_PTRACE_ATTACH = 16
_PR_SET_PDEATHSIG = 1
_IPC_RMID = 0
_SCRATCH = "dlquiz-selfcheck"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing to try. ``allowed`` says whether it must succeed or must be refused."""

    name: str
    run: Callable[[], object]
    allowed: bool = False


def _read(path: str) -> object:
    fd = os.open(path, os.O_RDONLY)
    os.close(fd)
    return path


def _create(folder: str) -> object:
    path = os.path.join(folder, _SCRATCH)  # noqa: PTH118  as a submission would
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(fd)
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108  as a submission would
    return path


def _chmod(path: str) -> object:
    os.chmod(path, os.stat(path).st_mode & 0o777)  # noqa: PTH101, PTH116  as a submission would
    return path


def _truncate(path: str) -> object:
    os.truncate(path, os.stat(path).st_size)  # noqa: PTH116  as a submission would
    return path


def _socket_pair() -> object:
    pair = socket.socketpair()
    for end in pair:
        end.close()
    return pair


def _fork() -> object:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)


def _clone_namespace() -> object:
    return _libc("unshare", 0x10000000)


def _libc(name: str, *args: object) -> object:
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    result = function(*args)
    if result in (-1, 2**32 - 1, 2**64 - 1):
        raise OSError(ctypes.get_errno(), name)
    return result


def _map(flags: int) -> object:
    with mmap.mmap(-1, mmap.PAGESIZE, flags=flags, prot=mmap.PROT_READ | mmap.PROT_WRITE) as area:
        return len(area)


def _shared_segment() -> object:
    segment = _libc("shmget", 0, 4096, 0o1600)
    _libc("shmctl", segment, _IPC_RMID, 0)  # it would outlive every process
    return segment


def _too_much_memory() -> object:
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if soft == resource.RLIM_INFINITY:
        return "no limit"
    return len(bytearray(soft))


def _raise_limit() -> object:
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1_000_000))
    return soft


def _thread() -> object:
    seen: list[int] = []
    thread = threading.Thread(target=seen.append, args=(1,))
    thread.start()
    thread.join(5)
    if seen != [1]:
        raise OSError("a thread did not run")
    return seen


def _pipe() -> object:
    reader, writer = os.pipe()
    os.write(writer, b"x")
    data = os.read(reader, 1)
    os.close(reader)
    os.close(writer)
    return data


def _multiply() -> object:
    import numpy as np

    return float((np.ones((8, 8)) @ np.ones((8, 8))).sum())


def attempts(forbidden_paths: list[str]) -> list[Attempt]:
    """Return everything that is tried. ``forbidden_paths`` are files that exist and must not open."""
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    reads = [*forbidden_paths, "/etc/passwd", "/proc/self/environ", "/proc/1/environ", f"/proc/{parent}/environ"]
    reads += ["/proc/self/mem", "/", "/tmp", ".", ".."]
    folders = ("/tmp", "/dev/shm", "/var/tmp", ".")
    mine = forbidden_paths[:1]
    return [
        *(Attempt(f"read {path}", partial(_read, path)) for path in reads),
        *(Attempt(f"create a file in {folder}", partial(_create, folder)) for folder in folders),
        *(Attempt(f"chmod {path}", partial(_chmod, path)) for path in mine),
        *(Attempt(f"change times of {path}", partial(os.utime, path)) for path in mine),
        *(Attempt(f"truncate {path}", partial(_truncate, path)) for path in mine),
        Attempt("start a process", _fork),
        Attempt("replace itself by a program", lambda: os.execv("/bin/true", ["true"])),
        Attempt("open an internet socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()),
        Attempt("open a UDP socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()),
        Attempt("open a unix socket", lambda: socket.socket(socket.AF_UNIX).close()),
        Attempt("open a netlink socket", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()),
        Attempt("make a socket pair", _socket_pair),
        Attempt("signal the server", lambda: os.kill(parent, 0)),
        Attempt("signal every process", lambda: os.kill(-1, 0)),
        Attempt("kill itself without a trace", lambda: os.kill(os.getpid(), signal.SIGKILL)),
        Attempt("trace the server", lambda: _libc("ptrace", _PTRACE_ATTACH, parent, 0, 0)),
        Attempt("outlive the server", lambda: _libc("prctl", _PR_SET_PDEATHSIG, 0, 0, 0, 0)),
        Attempt("enter a namespace", _clone_namespace),
        Attempt("map shared memory", lambda: _map(mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)),
        Attempt("map memory that grows down", lambda: _map(mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100)),
        Attempt("make an anonymous file", lambda: os.close(os.memfd_create(_SCRATCH))),
        Attempt("make a shared memory segment", _shared_segment),
        Attempt("take more memory than allowed", _too_much_memory),
        Attempt("raise its limits", _raise_limit),
        Attempt("multiply matrices", _multiply, allowed=True),
        Attempt("run a thread", _thread, allowed=True),
        Attempt("use a pipe", _pipe, allowed=True),
        Attempt("read the standard library", lambda: _read(str(os.__file__)), allowed=True),
        Attempt("call into C", lambda: libc.getpid(), allowed=True),
    ]  # fmt: skip


def surprises(forbidden_paths: list[str]) -> list[str]:
    """Try everything; return what did not behave, as sentences. Empty: the wall stands."""
    found = []
    for attempt in attempts(forbidden_paths):
        try:
            value = attempt.run()
        except FileNotFoundError:
            continue  # nothing there to open: no evidence either way, and no hole
        except (OSError, MemoryError, ValueError) as error:
            if attempt.allowed:
                found.append(f"could not {attempt.name}: {error}")
            continue
        if not attempt.allowed:
            found.append(f"could {attempt.name} ({str(value)[:60]})")
    return found


def serve(channel: socket.socket) -> None:
    """Answer one request with the surprises, then return."""
    from dlquiz.sandbox.worker import Requests

    request = Requests(channel).read()
    if request is None:
        return
    reply: dict[str, Any] = {"id": request["id"], "value": surprises(request["forbidden"])}
    for part in wire.pack(reply):
        channel.sendall(part)
    sys.stdout.flush()
