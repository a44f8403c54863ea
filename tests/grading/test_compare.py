"""The first thing that is wrong is told, in the order type, shape, kind of number, finite, values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.grading.compare import Difference, difference, place, show
from tests.strategies import hostile_values, normal_arrays

exactly = {"rtol": 0.0, "atol": 0.0}
table = np.arange(12.0).reshape(3, 4)


def compare(got, want, *, rtol=1e-9, atol=1e-12, name="dW2"):
    return difference(got, want, name=name, rtol=rtol, atol=atol)


def test_equal_arrays_have_no_difference():
    assert compare(table.copy(), table) is None


def test_none_asks_for_the_return_statement():
    found = compare(None, table)
    assert found.kind == "type"
    assert found.message == "dW2 is None, expected an array of shape (3, 4). Is the return statement missing?"


@pytest.mark.parametrize(
    ("got", "want", "kind", "words"),
    [
        ([[1.0, 2.0]], np.ones((1, 2)), "type", "a list with 1 entry, expected an array of shape (1, 2)"),
        (np.ones(1), "a text", "type", "an array of shape (1,), expected a text"),
        (2.0, [2.0], "type", "a number (float), expected an array or a list with 1 entry"),
        ({"a": 1}, {"b": 1}, "type", "has no key 'b'"),
        ({"a": 1, "b": 2}, {"a": 1}, "type", "unexpected key 'b'"),
        ([1.0, 2.0], [1.0], "shape", "2 entries, expected 1"),
        (table.T, table, "shape", "has shape (4, 3), expected (3, 4)"),
        (3.0, table, "shape", "a single number, expected an array of shape (3, 4)"),
        (np.ones(1), 1.0, "shape", "an array of shape (1,), expected a single number"),
        (np.zeros((0, 3)), np.zeros((3, 0)), "shape", "(0, 3), expected (3, 0)"),
        (table + 1j, table, "dtype", "complex numbers (dtype complex128), expected real numbers"),
        (table.astype(str), table, "dtype", "holds text"),
        (1j, 1.0, "dtype", "complex"),
        (np.where(table > 9, np.nan, table), table, "nonfinite", "NaN in 2 of 12 entries"),
        (np.where(table > 9, -np.inf, table), table, "nonfinite", "inf in 2 of 12 entries"),
        (math.nan, 1.0, "nonfinite", "is nan, expected a finite number"),
        (table + 1, table, "value", "wrong in all 12 entries. The largest difference is 1."),
        (table * 2, table, "value", "wrong in 11 of 12 entries"),
        ("relu", "tanh", "value", "not the expected text"),
        (4, 5, "value", "not the expected number"),
    ],
)
def test_the_first_stage_that_fails_is_told(got, want, kind, words):
    found = compare(got, want)
    assert (found.kind, words in found.message) == (kind, True), found


def test_the_first_wrong_entry_is_shown_with_its_place():
    got = table.copy()
    got[1, 2] = 60.5
    got[2, 0] = -1
    found = compare(got, table)
    assert found == Difference(
        "value",
        "dW2 is wrong in 2 of 12 entries. The largest difference is 54.5.",
        "row 1, column 2 (index [1, 2])",
        "6",
        "60.5",
    )


def test_places_are_words_in_one_and_two_dimensions():
    assert place((4,)) == "entry 4 (index [4])"
    assert place((0, 2)) == "row 0, column 2 (index [0, 2])"
    assert place((0, 2, 1)) == "index [0, 2, 1]"


def test_the_name_leads_into_containers():
    want = {"W1": table, "b": [1.0, (2.0, 3.0)]}
    assert compare({"W1": table, "b": [1.0, (2.0, 3.5)]}, want, name="grads").message.startswith("grads['b'][1][1] is")
    assert compare({"W1": table + 1, "b": 0}, want, name="grads").message.startswith("grads['W1'] is wrong")


def test_lists_written_by_a_grader_may_be_answered_by_tuples_and_arrays():
    assert compare((1.0, 2.0), [1.0, 2.0]) is None
    assert compare(np.array([[1.0, 2.0]]), [[1.0, 2.0]]) is None
    assert compare([1, 2], (1.0, 2.0)) is None
    assert compare(np.array([1.0, 2.5]), [1.0, 2.0]).kind == "value"


def test_texts_written_by_a_grader_may_be_answered_by_an_array_of_text():
    assert compare(np.array(["a", "b"]), ["a", "b"]) is None
    assert compare(np.array([["a"], ["b"]]), [["a"], ["b"]]) is None
    found = compare(np.array(["a", "c"]), ["a", "b"])
    assert (found.kind, found.where, found.expected, found.got) == ("value", "entry 1 (index [1])", "'b'", "'c'")
    assert compare(np.array(["1", "a"]), [1, "a"]).kind == "type", "a number is no text that looks like it"
    assert compare(np.array(["a"]), np.array([1.0])).kind == "dtype"
    assert compare(np.array(["a"]), np.array(["a", "b"])).kind == "shape"


def test_sets_are_compared_by_what_they_lack_and_have_too_many():
    assert compare({1, "a", (2, 3)}, frozenset({(2, 3), "a", 1})) is None
    assert compare(set(), set()) is None
    found = compare({"cat", "dog"}, {"cat", "cow", "dog"}, name="vocabulary")
    assert found.message == "vocabulary lacks 'cow': it has 2 entries, expected 3."
    assert (found.expected, found.got) == ("{'cat', 'cow', 'dog'}", "{'cat', 'dog'}")
    assert compare({1, 2, 9}, {1, 2}, name="s").message == (
        "s has the unexpected entry 9: it has 3 entries, expected 2."
    )
    assert compare({1, 3}, {1, 2}, name="s").message == "s lacks 2."
    assert compare([1, 2], {1, 2}, name="s").message == "s is a list with 2 entries, expected a set with 2 entries."
    assert compare({1, 2}, [1, 2], name="s").kind == "type"
    assert compare(None, {1}).message.endswith("expected a set with 1 entry. Is the return statement missing?")


def test_numbers_in_sets_agree_within_the_tolerance_and_each_once():
    assert compare({0.1 + 0.2, "a"}, {0.3, "a"}) is None
    assert compare({(1, 0.1 + 0.2)}, {(1, 0.3)}) is None
    assert compare({math.nan}, {math.nan + 0}) is None
    assert compare({0.3, 0.1 + 0.2}, {0.3}).kind == "value"
    assert compare({0.3}, {0.3, 0.1 + 0.2}).kind == "value"
    many = {float(n) for n in range(1000)}
    assert compare({n + 0.5 for n in many}, many).kind == "value"


def test_sets_are_shown_in_one_order_whatever_is_in_them():
    assert show({3, 1, 2}) == "{1, 2, 3}"
    assert show(frozenset({"b", "a"})) == "{'a', 'b'}"
    assert show(set()) == "set()"
    assert show({"a", 1, None, (1, 2)}) == "{None, 1, 'a', (1, 2)}"
    assert show({1: "a", "b": 2}) == "{1: 'a', 'b': 2}"


def test_whole_numbers_are_keys_like_texts():
    assert compare({1: 2.0, "a": 3}, {1: 2.0, "a": 3}) is None
    assert compare({1: 2.0}, {2: 2.0}, name="counts").message == "counts has no key 2."
    assert compare({1: 2.5}, {1: 2.0}, name="counts").message.startswith("counts[1] is not")


def test_numbers_of_any_kind_agree_if_their_values_do():
    assert compare(np.float32(1.5), 1.5) is None
    assert compare(np.array(3), 3.0) is None
    assert compare(True, 1) is None
    assert compare(table.astype("float32"), table) is None
    assert compare(table.astype("uint8"), table) is None
    assert compare(table > 3, (table > 3).astype(float)) is None


def test_nan_and_infinities_agree_with_themselves_only():
    special = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert compare(special, special.copy()) is None
    assert compare(-special, special).kind == "value"
    assert compare(math.nan, math.nan) is None
    assert compare(-math.inf, math.inf).kind == "value"
    assert compare(np.zeros(4), special).where == "entry 0 (index [0])"


def test_integers_are_compared_without_rounding():
    assert compare(2**53 + 1, 2**53, **exactly).kind == "value"
    assert compare(np.array([2**53 + 1]), np.array([2**53]), **exactly).kind == "value"
    assert compare(np.array([2**63], "uint64"), np.array([-(2**63)]), **exactly).kind == "value"
    assert compare(np.uint8([255]), np.array([-1])).kind == "value"
    assert compare(np.uint8([255]), np.uint8([254]), rtol=0, atol=1) is None


def test_integers_larger_than_any_float_are_compared_and_shown_by_their_length():
    assert compare(10**400, 10**400) is None
    assert compare(10**400, 1.5).got == "a whole number of about 401 digits"
    assert compare(10**5000, table).kind == "value"
    assert compare(1.5, 10**5000).kind == "value"


def test_numbers_that_look_equal_are_shown_with_all_digits():
    found = compare(1.0000001, 1.0)
    assert (found.expected, found.got) == ("1", "1.0000001000000001")


def test_objects_are_a_type_and_never_compared():
    assert compare(np.array([object()]), np.ones(1)).kind == "dtype"
    assert compare(np.ones(1), np.array([object()])) is not None


def test_control_characters_in_answers_are_shown_as_escapes():
    found = compare("\x1b[31m\u202e", "a")
    assert "\x1b" not in found.got
    assert "\u202e" not in found.got


@settings(max_examples=300, deadline=None)
@given(hostile_values(), hostile_values(), st.sampled_from([0.0, 1e-9, 1.0, math.inf, math.nan]))
def test_hostile_values_never_raise_and_always_get_an_answer(got, want, tolerance):
    found = difference(got, want, name="x", rtol=tolerance, atol=tolerance)
    assert found is None or found.message.startswith("x")


@settings(max_examples=200, deadline=None)
@given(hostile_values())
def test_every_value_agrees_with_itself(value):
    assert compare(value, value, **exactly) is None


@settings(max_examples=100, deadline=None)
@given(normal_arrays(), st.floats(1e-9, 1e-2))
def test_the_tolerance_is_relative_and_kept_on_both_sides(want, rtol):
    assert compare(want * (1 + 0.99 * rtol), want, rtol=rtol, atol=0) is None
    assert compare(want * (1 + 1.01 * rtol), want, rtol=rtol, atol=0).kind == "value"
    assert compare(want + 0.99 * rtol, want, rtol=0, atol=rtol) is None


@settings(max_examples=200, deadline=None)
@given(hostile_values(), st.integers(0, 300))
def test_show_is_one_short_printable_line(value, limit):
    text = show(value, limit)
    assert len(text) <= max(limit, 2)
    assert text.isprintable()


def test_show_names_large_arrays_by_shape_and_dtype():
    text = show(np.ones((60000, 784), "float32"), 200)
    assert text.startswith("array of shape (60000, 784), float32: [[1, 1, …, 1, 1], ")
    assert show(table, 200) == "[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]"
    assert show({"a": (1,), "b": 2 / 3}, 200) == "{'a': (1,), 'b': 0.666667}"


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize(("place", "which"), [(0, "first"), (1, "second"), (2, "third")])
def test_a_tuple_where_one_array_is_expected_is_called_a_tuple(as_list, place, which):
    """Some courses return (A, cache) from every function; the expectation may be written as a list."""
    right = np.arange(6.0).reshape(2, 3)
    want = right.tolist() if as_list else right
    several = [right + 1, right + 2, right + 3]
    several[place] = right
    message = compare(tuple(several), want, name="relu(Z)").message
    assert message.startswith("relu(Z) is a tuple with 3 entries, expected an array of shape (2, 3). ")
    assert f"The {which} of its entries is the right array: return this one alone." in message
    assert "return this one" not in compare((right + 1, right + 2), want).message


def test_rows_in_a_list_are_still_an_answer():
    assert compare([np.array([1.0, 2.0]), np.array([3.0, 4.0])], [[1, 2], [3, 4]]) is None
