"""Questions that are sent before they are asked: nothing of a report may show it."""

import numpy as np
import pytest
from hypothesis import given

from dlquiz.content.course import load_course
from dlquiz.grading import ahead, script
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.grading.script import Script, asked, same
from dlquiz.sandbox.expr import Call, Get, Handle, Module, Rng
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course
from tests.strategies import hostile_arrays

GRADER = '''"""Cases that ask several questions each; the last ones ask what depends on an answer."""

import numpy as np
import pytest

from dlquiz.grading import check, make


@pytest.mark.case("double doubles", points=1, hint="2 * x")
def test_double(submission, rng):
    x = rng.normal(size=3)
    check.close(submission.double(x), 2 * x, name="double(x)")
    check.close(submission.double(-x), -2 * x, name="double(-x)")


@pytest.mark.case("the global generators begin anew in each case", points=1, hint="np.random")
def test_draws(submission):
    first, second = submission.draw(), submission.draw()
    check.that(first != second, "the same number twice")
    check.close(first, submission.first_draw(), name="first")


@pytest.mark.case("mean is the mean", points=1, hint="np.mean")
@pytest.mark.parametrize("n", [2, 5])
def test_mean(submission, rng, n):
    x = rng.normal(size=n)
    check.close(submission.mean(x), float(np.mean(x)), name="mean(x)")
    check.close(submission.mean(2 * x), float(np.mean(2 * x)), name="mean(2x)")


@pytest.mark.case("what is kept is read", points=1, hint="self.x")
def test_object(submission):
    check.close(submission.Kept(np.ones(2)).x, np.ones(2), name="x")


@pytest.mark.case("a second try for who needs it", points=1, hint="return more")
def test_tries(submission):
    if submission.level(1) < 1:
        check.that(submission.level(2) >= 1, "twice too little")
    check.close(submission.double(1.5), 3.0, name="double(1.5)")


@pytest.mark.case("the last one is as the first", points=1, hint="2 * x")
def test_last(submission):
    check.close(submission.double(2.5), 5.0, name="double(2.5)")
    check.close(submission.draw(), submission.first_draw(), name="draw")
'''
WORK = """import numpy as np


class Kept:
    def __init__(self, x):
        self.x = x


def double(x):
    print("double", x)
    return 2 * x


def mean(x):
    print("mean of", len(x))
    return float(np.mean(x))


_drawn = []


def draw():
    value = float(np.random.random())
    _drawn.append(value)
    return value


def first_draw():
    value = _drawn[0]
    _drawn.clear()
    return value


def level(n):
    print("level", n)
    return 1
"""
CHANGES = {
    "right": ("", ""),
    "wrong in the first question": ("return 2 * x", "return 3 * x"),
    "wrong in the second question": ("return 2 * x", "return 2 * abs(x)"),
    "raises": ("return float(np.mean(x))", "raise ValueError(len(x))"),
    "crashes": ("return float(np.mean(x))", "import os; os._exit(3)"),
    "ends for ever in what is asked": ("return float(np.mean(x))", "\n    while True: pass"),
    "ends for ever in what is never asked": (
        "return 2 * x",
        "\n    if np.ndim(x) and x[0] < 0: return 0\n    while np.ndim(x): pass",
    ),
    "prints without an end": ('print("double", x)', "import sys; sys.stdout.write('no end ')"),
    "closes its output": ('print("double", x)', "import os; os.close(1); os.close(2)"),
    "a level later": ("return 1", "return n - 1"),
    "no level": ("return 1", "return 0"),
    "returns an object": ("return float(np.mean(x))", "return Kept(x)"),
    "no function": ("def level", "def levels"),
    "does not load": ("import numpy as np", "import numpy as np\nx ="),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("ahead") / "course")
    (root / "graders/tiny/test_tiny.py").write_text(GRADER)
    (root / "graders/tiny/solution.py").write_text(WORK)
    settings = root / "exercises/tiny/exercise.yaml"
    settings.write_text(settings.read_text().replace("call_s: 5", "call_s: 1"))
    return load_course(root)


def work(name):
    before, after = CHANGES[name]
    assert before in WORK
    text = WORK.replace(before, after) if before else WORK
    return submission_from_bytes(text.encode(), name="x.py", module_name="tiny")


def told(report):
    """What a report says, without times."""
    return [case.model_dump(exclude={"seconds"}) for case in report.cases]


