"""Start the server's process: as early as possible, before it is known what it will be asked.

Every server imports NumPy first. So the grader process starts one before its own
imports, and both import at the same time. This module imports nothing heavy.
"""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dlquiz.sandbox.output import memory_file
from dlquiz.sandbox.packages import environment

NOBODY = 65534

ENVIRONMENT = {**environment(), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
"""All that a server and its workers see: it starts before it is known which packages it will have."""


@dataclass(frozen=True, slots=True)
class Started:
    """A server's process that waits to be configured."""

    process: "subprocess.Popen[bytes]"
    control: socket.socket
    errors: IO[bytes]
    identity: str


_early: list[Started] = []


def start_early() -> None:
    """Start a server's process now, for the first server that is made."""
    if sys.platform == "linux":
        _early.append(_start())


def take_started() -> Started:
    """Return the process that was started early, or a new one."""
    return _early.pop() if _early else _start()


def _start() -> Started:
    identity, user = _identity()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    errors = memory_file()
    # -I and -c: neither the current folder, nor PYTHON* variables, nor the user's site-packages have a say.
    root = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.append({root!r}); from dlquiz.sandbox.server_main import main; main()"
    command = [sys.executable, "-I", "-B", "-c", code, str(theirs.fileno()), str(os.getpid())]
    who: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}

    def popen(**who: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            command, pass_fds=(theirs.fileno(),), env=ENVIRONMENT, cwd="/", start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, **who,
        )  # fmt: skip

    try:
        process = popen(**who)
    except PermissionError:
        if user is None:
            raise
        # Root without the right to change users, as in a container that was started with --cap-drop ALL.
        identity, process = "root", popen()
    finally:
        theirs.close()
    return Started(process, ours, errors, identity)


def _identity() -> tuple[str, int | None]:
    """Return who the server runs as, and the uid to switch to (None: stay)."""
    if os.geteuid() != 0:
        return "user", None
    needed = [sys.executable, sys.base_prefix, str(Path(__file__).parents[1]), *_package_folders()]
    if all(_open_to_all(Path(path).resolve()) for path in needed):
        return "nobody", NOBODY
    # An interpreter below a 0700 home cannot run as another user. Capabilities are still dropped,
    # and Landlock and the filter still hold.
    return "root", None


def _package_folders() -> list[str]:
    import sysconfig

    return [sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")]


def _open_to_all(path: Path) -> bool:
    """Whether every user may reach ``path``."""
    try:
        return all(folder.stat().st_mode & 0o001 for folder in path.parents) and bool(path.stat().st_mode & 0o004)
    except OSError:
        return False
