"""Landlock: the exact list of files that a worker may open (read-only, nothing else).

landlockpy is the binding; scopes are named here because its default is none,
and the ABI is reported by us because kernels claim versions they do not have.
"""

import errno
import os
import sys
import sysconfig
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from dlquiz.sandbox.libc import LibC

_STDLIB_EXCLUDED = frozenset({"site-packages", "dist-packages", "__pycache__", "test", "idlelib", "ensurepip"})
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_SINGLE_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/etc/localtime")
_SINGLE_FOLDERS = ("/sys/devices/system/cpu", "/usr/share/zoneinfo")
OWN_FILES = ("/proc/self/cmdline",)
"""Opened by the worker itself after the fork: ``/proc/self`` is whoever opens it."""


def abi() -> int:
    """Landlock's version in this kernel, 0 without it (or without the binding)."""
    try:
        import landlockpy
    except ImportError:
        return 0
    try:
        return int(landlockpy.abi_version())
    except (OSError, landlockpy.LandlockError):
        return 0


def missing(libc: LibC) -> str | None:
    """Return why no worker can be put behind Landlock, None if it can; in words for people."""
    if sys.platform != "linux":
        return f"{sys.platform} has no Landlock"
    number = libc.landlock_refusal()
    if number == 0:
        return None if abi() else "the Python package landlockpy is not installed"
    if number == errno.EOPNOTSUPP:
        return "Landlock is built into this kernel, but switched off"
    if number == errno.ENOSYS:
        return "Landlock is missing in this kernel, or the container hides it"
    return f"Landlock's system calls are refused, most likely by the container ({os.strerror(number)})"


def readable_paths(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Every file and folder that a worker for ``packages`` may read.

    Rules are hierarchical, so the standard library is listed child by child: its
    folder holds ``site-packages`` where there is no virtual environment.
    """
    paths = {path for path in (*_SINGLE_FILES, *_SINGLE_FOLDERS) if Path(path).exists()}
    for key in ("stdlib", "platstdlib"):
        folder = Path(sysconfig.get_path(key))
        paths |= {str(child) for child in folder.iterdir() if child.name not in _STDLIB_EXCLUDED}
    paths |= _shared_library_paths()
    paths |= {str(path) for package in packages for path in package_paths(package)}
    return tuple(sorted(paths))


def _shared_library_paths() -> set[str]:
    """Return shared libraries, without the Python packages that distributions put beside them.

    Folders are listed child by child: /usr/lib holds ``python3/dist-packages`` on
    Debian, /usr/lib64 holds ``python3.x/site-packages`` on Fedora.
    """
    folders = [Path(name) for name in (*_LIBRARY_FOLDERS, f"{sys.base_prefix}/lib")]
    children = [child for folder in folders if folder.is_dir() for child in folder.iterdir()]
    return {str(child) for child in children if child.name.endswith("-linux-gnu") or ".so" in child.name}


@cache
def package_paths(package: str) -> tuple[Path, ...]:
    """Folders and extension files of ``package`` and of everything it requires."""
    tops: set[Path] = set()
    for dist in _closure(_distribution_of(package)):
        for file in dist.files or ():
            first = file.parts[0]
            if first in ("..", "__pycache__") or first.endswith((".pth", ".dist-info", ".data")):
                continue
            tops.add(Path(str(dist.locate_file(first))))
    return tuple(sorted(path for path in tops if path.exists()))


def import_names(package: str) -> tuple[str, ...]:
    """Top-level names that ``package`` and its requirements let a learner import."""
    return tuple(sorted({path.name.partition(".")[0] for path in package_paths(package)}))


def _distribution_of(package: str) -> str:
    if package == "tensorflow":
        for name in ("tensorflow-cpu", "tensorflow"):
            try:
                metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue
            return name
    return package


def _closure(name: str) -> list[metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    todo = [name]
    while todo:
        current = todo.pop().lower().replace("_", "-")
        if current in found:
            continue
        try:
            dist = metadata.distribution(current)
        except metadata.PackageNotFoundError:
            continue
        found[current] = dist
        todo += [requirement for requirement in map(_plain_requirement, dist.requires or ()) if requirement]
    return list(found.values())


def _plain_requirement(text: str) -> str:
    """Return the name in a requirement, '' if it belongs to an extra or to another platform."""
    head, _, marker = text.partition(";")
    if "extra" in marker:
        return ""
    name = head.strip()
    for index, letter in enumerate(name):
        if not (letter.isalnum() or letter in "-_."):
            return name[:index]
    return name


class Rules:
    """A ruleset that is built once in the server and enforced in each worker."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        import landlockpy

        self._lib = landlockpy
        self.paths = paths
        self._ruleset = self._build(paths)

    @property
    def fileno(self) -> int:
        """The descriptor that must survive until :meth:`enforce`."""
        return int(self._ruleset.fileno())

    def _build(self, paths: tuple[str, ...]) -> Any:
        scopes = self._lib.Scope.ABSTRACT_UNIX_SOCKET | self._lib.Scope.SIGNAL
        ruleset = self._lib.Ruleset(scoped=scopes)
        for path in paths:
            self._allow(ruleset, path)
        return ruleset

    def _allow(self, ruleset: Any, path: str) -> None:
        access = self._lib.AccessFS.READ_FILE
        if Path(path).is_dir():
            access |= self._lib.AccessFS.READ_DIR
        try:
            ruleset.allow_path(path, access)
        except FileNotFoundError:
            return  # gone since it was listed: nothing to allow

    def enforce(self, own_files: tuple[str, ...] = ()) -> None:
        """Restrict this process for good. ``own_files`` are opened by this very process."""
        if own_files:
            ruleset = self._build(self.paths)
            for path in own_files:
                self._allow(ruleset, path)
        else:
            ruleset = self._ruleset
        ruleset.restrict()
        ruleset.close()
