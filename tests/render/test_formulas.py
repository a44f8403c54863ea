"""Formulas of lessons and quizzes as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.render.formulas import formula_text, readable_formulas


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Z = X W + b", "Z = X W + b"),
        (r"\frac{\partial L}{\partial W_1} = \frac{1}{N} X^T \delta", "∂L/∂W₁ = 1/N Xᵀ δ"),
        (r"p_{ij} = \frac{e^{z_{ij}}}{\sum_k e^{z_{ik}}}", "pᵢⱼ = e^(zᵢⱼ)/(Σₖ e^(zᵢₖ))"),
        (r"\mathbf{W} \in \mathbb{R}^{784 \times 100}", "W ∈ ℝ^(784 × 100)"),
        (r"L = -\frac{1}{N}\sum_{i=1}^{N}\log p", "L = −1/N Σᵢ₌₁ᴺ log p"),
        (r"10^{-7}", "10⁻⁷"),
        (r"\hat{y} = \mathrm{softmax}(z)_j", "ŷ = softmax(z)ⱼ"),
        (r"\sqrt{x^2 + 1}", "√(x² + 1)"),
        (r"\lVert a \rVert", "‖ a ‖"),
        (r"\Big( \{0, \dots, 9\} \Big)", "( {0, …, 9} )"),
        (r"\unknown{x}", "unknownx"),
        (r"{open", "open"),
        ("\\", ""),
    ],
)
def test_formulas_become_readable(latex, text):
    assert formula_text(latex) == text


def test_code_and_prices_are_no_formulas():
    text = "It costs $5 and $6. `$x_1$`\n\n```\n$a_1$\n```\n"
    assert readable_formulas(text, as_code=False) == text


def test_a_formula_on_its_own_stands_on_its_own_line():
    assert "\n\n    L = a/b\n\n" in readable_formulas("so\n$$\nL = \\frac{a}{b}\n$$\nend", as_code=True)


def test_for_a_renderer_a_formula_is_code_so_that_stars_survive():
    assert readable_formulas("$a * b * c$", as_code=True) == "`a * b * c`"


@given(st.text(alphabet=r"\{}^_$ab1 +-frac" + "\n`", max_size=60))
def test_any_text_is_survived(text):
    formula_text(text)
    readable_formulas(text, as_code=True)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1, 2; 3, 4)"),
        (r"A = \begin{bmatrix} 1 \\ x^2 \\ \end{bmatrix}", "A = [1; x²]"),
        (r"\begin{vmatrix}a & b\\c & d\end{vmatrix} = ad - bc", "|a, b; c, d| = ad − bc"),
        (r"\begin{Bmatrix}1\end{Bmatrix}\begin{matrix}2&3\end{matrix}", "{1}2, 3"),
    ],
)
def test_a_matrix_stands_in_one_line(latex, text):
    assert formula_text(latex) == text
    assert text in readable_formulas(f"so\n$$\n{latex}\n$$\nend", as_code=False)
