"""What nobody may learn from a report: hidden inputs, the graders' text, the reference's text.

Canaries stand wherever an author writes what only authors read. Submissions that are wrong, crash, or search for them
are graded, and every text that can be seen afterwards is searched: the report as a document, as text for a terminal,
what the commands print, and what lies in the workspace. Those with ``-may`` are shown by intention
(docs/reference/report.md): the id with its parameters, the title, the hint of a case that was lost, and of an expected
value the first wrong entry. A submission can print the arguments that it is called with; that is not prevented.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade_many, in_order
from dlquiz.model.report import Isolation, Outcome, Report
from dlquiz.render.terminal import report_text
from dlquiz.submission import submission_from_bytes

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

MANIFEST = """\
format_version: 1
name: leaks
title: Leaks
version: "1"
welcome: Hello.
finish: Bye.
exercises: [leaky, known]
quizzes: []
"""
EXERCISE = """\
format_version: 1
title: Two functions
topic: leaky
file: leaky.py
summary: Double an array, and name a thing.
minutes: 1
points: {points}
limits: {{call_s: 2, case_s: 6, submission_s: 60, memory_mib: 256}}
hints: [One., Two., Three.]
"""
STUB = '''"""The file to edit."""


def double(x):
    """Return twice x."""
    raise NotImplementedError("double: TODO(1)")


def name(x):
    """Return a name for x."""
    raise NotImplementedError("name: TODO(2)")
'''
REFERENCE = '''"""CANARY-reference-docstring"""

SECRET = "CANARY-reference-constant"  # CANARY-reference-comment


def double(x):
    """CANARY-reference-function"""
    CANARY_reference_local = 2 * x  # CANARY-reference-inner-comment
    return CANARY_reference_local


def name(x):
    """Return a name."""
    if not hasattr(x, "shape"):
        raise TypeError("CANARY-reference-error")
    return "nine letters"
'''
GRADER = '''"""CANARY-grader-docstring"""

import numpy as np
import pytest

from dlquiz.grading import check

SECRET = "CANARY-grader-constant"  # CANARY-grader-comment
TABLE = {"CANARY-grader-key": 1, "nine letters": 2}


def CANARY_grader_helper(x):
    """CANARY-grader-helper-docstring"""
    return x + 31337.25


@pytest.mark.case("Twice the input, TITLE-may", points=1, public=True, hint="HINT-may")
def test_public(submission):
    check.close(submission.double(np.array([1.0, 2.0])), [2.0, 4.0], name="double(x)")


@pytest.mark.case("A second public one", points=1, public=True, hint="Twice.")
def test_public_again(submission):
    check.close(submission.double(np.array([3.0])), [6.0], name="double(x)")


@pytest.mark.case("Twice a hidden input", points=1, hint="Twice.")
def test_values(submission, reference):
    """CANARY-case-docstring"""
    CANARY_case_local = CANARY_grader_helper(np.array([1.0, 2.0, 3.0]))
    check.close(submission.double(CANARY_case_local), reference.double(CANARY_case_local), name="double(x)")


@pytest.mark.case("A name for a hidden input", points=1, hint="A name.")
@pytest.mark.parametrize("word", ["CANARY-input-text"], ids=["ID-may"])
def test_texts(submission, word):
    check.equal(submission.name({word: np.array([31337.25])}), "nine letters", name="name(x)")


@pytest.mark.case("A name that the grader knows", points=1, hint="A name.")
def test_grader_looks_the_answer_up(submission):
    check.equal(TABLE[submission.name(np.ones(2))], 2, name="name(x)")
'''
KNOWN = '''"""Two cases that fail in words of their own."""

import numpy as np
import pytest


@pytest.mark.case("A plain assert", points=1, hint="A name.", public=True)
def test_plain_assert(submission):
    secret = "CANARY-right-side"
    assert [submission.name(np.ones(3)), secret] == ["nine letters", secret]


@pytest.mark.case("The answer goes on into the reference", points=1, hint="An array.", public=True)
def test_reference_is_asked_about_an_answer(submission, reference):
    assert reference.name(submission.double(np.ones(2))) == "nine letters"
'''

SEARCH = """
import gc
import linecache
import os
import sys
import traceback

NEEDLES = ("redarg-YRANAC", "ecnerefer-YRANAC", "esac-YRANAC", "_YRANAC")  # backwards, or it would find itself
FOUND = set()


def look(where, text):
    for needle in NEEDLES:
        if needle[::-1] in text:
            at = text.index(needle[::-1])
            FOUND.add(where + ": " + text[max(0, at - 40):at + 60])


