"""Packages that only show something, or do what exercises ask for: where they are not here, they do nothing.

Nearly every real notebook imports matplotlib or tqdm, and most never need it for what is graded. A stand-in can be
imported, called, drawn on and waited for; it raises only when code wants a *value* from it. Libraries never meet one:
they look whether pandas is there, and would then believe it.
"""

import dis
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, FunctionType, ModuleType
from typing import Any, NoReturn

from dlquiz.sandbox.importer import ORIGIN, PackageGuard

TOOLS = frozenset(("jax", "keras", "scipy", "sklearn", "tensorflow", "torch", "torchvision"))
"""Packages that do what many exercises ask for. An import costs nothing, a call is refused."""
PACKAGES = TOOLS | frozenset((
    "IPython", "altair", "bokeh", "google.colab", "graphviz", "ipywidgets", "matplotlib", "mpl_toolkits", "pandas",
    "plotly", "pylab", "seaborn", "tensorboardX", "torchinfo", "torchsummary", "torchviz", "tqdm", "wandb",
))  # fmt: skip
"""These, and packages that show, plot or report: what learners import for themselves."""
NO_VERSION = "0.0.0"
"""The version of what is not here; it can be taken apart like one."""
_PARENTS = frozenset(name.partition(".")[0] for name in PACKAGES if "." in name)


def stand_in_for(fullname: str) -> str | None:
    """Return the package that stands behind a module's name, None if there is no stand-in for it."""
    parts = fullname.split(".")
    return next((name for end in (1, 2) if (name := ".".join(parts[:end])) in PACKAGES), None)


def known_among(names: object) -> set[str]:
    """Return the packages among what a worker says about its stand-ins; whatever else it says does not count."""
    return {name for name in names if isinstance(name, str)} & PACKAGES if isinstance(names, list) else set()


class NeedsPackage(ModuleNotFoundError):
    """A value was wanted from a package that the exercise does not have."""


class StandIn:
    """Anything of a package that is not there. ``path`` is how the code got it: ``plt.figure(…).gca``."""

    def __init__(self, package: str, path: str, why: str) -> None:
        self.__dict__.update(_package=package, _path=path, _why=why)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # a library asks what it can do
        return _kind(self._package, name)(self._package, f"{self._path}.{name}"[:200], self._why)

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __delattr__(self, name: str) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a stand-in; of a decorator, the function."""
        if len(args) == 1 and not kwargs and isinstance(args[0], FunctionType):
            return args[0]
        return StandIn(self._package, f"{self._path}(…)"[:200], self._why)

    def __getitem__(self, key: object) -> Any:
        return StandIn(self._package, f"{self._path}[…]"[:200], self._why)

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        count = _unpacked(sys._getframe(1))
        if count is None:
            self._needed()
        return iter([StandIn(self._package, f"{self._path}[{place}]"[:200], self._why) for place in range(count)])

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()  # ``class Mine(widgets.Box)`` is a class without that base

    def __instancecheck__(self, value: object) -> bool:
        return False

    def __subclasscheck__(self, value: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._package} is not here: {self._path}>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _needed(self, *_: object, **__: object) -> NoReturn:
        raise NeedsPackage(f"{self._why}, and a value of {self._path} is needed here", name=self._package)


for _name in (
    "len", "bool", "int", "float", "complex", "index", "array", "contains", "lt", "le", "gt", "ge", "neg", "pos", "abs",
    "invert", "round", "reversed", "next", "await", "aiter",
    *(side + name for side in ("", "r") for name in "add sub mul matmul truediv floordiv mod pow and or xor".split()),
):  # fmt: skip
    setattr(StandIn, f"__{_name}__", StandIn._needed)


def demand_value(value: object) -> None:
    """Raise what a stand-in raises where its value is needed; a function under test has returned ``value``."""
    if isinstance(value, StandIn):
        value._needed()


def _unpacked(frame: FrameType) -> int | None:
    """Return how many values ``fig, ax = …`` wants, if that is what the frame does now."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if 0 <= at < len(code) and dis.opname[code[at]] == "UNPACK_SEQUENCE" else None


