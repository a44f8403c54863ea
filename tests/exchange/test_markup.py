"""Tags are told from letters that only look like them."""

import time

import pytest

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.markup import has_tags, only_tags
from dlquiz.exchange.texts import from_html

TEXTS = [
    "What do you know if 0<a and a<b>c holds?", "x is between <a> and <b>", "0<i and i>5", "for i<n; i>0",
    "std::vector<int> and map<string, int>", "List<T>", "a < b > c", "1<2", "x<y</b>", "a<b: print(c>d)", "<=", "<-",
    "</a>", "<p and q>", "a<<b>>c", "p(x<u>v)", "<strong", "i<em>j", "if (a<b && b>c)", "Tensor<float, 3>",
]  # fmt: skip
TAGGED = [
    "<p>Two<br>lines</p>", "a <b>bold</b> word", "<a href='https://x.org'>y</a>", "<img src=a.png alt='a>b'>",
    "<script>x", "<P>one<P>two", "<td nowrap>x", "line<br/>line", "<m:math><m:mi>x</m:mi></m:math>", "</p>",
    "<ul><li>one<li>two</ul>", '<font size=2 color="red">x</font>', "<hr>", "x<sub>1</sub>",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_letters_are_no_tags_and_all_of_them_are_kept(text):
    assert not has_tags(text)
    assert from_html(text) == (text, ())
    assert from_html(f"<p>{text}</p>")[0] == text


@pytest.mark.parametrize("text", TAGGED)
def test_tags_are_tags(text):
    assert has_tags(text)
    assert only_tags(text) == (text, ())


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("mark", ["", "[html]", "[moodle]"])
def test_a_stem_of_gift_keeps_its_letters(text, mark):
    escaped = "".join(f"\\{char}" if char in "~=#{}:\\" else char for char in text)
    imported = FORMATS["gift"].reader()(f"::q::{mark}Say {escaped} or what? {{=yes ~no}}".encode(), "f.gift")
    assert imported.questions[0]["stem"] == f"Say {text} or what?"


def test_letters_inside_of_code_marks_are_kept():
    text = "What does <code>if a<b: print(c>d)</code> print?"
    assert from_html(text) == ("What does `if a<b: print(c>d)` print?", ())


def test_tags_that_html_does_not_know_go_and_are_told():
    text, notes = from_html("<p>A <foo>b</foo> and <o:p></o:p>c</p>")
    assert text == "A b and c"
    assert [(note.what, "<foo>" in note.why, note.loss) for note in notes] == [("tags", True, True)]


def test_comments_are_no_text():
    assert from_html("<p>one<!-- <b>no</b> --> two</p><!-- open <i>x</i>")[0] == "one two\n\n<!-- open *x*"


@pytest.mark.parametrize(
    "piece", ["<p ", "<a>", "<", "<a b='", "<b>x</b>", "<!--", "<!a", "<? ", "<a b ", "</b>", "<x y=z>", "«math»", "&"]
)
def test_reading_markup_takes_time_in_proportion_to_its_length(piece):
    def cost(count):
        text = piece * count
        started = time.process_time()
        only_tags(text)
        has_tags(text)
        return time.process_time() - started

    cost(100)
    short, long = (min(cost(count) for _ in range(2)) for count in (5_000, 20_000))
    assert long < 8 * short + 0.05


def test_a_reading_says_how_a_word_is_read():
    assert from_html("<ruby>真<rt>まこと</rt></ruby>と<ruby>漢<rp>[</rp><rt>かん</rt><rp>]</rp></ruby>")[0] == (
        "真(まこと)と漢(かん)"
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Look: <svg><text>rising line</text></svg> Which?", "Look: rising line Which?"),
        ('<SVG aria-label="loss &amp; epochs"><path d="M0 0"/><text>x</text></SVG >', "loss & epochs"),
        ("A<svg viewBox='0 0 1 1'><title>a curve</title><g><path/></g></svg>B<svg><circle/></svg>", "Aa curveB"),
    ],
)
def test_a_drawing_is_a_picture_and_its_parts_are_no_strange_tags(html, text):
    found, notes = from_html(html)
    assert found == text
    assert [note.what for note in notes] == ["2 pictures" if html.startswith("A<") else "a picture"]


def test_what_stands_in_for_a_script_is_kept_and_a_template_is_told():
    text, notes = from_html("<p>Read <noscript>this</noscript><template>not <b>this</b></template>.</p>")
    assert text == "Read this."
    assert [(note.what, note.loss) for note in notes] == [("a template", True)]


def test_very_many_drawings_without_an_end_take_no_long_time():
    begun = time.perf_counter()
    from_html("<svg>" * 50_000)
    assert time.perf_counter() - begun < 20
