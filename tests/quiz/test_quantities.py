"""Numbers and units as people type them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.quiz.quantities import NotANumber, NumberReading, decimal_comma, read, same_word, unit, written


def value(text: str, lang: str = "en") -> Fraction:
    found = read(text, lang)
    assert isinstance(found, tuple), found
    assert len(found) == 1, found
    return found[0].value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" -12 ", -12),
        ("+3", 3),
        ("−7", -7),  # the typographic minus
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1e-3", Fraction(1, 1000)),
        ("1.5E3", 1500),
        ("2 × 10^3", 2000),
        ("2*10**3", 2000),
        ("10^-3", Fraction(1, 1000)),
        ("10**-3", Fraction(1, 1000)),
        ("10⁻³", Fraction(1, 1000)),
        ("10^{-3}", Fraction(1, 1000)),
        ("-10 ^ (2)", -100),
        ("2·10⁻³", Fraction(1, 500)),
        ("10^3/4", 250),
        ("10", 10),
        ("3/4", Fraction(3, 4)),
        ("16 000", 16000),
        ("16\u202f000", 16000),
        ("60_000", 60000),
        ("60'000", 60000),
        ("1,234,567", 1234567),
        ("1,234.5", Fraction("1234.5")),
        ("1.234,5", Fraction("1234.5")),
        ("0,500", Fraction(1, 2)),  # no group begins with a zero
        ("3,5", Fraction(7, 2)),
        ("3.145", Fraction("3.145")),
        ("007", 7),
    ],
)
def test_a_number_is_read_exactly(text, number):
    assert value(text) == number


def test_a_thousands_comma_in_english_could_be_a_decimal_comma():
    assert read("16,000") == (NumberReading(Fraction(16000), ""), NumberReading(Fraction(16), ""))


def test_in_a_language_with_decimal_comma_the_point_is_the_doubtful_mark():
    assert value("3,145", "de") == Fraction("3.145")
    assert value("16,000", "de") == 16
    assert read("16.000", "de") == (NumberReading(Fraction(16000), ""), NumberReading(Fraction(16), ""))


@pytest.mark.parametrize(
    ("lang", "comma"), [("en", False), ("de", True), ("de-CH", False), ("pt-BR", True), ("es-MX", False), ("xx", False)]
)
def test_the_decimal_mark_follows_the_language_and_its_region(lang, comma):
    assert decimal_comma(lang) is comma


@pytest.mark.parametrize(
    "text",
    ["", "abc", "nan", "-inf", "Infinity", "∞", "1e999", "1/0", "9" * 65, "1 5", "1,23,4", "12 or 13", "1.2.3", "--3"],
)
def test_what_is_no_single_ordinary_number_is_refused_with_a_sentence(text):
    found = read(text)
    assert isinstance(found, NotANumber)
    assert found.why.endswith(".")


def test_the_unit_is_what_follows_the_number():
    found = read("4096 KiB")
    assert found == (NumberReading(Fraction(4096), "KiB"),)
    assert read("5%") == (NumberReading(Fraction(5), "%"),)


@settings(deadline=None)
@given(st.text(max_size=100), st.sampled_from(["en", "de", "fr-CH", ""]))
def test_reading_never_raises(text, lang):
    found = read(text, lang)
    assert isinstance(found, NotANumber) or 1 <= len(found) <= 2


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.sampled_from(["en", "de"]))
def test_a_number_written_for_a_person_is_read_back(digits, places, lang):
    number = Fraction(digits, 10**places)
    text = format(float(number), f".{places}f").replace(".", "," if lang == "de" else ".")
    assert value(text, lang) == Fraction(text.replace(",", "."))


def test_written_numbers_use_the_mark_of_the_language():
    assert written(Fraction(1, 2), "en") == "0.5"
    assert written(Fraction(1, 2), "de") == "0,5"
    assert written(Fraction(60000)) == "60000"


def test_units_convert_within_what_they_measure():
    kib, mib, second = unit("KiB"), unit("MiB"), unit("s")
    assert kib is not None
    assert mib is not None
    assert second is not None
    assert mib.factor == 1024 * kib.factor
    assert kib.quantity != second.quantity
    assert unit("seconds") == unit("s")
    assert unit("mib") == mib
    assert unit("epochs") is None


def test_no_unit_and_percent_measure_the_same():
    assert unit("") is not None
    assert unit("%") is not None
    assert unit("%").factor == Fraction(1, 100)


def test_unknown_units_are_compared_as_words():
    assert same_word("epoch", "Epochs")
    assert not same_word("epoch", "step")
