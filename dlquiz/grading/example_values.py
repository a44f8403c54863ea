"""The public examples of an exercise: what a call gives, and whether that is what the author wrote.

Used by the learner's own program (``dlquiz run``), and by ``dlquiz dev check``, which loads this file as a probe beside
the reference, behind the wall. So ``eval`` of the author's ``call`` and ``expect`` is fine here, and only here: it runs
beside the code under test, which may do anything anyway, and never in the trusted process.

It imports the standard library and NumPy: behind the wall there is nothing else.
"""

import math
import re
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any


def outcome(call: str, expect: str) -> tuple[bool, str]:
    """Return whether a call on the ``submission`` beside this probe gives what the author wrote, and what it gives."""
    module: ModuleType = globals()["submission"]
    try:
        got = evaluate(call, {name: value for name, value in vars(module).items() if not name.startswith("__")})
    except Exception as error:  # noqa: BLE001  the author is told
        return False, f"{type(error).__name__}: {error}"
    return agrees(got, expect), shown(got)[:4000]


def evaluate(expression: str, names: dict[str, Any]) -> Any:
    """Return the value of an author's expression over the learner's names, ``np`` and ``math``."""
    return eval(expression, {"np": _numpy(), "math": math, **names})  # noqa: S307  see the module's docstring


def agrees(got: Any, expect: str) -> bool:
    """Compare a value with what the author wrote: how Python prints it, or an expression for it.

    Numbers agree to six digits; blanks, line breaks and commas do not count.
    """
    want = _tokens(expect)
    if any(_same_tokens(_tokens(form), want) for form in (shown(got), _safe(repr, got))):
        return True
    if re.search(r"\d[ \n]+[-+]?\.?\d", expect):
        # "[1 -1]" is how NumPy prints two numbers, but as Python it would be one.
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # "[[1] [2]]" is what NumPy prints, and odd Python
            return equal(got, evaluate(expect, {}))
    except Exception:  # noqa: BLE001  not an expression: then it was only the printed form
        return False


def predicted(got: Any, said: str) -> bool:
    """Return whether a person said what comes: its value, the shape of an array, or what is in a list of one."""
    shape = re.fullmatch(r"(?:shape\s*)?\(\s*((?:\d+\s*,\s*)*\d*)\s*\)", said.strip())
    if shape is not None and hasattr(got, "shape"):
        return tuple(map(int, re.findall(r"\d+", shape[1]))) == tuple(got.shape)
    return agrees(got, said) or (isinstance(got, list) and len(got) == 1 and agrees(got[0], said))


def _tokens(text: str) -> list[str | float]:
    found = re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\W\d]\w*|[^\s\w,]", text)
    return [float(token) if re.match(r"[-+]?\.?\d", token) else token for token in found]


def _same_tokens(got: list[str | float], want: list[str | float]) -> bool:
    return len(got) == len(want) and all(
        math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
        if isinstance(one, float) and isinstance(other, float)
        else one == other
        for one, other in zip(got, want, strict=True)
    )


def _numpy() -> ModuleType:
    import numpy as np

    np.set_printoptions(threshold=200)
    return np


def equal(got: Any, want: Any) -> bool:
    """Compare as a reader would: same structure, numbers equal to six digits."""
    np = _numpy()
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(equal(got[key], want[key]) for key in want)
    if isinstance(want, list | tuple):
        if isinstance(got, list | tuple):
            return len(got) == len(want) and all(map(equal, got, want))
        return isinstance(got, np.ndarray) and equal(got, np.array(want))
    if isinstance(want, str | bytes | type(None)):
        return type(got) is type(want) and bool(got == want)
    try:
        one, other = np.asarray(got), np.asarray(want)
        if one.shape != other.shape:
            return False
        if one.dtype.kind in "biufc" and other.dtype.kind in "biufc":
            return bool(np.allclose(one, other, rtol=1e-6, atol=1e-9, equal_nan=True))
        return bool(np.all(one == other))
    except Exception:  # noqa: BLE001  a value that cannot be compared is not equal
        return False


def shown(value: Any) -> str:
    """Return a value as Python prints it; a learner's class may not know how."""
    np = _numpy()
    return _safe(str if isinstance(value, np.ndarray | np.generic) else repr, value)


def _safe(form: Callable[[Any], str], value: Any) -> str:
    try:
        return form(value)
    except Exception as error:  # noqa: BLE001  a learner's class may have a broken __repr__
        return f"<{type(value).__name__}, cannot be shown: {error}>"
