"""Everything that once fooled the certification, each as a tiny course that is refused with its own code.

Every trick is one change of a course in which nothing is wrong.
"""

import re

import pytest

from dlquiz.authoring.check import check_course
from dlquiz.authoring.codes import Rule
from dlquiz.content.course import load_course
from tests.authoring.small import SOLUTION, wrong

pytestmark = pytest.mark.sandbox

MEAN = "return float(np.mean(x)) if x.size else empty"
CASES = "graders/tiny/test_tiny.py"
PROBE = "graders/tiny/probe.py"
PROBING = """

from dlquiz.grading import probe


@pytest.mark.case("a probe doubles", points=1, hint="Multiply every entry by two.")
def test_probe(submission, rng):
    x = rng.normal(size=4)
    check.close(probe(submission).doubled(x), 2 * x, name="double(x)")


@pytest.mark.case("a probe doubles twice", points=1, hint="Multiply every entry by two, twice.")
def test_probe_twice(submission, rng):
    x = rng.normal(size=4)
    check.close(probe(submission).twice(x), 4 * x, name="double(double(x))")
"""
PROBED = "def doubled(x):\n    return submission.double(x)\n\n\ndef twice(x):\n    return doubled(doubled(x))\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path / "cache"))


def found(root, seeds=1):
    (exercise,) = check_course(load_course(root), seeds=seeds).exercises
    assert exercise.machine == ()
    assert exercise.certified == (not exercise.findings)
    return exercise.findings


def codes(root, **settings):
    return {one.code for one in found(root, **settings)}


def change(root, name, old, new):
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


def add(root, name, text):
    path = root / name
    path.write_text((path.read_text() if path.exists() else "") + text)


def each_wrong(root, text_of):
    for number, path in enumerate(sorted((root / "graders/tiny/wrong").glob("*.py"))):
        path.write_text(text_of(number))


def add_probe(root):
    """Add a probe and two cases that use it, lost by whoever does not double."""
    add(root, CASES, PROBING)
    add(root, PROBE, PROBED)
    change(root, "exercises/tiny/exercise.yaml", "points: 4", "points: 6")
    for name in ("squares", "returns_x", "half"):
        path = f"graders/tiny/wrong/{name}.py"
        change(root, path, "loses: test_double", "loses: test_double, test_probe, test_probe_twice")


# -- cases that look at nothing ---------------------------------------------------


def test_cases_that_only_call_and_wrong_solutions_that_only_raise(root):
    # check.close(submission.f(…), …) becomes submission.f(…).
    text = re.sub(r"check\.close\((submission\.\w+\(.*?\)), (\[|reference|7|0).*", r"\1", (root / CASES).read_text())
    assert "check.close" not in text
    (root / CASES).write_text(text)
    raising = "raise ValueError({})".format
    each_wrong(root, lambda n: wrong(raising(n), raising(n), "test_double, test_mean, test_mean_of_nothing"))
    findings = found(root)
    assert {one.code for one in findings} == {Rule.NEVER_BY_VALUE}
    assert len(findings) == 3


@pytest.mark.parametrize(
    "double", ["raise ValueError", "return None", "return object()", "while True:\n        pass", "return x[0, 0, 0]"]
)
def test_a_case_that_is_lost_only_by_what_gives_no_value(root, double):
    change(root, "exercises/tiny/exercise.yaml", "call_s: 5", "call_s: 1")
    for number, name in enumerate(("squares", "returns_x", "half")):
        text = f"if len(str(x)) == {number}:\n        return 2 * x\n    {double}"
        (root / f"graders/tiny/wrong/{name}.py").write_text(wrong(text, MEAN, "test_double"))
    assert codes(root) == {Rule.NEVER_BY_VALUE}


def test_a_vacuous_case_that_one_crashing_solution_loses(root):
    add(
        root,
        CASES,
        '\n\n@pytest.mark.case("double gives something", points=1, hint="Return what you have computed.")\n'
        "def test_something(submission):\n"
        '    check.that(submission.double(np.ones(3)) is not None, "double gives nothing.")\n',
    )
    change(root, "exercises/tiny/exercise.yaml", "points: 4", "points: 5")
    crashing = wrong("raise ValueError", MEAN, "test_double, test_something")
    (root / "graders/tiny/wrong/half.py").write_text(crashing)
    findings = found(root)
    assert [one.code for one in findings] == [Rule.NEVER_BY_VALUE]
    assert "test_something" in findings[0].message


