"""Mistakes that no wrong solution of the course has: what the graders hand to the diagnosis is enough to name them."""

from pathlib import Path

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.model.report import Outcome, Report
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


IN_PLACE = [
    ("exercise1", "changes_its_input"),
    ("exercise2", "relu_in_place softmax_in_place"),
    ("exercise3", "changes_dout changes_the_logits x_not_restored"),
    ("exercise4", "shuffles_in_place"),
    ("exercise10", "works_in_place"),
    ("exercise11", "dropout_in_place running_statistics_in_place"),
    ("exercise12", "update_in_place"),
    ("exercise13", "padding_vector_set_to_zero vocabulary_grows"),
    ("exercise14", "scales_the_query_in_place turns_the_mask_in_place"),
    ("exercise15", "changes_the_old_table row_is_changed"),
    ("exercise16", "changes_the_board"),
]


@pytest.mark.parametrize(("exercise_id", "names"), IN_PLACE)
def test_what_was_changed_in_place_is_not_shown_as_what_was_returned(exercise_id: str, names: str) -> None:
    for package in COURSE.exercise(exercise_id).packages:
        pytest.importorskip(package)
    module = COURSE.stub_path(exercise_id).stem
    files = [COURSE.grader_folder(exercise_id) / "wrong" / f"{name}.py" for name in names.split()]
    works = [submission_from_bytes(file.read_bytes(), name="mine.py", module_name=module) for file in files]
    for report in in_order(grade_many(COURSE, exercise_id, works, seed=1)):
        told = [case for case in report.cases if "changed its input" in case.message]
        assert told != []
        assert [case.message for case in told if case.got is not None] == []


COLUMNS = """

_rows, _train, _predict = init_params, train, predict


def init_params(*sizes):
    params = _rows(*sizes)
    return {**params, "b2": params["b2"][:, None]}


def train(X, y, **settings):
    given = globals()["init_params"]
    globals()["init_params"] = _rows
    try:
        params = _train(X, y, **settings)
    finally:
        globals()["init_params"] = given
    return {**params, "b2": params["b2"][:, None]}


def predict(X, params):
    return _predict(X, {**params, "b2": np.ravel(params["b2"])})
"""


def test_a_bias_of_shape_c_1_is_told_by_its_shape_and_not_as_an_error_of_the_grader() -> None:
    solution = (COURSE.grader_folder("exercise4") / "solution.py").read_text("utf-8")
    work = submission_from_bytes((solution + COLUMNS).encode(), name="mine.py", module_name="mlp")
    report = grade(COURSE, "exercise4", work, seed=1)
    told = [case.message for case in report.cases if case.outcome is Outcome.FAILED]
    assert any("b2" in message and "shape" in message for message in told)
    assert [message for message in told if "IndexError" in message or "unexpected form" in message] == []


def test_a_bias_gradient_that_keeps_its_axis_costs_at_most_half_a_point_of_ten() -> None:
    report = wrong("exercise3", "db_keeps_an_axis")
    assert 0 < report.points.possible - report.points.earned <= 0.5


def wrong(exercise_id: str, name: str) -> Report:
    text = (COURSE.grader_folder(exercise_id) / f"wrong/{name}.py").read_bytes()
    module = COURSE.stub_path(exercise_id).stem
    return grade(COURSE, exercise_id, submission_from_bytes(text, name="mine.py", module_name=module), seed=1)


def test_a_return_that_one_hot_lacks_is_one_problem_and_its_mend() -> None:
    text = COURSE.solution_path("exercise1").read_text(encoding="utf-8")
    end = text.rindex("return", text.index("def one_hot"))
    source = (text[:end] + "result =" + text[end + len("return") :]).encode()
    report = grade(COURSE, "exercise1", submission_from_bytes(source, name="mine.py", module_name="image"), seed=1)
    told = [case.message for case in report.cases if case.outcome is Outcome.FAILED]
    assert len(told) == 5
    assert all("None" in message and "return statement" in message for message in told)
