"""The public part of a grader: what public cases need travels, and nothing else."""

import ast

import pytest

from dlquiz.authoring.public_cases import probe_part, public_part
from dlquiz.content.course import load_course

COURSE = load_course()

GRADER = '''\
"""Words about the hidden checks: CANARY."""

import math
import os as CANARY_module
from collections import Counter, OrderedDict

import numpy as np
import pytest

from dlquiz.grading import check

pytestmark = pytest.mark.filterwarnings("error")

LIMITS = {"low": 1}
"""What is too low."""
LIMITS["high"] = 9
LIMITS.update(more=3)
SECRET = "CANARY"
"""CANARY: words below a constant go with it."""

# CANARY: a comment between the cases


def helper(n):
    """Used by both."""
    return deeper(n) + len(Counter())


def deeper(n):
    return LIMITS["low"] + n


def CANARY_helper(n):
    return math.pi * n


@pytest.fixture
def table(rng):
    return np.zeros(3)


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


@pytest.mark.case("seen", points=1, public=True)
@pytest.mark.parametrize("n", [1, 2])
def test_seen(submission, table, n):  # a comment inside travels
    check.equal(submission.f(n), helper(n))


@pytest.mark.case("hidden CANARY", points=2, hint="CANARY")
def test_CANARY(submission):
    check.equal(submission.f(3), CANARY_helper(3))


@pytest.mark.case("false", points=2, public=False)
def test_CANARY_too(submission):
    check.equal(submission.f(4), SECRET)


@pytest.mark.case("compares", points=2, public=True)
def test_with_CANARY(submission, reference):
    check.equal(submission.f(4), reference.f(4))


@pytest.fixture
def answer(reference):
    return reference.f(1)


@pytest.mark.case("compares, too", points=2, public=True)
def test_through_CANARY(submission, answer):
    check.equal(submission.f(4), answer)
'''


def test_what_public_cases_need_travels_and_nothing_else():
    part = public_part(GRADER, ast.parse(GRADER))
    assert part.cases == ("test_seen",)
    assert list(part.kept_back) == ["test_with_CANARY", "test_through_CANARY"]
    assert "CANARY" not in part.source
    for needed in (
        "import pytest", "import numpy as np", "from collections import Counter\n", "from dlquiz.grading import check",
        "pytestmark = ", 'LIMITS["high"] = 9', "LIMITS.update(more=3)", "def helper(n):", "def deeper(n):",
        "def table(rng):", "def quiet():", "# a comment inside travels", '"""What is too low."""',
        '@pytest.mark.parametrize("n", [1, 2])',
    ):  # fmt: skip
        assert needed in part.source
    assert "import math" not in part.source
    assert "OrderedDict" not in part.source
    compile(part.source, "test_kit.py", "exec")


def test_a_grader_without_public_cases_has_no_public_part():
    text = GRADER.replace("public=True", "public=False")
    assert public_part(text, ast.parse(text)).source == ""


def test_public_has_to_be_said_with_a_plain_true():
    text = GRADER.replace("points=1, public=True", "points=1, public=bool(1)")
    assert public_part(text, ast.parse(text)).cases == ()


def test_a_case_in_a_class_is_kept_back():
    text = (
        'class TestThem:\n    @pytest.mark.case("a", points=1, public=True)\n'
        "    def test_a(self, submission):\n        pass\n"
    )
    part = public_part(text, ast.parse(text))
    assert (part.source, list(part.kept_back)) == ("", ["test_a"])


TOLD = 'import re\n\n\ndef told(x):\n    return _own(x)\n\n\ndef _own(x):\n    return re.sub("a", "b", x)\n'
"""The part of a probe that is asked for."""


def test_of_a_probe_travels_what_public_cases_ask():
    probe = f'"""CANARY"""\nimport os\n{TOLD}\n\ndef CANARY(x):\n    return os\n'
    assert probe_part(probe, ast.parse(probe), "probe(submission).told(3)") == TOLD
    assert probe_part(probe, ast.parse(probe), "probe(submission).other(3)") == ""


@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_every_public_case_of_the_course_travels_with_all_names(exercise):
    for path in COURSE.grader_folder(exercise).glob("test_*.py"):
        text = path.read_text("utf-8")
        part = public_part(text, ast.parse(text))
        assert part.kept_back == {}
        assert len(part.cases) == text.count("public=True")
        tree = ast.parse(part.source)
        given = {name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
        given |= {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.ClassDef)}
        given |= {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
        given |= {(one.asname or one.name).split(".")[0] for one in ast.walk(tree) if isinstance(one, ast.alias)}
        used = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
        assert (
            used - given - set(dir(__builtins__)) - set(__builtins__ if isinstance(__builtins__, dict) else ()) == set()
        )
