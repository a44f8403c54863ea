"""What would change is told exactly, and nothing counts before it is told to."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom import engine
from dlquiz.classroom.book import Book, KeptGrading
from dlquiz.classroom.collect import collect
from dlquiz.classroom.engine import HereEngine
from dlquiz.classroom.grading import HowGraded, grade_class, survey
from dlquiz.classroom.matching import Target
from dlquiz.classroom.regrade import changed_checks, compare_class, difference, reasons
from dlquiz.classroom.roll import call_roll
from dlquiz.content.course import load_course
from dlquiz.errors import StoreError
from dlquiz.model.report import CaseResult, Isolation, Outcome, Points, TotalPoints
from tests.classroom.test_book import KEY, REPORT, rows_of
from tests.cli.conftest import make_course


def case(name, outcome=Outcome.PASSED, possible=2, bonus=0):
    earned = possible if outcome is Outcome.PASSED else 0
    return CaseResult(
        id=name, title=f"The {name}", visibility="hidden", outcome=outcome,
        points=Points(earned=earned, possible=possible), bonus=bonus,
    )  # fmt: skip


def report(*cases):
    earned, possible = (sum(getattr(one.points, name) for one in cases) for name in ("earned", "possible"))
    bonus = sum(one.bonus for one in cases)
    points = TotalPoints(earned=earned, possible=possible, bonus=bonus)
    return REPORT.model_copy(update={"cases": cases, "points": points})


def test_a_check_that_ends_otherwise_is_worth_more_is_new_or_gone_is_named():
    before = report(case("a"), case("b", Outcome.FAILED), case("c"), case("gone"), case("same"))
    after = report(case("new"), case("a", Outcome.FAILED), case("b"), case("c", possible=3), case("same"))
    told = {one.id: (one.before, one.after) for one in changed_checks(before, after)}
    assert told == {
        "new": ("not there", "passed"),
        "a": ("passed", "failed"),
        "b": ("failed", "passed"),
        "c": ("passed (2 of 2)", "passed (3 of 3)"),
        "gone": ("passed", "not there"),
    }


def test_every_reason_is_named():
    assert reasons(KEY, KEY) == ()
    versions = json.dumps({"numpy": "3", "torch": "1"})
    other = replace(KEY, grader_sha256="h", seed=8, versions=versions, isolation="process", data="mnist")
    assert reasons(KEY, other) == (
        "the graders have changed",
        "dlquiz 1 → not used",
        "numpy 2 → 3",
        "torch not used → 1",
        "the data set: none → mnist",
        "the wall: kernel → process",
        "other numbers: seed 7 → 8",
    )


cases = st.builds(
    case, st.sampled_from("abcde"), st.sampled_from([Outcome.PASSED, Outcome.FAILED]), st.integers(0, 3), st.just(0)
)
reports = st.lists(cases, unique_by=lambda one: one.id, max_size=5).map(lambda found: report(*found))


@given(reports, reports)
def test_no_change_of_points_is_ever_missed_and_none_is_made_up(before, after):
    one = difference(KeptGrading(1, KEY, "d", before, True), KeptGrading(2, KEY, "d", after, True))
    points = [(kept.points.earned, kept.points.possible) for kept in (before, after)]
    assert bool(one) or points[0] == points[1]
    assert bool(one) == bool(changed_checks(after, before))
    assert changed_checks(before, before) == ()


def test_a_new_grading_counts_only_when_it_is_told_to(where):
    new = replace(KEY, grader_sha256="new")
    with Book(where) as book:
        book.keep(KEY, "d", REPORT, settled=True)
        assert book.is_graded(new, "d", anew=True) is None
        book.keep(new, "d", report(case("a")), settled=True, anew=True)
        assert book.is_graded(new, "d", anew=True) is True
        old, found = book.find_counting(new, "d"), book.find_new(new, "d")
        assert (old.report, found.report) == (REPORT, report(case("a")))
        book.let_count({old.number: found.number})
        assert book.find_counting(KEY, "d").report == report(case("a"))
        assert book.find_new(new, "d") is None
        assert book.find(KEY, "d").report == REPORT
        with pytest.raises(StoreError, match="another program"):
            book.let_count({old.number: found.number})
        assert book.find_counting(KEY, "d").number == found.number


_KEYS = (KEY, replace(KEY, grader_sha256="new"), replace(KEY, isolation="process"))
steps = st.lists(
    st.tuples(st.sampled_from(_KEYS), st.sampled_from("de"), st.booleans(), st.booleans(), st.booleans()), max_size=12
)


@given(steps)
def test_whatever_is_kept_one_counts_and_no_whole_report_is_ever_lost(found):
    whole, counting = {}, {}
    with Book("sqlite://") as book:
        for number, (key, mark, settled, anew, accepted) in enumerate(found):
            here = mark, key.isolation
            new = REPORT.model_copy(update={"seed": number})
            due = book.is_graded(key, mark, anew=anew)
            book.keep(key, mark, new, settled=settled, anew=anew)
            last = book.find(key, mark)
            if settled and last.report == new:
                whole[last.number] = new
                counting.setdefault(here, last.number)
            assert last.report == new or due or not anew, "what was due is written"
            waiting = book.find_new(key, mark)
            if accepted and here in counting and waiting is not None and waiting.settled:
                book.let_count({counting[here]: waiting.number})
                counting[here] = waiting.number
            now = book.find_counting(key, mark)
            assert (now and now.number) == counting.get(here)
        assert {one: book.find_number(one).report for one in whole} == whole


def test_a_class_is_graded_anew_with_the_numbers_of_most(where):
    with Book(where) as book:
        assert book.usual_seed("exercise1", "kernel") is None
        for number, seed in enumerate((9, 5, 5, 9, 3)):
            book.keep(replace(KEY, seed=seed), str(number), REPORT, settled=True)
        book.keep(replace(KEY, seed=3), "not settled", REPORT, settled=False)
        assert book.usual_seed("exercise1", "kernel") == 9
        assert book.usual_seed("exercise1", "process") is None


def test_under_the_same_key_a_second_grading_stands_beside_the_first(where):
    with Book(where) as book:
        book.keep(KEY, "d", REPORT, settled=True)
        for _ in range(2):  # the second time nothing is left to do
            book.keep(KEY, "d", report(case("a")), settled=True, anew=True)
        first, second = book.find_counting(KEY, "d"), book.find_new(KEY, "d")
        assert (first.report, second.report) == (REPORT, report(case("a")))
        assert len(rows_of(where, "grading")) == 2
        book.let_count({first.number: second.number})
        book.keep(KEY, "d", report(case("b")), settled=False, anew=True)
        assert book.is_graded(KEY, "d", anew=True) is False
        book.keep(KEY, "d", report(case("c")), settled=True, anew=True)
        assert book.find_new(KEY, "d").report == report(case("c"))
        assert len(rows_of(where, "grading")) == 3


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Grade a small class, with graders that are played; return what would change."""
    course = load_course(make_course(tmp_path / "course"))
    (tmp_path / "class").mkdir()
    graded = []

    def run(says, *, anew=False, **files):
        def grade_many(course, exercise, submissions, **_):
            for position, one in enumerate(submissions):
                graded.append(one.text)
                yield position, says(one.text)

        monkeypatch.setattr(engine, "grade_many", grade_many)
        for name, text in files.items():
            (tmp_path / "class" / f"{name}.py").write_text(text)
        how = HowGraded(3, Isolation.KERNEL, HereEngine(1), anew)
        target = [Target("exercise1", "adder")]
        with collect([tmp_path / "class"], target, only=True) as found, Book(str(tmp_path / "book")) as book:
            rows = call_roll(found, None, ["exercise1"])
            run.estimate = survey(course, rows, book, how)[1]
            keys = grade_class(course, rows, book, book.begin(rows, REPORT.started_at), how, lambda _: None)
            return compare_class(rows, book, keys)

    run.graded = graded
    return run