@pytest.mark.parametrize("cases", ["the case is gone", "it is only named"])
def test_a_function_of_the_stub_that_no_case_calls(root, cases):
    text = (root / CASES).read_text()
    kept = text[: text.index('@pytest.mark.case("double')] + text[text.index('@pytest.mark.case("mean is the mean"') :]
    kept = kept.replace(
        '"mean of nothing is what was asked for", points=1', '"mean of nothing is so", points=1, public=True'
    )
    if cases == "it is only named":
        kept = kept.replace("    x = rng.normal(size=n)", "    submission.double\n    x = rng.normal(size=n)")
    (root / CASES).write_text(kept)
    change(root, "exercises/tiny/exercise.yaml", "points: 4", "points: 3")
    for name in ("squares", "returns_x", "half"):
        number = len(name)
        (root / f"graders/tiny/wrong/{name}.py").write_text(
            wrong("return 2 * x", f"return float(np.mean(x)) + {number} if x.size else empty", "test_mean")
        )
    findings = found(root)
    assert [one.code for one in findings] == [Rule.NOT_ASKED]
    assert findings[0].file.endswith("exercises/tiny/tiny.py")
    assert findings[0].line == 6


# -- solutions that prove nothing ------------------------------------------------


def test_copies_of_the_reference_as_right_solutions(root):
    reference = (root / "graders/tiny/solution.py").read_text()
    for number, path in enumerate(sorted((root / "graders/tiny/right").glob("*.py"))):
        path.write_text(reference.replace("(x", f"(values{number}").replace(" x", f" values{number}"))
    findings = found(root)
    assert [one.code for one in findings] == [Rule.SAME_CODE] * 3


def test_identical_wrong_solutions_that_raise_everywhere(root):
    each_wrong(
        root, lambda n: wrong("raise ValueError", "raise ValueError", "test_double, test_mean, test_mean_of_nothing")
    )
    findings = found(root)
    assert {one.code for one in findings} == {Rule.SAME_CODE, Rule.NEVER_BY_VALUE}
    assert sum(one.code == Rule.SAME_CODE for one in findings) == 5


# -- what a seed does not repeat ---------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        ("np.random.normal(size=n)", Rule.GLOBAL_RANDOM),
        ("np.random.default_rng().normal(size=n)", Rule.GLOBAL_RANDOM),
        ("RNG.normal(size=n)", Rule.NOT_REPEATED),
        ("np.array([1.0, n, id(object())])", Rule.NOT_REPEATED),
        ("np.array([1.0, n, hash(str(object()))])", Rule.NOT_REPEATED),
    ],
)
def test_inputs_from_elsewhere_than_the_seed(root, draw, code):
    change(root, CASES, "    x = rng.normal(size=n)", f"    x = {draw}")
    change(
        root,
        CASES,
        "from dlquiz.grading import check\n",
        "from dlquiz.grading import check\n\nRNG = np.random.default_rng(0)\n",
    )
    findings = found(root)
    assert [one.code for one in findings] == [code]
    assert findings[0].file.endswith("test_tiny.py")
    assert findings[0].line > 0


def test_measuring_speed_with_inputs_of_its_own_is_no_finding(root):
    change(
        root,
        CASES,
        '    check.close(submission.mean(np.ones(0), empty=7.0), 7.0, name="mean([])")',
        '    check.close(submission.mean(np.ones(0), empty=7.0), 7.0, name="mean([])")\n'
        "    check.speed(submission.mean, reference.mean, np.ones(1000), at_most=1000)",
    )
    change(root, CASES, "def test_mean_of_nothing(submission)", "def test_mean_of_nothing(submission, reference)")
    change(root, "graders/tiny/wrong/sum.py", "loses: test_mean", "loses: test_mean, test_mean_of_nothing")
    assert codes(root) == set()


def test_a_wrong_solution_of_a_training_exercise_that_only_some_seeds_catch(root):
    add(root, "exercises/tiny/exercise.yaml", "data: {digits: {epochs: 1}}\n")
    lucky = wrong(
        "return 2 * x", "return float(np.mean(x)) + (x.size > 0 and x[0] > 0) if x.size else empty", "test_mean"
    )
    (root / "graders/tiny/wrong/sum.py").write_text(lucky)
    findings = found(root, seeds=6)
    assert [one.code for one in findings] == [Rule.WRONG_PASSES]
    assert "under seed" in findings[0].message


# -- words -----------------------------------------------------------------------


