"""What a grader may demand: quiet when it holds, a message that teaches when it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlquiz
from dlquiz.grading import case_notes, check, fresh, keep, passes
from dlquiz.grading.failure import CaseBroken, CaseFailed
from tests.strategies import normal_arrays


def lost(function, *arguments, **settings) -> CaseFailed:
    """Return how the case is lost; the test fails if it is not."""
    with pytest.raises(CaseFailed) as caught:
        function(*arguments, **settings)
    return caught.value


@given(normal_arrays())
def test_close_accepts_every_array_as_itself(array):
    check.close(array, array.copy(), name="x")


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e-2))
def test_close_refuses_what_lies_outside_the_tolerance(value, rtol):
    beyond = value + 2 * (rtol * abs(value) + 1e-12)
    lost(check.close, np.array([beyond]), np.array([value]), name="x", rtol=rtol)


def test_close_says_what_came_what_should_have_come_and_where():
    got, want = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    failed = lost(check.close, got, want, name="dW")
    assert "dW" in failed.message
    assert "row 1" in (failed.where or "")
    assert "5" in (failed.got or "")
    assert "4" in (failed.expected or "")


def test_close_explains_a_classic_mistake():
    want = np.arange(1.0, 7.0).reshape(2, 3)
    failed = lost(check.close, 8 * want, want, name="dW", batch_size=8)
    assert "8" in (failed.diagnosis or "")
    assert "batch" in (failed.diagnosis or "")


@pytest.mark.parametrize("value", [None, "text", [[1], [2, 3]], {"a": 1}, np.array([np.nan, 1.0])])
def test_no_value_that_a_learner_returns_breaks_close(value):
    lost(check.close, value, np.zeros(2), name="x")


def test_equal_is_exact():
    check.equal([1, 2], [1, 2], name="sizes")
    lost(check.equal, 1 + 1e-12, 1, name="n")


def test_shape_and_dtype_name_both_sides():
    check.shape(np.ones((2, 3)), (2, 3), name="Z")
    assert lost(check.shape, np.ones((3, 2)), (2, 3), name="Z").message == "Z has shape (3, 2), expected (2, 3)."
    check.dtype(np.ones(2, np.float32), "float32", "float64", name="Z")
    failed = lost(check.dtype, np.ones(2), "float32", "int64", name="Z")
    assert failed.message == "Z has dtype float64, expected float32 or int64."
    failed = lost(check.dtype, [1.0, 2.0], "float32", name="Z")
    assert failed.message == "Z is a list, expected an array. np.array(…) makes one of it."


def test_a_missing_return_is_called_by_its_name():
    assert "is a return missing?" in lost(check.shape, None, (2,), name="Z").message


def test_finite_counts_and_shows_the_first():
    check.finite(np.ones(3), name="p")
    failed = lost(check.finite, np.array([[1.0, np.nan], [np.inf, 2.0]]), name="p")
    assert "2 of 4" in failed.message
    assert (failed.where or "").startswith("row 0, column 1")


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_every_softmax_passes_as_probabilities(n, c, seed):
    Z = np.random.default_rng(seed).normal(size=(n, c)) * 10
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    check.probabilities(e / e.sum(axis=1, keepdims=True), name="p")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([[0.5, 0.4]]), "do not sum to 1"),
        (np.array([[1.5, -0.5]]), "negative"),
        (np.array([[np.nan, 1.0]]), "NaN"),
        (1.0, "one number"),
        (None, "None"),
    ],
)
def test_probabilities_says_what_is_not_one(value, words):
    assert words in lost(check.probabilities, value, name="p").message


def test_probabilities_over_the_wrong_axis_are_recognised():
    columns = np.array([[0.2, 0.9, 0.5], [0.8, 0.1, 0.5]])
    assert "wrong axis" in (lost(check.probabilities, columns, name="p").diagnosis or "")
    assert "whole array" in (lost(check.probabilities, np.full((2, 2), 0.25), name="p").diagnosis or "")


def test_gradient_is_judged_in_norm():
    want = np.array([1.0, 1e-9])
    check.gradient(want + np.array([0.0, 1e-10]), want, name="g")  # ten per cent of an entry that does not matter
    failed = lost(check.gradient, np.array([1.001, 0.0]), want, name="g")
    assert "not the right gradient" in failed.message
    lost(check.gradient, np.array([np.nan, 0.0]), want, name="g")
    lost(check.gradient, want[:1], want, name="g")


def test_keys_may_come_in_any_order():
    check.keys({"b": 1, "a": 2}, ("a", "b"), name="grads")
    assert lost(check.keys, {"a": 1}, ("a", "b"), name="grads").got == "a"
    assert "is a list" in lost(check.keys, [1], ("a",), name="grads").message


def test_parts_are_returned_in_order():
    assert check.parts([1, None], "w", "b", of="step") == (1, None)
    assert check.parts(("x",), "w", of="step") == ("x",)


@pytest.mark.parametrize(
    ("got", "came"),
    [((1, 2, 3), "3 values"), ([], "0 values"), (None, "None"), (np.zeros(2), "ndarray"), ({"w": 1, "b": 2}, "dict")],
    ids=["more", "none of them", "nothing", "array", "dict"],
)
def test_parts_say_which_values_are_returned_without_a_hint_about_them(got, came):
    failed = lost(check.parts, got, "w", "b", of="step")
    assert failed.message == "step returns 2 values: w, b."
    assert (failed.expected, failed.got, failed.hinted) == ("w, b", came, False)


def test_that_shows_only_what_it_was_given():
    check.that(True, "never said")
    failed = lost(check.that, False, "not so", expected=3)
    assert (failed.message, failed.expected, failed.got) == ("not so", "3", None)


@pytest.mark.parametrize(
    ("values", "words"),
    [([3, 2, 2.5], None), ([2, 3], "does not fall"), ([1], "two finite"), ([1, np.nan], "two finite")],
)
def test_decreases_compares_the_ends(values, words):
    if words is None:
        check.decreases(values, name="loss")
    else:
        assert words in lost(check.decreases, values, name="loss").message


def test_decreases_can_ask_how_far():
    check.decreases([2.3, 0.1], name="loss", to_at_most=0.2)
    assert "only to 0.3" in lost(check.decreases, [2.3, 0.3], name="loss", to_at_most=0.2).message


def test_accuracy_is_the_best_of_three_and_runs_again_only_below_the_threshold():
    labels = np.arange(10)
    shares = iter([0.5, 0.9, 0.1])
    asked = []

    def run(seed):
        asked.append(seed)
        right = int(next(shares) * 10)
        return np.where(np.arange(10) < right, labels, -1)

    assert check.accuracy(run, labels, at_least=0.8, rng=np.random.default_rng(1), name="test accuracy") == 0.9
    assert len(set(asked)) == 2


def test_where_a_wrong_solution_is_certified_quickly_the_first_training_decides():
    labels = np.array([0, 1, 2, 3])
    shares = iter([np.ones(4), labels])
    case_notes.begin(public=False, once=True)
    with case_notes.aside():  # a known mistake is asked no more often either
        failed = lost(
            check.accuracy, lambda seed: next(shares), labels, at_least=0.5, rng=np.random.default_rng(1), name="a"
        )
    assert "25.0% right in the best of 1 trainings" in failed.message
    case_notes.begin(public=False)
    shares = iter([np.ones(4), labels])
    assert check.accuracy(lambda seed: next(shares), labels, at_least=0.5, rng=np.random.default_rng(1), name="a") == 1


def test_a_missed_accuracy_shows_every_run_and_its_seed():
    labels = np.zeros(4, dtype=int)
    failed = lost(
        check.accuracy, lambda seed: np.ones(4), labels, at_least=0.5, rng=np.random.default_rng(1), name="accuracy"
    )
    assert failed.expected == "at least 0.500"
    assert (failed.got or "").count("0.000") == 3
    wrong_shape = lost(
        check.accuracy, lambda seed: np.ones((4, 10)), labels, at_least=0.5, rng=np.random.default_rng(1), name="a"
    )
    assert "(4, 10)" in wrong_shape.message


CALLS = """
import time
import numpy as np
def keeps(x): return x + 1
def changes(x):
    x += 1
    return x
