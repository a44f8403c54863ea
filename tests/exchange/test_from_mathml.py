"""MathML of other programs is read as a formula, or the report says that its structure is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.page.mathml import mathml
from dlquiz.exchange.texts import from_html


def math(inside, prefix=""):
    return f"<{prefix}math>{inside}</{prefix}math>"


def read(html):
    text, notes = from_html(html)
    assert notes == ()
    return text


FORMULAS = [
    ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
    ("<mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>", r"x=\frac{1}{2}"),
    ("<msqrt><mn>2</mn></msqrt>", r"\sqrt{2}"),
    ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
    ("<mn>1</mn><mfrac><mn>3</mn><mn>4</mn></mfrac>", r"1\frac{3}{4}"),
    ("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>", "E=mc^2"),
    ("<msub><mi>x</mi><mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub>", "x_{i,j}"),
    ("<msubsup><mi>W</mi><mi>i</mi><mi>T</mi></msubsup>", "W_i^T"),
    ("<msup><mi>f</mi><mo>′</mo></msup>", "f'"),
    ("<msup><mrow><mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><mo>)</mo></mrow><mn>2</mn></msup>", "(a+b)^2"),
    ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>", r"\sum_{i=1}^n"),
    ("<munder><mi>lim</mi><mrow><mi>n</mi><mo>→</mo><mi>∞</mi></mrow></munder>", r"\lim_{n\to\infty}"),
    ("<mover><mi>y</mi><mo>^</mo></mover>", r"\hat{y}"),
    ("<mover accent='true'><mi>AB</mi><mo>¯</mo></mover>", r"\bar{\mathrm{AB}}"),
    ("<mi>α</mi><mi>x</mi><mo>&#8804;</mo><mi>β</mi>", r"\alpha x\le\beta"),
    ("<mi mathvariant='bold'>W</mi><mi mathvariant='double-struck'>R</mi>", r"\mathbf{W}\mathbb{R}"),
    ("<mi>𝐖</mi><mi>𝒩</mi><mi>ℝ</mi>", r"\mathbf{W}\mathcal{N}\mathbb{R}"),
    ("<mi>log</mi><mo>&#8289;</mo><mi>p</mi>", r"\log p"),
    ("<mi>ReLU</mi><mfenced><mi>z</mi></mfenced>", r"\mathrm{ReLU}(z)"),
    ("<mfenced open='[' close=']' separators=';'><mi>a</mi><mi>b</mi></mfenced>", "[a;b]"),
    ("<mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo>", r"\left(\frac{a}{b}\right)"),
    ("<mo>|</mo><mi>x</mi><mo>|</mo>", "|x|"),
    ("<mn>5</mn><mo>%</mo>", r"5\%"),
    ("<mo>{</mo><mn>1</mn><mo>}</mo>", r"\{1\}"),
    ("<mi>x</mi><mtext> if </mtext><mi>y</mi>", r"x\text{ if }y"),
    ("<mi>a</mi><mspace width='1em'/><mi>b</mi>", r"a\quad b"),
    ("<mstyle displaystyle='true'><mrow><mi>x</mi></mrow></mstyle>", "x"),
    (
        "<mrow><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
        "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo>]</mo></mrow>",
        r"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}",
    ),
    (
        "<mi>y</mi><mo>=</mo><mo>{</mo><mtable><mtr><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mi>x</mi></mtd></mtr></mtable>",
        r"y=\begin{cases}0 \\ x\end{cases}",
    ),
    (
        "<semantics><mi>x</mi><annotation encoding='application/x-tex'>\\frac{a}{b}</annotation></semantics>",
        r"\frac{a}{b}",
    ),
]


@pytest.mark.parametrize(("inside", "latex"), FORMULAS)
@pytest.mark.parametrize("prefix", ["", "m:", "mml:"])
def test_mathml_is_read_as_a_formula_that_we_can_show(inside, latex, prefix):
    marked = inside.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    assert read(math(marked, prefix)) == f"${latex}$"
    assert mathml(latex).startswith("<math")


def test_a_formula_stands_apart_from_letters_and_digits_around_it():
    x, y = math("<mi>x</mi>"), math("<mi>y</mi>")
    assert read(f"a{x}2{x}{y} and ({x}).") == "a $x$ 2 $x$ $y$ and ($x$)."


def test_formulas_of_the_editor_wiris_are_read():
    formula = "«math xmlns=¨http://www.w3.org/1998¨»«msup»«mi»r«/mi»«mn»2«/mn»«/msup»«mi»§#960;«/mi»«/math»"
    html = f"<p>Area: {formula}</p>"
    assert read(html) == r"Area: $r^2\pi$"
    assert read("<p>He said «yes».</p>") == "He said «yes»."


@pytest.mark.parametrize(
    "inside",
    ["<mmultiscripts><mi>a</mi><mn>1</mn><none/></mmultiscripts>", "<apply><plus/><ci>x</ci></apply>",
     "<mfrac><mi>a</mi></mfrac>", "<mtext>5 $</mtext>", "<mtable><mlabeledtr><mtd/></mlabeledtr></mtable>",
     "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200],
)  # fmt: skip
def test_a_formula_that_cannot_be_written_is_declared(inside):
    _, notes = from_html(f"What is {math(inside)}?")
    assert "a formula" in [note.what for note in notes if note.loss]


QTI21 = """<assessmentItem identifier="m" title="M" xmlns:m="http://www.w3.org/1998/Math/MathML">
<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value>
</correctResponse></responseDeclaration><itemBody><p>What is
<m:math><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math> at 3?</p>
<choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="1">
<simpleChoice identifier="A"><m:math><m:mn>9</m:mn></m:math></simpleChoice>
<simpleChoice identifier="B"><m:math><m:mfrac><m:mn>3</m:mn><m:mn>2</m:mn></m:mfrac></m:math></simpleChoice>
</choiceInteraction></itemBody></assessmentItem>"""

QTI12 = """<questestinterop xmlns:m="http://www.w3.org/1998/Math/MathML"><item ident="i"><presentation>
<material><mattext>What is</mattext><m:math><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math>
<mattext>at 3?</mattext></material><response_lid ident="r"><render_choice>
<response_label ident="A"><material><m:math><m:mn>9</m:mn></m:math></material></response_label>
<response_label ident="B"><material><mattext>6</mattext></material></response_label>
</render_choice></response_lid></presentation><resprocessing><outcomes><decvar/></outcomes>
<respcondition><conditionvar><varequal respident="r">A</varequal></conditionvar><setvar>100</setvar></respcondition>
</resprocessing></item></questestinterop>"""


@pytest.mark.parametrize(("name", "file"), [("qti21", QTI21), ("qti12", QTI12)])
def test_formulas_in_qti_are_kept(name, file):
    imported = FORMATS[name].reader()(file.encode(), "f.xml")
    assert imported.report.lossless
    [question] = imported.questions
    assert (question["stem"], question["right"]) == ("What is $x^2$ at 3?", "$9$")


LATEX = st.recursive(
    st.sampled_from([*"abxyzWnk012", r"\alpha", r"\theta", r"\infty", r"\mathbf{W}", r"\mathbb{R}", r"\log x", "f'"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: rf"\frac{{{two[0]}}}{{{two[1]}}}"),
        inner.map(lambda one: rf"\sqrt{{{one}}}"),
        st.tuples(inner, inner).map(lambda two: rf"{{{two[0]}}}_{{{two[1]}}}"),
        st.tuples(inner, inner).map(lambda two: rf"{{{two[0]}}}^{{{two[1]}}}"),
        st.tuples(inner, st.sampled_from(["+", "-", r"\cdot ", r"\le ", "="]), inner).map("".join),
        inner.map(lambda one: rf"\left({one}\right)"),
        inner.map(lambda one: rf"\hat{{{one}}}"),
        st.tuples(inner, inner).map(lambda two: rf"\begin{{pmatrix}}{two[0]}&{two[1]}\end{{pmatrix}}"),
        st.tuples(inner, inner).map(lambda two: rf"\sum_{{{two[0]}}}^{{{two[1]}}}"),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(LATEX)
def test_a_formula_that_went_out_as_mathml_comes_back_and_looks_the_same(latex):
    shown = mathml(latex)
    once = read(shown)
    again = mathml(once.strip("$"))
    assert read(again) == once
    assert again.startswith("<math")
