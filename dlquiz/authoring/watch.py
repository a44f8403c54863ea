"""A solution that tells what it is asked: which functions the cases call from outside, and with which inputs.

It is graded like any other, so nothing of a grading changes for it. What it tells, it writes to its own output, which
a report keeps for each case; it is the course's own code, so it is believed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from dlquiz.model.report import Report

_LINE = re.compile(r"^dlquiz-watch (\S+) ([0-9a-f]+)$", re.MULTILINE)

_EPILOGUE = """


def _dlquiz_watch():
    import functools
    import hashlib
    import os
    import sys
    import types

    import numpy as np

    module = sys.modules[__name__]
    counts = {}

    def note(name, args):
        count = counts[name] = counts.get(name, 0) + 1
        if count < 300 or count & (count - 1) == 0:
            digest = hashlib.blake2b(digest_size=5)
            feed(digest, args)
            os.write(1, f"dlquiz-watch {name} {digest.hexdigest()}\\n".encode())

    def feed(digest, value):
        kind = type(value)
        digest.update(kind.__name__.encode())
        if isinstance(value, np.ndarray):
            digest.update(f"{value.shape} {value.dtype}".encode())
            digest.update(repr(value.tolist()).encode() if value.dtype.hasobject else value.tobytes())
        elif isinstance(value, np.random.Generator):
            digest.update(repr(value.bit_generator.state).encode())
        elif isinstance(value, (list, tuple)):
            for item in value:
                feed(digest, item)
        elif isinstance(value, dict):
            for key, item in value.items():
                feed(digest, key)
                feed(digest, item)
        elif isinstance(value, (set, frozenset)):
            digest.update(repr(sorted(map(repr, value))).encode())
        elif isinstance(value, (type(None), bool, int, float, complex, str, bytes, np.generic)):
            digest.update(repr(value).encode())
        elif hasattr(value, "detach"):
            feed(digest, value.detach().cpu().float().numpy())

    def watched(name, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            note(name, (args, kwargs))
            return function(*args, **kwargs)

        return call

    class Watched(types.ModuleType):
        def __getattribute__(self, name):
            value = super().__getattribute__(name)
            if name.startswith("_"):
                return value
            if isinstance(value, type):
                note(name, ())
            elif callable(value):
                return watched(name, value)
            return value

    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == __name__:
            for name, function in list(vars(kind).items()):
                if isinstance(function, types.FunctionType) and (name == "__init__" or not name.startswith("_")):
                    setattr(kind, name, watched(f"{kind.__name__}.{name}", function))
    module.__class__ = Watched


_dlquiz_watch()
"""


def watching(source: str) -> str:
    """Return the source of a solution that tells what it is asked."""
    return source + _EPILOGUE


def asked(reports: Iterable[Report]) -> set[str]:
    """Return what the cases asked for: ``relu``, ``Net``, ``Net.forward``."""
    return {name for report in reports for case in report.cases for name, _ in _LINE.findall(case.output)}


def other_inputs(first: Report, second: Report, free: Iterable[str]) -> list[str]:
    """Return the ids of the cases whose inputs differ between two gradings under one seed.

    ``free`` are test functions that may have other inputs each time: those that measure speed.
    """
    calls = [_calls(report) for report in (first, second)]
    left_out = set(free)
    return [
        name
        for name in calls[0]
        if name.partition("::")[2].partition("[")[0] not in left_out and calls[0][name] != calls[1].get(name)
    ]


def _calls(report: Report) -> Mapping[str, list[tuple[str, str]]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for case in report.cases:
        found[case.id] = _LINE.findall(case.output)
    return found
