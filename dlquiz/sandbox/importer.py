"""Load a submission from memory, and say politely what an exercise does not allow.

Source never lies on a disk that the worker can read: it arrives over the
channel and is imported by a finder that stands *last* in ``sys.meta_path``, so
that nothing called ``numpy.py`` or ``random.py`` beside it can win.
"""

import __future__

import ast
import io
import linecache
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, module_from_spec
from types import CodeType, MappingProxyType, ModuleType
from typing import Any

ORIGIN = "<submission>"
"""Shown instead of a path in tracebacks."""
_ALSO_STANDARD = "_sysconfigdata_"
"""A module of the standard library whose name depends on the machine: ``sys.stdlib_module_names`` lacks it."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
_CELLS: dict[str, tuple[int, ...]] = {}
"""For a notebook: file name as in tracebacks → the line where each code cell begins."""


class SourceLoader(Loader):
    """Executes one source text as a module."""

    def __init__(self, source: bytes, filename: str) -> None:
        self.source = source
        self.filename = filename
        self.text = ""

    def exec_module(self, module: ModuleType) -> None:
        """Compile and run the source in ``module``."""
        exec(self.code(), module.__dict__)  # in the worker: this *is* the learner's process

    def lines(self) -> list[str]:
        """Decode, and let tracebacks and inspect.getsource find the lines."""
        self.text = decode_source(self.source)
        lines = io.StringIO(self.text).readlines()  # as Python counts: a form feed ends no line
        # mtime None survives linecache.checkcache.
        linecache.cache[self.filename] = (len(self.text), None, lines, self.filename)
        return lines

    def code(self) -> CodeType:
        """Compile; SyntaxError and its relatives are the learner's."""
        self.lines()
        return compile(self.text, self.filename, "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str:
        """Return the text, for inspect and torch.jit."""
        return self.text


class MemoryFinder(MetaPathFinder):
    """Finds the modules that were handed over as source: name → file name and source."""

    def __init__(self, modules: Iterable[tuple[str, str, bytes]]) -> None:
        self.sources = {name: (file, source) for name, file, source in modules}
        # A folder without __init__.py is a package, too: an empty one.
        parts = [name.split(".") for name in self.sources]
        self.folders = {".".join(one[:end]) for one in parts for end in range(1, len(one))} - set(self.sources)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a module of the submission, None for all others."""
        if fullname in self.folders:
            return spec_of(fullname, b"", f"{fullname.replace('.', '/')}/__init__.py")
        file, source = self.sources.get(fullname, ("", None))
        return None if source is None else spec_of(fullname, source, file)


class PackageGuard(MetaPathFinder):
    """Raises ModuleNotFoundError for packages that the exercise does not allow.

    Politeness, not protection: Landlock is the boundary, but its answer would be
    a PermissionError that shows our paths and upsets ``try: import …`` in libraries.
    """

    def __init__(self, allowed: Iterable[str], named: Iterable[str]) -> None:
        self.allowed = frozenset(allowed) | sys.stdlib_module_names
        self.named = " and ".join(sorted(named))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse what is neither the standard library, nor an allowed package, nor the learner's own."""
        # Who calls `importlib.util.find_spec` only asks, and expects None; the finders behind find nothing either.
        if _is_outside(fullname, path, self.allowed) and sys._getframe(2).f_code.co_name != "find_spec":
            raise ModuleNotFoundError(self.refusal(fullname.partition(".")[0]), name=fullname)
        return None

    def refusal(self, package: str) -> str:
        """Return why a package is not there."""
        return f"this exercise allows {self.named} and the standard library, not {package!r}"


def _is_outside(fullname: str, path: Sequence[str] | None, allowed: frozenset[str]) -> bool:
    top = fullname.partition(".")[0]
    if path is not None and top != "dlquiz":  # what we need of our own is loaded
        return False
    return top not in allowed and not top.startswith(_ALSO_STANDARD)


class _NarrowFinder(MetaPathFinder):
    """A finder that finds nothing outside of the names it is given: neither modules nor installed distributions."""

    def __init__(self, finder: Any, allowed: frozenset[str], distributions: frozenset[str]) -> None:
        self._finder = finder
        self._allowed = allowed
        self._distributions = frozenset(map(_folded, distributions))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Ask the finder, or find nothing."""
        if _is_outside(fullname, path, self._allowed):
            return None
        found: ModuleSpec | None = self._finder.find_spec(fullname, path, target)
        return found

    def find_distributions(self, *context: Any) -> Iterator[Any]:
        """Ask the finder for what is installed; libraries look there as well, before they import."""
        for found in getattr(self._finder, "find_distributions", lambda *_: ())(*context):
            # Behind the wall the names of others cannot even be read: None.
            if _folded(found.name or "") in self._distributions:
                yield found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)


def _folded(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def narrow(allowed: frozenset[str], distributions: frozenset[str]) -> None:
    """Let this process find no module and no distribution of others any more, as if they were not installed.

    Libraries take what they find: TensorFlow imports pandas and matplotlib where they are installed. That would
    stay importable for learners, and a submission's fate would hang on what else a machine has.
    """
    # The finders themselves stay: behind the wall the standard library's folder cannot be listed, so a fresh finder
    # would find no module that was not imported before the fork.
    sys.meta_path[:] = [_NarrowFinder(finder, allowed, distributions) for finder in sys.meta_path]


def offer(modules: Iterable[tuple[str, str, bytes]]) -> None:
    """Let the submission import ``modules`` (dotted name, file name, source): found after everything else."""
    finder = MemoryFinder(modules)
    tops = {name.partition(".")[0] for name in (*finder.sources, *finder.folders)}
    for guard in sys.meta_path:
        if isinstance(guard, PackageGuard):
            guard.allowed |= tops
    sys.meta_path.append(finder)


class Notebook:
    """The code cells of a notebook, run one after the other in one module, as Jupyter does.

    Parameters
    ----------
    name : str
        The module's name.
    source : bytes
        All cells as one source.
    cells : sequence of int
        The line (from 1) where each begins; the line before that is a heading.
    """

    def __init__(self, name: str, source: bytes, file: str, cells: Sequence[int]) -> None:
        spec = spec_of(name, source, file)
        assert isinstance(spec.loader, SourceLoader)
        self._filename = spec.loader.filename
        self._lines = spec.loader.lines()
        self._starts = (*cells, len(self._lines) + 2)
        self._flags = 0
        self.module = module_from_spec(spec)
        _CELLS[self._filename] = tuple(cells)
        sys.modules[name] = self.module

    def run(self, number: int) -> None:
        """Run cell ``number`` (from 1); whatever it raises is the learner's."""
        first, end = self._starts[number - 1], self._starts[number] - 1
        code = self._compiled("".join(self._lines[first - 1 : end - 1]), first - 1)
        self._flags |= code.co_flags & _FUTURE  # it holds for the cells after it
        exec(code, self.module.__dict__)  # in the worker: this *is* the learner's process

    def _compiled(self, text: str, above: int) -> CodeType:
        try:
            tree = compile(text, self._filename, "exec", ast.PyCF_ONLY_AST | self._flags, dont_inherit=True)
        except SyntaxError as error:
            for name in ("lineno", "end_lineno"):
                if type(line := getattr(error, name)) is int:
                    setattr(error, name, line + above)
            raise
        ast.increment_lineno(tree, above)
        code: CodeType = compile(tree, self._filename, "exec", self._flags, dont_inherit=True)
        return code


_FUTURE = 0
for _feature in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _feature).compiler_flag