def refuses(x): raise ValueError("no")
def refuses_otherwise(x): raise KeyError("no")
class OwnError(ValueError): pass
def refuses_specially(x): raise OwnError("no")
def loops(x):
    time.sleep(0.08)
    return x + 1
def spins(x):
    for _ in range(5_000_000): pass
    return x + 1
def zeros(x): return np.zeros_like(x)

_seen = {}
def remembers(x):
    if not len(_seen): _seen['x'], _seen['y'] = x, x + 1
    return _seen['y'] * (x.flat[0] / _seen['x'].flat[0])

def clears(x):
    x[:] = 0
    return np.zeros_like(x)
def counts(y): return np.bincount(y, minlength=5)
def first_count(y):
    if 'c' not in _seen: _seen['c'] = np.cumsum(y)
    return _seen['c']
def running(y): return np.cumsum(y)
class Lazy:
    def __array__(self, dtype=None, copy=None): return np.ones(3)
def lazy(x): return Lazy()
_calls = []
def calls():
    _calls.append(1)
    return len(_calls)

"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    file = tmp_path_factory.mktemp("work") / "mine.py"
    file.write_text(CALLS)
    with dlquiz.open_submission(file) as owner:
        yield owner


@pytest.mark.sandbox
def test_unchanged_compares_what_comes_back_from_the_sandbox(work):
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(check.unchanged(work.keeps, x, names=("x",)), [2.0, 3.0])
    failed = lost(check.unchanged, work.changes, x, names=("x",))
    assert "changes changed its input x" in failed.message
    np.testing.assert_array_equal(x, [1.0, 2.0])  # ours was never theirs


