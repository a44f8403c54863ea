"""Mistakes that no wrong solution of the course has: what the graders hand to the diagnosis is enough to name them."""

from pathlib import Path

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade
from dlquiz.submission import submission_from_bytes

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

COURSE = load_course(Path(__file__).parents[2])

VARIATIONS = [
    ("exercise1", [("0.299", "0.2126"), ("0.587", "0.7152"), ("0.114", "0.0722")], "0.2126 · red + 0.7152 · green"),
    ("exercise2", [('relu(linear(X, params["W1"], params["b1"]))', 'np.tanh(linear(X, params["W1"], params["b1"]))')],
     "with tanh in the hidden layer"),
    ("exercise2", [('relu(linear(X, params["W1"], params["b1"]))', 'relu(X @ params["W1"])')], "without the bias b1"),
    ("exercise3", [('A1 = np.maximum(Z1, 0)', 'A1 = np.tanh(Z1)')], "tanh"),
]  # fmt: skip


@pytest.mark.parametrize(("exercise_id", "changes", "said"), VARIATIONS)
def test_a_variation_is_named(exercise_id: str, changes: list[tuple[str, str]], said: str) -> None:
    text = (COURSE.grader_folder(exercise_id) / "solution.py").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    module = COURSE.stub_path(exercise_id).stem
    report = grade(
        COURSE, exercise_id, submission_from_bytes(text.encode(), name="mine.py", module_name=module), seed=1
    )
    assert [case.diagnosis for case in report.cases if said in (case.diagnosis or "")] != []