@pytest.mark.sandbox
@pytest.mark.slow
def test_reports_are_those_of_gradings_that_ask_one_question_after_the_other(course):
    # The first one writes the script, the second ones are kept, the third ones need not run. What never ends is waited
    # for once.
    ending = [name for name in CHANGES if "for ever" not in name]
    names = ["right", *CHANGES, "right", *ending, *ending]
    together = in_order(grade_many(course, "tiny", [work(name) for name in names], seed=3))
    alone = {name: told(grade(course, "tiny", work(name), seed=3)) for name in CHANGES}
    for name, report in zip(names, together, strict=True):
        assert told(report) == alone[name], name


@pytest.mark.sandbox
def test_questions_are_sent_ahead_at_all(course, tmp_path, monkeypatch):
    """Not vacuous: with a script the worker of the second submission is asked for less, one by one.

    The third one gives what the second gave: nobody asks for it.
    """
    seen = tmp_path / "seen.txt"
    grader = course.root / "graders/tiny/test_tiny.py"
    text = grader.read_text()
    spy = (
        "from dlquiz.grading import ahead as _ahead\n_take = _ahead.Ahead.take\n"
        "def _seen(self, message):\n    sent = _take(self, message)\n"
        f"    open({str(seen)!r}, 'a').write('sent ' if sent else 'other ')\n    return sent\n"
        "_ahead.Ahead.take = _seen\n"
    )
    grader.write_text(
        text.replace("from dlquiz.grading import check, make\n", f"from dlquiz.grading import check, make\n{spy}")
    )
    try:
        list(grade_many(course, "tiny", [work("right")] * 3, seed=3))
        list(grade_many(course, "tiny", [work("right")] * 3))  # fresh seeds: never the same question
    finally:
        grader.write_text(text)
    assert seen.read_text().split() == ["sent"] * 14


@given(one=hostile_arrays(), other=hostile_arrays())
def test_questions_are_the_same_to_the_last_bit(one, other):
    def message(array):
        return {"op": "eval", "expr": Call(Get(Module("submission"), "f"), (array, [1, "x"]), {"eps": 1e-5})}

    assert same(message(one), message(one.copy()))
    equal = one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    assert same(message(one), message(other)) == equal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0), (True, 1), (0.0, -0.0), ("a", b"a"), ([1], (1,)), ({"a": 1}, {"a": 2}), ({"a": 1}, {"b": 1}),
        ({1}, {True}), ({1}, frozenset({1})), ({0.0}, {-0.0}), ({(1, 2)}, {(1, 3)}), ({1: "a"}, {2: "a"}),
        (Rng(1), Rng(2)), (Get(1, "x"), Get(1, "y")), ([1, 2], [1]), (object(), object()), (float("nan"), 1.0),
    ],
)  # fmt: skip
def test_other_values_are_other_questions(one, other):
    """Sets and dictionaries too, in whatever order they were filled."""
    assert same({1, "a", (2, 3)}, {(2, 3), "a", 1})
    assert same(one, one) != isinstance(one, object) or type(one) is not object
    assert not same(one, other)


def test_a_question_that_is_kept_does_not_change_with_the_graders_array():
    x = np.zeros(3)
    kept = asked({"op": "eval", "expr": Call("f", (x,), {})}, 1.0, 0.001)
    x[0] = 1
    assert kept.message["expr"].args[0][0] == 0


@pytest.mark.parametrize(
    ("message", "value", "seconds"),
    [
        ({"expr": Call("f", (Handle(1, "x"),))}, 1, 0.001),
        ({"expr": Call("f")}, [Handle(1, "x")], 0.001),
        ({"expr": Call("f")}, 1, script.QUICK_S * 2),
        ({"expr": Call("f", (np.zeros(script.MAX_BYTES),))}, 1, 0.001),
    ],
    ids=["takes an object", "gives an object", "slow", "large"],
)
def test_what_cannot_be_repeated_for_nothing_is_not_sent_ahead(message, value, seconds):
    notes = Script(["a", "b"])
    notes.learn("a", [asked({"expr": Call("g")}, 1, 0.001), asked(message, value, seconds)])
    notes.learn("b", [asked({"expr": Call("g")}, 1, 0.001)])
    assert list(notes.known_from("a")) == []
    assert list(notes.known_from("b")) == ["b"]
    assert not notes.wants("a")


def test_a_case_that_asks_this_and_that_is_asked_one_by_one_from_then_on():
    notes = Script(["a", "b"])
    for case in ("a", "b"):
        notes.learn(case, [asked({"expr": Call("g")}, 1, 0.001)])
    assert list(notes.known_from("a")) == ["a", "b"]
    notes.refuse("a")
    notes.learn("a", [asked({"expr": Call("g")}, 1, 0.001)])
    assert list(notes.known_from("a")) == []
    assert ahead.SKIP_S < 1
