"""Run ``python -m dlquiz`` again and again, each time in a fork of a process that has imported it already.

A program of its own: it answers at the socket that it is given as its standard input (``warm.py``). Each message is one
command: its words, environment and folder, and with it come its three standard streams and a socket of its own, at
which its process id is told, and how it ended.
"""

import gc
import importlib
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import termios
import time
from contextlib import suppress
from fcntl import ioctl

import dlquiz

ROOMS = ("cli", "study", "quiz", "model", "content", "render", "exchange")
Job = dict


def load() -> None:
    """Import what commands import; what is not installed here, none of them can use."""
    for room in ROOMS:
        package = importlib.import_module(f"dlquiz.{room}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("._run_examples"):  # a program of its own
                try:
                    importlib.import_module(found.name)
                except ImportError:
                    continue
    gc.collect()
    gc.freeze()


def serve(requests: socket.socket) -> Job:
    """Fork for each command; return in its process with what it has to run. This process ends with its owner."""
    running: dict[int, tuple[int, socket.socket]] = {}
    with selectors.DefaultSelector() as waiting:
        waiting.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is requests:
                    text, descriptors, _, _ = socket.recv_fds(requests, 1 << 20, 4)
                    if not text:
                        os._exit(0)
                    answers = socket.socket(fileno=descriptors[3])
                    if (pid := os.fork()) == 0:
                        return {**json.loads(text), "streams": descriptors[:3]}
                    for one in descriptors[:3]:
                        os.close(one)
                    answers.sendall(f"{pid}\n".encode())
                    watched = os.pidfd_open(pid)
                    running[watched] = (pid, answers)
                    waiting.register(watched, selectors.EVENT_READ)
                else:
                    pid, answers = running.pop(key.fd)
                    waiting.unregister(key.fd)
                    os.close(key.fd)
                    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    with suppress(OSError):  # nobody wants to know
                        answers.sendall(f"{code}\n".encode())
                    answers.close()


def become(job: Job, requests: socket.socket) -> None:
    """Make this process what a new one would be that was started with these streams, words and environment."""
    os.setsid()
    requests.detach()  # what has its number later must not be closed with it
    for number, descriptor in enumerate(job["streams"]):
        os.dup2(descriptor, number)
    os.closerange(3, 65_536)
    if job["controlling"]:
        ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["folder"])
    time.tzset()
    if "PYTHONSAFEPATH" not in os.environ:
        sys.path.insert(0, job["folder"])
    sys.argv[:] = [os.path.join(dlquiz.__path__[0], "__main__.py"), *job["words"]]  # noqa: PTH118  it is a text
    sys.stdin = sys.__stdin__ = stream(0, "r", "strict")
    sys.stdout = sys.__stdout__ = stream(1, "w", "strict")
    sys.stderr = sys.__stderr__ = stream(2, "w", "backslashreplace")


def stream(descriptor: int, mode: str, errors: str) -> io.TextIOWrapper:
    """Open a standard stream as Python does; standard error is never kept back for longer than a line."""
    raw = open(descriptor, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115  a descriptor
    raw.reconfigure(line_buffering=raw.isatty() or descriptor == 2)
    return raw


if __name__ == "__main__":
    own = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    load()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    become(serve(own), own)
    from dlquiz.__main__ import run

    raise SystemExit(run())
