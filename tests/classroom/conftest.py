"""Where a book may be kept: the same tests for both."""

import pytest

from tests.postgres import running


@pytest.fixture(scope="session")
def postgres():
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """A place for a book that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "class.sqlite3")
    return request.getfixturevalue("postgres").new_book()
