"""What stops a file is told once; a notebook goes on after a cell that stops."""

import json
import re

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.loading import MAX_STOPS, Loading
from dlquiz.grading.run import grade
from dlquiz.model.report import Cause, Outcome, Report
from dlquiz.render.terminal import report_text
from dlquiz.sandbox.calls import CallFailed
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course
from tests.submission.notebooks import notebook

DOUBLE = "import numpy as np\n\ndef double(x):\n    return 2 * x"
MEAN = "def mean(x, *, empty=0.0):\n    return float(np.mean(x)) if len(x) else empty"


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def graded(root, *cells, call_s=2.0):
    settings = root / "exercises/tiny/exercise.yaml"
    settings.write_text(re.sub(r"call_s: \d+", f"call_s: {call_s:g}", settings.read_text()))
    course = load_course(root)
    name, data = ("work.ipynb", notebook(*cells)) if len(cells) > 1 else ("work.py", cells[0].encode())
    return grade(course, "tiny", submission_from_bytes(data, name=name, module_name="tiny"), seed=1)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("cell", "place", "cause", "said"),
    [
        ("x = 1\n1 / 0", "cell 2, line 2", "exception", "ZeroDivisionError: division by zero"),
        ("assert double(1) == 3, 'mine'", "cell 2, line 1", "exception", "AssertionError: mine"),
        ("name = input('name?')", "cell 2, line 1", "exception", "EOFError: input() waits for somebody who types"),
        ("def f(:", "cell 2, line 1", "syntax", "Python cannot read it"),
        ("import requests", "cell 2, line 1", "forbidden", "not 'requests'"),
        ("open('data.csv')", "cell 2, line 1", "exception", "FileNotFoundError"),
        ("def loop():\n    while True: pass\n\nloop()", "cell 2, line 4", "timeout", "it took more than 1 s"),
        (
            "while True:\n    try:\n        pass\n    except ValueError: pass",
            "cell 2",
            "timeout",
            "it took more than 1",
        ),
        ("import sys\nsys.exit(3)", "cell 2, line 2", "exception", "SystemExit: 3"),
        ("import os\nos._exit(3)", "cell 2", "crashed", "it ended the whole process"),
        ("import ctypes\n\nctypes.string_at(0)", "cell 2, line 3", "crashed", "it ended the whole process"),
        ("bytearray(10**10)", "cell 2, line 1", "memory", "it ran out of memory"),
        ("x = 1\nsum(range(10**12))", "cell 2, line 2", "timeout", "it took more than 2 s"),
    ],
)
def test_a_cell_that_stops_is_named_and_the_others_count(root, cell, place, cause, said):
    report = graded(root, DOUBLE, cell, MEAN)
    assert report.outcome is Outcome.PASSED, [case.message for case in report.cases]
    (stop,) = report.stops
    assert stop.place.startswith(place)
    assert (stop.cause, stop.went_on) == (Cause(cause), True)
    assert stop.message.startswith(said) or said in stop.message
    text = report_text(report)
    assert "One cell of your notebook stopped before the end." in text
    assert place in text


@pytest.mark.sandbox
def test_points_are_lost_where_something_graded_is_missing(root):
    report = graded(root, DOUBLE, "undefined_name\n" + MEAN)
    lost = [case for case in report.cases if case.outcome is Outcome.FAILED]
    assert {case.cause for case in lost} == {Cause.MISSING}
    assert 0 < report.points.earned < report.points.possible
    assert lost[0].message == (
        "Your file does not define mean. Your notebook stopped in cell 2, line 1: "
        "NameError: name 'undefined_name' is not defined."
    )


@pytest.mark.sandbox
def test_cells_share_one_module_and_its_features(root):
    report = graded(
        root,
        "from __future__ import annotations\nimport numpy as np\nscale = 2",
        "def double(x: not_defined_anywhere):\n    return scale * x",
        MEAN,
        "display(double(1))\nget_ipython().run_line_magic('time', '')",
    )
    assert report.outcome is Outcome.PASSED
    assert report.stops == ()


