"""What a learner's check may do with a solution that runs elsewhere."""

import pytest

from dlquiz.content.course import builtin_course, load_course
from dlquiz.grading.catching import CheckEnd, run_check
from dlquiz.submission import submission_from_bytes

pytestmark = pytest.mark.sandbox
COURSE = load_course(builtin_course())
BATCHES = """import numpy as np


def check(solution):
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    rows = [row for xb, yb in solution.minibatches(X, y, 4, np.random.default_rng(0)) for row in yb]
    again = [row for xb, yb in solution.minibatches(X, y, 4, np.random.default_rng(0)) for row in yb]
    assert rows == again, "the generator decides"
    assert sorted(rows) == list(range(10)), f"every row once, not {sorted(rows)}"
"""


def verdicts(check, *names):
    grader = COURSE.grader_folder("exercise4")
    solutions = [
        submission_from_bytes((grader / name).read_bytes(), name="train.py", module_name="train") for name in names
    ]
    own = submission_from_bytes(check.encode(), name="catch.py", module_name="catch")
    return list(run_check(COURSE, "exercise4", own, solutions))


def test_a_generator_of_batches_can_be_walked_through_with_random_numbers_of_the_check():
    right, wrong = verdicts(BATCHES, "solution.py", "wrong/drops_the_last_batch.py")
    assert right.end is CheckEnd.ACCEPTED
    assert (wrong.end, "every row once" in wrong.text) == (CheckEnd.CAUGHT, True)


def test_what_raises_while_it_is_walked_through_is_caught():
    check = "def check(solution):\n    for batch in solution.minibatches([1], [2], 0, None):\n        pass\n"
    (found,) = verdicts(check, "solution.py")
    assert found.end is CheckEnd.CAUGHT
    assert "raised" in found.text


def test_what_cannot_be_walked_through_says_so():
    check = "def check(solution):\n    for one in solution.accuracy:\n        pass\n"
    (found,) = verdicts(check, "solution.py")
    assert found.end is CheckEnd.CAUGHT
    assert "not iterable" in found.text
