"""Cases that need not run: decided by what a grader's file does, and never to be seen in a report."""

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.case_notes import CaseNotes
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.repeatable import keeps_nothing, may_repeat
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.grading.script import KEPT_BYTES, CaseEnding, GivenAnswers, Script, asked
from dlquiz.sandbox.expr import Call
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nKINDS = {'a': 1}\ndef test(submission):\n    kinds = dict(KINDS)\n    kinds['b'] = 2\n",
        "NAMES = []\nNAMES.append(1)\n",
        "def test(submission, rng):\n    seen = []\n    seen.append(rng.random())\n",
        "import numpy as np\ndef draw(rng: np.random.Generator): pass\n",
        "SIZE = 3\ndef test(submission):\n    SIZE = [4]\n    SIZE = 5\n",
    ],
)
def test_files_whose_cases_depend_on_their_fixtures_alone(tmp_path, source):
    path = tmp_path / "test_x.py"
    path.write_text(source)
    assert keeps_nothing(path)


@pytest.mark.parametrize(
    "source",
    [
        "import time\n",
        "import os.path\n",
        "def f():\n    from random import random\n",
        "from datetime import datetime\n",
        "from our_course import helpers\n",
        "from . import helpers\n",
        "import torch\n",
        "import numpy.random as draws\n",
        "from numpy import random\n",
        "from numpy.random import default_rng\n",
        "def f(x, seen=[]): seen.append(x)\n",
        "def f(x, *, box=dict()): box[x] = 1\n",
        "def f(x): f.calls = x\n",
        "class Box: pass\ndef f(x): Box.last = x\n",
        "class Box:\n    def put(self, x): self.x = x\nBOX = Box()\ndef f(x): BOX.put(x)\n",
        "def f(): __import__('time').time()\n",
        "def f(): globals()['N'] = 1\n",
        "import numpy as np\nX = np.random.default_rng()\n",
        "import numpy as np\ndef f(): return np.random.normal()\n",
        "import numpy\ndef f(): return numpy.random.rand()\n",
        "N = 0\ndef f():\n    global N\n    N += 1\n",
        "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n",
        "SEEN = []\ndef f(): SEEN.append(1)\n",
        "SEEN = {}\ndef f(x): SEEN[x] = 1\n",
        "SEEN = {}\ndef f(x): del SEEN[x]\n",
        "SEEN: dict = {}\nf = lambda x: SEEN.setdefault(x, 1)\n",
        "BOX = object()\ndef f(x): BOX.deep[0].value = x\n",
        "BOX = object()\ndef f(x): setattr(BOX, 'x', x)\n",
        "COUNT = iter(range(9))\ndef f(): return next(COUNT)\n",
        "def f(:\n",
    ],
)
def test_files_whose_cases_always_run(tmp_path, source):
    path = tmp_path / "test_x.py"
    path.write_text(source)
    assert not keeps_nothing(path)


def test_a_file_that_cannot_be_read_has_cases_that_always_run(tmp_path):
    assert not keeps_nothing(tmp_path / "test_none.py")


def test_a_case_may_ask_for_what_is_the_same_for_one_seed():
    none = frozenset()
    assert may_repeat(frozenset({"submission", "reference", "rng", "data"}), none)
    assert may_repeat(frozenset({"submission", "n"}), frozenset({"n"}))
    assert not may_repeat(frozenset({"submission", "metrics"}), none)
    assert not may_repeat(frozenset({"reference"}), none)


def test_nobody_looks_any_more_at_a_case_that_everybody_answers_differently():
    notes = Script(["same", "other"])
    assert not notes.worth_a_look("same")  # its questions are not known
    for case in ("same", "other"):
        notes.learn(case, [asked({"expr": Call("f")}, 1, 0.001)])
    end = CaseEnding(CaseNotes(), None, 0.01, 1)
    for number in range(100):
        for case, digest in (("same", b"%d" % (number % 3)), ("other", b"%d" % number)):
            answers = GivenAnswers(digest, 8)
            if notes.worth_a_look(case) and notes.ending(case, answers) is None:
                notes.keep_ending(case, answers, end)
    assert notes.worth_a_look("same")
    assert notes.ending("same", GivenAnswers(b"1", 8)) is end
    assert not notes.worth_a_look("other")


