"""Run a learner's file on the public examples. Started by ``dlquiz run`` as its own plain Python.

This is not the trusted process and not the grader: it is the learner's own program,
run by the learner, with the same rights as ``python backprop.py``. Nothing it prints
or returns is worth a point. So ``eval`` of the author's ``call`` and ``expect`` is
fine here, and only here: they run beside the learner's code, which may do anything anyway.

Arguments: the file, its module name, and the examples as JSON (list of call/expect/why).
Exit code: 0 every example equal, 1 not.
"""

import importlib.util
import json
import math
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any


def main(file: str, module_name: str, examples_json: str) -> int:
    """Load the file, run every example, print what came."""
    sys.path.insert(0, str(Path(file).parent))
    try:
        module = _load(file, module_name)
    except NotImplementedError as error:
        print(f"The file stops while it is loaded: {error}")
        return 1
    except Exception as error:  # noqa: BLE001 - the learner's file may raise anything
        _show_traceback(error, file)
        return 1
    names = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    codes = [_run_example(example, names, file) for example in json.loads(examples_json)]
    return max(codes, default=0)


def _load(file: str, module_name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(module_name, file)
    if specification is None or specification.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(specification)
    sys.modules[module_name] = module
    specification.loader.exec_module(module)
    return module


def _run_example(example: dict[str, str], names: dict[str, Any], file: str) -> int:
    print(f">>> {example['call']}")
    try:
        got = _evaluate(example["call"], names)
    except NotImplementedError as error:
        print(f"    not written yet: {error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - the learner's function may raise anything
        _show_traceback(error, file)
        print()
        return 1
    same = agrees(got, example["expect"])
    print(f"    came:     {_indented(_show(got))}")
    print(f"    expected: {_indented(example['expect'].strip())}")
    why = f"    ({example['why'].strip()})" if example.get("why") else ""
    print(f"    {'equal' if same else 'NOT equal'}{why}\n")
    return 0 if same else 1


def _evaluate(expression: str, names: dict[str, Any]) -> Any:
    return eval(expression, {"np": _numpy(), "math": math, **names})  # noqa: S307 - see the module's docstring


def agrees(got: Any, expect: str) -> bool:
    """Compare a value with what the author wrote: how Python prints it, or an expression for it.

    Numbers agree to six digits; blanks, line breaks and commas do not count.
    """
    want = _tokens(expect)
    if any(_same_tokens(_tokens(shown), want) for shown in (_show(got), _safe(repr, got))):
        return True
    if re.search(r"\d[ \n]+[-+]?\.?\d", expect):
        # "[1 -1]" is how NumPy prints two numbers, but as Python it would be one.
        return False
    try:
        return equal(got, _evaluate(expect, {}))
    except Exception:  # noqa: BLE001 - not an expression: then it was only the printed form
        return False


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
    except Exception:  # noqa: BLE001 - a value that cannot be compared is not equal
        return False


def _show(value: Any) -> str:
    np = _numpy()
    return _safe(str if isinstance(value, np.ndarray | np.generic) else repr, value)


def _safe(form: Callable[[Any], str], value: Any) -> str:
    try:
        return form(value)
    except Exception as error:  # noqa: BLE001 - a learner's class may have a broken __repr__
        return f"<{type(value).__name__}, cannot be shown: {error}>"


def _indented(text: str) -> str:
    return text[:4000].replace("\n", "\n              ")


def _show_traceback(error: BaseException, file: str) -> None:
    """Print the traceback from the learner's file on: the frames above it are ours or Python's."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != file:
        frame = frame.tb_next
    # No frame of the learner: a syntax error, a wrong number of arguments, a missing name. The last line says it.
    lines = traceback.format_exception(type(error), error, frame) if frame else traceback.format_exception_only(error)
    print("    " + "".join(lines).rstrip().replace("\n", "\n    "))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
