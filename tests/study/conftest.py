"""Desks in a small course, without a terminal."""

import pytest

from dlquiz.study.desk import Desk
from tests.cli.conftest import WORDS, make_course, person  # noqa: F401  a fixture


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two exercises and a quiz of three questions, of nobody's state."""
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    root = make_course(tmp_path / "course")
    (root / "quizzes/words.yaml").write_text(WORDS)
    return root.resolve()


@pytest.fixture
def told():
    """What the desk told."""
    return []


@pytest.fixture
def visitor(course, tmp_path, told):
    """A desk without a workspace."""
    with Desk(course=course, here=tmp_path, confirm=lambda _: None, tell=told.append) as desk:
        _ = desk.course_root
        told.clear()
        yield desk


@pytest.fixture
def desk(visitor, tmp_path):
    """A desk with a workspace."""
    visitor.start(tmp_path / "work")
    return visitor