@pytest.mark.sandbox
def test_raises_wants_one_kind_of_exception(work):
    check.raises(work.refuses, 1)
    assert "expected ValueError" in lost(check.raises, work.refuses_otherwise, 1).message
    assert "accepted this input" in lost(check.raises, work.keeps, 1).message


@pytest.mark.sandbox
def test_speed_is_a_ratio_on_our_clock(work):
    check.speed(work.keeps, work.keeps, np.ones(10))
    failed = lost(check.speed, work.loops, work.keeps, np.ones(10), at_most=20)
    assert "times as long as the reference" in failed.message


@pytest.mark.sandbox
def test_the_loading_of_a_file_is_not_counted_as_its_first_call(tmp_path):
    """A file is loaded while the grader goes on, so that the first call of all waits for it."""
    mine, theirs = tmp_path / "mine.py", tmp_path / "theirs.py"
    theirs.write_text("def keeps(x):\n    return x + 1\n")
    mine.write_text("import time\ntime.sleep(1)\n" + theirs.read_text())
    with dlquiz.open_submission(theirs) as owner, dlquiz.open_submission(mine) as learner:
        check.speed(learner.keeps, owner.keeps, np.ones(10), at_most=20)


@pytest.mark.sandbox
def test_a_reference_that_is_kept_from_running_gives_nobody_time(work, monkeypatch):
    """On our clock both take long; in processor time one of them computes."""

    class Busy(check._Stopwatch):
        def time(self, *args):
            result = super().time(*args)
            self.wall_s += 1  # waited for a processor
            return result

    monkeypatch.setattr(check, "_Stopwatch", Busy)
    check.speed(work.keeps, work.keeps, np.ones(10))
    failed = lost(check.speed, work.spins, work.keeps, np.ones(10), at_most=2)
    assert "times as long as the reference" in failed.message


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["zeros", "remembers"])
def test_the_results_of_a_timed_call_must_be_right(work, name):
    """Replayed, rescaled or skipped: what is timed is compared."""
    failed = lost(check.speed, getattr(work, name), work.keeps, np.ones((50, 3)), at_most=20)
    assert f"the result of {name} for large inputs is wrong" in failed.message
    assert not failed.by_value, "no known mistake is asked: it would be timed on other inputs"


