"""Formulas of lessons and quizzes as plain text."""

import pytest
from hypothesis import example, given
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
@example(r"\begin{cases}&\\\end{cases}\text{\binom\overset\operatorname*\xrightarrow[")
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


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"f(x) = \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", "f(x) = { x if x > 0; 0 otherwise }"),
        (r"\begin{cases} a, & \text{if } x = 1 \\[4pt] b, & x_2 \\ c \end{cases}", "{ a if x = 1; b if x₂; c }"),
        (r"\begin{dcases}\begin{pmatrix}1&2\end{pmatrix} & i\end{dcases}", "{ (1, 2) if i }"),
        (r"\left\{\begin{array}{ll} 1 & x \\ 0 & y \end{array}\right.", "{1, x; 0, y"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a = b; = c"),
        (r"\binom{n}{k} = \dbinom{n + 1}{2}", "(n choose k) = (n + 1 choose 2)"),
        (r"\frac{\binom{n}{k}}{(a + b)} x^{(t)}", "(n choose k)/(a + b) x⁽ᵗ⁾"),
        (r"W^{(1)} x^{(\text{new})} 2^{\binom{n}{2}}", "W⁽¹⁾ x^(new) 2^(n choose 2)"),
        (r"a \overset{\text{def}}{=} b", "a =^(def) b"),
        (r"X \stackrel{d}{=} Y", "X =ᵈ Y"),
        (r"\underset{\theta}{\operatorname{argmin}} L", "argmin_θ L"),
        (r"\underset{i}{\max} z_i", "maxᵢ zᵢ"),
        (r"\underbrace{X W + b}_{\text{logits}}", "(X W + b)_(logits)"),
        (r"\sum_{\substack{i \\ j}} x", "Σ_(i, j) x"),
        (r"x \xrightarrow{W_1} h", "x →(W₁) h"),
        (r"\xrightarrow[n \to \infty]{P} \xleftarrow{} c", "→(P; n → ∞) ← c"),
        (r"\mathbb{P}(A), \mathbb{C}, \mathbb{E}[X], \mathbb Z, \mathbb{1}", "ℙ(A), ℂ, 𝔼[X], ℤ, 𝟙"),
        (r"2\operatorname{ln}x + \operatorname*{argmax}_i z_i", "2 ln x + argmaxᵢ zᵢ"),
        (r"\log\operatorname{softmax}(z)", "log softmax(z)"),
        (
            r"p_{\text{a}} \text{ if it's the learning_rate-free R\&D of }x",
            "pₐ if it's the learning_rate-free R&D of x",
        ),
        (r"\text{if $x_1 > 0$ and {so} on}", "if x₁ > 0 and so on"),
        (r"\text{open", "open"),
        (r"\left( a \right) \overset{a", "( a ) ᵃ"),
    ],
)
def test_what_stands_above_below_or_in_cases_stands_in_one_line(latex, text):
    assert formula_text(latex) == text


def test_cases_in_a_formula_of_its_own_share_one_line():
    text = readable_formulas("so\n$$\nf = \\begin{cases} 1 & a \\\\ 0 & b \\end{cases} \\\\ g = 2\n$$\n", as_code=True)
    assert "\n\n    f = { 1 if a; 0 if b }\n    g = 2\n\n" in text


@pytest.mark.parametrize("piece", ["{", r"\text{", r"\frac", "^", r"\begin{cases}", r"\xrightarrow["])
def test_a_formula_that_opens_thousands_of_braces_is_survived(piece):
    formula_text(piece * 5000)
