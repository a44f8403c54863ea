"""What this installation and this machine can do, point by point.

Nothing that is checked is imported: what must be here, and how new, is what the package's own metadata asks for.
"""

import platform
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from dlquiz import __version__
from dlquiz.errors import DlquizError

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from dlquiz.study.desk import Desk

_USES = {"anki": "to export quizzes to Anki", "tensorflow": "for the tensorflow exercises"}
_NOT_FOR_LEARNERS = frozenset({"all", "dev", "test"})
"""Extras that say nothing about what can be learnt here."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the check-up. ``needed``: dlquiz cannot work without it. ``fix``: what to type or install."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    needed: bool = False


def checkup(desk: "Desk") -> list[Point]:
    """Check everything."""
    return [*_python(), *packages(), *_machine(), *_data_sets(), *_desk(desk)]


def _python() -> Iterator[Point]:
    detail = f"{platform.python_implementation()} {platform.python_version()} ({sys.executable})"
    yield Point("dlquiz", True, __version__, needed=True)
    yield Point("python", sys.version_info >= (3, 11), detail, "Install Python 3.11 or newer.", needed=True)
    yield Point("system", True, platform.platform(terse=True))


def packages(distribution: str = "dlquiz") -> list[Point]:
    """Check that what a distribution asks for is installed, and new enough; its extras are only useful."""
    try:
        texts = metadata.requires(distribution) or ()
    except metadata.PackageNotFoundError:
        unknown = f"{distribution} itself is not installed, so what it needs is not known"
        return [Point("packages", False, unknown, f"python -m pip install {distribution}", needed=True)]
    try:
        from packaging.requirements import Requirement
    except ModuleNotFoundError:
        return [Point("packaging", False, "not installed", "python -m pip install packaging", needed=True)]
    listed = [Requirement(text) for text in texts]
    return [*_base(listed), *_extras(listed)]


def _base(listed: "list[Requirement]") -> Iterator[Point]:
    for one in sorted(listed, key=lambda one: one.name):
        if _extra(one) is None and (one.marker is None or one.marker.evaluate()):
            yield _package(one.name, [one], f'python -m pip install "{one.name}{one.specifier}"', needed=True)


def _extras(listed: "list[Requirement]") -> Iterator[Point]:
    """Check each extra; where it names several distributions (one for each processor), one of them is enough."""
    named: dict[str, list[Requirement]] = {}
    for one in listed:
        extra = _extra(one)
        if extra is not None and extra not in _NOT_FOR_LEARNERS:
            named.setdefault(extra, []).append(one)
    for extra, wanted in named.items():
        use = _USES.get(extra, f"for the {extra} exercises")
        yield _package(extra, wanted, f'python -m pip install "dlquiz[{extra}]"   ({use})', needed=False)


def _extra(one: "Requirement") -> str | None:
    """Return the extra that a requirement belongs to; None for what is always needed."""
    found = re.search(r"""extra == ["']([^"']+)""", str(one.marker or ""))
    return found[1] if found else None


def _package(name: str, wanted: "list[Requirement]", fix: str, *, needed: bool) -> Point:
    """Check that one of some distributions is here and new enough."""
    detail = "not installed"
    for one in wanted:
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            continue
        # A pre-release that somebody has installed on purpose counts.
        if one.specifier.contains(version, prereleases=True):
            return Point(name, True, version, needed=needed)
        detail = f"{version}, which is too old: {one.specifier} is needed"
    return Point(name, False, detail, fix, needed)


def _machine() -> list[Point]:
    """Check what the wall can use here."""
    try:
        from dlquiz.sandbox import machine_check
    except ImportError as error:
        return [Point("isolation", False, f"cannot be checked: {error}")]
    try:
        found = machine_check.machine()
        return [Point(check.name, check.ok, check.detail, check.fix, check.needed) for check in found]
    except (DlquizError, OSError) as error:
        return [Point("isolation", False, f"cannot be checked: {error}")]


def _data_sets() -> Iterator[Point]:
    """Check which data sets are here: those that come with dlquiz, and those that people bring."""
    try:
        from dlquiz.data.access import available
        from dlquiz.data.catalog import CATALOG
    except ImportError as error:
        yield Point("data sets", False, str(error), needed=True)
        return
    yield Point("data sets", True, ", ".join(info.name for info in CATALOG if not info.files), needed=True)
    for info in CATALOG:
        if not info.files:
            continue
        fix = f"dlquiz data fetch {info.name}   (the exercises work without it)"
        try:
            here = available(info.name)
            yield Point(f"data {info.name}", here, "here" if here else "not here", fix)
        except (DlquizError, OSError) as error:
            yield Point(f"data {info.name}", False, str(error), fix)


def _desk(desk: "Desk") -> Iterator[Point]:
    """Check the learner's course, folder and store."""

    def course() -> str:
        found = desk.course
        return f"{found.manifest.title} {found.manifest.version}, {len(found.exercise_ids())} exercises"

    def workspace() -> str:
        return str(desk.workspace.root) if desk.workspace else "none yet; dlquiz start makes it"

    def progress() -> str:
        if desk.workspace is None:
            return "none yet"
        from dlquiz.study.store import Progress

        with Progress(desk.workspace.store) as store:
            return " ".join(store.notes) or "readable and writable"

    yield _looked_at("course", course, needed=True)
    yield _looked_at("workspace", workspace, needed=False)
    yield _looked_at("progress", progress, needed=False)


def _looked_at(name: str, look: Callable[[], str], *, needed: bool) -> Point:
    try:
        return Point(name, True, look(), needed=needed)
    except DlquizError as error:
        return Point(name, False, error.message, error.next_step, needed=needed)
