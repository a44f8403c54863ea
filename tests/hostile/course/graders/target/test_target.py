"""Two cases. ``double`` carries the attack, ``mean`` is right in every attack that lets it run."""

import pytest

from dlquiz.grading import check


@pytest.mark.case("double gives two times its input", points=2, public=True, hint="2 * x", call_s=0.7)
def test_double(submission, reference, rng):
    x = rng.normal(size=(4, 3))
    check.close(submission.double(x), reference.double(x), name="double(x)")


@pytest.mark.case("mean gives the mean", points=1, call_s=0.7)
def test_mean(submission, reference, rng):
    x = rng.normal(size=5)
    check.close(submission.mean(x), reference.mean(x), name="mean(x)")