def test_hints_that_say_nothing(root):
    text = (root / "exercises/tiny/exercise.yaml").read_text()
    before = text[: text.index("hints:")]
    (root / "exercises/tiny/exercise.yaml").write_text(before + 'hints: [".", "..", "..."]\n')
    for hint in (
        "Multiply every entry by two.",
        "Add everything up, then divide by the number.",
        "Look at x.size before you divide.",
    ):
        change(root, CASES, hint, ".")
    findings = found(root)
    assert {one.code for one in findings} == {Rule.HINTS}
    assert len(findings) == 3 + 3
    assert all(one.line for one in findings)


def test_one_hint_for_everything(root):
    add(root, CASES, "".join(
        f'\n\n@pytest.mark.case("double {n} doubles", points=1, hint="Read the lesson again.")\n'
        f"def test_double_{n}(submission):\n    check.close(submission.double({n}.0), {2 * n}.0, name='double')\n"
        for n in (3, 4, 5, 6)
    ))  # fmt: skip
    change(root, "exercises/tiny/exercise.yaml", "points: 4", "points: 8")
    more = ", ".join(f"test_double_{n}" for n in (3, 4, 5, 6))
    for name in ("squares", "returns_x", "half"):
        change(root, f"graders/tiny/wrong/{name}.py", "loses: test_double", f"loses: test_double, {more}")
    findings = found(root)
    assert [one.code for one in findings] == [Rule.HINTS]
    assert "the same hint" in findings[0].message


def test_a_bare_assert_and_a_context_that_sees_nothing(root):
    change(root, CASES, 'check.close(submission.double(np.array([1.0, -2.0])), [2.0, -4.0], name="double(x)")',
           "assert np.allclose(submission.double(np.array([1.0, -2.0])), [2.0, -4.0])")  # fmt: skip
    assert codes(root) == {Rule.ASSERT}


# -- examples ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expect", "words"),
    [
        ("mean(np.array([1.0, 3.0]))", "3.0", "gives 2.0"),
        ("(double(1), 2)", "2", "gives (2, 2)"),
        ("double()", "2", "TypeError"),
        ("double(((", "2", "SyntaxError"),
        ("nothing(1)", "2", "NameError"),
        ("double(np.array([1.0, 2.0]))", "[2. 4. 6.]", "gives [2. 4.]"),
    ],
)
def test_an_example_that_is_not_so(root, call, expect, words):
    add(
        root,
        "exercises/tiny/exercise.yaml",
        f"examples:\n- {{call: 'double(2)', expect: '4'}}\n- call: {call}\n  expect: '{expect}'\n",
    )
    findings = found(root)
    assert [(one.code, one.line) for one in findings] == [(Rule.EXAMPLE, 12)]
    assert words in findings[0].message


def test_examples_that_are_so(root):
    add(
        root,
        "exercises/tiny/exercise.yaml",
        "examples:\n- call: double(np.array([[1.0, 2.0]]))\n  expect: '[[2. 4.]]'\n",
    )
    assert codes(root) == set()


# -- one cause, one finding ----------------------------------------------------------


def test_a_probe_in_which_nothing_is_wrong(root):
    add_probe(root)
    assert codes(root) == set()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("def doubled(x):", "def doubled(x)", 1),
        ("def doubled(x):", "import no_such_module\ndef doubled(x):", 0),
        ("return submission.double(x)", "return submision.double(x)", 2),
        ("return doubled(doubled(x))", "return doubled(dubled(x))", 6),
    ],
)
def test_one_slip_in_a_probe_is_one_finding(root, old, new, line):
    add_probe(root)
    change(root, PROBE, old, new)
    findings = [one for one in found(root, seeds=2) if one.code != Rule.IMPORTS]
    assert len(findings) == 1, [str(one) for one in findings]
    if line:
        assert findings[0].file.endswith("probe.py")
        assert findings[0].line == line


def test_a_broken_case_is_not_said_to_be_passed(root):
    change(root, CASES, "    x = rng.normal(size=n)", "    x = rng.normal(size=n)\n    x.no_such_thing")
    assert [one.code for one in found(root)] == [Rule.BROKEN]


def test_one_slip_in_the_reference_is_one_finding(root):
    path = root / "graders/tiny/solution.py"
    path.write_text(SOLUTION.format(title="x", double="return 2 * y", mean=MEAN))
    findings = found(root)
    assert [(one.code, one.line) for one in findings] == [(Rule.REFERENCE, 7)]


def test_one_slip_in_a_mark_is_one_finding(root):
    change(root, CASES, 'points=1, public=True, hint="Multiply', 'point=1, public=True, hint="Multiply')
    assert [one.code for one in found(root)] == [Rule.MARK]
