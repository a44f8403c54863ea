"""The slip of nearly every beginner: the code stands below the line that raises."""

import pytest

from dlquiz.study.leftover import still_raises

START = '''"""Two."""


def one(a: int) -> int:
    """Return it.

    Returns
    -------
    int
    """
    # TODO(1): do it
    raise NotImplementedError("one: TODO(1)")


def two(
    a: int,
) -> int:
    """Return it."""
    # TODO(2): do it
    raise NotImplementedError("two: TODO(2)")
'''


def line_of(text, number=1):
    return [i for i, line in enumerate(text.splitlines(), 1) if "raise NotImpl" in line][number - 1]


def test_a_start_file_has_nothing_left_over():
    assert not still_raises(START, line_of(START), START)
    assert not still_raises(START, line_of(START, 2), START)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('TODO(1)")\n', 'TODO(1)")\n    return a\n'),
        ('TODO(1)")\n', 'TODO(1)")\n\n    # mine\n    if a:\n        return a\n    return 0\n'),
        ("    # TODO(1): do it\n", "    # TODO(1): do it\n    b = a + 1\n"),
        (
            '    raise NotImplementedError("one: TODO(1)")',
            '    return a\n    raise NotImplementedError("one: TODO(1)")',
        ),
        ('    raise NotImplementedError("one: TODO(1)")', "    raise NotImplementedError\n    return a"),
    ],
)
def test_code_beside_the_raise_is_seen(old, new):
    text = START.replace(old, new)
    assert still_raises(text, line_of(text), START)
    assert not still_raises(text, line_of(text, 2), START)  # the other function is as it was


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Return it.\n\n", "Return what I say.\n\n    More words of my own.\n\n"),
        ("    # TODO(1): do it\n", "    # TODO(1): do it\n    # first think\n"),
        ('TODO(1)")\n\n\n', 'TODO(1)")\n\n\nHELPER = 3\n\n\n'),
    ],
)
def test_words_are_no_code(old, new):
    text = START.replace(old, new, 1)
    assert not still_raises(text, line_of(text), START)


@pytest.mark.parametrize("line", [0, 1, 99, -3])
def test_another_line_is_no_raise(line):
    assert not still_raises(START, line, START)
    assert not still_raises("", line, "")
