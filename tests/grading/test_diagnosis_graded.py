"""What learners are told by a real grading of the course's own exercises: a mistake is put into the reference."""

import ast
from pathlib import Path

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade
from dlquiz.submission import submission_from_bytes

pytestmark = pytest.mark.sandbox

COURSE = load_course(Path(__file__).parents[2])


def lost(exercise, function, code, case):
    """Grade the reference with ``function`` replaced by ``code``; return the lost cases whose id holds ``case``."""
    text = COURSE.solution_path(exercise).read_text("utf-8")
    node = next(one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef) and one.name == function)
    text = text.replace(ast.get_source_segment(text, node), code)
    module = COURSE.stub_path(exercise).stem
    submission = submission_from_bytes(text.encode(), name="mine.py", module_name=module)
    report = grade(COURSE, exercise, submission, seed=3, case=case)
    found = [one for one in report.cases if one.outcome == "failed"]
    assert found, "nothing was lost"
    return found


def test_channels_added_in_uint8_are_named():
    code = """def rgb_to_gray(images):
    return ((images[..., 0] + images[..., 1] + images[..., 2]) / 3 / 255).astype(np.float32)"""
    for case in lost("exercise1", "rgb_to_gray", code, "gray_of"):
        assert "is red + green + blue modulo 256, divided by 3 and by 255" in case.diagnosis
        assert case.hint is None


def test_whole_columns_of_the_probabilities_are_named_in_the_loss_and_in_its_gradient():
    code = """def cross_entropy(logits, y):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float(-np.log((e / e.sum(axis=1, keepdims=True))[:, y]).mean())"""
    for part in ("loss_is_a_mean", "network_loss"):
        for case in lost("exercise3", "cross_entropy", code, part):
            assert "is the mean over −log(p[:, y]), a table of" in case.diagnosis
            assert case.hint is None
    code = """def cross_entropy_grad(logits, y):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[:, y] -= 1
    return p / len(y)"""
    said = [case.diagnosis or "" for case in lost("exercise3", "cross_entropy_grad", code, "loss_gradient")]
    assert sum("Perhaps p[:, y] stands where p[np.arange(N), y] is meant" in text for text in said) >= 2


def test_a_step_whose_mistake_is_known_is_told_without_the_hint_of_the_case():
    text = COURSE.solution_path("exercise4").read_text("utf-8")
    node = next(one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef) and one.name == "train")
    code = ast.get_source_segment(text, node)
    first_line = node.body[1].lineno - node.lineno  # behind the docstring
    lines = code.splitlines()
    lines.insert(first_line, "    lr = 0.1")
    found = lost("exercise4", "train", "\n".join(lines), "first_step")
    assert len(found) == 2
    for case in found:
        assert "as if lr were 0.1" in case.diagnosis
        assert case.hint is None


def test_a_function_that_reads_data_in_place_of_its_argument_is_told_so():
    code = """rng = np.random.default_rng(0)
X_train = rng.normal(size=(6, 4))


def relu(Z):
    return np.maximum(X_train, 0)"""
    said = "`relu` does not use its argument `Z`; it reads `X_train` from outside of the function."
    for case in lost("exercise2", "relu", code, "relu"):
        assert case.diagnosis.startswith(said)
        assert case.hint is None