class Bar(StandIn):
    """``tqdm(rows)``: gives the rows, and shows nothing."""

    def __init__(self, package: str, path: str, why: str, rows: Iterable[Any] | None) -> None:
        super().__init__(package, path, why)
        self.__dict__["_rows"] = rows

    def __iter__(self) -> Iterator[Any]:
        if self._rows is None:
            self._needed()
        return iter(self._rows)

    def __len__(self) -> int:
        if self._rows is None:
            self._needed()
        return len(self._rows)

    def __bool__(self) -> bool:
        return True


class _Tqdm(StandIn):
    """The class ``tqdm``, which is called with what to go through."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what gives the rows."""
        rows = args[0] if args else kwargs.get("iterable")
        return Bar(self._package, f"{self._path}(…)", self._why, rows)

    def write(self, *texts: object, **_: object) -> None:
        """Print, as tqdm does."""
        sys.stdout.write(f"{texts[0] if texts else ''}\n")


class _Trange(StandIn):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what counts."""
        return Bar(self._package, f"{self._path}(…)", self._why, range(*args))


class _Tool(StandIn):
    """Anything of a package that would do the work: what it returns would only fail later, in another place."""

    def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Say why it is not here."""
        raise NeedsPackage(f"{self._why}, so {self._path} cannot be called", name=self._package)


class _Subplots(StandIn):
    def __call__(self, nrows: int = 1, ncols: int = 1, *args: Any, squeeze: bool = True, **kwargs: Any) -> Any:
        """Return a figure and its axes, in an array as matplotlib does."""
        import numpy as np  # the server itself starts without it

        one = StandIn(self._package, f"{self._path}(…)", self._why)
        axes = np.empty((int(nrows), int(ncols)), dtype=object)
        for place in np.ndindex(axes.shape):
            axes[place] = one
        if not squeeze:
            return one, axes
        return one, one if axes.size == 1 else axes.squeeze()


_SPECIAL: dict[tuple[str, str], type[StandIn]] = {
    ("tqdm", "tqdm"): _Tqdm,
    ("tqdm", "tqdm_notebook"): _Tqdm,
    ("tqdm", "trange"): _Trange,
    ("tqdm", "tnrange"): _Trange,
    ("matplotlib", "subplots"): _Subplots,
    ("pylab", "subplots"): _Subplots,
}


def _kind(package: str, name: str) -> type[StandIn]:
    return _SPECIAL.get((package, name), _Tool if package in TOOLS else StandIn)


class StandInModule(ModuleType):
    """A module of a package that is not there: it has every name."""

    def __init__(self, spec: ModuleSpec, package: str, why: str) -> None:
        super().__init__(spec.name, f"A stand-in: {why}.")
        self.__dict__.update(_package=package, _why=why, __all__=[])

    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return NO_VERSION  # notebooks print it first of all
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _kind(self._package, name)(self._package, f"{self.__name__.rpartition('.')[2]}.{name}", self._why)


class StandInFinder(MetaPathFinder, Loader):
    """Finds a stand-in when the learner's own code asks for a package of :data:`PACKAGES`.

    Parameters
    ----------
    guard : PackageGuard
        What it allows needs no stand-in: the exercise's packages, and the learner's own modules.
    """

    def __init__(self, guard: PackageGuard) -> None:
        self._guard = guard
        self.used: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a stand-in, None for everything else."""
        package = stand_in_for(fullname)
        if package is None and fullname not in _PARENTS:
            return None
        top = fullname.partition(".")[0]
        if (top in self._guard.allowed and package in (None, top)) or not _asked_by_a_learner():
            return None
        if package is not None and package not in self.used:
            self.used.append(package)
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        package = stand_in_for(spec.name) or spec.name
        return StandInModule(spec, package, self._guard.refusal(package))

    def names(self, package: str, *names: str) -> dict[str, "StandIn"]:
        """Return stand-ins for names of a package that are there without an import."""
        return {name: StandIn(package, name, self._guard.refusal(package)) for name in names}

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


_IMPORTING = frozenset(("importlib", "importlib._bootstrap", "importlib._bootstrap_external", __name__))


def _asked_by_a_learner() -> bool:
    """Whether the learner's own code imports; not a library, and nobody who only asks (``find_spec``)."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in _IMPORTING:
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(ORIGIN)
