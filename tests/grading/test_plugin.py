"""The cases under plain pytest, as an author runs them; the submission is behind the wall all the same."""

import os
import re
import subprocess
import sys

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade
from dlquiz.submission import read_submission
from tests.authoring.small import make_course

pytestmark = pytest.mark.sandbox

HEAD = "import numpy as np\nimport pytest\nfrom dlquiz.grading import Rng, check, iterate, probe, make, remark\n\n"


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def author(root, *options, file="graders/tiny/solution.py", typed=None):
    """Type pytest as the documentation says."""
    command = [
        sys.executable, "-m", "pytest", "-c", os.devnull, "--noconftest", "--import-mode=importlib",
        "-p", "no:cacheprovider", "-p", "dlquiz.grading.plugin", "graders/tiny", *options,
    ]  # fmt: skip
    if file:
        command += ["--submission", file]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=root, env=environment, text=True, capture_output=True, timeout=60, check=False, input=typed
    )


def grader(root, text):
    """Replace the grader's cases."""
    (root / "graders/tiny/test_tiny.py").write_text(HEAD + text)


def learner(root, text):
    (root / "mine.py").write_text("import numpy as np\n" + text)
    return "mine.py"


def test_the_reference_passes_and_the_points_stand_at_the_end(root):
    done = author(root, "--seed", "5")
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
    assert "dlquiz: 4 of 4 points, seed 5 (--seed repeats it)" in done.stdout


def test_a_lost_case_shows_what_the_learner_is_told(root):
    done = author(root, file="graders/tiny/wrong/half.py")
    assert done.returncode == 1
    assert "1 failed, 3 passed" in done.stdout
    assert "double(x)" in done.stdout
    assert "3 of 4 points" in done.stdout


def test_a_call_that_raises_shows_the_line_of_the_grader_and_none_of_ours(root):
    done = author(root, "-k", "double", file=learner(root, "def double(x): return x.nothing\n"))
    assert ">       " in done.stdout
    assert "submission.double(" in done.stdout
    assert "dlquiz/grading" not in done.stdout
    assert "dlquiz/sandbox" not in done.stdout


@pytest.mark.parametrize(
    "text", ["def double(x): return x\n", "def double(x): return x.nothing\n", "def other(x): return x\n"]
)
def test_the_debugger_stops_in_the_case_where_the_submission_can_be_asked(root, text):
    done = author(root, "--pdb", "-x", "-k", "double", file=learner(root, text), typed="p type(submission)\nq\n")
    assert "SubmissionProxy" in done.stdout
    assert "NameError" not in done.stdout
    assert re.search(r"> \S*test_tiny\.py\(\d+\)test_double", done.stdout)


def test_pytests_own_options_work(root):
    done = author(root, "-k", "mean", "-x", file="graders/tiny/wrong/sum.py")
    assert "1 failed" in done.stdout
    assert "1 deselected" in done.stdout


def test_two_submissions_run_one_after_the_other(root):
    done = author(root, "-v", "--submission", "graders/tiny/wrong/half.py")
    order = re.findall(r"::(\S+)\[.*?(s\d)\S* (PASSED|FAILED)", done.stdout)
    assert [which for _, which, _ in order] == ["s0"] * 4 + ["s1"] * 4


def test_a_folder_is_a_submission_too(root):
    folder = root / "handed in"
    folder.mkdir()
    module = next((root / "exercises/tiny").glob("*.py")).name
    (folder / "helper.py").write_text((root / "graders/tiny/solution.py").read_text())
    (folder / module).write_text("from helper import *\n")
    (folder / "conftest.py").write_text("1 / 0\n")
    done = author(root, file=str(folder))
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_a_submission_that_cannot_be_read_gets_its_sentence(root):
    (root / "mine.ipynb").write_text("{")
    done = author(root, file="mine.ipynb")
    assert done.returncode == 4
    assert "mine.ipynb is not a whole notebook" in done.stderr + done.stdout


