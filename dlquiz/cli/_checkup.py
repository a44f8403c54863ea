"""The single checks of ``dlquiz doctor``. None imports a framework: versions come from the installed metadata."""

import platform
import sys
from dataclasses import dataclass
from importlib import metadata

from dlquiz import __version__
from dlquiz.errors import DlquizError

_NEEDED = (
    *("click", "msgpack", "numpy", "platformdirs", "pooch"),
    *("pydantic", "pytest", "PyYAML", "rich", "watchfiles"),
)
_ON_LINUX = ("landlockpy", "pyseccomp")
_FRAMEWORKS = {"torch": ("torch",), "tensorflow": ("tensorflow", "tensorflow-cpu")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. ``needed``: dlquiz cannot work without it. ``fix``: what to type or install."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = False


def python() -> list[Finding]:
    """Check the interpreter and dlquiz itself."""
    detail = f"{platform.python_implementation()} {platform.python_version()} ({sys.executable})"
    return [
        Finding("dlquiz", True, __version__, needed=True),
        Finding("python", sys.version_info >= (3, 11), detail, "Install Python 3.11 or newer.", needed=True),
        Finding("system", True, platform.platform(terse=True)),
    ]


def packages() -> list[Finding]:
    """Check the installed packages; frameworks are only useful (later exercises use them)."""
    needed = _NEEDED + (_ON_LINUX if sys.platform == "linux" else ())
    found = [_package(name, (name,), needed=True, fix=f"python -m pip install {name}") for name in needed]
    extras = [
        _package(name, names, needed=False, fix=f'python -m pip install "dlquiz[{name}]"   (for the {name} exercises)')
        for name, names in _FRAMEWORKS.items()
    ]
    return found + extras


def _package(name: str, distributions: tuple[str, ...], *, needed: bool, fix: str) -> Finding:
    for distribution in distributions:
        try:
            return Finding(name, True, metadata.version(distribution), needed=needed)
        except metadata.PackageNotFoundError:
            continue
    return Finding(name, False, "not installed", fix, needed)


def machine() -> list[Finding]:
    """Check what the wall can use here."""
    try:
        from dlquiz.sandbox import probe
    except ImportError as error:
        return [Finding("isolation", False, f"cannot be checked: {error}")]
    try:
        return [Finding(check.name, check.ok, check.detail, check.fix, check.needed) for check in probe.machine()]
    except (DlquizError, OSError) as error:
        return [Finding("isolation", False, f"cannot be checked: {error}")]


def data_sets() -> list[Finding]:
    """Check which images are here."""
    try:
        from dlquiz import data
    except ImportError as error:
        return [Finding("data digits", False, str(error), needed=True)]
    found = []
    for name, fix, needed in (
        ("digits", "Install dlquiz again: this data set comes with it.", True),
        ("mnist", "dlquiz data fetch mnist   (exercise 4 works without it, on digits)", False),
    ):
        try:
            here = data.available(name)
            found.append(Finding(f"data {name}", here, "here" if here else "not here", fix, needed))
        except (DlquizError, OSError, AttributeError) as error:
            found.append(Finding(f"data {name}", False, str(error), fix, needed))
    return found
