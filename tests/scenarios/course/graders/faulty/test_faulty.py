"""A grader with a mistake of its own: nobody may lose points for it."""

import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("double gives twice the number", points=1, public=True, hint="2 * x")
def test_double(submission):
    check.close(submission.double(np.array([1.0])), [2.0], name="double(x)")


@pytest.mark.case("the grader indexes past its own list", points=1, hint="-")
def test_with_a_mistake_of_its_own(submission):
    inputs = [np.ones(2)]
    check.close(submission.double(inputs[1]), [2.0], name="double(x)")


@pytest.mark.case("the reference has no such function", points=1, hint="-")
def test_with_a_reference_that_fails(submission, reference):
    check.close(submission.mean(np.ones(2)), reference.average(np.ones(2)), name="mean(x)")
