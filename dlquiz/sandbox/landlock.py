"""Landlock: the exact list of files that a worker may open (read-only, nothing else).

Everything that the kernel can refuse is handled. Its version is reported, but the
wall rests on the self-check: kernels claim versions that they do not have.
"""

import errno
import os
import sys
import sysconfig
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from dlquiz.sandbox import landlock_calls as calls
from dlquiz.sandbox.libc import LibC
from dlquiz.sandbox.packages import PACKAGES

_STDLIB_EXCLUDED = frozenset({"site-packages", "dist-packages", "__pycache__", "test", "idlelib", "ensurepip"})
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_SINGLE_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/etc/localtime")
_SINGLE_FOLDERS = ("/sys/devices/system/cpu", "/usr/share/zoneinfo")
_PR_GET_NO_NEW_PRIVS = 39
OWN_FILES = ("/proc/self/cmdline",)
"""Opened by the worker itself after the fork: ``/proc/self`` is whoever opens it."""


def abi() -> int:
    """Landlock's version in this kernel, 0 without it."""
    try:
        return calls.version()
    except OSError:
        return 0


def missing(libc: LibC) -> str | None:
    """Return why no worker can be put behind Landlock, None if it can; in words for people."""
    if sys.platform != "linux":
        return f"{sys.platform} has no Landlock"
    number = calls.refusal(unprivileged=libc.prctl(_PR_GET_NO_NEW_PRIVS) == 1)
    if number == 0:
        return None
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
    paths |= {str(path) for package in packages for path in (*package_paths(package), *_metadata_paths(package))}
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
    return tuple(sorted(path for path in _files(package)[0] if path.exists()))


def _metadata_paths(package: str) -> frozenset[Path]:
    """Where the version of ``package`` and of everything it requires stands: libraries compare those."""
    return _files(package)[1]


@cache
def _files(package: str) -> tuple[frozenset[Path], frozenset[Path]]:
    tops: set[Path] = set()
    metadata_files: set[Path] = set()
    for dist in _closure(_distribution_of(package)):
        for file in dist.files or ():
            first = file.parts[0]
            if first.endswith(".dist-info") and file.name == "METADATA":
                metadata_files.add(Path(str(dist.locate_file(file))))
            elif first not in ("..", "__pycache__") and not first.endswith((".pth", ".dist-info", ".data")):
                tops.add(Path(str(dist.locate_file(first))))
    return frozenset(tops), frozenset(metadata_files)


def import_names(*packages: str) -> frozenset[str]:
    """Top-level names of ``packages`` and of everything that they require: libraries may import those."""
    return frozenset(path.name.partition(".")[0] for package in packages for path in package_paths(package))


def distribution_names(*packages: str) -> frozenset[str]:
    """Return what ``packages`` and everything that they require are installed as."""
    return frozenset(dist.name for package in packages for dist in _closure(_distribution_of(package)))


@cache
def _distribution_of(package: str) -> str:
    if package not in PACKAGES:
        return package
    known = next((name for name in PACKAGES[package].distributions if _is_installed(name)), None)
    if known is not None:
        return known
    # Built by somebody else, under another name: slow to find, for every installed distribution is opened.
    return next(iter(metadata.packages_distributions().get(PACKAGES[package].imports[0], ())), package)


def _is_installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


@cache
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


class Ruleset:
    """A ruleset that is built once in the server and enforced in each worker.

    Relative ``paths`` are found from the folder of whoever builds it: the server's, which every worker inherits.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        self._abi = abi()
        self.fileno = self._build(paths)
        """The descriptor that must survive until :meth:`enforce`."""

    def _build(self, paths: tuple[str, ...]) -> int:
        ruleset = calls.create_ruleset(self._abi)
        for path in paths:
            access = calls.READ_FILE | (calls.READ_DIR if Path(path).is_dir() else 0)
            with suppress(FileNotFoundError):  # gone since it was listed: nothing to allow
                calls.allow_path(ruleset, path, access)
        return ruleset

    def enforce(self, own_files: tuple[str, ...] = ()) -> None:
        """Restrict this process for good. ``own_files`` are opened by this very process."""
        ruleset = self._build((*self.paths, *own_files)) if own_files else self.fileno
        calls.restrict_self(ruleset)
        os.close(ruleset)
