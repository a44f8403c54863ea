from pathlib import Path

import pytest

from tests.authoring.small import make_course


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """What is graded here takes less time than the start of a second process for it."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)


@pytest.fixture
def root(tmp_path) -> Path:
    """The folder of a course in which nothing is wrong."""
    return make_course(tmp_path / "course")