def test_without_a_submission_the_author_is_told_what_to_type(root):
    done = author(root, file=None)
    assert done.returncode == 4
    assert "--submission FILE" in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("", "needs @pytest.mark.case"),
        ("@pytest.mark.case()", "needs @pytest.mark.case"),
        ("@pytest.mark.case('t', point=2)", "the case mark has no point"),
    ],
)
def test_a_case_without_a_proper_mark_is_refused(root, mark, words):
    grader(root, f"{mark}\ndef test_x(submission):\n    pass\n")
    done = author(root)
    assert done.returncode == 4
    assert words in done.stderr + done.stdout


def test_the_submission_never_runs_in_pytests_process(root):
    file = learner(root, "import os\ndef double(x):\n    return os.getpid()\n")
    grader(
        root,
        "@pytest.mark.case('t')\ndef test_x(submission):\n"
        "    import os\n    assert submission.double(1) != os.getpid()\n",
    )
    assert author(root, file=file).returncode == 0


def test_a_value_of_an_unexpected_form_is_the_submissions_fault(root):
    file = learner(root, "def double(x):\n    return 3\ndef mean(x): ...\n")
    grader(root, "@pytest.mark.case('t')\ndef test_x(submission):\n    first, second = submission.double(np.ones(2))\n")
    done = author(root, file=file)
    assert "double returned a whole number (int), and this check can do nothing with it" in done.stdout
    assert "CaseFailed" in done.stdout


def test_a_mistake_of_the_grader_is_broken_even_for_a_wrong_submission(root):
    grader(root, "@pytest.mark.case('t')\ndef test_x(submission):\n    submission.double(np.ones(2))[7]\n")
    done = author(root, file="graders/tiny/wrong/half.py")
    assert "CaseBroken: the grader raised IndexError" in done.stdout


def test_a_misspelt_fixture_is_named_with_those_that_there_are(root):
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(path.read_text() + CASE.format("submision"))
    work = read_submission(root / "graders/tiny/solution.py", module_name="tiny")
    case = next(case for case in grade(load_course(root), "tiny", work).cases if case.title == "misspelt")
    assert case.outcome == "broken"
    assert "asks for 'submision', and no fixture has this name; dlquiz gives data, metrics, reference" in case.message
    assert "FixtureRequest" not in case.message


CASE = """

@pytest.mark.case("misspelt", points=1, hint="-")
def test_misspelt({}):
    pass
"""


def test_a_reference_that_fails_is_broken(root):
    grader(
        root,
        "@pytest.mark.case('t')\ndef test_x(submission, reference):\n"
        "    check.close(1.0, reference.nothing(), name='x')\n",
    )
    assert "CaseBroken: the reference failed" in author(root).stdout


def test_none_that_is_used_says_which_function_returned_none(root):
    file = learner(root, "def double(x):\n    2 * x\ndef mean(x):\n    return 1.0\n")
    uses = (
        "submission.double(x)[0]",
        "a, b = submission.double(x)",
        "submission.double(x).sum()",
        "submission.double(x) + 1",
    )
    grader(
        root,
        "\n\n".join(
            f"@pytest.mark.case('t')\ndef test_{number}(submission):\n    x = np.ones(2)\n    submission.mean(x)\n"
            f"    {use}\n"
            for number, use in enumerate(uses)
        ),
    )
    done = author(root, "--tb=line", file=file)
    assert "4 failed" in done.stdout
    told = "E   dlquiz.grading.failure.CaseFailed: double returned None. Is the return statement missing?"
    assert done.stdout.splitlines().count(told) == len(uses), done.stdout


def test_several_processes_of_pytest_are_refused_because_no_points_would_stand_at_the_end(root):
    pytest.importorskip("xdist")
    done = author(root, "-p", "xdist", "-n", "2")
    assert done.returncode == 4
    assert "run the cases without -n" in done.stderr


def test_a_probe_receives_the_learners_module(root):
    (root / "graders/tiny/probe.py").write_text("def twice(x):\n    return submission.double(submission.double(x))\n")
    grader(
        root,
        "@pytest.mark.case('t')\ndef test_x(submission, reference):\n"
        "    check.close(probe(submission).twice(1.5), 6.0, name='x')\n"
        "    check.close(probe(reference).twice(1.5), 6.0, name='x')\n",
    )
    assert author(root).returncode == 0


