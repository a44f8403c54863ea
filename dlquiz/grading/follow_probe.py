"""Loaded beside a learner's file, in its worker: runs one call, and notes what each line of the file's functions does.

What it says is about the learner's own program and goes to the learner; nothing is graded with it. This file is read
as a text and sent to the worker; the trusted side never imports it. ``eval`` of the author's call runs beside the
learner's code, which may do anything there anyway.
"""

import hashlib
import math
import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

submission: Any = None
"""The module with the learner's functions; the loader sets it."""
MOST_LINES = 4000
"""So many lines run before a call is too long to say anything of it."""
_MOST_BYTES = 2_000_000
_SHORT = 44
_Local = Callable[[FrameType, str, Any], Any]


def follow(call: str) -> dict[str, Any]:
    """Run an author's expression over the learner's names, and return what was seen (see ``practice.followed``)."""
    import numpy as np

    notes = _Notes(str(submission.__file__))
    names = {name: value for name, value in vars(submission).items() if not name.startswith("__")}
    code = compile(call.strip(), "<example>", "eval")
    before = sys.gettrace()
    sys.settrace(notes.enter)
    try:
        result = eval(code, {"np": np, "math": math, **names})  # noqa: S307  see the module's docstring
    except _Enough:
        return {"whole": False}
    except Exception as error:  # noqa: BLE001  it is what is seen
        return {"lines": notes.lines(), "error": type(error).__name__[:100], "whole": notes.whole}
    finally:
        sys.settrace(before)
    return {
        "lines": notes.lines(),
        "result": {**_seen(result), "digest": _equal_for_equal(result)},
        "whole": notes.whole,
    }


class _Enough(BaseException):
    """The call runs too long to be followed."""


class _Notes:
    """What was seen of each line, while it goes on being seen."""

    def __init__(self, filename: str) -> None:
        self.whole = True
        self._filename = filename
        self._left = MOST_LINES
        self._found: dict[int, dict[str, Any]] = {}

    def enter(self, frame: FrameType, event: str, argument: Any) -> _Local | None:
        """Follow a call if it is one of the learner's functions."""
        own = frame.f_code.co_filename == self._filename and not frame.f_code.co_name.startswith("<")
        return self._follower() if own and event == "call" else None

    def _follower(self) -> _Local:
        running: list[tuple[int, dict[str, Any], dict[str, str]]] = []

        def step(frame: FrameType, event: str, argument: Any) -> _Local:
            if event in ("line", "return") and running:
                self._ran(frame, *running.pop())
            if event == "line":
                self._left -= 1
                if self._left < 0:
                    self.whole = False
                    raise _Enough
                arrays = dict(_arrays(frame.f_locals))
                running.append((frame.f_lineno, arrays, {name: _digest(one) for name, one in arrays.items()}))
            return step

        return step

    def _ran(self, frame: FrameType, number: int, arrays: dict[str, Any], digests: dict[str, str]) -> None:
        changed = [name for name, one in arrays.items() if _digest(one) != digests[name]]
        sure = "" not in digests.values()
        known = self._found.get(number)
        if known is None:
            self._found[number] = {
                "line": number, "function": frame.f_code.co_qualname[:200], "count": 1, "arrays": tuple(arrays),
                "changed": tuple(changed), "after": {name: _seen(value) for name, value in _named(frame.f_locals)},
                "sure": sure,
            }  # fmt: skip
            return
        known["count"] += 1
        known["sure"] = (
            known["sure"] and sure and known["arrays"] == tuple(arrays) and known["changed"] == tuple(changed)
        )
        after = dict(_named(frame.f_locals))
        known["after"] = {name: _common(one, after[name]) for name, one in known["after"].items() if name in after}

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines in their order."""
        return [self._found[number] for number in sorted(self._found)]


def _common(one: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return what is known of a name that stood for ``one`` before and stands for ``value`` now."""
    array = _array(value)
    if array is None:
        return one if one["kind"] == "number" and one == _seen(value) else {"kind": "other"}
    if one["kind"] != "array" or one["shape"] != tuple(array.shape):
        return {"kind": "other"}
    return one if not one["digest"] or one["digest"] == _digest(value) else {**one, "text": "", "digest": ""}


def _named(names: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return names with their values; for a dictionary, and for the object of a method, what is in it."""
    found = []
    for name, value in list(names.items())[:40]:
        inside = (
            value if isinstance(value, dict) else vars(value) if name == "self" and hasattr(value, "__dict__") else {}
        )
        shape = "{}[{!r}]" if isinstance(value, dict) else "{}.{}"
        found.append((name, value))
        found += [(shape.format(name, key), one) for key, one in list(inside.items())[:20] if isinstance(key, str)]
    return [(name, value) for name, value in found if re.fullmatch(r"[\w.\[\]']{1,60}", name)]


def _arrays(names: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in _named(names) if _array(value) is not None]


def _array(value: Any) -> Any:
    """Return an array or a tensor of torch as an array that shares its memory; None for anything else."""
    import numpy as np

    if isinstance(value, np.ndarray):
        return value
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor) and value.layout == torch.strided:
        return value.detach().cpu().numpy()
    return None


def _digest(value: Any) -> str:
    """Return a digest of the exact numbers of an array; empty if there are too many of them."""
    array = _array(value)
    if array is None or array.nbytes > _MOST_BYTES or array.dtype.hasobject:
        return ""
    return hashlib.blake2b(array.tobytes(), digest_size=12).hexdigest()


def _seen(value: Any) -> dict[str, Any]:
    array = _array(value)
    if array is not None:
        text = _text(array) if 0 < array.size <= 6 else ""
        return {"kind": "array", "shape": tuple(array.shape), "text": text, "digest": _digest(value)}
    if isinstance(value, bool) or not (isinstance(value, int | float) or type(value).__module__ == "numpy"):
        return {"kind": "other"}
    try:
        text = str(int(value)) if int(value) == value and "int" in type(value).__name__ else f"{float(value):.4g}"
    except (TypeError, ValueError, OverflowError):
        return {"kind": "other"}
    return {"kind": "number", "text": text[:_SHORT], "digest": f"{float(value)!r}"[:40]}


def _text(array: Any) -> str:
    import numpy as np

    if array.dtype.kind not in "biuf":
        return ""
    text = " ".join(np.array2string(array, precision=4, separator=", ", suppress_small=True).split())
    return text if len(text) <= _SHORT else ""


def _equal_for_equal(value: Any) -> str:
    try:
        rounded = _rounded(value, 6)
    except ValueError:
        return ""
    return hashlib.blake2b(repr(rounded).encode(), digest_size=12).hexdigest()


def _rounded(value: Any, depth: int) -> Any:
    """Return a value as nested lists of texts; ValueError for what has no equal."""
    array = _array(value)
    if depth and isinstance(value, dict):
        return [[str(key), _rounded(one, depth - 1)] for key, one in value.items()]
    if depth and isinstance(value, list | tuple):
        return [_rounded(one, depth - 1) for one in value]
    if array is not None and array.nbytes <= _MOST_BYTES and array.dtype.kind in "biuf":
        return [list(array.shape), [f"{float(one) + 0.0:.6g}" for one in array.ravel()[:20_000]]]
    if value is None or isinstance(value, str | bool):
        return repr(value)
    if isinstance(value, int | float) or type(value).__module__ == "numpy":
        return f"{float(value) + 0.0:.6g}"
    raise ValueError("it can only be compared with itself")
