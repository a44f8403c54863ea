"""Load a submission from memory, and say politely what an exercise does not allow.

Source never lies on a disk that the worker can read: it arrives over the
channel and is imported by a finder that stands *last* in ``sys.meta_path``, so
that nothing called ``numpy.py`` or ``random.py`` beside it can win.
"""

import linecache
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import decode_source, module_from_spec
from types import CodeType, ModuleType

ORIGIN = "<submission>"
"""Shown instead of a path in tracebacks."""
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

    def code(self) -> CodeType:
        """Compile; SyntaxError and its relatives are the learner's."""
        self.text = decode_source(self.source)
        # mtime None survives linecache.checkcache: tracebacks and inspect.getsource find the lines.
        linecache.cache[self.filename] = (len(self.text), None, self.text.splitlines(True), self.filename)
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
        top = fullname.partition(".")[0]
        if (path is None or top == "dlquiz") and top not in self.allowed:  # what we need of our own is loaded
            text = f"this exercise allows {self.named} and the standard library, not {top!r}"
            raise ModuleNotFoundError(text, name=fullname)
        return None


def offer(modules: Iterable[tuple[str, str, bytes]]) -> None:
    """Let the submission import ``modules`` (dotted name, file name, source): found after everything else."""
    finder = MemoryFinder(modules)
    tops = {name.partition(".")[0] for name in (*finder.sources, *finder.folders)}
    for guard in sys.meta_path:
        if isinstance(guard, PackageGuard):
            guard.allowed |= tops
    sys.meta_path.append(finder)


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


def forget(name: str) -> None:
    """Undo :func:`load`."""
    if (module := sys.modules.pop(name, None)) is not None:
        origin = str(module.__file__)
        del _CELLS[origin], linecache.cache[origin]


def load(name: str, source: bytes, file: str = "", cells: Sequence[int] = ()) -> ModuleType:
    """Import ``source`` as module ``name``; whatever it raises is the learner's.

    Parameters
    ----------
    file : str
        What the learner calls the file; ``name.py`` if empty.
    cells : sequence of int
        For a notebook: the line where each code cell begins.
    """
    spec = spec_of(name, source, file)
    _CELLS[str(spec.origin)] = tuple(cells)
    module = module_from_spec(spec)
    # Registered first: dataclasses, pickle and inspect look the module up by name while it runs.
    sys.modules[name] = module
    try:
        assert spec.loader is not None
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module
