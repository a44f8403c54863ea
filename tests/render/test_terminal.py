"""Reports are what a beginner reads: compared as a whole with the files in ``golden/``.

To accept new texts after reading them: ``DLQUIZ_ACCEPT=1 python -m pytest tests/render``.
"""

import json
import math
import os
import re
from pathlib import Path

import pytest

from dlquiz.model.report import Report
from dlquiz.render.json import report_json
from dlquiz.render.terminal import live_line, progress_bar, report_text, sparkline
from tests.render import reports

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "report", "options"),
    [
        ("failing", reports.failing(), {}),
        ("failing_verbose_narrow", reports.failing(), {"verbose": True, "width": 60}),
        ("untouched", reports.untouched(), {}),
        ("training", reports.training(), {}),
        ("process", reports.training(isolation="process"), {"width": 100}),
    ],
)
def test_reports_read_as_in_the_golden_files(name, report, options):
    text = report_text(report, **options)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DLQUIZ_ACCEPT"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    for report in (reports.failing(), reports.untouched()):
        assert all(len(line) <= width for line in report_text(report, verbose=True, width=width).split("\n"))


def test_colour_adds_nothing_but_colour():
    plain, coloured = (report_text(reports.failing(), colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    assert re.sub("\x1b\\[[0-9]*m", "", coloured).split() == plain.split()


def test_at_most_three_failures_are_told_in_full_and_the_rest_on_demand():
    many = [reports.case(f"test_{i}", f"Claim {i}", "failed", message=f"x{i} is wrong.", hint="h") for i in range(7)]
    brief, full = (report_text(reports.report(*many), verbose=verbose) for verbose in (False, True))
    assert brief.count("Hint:") == 3
    assert brief.count("✗") == 7
    assert "--verbose" in brief
    assert full.count("Hint:") == 7
    assert "--verbose" not in full


def test_the_same_error_in_many_checks_is_told_once():
    same = [
        reports.case(f"test_{i}", f"Claim {i}", "failed", cause="syntax", message="line 3: invalid syntax")
        for i in range(6)
    ]
    text = report_text(reports.report(*same))
    assert text.count("invalid syntax") == 1
    assert "6 checks stop for the same reason" in text
    assert all(f"Claim {i}" in text for i in range(6))


def test_two_wrong_values_with_the_same_message_stay_two_failures():
    same = [reports.case(f"test_{i}", f"Claim {i}", "failed", message="p is wrong.") for i in range(2)]
    assert report_text(reports.report(*same)).count("p is wrong.") == 2


def test_a_broken_check_is_never_called_a_failure():
    text = report_text(reports.report(reports.case("a", "A"), reports.case("b", "B", "broken", message="disk full")))
    assert "INCOMPLETE" in text
    assert "our fault, not yours" in text
    assert "✗" not in text
    assert "PASSED" not in text


def test_text_of_a_submission_cannot_steer_the_terminal():
    evil = "\x1b[2J\x1b]0;owned\x07\u202e[bold]ok[/bold]"
    case = reports.case(
        "a", evil, "failed", cause="exception", message=evil, expected=evil, got=evil, where=evil, diagnosis=evil,
        hint=evil, inputs=evil, remarks=(evil,), traceback=evil, output=evil,
    )  # fmt: skip
    report = reports.report(
        case, exercise=evil, data=evil, identity=evil, notes=(evil,),
        metrics={"a_curve": {"x": [1, 2], "y": [1, 2], "x_label": evil, "y_label": evil}, f"{evil}_accuracy": 0.5},
    )  # fmt: skip
    text = report_text(report, verbose=True)
    assert not set(text) & set("\x1b\x07\u202e")
    assert "[bold]ok[/bold]" in text


@pytest.mark.parametrize(
    "metrics",
    [
        {"accuracy_curve": None},
        {"accuracy_curve": {"x": [1], "y": "no"}},
        {"accuracy_curve": {"x": [1, 2], "y": [math.nan, None]}},
        {"accuracy_curve": {"x": [1, 2, 3], "y": [1, True, 2]}},
        {"confusion_matrix": [[1, 2], [3]]},
        {"confusion_matrix": {"matrix": 3}},
        {"confusion_matrix": "text"},
        {"accuracy": "high"},
    ],
)
def test_odd_metrics_are_left_out(metrics):
    report = reports.report(reports.case("a", "A"))
    assert report_text(report.model_copy(update={"metrics": metrics})) == report_text(report)


def test_a_confusion_matrix_with_labels_is_read_with_them():
    metrics = {"confusion_matrix": {"labels": ["cat", "dog"], "matrix": [[5, 1], [0, 4]]}}
    assert "cat taken for dog: 1 time\n" in report_text(reports.report(reports.case("a", "A"), metrics=metrics))


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        ([], ""),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([0, 7], "▁█"),
        ([5, 5, 5], "▄▄▄"),
        ([1, math.nan, 2], "▁ █"),
        ([math.inf, math.nan], "  "),
        ([-1e308, 1e308], None),
    ],
)
def test_a_sparkline_has_one_bar_for_each_value(values, bars):
    line = sparkline(values)
    assert len(line) == len(values)
    assert bars is None or line == bars


def test_a_long_sparkline_keeps_its_ends():
    line = sparkline([1, *[0.5] * 1000, 0], width=30)
    assert (len(line), line[0], line[-1]) == (30, "█", "▁")


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [
        (0, 4, "[░░░░]"),
        (1, 4, "[█░░░]"),
        (4, 4, "[████]"),
        (3.99, 4, "[███░]"),
        (0.01, 4, "[█░░░]"),
        (9, 4, "[████]"),
        (1, 0, "[░░░░]"),
        (math.nan, 1, "[░░░░]"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(done, total, bar):
    assert progress_bar(done, total, 4) == bar


def test_the_live_line_is_one_line_with_the_last_words_of_the_program():
    line = live_line(12.3, 60, "epoch 1\nepoch 2 \x1b[31mloss 0.25\n\n", 80)
    assert line == "[███░░░░░░░░░░░░░] 12 s of at most 60 s │ your program says: epoch 2 loss 0.25"
    assert len(live_line(1, 60, "x" * 500, 60)) == 60
    assert "says" not in live_line(1, 60, "")


def test_the_json_document_reads_back_as_the_same_report():
    for report in (reports.failing(), reports.training()):
        assert Report.model_validate_json(report_json(report)) == report


def test_the_json_document_is_strict_and_readable():
    import numpy as np

    metrics = {"curve": [1.0, math.nan, math.inf], "array": np.arange(3), "number": np.float32(0.5), "tuple": (1, "é")}
    report = reports.report(reports.case("a", "½ of −1 \ud800"), metrics=metrics)
    text = report_json(report)
    assert "½ of −1 ?" in text
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert document["metrics"] == {"curve": [1.0, None, None], "array": [0, 1, 2], "number": 0.5, "tuple": [1, "é"]}
    assert document["points"] == {"earned": 1.0, "possible": 1.0, "bonus": 0.0}
