"""Grading without a terminal: read, look whether it was begun, grade, keep; and the process that is kept warm."""

import shutil

import pytest

from dlquiz.content.course import load_course
from dlquiz.errors import StoreError, SubmissionError
from dlquiz.model.report import CaseResult, Outcome
from dlquiz.study.grading import Spare, Wish, grade, is_untouched, keep, read
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course as make_tiny
from tests.study.test_advice import report


def test_the_start_file_is_untouched_whatever_its_line_ends(desk):
    path = desk.learner_file("exercise1")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert is_untouched(desk.course, "exercise1", read(desk.course, "exercise1", path))
    path.write_text(path.read_text() + "x = 1\n")
    assert not is_untouched(desk.course, "exercise1", read(desk.course, "exercise1", path))


def test_a_file_has_the_name_of_the_exercise_whatever_it_is_called(desk, tmp_path):
    other = tmp_path / "other.py"
    shutil.copy(desk.learner_file("exercise1"), other)
    assert read(desk.course, "exercise1", other).module_name == "adder"
    with pytest.raises(SubmissionError):
        read(desk.course, "exercise1", tmp_path / "gone.py")


def test_a_report_is_kept_unless_only_some_cases_were_wanted(desk):
    assert keep(desk, report("exercise1", 3), Wish(case="half")) is None
    assert desk.progress.gradings("exercise1") == 0
    assert keep(desk, report("exercise1", 3), Wish()) is None
    assert desk.progress.gradings("exercise1") == 1


def test_a_report_that_cannot_be_kept_is_no_reason_not_to_show_it(desk, monkeypatch):
    def fail(_):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(desk.progress, "record_report", fail)
    assert keep(desk, report("exercise1", 3), Wish()).message == "The disk is full."


def test_without_a_workspace_nothing_is_kept(visitor):
    assert keep(visitor, report("exercise1", 3), Wish()) is None


@pytest.fixture
def root(tmp_path):
    return make_tiny(tmp_path / "tiny")


def solution(root):
    text = (root / "graders/tiny/solution.py").read_bytes()
    return submission_from_bytes(text, name="mine.py", module_name="tiny")


@pytest.mark.sandbox
def test_one_grading_tells_each_case_and_repeats_with_its_seed(root):
    course, heard = load_course(root), []
    first = grade(course, "tiny", solution(root), Wish(seed=7), on_event=heard.append)
    assert first.outcome is Outcome.PASSED
    assert first.seed == 7
    assert [event.id for event in heard if isinstance(event, CaseResult)] == [case.id for case in first.cases]


@pytest.mark.sandbox
def test_a_process_that_waits_grades_one_after_another(root):
    course = load_course(root)
    with Spare(course, "tiny", Wish()) as spare:
        waiting = spare.take()
        for _ in range(2):
            assert grade(course, "tiny", solution(root), Wish(), spare=spare).outcome is Outcome.PASSED
        assert spare.take() is waiting


@pytest.mark.sandbox
def test_graders_that_were_edited_meanwhile_are_used_as_they_are_now(root):
    course = load_course(root)
    with Spare(course, "tiny", Wish()) as spare:
        path = root / "graders/tiny/test_tiny.py"
        path.write_text(path.read_text().replace("[2.0, -4.0]", "[3.0, -4.0]"))
        assert grade(course, "tiny", solution(root), Wish(), spare=spare).outcome is Outcome.FAILED


@pytest.mark.sandbox
def test_the_process_that_waits_ends_with_the_watching(root):
    course = load_course(root)
    with Spare(course, "tiny", Wish()) as spare:
        pool = spare.take()
        pool.grade(solution(root))
        (process,) = pool._processes
    assert process._process.poll() is not None
