"""What a report says of an error, beside what Python says."""

import pytest

from dlquiz.study.explain import explained
from dlquiz.submission import submission_from_bytes
from tests.render import reports

START = 'def flatten(a):\n    """Do it."""\n    # TODO(1)\n    raise NotImplementedError("flatten: TODO(1)")\n'


def why(source, *, cause="exception", message, trace="", name="image.py", cells=None):
    case = reports.case("a", "A", "failed", cause=cause, message=message, traceback=trace or None)
    submission = submission_from_bytes(source.encode(), name=name, module_name="image")
    (found,) = explained(reports.report(case), submission, START).cases
    return found.diagnosis


def todo(line, file="image.py"):
    trace = (
        f'  File "<submission>/{file}", line {line}, in flatten\n    raise NotImplementedError("flatten: TODO(1)")\n'
    )
    return {"message": "flatten raised NotImplementedError: flatten: TODO(1)", "trace": trace}


def test_a_known_diagnosis_stays():
    case = reports.case("a", "A", "failed", cause="exception", message="f raised KeyError: 'a'", diagnosis="It is so.")
    report = reports.report(case, reports.case("b", "B", "failed", message="KeyError: 'a'"))
    assert explained(report, submission_from_bytes(b"", name="a.py", module_name="a"), START) is report


def test_a_raise_that_was_left_is_named_with_its_line():
    source = START + "    return a.reshape(1, -1)\n"
    assert "line 4 still raises NotImplementedError; delete that line" in why(source, **todo(4))
    assert why(START, **todo(4)) is None


def test_in_a_notebook_the_line_is_that_of_the_cell():
    import json

    code = START + "    return a\n"
    cells = [{"cell_type": "code", "source": text} for text in ("import math", code)]
    notebook = json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})
    said = why(notebook, **todo(4, "w.ipynb, cell 2"), name="w.ipynb")
    assert "cell 2, line 4 still raises" in said
    assert why(notebook, **todo(4, "w.ipynb, cell 9"), name="w.ipynb") is None


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("def flatten_images(a): pass\n", "flatten_images"),
        ("def Flatten(a): pass\n", "Flatten"),
        ("def flaten(a): pass\n", "flaten"),
        ("def unrelated(a): pass\n", None),
        ("", None),
    ],
)
def test_a_renamed_function_is_recognised(source, near):
    said = why(source, cause="missing", message="Your file does not define flatten.")
    assert said == (near and f"Your file has {near}. Names must be exactly those of the start file: flatten.")


@pytest.mark.parametrize("trace", ["", '  File "<submission>/image.py", line 99999999, in f\n', "nonsense"])
def test_a_traceback_that_leads_nowhere_is_no_reason_to_stop(trace):
    assert why("x", message="f raised NotImplementedError: f: TODO(1)", trace=trace) is None
