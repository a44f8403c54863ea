"""``catch``: a learner's own check, and what it says of right and wrong solutions."""

import pytest

from .conftest import RIGHT
from .test_repair import DIFFERENCE, FLOOR

pytestmark = pytest.mark.sandbox

GOOD = "def check(solution):\n    assert solution.add(2, 3) == 5\n    assert solution.half(3) == 1.5\n"


@pytest.fixture
def examiner(worker):
    """Somebody with an exercise of which there are two right and three wrong solutions."""
    grader = worker.course / "graders/exercise1"
    for name, text in {
        "wrong/difference.py": DIFFERENCE,
        "wrong/floor.py": FLOOR,
        "wrong/raises.py": '"""half does not know odd numbers.\n\nloses: test_half\n"""\n\n\n'
        "def add(a, b):\n    return a + b\n\n\ndef half(a):\n    return {4: 2}[a]\n",
        "right/turned.py": RIGHT.replace("a + b", "b + a"),
    }.items():
        (grader / name).parent.mkdir(exist_ok=True)
        (grader / name).write_text(text)
    return worker


def own(person):
    return person.work / "exercise1" / "catch.py"


def says(person, text):
    own(person).write_text(text)
    return person.type("catch", "exercise1")


def test_the_first_time_there_is_a_file_to_write_into(examiner):
    result = examiner.type("catch", "1")
    assert (result.code, result.err) == (1, "")
    assert f"Made for you: {own(examiner)}" in result.out
    text = own(examiner).read_text()
    assert "    solution.add(a, b)\n    solution.half(a)\n" in text
    compile(text, "catch.py", "exec")
    assert "Still to be written" in examiner.type("catch", "1").out
    assert examiner.type("catch", "1", "--json").json["written"] is False
    assert own(examiner).read_text() == text


def test_a_good_check_accepts_what_is_right_and_catches_what_is_wrong(examiner):
    result = says(examiner, GOOD)
    assert (result.code, result.err) == (0, "")
    assert "Accepted: all 2 right solutions." in result.out
    assert "3 of 3 wrong ones" in result.out
    assert "Next: dlquiz next" in result.out


def test_what_slips_through_is_told_by_one_sentence(examiner):
    result = says(examiner, "def check(solution):\n    return solution.add(2, 3) == 5\n")
    assert result.code == 1
    assert "1 of 3 wrong ones" in result.out
    assert "One that slips through: The half of an odd number is cut off." in result.out
    assert "half does not know" not in result.out
    document = examiner.type("catch", "1", "--json").json
    assert (document["right"], document["wrong"], document["caught"]) == (2, 3, 1)
    assert document["slips_through"] == "The half of an odd number is cut off."


def test_a_right_solution_must_not_be_rejected(examiner):
    result = says(examiner, "def check(solution):\n    assert solution.half(3) == 1, 'a half is whole'\n")
    assert result.code == 1
    assert "does not accept right solution 1 of 2" in result.out
    assert "It says: a half is whole (line 2 of catch.py)" in result.out
    assert "wrong ones" not in result.out


def test_an_assert_without_words_is_told_by_its_line(examiner):
    result = says(
        examiner, "def check(solution):\n    assert solution.add(1, 1) == 2\n    assert solution.half(3) == 1\n"
    )
    assert "It says: an assert without words does not hold (line 3 of catch.py)" in result.out


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("solution.add(nothing, 1)", "NameError: name 'nothing' is not defined (line 2 of catch.py)"),
        ("solution.nosuch(1)", "nosuch raised AttributeError: there is no nosuch"),
        ("[solution.add(1, 1) for _ in range(1000)]", "it calls the solution more than 500 times"),
        ("solution.add(lambda x: x, 1)", "cannot be handed to the solution"),
        ("solution.add(solution.half, 1)", "half is a function of the solution; only values can be handed over"),
        ("solution.x = 1", "x cannot be set"),
    ],
)
def test_a_check_that_breaks_is_told_with_its_line(examiner, body, words):
    result = says(examiner, f"def check(solution):\n    {body}\n")
    assert result.code == 1
    assert words in " ".join(result.out.split())


def test_a_check_may_want_an_error(examiner):
    result = says(
        examiner,
        "def check(solution):\n"
        "    try:\n"
        "        solution.half('three')\n"
        "    except TypeError as error:\n"
        "        assert 'half raised TypeError' in str(error)\n"
        "        return solution.half(3) == 1.5\n"
        "    return False\n",
    )
    assert "Accepted: all 2 right solutions." in result.out
    assert "2 of 3 wrong ones" in result.out  # adding is not looked at


def test_solutions_and_checks_see_nothing_of_each_other(examiner):
    result = says(
        examiner,
        "import sys\n\n\ndef check(solution):\n"
        "    assert not [name for name in sys.modules if 'adder' in name]\n"
        "    assert 'add' not in dir(solution)\n"
        "    try:\n"
        f"        open({str(examiner.course / 'graders/exercise1/solution.py')!r})\n"
        "    except OSError:\n"
        "        return\n"
        "    assert False, 'it can be read'\n",
    )
    assert "Accepted: all 2 right solutions." in result.out


def test_an_endless_check_ends(examiner):
    yaml = examiner.course / "exercises/exercise1/exercise.yaml"
    yaml.write_text(yaml.read_text() + "limits: {call_s: 1, case_s: 2, submission_s: 10}\n")
    result = says(examiner, "def check(solution):\n    while True:\n        pass\n")
    assert result.code == 1
    assert "took more than 1 s" in " ".join(result.out.split())


def test_an_endless_solution_is_caught(examiner):
    yaml = examiner.course / "exercises/exercise1/exercise.yaml"
    yaml.write_text(yaml.read_text() + "limits: {call_s: 1, case_s: 2, submission_s: 10}\n")
    floor = examiner.course / "graders/exercise1/wrong/floor.py"
    floor.write_text(FLOOR.replace("return a // 2", "while True:\n        pass"))
    assert "3 of 3 wrong ones" in says(examiner, GOOD).out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def check(solution:\n", "not valid Python"),
        ("def cheque(solution):\n    pass\n", "no function check(solution)"),
        ("def check(solution):\n" + "    assert True\n" * 40, "41 lines; at most 30"),
        ("def check(solution):\n    x = '\0'\n", "null byte"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_before_anything_runs(examiner, text, words):
    result = says(examiner, text)
    assert result.code == 1
    assert words in result.err
    assert "Next: " in result.err


def test_what_the_check_prints_is_shown_once(examiner):
    result = says(examiner, GOOD.replace("):\n", "):\n    print('half', solution.half(3), '\\x1b[31m')\n", 1))
    assert result.out.startswith("  | half 1.5")
    assert result.out.count("half 1.5") == 1
    assert "\x1b" not in result.out


def test_without_solutions_there_is_nothing_to_catch(worker):
    worker.type("catch", "1")
    result = says(worker, GOOD)
    assert (result.code, "without solutions" in result.err) == (1, True)
