"""The page: nothing of it can load or run anything else, and its marking is ours."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from dlquiz.exchange import page
from dlquiz.exchange.page.mathml import mathml
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.exchange.texts import FORMULA
from dlquiz.exchange.xmlsafe import parse_xml
from dlquiz.model.params import variants
from dlquiz.model.quiz import Cloze, Numeric, Quiz
from dlquiz.quiz.marking import mark_in, options_of
from tests.exchange import page_marking, two_way
from tests.quiz.strategies import KINDS, PARAMETRIC, any_text, quizzes

RELAXED = settings(
    deadline=None,
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS = {"explain": "Because.", "source": "A book"}


def quiz_of(*questions, **more):
    listed = [{"id": f"q{i}", **WORDS, **one} for i, one in enumerate(questions)]
    return Quiz.model_validate({"format_version": 1, "title": "T", "questions": listed, **more})


def page_of(quiz, folder=None):
    return page.write_with_pictures(quiz, "quiz", folder).content.decode()


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


# --- nothing from outside, nothing of the author's runs -------------------------------------------------


NASTY = "</script><script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) ![p](http://x/y.png)"


def test_texts_of_the_quiz_cannot_become_code():
    quiz = quiz_of({"kind": "choice", "stem": NASTY, "right": NASTY, "wrong": {"b": NASTY}}, title=NASTY)
    page = page_of(quiz)
    tags = [tag for tag, _ in Tags(page).found]
    assert (tags.count("script"), tags.count("img")) == (2, 0)
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    stem = data["questions"][0]["variants"][0]["stem"]
    assert not {tag for tag, _ in Tags(stem).found} - {"p", "a"}
    assert not any("javascript" in attributes.get("href", "") for _, attributes in Tags(stem).found)


@RELAXED
@given(text=any_text())
def test_no_text_brings_a_tag_that_could_load_or_run_something(text):
    harmless = set(
        "p a em strong code pre ul ol li br hr blockquote h1 h2 h3 h4 h5 h6 table thead tbody tr th td".split()
    )
    assert {tag for tag, _ in Tags(to_html(text)).found} <= harmless


def test_the_policy_of_the_page_forbids_the_network_and_other_scripts():
    page = page_of(quiz_of(PARAMETRIC | {"id": "p"}))
    [policy] = [a["content"] for tag, a in Tags(page).found if tag == "meta" and "http-equiv" in a]
    assert policy.startswith("default-src 'none';")
    script = page[page.rindex("<script>") + 8 : page.rindex("</script>")]
    assert b64encode(sha256(script.encode()).digest()).decode() in policy
    assert not re.search(r"https?://(?!www\.w3\.org/1998/Math/MathML)", script + page[: page.index("<main>")])


def test_the_page_says_that_the_answers_are_in_it():
    assert "the answers are in the page" in page_of(quiz_of(PARAMETRIC)).replace("\n", " ")


def test_a_picture_beside_the_quiz_travels_inside_of_the_page(tmp_path):
    (tmp_path / "dot.png").write_bytes(b"\x89PNG")
    quiz = quiz_of({"kind": "truefalse", "stem": "Is it?", "answer": "true", "image": "dot.png", "alt": "A <dot>"})
    assert "data:image/png;base64,iVBORw==" in page_of(quiz, tmp_path)
    (tmp_path / "dot.png").unlink()
    exported = page.write_with_pictures(quiz, "quiz", tmp_path)
    assert b"data:image" not in exported.content.split(b'id="data"')[1]
    assert not exported.report.lossless


def test_nothing_of_a_quiz_without_pictures_is_lost():
    @RELAXED
    @given(quiz=quizzes(most=2))
    def check(quiz):
        assert page.write(quiz, "quiz").report.lossless

    check()


# --- marking --------------------------------------------------------------------------------------------


def compare(quiz, more=lambda question: ()):
    """Mark every response in both ways."""
    asked = []
    for question in quiz.questions:
        for number, one in enumerate(variants(question)):
            responses = [*two_way.responses(one), *more(one)]
            if isinstance(one, Cloze) and one.wrong:  # the page lets nobody choose what is not in the bank
                responses = [response for response in responses if set(response) <= set(options_of(one))]
            asked.append((question, number if question.params else None, one, responses))
    got = page_marking.marked(quiz, [(one, responses) for _, _, one, responses in asked])
    for (question, number, one, responses), theirs in zip(asked, got, strict=True):
        for response, page_mark in zip(responses, theirs, strict=True):
            # a number in a page is typed, in the language of the quiz
            typed = str(response) if isinstance(one, Numeric) else response
            ours = mark_in(quiz, question, typed, number)
            assert page_mark["unclear"] == ours.unclear, (one, response, ours, page_mark)
            assert page_mark["correct"] == ours.correct, (one, response, ours, page_mark)
            assert page_mark["score"] == pytest.approx(ours.score, abs=1e-12), (one, response, ours, page_mark)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_marks_every_response_as_we_do(kind):
    @settings(RELAXED, max_examples=4)
    @given(quiz=quizzes(kinds=(kind,), most=3))
    def check(quiz):
        compare(quiz)

    check()


TYPED = [
    "overfiting", "Overfitting", "over-fitting", "OVERFITTING.", "underfitting", "overfitted", "fitting",
    "  Über  fit ", "mini batch", "Mini-Batches", "minibatchs", "mini–batch", "batch", "bach", "type 1", "type 2",
    "tpye 1", "", "x" * 300,
]  # fmt: skip


def test_typed_words_with_typos_patterns_and_rejected_neighbours_are_marked_as_we_do():
    quiz = quiz_of(
        {"kind": "short", "stem": "?", "accept": ["overfitting", "type 1"], "typos": "2", "reject": {"fitting": "No."}},
        {"kind": "short", "stem": "?", "accept": ["/mini.?batch(es)?/"], "typos": "1", "reject": {"batch": "No."}},
        {"kind": "short", "stem": "?", "accept": ["underfitting", "über fit"], "typos": "1"},
    )
    compare(quiz, lambda question: TYPED)


NUMBERS = [
    "16,000", "16.000", "16 000", "1.234,5", "1,234.5", "0,5", ".5", "5.", "1e3", "1.5e-2", "2 x 10^3", "1/3",
    "-4", "−4", "4 MiB", "4096 KiB", "4 mib", "4 s", "4 apples", "4", "nan", "", "1 2", "12 34", "1'000", "4e400",
    "3/0", "4 %", "0.04",
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "de"])
def test_numbers_are_read_and_converted_as_we_do(lang):
    quiz = quiz_of(
        {"kind": "numeric", "stem": "?", "answer": "4", "unit": "MiB", "tolerance": "5%", "near": {"8": "Twice."}},
        {"kind": "numeric", "stem": "?", "answer": "16000", "tolerance": ["1000", "16000"]},
        {"kind": "numeric", "stem": "?", "answer": "4", "unit": "%"},
        {"kind": "numeric", "stem": "?", "answer": "4", "unit": "apples"},
        {"kind": "numeric", "stem": "?", "answer": "0.5", "tolerance": "0.1"},
        lang=lang,
    )
    compare(quiz, lambda question: NUMBERS)


def test_a_seed_gives_the_same_order_again():
    program = "given.map((seed)=>m.shuffled([0,1,2,3,4,5,6,7],m.generator(seed)))"
    first, again, other = page_marking.run(program, [7, 7, 8])
    assert first == again != other
    assert sorted(other) == list(range(8))


# --- formulas -------------------------------------------------------------------------------------------


FORMULAS = [
    r"x^2", r"w_{ij}^{(l)}", r"\frac{\partial L}{\partial w}", r"\sum_{i=1}^{n} (y_i - \hat{y}_i)^2", r"\sqrt[3]{x}",
    r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"\mathbb{R}^{d \times k}", r"\text{softmax}(z)_i", r"f'(x)", r"a \le b",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\left( \frac{a}{b} \right]", r"\mathcal{L}", r"\log_2 p",
    r"5\,\%",
    r"\operatorname{argmax}_a Q(s, a)", r"\underbrace{a+b}_{c}", r"\lVert w \rVert_2", "x_1^2", r"\mathrm{KL}(p \| q)",
]  # fmt: skip


@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_becomes_well_formed_mathml(latex):
    xml = mathml(latex)
    assert xml.startswith("<math")
    assert parse_xml(xml.encode(), "formula").name == "math"


def test_a_formula_keeps_its_structure():
    tree = parse_xml(mathml(r"\frac{a}{b_1}").encode(), "formula")
    top, bottom = next(tree.walk("mfrac")).children
    assert (top.text, bottom.text, next(bottom.walk("msub")).text) == ("a", "b1", "b1")


@pytest.mark.parametrize(
    "latex", [r"\unknown{x}", r"\frac{a", "a & b", r"\begin{tikz}\end{tikz}", "{" * 500, r"x^^2", "a}"]
)
def test_a_formula_that_is_not_understood_is_shown_as_its_source(latex):
    assert mathml(latex).startswith("<code>")


@RELAXED
@given(text=any_text())
def test_any_formula_gives_markup_that_is_well_formed(text):
    clean = "".join(c for c in text if c not in "\ufffe\uffff")
    parse_xml(f"<p>{mathml(clean)}</p>".encode(), "formula")


def test_formulas_in_options_become_mathml_and_stay_in_line():
    assert to_inline_html("$x$ or `$y$`", mathml).startswith("<math")
    assert "<code>$y$</code>" in to_inline_html("$x$ or `$y$`", mathml)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def test_the_formulas_of_our_own_quizzes_are_understood():
    found = set()
    for path in (Path(__file__).resolve().parents[2] / "quizzes").glob("*.yaml"):
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        found |= {match[1] for text in strings(loaded) for match in FORMULA.finditer(text)}
    assert len(found) > 50
    assert [one for one in sorted(found) if "{{" not in one and mathml(one).startswith("<code>")] == []


def test_the_label_of_a_field_does_not_give_the_unit_away():
    text = page_of(quiz_of({"kind": "numeric", "stem": "How large?", "answer": 4, "unit": "MiB"}))
    assert "in MiB" not in text
    assert "${q.unit}" not in text


def test_the_bar_with_the_score_hides_no_control_and_the_focus_goes_to_the_mark():
    text = page_of(quiz_of({"kind": "truefalse", "stem": "Yes?", "answer": True}))
    assert "scroll-padding-bottom" in text
    assert "status.focus()" in text
    assert "overflow-wrap: anywhere" in text


def test_an_entity_in_a_text_is_shown_as_its_author_sees_it_elsewhere():
    assert to_html("`&lt;` and &lt; and a < b & c") == (
        "<p><code>&amp;lt;</code> and &amp;lt; and a &lt; b &amp; c</p>"
    )
