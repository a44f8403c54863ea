"""Folders, notebooks and archives behind the real wall: imports work, tracebacks speak the learner's names."""

import zipfile

import pytest

import dlquiz
from dlquiz.grading.failure import CaseFailed

from .notebooks import notebook
from .test_folder import made

pytestmark = pytest.mark.sandbox

FOLDER = {
    "work.py": """
import random
import helper
from layers import dense
from layers.dense import twice
import tools.plain


def four():
    return helper.ONE + dense.twice(helper.ONE) + tools.plain.ONE


def fails():
    return helper.divide(1, 0)


def names():
    return [twice.__module__, dense.__package__, helper.__file__, dense.__file__, random.__name__]


def late():
    import missing


def ours():
    from probe import anything
""",
    "helper.py": "ONE = 1\n\n\ndef divide(a, b):\n    return a / b\n",
    "layers/__init__.py": "from . import base\nfrom .dense import twice\n",
    "layers/base.py": "FACTOR = 2\n",
    "layers/dense.py": "from .base import FACTOR\nfrom . import base\n\n\ndef twice(x):\n    return FACTOR * x\n",
    "tools/plain.py": "ONE = 1\n",
    "conftest.py": "1 / 0\n",
    "sitecustomize.py": "1 / 0\n",
    "data.csv": "1,2\n",
}

NOTEBOOK = notebook(
    "%matplotlib inline\n!pip install numpy",
    ["import numpy as np\n", "\n", "def good(x):\n", "    return np.asarray(x) + 1\n"],
    {"cell_type": "markdown", "source": "# Text"},
    "def bad():\n    x = 1\n    return x / 0",
)


@pytest.fixture
def folder(tmp_path):
    return made(tmp_path / "work", FOLDER)


def test_a_folder_imports_its_own_modules_and_packages(folder):
    with dlquiz.open_submission(folder) as work:
        assert work.four() == 4
        assert work.names() == [
            "layers.dense",
            "layers",
            "<submission>/helper.py",
            "<submission>/layers/dense.py",
            "random",
        ]


def test_tracebacks_show_the_learners_own_files(folder):
    with dlquiz.open_submission(folder) as work, pytest.raises(CaseFailed) as caught:
        work.fails()
    assert 'File "<submission>/work.py", line 14, in fails' in caught.value.trace
    assert 'File "<submission>/helper.py", line 5, in divide' in caught.value.trace


@pytest.mark.parametrize("name", ["late", "ours"])
def test_what_is_not_in_the_folder_is_not_found(folder, name):
    with (
        dlquiz.open_submission(folder) as work,
        pytest.raises(CaseFailed, match="this exercise allows numpy") as caught,
    ):
        getattr(work, name)()
    assert caught.value.cause == "forbidden"


def test_nothing_can_be_imported_beside_a_single_file(folder):
    with dlquiz.open_submission(folder / "work.py") as work, pytest.raises(CaseFailed, match="'helper'"):
        work.four()


def test_a_mistake_in_a_helper_is_shown_where_it_is(folder):
    (folder / "helper.py").write_text("ONE = 1\ndef f(:\n")
    with dlquiz.open_submission(folder) as work, pytest.raises(CaseFailed) as caught:
        work.four()
    assert caught.value.cause == "syntax"
    assert 'File "<submission>/helper.py", line 2' in caught.value.trace


def test_an_archive_is_a_folder(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "hand-in.zip", "w") as archive:
        for name, text in FOLDER.items():
            archive.writestr(f"hand-in/{name}", text)
    with dlquiz.open_submission(tmp_path / "hand-in.zip", module="work") as work:
        assert work.four() == 4


def test_a_notebooks_traceback_names_the_cell_and_the_line_in_it(tmp_path):
    (tmp_path / "my work.ipynb").write_bytes(NOTEBOOK)
    with dlquiz.open_submission(tmp_path / "my work.ipynb") as work:
        assert list(work.good([1, 2])) == [2, 3]
        with pytest.raises(CaseFailed) as caught:
            work.bad()
    assert 'File "<submission>/my work.ipynb, cell 3", line 3, in bad' in caught.value.trace
    assert "return x / 0" in caught.value.trace


def test_a_notebooks_syntax_error_names_the_cell_and_the_line_in_it(tmp_path):
    (tmp_path / "work.ipynb").write_bytes(notebook("x = 1", "y = 2\ndef f(:\n    pass"))
    with dlquiz.open_submission(tmp_path / "work.ipynb") as work, pytest.raises(CaseFailed) as caught:
        work.f()
    assert "does not define f. Your notebook stopped in cell 2, line 2: Python cannot read it" in caught.value.message
    assert 'File "<submission>/work.ipynb, cell 2", line 2' in caught.value.trace
    assert "def f(:" in caught.value.trace


def test_a_renamed_file_is_shown_under_its_own_name(tmp_path):
    (tmp_path / "second try.py").write_text("def f():\n    return 1 / 0\n")
    with (
        dlquiz.open_submission(tmp_path / "second try.py", module="backprop") as work,
        pytest.raises(CaseFailed) as caught,
    ):
        work.f()
    assert 'File "<submission>/second try.py", line 2, in f' in caught.value.trace


def test_a_worker_that_died_is_replaced_with_all_modules(folder):
    (folder / "work.py").write_text(FOLDER["work.py"] + "\n\ndef dies():\n    import os\n    os._exit(1)\n")
    with dlquiz.open_submission(folder) as work:
        with pytest.raises(CaseFailed):
            work.dies()
        assert work.four() == 4
