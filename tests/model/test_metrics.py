"""What a grading measured: the models, what they refuse, and the shapes of older reports."""

import math

import pytest

from dlquiz.model.metrics import ConfusionMatrix, Curve, Images, Number, Table, metric_of
from tests.model.test_report import report

CURVE = {"kind": "curve", "x": [1, 2.5], "lines": {"loss": [2.3, math.nan]}, "x_label": "epoch", "y_label": "loss"}
MATRIX = {"kind": "confusion_matrix", "counts": [[5, 1], [0, 4]], "labels": ["cat", "dog"]}
PICTURES = {
    "kind": "images",
    "height": 2,
    "width": 1,
    "pictures": [{"pixels": [0, 255], "caption": "you: 7, truth: 2"}],
}
TABLE = {"kind": "table", "columns": ["word", "count"], "rows": [["a", 3], ["b", 0.5], ["c", None]]}


@pytest.mark.parametrize(
    ("value", "model"),
    [
        ({"kind": "number", "value": 0.5}, Number),
        (CURVE, Curve),
        (MATRIX, ConfusionMatrix),
        (PICTURES, Images),
        (TABLE, Table),
    ],
)
def test_a_report_keeps_what_a_grader_recorded_through_json(value, model):
    written = report(metrics={"a": value})
    assert isinstance(written.metrics["a"], model)
    assert type(written).model_validate_json(written.model_dump_json()) == written


def test_what_json_cannot_hold_becomes_null():
    curve = metric_of(CURVE)
    assert curve.lines == {"loss": (2.3, None)}
    assert "NaN" not in curve.model_dump_json()


@pytest.mark.parametrize(
    "value",
    [
        None, True, "text", [], [[1, 2], [3]], [[-1]], {"matrix": 3}, {"x": [1], "y": "no"},
        {"x": [1, 2, 3], "y": [1, True, 2]}, {"x": [1], "y": [1, 2]}, {"kind": "curve", "x": [1], "lines": {}},
        {**MATRIX, "labels": ["cat"]}, {**CURVE, "more": 1}, {**PICTURES, "height": 3},
        {**PICTURES, "pictures": [{"pixels": [0, 256]}]}, {**TABLE, "rows": [["a"]]},
        {"kind": "unknown"}, {"accuracy": 1},
    ],
)  # fmt: skip
def test_what_no_picture_can_be_made_of_is_left_out_and_the_report_stays(value):
    assert metric_of(value) is None
    assert report(metrics={"a": value, "b": 0.5}).metrics == {"b": Number(value=0.5)}


def test_reports_of_the_first_version_are_still_read():
    old = {
        "accuracy": 0.97,
        "accuracy_curve": {"x": [1, 2], "y": [0.5, 0.9], "x_label": "epochs", "y_label": "accuracy"},
        "confusion_matrix": [[5, 1], [0, 4]],
        "labelled": {"matrix": [[5, 1], [0, 4]], "labels": ["cat", "dog"]},
    }
    metrics = report(metrics=old).metrics
    assert metrics["accuracy"] == Number(value=0.97)
    assert metrics["accuracy_curve"] == Curve(
        x=(1, 2), lines={"accuracy": (0.5, 0.9)}, x_label="epochs", y_label="accuracy"
    )
    assert metrics["confusion_matrix"].counts == metrics["labelled"].counts
    assert metrics["labelled"].labels == ("cat", "dog")
