"""Five cases: a written value, a drawn one, an input that must stay, a parametrised one, and a bonus."""

import numpy as np
import pytest

from dlquiz.grading import check, remark


@pytest.mark.case("double gives twice the number", points=3, public=True, hint="2 * x")
def test_double(submission):
    check.close(submission.double(np.array([1.0, -2.5])), [2.0, -5.0], name="double(x)")


@pytest.mark.case("mean agrees with the reference", points=3, public=True, hint="np.mean(x)")
def test_mean(submission, reference, rng):
    x = rng.normal(size=(3, 4))
    got = submission.mean(x)
    if isinstance(got, int):
        remark("mean returned a whole number.")
    check.close(got, reference.mean(x), name="mean(x)")


@pytest.mark.case("double leaves its input alone", points=2, hint="x *= 2 changes x.")
def test_double_leaves_its_input_alone(submission):
    check.unchanged(submission.double, np.array([3.0]), names=("x",))


@pytest.mark.case("double works for any shape", points=1, hint="Do not index.")
@pytest.mark.parametrize("shape", [(), (2, 3)])
def test_double_of_any_shape(submission, shape):
    check.shape(submission.double(np.ones(shape)), shape, name="double(x)")


@pytest.mark.case("the bonus: with EXTRA set, mean is asked once more", points=1, bonus=True, hint="np.mean(x)")
def test_bonus(submission):
    if not submission.EXTRA:
        pytest.skip("EXTRA is not set")
    check.that(submission.mean(np.ones(3)) == 1, "the mean of ones is 1")
