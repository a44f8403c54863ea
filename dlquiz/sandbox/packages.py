"""One record for every package that an exercise may allow: all that the sandbox has to know of it.

The server, the worker and ``dlquiz doctor`` read this table, so it imports nothing. Functions get the
imported module; only a process that has imported the package calls them.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module, util
from typing import Any


@dataclass(frozen=True, slots=True)
class Package:
    """What the sandbox does with one package."""

    name: str
    """As courses write it (:mod:`dlquiz.model.packages`)."""
    imports: tuple[str, ...]
    """Its top-level names; the first is imported, and must be there."""
    distributions: tuple[str, ...]
    """What it can be installed as; the first that is installed counts."""
    extra: bool = False
    """Whether dlquiz has an extra of its name, with the versions that fit."""
    preload: str = ""
    """Modules to import before the fork, so that no worker pays for them; they come and go with versions."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Set for every server: it starts before it is known what the exercise allows."""
    begin: Callable[[], None] | None = None
    """Run in the server before the package is imported."""
    finish: Callable[[], None] | None = None
    """Run in the server when everything is imported."""
    seed: Callable[[Any, int], object] | None = None
    """Seeds the package's global generator with a number below 2**63."""
    to_tensor: Callable[[Any, Any], Any] | None = None
    """An array that nobody else holds → a tensor."""
    to_array: Callable[[Any], Any] | None = None
    """A value whose type is the package's → an array in its place; None: it does not cross as a value."""
    own_cmdline: bool = False
    """It aborts unless it can read ``/proc/self/cmdline``."""
    code_in_memory: bool = False
    """It writes the code that it generates into a file to import it; where nothing can be written, that fails."""

    @property
    def install(self) -> str:
        """What to give to ``pip install``."""
        return f"dlquiz[{self.name}]" if self.extra else self.name


class NotInstalled(ImportError):
    """A package that an exercise allows is not there; in words for people."""

    def __init__(self, package: Package) -> None:
        self.step = f'python -m pip install "{package.install}"'
        super().__init__(f"this needs the package {package.name}, which is not installed: {self.step}")


def _torch_array(value: Any) -> Any:
    if not hasattr(value, "detach"):
        return None
    plain = value.detach().cpu()
    return plain.float().numpy() if str(plain.dtype) == "torch.bfloat16" else plain.numpy()


def _tensorflow_array(value: Any) -> Any:
    return value.numpy() if hasattr(value, "numpy") else None


def _graphs_as_they_are() -> None:
    """Let TensorFlow run a graph as Keras made it: to optimise the small ones of exercises takes longer than to run."""
    with suppress(AttributeError):  # an experimental option: it may go
        import_module("tensorflow").config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def _pandas_array(value: Any) -> Any:
    """Return the numbers or texts of a column or an index. A whole table stays: its columns have different types."""
    if type(value).__name__ not in ("Series", "Index", "RangeIndex"):
        return None
    array = value.to_numpy()
    texts = array.dtype.kind == "O" and all(isinstance(entry, str) for entry in array)
    return array if texts or array.dtype.kind in "biufc" else None


def _matplotlib_without_folders() -> None:
    """Import matplotlib so that it neither looks for a folder of the user's nor makes one, nor asks for fonts there."""
    import logging

    spec = util.find_spec("matplotlib")
    if spec is not None and spec.submodule_search_locations:
        # Its own settings file is the first that it finds: the next place would be a folder that it makes.
        os.environ["MATPLOTLIBRC"] = f"{spec.submodule_search_locations[0]}/mpl-data/matplotlibrc"
    matplotlib: Any = import_module("matplotlib")
    matplotlib.get_configdir = matplotlib.get_cachedir = lambda: "/nonexistent/matplotlib"
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # that it could not save a list of fonts there


def _fonts_that_can_be_read() -> None:
    """Forget the fonts of the system: behind the wall they cannot be opened, and machines have different ones."""
    import logging
    import threading

    manager: Any = import_module("matplotlib.font_manager")
    folder = import_module("matplotlib").get_data_path()
    manager.fontManager.ttflist = [font for font in manager.fontManager.ttflist if font.fname.startswith(folder)]
    logging.getLogger("matplotlib.font_manager").setLevel(logging.NOTSET)
    for thread in threading.enumerate():
        if isinstance(
            thread, threading.Timer
        ):  # it would have said that listing the fonts takes long, and is cancelled
            thread.join(10)


def _libraries_are_known() -> None:
    """Let scikit-learn list the loaded libraries, which it does once: a worker may not read the list."""
    with suppress(ImportError, AttributeError):
        import_module("sklearn.utils.parallel")._get_threadpool_controller()


