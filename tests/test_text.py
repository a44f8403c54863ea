"""Nothing from a sandbox can steer a terminal."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlquiz.text import MAX_LINE, clean, one_line

anything = st.text(st.characters(), max_size=80)
nasty = st.lists(
    st.one_of(
        st.sampled_from(
            ["\x1b", "\x1b[", "\x1b]", "\x9b", "\x9d", "31m", "\x07", "\x1b\\", "\r", "\r\n", "\x85", "\u2028"]
        ),
        st.sampled_from(
            ["\u202e", "\u2066", "\u200b", "\ufeff", "\u0301" * 9, "\ud800", "\ue000", "\U000e0041", "\u3164"]
        ),
        st.text(max_size=4),
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("dirty", "want"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]0;title\x07x\x1b]8;;http://a\x1b\\link", "xlink"),
        ("\x9b31mred\x9d0;t\x9cx", "redx"),
        ("\x1bPq#0\x1b\\x\x1bcy\x1b(Bz", "xyz"),
        ("\x1b\x1b[0m[31mnested", "[31mnested"),
        ("open \x1b]0;title", "open ]0;title"),
        ("50 %\r100 %\r\nend", "50 %\n100 %\nend"),
        ("a\u2028b\x0bc\x85d", "a\nb\nc\nd"),
        ("safe\u202etxt.exe\u2066", "safetxt.exe"),
        ("pass\u200bed\ufeff\x00\x7f\x08", "passed"),
        ("\ud800x\ue000y\U0010ffff", "xy"),
        ("tab\tand\nnewline stay: ä 漢 🙂 é", "tab\tand\nnewline stay: ä 漢 🙂 é"),
        ("e" + "\u0301" * 50 + "!", "e" + "\u0301" * 4 + "!"),
    ],
)
def test_only_visible_text_is_left(dirty, want):
    assert clean(dirty, 1000) == want


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(anything, nasty))
@example("\x1b" * 50)
def test_nothing_invisible_is_left(text):
    for character in clean(text, 1000):
        category = unicodedata.category(character)
        assert character in "\n\t" or category not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}, hex(ord(character))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(anything, nasty, st.text("ab\n", min_size=2 * MAX_LINE, max_size=3 * MAX_LINE)), st.integers(0, 5000))
def test_cleaning_twice_changes_nothing_and_the_limit_holds(text, limit):
    once = clean(text, limit)
    assert len(once) <= limit
    assert clean(once, limit) == once


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text("abc äöü漢\n\t", max_size=200))
def test_ordinary_text_stays_as_it_is(text):
    assert clean(text, 1000) == text


def test_what_is_left_out_is_counted():
    short = clean("x" * 1500, 100)
    shown, note = short.split(" … (")
    assert note == f"{1500 - len(shown):,} more characters)"
    assert len(short) == 100


def test_endless_lines_are_broken():
    lines = clean("x" * (3 * MAX_LINE + 5), 100_000).split("\n")
    assert [len(line) for line in lines] == [MAX_LINE, MAX_LINE, MAX_LINE, 5]


def test_one_line_has_no_line_ends():
    assert one_line("a\n\n b\tc \x1b[0m", 100) == "a b c"
