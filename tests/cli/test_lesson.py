"""``lesson``: readable on a terminal and in a pipe, formulas included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.cli._formulas import formula_text, readable_formulas


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


def test_a_pipe_gets_plain_text_and_raw_gets_the_file(worker):
    plain = worker.type("lesson", "1")
    assert plain.out == "# Lesson 1\n\nThe rule is a₁ + b/2.\n"
    assert "Next: dlquiz grade exercise1" in plain.err
    assert worker.type("lesson", "--raw").out == (worker.course / "exercises/exercise1/README.md").read_text()


def test_a_terminal_gets_rendered_markdown(worker, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = worker.type("lesson", "1").out
    assert "# Lesson" not in shown
    assert "a₁ + b/2" in shown
    assert "\x1b[" in shown


def test_a_missing_lesson_is_the_courses_fault(worker):
    (worker.course / "exercises/exercise1/README.md").unlink()
    assert worker.type("lesson", "1").code == 3