@pytest.mark.sandbox
def test_whole_numbers_are_new_in_every_round_too(work):
    labels = np.arange(1000) % 5
    check.speed(work.running, work.running, labels)
    assert "for large inputs is wrong" in lost(check.speed, work.first_count, work.running, labels).message


@pytest.mark.sandbox
def test_a_grader_may_draw_the_inputs_of_each_round_itself(work):
    seen = []

    def draw(rng):
        seen.append(rng.normal(size=4))
        return (seen[-1],)

    check.speed(work.keeps, work.keeps, draw=draw)
    assert len({array.tobytes() for array in seen}) == len(seen) >= 2


@pytest.mark.sandbox
def test_unchanged_demands_the_right_result_first(work):
    x = np.arange(3.0)
    assert (check.unchanged(work.keeps, x, want=x + 1) == x + 1).all()
    assert "the result of zeros is wrong" in lost(check.unchanged, work.zeros, x, want=x + 1).message
    changed = lost(check.unchanged, work.clears, x + 1, names=("x",), want=np.zeros(3))
    assert "clears changed its input x. Entry 0 (index [0]) was 1 and is now 0." in changed.message
    assert changed.got is None, "what the learner returned is not what was changed"


@pytest.mark.parametrize("demand", [check.dtype, check.shape])
def test_a_form_is_looked_at_after_the_values(demand):
    zeros, want = np.zeros(3, dtype=np.float32), np.ones(3)
    asked = ("float32",) if demand is check.dtype else ((3,),)
    demand(zeros, *asked, name="x")
    demand(np.ones(3, dtype=np.float32), *asked, name="x", want=want)
    assert "x is wrong" in lost(demand, zeros, *asked, name="x", want=want).message


@pytest.mark.sandbox
@pytest.mark.parametrize("demand", [check.close, check.gradient])
def test_an_object_in_place_of_an_array_is_told_as_one(work, demand):
    failed = lost(demand, work.lazy(1), np.ones(3), name="x")
    assert "Remote" not in str(failed)
    assert "Lazy" in str(failed)


@pytest.mark.sandbox
def test_a_fresh_worker_remembers_nothing(work):
    """What a module keeps to itself does not travel; what it returns does."""
    seen = work.calls()
    other = fresh(work)
    assert (other.calls(), other.calls()) == (1, 2)
    assert work.calls() == seen + 1
    handle = keep(work.keeps, np.ones(2))
    with pytest.raises(CaseBroken, match="an object of one worker to another"):
        other.keeps(handle)


def test_passes_says_whether_a_check_holds_and_tells_nothing():
    mine = case_notes.begin(public=True)

    def fail() -> None:
        case_notes.remark("said by the way")
        check.that(False, "no")

    assert passes(lambda: check.equal(1, 1, name="x"))
    assert not passes(fail)
    assert case_notes.current() is mine
    assert mine.remarks == []


def test_a_hint_is_left_out_where_the_mistake_is_found_or_the_form_is_wrong():
    want = np.arange(12.0).reshape(3, 4) + 0.5
    assert not lost(check.close, want.T.copy(), want, name="x").hinted, "transposed"
    assert not lost(check.close, want.tolist(), want, name="x").hinted, "a list"
    assert not lost(check.close, None, want, name="x").hinted
    assert lost(check.close, want * 2.7, want, name="x").hinted, "a factor says by how much, and not why"
    assert lost(check.close, want + np.linspace(1, 2, 12).reshape(3, 4) ** 3, want, name="x").hinted
