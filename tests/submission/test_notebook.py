"""A notebook's code cells become one source; everything else in it is ignored or refused with a sentence."""

import hashlib
import json

import pytest

from dlquiz.errors import SubmissionError
from dlquiz.submission import MAX_BYTES, read_submission, submission_from_bytes
from dlquiz.submission.notebook import MAX_CELLS, MAX_NOTEBOOK_BYTES, MAX_VALUES

from .notebooks import code_cell, notebook


def read(raw):
    return submission_from_bytes(raw, name="work.ipynb", module_name="backprop")


def test_code_cells_are_joined_in_order_and_say_where_they_begin(tmp_path):
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "# x = 99"}
    path = tmp_path / "work.ipynb"
    path.write_bytes(notebook(["import math\n", "\n", "x = 1\n"], markdown, "%time y = 2\nz = x\n"))
    found = read_submission(path, module_name="backprop")
    assert (found.name, found.file, found.module_name) == ("work.ipynb", "work.ipynb", "backprop")
    lines = found.text.split("\n")
    assert lines[:5] == ["# coding: utf-8", "# cell 1", "import math", "", "x = 1"]
    assert lines[5:] == ["# cell 2", "# %time y = 2", "z = x", ""]
    assert found.cells == (3, 7)
    assert [lines[first - 1] for first in found.cells] == ["import math", "# %time y = 2"]
    assert found.sha256 == hashlib.sha256(found.source).hexdigest()
    assert found.modules == ()


def test_outputs_change_nothing():
    outputs = [{"output_type": "stream", "text": ["x" * 1_000_000]}]
    cell = code_cell("x = 1") | {"outputs": outputs, "execution_count": 7}
    assert read(notebook(cell)).source == read(notebook("x = 1")).source


def test_an_encoding_line_in_a_cell_does_not_change_how_the_letters_are_read():
    found = read(notebook("# -*- coding: latin-1 -*-\nx = 'ü'"))
    names = {}
    exec(compile(found.source, "a", "exec"), names)
    assert names["x"] == "ü"


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    found = read(b"\xef\xbb\xbf" + notebook("x = 1\r\ny = 2\r\n"))
    assert found.text.split("\n")[2:4] == ["x = 1", "y = 2"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not a whole notebook"),
        (b"{", "not a whole notebook: .* line 1"),
        (b"\xff\xfe{", "not UTF-8"),
        (b"[]", "does not say its nbformat"),
        (b"{}", "does not say its nbformat"),
        (b'{"nbformat": 4, "nbformat": 4, "cells": []}', "'nbformat' is there twice"),
        (b'{"nbformat": true, "cells": []}', "does not say its nbformat"),
        (b'{"nbformat": "4", "cells": []}', "does not say its nbformat"),
        (b'{"nbformat": ' + b"9" * 5000 + b', "cells": []}', "number is too long"),
        (b'{"nbformat": 4, "cells": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"nbformat": 4, "cells": [' + b"[]," * MAX_VALUES + b"[]]}", "too many values"),
        (b" " * (MAX_NOTEBOOK_BYTES + 1), "larger than 20 MB"),
        (notebook("x", nbformat=3), r"an old format \(3\)"),
        (notebook("x", nbformat=5), r"a newer format \(5\)"),
        (notebook("x", cells=None), "no list of cells"),
        (notebook("x", cells={}), "no list of cells"),
        (notebook("x", cells=[1]), "cell 1 does not say its cell_type"),
        (notebook("x", cells=[{"cell_type": 1}]), "cell 1 does not say its cell_type"),
        (notebook("x", {"cell_type": "code"}), "cell 2 has no source"),
        (notebook("x", code_cell(["a", 1])), "cell 2 has no source"),
        (notebook("x", code_cell({"a": 1})), "cell 2 has no source"),
        (notebook(), "no code cells"),
        (notebook({"cell_type": "markdown", "source": "x"}), "no code cells"),
        (notebook("x = '\ud800'"), "half of a character"),
        (notebook("x = '\0'"), "null byte"),
        (notebook("#" * MAX_BYTES, "#"), "larger than 1 MB"),
        (notebook(*["x"] * (MAX_CELLS + 1)), "more than 10,000 cells"),
        (notebook("x", metadata={"language_info": {"name": "R"}}), "a notebook for R, not for Python"),
        (notebook("x", metadata={"kernelspec": {"language": "julia\x1b[2J"}}), "a notebook for julia, not"),
    ],
)
def test_what_is_no_notebook_is_refused_with_advice(raw, words):
    with pytest.raises(SubmissionError, match=words) as caught:
        read(raw)
    assert caught.value.next_step
    assert "work.ipynb" in caught.value.message


@pytest.mark.parametrize("metadata", [None, [], {}, {"kernelspec": 3}, {"language_info": {"name": 3}}])
def test_a_notebook_that_does_not_say_its_language_is_read(metadata):
    assert b"x = 1" in read(notebook("x = 1", metadata=metadata)).source


def test_not_a_number_in_outputs_does_no_harm():
    text = json.dumps(json.loads(notebook("x = 1")) | {"metadata": {"value": float("nan")}})
    assert b"x = 1" in read(text.encode()).source
