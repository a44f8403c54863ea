"""The grader process that ``watch`` keeps ready."""

from types import SimpleNamespace

import pytest

from dlquiz.cli._grading import Spare, Wish
from dlquiz.content import load_course
from dlquiz.model.report import Outcome
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

pytestmark = pytest.mark.sandbox


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def solution(root):
    text = (root / "graders/tiny/solution.py").read_bytes()
    return submission_from_bytes(text, name="mine.py", module_name="tiny")


def test_a_process_that_waits_is_used_once_and_replaced(root):
    with Spare(SimpleNamespace(course=load_course(root)), "tiny", Wish()) as spare:
        seen = []
        for _ in range(2):
            taken = spare.take()
            assert next(taken.reports([solution(root)])).outcome is Outcome.PASSED
            seen.append(taken)
            spare.refill()
        assert seen[0] is not seen[1]


def test_graders_that_were_edited_meanwhile_are_used_as_they_are_now(root):
    with Spare(SimpleNamespace(course=load_course(root)), "tiny", Wish()) as spare:
        path = root / "graders/tiny/test_tiny.py"
        path.write_text(path.read_text().replace("[2.0, -4.0]", "[3.0, -4.0]"))
        report = next(spare.take().reports([solution(root)]))
        assert report.outcome is Outcome.FAILED


def test_the_process_that_waits_ends_with_the_watching(root):
    with Spare(SimpleNamespace(course=load_course(root)), "tiny", Wish()) as spare:
        (child,) = spare._ready._children
    assert child._process.poll() is not None