def test_everybody_is_graded_anew_once_also_if_it_was_interrupted(room):
    def some(text):
        if "2" in text:
            raise KeyboardInterrupt
        return report(case("a", Outcome.FAILED))

    room(lambda text: report(case("a")), ada="x = 1\n", bob="x = 1\n", eve="x = 2\n")
    with pytest.raises(KeyboardInterrupt):
        room(some, anew=True)
    found = room(lambda text: report(case("a", Outcome.FAILED)), anew=True, zoe="x = 3\n")
    assert room.graded[2:] == ["x = 1\n", "x = 2\n", "x = 2\n", "x = 3\n"]
    assert room.estimate > 0
    assert [(row.person.name, one.before, one.after) for row, one in found.changed] == [
        ("ada", (2, 2), (0, 2)), ("bob", (2, 2), (0, 2)), ("eve", (2, 2), (0, 2)),
    ]  # fmt: skip
    assert (found.same, found.failed, len(found.replacing)) == (1, [], 2)
    room(lambda text: report(case("a")), anew=True)
    assert room.graded[6:] == ["x = 3\n"], "what waits for a decision is not graded once more"


def test_what_could_not_be_graded_anew_keeps_what_counts(room):
    room(lambda text: report(case("a")), ada="x = 1\n", bob="x = 2\n")
    broken = REPORT.model_copy(update={"complete": False})
    found = room(lambda text: broken if "2" in text else report(case("a")), anew=True)
    assert [row.person.name for row in found.failed] == ["bob"]
    assert (found.changed, found.same, len(found.replacing)) == ([], 1, 1)
