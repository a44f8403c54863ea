"""Text of strangers can be shown, stored and used as a name: nothing of it can steer a terminal."""

import re
import subprocess
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlquiz.text import (
    LINE_ENDS,
    MAX_LINE,
    UNSTORABLE,
    before_gaps,
    clean,
    gap_note,
    identifier,
    one_line,
    shell_word,
    shell_words,
    storable,
)

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
        ("10\xa0000\u2009km\u3000x", "10 000 km x"),
        ("e" + "\u0301" * 50 + "!", "e" + "\u0301" * 4 + "!"),
    ],
)
def test_only_visible_text_is_left(dirty, want):
    assert clean(dirty, 1000) == want


def without(text, cut):
    """The text with a note in the place of a piece."""
    return text[: cut.start] + gap_note(*before_gaps(text[cut])) + text[cut.stop :]


@given(st.text("ab\n漢", min_size=20, max_size=60), st.integers(0, 6), st.integers(6, 12))
def test_what_is_left_out_is_counted_also_where_a_gap_holds_another(text, begin, end):
    outer = without(without(text, slice(begin + 2, end + 2)), slice(begin, -1))
    assert before_gaps(outer) == before_gaps(text) == (len(text.encode()), text.count("\n"))
    assert before_gaps(clean(outer, 1000)) == before_gaps(text)


@pytest.mark.parametrize("number", ["9" * 5000, ",", "²", ",,1", "-1"])
def test_what_only_looks_like_a_gap_is_counted_as_it_stands(number):
    text = f"a\n[… {number} bytes in {number} lines left out …]\nb"
    assert before_gaps(text) == (len(text.encode()), 2)


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, nasty))
@example("\x1b" * 50)
def test_nothing_invisible_is_left(text):
    for character in clean(text, 1000):
        category = unicodedata.category(character)
        assert character in "\n\t" or category not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}, hex(ord(character))


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, nasty, st.text("ab\n", min_size=2 * MAX_LINE, max_size=3 * MAX_LINE)), st.integers(0, 5000))
def test_cleaning_twice_changes_nothing_and_the_limit_holds(text, limit):
    once = clean(text, limit)
    assert len(once) <= limit
    assert clean(once, limit) == once


@settings(max_examples=100, deadline=None)
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


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, nasty), st.integers(0, 200))
def test_one_line_is_printable_and_the_limit_holds(text, limit):
    line = one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= limit
    assert "  " not in line


def test_a_line_that_was_cut_says_so():
    assert one_line("a bc", 4) == "a bc"
    assert one_line("a bcd", 4) == "a b…"
    assert [one_line("abc", limit) for limit in (0, 1, 2)] == ["", "…", "a…"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, nasty))
def test_stored_text_holds_nothing_that_our_files_may_not_hold(text):
    once = storable(text)
    assert not UNSTORABLE.search(once)
    assert not LINE_ENDS.search(once)
    assert storable(once) == once


def test_stored_text_keeps_what_can_be_seen():
    assert storable("a\tb\r\nc\u2028d\u202e\x07\ufeff é 🙂 10\xa0km") == "a\tb\nc\nd é 🙂 10\xa0km"


@pytest.mark.parametrize(
    ("text", "want"),
    [("Überfluß: was ist's?", "uberfluss-was-ists"), ("Mini-batch  size", "mini-batch-size"), ("3 Bäume", "baume"),
     ("łódź & Øre", "lodz-ore"), ("__a__b__", "a-b"), ("日本", ""), ("", ""), ("x" * 50, "x" * 40),
     ("\x1b[2J\u202ea", "j-a")],
)  # fmt: skip
def test_an_identifier_is_made_of_what_is_left(text, want):
    assert identifier(text) == want


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, nasty), st.integers(1, 50))
def test_an_identifier_is_one_or_nothing(text, longest):
    made = identifier(text, longest)
    assert made == "" or re.fullmatch(r"[a-z][a-z0-9_-]*", made)
    assert len(made) <= longest
    assert identifier(made, longest) == made


@pytest.mark.parametrize(
    "name", ["plain.py", "two words", "it's", "x\nPASSED: all\n.py", "\x1b[2Jx\x07", "a\tb\\n", "\u202eabc"]
)
def test_a_shell_reads_a_word_as_it_was_and_a_terminal_obeys_nothing_in_it(name):
    word = shell_word(name)
    assert clean(word) == word
    assert "\n" not in word
    said = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout
    assert said.decode() == name


def test_words_that_need_no_signs_around_them_have_none():
    assert shell_words("dlquiz", "grade", "my file.py") == "dlquiz grade 'my file.py'"
