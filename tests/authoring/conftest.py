from pathlib import Path

import pytest

from tests.authoring.small import make_course


@pytest.fixture
def root(tmp_path) -> Path:
    """The folder of a course in which nothing is wrong."""
    return make_course(tmp_path / "course")
