"""What is asked about somebody's own file: statements, facts, and what is left alone."""

import pytest
from pydantic import ValidationError

from dlquiz.practice.followed import Followed, Line, Value, agreed
from dlquiz.practice.own_facts import chosen, questions_from
from dlquiz.practice.own_left_out import left_out, to_leave_out
from dlquiz.practice.own_lines import program
from dlquiz.practice.own_question import SeenCall

SOURCE = '''"""A layer."""
import numpy as np


def step(X, W, g):
    """Return the new weights.

    A long text.
    """
    n = len(X)
    out = X @ W
    for _ in range(3):
        out = out - 1; n += 0
        W -= 0.1 * g
    total = np.sum(
        out
    )
    W = W * n
    return W
'''


def array(*shape, text="", digest="d"):
    return Value(kind="array", shape=shape, text=text, digest=digest)


def line(number, count=1, changed=(), arrays=("X", "W", "g"), sure=True, **after):
    return Line(
        line=number, function="step", count=count, arrays=arrays, changed=changed, after=after, sure=sure
    )  # fmt: skip


def seen(*lines, result=None, error="", whole=True):
    return SeenCall("step(X, W, g)", Followed(lines=lines, result=result, error=error, whole=whole))


def asked(*lines, kind=None, source=SOURCE, **settings):
    found = list(questions_from(program(source), [seen(*lines, **settings)]))
    return [one for one in found if kind in (None, one.kind)]


def test_only_statements_that_stand_alone_on_a_line_are_asked_about():
    (function,) = program(SOURCE).functions
    lines = {one.line for one in function.statements}
    assert lines == {10, 11, 14, 18, 19}, "neither two on a line, nor one on several, nor a docstring's neighbour"
    assert program("def f(:\n") is None


def test_an_excerpt_leaves_the_docstring_out_and_marks_the_line():
    own = program(SOURCE)
    text = own.excerpt(own.functions[0], 14)
    assert ">" in text.split("W -= 0.1")[0].split("\n")[-1]
    assert "A long text" not in text
    assert text.startswith("   5  def step")


def test_a_line_left_out_keeps_the_number_of_every_other_line():
    changed = program(SOURCE).without(14).split("\n")
    assert changed[13] == "        pass"
    assert len(changed) == len(SOURCE.split("\n"))


def test_the_shape_of_a_line_stands_among_other_shapes_of_the_function():
    (one,) = asked(line(11, out=array(4, 3), X=array(4, 2), W=array(2, 3)), kind="shape")
    assert one.right == "`(4, 3)`"
    assert {"`(4, 2)`", "`(2, 3)`"} <= set(one.wrong)
    assert "`X` `(4, 2)`" in one.explain
    assert not asked(line(11, out=array(4, 3), X=array(4, 3)), kind="shape"), "one other shape is not enough"


def test_what_a_line_changes_was_measured():
    (written,) = asked(line(14, count=3, changed=("W",), W=array(2, 3)), kind="changed")
    assert (written.right, "none of these arrays" in written.wrong) == ("`W`", True)
    (renamed,) = asked(line(18, W=array(2, 3)), kind="changed")
    assert (renamed.right, "`W`" in renamed.wrong) == ("none of these arrays", True)


@pytest.mark.parametrize(
    "settings",
    [{"sure": False}, {"changed": ("W", "g")}, {"arrays": ("W",)}],
)
def test_what_is_not_sure_is_not_asked(settings):
    assert not asked(line(14, **{"changed": ("W",), **settings}), kind="changed")


def test_nothing_is_said_of_the_numbers_of_memory_that_nobody_has_written():
    source = SOURCE.replace("X @ W", "np.empty(3)")
    assert not asked(line(14, changed=("W",)), kind="changed", source=source)
    assert not list(to_leave_out(program(source), [seen(line(14), result=array(2, text="[1., 2.]"))]))


@pytest.mark.parametrize("settings", [{"error": "ValueError"}, {"whole": False}])
def test_nothing_is_asked_about_a_call_that_was_not_seen_to_its_end(settings):
    assert not asked(line(11, out=array(4, 3), X=array(4, 2), W=array(2, 3)), **settings)