def place(filename: str, line: int) -> tuple[str, int]:
    """Return where a line of a traceback is for the learner: in a notebook, the cell and the line in it."""
    starts = _CELLS.get(filename, ())
    number = bisect_right(starts, line)
    return (f"{filename}, cell {number}", line - starts[number - 1] + 1) if number else (filename, line)


def spec_of(name: str, source: bytes, file: str = "") -> ModuleSpec:
    """Return a spec whose module shows ``<submission>/file`` (``name.py`` without one) in tracebacks."""
    filename = f"{ORIGIN}/{file or name + '.py'}"
    # No search locations: what lies in a package is found by its full name, never on a disk.
    is_package = file.endswith("__init__.py")
    spec = ModuleSpec(name, SourceLoader(source, filename), origin=filename, is_package=is_package)
    spec.has_location = True
    return spec


def load(name: str, source: bytes, file: str = "", given: Mapping[str, Any] = NOTHING) -> ModuleType:
    """Import ``source`` as module ``name``; whatever it raises is the learner's.

    Parameters
    ----------
    file : str
        What the learner calls the file; ``name.py`` if empty.
    given : mapping
        Names that are there before its first line runs.
    """
    spec = spec_of(name, source, file)
    module = module_from_spec(spec)
    module.__dict__.update(given)
    # Registered first: dataclasses, pickle and inspect look the module up by name while it runs.
    sys.modules[name] = module
    try:
        assert spec.loader is not None
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
