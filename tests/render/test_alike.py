"""The page with two programs side by side."""

import re

from dlquiz.render.alike import LIMITS, AlikeSection, ProgramSide, SideBySide, alike_html

EVIL = "</div></td></table><script>alert(1)</script> & \x1b[31m\u202e"


def shown(left, right, parts, name="Ada"):
    pair = SideBySide(0.8125, ProgramSide(name, left), ProgramSide("Bob", right), parts)
    return alike_html([AlikeSection("exercise3", [f"A fact: {name}"], [pair])])


def lines(page):
    """The lines of both programs: their colours, their labels and their texts."""
    return re.findall(r'<span(?: class="(p\d)")?><b>([^<]*)</b> ([^<]*)</span>', page)


def test_lines_that_do_the_same_have_the_same_number_in_both_files():
    page = shown("a = 1\nb = 2\nc = 3\n", "x\ny\n", [((1, 2), (2, 2)), ((2, 3), (1, 1))])
    assert lines(page) == [
        ("p1", "1 [1]", "a = 1"), ("p1", "2 [1, 2]", "b = 2"), ("p2", "3 [2]", "c = 3"),
        ("p2", "1 [2]", "x"), ("p1", "2 [1]", "y"),
    ]  # fmt: skip
    assert "Likeness 0.81: Ada | Bob" in page


def test_no_text_of_a_learner_ends_the_place_that_it_stands_in():
    page = shown(EVIL, EVIL, [((1, 1), (1, 1))], name=EVIL)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5  # two programs, and the name in a fact, a heading and a column
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert (page.count("<table>"), page.count("</table>")) == (1, 1)


def test_the_page_needs_nothing_else_and_says_what_likeness_cannot_know():
    page = shown("a\n", "b\n", [])
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert re.search(r"\b(src|href)=|https?:|@import|url\(", page) is None
    for sentence in LIMITS:
        assert sentence in page
    assert re.search("guilt|cheat|plagia|copied|stolen", page, re.IGNORECASE) is None


def test_a_long_file_is_cut_and_says_so():
    page = shown("x\n" * 3500, "y" * 9000 + "\n", [((2990, 3400), (1, 1))])
    assert "… 500 more lines" in page
    assert len(lines(page)) == 3001
    assert "more characters" in page