def test_how_often_a_line_runs_stands_among_other_counts():
    (one,) = asked(line(10), line(12, count=4), line(14, count=3), kind="count")
    assert (one.right, set(one.wrong)) == ("3", {"1", "4"})


def test_the_number_of_examples_is_asked_where_one_line_reads_it():
    number = Value(kind="number", text="4", digest="4")
    source = SOURCE.replace("; n += 0", "")
    shapes = {"X": array(4, 2), "W": array(2, 3)}
    ran = (line(10, n=number, **shapes), line(11, **shapes), line(13, **shapes), line(14, **shapes), line(18, **shapes))
    (one,) = asked(*ran, kind="examples", source=source)
    assert one.line == 18
    assert not asked(*ran, kind="examples", source=source.replace("np.sum(", "np.mean(").replace("np.sum", "X.mean"))


@pytest.mark.parametrize(
    ("without", "right"),
    [
        (Followed(result=array(2, text="[3., 4.]", digest="e")), "`[3., 4.]`"),
        (Followed(result=array(2, text="[1., 2.]", digest="d")), "the same as now, `[1., 2.]`"),
        (Followed(error="UnboundLocalError"), "an error: UnboundLocalError"),
        (Followed(result=array(3, digest="e")), "other numbers, of shape `(3,)`"),
        (Followed(error="?"), None),
        (Followed(), None),
        (None, None),
    ],
)
def test_what_comes_without_a_line_is_what_came(without, right):
    own = program(SOURCE)
    call = seen(line(14, out=array(2, text="[9., 9.]")), result=array(2, text="[1., 2.]"))
    statement = next(one for _, one in to_leave_out(own, [call]) if one.line == 14)
    question = left_out(own, call, statement, without)
    assert (question.right if question else None) == right
    if question:
        assert question.right not in question.wrong
        assert len(question.wrong) >= 2


def test_questions_of_a_file_are_of_different_kinds_and_the_same_each_time():
    ran = (
        line(10), line(11, out=array(4, 3), X=array(4, 2), W=array(2, 3)), line(12, count=4),
        line(14, count=3, changed=("W",), W=array(2, 3)),
    )  # fmt: skip
    questions = asked(*ran)
    found = chosen(questions, 7)
    assert sorted(one.kind for one in found) == ["changed", "shape"], "and one about each line"
    assert chosen(questions, 7) == found


def test_two_runs_agree_only_on_what_is_the_same():
    one, other = line(11, out=array(4, digest="a"), X=array(4)), line(11, out=array(4, digest="b"), X=array(4))
    both = agreed(Followed(lines=(one,), result=array(1)), Followed(lines=(other,), result=array(2)))
    assert both.lines[0].after == {"X": array(4)}
    assert both.result is None
    assert not agreed(Followed(lines=(one,)), Followed(lines=(line(11, count=2),))).whole


@pytest.mark.parametrize(
    "forged",
    [
        {"lines": ({"line": 1, "function": "step", "count": 1, "arrays": ("X`<script>",)},)},
        {"lines": ({"line": 1, "function": "step\x1b[2J", "count": 1},)},
        {"result": {"kind": "number", "text": "1\n```\n<b>"}},
        {"error": "Error: <b>"},
        {"result": {"kind": "array", "shape": (2,), "digest": "\u202e"}},
        {"more": 1},
    ],
)
def test_what_a_worker_says_is_taken_in_its_form_only(forged):
    """Somebody else's program can make its worker say anything."""
    with pytest.raises(ValidationError):
        Followed.model_validate(forged)


def test_code_that_would_leave_its_quotation_is_not_asked_about():
    source = SOURCE.replace("out = X @ W", "out = X @ W  # ` <b>").replace("W = W * n", "W = W * n  # \x1b[2J")
    own = program(source)
    assert {one.line for one in own.functions[0].statements} == {10, 14, 19}
    assert "\x1b" not in own.excerpt(own.functions[0], 10)
    assert program(SOURCE.replace("A long text.", "```")).functions == ()
