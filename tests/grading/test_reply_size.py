"""An answer may be some times as large as the reference's: the trusted side holds and compares it."""

import re

import numpy as np
import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade
from dlquiz.model.report import Cause, Outcome
from dlquiz.sandbox import wire
from dlquiz.sandbox.wire import array_bytes
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

GRADER = '''"""One call, small or large."""

import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("double doubles", points=1, hint="2 * x")
@pytest.mark.parametrize("n", [3, 1_000_000])
def test_double(submission, n):
    check.close(submission.double(np.ones(n)), 2 * np.ones(n), name="double(x)")


@pytest.mark.case("what is kept is read", points=1, hint="2 * x")
def test_kept(submission):
    check.shape(submission.keep(np.ones(3)).value, (3,), name="value")
'''
WORK = "import numpy as np\n\n\nclass Kept:\n    def __init__(self, value):\n        self.value = value\n\n\n"
REFERENCE = WORK + "def double(x):\n    return 2 * x\n\n\ndef keep(x):\n    return Kept(x)\n"


def graded(tmp_path, double, keep="Kept(x)"):
    root = make_course(tmp_path / "course")
    settings = root / "exercises/tiny/exercise.yaml"
    settings.write_text(re.sub(r"memory_mib: \d+", "memory_mib: 1024", settings.read_text()))
    (root / "graders/tiny/test_tiny.py").write_text(GRADER)
    (root / "graders/tiny/solution.py").write_text(REFERENCE)
    text = f"{WORK}def double(x):\n    return {double}\n\n\ndef keep(x):\n    return {keep}\n"
    report = grade(load_course(root), "tiny", submission_from_bytes(text.encode(), name="x.py", module_name="tiny"))
    return {case.id.partition("::test_")[2]: case for case in report.cases}


@pytest.mark.sandbox
def test_an_answer_far_larger_than_the_references_is_refused_with_its_shape(tmp_path):
    cases = graded(tmp_path, "np.ones((3000, 1000)) if len(x) == 3 else np.multiply.outer(x, np.ones(9))")
    for name, shape in (("double[3]", "(3000, 1000)"), ("double[1000000]", "(1000000, 9)")):
        assert (cases[name].outcome, cases[name].cause) == (Outcome.FAILED, Cause.PROTOCOL)
        assert f"an array of shape {shape}" in cases[name].message
    assert cases["kept"].outcome is Outcome.PASSED


@pytest.mark.sandbox
def test_a_mistake_in_the_shape_still_arrives_and_is_told(tmp_path):
    cases = graded(tmp_path, "np.multiply.outer(x, np.ones(4 if len(x) > 3 else 500_000))")
    assert "has shape (3, 500000), expected (3,)" in cases["double[3]"].message
    assert "has shape (1000000, 4), expected (1000000,)" in cases["double[1000000]"].message


@pytest.mark.sandbox
def test_what_the_reference_cannot_be_asked_has_a_limit_too(tmp_path):
    cases = graded(tmp_path, "2 * x", keep="Kept(np.ones(10_000_000))")
    assert cases["kept"].cause is Cause.PROTOCOL
    assert "an array of shape (10000000,)" in cases["kept"].message
    assert cases["double[1000000]"].outcome is Outcome.PASSED


def test_the_largest_array_of_a_head_is_described_and_nonsense_is_not():
    parts = wire.pack({"value": {"a": np.ones((3, 2)), "b": [np.ones(7), "x"]}})
    prefix = wire.PREFIX.size
    head, _ = wire.unpack_prefix(bytes(parts[0][:prefix]), 1 << 20)
    assert wire.describe_arrays(parts[0][prefix : prefix + head]) == "an array of shape (7,)"
    for nonsense in (b"", b"\xc1", b"\x91" * 5000, b"\x93\xa1a\x01\x91\xa1x"):
        assert wire.describe_arrays(nonsense) == ""


def test_the_bytes_of_arrays_are_counted_wherever_they_are():
    assert array_bytes({"a": np.ones(3), "b": [np.ones(2, dtype=np.uint8), (np.ones(1), "x", 3)]}) == 34
