"""Hypothesis strategies for arrays that several test files share."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

DTYPES = ("bool", "int8", "int64", "uint8", "uint64", "float16", "float32", "float64", "complex64", "complex128", "<U4")
"""Kinds of numbers and texts that a submission may return."""


def seeds() -> st.SearchStrategy[int]:
    """Seeds of NumPy generators: for arrays whose entries must not be as special as Hypothesis likes them."""
    return st.integers(0, 2**32 - 1)


@st.composite
def normal_arrays(draw: st.DrawFn, *, dims: tuple[int, int] = (2, 2), side: tuple[int, int] = (3, 7)) -> Any:
    """float64 arrays with independent normal entries, of a size from 1e-3 to 1e3: nothing in them agrees by chance."""
    rng = np.random.default_rng([987_654_321, draw(seeds())])  # not the stream that a test gets from the same number
    shape = draw(hnp.array_shapes(min_dims=dims[0], max_dims=dims[1], min_side=side[0], max_side=side[1]))
    return rng.normal(size=shape) * 10.0 ** draw(st.integers(-3, 3))


@st.composite
def probability_tables(draw: st.DrawFn, *, side: tuple[int, int] = (3, 7)) -> Any:
    """float64 tables whose rows are positive and sum to 1."""
    table = np.exp(draw(normal_arrays(side=side)) % 3)
    return table / table.sum(axis=1, keepdims=True)


def hostile_arrays() -> st.SearchStrategy[Any]:
    """Return arrays of any shape (also empty and 0-d) and any dtype, with NaN, inf and the largest numbers."""
    return st.sampled_from(DTYPES).flatmap(
        lambda dtype: hnp.arrays(np.dtype(dtype), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    )


def hostile_entries() -> st.SearchStrategy[Any]:
    """Return whatever may stand in a set."""
    numbers = st.integers(-(10**400), 10**400) | st.floats() | st.complex_numbers()
    return st.recursive(
        st.none() | st.booleans() | numbers | st.text(max_size=5) | st.binary(max_size=5),
        lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
        max_leaves=4,
    )


def hostile_values() -> st.SearchStrategy[Any]:
    """Return whatever may cross the wire: scalars, texts, arrays, and containers of them."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(10**400), 10**400),
        st.floats(),
        st.complex_numbers(),
        st.text(max_size=5),
        st.binary(max_size=5),
        hostile_arrays(),
        st.sets(hostile_entries(), max_size=4),
        st.frozensets(hostile_entries(), max_size=4),
    )
    keys = st.text(max_size=3) | st.integers(-(2**63), 2**64 - 1)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.lists(inner, max_size=3).map(tuple),
            st.dictionaries(keys, inner, max_size=3),
        ),
        max_leaves=6,
    )
