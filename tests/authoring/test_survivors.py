"""Which changes of a reference keep full points, and what an author has said about them."""

import sys

import pytest

from dlquiz.authoring import survivors
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.survivors import check_survivors
from dlquiz.content.course import load_course

pytestmark = pytest.mark.sandbox

BLIND = 'check.close(submission.double(np.array([1.0, -2.0])), [2.0, -4.0], name="double(x)")'
"""What the first case of the small course looks at."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path / "cache"))


def checked(root, **settings):
    (result,) = check_survivors(load_course(root), ["tiny"], **settings)
    return result


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


SAME = ("mean", "float(np.mean(x)) -> np.mean(x)")
"""NumPy's own number is as good as Python's."""


def blind(root):
    """Let the case that doubles look at zeros only."""
    change(
        root / "graders/tiny/test_tiny.py", BLIND, 'check.close(submission.double(np.zeros(2)), [0.0, 0.0], name="x")'
    )


def listed(root, *changes, why="It is the same for the only input that the cases use."):
    entries = "".join(f"  - function: {name}\n    change: {text}\n    why: {why}\n" for name, text in changes)
    (root / "graders/tiny/equivalent.yaml").write_text(f"format_version: 1\nchanges:\n{entries}")


def test_a_grader_that_looks_at_everything_lets_nothing_survive(root):
    listed(root, SAME)
    told = []
    result = checked(root, seeds=2, on_progress=lambda *facts: told.append(facts))
    assert result.findings == ()
    assert result.changes == result.lost + 1 > 10
    assert result.listed == 1
    assert 0 < result.by_value < result.lost
    assert told[-1] == ("tiny", 2 * result.changes, 2 * result.changes, 1)


def test_what_survives_is_named_with_its_place_and_ready_to_be_listed(root):
    blind(root)
    result = checked(root)
    assert {one.code for one in result.findings} == {Rule.SURVIVES}
    first = result.findings[0]
    assert first.file.endswith("graders/tiny/solution.py")
    assert (first.line, first.column) == (7, 12)
    assert "in double: 2 * x ->" in first.message
    assert 'function: "double"' in result.paste
    (root / "graders/tiny/equivalent.yaml").write_text(
        "format_version: 1\nchanges:\n" + result.paste.replace('why: ""', "why: Zero stays zero, whatever is done.")
    )
    again = checked(root)
    assert again.findings == ()
    assert again.listed == len(result.findings)


def test_an_entry_that_is_no_longer_so_is_found_with_its_line(root):
    listed(root, ("double", "2 * x -> 2 / x"), ("double", "7 * x -> 8 * x"), SAME)
    found = checked(root).findings
    assert [(one.code, one.line) for one in found] == [(Rule.EQUIVALENT, 3), (Rule.EQUIVALENT, 6)]
    assert "a case notices this change" in found[0].message
    assert "no such change" in found[1].message


def test_an_entry_without_a_reason_is_a_mistake(root):
    listed(root, ("double", "2 * x -> 2 / x"), why='""')
    (found,) = checked(root).findings
    assert found.line == 5
    assert found.file.endswith("equivalent.yaml")


def test_the_list_belongs_to_the_exercise(root):
    from dlquiz.authoring.materials import read_materials
    from dlquiz.authoring.rules import check_rules

    listed(root)
    course = load_course(root)
    materials, found = read_materials(course, "tiny")
    assert found + check_rules(course, "tiny", materials) == []


def test_a_change_that_only_some_seeds_notice_is_found(root):
    change(root / "graders/tiny/test_tiny.py", BLIND, 'check.close(submission.double(x), 2 * x, name="double(x)")')
    change(
        root / "graders/tiny/test_tiny.py",
        "def test_double(submission):",
        "def test_double(submission, rng):\n    x = rng.choice([0.0, 1.0], size=1)",
    )
    found = checked(root, seeds=6).findings
    assert found
    assert any("of 6 seeds, so it hangs on luck" in one.message for one in found)


def test_an_interrupted_check_goes_on_where_it_stopped(root, monkeypatch):
    class Stop(Exception):
        pass

    def stop(exercise, done, total, survivors):
        if done == 8:
            raise Stop

    with pytest.raises(Stop):
        checked(root, jobs=1, on_progress=stop)
    graded = []
    grade = survivors.Grader.grade
    monkeypatch.setattr(survivors.Grader, "grade", lambda self, tasks: graded.append(len(tasks)) or grade(self, tasks))
    result = checked(root)
    assert graded[0] <= result.changes - 8
    checked(root)
    assert len(graded) == 1


def test_a_line_above_makes_nothing_new(root, monkeypatch):
    checked(root)
    monkeypatch.setattr(survivors.Grader, "grade", lambda self, tasks: pytest.fail("graded again"))
    path = root / "graders/tiny/wrong/half.py"
    path.write_text(path.read_text() + "\n# another wrong solution has changed\n")
    checked(root)


def test_a_reference_without_full_points_is_told_instead(root):
    change(root / "graders/tiny/solution.py", "return 2 * x", "return 3 * x")
    assert [one.code for one in checked(root).findings] == [Rule.REFERENCE]


def test_a_missing_package_skips_the_exercise(root, monkeypatch):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "packages: [numpy, torch]\n")
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "pip install" in checked(root).skipped