_DATA_OPS = """
dataset_ops cache_op concatenate_op filter_op flat_map_op from_generator_op from_tensors_op interleave_op
padded_batch_op range_op sample_from_datasets_op scan_op skip_op take_op take_while_op unbatch_op
unique_op window_op zip_op
"""

PACKAGES: dict[str, Package] = {
    package.name: package
    for package in (
        Package(
            "numpy",
            imports=("numpy",),
            distributions=("numpy",),
            preload="numpy.random numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.testing"
            " numpy.lib.stride_tricks",
            # One thread before every fork, and the same last digits for reference and submission.
            environment={
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "MKL_NUM_THREADS": "1",
                "VECLIB_MAXIMUM_THREADS": "1",
            },
            seed=lambda numpy, seed: numpy.random.seed(seed % 2**32),
        ),
        Package(
            "torch",
            imports=("torch",),
            distributions=("torch",),
            extra=True,
            preload="torch._dynamo torch.profiler torch.utils.data torch.optim torch.nn.functional"
            " torch.utils.serialization torch._subclasses.schema_check_mode",
            environment={"CUDA_VISIBLE_DEVICES": ""},
            seed=lambda torch, seed: torch.manual_seed(seed),
            to_tensor=lambda torch, array: torch.from_numpy(array),
            to_array=_torch_array,
        ),
        Package(
            "tensorflow",
            imports=("tensorflow", "keras"),
            distributions=("tensorflow-cpu", "tensorflow"),
            extra=True,
            preload="keras tensorflow.python.autograph"
            + "".join(f" tensorflow.python.data.ops.{name}" for name in _DATA_OPS.split()),
            environment={
                "TF_NUM_INTRAOP_THREADS": "1",
                "TF_NUM_INTEROP_THREADS": "1",
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "TF_ENABLE_ONEDNN_OPTS": "0",
                "KERAS_BACKEND": "tensorflow",
                "CUDA_VISIBLE_DEVICES": "",
            },
            seed=lambda tensorflow, seed: tensorflow.random.set_seed(seed % 2**31),
            to_tensor=lambda tensorflow, array: tensorflow.constant(array),
            to_array=_tensorflow_array,
            finish=_graphs_as_they_are,
            own_cmdline=True,
            code_in_memory=True,
        ),
        Package(
            "scikit-learn",
            imports=("sklearn",),
            distributions=("scikit-learn",),
            preload="sklearn.cluster sklearn.datasets sklearn.decomposition sklearn.ensemble sklearn.linear_model"
            " sklearn.metrics sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.neural_network"
            " sklearn.pipeline sklearn.preprocessing sklearn.svm sklearn.tree",
            # n_jobs=-1 then means one, instead of processes that are refused, and nobody counts the cores.
            environment={"JOBLIB_MULTIPROCESSING": "0", "LOKY_MAX_CPU_COUNT": "1"},
            finish=_libraries_are_known,
        ),
        Package(
            "pandas",
            imports=("pandas",),
            distributions=("pandas",),
            to_array=_pandas_array,
        ),
        Package(
            "matplotlib",
            imports=("matplotlib",),
            distributions=("matplotlib",),
            preload="matplotlib.pyplot matplotlib.backends.backend_agg",
            environment={"MPLBACKEND": "Agg", "MPL_IGNORE_SYSTEM_FONTS": "1"},
            begin=_matplotlib_without_folders,
            finish=_fonts_that_can_be_read,
        ),
    )
}
"""In the order in which a worker asks whose tensor an array shall become."""


def chosen(names: Iterable[str]) -> tuple[Package, ...]:
    """Return the records of ``names``, in the table's order; ValueError for a name that it does not have."""
    wanted = frozenset(names)
    if unknown := wanted - set(PACKAGES):
        raise ValueError(f"no exercise may use {', '.join(sorted(unknown))}: it is not in the table of packages")
    return tuple(package for name, package in PACKAGES.items() if name in wanted)


def first_missing(names: Iterable[str]) -> Package | None:
    """Return the first package of ``names`` that is not installed; nothing is imported."""
    for package in (PACKAGES[name] for name in names if name in PACKAGES):
        top = package.imports[0]
        if sys.modules.get(top, package) is None or util.find_spec(top) is None:
            return package
    return None


def pretend_missing(names: Iterable[str]) -> None:
    """Let this process find no package called ``names`` (for tests); names of other things are passed over."""
    for package in (PACKAGES[name] for name in names if name in PACKAGES):
        sys.modules[package.imports[0]] = None  # type: ignore[assignment]  # as documented: its import then fails


def environment() -> dict[str, str]:
    """Return what every server has in its environment, whatever it will be asked for."""
    return {key: value for package in PACKAGES.values() for key, value in package.environment.items()}
