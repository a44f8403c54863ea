"""Start ``python -m dlquiz`` as a fork of a process that has imported it: a tenth of the time, hundreds of times.

What belongs to the start itself (what is imported, Ctrl-C meanwhile, a locale that is not ours) is tested with
processes that Python starts; ``Process`` is one of these, too, if the environment asks for another Python than ours.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

LOCALE = ("LANG", "LANGUAGE", "LOCPATH")
AT_ANY_TIME = {"PYTHONSAFEPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"}
"""What the server can do for each command, and what makes no difference to one."""
USUAL = ({}, {"PYTHONUTF8": "1"})
_servers: dict[str, socket.socket] = {}


def kind_of_python(environment):
    """Return what of an environment decides how Python itself starts."""
    return {
        name: value
        for name, value in environment.items()
        if name in LOCALE or (name.startswith(("PYTHON", "LC_")) and name not in AT_ANY_TIME)
    }


def server_for(environment):
    """Return the socket of the server that has such a Python; None if commands like this one are rare."""
    wanted, ours = kind_of_python(environment), kind_of_python(os.environ)
    if sys.platform != "linux" or wanted not in (ours, *USUAL):
        return None
    key = json.dumps(wanted, sort_keys=True)
    if key not in _servers:
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", *LOCALE))}
        server = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("warm_server.py"))],
            stdin=theirs, start_new_session=True, env={**kept, **wanted},
        )  # fmt: skip
        theirs.close()
        atexit.register(end, mine, server)
        _servers[key] = mine
    return _servers[key]


def end(requests, server):
    """Close a server's socket, and wait for it to end."""
    requests.close()
    server.wait(timeout=10)


class Process:
    """A command that runs; used as a ``subprocess.Popen`` is."""

    def __init__(self, words, *, environment, folder, streams, controlling=False):
        self.returncode = None
        self._answers = self._popen = None
        server = server_for(environment)
        if server is None:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "dlquiz", *words], env=environment, cwd=folder, start_new_session=True,
                **dict(zip(("stdin", "stdout", "stderr"), streams, strict=True)),
                preexec_fn=(lambda: ioctl(0, termios.TIOCSCTTY, 0)) if controlling else None,
            )  # fmt: skip
            self.pid = self._popen.pid
            return
        self._answers, theirs = socket.socketpair()
        self._told = self._answers.makefile("rb")
        job = {"words": words, "environment": dict(environment), "folder": str(folder), "controlling": controlling}
        socket.send_fds(server, [json.dumps(job).encode()], [*streams, theirs.fileno()])
        theirs.close()
        self.pid = int(self._told.readline())

    def poll(self):
        """Return how it ended, None if it has not."""
        return self._ended(0)

    def wait(self, timeout=None):
        """Wait until it has ended."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired("dlquiz", timeout)
        return self.returncode

    def _ended(self, timeout):
        if self.returncode is None and self._popen is not None:
            with suppress(subprocess.TimeoutExpired):
                self.returncode = self._popen.wait(timeout)
        elif self.returncode is None and select.select([self._answers], [], [], timeout)[0]:
            self.returncode = int(self._told.readline())
            self._told.close()
            self._answers.close()
        return self.returncode

    def send_signal(self, number):
        """Send it a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def run(words, *, environment, folder, given=b"", timeout=60):
    """Run a command to its end; return its exit code and what it wrote to both streams, as bytes."""
    (their_in, our_in), (our_out, their_out), (our_err, their_err) = os.pipe(), os.pipe(), os.pipe()
    streams = (their_in, their_out, their_err)
    process = Process(words, environment=environment, folder=folder, streams=streams)
    for one in streams:
        os.close(one)
    said = {our_out: b"", our_err: b""}
    left = set(said)
    try:
        # Less than a pipe holds: nobody has to read meanwhile.
        assert len(given) < 65_536
        with suppress(BrokenPipeError):
            os.write(our_in, given)
        os.close(our_in)
        while left:
            ready, _, _ = select.select(left, [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired(words, timeout, *said.values())
            for one in ready:
                part = os.read(one, 65_536)
                said[one] += part
                left -= set() if part else {one}
        return process.wait(timeout), said[our_out], said[our_err]
    finally:
        process.kill()
        for one in said:
            os.close(one)
