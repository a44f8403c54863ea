"""What this machine can do, found out by doing it: for ``dlquiz doctor``."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from dlquiz.errors import DlquizError
from dlquiz.sandbox import landlock, seccomp
from dlquiz.sandbox.launch import Server


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was found, and what to install or change if it is not enough."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def machine() -> list[Check]:
    """Return what the wall needs, what is there, and the level that a real server reached."""
    return [_platform(), _landlock(), _seccomp(), *_server()]


def _platform() -> Check:
    linux = sys.platform == "linux"
    fix = "" if linux else "for level kernel use Linux; on Windows use WSL2"
    return Check("platform", linux, f"{sys.platform}, {os.uname().release}", fix)


def _landlock() -> Check:
    abi = landlock.abi()
    if abi:
        return Check("Landlock", True, f"version {abi}")
    fix = "use Linux 5.13 or newer with Landlock switched on (boot parameter lsm=landlock,…), Docker 20.10.14 or newer"
    return Check("Landlock", False, "missing in this kernel, or switched off", fix)


def _seccomp() -> Check:
    missing = seccomp.library_missing()
    if missing is None:
        return Check("seccomp", True, "libseccomp is there")
    return Check("seccomp", False, missing, "Debian, Ubuntu: apt install libseccomp2; Fedora: dnf install libseccomp")


def _server() -> list[Check]:
    try:
        with Server() as server:
            wall = server.wall
            surprises = server.surprises([str(Path(__file__)), "/etc/passwd"]).result() if wall.kernel else []
    except DlquizError as error:
        return [Check("sandbox", False, error.message, error.next_step)]
    level = "kernel" if wall.kernel and not surprises else "process"
    detail = "; ".join(surprises) or ("every forbidden thing was refused" if wall.kernel else "; ".join(wall.reasons))
    fix = "" if level == "kernel" else "install what is named above; other people's code should not be graded here"
    return [Check("isolation", level == "kernel", f"{level}: {detail}", fix), _identity(wall.identity)]


def _identity(identity: str) -> Check:
    words = {
        "nobody": "workers run as an unprivileged user",
        "user": "workers run as you, without any privilege",
        "root": "workers run as root without capabilities: the interpreter lies in a folder that others cannot read",
    }
    fix = "put the virtual environment and its Python outside /root to use another user" if identity == "root" else ""
    return Check("identity", True, words[identity], fix)
