"""Arithmetic of authors: exact, whitelisted, bounded."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.model.expression import ExpressionError, as_number, as_text, evaluate

NAMES = {"n": Fraction(1000), "b": Fraction(32), "rate": Fraction("0.1")}


@pytest.mark.parametrize(
    ("text", "value"),
    [("ceil(n / b)", 32), ("floor(n/b)", 31), ("n // b", 31), ("n % b", 8), ("-7 // 2", -4), ("-7 % 3", 2),
     ("0.1 + 0.2", Fraction("0.3")), ("3 * rate", Fraction("0.3")), ("2 ** 10", 1024), ("2 ** -1", Fraction(1, 2)),
     ("1e-3", Fraction("0.001")), ("60_000", 60000), ("+b", 32), ("abs(-b)", 32), ("max(n, b, 3)", 1000),
     ("round(2.5)", 3), ("round(-2.5)", -3), ("round(2.345, 2)", Fraction("2.35")), ("(28 - 3 + 2*1) // 1 + 1", 28),
     (" 1 + 1 ", 2), ("0x10", 16)],
)  # fmt: skip
def test_numbers_are_exact(text, value):
    assert evaluate(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("sqrt(2)", math.sqrt(2)), ("exp(1)", math.e), ("log(10)", math.log(10)), ("log2(8)", 3.0), ("log10(1000)", 3.0),
     ("2 ** 0.5", math.sqrt(2)), ("1 / (1 + exp(-2))", 1 / (1 + math.exp(-2)))],
)  # fmt: skip
def test_roots_exponentials_and_logarithms_are_floats(text, value):
    assert evaluate(text, {}) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "words"),
    [("n / 0", "divides by zero"), ("n % 0", "divides by zero"), ("m + 1", "'m' is not a number parameter; the names"),
     ("log(0)", "no value"), ("sqrt(-1)", "no value"), ("(-8) ** 0.5", "no real value"), ("2 ** 10 ** 10", "too large"),
     ("10 ** 400 ** 2", "too large"), ("exp(1000)", "too large"), ("9e99999", "too large"), ("round(1, 99)", "0 to 12"),
     ("ceil(1, 2)", "takes 1 values, found 2"), ("n = 3", "not an expression"), ("", "not an expression"),
     ("n if b else 2", "not allowed"), ("[1]", "not allowed"), ("n.real", "not allowed"), ("'a'", "not allowed"),
     ("True", "not allowed"), ("n and b", "not allowed"), ("n < b", "not allowed"), ("n & b", "not allowed"),
     ("lambda: 1", "not allowed"), ("__import__('os')", "not allowed"), ("open('x')", "not allowed"),
     ("ceil(x=1)", "not allowed"), ("max(*n)", "not allowed"), ("(n := 3)", "not allowed"), ("1j", "not allowed"),
     ("n" * 300, "characters"), ("(" * 150 + ")" * 10, "not an expression"), ("1\n+ 1", "not an expression")],
)  # fmt: skip
def test_everything_else_is_refused_with_a_reason(text, words):
    with pytest.raises(ExpressionError, match=words.replace("(", r"\(").replace("*", r"\*")):
        evaluate(text, NAMES)


@pytest.mark.parametrize("text", ["-" * 190 + "1", "(" * 90 + "1" + ")" * 90, "1" + "+1" * 99, "9**9**9**9**9"])
def test_large_and_deep_expressions_end_with_a_value_or_a_reason(text):
    reasons = ("its value is too large", "it is not an expression such as ceil(n / b)")
    assert value_or_reason(text) in (-1, 1, 100, *reasons)


def value_or_reason(text):
    try:
        return evaluate(text, {})
    except ExpressionError as error:
        return str(error)


@given(st.fractions(max_denominator=10**4), st.fractions(max_denominator=10**4).filter(bool))
def test_division_with_remainder_adds_up(a, b):
    names = {"a": a, "b": b}
    assert evaluate("(a // b) * b + a % b", names) == a


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_a_short_decimal_is_written_exactly_and_read_back(number, places):
    value = Fraction(number, 10**places)
    assert Fraction(as_number(value)) == value
    assert evaluate(as_number(value), {}) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_written_so_that_it_is_read_back(value):
    assert float(as_number(value)) == value


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(Fraction(60000), "", "60000"), (Fraction(60000), ",", "60,000"), (Fraction("1234.5"), ",", "1,234.5"),
     (Fraction(-1234567), ",", "-1,234,567"), (Fraction(1, 3), "", "0.333333"), (Fraction(1, 3), ".2f", "0.33"),
     (Fraction(1, 8), "", "0.125"), (Fraction(95, 100), ".0%", "95%"), (Fraction(12345), ",.1f", "12,345.0"),
     (math.pi, "", "3.14159"), (math.pi, ".3g", "3.14"), (Fraction(1, 2), ".1e", "5.0e-01"), (Fraction(0), "", "0")],
)  # fmt: skip
def test_a_value_is_written_for_a_reader(value, form, text):
    assert as_text(value, form) == text


@pytest.mark.parametrize("form", ["d", ">10", "x", ".999f", ",,", "{n}", "%"])
def test_another_form_is_refused(form):
    with pytest.raises(ExpressionError, match="unknown"):
        as_text(Fraction(1), form)