def tries():
    frame = sys._getframe()
    while frame is not None:
        yield "frame", lambda frame=frame: repr(frame.f_locals) + repr(list(frame.f_globals))
        frame = frame.f_back
    for module in list(sys.modules.values()):
        yield "module", lambda module=module: repr(module.__dict__)
    for thing in gc.get_objects():
        if type(thing) in (list, tuple, dict, set):
            yield "gc", lambda thing=thing: repr(thing)[:100_000]
    yield "environment", lambda: repr(dict(os.environ)) + repr(sys.argv) + repr(sys.path)
    yield "traceback", lambda: "".join(traceback.format_stack())
    yield "lines", lambda: "".join(linecache.getlines("@GRADER@")) + repr(list(linecache.cache))
    for path in PATHS:
        yield path, lambda path=path: open(path, errors="replace").read()
        yield path, lambda path=path: repr(os.listdir(path))
    for number in range(64):
        yield "descriptor", lambda number=number: os.pread(number, 100_000, 0).decode(errors="replace")


PATHS = (
    "@GRADER@", "@SOLUTION@", os.path.dirname("@GRADER@"), "/proc/self/mem", "/proc/self/environ", "/proc/self/cmdline",
    "/proc/%d/environ" % os.getppid(), "/proc/%d/cmdline" % os.getppid(), "/proc", "/tmp", ".",
)


def search():
    if FOUND:
        return
    for where, get in tries():
        try:
            look(where, get())
        except Exception:
            continue
    print("SEARCHED", *sorted(FOUND), sep="\\n")


def double(x):
    search()
    return 3 * x


def name(x):
    return "other"
"""
HEAD = "import os, sys\nimport numpy as np\n\n"
SUBMISSIONS = {
    "stub": STUB,
    "wrong": "def double(x): return 3 * x\ndef name(x): return 'other'\n",
    "nothing": "def double(x): pass\ndef name(x): pass\n",
    "other_types": "def double(x): return {'a': [x.shape, 1]}\ndef name(x): return [1, 2]\n",
    "other_shapes": "def double(x): return np.zeros((5, 2))\ndef name(x): return 'ab' * 2000\n",
    "not_a_number": "def double(x): return x * np.nan\ndef name(x): return float('nan')\n",
    "object": "def double(x): return object()\ndef name(x): return np.random.default_rng()\n",
    "in_place": "def double(x):\n    x *= 3\n    return x\ndef name(x): return ''\n",
    "raises": "def double(x): return 1 / 0\ndef name(x): raise KeyError('mine')\n",
    "chained": "def double(x):\n    try: 1 / 0\n    except Exception as one: raise ValueError('two') from one\n"
    "def name(x): raise SystemExit('three')\n",
    "odd_error": "class Odd(Exception):\n    def __str__(self): raise RuntimeError('no words')\n"
    "def double(x): raise Odd\ndef name(x): raise Odd\n",
    "recursion": "def double(x): return double(x)\ndef name(x): return name(x)\n",
    "exits": "def double(x): os._exit(3)\ndef name(x): os.abort()\n",
    "endless": "def double(x):\n    while True: pass\ndef name(x): return 'other'\n",
    "memory": "def double(x): return np.ones(10**9)\ndef name(x): return [0] * 10**9\n",
    "floods": "def double(x):\n    while True: os.write(1, b'x' * 65536)\ndef name(x): return 'other'\n",
    "syntax": "def double(x)\n",
    "missing": "def other(x): return x\n",
    "dies_at_import": "raise RuntimeError('at import')\n",
    "breaks_the_wire": "def double(x): os.closerange(3, 64)\ndef name(x): os.write(3, b'x' * 100)\n",
    "search": SEARCH,
}
SECRET = re.compile(r"CANARY[-_](?!input-text).{0,40}")
HIDDEN_INPUT = re.compile(r"CANARY-input-text|(?<![\w.])(?:3133[789]|31340|62678|62680)(?!\w)")
"""The inputs of hidden cases, and the entries of an expected value after the first; not five digits of a digest or of
the seconds that something took, which happen to be these in one run of two."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("leaks")
    files = {"exercises/course.yaml": MANIFEST}
    for exercise, grader, points in (("leaky", GRADER, 5), ("known", KNOWN, 2)):
        files |= {
            f"exercises/{exercise}/exercise.yaml": EXERCISE.format(points=points),
            f"exercises/{exercise}/README.md": "# Leaks\n",
            f"exercises/{exercise}/leaky.py": STUB,
            f"graders/{exercise}/solution.py": REFERENCE,
            f"graders/{exercise}/test_{exercise}.py": grader,
            f"graders/{exercise}/wrong/three.py": '"""CANARY-wrong-docstring"""\n',
            f"graders/{exercise}/right/two.py": '"""CANARY-right-docstring"""\n',
        }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def source(name: str, course: Path) -> str:
    text = SUBMISSIONS[name]
    for mark, path in {"@GRADER@": "graders/leaky/test_leaky.py", "@SOLUTION@": "graders/leaky/solution.py"}.items():
        text = text.replace(mark, str(course / path))
    return text if name in ("stub", "syntax") else HEAD + text


