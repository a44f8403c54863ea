"""What only IPython understands becomes a comment; Python stays as it is, and every line keeps its number."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.submission.magics import without_magics


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1"),
        ("!pip install numpy\nx = 1", "# !pip install numpy\nx = 1"),
        ("!pip install \\\n  numpy\nx = 1", "# !pip install \\\n  # numpy\nx = 1"),
        ("if True:\n    %time f()\nx = 1", "if True:\n    pass  # %time f()\nx = 1"),
        ("files = !ls\nt = %timeit -o f()", "# files = !ls\n# t = %timeit -o f()"),
        ("np.dot?\n?np\nnp.dot??", "# np.dot?\n# ?np\n# np.dot??"),
        ("%%time\nx = 1", "# %%time\nx = 1"),
        ("\n%%capture out\nx = 1", "\n# %%capture out\nx = 1"),
        ("%%bash\nrm -rf x\n\nls", "# %%bash\n# rm -rf x\n\n# ls"),
        ("%%timeit\nx = 1", "# %%timeit\n# x = 1"),
        ("%%timestamp\nx = 1", "# %%timestamp\n# x = 1"),
    ],
)
def test_magics_become_comments(cell, wanted):
    assert without_magics(cell) == wanted


@pytest.mark.parametrize(
    "cell",
    [
        "x = (7\n  % 4)",
        "x = 7 \\\n  % 4",
        "text = '''\n%matplotlib inline\n!ls\n'''",
        'text = """it\'s\n! \\""" not the end\n%x"""',
        "x = {'a': [1,  # why?\n  2]}\ny = 7",
        "x = 'a)('\ny = 1  # a ( in a comment?",
        "# does this work?\nx = 1  # and this?",
        "x = 1 != 2",
        "text = 'one \\\n% two'",
        "x = '%d' % 3",
        "",
    ],
)
def test_python_stays_as_it_is(cell):
    ast.parse(cell)
    assert without_magics(cell) == cell


@settings(deadline=None)
@given(st.text(alphabet="ab%!?=#'\"\\\n ()[]x,.", max_size=60))
def test_every_line_keeps_its_number(cell):
    changed = without_magics(cell)
    assert changed.count("\n") == cell.count("\n")
    for before, after in zip(cell.split("\n"), changed.split("\n"), strict=True):
        assert before.strip() in after


@settings(deadline=None)
@given(st.text(alphabet="%'\"\\\n ()[]1+a=#", max_size=40))
def test_what_python_reads_is_not_changed(cell):
    try:
        ast.parse(cell)
    except (SyntaxError, ValueError):
        return
    assert without_magics(cell) == cell


def test_a_text_that_is_never_closed_is_left_to_python():
    assert without_magics("x = 'abc\n%time y") == "x = 'abc\n# %time y"
    assert without_magics("x = '''abc\n%time y") == "x = '''abc\n%time y"


def test_a_megabyte_takes_no_time():
    cell = "((((a?b" * 150_000
    assert without_magics(cell) == cell
    assert without_magics("x = '" + "\\" * 1_000_000).startswith("x")
