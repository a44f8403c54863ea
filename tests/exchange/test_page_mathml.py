"""Formulas in the page: math-core's translation, of which only MathML passes."""

import string
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.exchange.page.mathml import mathml

MATHML = "{http://www.w3.org/1998/Math/MathML}"
PASSES = frozenset(
    "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext "
    "mtr munder munderover b i code span".split()
)
PIECES = [
    *string.printable, r"\frac", r"\sqrt", r"\hat", r"\left(", r"\right)", r"\begin{matrix}", r"\end{matrix}", r"\\",
    r"\text{", r"\mathbf", r"\sum", r"\limits", r"\operatorname{", r"\color{red}", r"\href{javascript:x}{y}",
    r"\def\a{\a\a}", r"\a", r"\newcommand", r"\tag{<}", r"\label{a}", r"\class{x}{y}", r"\style{color:red}{x}",
    r"\hspace{1em}", r"\middle", r"\boxed", "<script>alert(1)</script>", "</math>", "&lt;", "]]>", "<!--", "é", "𝐱",
    "\u202e", "\ud7ff", "\U0001d400",
]  # fmt: skip


def letters(latex):
    return "".join(ElementTree.fromstring(mathml(latex)).itertext())


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\mathbb{E}[x]", "𝔼[x]"), (r"\mathbf{W}^\top \mathbf{x}", "𝐖⊤𝐱"), (r"\boldsymbol{\theta}", "𝜽"),
        (r"\bm{w}", "𝒘"), (r"\mathbb{1}[x=y]", "𝟙[x=y]"), (r"\mathrm{W}", "W"), (r"\mathfrak{g}", "𝔤"),
    ],
)  # fmt: skip
def test_letters_keep_their_form(latex, shown):
    assert letters(latex) == shown


@pytest.mark.parametrize(
    ("latex", "name"),
    [(r"\sum\limits_{i} x_i", "munder"), (r"\frac12", "mfrac"), (r"\dfrac{1}{2}", "mfrac"),
     (r"\overset{!}{=}", "mover"), (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "mtable"),
     (r"\argmax_x", "msub"), (r"n_\text{in}", "msub")],
)  # fmt: skip
def test_usual_formulas_have_their_structure(latex, name):
    assert ElementTree.fromstring(mathml(latex)).find(f".//{MATHML}{name}") is not None


def test_cells_of_a_table_are_placed_by_classes_since_the_page_allows_no_other_style():
    xml = mathml(r"\begin{aligned}a &= b\\c &= d\end{aligned}")
    assert 'class="right close-right"' in xml
    assert " style=" not in xml


@pytest.mark.parametrize("latex", [r"\text{<script>alert(1)</script>}", r"a<b", r"\mathrm{<}", r"\text{a & b}"])
def test_signs_of_html_are_escaped(latex):
    assert "<script" not in mathml(latex)
    ElementTree.fromstring(mathml(latex))


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.booleans())
def test_whatever_a_formula_holds_only_mathml_comes_out(latex, display):
    for element in ElementTree.fromstring(mathml(latex, display)).iter():
        assert element.tag.removeprefix(MATHML) in PASSES
        assert not {name for name in element.attrib if name.startswith("on") or name in ("style", "href", "src", "id")}


@pytest.mark.parametrize(
    "latex",
    ["{" * 100_000, r"\frac{" * 5_000 + "x" + "}{y}" * 5_000, r"\hat" * 5_000, r"\left(" * 900, r"\sqrt[" * 900,
     r"\begin{matrix}" * 300, "x^{" * 1500, r"\hat " * 60 + "x", "x" * 6_000],
)  # fmt: skip
def test_a_formula_that_is_too_deep_or_long_never_reaches_native_code(latex):
    assert mathml(latex).startswith("<code>")


def test_a_macro_that_grows_without_end_is_shown_as_its_source():
    assert mathml(r"\def\a{\a\a}\a").startswith("<code>")
