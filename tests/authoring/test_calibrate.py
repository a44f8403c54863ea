"""How far a reference is from its thresholds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.authoring.calibrate import Threshold, calibrate, thresholds_of, upper_bound
from dlquiz.authoring.listing import thresholds_text
from dlquiz.content.course import load_course
from tests.render.reports import report

MEASURES = """
import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("most are doubled", points=4, hint="Multiply every entry by two.")
def test_share(submission, rng):
    x = np.arange(100)
    labels = np.where(rng.uniform(size=100) < 0.9, 2 * x, -1)

    def run(seed):
        return submission.double(x)

    check.accuracy(run, labels, at_least=0.7, rng=rng, name="doubled numbers")
"""


def test_what_differs_only_in_numbers_that_the_seed_decides_is_one_threshold():
    columns = ["name", "value", "threshold", "at_least"]
    reports = [
        report(metrics={
            "measured test_a.py::test_it": {
                "kind": "table", "columns": columns,
                "rows": [[f"new rows (a linear model: {share}%)", share / 100, 0.95, 1], ["others", 1, 0.9, 1]],
            }
        })
        for share in (49, 31)
    ]  # fmt: skip
    first, second = thresholds_of(reports)
    assert (first.name, first.values) == ("new rows (a linear model: 49%)", (0.49, 0.31))
    assert (second.name, second.values) == ("others", (1, 1))


@pytest.mark.parametrize(
    ("missed", "of", "bound"),
    # Clopper and Pearson's one-sided bound at 95 %: for no miss it is 1 - 0.05 ** (1 / n).
    [(0, 20, 0.13911), (0, 100, 0.02951), (1, 20, 0.21611), (5, 10, 0.77756), (10, 10, 1.0)],
)
def test_the_bound_is_that_of_the_tables(missed, of, bound):
    assert upper_bound(missed, of) == pytest.approx(bound, abs=1e-5)


@given(st.integers(1, 60), st.data())
def test_the_bound_lies_above_what_was_seen_and_falls_with_more_trials(of, data):
    missed = data.draw(st.integers(0, of))
    bound = upper_bound(missed, of)
    assert missed / of <= bound <= 1
    assert upper_bound(missed, of + 1) <= bound + 1e-9


def test_a_share_is_lost_only_if_three_trainings_miss():
    share = Threshold("test_x", "x", 0.9, at_least=True, values=(0.95,) * 20)
    time = Threshold("test_x", "x", 20.0, at_least=False, values=(3.0,) * 20)
    assert (share.missed, share.margin, share.deviations) == (0, pytest.approx(0.05), None)
    assert share.bound == pytest.approx(0.13911**3, abs=1e-5)
    assert time.bound == pytest.approx(0.13911, abs=1e-5)
    assert time.margin == 17.0
    low = Threshold("test_x", "x", 0.9, at_least=True, values=(0.8, 0.95))
    assert (low.missed, low.margin) == (1, pytest.approx(-0.1))


@pytest.mark.sandbox
def test_every_value_that_is_compared_with_a_threshold_is_seen(root):
    (root / "graders/tiny/test_tiny.py").write_text(MEASURES)
    (result,) = calibrate(load_course(root), ["tiny"], seeds=8)
    (threshold,) = result.thresholds
    assert (threshold.case, threshold.name, threshold.threshold) == ("test_share", "doubled numbers", 0.7)
    assert len(threshold.values) == 8
    assert 0.7 < min(threshold.values) < max(threshold.values) <= 1
    assert result.lost == ()
    text = thresholds_text([result])
    assert "at least 0.7; 8 values: lowest" in text
    assert "0 missed" in text
    assert "at most 3.06%" not in text  # 1 - 0.05 ** (1 / 8) = 31.2 %, and three times in a row 3.05 %
    assert "at most 3.05% of gradings" in text


@pytest.mark.sandbox
def test_a_threshold_that_the_reference_misses_is_told(root):
    (root / "graders/tiny/test_tiny.py").write_text(MEASURES.replace("at_least=0.7", "at_least=0.97"))
    (result,) = calibrate(load_course(root), ["tiny"], seeds=3)
    assert result.lost == (("test_share", 3),)
    assert result.thresholds[0].missed == 9
    assert "the reference LOSES test_share under 3 of 3 seeds" in thresholds_text([result])
