"""From the names and contents of a folder (or of an archive, which is one) to a submission."""

import hashlib
import keyword
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from dlquiz.errors import SubmissionError
from dlquiz.model.packages import import_names
from dlquiz.submission.notebook import MAX_NOTEBOOK_BYTES, code_of
from dlquiz.submission.plain import MAX_BYTES, ModuleSource, Submission, decode, shown, too_large

MAX_MODULES: Final = 100
"""Python files beside the main one."""
MAX_ENTRIES: Final = 10_000
"""Files and folders that are looked at before a folder counts as the wrong one."""
MAX_DEPTH: Final = 8
"""Folders inside each other; what lies deeper is left out."""

_NAMES_LISTED = 5
# Loaded in every worker before the submission, so that a learner's file of that name would never be found.
_OURS = frozenset({"dlquiz", "msgpack", "numpy", "probe"})
_TESTS = re.compile(r"(.*/)?(tests?/.*|(test_[^/]*|[^/]*_test|tests?|conftest)\.py)")
_NEVER = re.compile(r"(sitecustomize|usercustomize|__main__)\.py|.*\.pth")
_CLUTTER = re.compile(r"\..*|__pycache__|__MACOSX|venv|virtualenv|node_modules|site-packages|.*\.egg-info")
"""Folders, and hidden files, that are left out without a word."""


