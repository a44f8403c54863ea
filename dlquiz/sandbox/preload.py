"""What the server imports before it forks, so that no worker pays for it.

Only imports: an operation of torch or TensorFlow here would hang the children
(their thread pools do not survive a fork).
"""

import gc
import importlib
import sys
from contextlib import suppress
from typing import Any

_STDLIB = """
abc array bisect collections collections.abc contextlib copy csv dataclasses datetime decimal enum
fractions functools heapq inspect io itertools json linecache math numbers operator pickle queue random re
statistics string struct tempfile
textwrap threading time traceback types typing unittest uuid warnings concurrent.futures.thread
encodings.idna encodings.latin_1 encodings.ascii encodings.utf_8_sig
""".split()

_DATA_OPS = """
dataset_ops cache_op concatenate_op filter_op flat_map_op from_generator_op from_tensors_op interleave_op
padded_batch_op range_op sample_from_datasets_op scan_op skip_op take_op take_while_op unbatch_op
unique_op window_op zip_op
"""

_PACKAGES = {
    "numpy": "numpy numpy.random numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.testing"
    " numpy.lib.stride_tricks",
    "torch": "torch torch._dynamo torch.profiler torch.utils.data torch.optim torch.nn.functional"
    " torch.utils.serialization torch._subclasses.schema_check_mode",
    "tensorflow": "tensorflow keras tensorflow.python.autograph"
    + "".join(f" tensorflow.python.data.ops.{name}" for name in _DATA_OPS.split()),
}


def begin() -> None:
    """Import what every server has, before it is known what else is wanted."""
    with suppress(ImportError):  # `preload` meets it again, and somebody listens then
        for name in (*_PACKAGES["numpy"].split(), *_STDLIB):
            importlib.import_module(name)


def preload(packages: tuple[str, ...]) -> None:
    """Import ``packages`` and what they import lazily, then freeze the heap.

    Freezing keeps the garbage collector of a worker from touching (and so
    copying) every page that it shares with the server.
    """
    for name in (*_STDLIB, *_PACKAGES["numpy"].split()):
        importlib.import_module(name)
    for package in packages:
        for name in _PACKAGES[package].split():
            # The package itself must be there; its inner modules come and go with versions.
            try:
                importlib.import_module(name)
            except ImportError:
                if name == package:
                    raise
    if "tensorflow" in packages:
        _autograph_from_memory()
    gc.enable()
    gc.collect()
    gc.freeze()


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
