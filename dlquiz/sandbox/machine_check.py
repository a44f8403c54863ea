"""What this machine can do, found out by doing it: for ``dlquiz doctor``."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from dlquiz.errors import DlquizError
from dlquiz.sandbox import landlock, seccomp
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.libc import LibC


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was found, and what to install or change if it is not enough."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = False
    """Without it nothing can be graded."""


def machine() -> list[Check]:
    """Return what the wall needs, what is there, and the level that a real server reached."""
    return [_platform(), _landlock(), _seccomp(), *_server()]


def _platform() -> Check:
    linux = sys.platform == "linux"
    fix = "" if linux else "for level kernel use Linux; on Windows use WSL2"
    return Check("platform", linux, f"{sys.platform}, {os.uname().release}", fix)


def _landlock() -> Check:
    missing = landlock.missing(LibC())
    if missing is None:
        return Check("Landlock", True, f"version {landlock.abi()}")
    fix = "use Linux 5.13 or newer with Landlock switched on (boot parameter lsm=landlock,…), Docker 20.10.14 or newer"
    return Check("Landlock", False, missing, fix)


def _seccomp() -> Check:
    missing = seccomp.missing(LibC())
    if missing is None:
        return Check("seccomp", True, "libseccomp is there")
    if seccomp.library_missing() is None:
        return Check("seccomp", False, missing, "start the container with the engine's default seccomp profile")
    return Check("seccomp", False, missing, "Debian, Ubuntu: apt install libseccomp2; Fedora: dnf install libseccomp")


def _server() -> list[Check]:
    try:
        with ForkServer() as server:
            wall = server.wall
            surprises = server.surprises([str(Path(__file__)), "/etc/passwd"]).result() if wall.kernel else []
    except DlquizError as error:
        fix = "nothing can be graded here; in a container: start it with the engine's default seccomp profile"
        return [Check("sandbox", False, error.message, fix, needed=True)]
    level = "kernel" if wall.kernel and not surprises else "process"
    detail = "; ".join(surprises) or ("every forbidden thing was refused" if wall.kernel else "; ".join(wall.reasons))
    fix = "" if level == "kernel" else "mend what is named above; other people's code should not be graded here"
    return [Check("isolation", level == "kernel", f"{level}: {detail}", fix), _identity(wall.identity)]


def _identity(identity: str) -> Check:
    words = {
        "nobody": "workers run as an unprivileged user",
        "user": "workers run as you, without any privilege",
        "root": "workers run as root without capabilities: another user cannot read this Python, or cannot be taken",
    }
    fix = "start dlquiz as an ordinary user, with Python and its packages where that user can read them"
    return Check("identity", True, words[identity], fix if identity == "root" else "")