class Files(Protocol):
    """What a folder or an archive holds: names with ``/`` between the parts, and the bytes of each."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The plain files."""

    @property
    def unusable(self) -> tuple[str, ...]:
        """Links, pipes and devices: never opened."""

    def read(self, path: str, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes of a file."""


@dataclass(frozen=True, slots=True)
class _Choice:
    main: str
    modules: tuple[tuple[str, str], ...]  # name, path
    notes: tuple[str, ...]


def is_clutter(part: str) -> bool:
    """Say whether a folder or file of this name is none of the learner's work."""
    return bool(_CLUTTER.fullmatch(part))


def tree_submission(files: Files, *, name: str, module_name: str, packages: Sequence[str]) -> Submission:
    """Make a submission of a folder's files.

    The main source is ``<module_name>.py`` at the top, or else the notebook
    ``<module_name>.ipynb``. Every other Python file becomes a module.

    Raises
    ------
    SubmissionError
        The main file is missing, a file has a name that Python would take for a
        library's, there are too many or too large files, or one is not text.
    """
    choice = _choose(files, name, module_name, packages)
    source, cells = _main(files, choice.main)
    left = MAX_BYTES - len(source)
    modules = []
    for module, path in choice.modules:
        text = files.read(path, left)
        left -= len(text)
        if left < 0:
            raise too_large(f"All Python files of {name} together")
        decode(text, path)
        modules.append(ModuleSource(module, shown(path), text))
    contents = dict(zip((path for _, path in choice.modules), (one.source for one in modules), strict=True))
    digest = _digest({choice.main: source, **contents})
    return Submission(
        shown(name), module_name, source, digest, tuple(modules), shown(choice.main), cells, choice.notes
    )  # fmt: skip


def _main(files: Files, path: str) -> tuple[bytes, tuple[int, ...]]:
    if path.endswith(".ipynb"):
        code = code_of(files.read(path, MAX_NOTEBOOK_BYTES), path)
        source, cells = code.source, code.cells
    else:
        source, cells = files.read(path, MAX_BYTES), ()
    if len(source) > MAX_BYTES:
        raise too_large(path)
    decode(source, path)
    return source, cells


def _digest(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, content in sorted(contents.items()):
        name = path.encode("utf-8", "surrogateescape")
        # With their lengths, or the end of one could be the beginning of the next.
        digest.update(b"%d %d\n" % (len(name), len(content)))
        digest.update(name)
        digest.update(content)
    return digest.hexdigest()


# -- which files ------------------------------------------------------------


def _choose(files: Files, name: str, module_name: str, packages: Sequence[str]) -> _Choice:
    paths = _work(files.paths)
    main = _find_main(paths, files, name, module_name)
    taken = _OURS.union(sys.stdlib_module_names, import_names(packages))
    modules: dict[str, str] = {}
    left_out: dict[str, list[str]] = {}
    for path in paths:
        reason = _why_not(path)
        if path == main:
            continue
        if reason is not None:
            left_out.setdefault(reason, []).append(path)
            continue
        module = _module_name(path)
        _refuse_taken(path, module.partition(".")[0], taken)
        if module in modules or module == module_name:
            raise SubmissionError(
                f"{shown(modules.get(module, main))} and {shown(path)} would both be the module {module!r}.",
                next_step="Rename one of the two files.",
            )
        modules[module] = path
    if len(modules) > MAX_MODULES:
        raise SubmissionError(
            f"{shown(name)} has more than {MAX_MODULES} Python files.",
            next_step="Hand in a folder that holds this exercise only.",
        )
    if links := _work(files.unusable):
        left_out["links and pipes are not opened"] = links
    return _Choice(main, tuple(sorted(modules.items())), tuple(_note(*item) for item in left_out.items()))


def _work(paths: Iterable[str]) -> list[str]:
    """Return what is the learner's own: no hidden files, caches and environments."""
    paths = tuple(paths)
    environments = tuple(path.removesuffix("pyvenv.cfg") for path in paths if path.endswith("/pyvenv.cfg"))
    return sorted(
        path for path in paths if not any(map(is_clutter, path.split("/"))) and not path.startswith(environments)
    )


def _find_main(paths: list[str], files: Files, name: str, module_name: str) -> str:
    wanted = f"{module_name}.py"
    for candidate in (wanted, f"{module_name}.ipynb"):
        if candidate in paths:
            return candidate
    if wanted in files.unusable:
        raise SubmissionError(
            f"{wanted} in {shown(name)} is a link or not a plain file. Links are not followed.",
            next_step="Put the file itself there.",
        )
    elsewhere = [path for path in paths if path.rpartition("/")[2] == wanted]
    if elsewhere:
        raise SubmissionError(
            f"{shown(name)} has {wanted} only in a folder inside it: {_listed(elsewhere)}.",
            next_step=f"Hand in the folder in which {wanted} lies.",
        )
    there = [path for path in paths if path.endswith((".py", ".ipynb")) and "/" not in path]
    found = f"Its Python files are: {_listed(there)}." if there else "It has no Python file at its top."
    raise SubmissionError(
        f"{shown(name)} has no file {wanted}. {found}", next_step=f"Name your file {wanted}, as the exercise does."
    )


def _why_not(path: str) -> str | None:
    """Return why a file is never loaded; None for a module."""
    base = path.rpartition("/")[2]
    if _NEVER.fullmatch(base):
        return "never loaded"
    if not base.endswith(".py"):
        return "not Python"
    if _TESTS.fullmatch(path):
        return "tests are not needed"
    if path == "__init__.py":
        return "your folder is not a package"
    if path.count("/") > MAX_DEPTH:
        return "too deep inside"
    parts = _parts(path)
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        return "a name that Python cannot import"
    return None


def _parts(path: str) -> list[str]:
    # Python reads names in NFKC; a Mac writes file names in NFD.
    parts = [unicodedata.normalize("NFKC", part) for part in path.removesuffix(".py").split("/")]
    return parts[:-1] if parts[-1] == "__init__" else parts


def _module_name(path: str) -> str:
    return ".".join(_parts(path))


def _refuse_taken(path: str, top: str, taken: Iterable[str]) -> None:
    if top in taken:
        what = "folder" if "/" in path else "file"
        raise SubmissionError(
            f"{shown(path)}: {top!r} is the name of a library, so Python would load that and not your {what}.",
            next_step=f"Rename your {what}, for example to my_{top}, also where you import it.",
        )


def _note(reason: str, paths: list[str]) -> str:
    return f"left out ({reason}): {_listed(paths)}"


def _listed(paths: list[str]) -> str:
    more = len(paths) - _NAMES_LISTED
    return ", ".join(map(shown, paths[:_NAMES_LISTED])) + (f" and {more:,} more" if more > 0 else "")


def without_top_folder(paths: Iterable[str]) -> str:
    """Return the folder (``"name/"``) in which everything of an archive lies, or ``""``."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in _work(paths)}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""
