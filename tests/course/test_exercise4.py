"""Exercise 4's content: stub, lesson, cases and reference agree, and the reference really learns."""

import ast
import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.authoring.source import Mistake, mistake, read_python
from dlquiz.data import load as load_data
from dlquiz.model.course import Exercise

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "exercises" / "exercise4"
GRADER = ROOT / "graders" / "exercise4"
FUNCTIONS = ("minibatches", "init_params", "train", "predict", "accuracy", "learning_curve")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"content_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stub() -> ModuleType:
    return load(LESSON / "mlp.py")


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    return load(GRADER / "solution.py")


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise.model_validate(yaml.safe_load((LESSON / "exercise.yaml").read_text(encoding="utf-8")))


def cases() -> dict[str, dict[str, object]]:
    """Title, points, hint and public of every case, by function name, read without importing the grader."""
    found = {}
    for node in ast.parse((GRADER / "test_mlp.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            (mark,) = node.decorator_list
            assert isinstance(mark, ast.Call)
            keywords = {word.arg or "": ast.literal_eval(word.value) for word in mark.keywords}
            found[node.name] = {"title": ast.literal_eval(mark.args[0]), **keywords}
    return found


def said(path: Path) -> Mistake:
    found = mistake(read_python(path))
    assert found is not None, f"{path.name} has no `loses:`"
    return found


WRONG = sorted((GRADER / "wrong").glob("*.py"))


def test_the_points_are_the_sum_of_the_cases_points(exercise: Exercise) -> None:
    assert sum(float(str(case["points"])) for case in cases().values()) == exercise.points == 10


def test_every_case_has_a_hint_and_at_least_two_are_public() -> None:
    assert all(case["hint"] for case in cases().values())
    assert sum(bool(case.get("public")) for case in cases().values()) >= 2


def test_there_are_three_hints(exercise: Exercise) -> None:
    assert len(exercise.hints) == 3


def test_every_function_of_the_stub_says_which_todo_it_is(stub: ModuleType) -> None:
    text = (LESSON / "mlp.py").read_text(encoding="utf-8")
    for number, name in enumerate(FUNCTIONS, start=1):
        parameters = inspect.signature(getattr(stub, name)).parameters.values()
        arguments = [None for p in parameters if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        with pytest.raises(NotImplementedError, match=rf"^{name}: TODO\({number}\)$"):
            getattr(stub, name)(*arguments)
        assert f"# TODO({number}):" in text


def test_stub_and_reference_have_the_same_parameters(stub: ModuleType, solution: ModuleType) -> None:
    for name in FUNCTIONS:
        wanted, found = (inspect.signature(getattr(module, name)).parameters for module in (stub, solution))
        assert [(p.name, p.default, p.kind) for p in wanted.values()] == [
            (p.name, p.default, p.kind) for p in found.values()
        ]


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_every_wrong_solution_says_what_it_loses(path: Path) -> None:
    assert said(path).loses
    assert {*said(path).loses, *said(path).may_lose} <= set(cases())


def test_every_case_is_lost_by_some_wrong_solution() -> None:
    assert {name for path in WRONG for name in said(path).loses} == set(cases())


def test_the_lesson_names_every_threshold_sources_and_the_two_commands(exercise: Exercise) -> None:
    lesson = (LESSON / "README.md").read_text(encoding="utf-8")
    assert 80 <= len(lesson.splitlines()) <= 180
    assert lesson.index("## Common mistakes") < lesson.index("## Sources") < lesson.index("dlquiz run exercise4")
    assert lesson.rstrip().splitlines()[-2].startswith("dlquiz grade exercise4")
    for found in exercise.data.values():
        assert f"{found.setting('epochs')} epochs must give at least {100 * found.setting('threshold'):g} %" in lesson


def test_the_thresholds_are_those_that_were_measured(exercise: Exercise) -> None:
    measured = {"digits": (20, 0.94), "mnist": (5, 0.94)}
    assert {k: (v.setting("epochs"), v.setting("threshold")) for k, v in exercise.data.items()} == measured


def test_the_examples_print_what_they_promise(exercise: Exercise, solution: ModuleType) -> None:
    assert 3 <= len(exercise.examples) <= 5
    for example in exercise.examples:
        assert str(eval(example.call, {"np": np, **vars(solution)})) == example.expect, example.call


def test_the_lessons_step_by_hand_lowers_the_loss_as_it_says() -> None:
    backprop = load(ROOT / "graders" / "exercise3" / "solution.py")
    A1, W2, b2 = np.array([[3.0, 0.0]]), np.array([[1.0, 0.0], [2.0, 5.0]]), np.array([-3.0, 0.0])
    y = np.array([0])
    assert f"{backprop.cross_entropy(A1 @ W2 + b2, y):.4f}" == "0.6931"
    _, dW2, db2 = backprop.linear_backward(backprop.cross_entropy_grad(A1 @ W2 + b2, y), A1, W2)
    W2, b2 = W2 - 0.1 * dW2, b2 - 0.1 * db2
    np.testing.assert_allclose(W2, [[1.15, -0.15], [2, 5]])
    np.testing.assert_allclose(b2, [-2.95, -0.05])
    assert f"{backprop.cross_entropy(A1 @ W2 + b2, y):.4f}" == "0.3133"
    lesson = (LESSON / "README.md").read_text(encoding="utf-8")
    assert all(number in lesson for number in ("0.6931", "((1.15, −0.15), (2, 5))", "(-2.95, -0.05)", "0.3133"))


# --- the reference ---


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_the_batches_of_the_reference_are_a_permutation_in_pieces(n: int, batch_size: int, seed: int) -> None:
    solution = load(GRADER / "solution.py")
    X, y = np.arange(n)[:, None] * 1.0, np.arange(n)
    batches = list(solution.minibatches(X, y, batch_size, np.random.default_rng(seed)))
    assert [len(yb) for _, yb in batches] == [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    assert sorted(int(v) for _, yb in batches for v in yb) == list(range(n))
    assert all((xb[:, 0] == yb).all() for xb, yb in batches)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_step_of_the_reference_is_minus_lr_times_the_gradient_of_exercise_3(seed: int) -> None:
    solution, backprop = load(GRADER / "solution.py"), load(ROOT / "graders" / "exercise3" / "solution.py")
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(size=(12, 5)), np.arange(12) % 3
    options = {"hidden": 7, "batch_size": 12, "lr": 0.3, "seed": seed}
    start, end = (solution.train(X, y, epochs=epochs, **options) for epochs in (0, 1))
    _, grads = backprop.loss_and_grads(X, y, start)
    for key, grad in grads.items():
        np.testing.assert_allclose(end[key], start[key] - 0.3 * grad, rtol=1e-9, atol=1e-12)


def test_the_reference_reaches_the_threshold_on_the_built_in_digits(solution: ModuleType, exercise: Exercise) -> None:
    digits = load_data("digits")
    X, X_test = (
        images.reshape(-1, 784).astype(np.float32) / 255 for images in (digits.train_images, digits.test_images)
    )
    order = np.argsort(digits.train_labels, kind="stable")
    wanted = exercise.data["digits"]
    params = solution.train(X[order], digits.train_labels[order], epochs=wanted.setting("epochs"), seed=1)
    assert solution.accuracy(X_test, digits.test_labels, params) >= wanted.setting("threshold")