def test_endings_are_kept_as_long_as_there_is_room():
    notes = Script(["a"])
    lost = CaseEnding(CaseNotes(returned=[("f", 1)]), CaseFailed("no"), 0.01, 1)
    for number in range(9):
        notes.keep_ending("a", GivenAnswers(b"%d" % number, KEPT_BYTES // 4), lost)
    assert [notes.ending("a", GivenAnswers(b"%d" % number, 1)) for number in range(9)] == [lost] * 3 + [None] * 6


HEAD = """import numpy as np
import pytest

from dlquiz.grading import check, fresh, once, probe, remark


def ran(what):
    with open({seen!r}, "a") as file:
        file.write(what + " ")

"""
PLAIN = (
    HEAD
    + """
@pytest.mark.case("plain", points=1, public=True, hint="2 * x")
def test_plain(submission, rng):
    ran("plain")
    x = rng.normal(size=3)
    remark("A remark.")
    check.close(submission.double(x), 2 * x, name="double(x)")
    check.close(submission.double(1.0), 2.0, name="double(1)")


@pytest.mark.case("twice", points=1, hint="2 * x")
def test_twice(submission):
    ran("twice")
    if submission.double(3) != 6:
        check.that(submission.double(4) == 8, "not twice")


@pytest.mark.case("once", points=1, hint="2 * x")
def test_once(submission):
    ran("once")
    check.that(once(submission, "double", lambda: submission.double(2)) == 4, "not twice")
    check.that(submission.double(2) == 4, "not twice")


@pytest.mark.case("speed", points=1, hint="2 * x")
def test_speed(submission, reference):
    ran("speed")
    check.speed(submission.double, reference.double, np.ones(10))


@pytest.mark.case("metrics", points=1, hint="2 * x")
def test_metrics(submission, metrics):
    ran("metrics")
    check.that(submission.double(2) == 4, "not twice")


@pytest.mark.case("fresh", points=1, hint="2 * x")
def test_fresh(submission):
    ran("fresh")
    check.that(submission.double(2) == 4, "not twice")
    check.that(fresh(submission).double(2) == 4, "not twice")
"""
)
STATE = (
    HEAD
    + """
SEEN = []


@pytest.mark.case("state", points=1, hint="2 * x")
def test_state(submission):
    ran("state")
    SEEN.append(1)
    check.that(submission.double(2) == 4, "not twice")
"""
)
RIGHT = "import numpy as np\n\n\ndef double(x):\n    return 2 * x\n\n\ndef mean(x, *, empty=0.0):\n    return 0.0\n"


@pytest.fixture
def course(tmp_path):
    root = make_course(tmp_path / "course")
    for name, text in (("tiny", PLAIN), ("state", STATE)):
        (root / f"graders/tiny/test_{name}.py").write_text(text.replace("{seen!r}", repr(str(tmp_path / "seen.txt"))))
    (root / "graders/tiny/solution.py").write_text(RIGHT)
    return load_course(root)


def work(source, number=0):
    return submission_from_bytes(f"{source}# {number}\n".encode(), name="x.py", module_name="tiny")


@pytest.mark.sandbox
def test_a_case_runs_until_its_answers_are_known_and_one_that_looks_at_more_always(course, tmp_path):
    files = [work(RIGHT, number) for number in range(5)]
    reports = list(in_order(grade_many(course, "tiny", files, seed=4)))
    assert all(case.outcome == "passed" for report in reports for case in report.cases)
    count = (tmp_path / "seen.txt").read_text().split().count
    # The first writes down what is asked, the second what comes of it.
    assert {name: count(name) for name in ("plain", "twice")} == {"plain": 2, "twice": 2}
    assert {count(name) for name in ("once", "speed", "metrics", "fresh", "state")} == {5}
    assert {tuple(case.remarks) for report in reports for case in report.cases} == {(), ("A remark.",)}


@pytest.mark.sandbox
def test_what_is_said_of_a_lost_case_is_said_again_and_other_files_are_asked(course, tmp_path):
    wrong = RIGHT.replace("2 * x", "2 * x + (np.ndim(x) == 0)")
    later = RIGHT.replace("2 * x", "x + x if np.ndim(x) else x + x + 1")
    other = RIGHT.replace("2 * x", "3 * x")
    raises = RIGHT.replace("2 * x", "2 * x if np.ndim(x) else x.size")
    files = [RIGHT, RIGHT, wrong, wrong, later, other, raises, raises, RIGHT]
    works = [work(source, number) for number, source in enumerate(files)]
    together = list(in_order(grade_many(course, "tiny", works, seed=4)))
    seen = (tmp_path / "seen.txt").read_text().split()
    assert seen.count("plain") == 1 + 1 + 1 + 1 + 2  # right, right, wrong, other, and what raises in each file
    for source, report in zip(files, together, strict=True):
        alone = grade(course, "tiny", work(source, 9), seed=4)
        assert told(report) == told(alone)


def told(report):
    """What a report says, without times; the inputs of the case about speed are other ones each time."""
    return [case.model_dump(exclude={"seconds"}) for case in report.cases if case.title != "speed"]


@pytest.mark.sandbox
def test_with_fresh_seeds_every_case_runs(course, tmp_path):
    list(grade_many(course, "tiny", [work(RIGHT, number) for number in range(3)]))
    assert (tmp_path / "seen.txt").read_text().split().count("plain") == 3
