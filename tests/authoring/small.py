"""A course with one exercise in which nothing is wrong; tests then break one thing."""

from pathlib import Path

STUB = '''"""Double and mean."""

import numpy as np


def double(x: np.ndarray) -> np.ndarray:
    """Return twice x."""
    # TODO(1): a product.
    raise NotImplementedError("double: TODO(1)")


def mean(x: np.ndarray, *, empty: float = 0.0) -> float:
    """Return the mean, or `empty` for an empty array."""
    # TODO(2): one call.
    raise NotImplementedError("mean: TODO(2)")
'''
SOLUTION = '''"""{title}"""

import numpy as np


def double(x):
    {double}


def mean(x, *, empty=0.0):
    {mean}
'''
TESTS = '''"""Two cases and a third."""

import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("double doubles", points=1, public=True, hint="Multiply every entry by two.")
def test_double(submission):
    check.close(submission.double(np.array([1.0, -2.0])), [2.0, -4.0], name="double(x)")


@pytest.mark.case("mean is the mean", points=1, public=True, hint="Add everything up, then divide by the number.")
@pytest.mark.parametrize("n", [3, 5])
def test_mean(submission, reference, rng, n):
    x = rng.normal(size=n)
    check.close(submission.mean(x), reference.mean(x), name="mean(x)")


@pytest.mark.case("mean of nothing is what was asked for", points=1, hint="Look at x.size before you divide.")
def test_mean_of_nothing(submission):
    check.close(submission.mean(np.ones(0), empty=7.0), 7.0, name="mean([])")
    check.close(submission.mean(np.ones(0)), 0.0, name="mean([])")
'''
LESSON = "# Double\n\n## What\n\nText.\n\n```python\n# no heading\n```\n\n## Sources\n\nA book.\n"
EXERCISE = """\
format_version: 1
title: Double and mean
topic: tiny
file: tiny.py
summary: Two functions.
minutes: 1
points: 4
limits: {call_s: 5, case_s: 10, submission_s: 30, memory_mib: 256}
hints: [Read the signs., Use NumPy for both., "Write 2 * x, and np.mean(x)."]
"""
MANIFEST = """\
format_version: 1
name: small
title: Small
version: "1"
welcome: Hello.
finish: Bye.
exercises: [tiny]
quizzes: []
"""
_DOUBLE = "return 2 * x"
_MEAN = "return float(np.mean(x)) if x.size else empty"
_RIGHT = {
    "added": ("return x + x", _MEAN),
    "summed": (_DOUBLE, "return float(x.sum() / x.size) if x.size else empty"),
    "early": (_DOUBLE, "if x.size == 0:\n        return empty\n    return float(x.mean())"),
}
_WRONG = {
    "squares": ("return x**2", _MEAN, "test_double"),
    "returns_x": ("return x", _MEAN, "test_double"),
    "half": ("return x / 2", _MEAN, "test_double"),
    "sum": (_DOUBLE, "return float(np.sum(x)) if x.size else empty", "test_mean"),
    "nothing_is_zero": (_DOUBLE, "return float(np.mean(x)) if x.size else 0.0", "test_mean_of_nothing"),
    "nothing_is_one": (_DOUBLE, "return float(np.mean(x)) if x.size else 1.0", "test_mean_of_nothing"),
}


def wrong(double: str, mean: str, loses: str, may_lose: str = "") -> str:
    """Return a wrong solution with its header."""
    text = f"A mistake.\n\nloses: {loses}\n" + (f"may_lose: {may_lose}\n" if may_lose else "")
    return SOLUTION.format(title=text, double=double, mean=mean)


def make_course(root: Path) -> Path:
    """Write the course into ``root``."""
    files = {
        "exercises/course.yaml": MANIFEST,
        "exercises/tiny/exercise.yaml": EXERCISE,
        "exercises/tiny/README.md": LESSON,
        "exercises/tiny/tiny.py": STUB,
        "graders/tiny/solution.py": SOLUTION.format(title="The reference.", double=_DOUBLE, mean=_MEAN),
        "graders/tiny/test_tiny.py": TESTS,
    }
    for name, (double, mean) in _RIGHT.items():
        files[f"graders/tiny/right/{name}.py"] = SOLUTION.format(title="Right.", double=double, mean=mean)
    for name, (double, mean, loses) in _WRONG.items():
        files[f"graders/tiny/wrong/{name}.py"] = wrong(double, mean, loses)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
