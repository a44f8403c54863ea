"""``repair``: a broken program, what its author saw of it, and its repair."""

import pytest

from dlquiz.study.store import Progress

from .conftest import RIGHT
from .test_status import record

pytestmark = pytest.mark.sandbox

DIFFERENCE = '''"""The difference comes back instead of the sum.

loses: test_add
"""


def add(a, b):
    return a - b  # the sign is wrong


def half(a):
    return a / 2
'''
FLOOR = '''"""The half of an odd number is cut off.

loses: test_half
"""


def add(a, b):
    return a + b


def half(a):
    return a // 2
'''
STORY = """format_version: 1
repairs:
  - file: floor.py
    story: Jo shares apples between two friends, and now and then half an apple has gone.
"""


@pytest.fixture
def store(worker):
    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as progress:
        yield progress


@pytest.fixture
def graduate(worker, store):
    """Somebody who has full points in exercise 1, of which there are two wrong solutions, one of them with a story."""
    wrong = worker.course / "graders/exercise1/wrong"
    wrong.mkdir()
    (wrong / "difference.py").write_text(DIFFERENCE)
    (wrong / "floor.py").write_text(FLOOR)
    (wrong.parent / "repairs.yaml").write_text(STORY)
    record(store, "exercise1", 4)
    return worker


def broken(person):
    return person.work / "exercise1" / "repair.py"


def repair(person, *changes):
    text = broken(person).read_text()
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    broken(person).write_text(text)


def test_it_holds_a_solution_so_it_is_handed_out_after_full_points(graduate, store):
    result = graduate.type("repair", "exercise2")
    assert result.code == 1
    assert "after full points in exercise2" in result.err
    assert not broken(graduate).exists()
    (graduate.course / "graders/exercise2/wrong").mkdir()
    (graduate.course / "graders/exercise2/wrong/difference.py").write_text(DIFFERENCE)
    assert graduate.type("repair", "exercise2", "--spoil").code == 0
    assert store.solution_viewed("exercise2") is not None


def test_nobody_who_has_done_nothing_is_left_without_a_way_on(worker):
    result = worker.type("repair")
    assert (result.code, result.out) == (1, "")
    assert "once an exercise is done" in result.err
    assert "Next: dlquiz next" in result.err


def test_its_story_and_its_values_are_shown_and_nothing_names_the_mistake(graduate):
    result = graduate.type("repair")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Jo shares apples")
    assert "What is odd (1 check fails):" in result.out
    assert "half of an odd number keeps its half" in result.out
    assert "Called with: half(3)" in result.out
    assert "Expected: 1.5" in result.out
    assert "It gives: 1" in result.out
    assert str(broken(graduate)) in result.out
    assert "Next: dlquiz repair exercise1 --check" in result.out
    assert broken(graduate).read_text() == FLOOR.partition('"""\n\n\n')[2]
    assert "cut off" not in result.out


def test_the_same_program_waits_until_it_is_whole(graduate):
    graduate.type("repair", "exercise1")
    repair(graduate, ("return a + b", "return b + a"))
    text = broken(graduate).read_text()
    assert graduate.type("repair").code == 0
    assert broken(graduate).read_text() == text
    result = graduate.type("repair", "--check")
    assert result.code == 1
    assert "It gives: 1" in result.out
    assert "cut off" not in result.out
    assert "dlquiz repair exercise1 --give-up" in result.out


def test_a_repair_is_counted_in_lines_and_the_mistake_is_named(graduate):
    graduate.type("repair", "exercise1")
    repair(graduate, ("a // 2", "a / 2  # now it is right"))
    result = graduate.type("repair", "--check")
    assert result.code == 0
    assert "Repaired: all 2 checks pass. You changed 1 line: no shorter repair is known." in result.out
    assert "The mistake: The half of an odd number is cut off." in result.out
    assert graduate.type("status", "--json").json["exercises"][0]["points"]["earned"] == 4


def test_a_shorter_repair_is_shown_if_it_passes(graduate):
    graduate.type("repair", "exercise1")
    repair(graduate, ("return a // 2", "whole = a // 2\n    rest = a - 2 * whole\n    return whole + rest / 2"))
    result = graduate.type("repair", "--check")
    assert "You changed 3 lines; 1 is enough." in result.out
    assert "    -    return a // 2\n    +    return a / 2\n" in result.out


