"""The parameters of a network with one hidden layer, found by their shapes: in any orientation and under any names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.network import NAMES

__all__ = ["Layers", "layers"]

__tracebackhide__ = True  # authors see the line of their grader, not ours

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layers:
    """The four arrays of a network as ``arrays`` (float64, in the shapes of W1 (D, H), b1 (H,), W2 (H, C), b2 (C,))."""

    found: dict[str, Any]
    """From W1, b1, W2, b2 to the name under which the learner keeps it."""
    own: dict[Any, Any]
    """These four arrays alone, as the learner returned them."""
    arrays: dict[str, Array]
    others: dict[str, tuple[int, ...]]
    """Shapes of further matrices that fit no place in the network: those of a second hidden layer."""

    def like(self, wanted: Mapping[str, Array]) -> dict[Any, Any]:
        """Return other numbers in the learner's names, orientations and dtypes."""
        result = {}
        for key, value in wanted.items():
            model = self.own[self.found[key]]
            turned = value.T if value.ndim == 2 and model.shape != value.shape else value
            result[self.found[key]] = np.ascontiguousarray(turned.reshape(model.shape), dtype=model.dtype)
        return result

    @property
    def remark(self) -> str | None:
        """What is unusual about names and shapes, in one sentence."""
        named = [f"{key} is called {self.found[key]}" for key in NAMES if self.found[key] != key]
        shapes = {key: self.own[self.found[key]].shape for key in NAMES}
        turned = [f"{key} has shape {s}, not {self.arrays[key].shape}" for key, s in shapes.items()
                  if s != self.arrays[key].shape]  # fmt: skip
        told = ", ".join(named + turned)
        return f"Accepted, but not as in exercise 2: {told}." if told else None


def layers(
    params: Any, n_in: int, n_hidden: int, n_out: int | tuple[int, ...], *, call: str, exactly: bool = True
) -> Layers:
    """Find the four arrays of a network by their shapes; fail the case if one is missing.

    Parameters
    ----------
    params : dict
        As the learner returned it. Anything else in it is left out.
    n_in, n_hidden, n_out : int
        Three different numbers. ``n_out`` may be a tuple, where more outputs than classes do no harm.
    exactly : bool
        False: another number of hidden units will do. Whether it is the right one is the question of a case of its own.
    call : str
        What messages say gave ``params``: "init_params(784, 64, 10, rng)".
    """
    if not isinstance(params, dict):
        kind = "nothing (None)" if params is None else f"a {type(params).__name__}"
        raise CaseFailed(
            f"{call} returns {kind}, expected a dictionary of four float arrays: W1, b1, W2, b2.",
            expected="a dict", got=kind,
        )  # fmt: skip
    floats = {key: v for key, v in params.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"}
    widths = n_out if isinstance(n_out, tuple) else (n_out,)
    n_out = next((width for width in widths if any(v.size == width for v in floats.values())), widths[0])
    if not exactly:
        n_hidden = _hidden_units(floats, n_in, n_out) or n_hidden
    shapes = {"W1": (n_in, n_hidden), "b1": (n_hidden,), "W2": (n_hidden, n_out), "b2": (n_out,)}
    found = {key: _name_of(key, shape, floats, params, call) for key, shape in shapes.items()}
    arrays = {}
    for key, shape in shapes.items():
        value = floats[found[key]]
        if not np.isfinite(value).all():
            raise CaseFailed(f"{found[key]} of {call} holds NaN or infinity.", expected="finite numbers")
        arrays[key] = np.asarray(value if value.shape == shape else value.T, float).reshape(shape)
    sizes = {shapes["W1"], shapes["W2"], shapes["W1"][::-1], shapes["W2"][::-1]}
    others = {str(name): v.shape for name, v in floats.items() if v.ndim == 2 and 1 not in v.shape}
    others = {name: shape for name, shape in others.items() if shape not in sizes}
    return Layers(found, {name: floats[name] for name in found.values()}, arrays, others)


def _hidden_units(floats: dict[Any, Any], n_in: int, n_out: int) -> int | None:
    """Return the number of hidden units of the only network that these arrays can be."""
    sizes = {value.size for value in floats.values() if value.ndim <= 2}
    firsts = [value.size // n_in for value in floats.values() if value.ndim == 2 and n_in in value.shape]
    fitting = {size for size in firsts if size in sizes and size * n_out in sizes}
    return fitting.pop() if len(fitting) == 1 else None


def _name_of(key: str, shape: tuple[int, ...], floats: dict[Any, Any], params: dict[Any, Any], call: str) -> Any:
    """Return the name of the array that plays ``key``: its own name first, then any."""
    fits = {shape, shape[::-1]} if len(shape) == 2 else {shape, (1, *shape), (*shape, 1)}
    names = [name for name, value in floats.items() if value.shape in fits]
    if names:
        return key if key in names else names[0]
    seen = {str(name): value.shape if isinstance(value, np.ndarray) else type(value).__name__
            for name, value in list(params.items())[:12]}  # fmt: skip
    if key in seen:
        said = f"{key} of {call} has shape {seen[key]}, expected {shape}."
        if key not in map(str, floats):
            said = f"{key} of {call} is no array of floats, expected shape {shape}."
    else:
        said = (
            f"{call} holds no float array of shape {shape} for {key}. The network has one hidden layer: W1, b1, W2, b2."
        )
    shown = ", ".join(f"{name} {what}" for name, what in seen.items())
    raise CaseFailed(said, expected=f"{key} {shape}", got=shown or "an empty dict")