def graded(course: Path, exercise: str, names: list[str]) -> dict[str, Report]:
    works = [
        submission_from_bytes(source(name, course).encode(), name="leaky.py", module_name="leaky") for name in names
    ]
    return dict(zip(names, in_order(grade_many(load_course(course), exercise, works)), strict=True))


@pytest.fixture(scope="module")
def reports(course: Path) -> dict[str, Report]:
    found = graded(course, "leaky", list(SUBMISSIONS))
    if found["search"].isolation is not Isolation.KERNEL:
        pytest.skip("kernel: at level process a submission can read files")
    return found


def texts(report: Report) -> Iterator[str]:
    """Yield a report in every form that it is shown in."""
    yield report.model_dump_json()
    yield report_text(report)
    yield report_text(report, verbose=True, width=200)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_no_report_holds_what_only_authors_read(name: str, reports: dict[str, Report]) -> None:
    assert reports[name].outcome is not Outcome.PASSED
    assert [found for text in texts(reports[name]) for found in SECRET.findall(text)] == []


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_no_report_holds_the_inputs_of_a_hidden_case(name: str, reports: dict[str, Report]) -> None:
    assert [found for text in texts(reports[name]) for found in HIDDEN_INPUT.findall(text)] == []
    assert [case.id for case in reports[name].cases if case.visibility == "hidden" and case.inputs is not None] == []


def test_what_is_shown_by_intention_is_shown(reports: dict[str, Report]) -> None:
    """Not vacuous: the canaries beside these are in the same files."""
    text = reports["wrong"].model_dump_json()
    assert all(word in text for word in ("TITLE-may", "HINT-may", "ID-may", "62676.5", "double([1, 2])"))


def test_a_submission_that_searches_does_search(reports: dict[str, Report]) -> None:
    assert any("SEARCHED" in case.output for case in reports["search"].cases)


def test_the_search_finds_the_canaries_where_there_is_no_wall(course: Path) -> None:
    """In one process with the grader, as a careless one would have it."""
    code = (
        f"import runpy\nSECRET = 'CANARY-grader-constant'\nrunpy.run_path({str(course / 'search.py')!r})['double'](2)\n"
    )
    (course / "search.py").write_text(source("search", course), "utf-8")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    for place in ("frame: ", "module: ", "lines: ", str(course / "graders/leaky/solution.py")):
        assert re.search(rf"^{re.escape(place)}.*CANARY-", done.stdout, flags=re.MULTILINE | re.DOTALL), done.stderr


@pytest.mark.parametrize("name", ["wrong", "search"])
@pytest.mark.usefixtures("reports")
def test_no_command_and_no_file_of_the_workspace_holds_a_canary(name: str, course: Path, tmp_path: Path) -> None:
    def dlquiz(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "dlquiz", "--course", str(course), "--trust-course", *arguments],
            env={**os.environ, "DLQUIZ_STATE": str(tmp_path / "state"), "HOME": str(tmp_path), "COLUMNS": "200"},
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.stdout + done.stderr

    said = [dlquiz("start")]
    (work,) = tmp_path.rglob("leaky/leaky.py")
    work.write_text(source(name, course), "utf-8")
    for arguments in (
        "grade leaky", "grade leaky --verbose", "grade leaky --json", "hint leaky", "solution leaky", "status --json",
        "next", "run leaky",
    ):  # fmt: skip
        said.append(dlquiz(*arguments.split()))
    assert "NOT YET" in said[1]
    kept = [
        path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file() and path != work
    ]
    assert ("SEARCHED" in said[3]) == (name == "search")
    assert [found for text in (*said, *kept) for found in SECRET.findall(text) + HIDDEN_INPUT.findall(text)] == []


def test_a_plain_assert_does_not_show_the_graders_values(course: Path) -> None:
    report = graded(course, "known", ["wrong"])["wrong"]
    assert [found for text in texts(report) for found in SECRET.findall(text)] == []


@pytest.mark.parametrize("name", ["nothing", "object"])
def test_an_answer_that_the_reference_cannot_take_is_the_learners_and_shows_no_line_of_it(
    name: str, course: Path
) -> None:
    report = graded(course, "known", [name])[name]
    case = next(case for case in report.cases if "reference_is_asked" in case.id)
    assert case.outcome is Outcome.FAILED
    assert [found for text in texts(report) for found in SECRET.findall(text)] == []