@pytest.mark.sandbox
def test_a_cell_that_keeps_dying_gives_up_in_the_end(root):
    report = graded(root, *["import os\nos._exit(1)"] * 5)
    assert report.points.earned == 0
    assert len({case.message for case in report.cases}) == 1
    assert "stopped at cell" in report.cases[0].message or "while it was loaded" in report.cases[0].message


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("line", "cause", "said"),
    [
        ("1 / 0", "exception", "Your file stopped at line 8 while it was loaded: ZeroDivisionError: division by zero"),
        ("import requests", "forbidden", "Your file stopped at line 8 while it was loaded: this exercise allows numpy"),
        ("while True: pass", "timeout", "Your file stopped at line 8 while it was loaded: it took more than 2 s"),
        ("import os; os._exit(0)", "crashed", "Your file stopped while it was loaded: it ended the whole process"),
        ("input()", "exception", "Your file stopped at line 8 while it was loaded: EOFError: input() waits"),
        ("print 'x'", "syntax", "Nothing in your file could run, because of line 8. Python cannot read it: Missing"),
        ("  x = 1", "syntax", "Nothing in your file could run, because of line 8. Python cannot read it: "),
        ("x = “a”", "syntax", "Nothing in your file could run, because of line 8. Python cannot read it: invalid"),
    ],
)
def test_what_stops_a_file_is_told_once(root, line, cause, said):
    report = graded(root, f"{DOUBLE}\n\n{MEAN}\n{line}\n")
    assert {case.cause for case in report.cases} == {Cause(cause)}
    assert len({case.message for case in report.cases}) == 1
    assert report.cases[0].message.startswith(said)
    (stop,) = report.stops
    assert not stop.went_on
    text = " ".join(report_text(report).split())
    assert text.count("Your file stopped") + text.count("Python cannot read") == 1
    assert f"so none of the {len(report.cases)}" in text
    assert [case.title for case in report.cases if case.title in text] == [], "one problem, and no list of checks"
    assert said.partition(": ")[2][:20] in text


@pytest.mark.sandbox
def test_stand_ins_are_named_once_and_cost_nothing(root):
    imports = "import matplotlib.pyplot as plt\nfrom tqdm import tqdm"
    report = graded(root, f"{imports}\n{DOUBLE}\n\n{MEAN}\nplt.plot([double(1)])\nplt.show()\n")
    assert report.outcome is Outcome.PASSED
    assert report.notes == (
        "matplotlib and tqdm do not belong to this exercise: stand-ins that do nothing took their place",
    )


@pytest.mark.sandbox
def test_a_stand_in_that_is_needed_fails_the_function_that_needs_it(root):
    lazy = MEAN.replace("return float", "import pandas as pd\n    return pd.Series(x).mean() + 0.0\n    return float")
    report = graded(root, f"{DOUBLE}\n\n{lazy}\n")
    lost = next(case for case in report.cases if case.outcome is Outcome.FAILED)
    assert lost.cause is Cause.FORBIDDEN
    assert "not 'pandas', and a value of pandas.Series(…).mean(…) is needed here" in lost.message
    assert report.notes[0].startswith("pandas does not belong to this exercise")


@pytest.mark.sandbox
def test_a_call_that_is_too_late_says_where_it_was(root):
    report = graded(root, f"{DOUBLE}\n\ndef mean(x, *, empty=0.0):\n    while True:\n        x = x\n", call_s=1.5)
    late = next(case for case in report.cases if case.cause is Cause.TIMEOUT)
    assert late.traceback.startswith('  File "<submission>/work.py", line ')
    assert ", in mean\n" in late.traceback


def test_a_report_without_stops_reads_as_before():
    assert Report.model_fields["stops"].default == ()


def test_what_a_worker_says_is_bounded():
    submission = submission_from_bytes(notebook(*["x = 1"] * 200), name="a.ipynb", module_name="a")
    loading = Loading(submission)
    for number in loading.cells:
        loading.cell(number, CallFailed("exception", "no", line=10**6))
    assert len(loading.stops) == MAX_STOPS
    assert loading.stops[0].place == "cell 1", "the line does not lie in it"
    loading.note_stand_ins(["tqdm", "rm -rf", 3, ["x"]])
    loading.note_stand_ins({"pandas": 1})
    assert loading.stand_ins == {"tqdm"}
    assert json.dumps(sorted(loading.lost)) == "[]"


def test_a_cell_is_interrupted_earlier_once_another_was():
    loading = Loading(submission_from_bytes(notebook("x", "y"), name="a.ipynb", module_name="a"))
    assert loading.seconds(10) == 5
    loading.cell(1, CallFailed("exception", "", type_name="KeyboardInterrupt"), interrupted_s=5.0)
    assert loading.seconds(10) == 1
    assert loading.stops[0].message == "it took more than 5 s"


@pytest.mark.sandbox
def test_a_function_of_the_exercise_is_not_taken_for_another_one_misspelt(root):
    """``means`` is nearly ``mean``, but the exercise asks for both."""
    solution = root / "graders/tiny/solution.py"
    solution.write_text(solution.read_text() + "\n\ndef means(x):\n    return x\n")
    own = MEAN.replace("def mean(", "def means(")
    message = next(case.message for case in graded(root, f"{DOUBLE}\n\n{own}").cases if case.cause is Cause.MISSING)
    assert message == "Your file does not define mean."
    own = MEAN.replace("def mean(", "def meann(")
    message = next(case.message for case in graded(root, f"{DOUBLE}\n\n{own}").cases if case.cause is Cause.MISSING)
    assert "It defines meann" in message


@pytest.mark.sandbox
def test_a_file_that_was_not_loaded_was_not_called_with_anything(root):
    report = graded(root, f"import numpy as np\nnp.ones(3) + np.ones(2)\n{DOUBLE}\n{MEAN}")
    said = [case.diagnosis or "" for case in report.cases]
    assert any("shapes" in text for text in said), "the exception itself is explained"
    assert not any("It was called with" in text for text in said)
