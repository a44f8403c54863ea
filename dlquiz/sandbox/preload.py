"""What the server imports before it forks, so that no worker pays for it.

Only imports: an operation of torch or TensorFlow here would hang the children
(their thread pools do not survive a fork).
"""

import gc
import importlib
import sys
from contextlib import suppress
from typing import Any

from dlquiz.sandbox.packages import PACKAGES, NotInstalled, Package, chosen

_STDLIB = """
abc array bisect collections collections.abc contextlib copy csv dataclasses datetime decimal enum
fractions functools heapq inspect io itertools json linecache math numbers operator pickle queue random re
statistics string struct tempfile
textwrap threading time traceback types typing unittest uuid warnings concurrent.futures.thread
encodings.idna encodings.latin_1 encodings.ascii encodings.utf_8_sig
""".split()


def begin() -> None:
    """Import what every server has, before it is known what else is wanted."""
    with suppress(ImportError):  # `preload` meets it again, and somebody listens then
        _import_all(PACKAGES["numpy"])
        _import_stdlib()


def preload(names: tuple[str, ...]) -> None:
    """Import the packages called ``names`` and what they import lazily, then freeze the heap.

    Freezing keeps the garbage collector of a worker from touching (and so
    copying) every page that it shares with the server.

    Raises
    ------
    NotInstalled
        One of the packages is not there.
    """
    _import_stdlib()
    packages = (PACKAGES["numpy"], *chosen(names))
    for package in packages:
        _import_all(package)
    for package in packages:
        if package.finish is not None:
            package.finish()
    if any(package.code_in_memory for package in packages):
        _autograph_from_memory()
    gc.enable()
    gc.collect()
    gc.freeze()


def _import_stdlib() -> None:
    for name in _STDLIB:
        importlib.import_module(name)


def _import_all(package: Package) -> None:
    """Import a package, which must be there, and its inner modules, which come and go with versions."""
    try:
        if package.begin is not None:
            package.begin()
        importlib.import_module(package.imports[0])
    except ModuleNotFoundError as error:
        if error.name in package.imports:
            raise NotInstalled(package) from error
        raise
    for name in package.preload.split():
        with suppress(ImportError):
            importlib.import_module(name)


def _autograph_from_memory() -> None:
    """Let AutoGraph load the code it generates from memory; its own way needs a writable folder.

    Without this, ``if`` and ``while`` on tensors inside ``tf.function`` fail in
    correct submissions. Pinned by tests/sandbox/test_frameworks.py.
    """
    from types import ModuleType

    from dlquiz.sandbox import importer

    name = "tensorflow.python.autograph.pyct.loader"
    loader: Any = importlib.import_module(name)
    count = 0

    def load_source(source: str, delete_on_exit: bool) -> tuple[ModuleType, str]:
        nonlocal count
        count += 1
        module = importer.load(f"autograph_generated_{count}", source.encode())
        return module, str(module.__file__)

    assert callable(loader.load_source), name
    loader.load_source = load_source
    # transpiler.py may hold its own reference; it calls loader.load_source by module.
    sys.modules[name].__dict__["load_source"] = load_source