def test_another_one_keeps_what_lies_there_and_a_given_up_one_comes_again_last(graduate):
    graduate.type("repair", "exercise1")
    result = graduate.type("repair", "exercise1", "--give-up")
    assert "The mistake: The half of an odd number is cut off." in result.out
    assert "    -    return a // 2\n    +    return a / 2\n" in result.out
    assert graduate.type("repair", "exercise1").code == 0
    assert "a - b" in broken(graduate).read_text()
    (kept,) = broken(graduate).parent.glob("repair.py.*.bak")
    assert "a // 2" in kept.read_text()
    graduate.type("repair", "exercise1", "--new")
    assert "a // 2" in broken(graduate).read_text()
    repair(graduate, ("a // 2", "a / 2"))
    assert graduate.type("repair", "exercise1", "--check").code == 0


def test_next_offers_one_and_nobody_has_to_take_it(graduate):
    document = graduate.type("next", "--json").json
    assert (document["command"], document["practice"]) == ("dlquiz lesson exercise2", "dlquiz repair exercise1")
    assert "Or: dlquiz repair exercise1   (a broken program to mend; nobody has to)" in graduate.type("next").out
    graduate.type("repair")
    assert graduate.type("next", "--json").json["practice"] == "dlquiz repair exercise1"
    repair(graduate, ("a // 2", "a / 2"))
    graduate.type("repair", "--check")
    assert graduate.type("next", "--json").json["practice"] is None


def test_the_documents_of_programs_hold_no_word_about_the_mistake_before_it_is_mended(graduate):
    begun = graduate.type("repair", "--json").json
    assert begun["odd"] == [
        {
            "check": "half of an odd number keeps its half",
            "lines": ["Called with: half(3)", "Expected: 1.5", "It gives: 1"],
        }
    ]
    assert (begun["whole"], begun["checks"], begun["lost"]) == (False, 2, 1)
    assert begun["story"].startswith("Jo shares")
    failed = graduate.type("repair", "--check", "--json")
    assert (failed.code, failed.json["changed_lines"]) == (1, 0)
    assert "mistake" not in failed.json
    repair(graduate, ("a // 2", "a / 2"))
    done = graduate.type("repair", "--check", "--json").json
    assert (done["whole"], done["changed_lines"], done["fewest_lines"]) == (True, 1, 1)
    assert done["mistake"] == "The half of an odd number is cut off."


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"def half(a:\n", "What is odd"), (b"# \xff\n", "line 1, byte 0xff")],
)
def test_a_file_that_is_no_python_is_told_as_in_grade(graduate, content, words):
    graduate.type("repair")
    broken(graduate).write_bytes(content)
    result = graduate.type("repair", "--check")
    assert result.code in (1, 2)
    assert words in result.out + result.err


def test_what_is_missing_is_said_with_a_way_on(graduate):
    result = graduate.type("repair", "exercise1", "--check")
    assert (result.code, "Next: dlquiz repair exercise1" in result.err) == (1, True)
    graduate.type("repair")
    broken(graduate).unlink()
    result = graduate.type("repair", "--check")
    assert (result.code, "Next: dlquiz repair exercise1   (puts the broken one there)" in result.err) == (1, True)
    assert graduate.type("repair").code == 0
    assert "a // 2" in broken(graduate).read_text()
    assert graduate.type("repair", "--check", "--give-up").code == 2
    (graduate.course / "graders/exercise1/solution.py").rename(graduate.course / "graders/exercise1/gone")
    result = graduate.type("repair", "exercise1", "--new")
    assert (result.code, "without a solution" in result.err) == (1, True)


def test_a_mistake_in_the_stories_has_its_line(graduate):
    (graduate.course / "graders/exercise1/repairs.yaml").write_text(STORY.replace("story:", "storey:"))
    result = graduate.type("repair")
    assert result.code == 3
    assert "repairs.yaml:4" in result.err
    assert "did you mean 'story'?" in result.err


def test_without_solutions_that_are_wrong_there_is_nothing_to_mend(worker, store):
    record(store, "exercise1", 4)
    result = worker.type("repair", "exercise1")
    assert (result.code, "no broken program for exercise1" in result.err) == (1, True)
    assert worker.type("next", "--json").json["practice"] is None


def test_reports_of_repairs_are_nobodys_progress(graduate, store):
    before = store.gradings("exercise1")
    graduate.type("repair")
    graduate.type("repair", "--check")
    assert store.gradings("exercise1") == before


def test_the_store_knows_what_was_handed_out(graduate, store):
    graduate.type("repair")
    (one,) = store.repairs.all("exercise1")
    assert (one.wrong, one.ended, one.solved) == ("floor.py", None, False)
    assert RIGHT not in broken(graduate).read_text()