def test_generators_iterators_and_objects_stay_in_the_worker(root):
    file = learner(
        root,
        "def batches(n, rng):\n    order = rng.permutation(n)\n    yield from order\n\n"
        "class Net:\n    def __init__(self):\n        self.w = np.ones(2)\n"
        "    def predict(self, x):\n        return x @ self.w\n",
    )
    grader(
        root,
        "@pytest.mark.case('t')\ndef test_x(submission):\n"
        "    want = np.random.default_rng(7).permutation(5)[:3]\n"
        "    check.equal(iterate(submission.batches, 5, Rng(7), at_most=3), want.tolist(), name='b')\n"
        "    net = submission.Net()\n"
        "    check.close(net.predict(np.array([1.0, 2.0])), 3.0, name='p')\n"
        "    check.close(net.w, np.ones(2), name='w')\n",
    )
    done = author(root, file=file)
    assert done.returncode == 0, done.stdout


def titles(root, text):
    """The titles of a grader's cases in a report."""
    grader(root, text)
    submission = read_submission(root / "graders/tiny/solution.py", module_name="tiny")
    return [case.title for case in grade(load_course(root), "tiny", submission).cases]


NAMED = "@pytest.mark.parametrize('n', [1, 10**6], ids=['small', 'large'])\n"


def test_cases_of_one_test_say_in_their_titles_which_parameters_they_have(root):
    text = f"@pytest.mark.case('double doubles')\n{NAMED}def test_x(submission, n):\n    pass\n"
    text += "\n@pytest.mark.case('the other')\ndef test_y(submission):\n    pass\n"
    assert titles(root, text) == ["double doubles [small]", "double doubles [large]", "the other"]
    # For two submissions each case has one more parameter, which is not the test's own.
    assert "6 passed" in author(root, "--submission", "graders/tiny/wrong/half.py").stdout


def test_a_title_that_says_its_parameters_stays_and_titles_stay_unique(root):
    text = (
        "@pytest.mark.parametrize('n', [\n"
        "    pytest.param(1, id='small', marks=pytest.mark.case('double of small numbers')),\n"
        "    pytest.param(2, id='large', marks=pytest.mark.case('double of enlarged numbers')),\n"
        "])\ndef test_x(submission, n):\n    pass\n"
        f"\n@pytest.mark.case('small and large')\n{NAMED}def test_y(submission, n):\n    pass\n"
    )
    assert titles(root, text) == [
        "double of small numbers",
        "double of enlarged numbers [large]",
        "small and large [small]",
        "small and large [large]",
    ]


def test_every_case_starts_with_the_same_global_generators(root):
    file = learner(root, "def double(x):\n    return np.random.random()\n")
    grader(
        root,
        "values = []\n\n@pytest.mark.case('t')\n@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_x(submission, n):\n    values.append((submission.double(0), submission.double(0)))\n\n"
        "@pytest.mark.case('u')\ndef test_y(submission):\n    assert len({v for pair in values for v in pair}) == 4\n",
    )
    first = author(root, "--seed", "3", file=file)
    assert first.returncode == 0, first.stdout


def test_an_endless_loop_costs_one_case(root):
    exercise = root / "exercises/tiny/exercise.yaml"
    exercise.write_text(exercise.read_text().replace("call_s: 5", "call_s: 1"))
    file = learner(
        root,
        "def double(x):\n    while True: pass\n"
        "def mean(x, *, empty=0.0):\n    return float(np.mean(x)) if x.size else empty\n",
    )
    done = author(root, file=file)
    assert "1 failed, 3 passed" in done.stdout
    assert "Is there an endless loop" in done.stdout


def test_a_case_that_asks_for_data_of_an_exercise_without_is_broken(root):
    grader(root, "@pytest.mark.case('t')\ndef test_x(submission, data):\n    pass\n")
    assert "exercise.yaml names no data set" in author(root).stdout
