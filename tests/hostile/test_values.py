"""Whatever value comes over the wire, a check passes it or fails the case: it never breaks the grader."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlquiz.grading import check
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.limits import Budget
from dlquiz.grading.proxy import Pointer, Remote, SubmissionProxy
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import Handle
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.submission import submission_from_bytes

dtypes = st.sampled_from(sorted(wire.DTYPES)).map(wire.DTYPES.__getitem__)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
numbers = st.integers(-(10**399), 10**399) | st.floats() | st.complex_numbers() | st.booleans()
handle = st.just(Remote(Pointer(None, Handle(1, "Anything"), "f(…)")))  # it is never asked
values = st.recursive(
    st.none() | numbers | st.text(max_size=20) | st.binary(max_size=20) | arrays | handle,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
WANTED = np.linspace(0.5, 2.0, 6).reshape(2, 3)

CHECKS: dict[str, Callable[[Any], Any]] = {
    "close": lambda got: check.close(got, WANTED, name="x", bias=np.ones(3), logits=WANTED, axis=1, batch_size=2),
    "close to a list": lambda got: check.close(got, [[1, 2], [3, 4]], name="x"),
    "close to a number": lambda got: check.close(got, 2.5, name="x"),
    "close to a dict": lambda got: check.close(got, {"W": WANTED, "b": 1.0}, name="x"),
    "equal": lambda got: check.equal(got, [1, 2, 3], name="x"),
    "equal to a text": lambda got: check.equal(got, "yes", name="x"),
    "shape": lambda got: check.shape(got, (2, 3), name="x"),
    "dtype": lambda got: check.dtype(got, "float64", name="x"),
    "finite": lambda got: check.finite(got, name="x"),
    "probabilities": lambda got: check.probabilities(got, name="x"),
    "gradient": lambda got: check.gradient(got, WANTED, name="x", batch_size=2),
    "keys": lambda got: check.keys(got, ("W", "b"), name="x"),
    "decreases": lambda got: check.decreases(got, name="x", to_at_most=1.0),
    "that": lambda got: check.that(False, "no", expected=1, got=got),
    "accuracy": lambda got: check.accuracy(
        lambda seed: got, np.arange(3), at_least=0.9, rng=np.random.default_rng(0), name="x"
    ),
}


@pytest.mark.parametrize("name", CHECKS)
@given(got=values)
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_no_value_breaks_a_check(name: str, got: Any) -> None:
    try:
        CHECKS[name](got)
    except CaseFailed as failure:
        for text in (failure.message, failure.expected, failure.got, failure.where, failure.diagnosis):
            assert text is None or (isinstance(text, str) and len(text) < 5000)


SLOW = """
import time
import numpy as np
def honest(x):
    return x + 1
def slow(x):
    time.sleep(0.06)
    return x + 1
TABLE = {}
def from_a_table(x):
    key = x.tobytes()
    if key not in TABLE:
        TABLE[key] = slow(x)
    return TABLE[key]
class Later(np.ndarray):
    @property
    def dtype(self):
        time.sleep(0.06)
        return np.ndarray.dtype.__get__(self)
def later(x):
    return (x + 1).view(Later)
"""


@pytest.fixture(scope="module")
def sides() -> Iterator[tuple[SubmissionProxy, SubmissionProxy]]:
    with ForkServer(("numpy",)) as server:
        made = [
            Subject(
                Surroundings(server, None, Budget(), {}),
                submission_from_bytes(SLOW.encode(), name="work.py", module_name="work"),
                1,
            )
            for _ in range(2)
        ]
        for side in made:
            side.begin("case")
        yield SubmissionProxy(made[0]), SubmissionProxy(made[1])
        for side in made:
            side.close()


@pytest.mark.sandbox
def test_a_quick_function_passes_the_speed_check(sides: tuple[SubmissionProxy, SubmissionProxy]) -> None:
    check.speed(sides[0].honest, sides[1].honest, np.ones((3, 3)), at_most=20)


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["slow", "from_a_table", "later"])
def test_neither_tables_nor_late_work_make_a_slow_function_quick(
    name: str, sides: tuple[SubmissionProxy, SubmissionProxy]
) -> None:
    with pytest.raises(CaseFailed, match="times as long"):
        check.speed(getattr(sides[0], name), sides[1].honest, np.ones((3, 3)), at_most=20)
