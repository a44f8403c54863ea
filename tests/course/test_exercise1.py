"""Content rules that need no sandbox, for exercises 1 and 2, and what is special to exercise 1.

Stub, lesson, cases, reference and wrong solutions are written by hand in five places: these tests say that they agree.
"""

import ast
import importlib.util
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.course import Exercise

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Content:
    """The files of one exercise, and what the curriculum fixes about it."""

    id: str
    stub: str
    points: float
    misconceptions: frozenset[str]
    """Names of the wrong solutions that stand for the curriculum's list."""

    @property
    def lesson_folder(self) -> Path:
        return ROOT / "exercises" / self.id

    @property
    def grader_folder(self) -> Path:
        return ROOT / "graders" / self.id

    @property
    def stub_path(self) -> Path:
        return self.lesson_folder / f"{self.stub}.py"

    @property
    def cases_path(self) -> Path:
        return self.grader_folder / f"test_{self.stub}.py"

    def wrong(self) -> list[Path]:
        return sorted((self.grader_folder / "wrong").glob("*.py"))

    def right(self) -> list[Path]:
        return sorted((self.grader_folder / "right").glob("*.py"))


EXERCISES = (
    Content(
        "exercise1",
        "image",
        4,
        frozenset(
            {
                "not_scaled",
                "scaled_twice",
                "divided_by_256",
                "column_by_column",
                "float64",
                "uint8",
                "gray_as_mean",
                "gray_blue_first",
                "one_hot_width_from_labels",
            }
        ),
    ),
    Content(
        "exercise2",
        "forward",
        6,
        frozenset(
            {
                "softmax_over_columns",
                "softmax_without_shift",
                "softmax_over_everything",
                "weights_transposed",
                "bias_forgotten",
                "relu_on_the_logits",
            }
        ),
    ),
)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"content_{path.parent.parent.name}_{path.parent.name}_{path.stem}", path
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def marks(content: Content) -> dict[str, dict[str, object]]:
    """Return title, points, hint and public of every case, read from the source without running it."""
    found = {}
    for name, node in functions(content.cases_path).items():
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.case":
                values = {k.arg: ast.literal_eval(k.value) for k in decorator.keywords}
                found[name] = {"title": ast.literal_eval(decorator.args[0]), **values}
    return found


def header(path: Path, key: str) -> set[str]:
    lines = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").splitlines()
    texts = [line.removeprefix(f"{key}:") for line in lines if line.startswith(f"{key}:")]
    return {name.strip() for text in texts for name in text.split(",")}


@pytest.fixture(params=EXERCISES, ids=lambda content: content.id)
def content(request: pytest.FixtureRequest) -> Content:
    return request.param


@pytest.fixture
def exercise(content: Content) -> Exercise:
    return Exercise.model_validate(yaml.safe_load((content.lesson_folder / "exercise.yaml").read_text("utf-8")))


@pytest.fixture
def reference(content: Content) -> ModuleType:
    return load(content.grader_folder / "solution.py")


@pytest.fixture
def lesson(content: Content) -> str:
    return (content.lesson_folder / "README.md").read_text("utf-8")


def test_points_of_the_exercise_are_the_sum_of_its_cases(content, exercise):
    assert exercise.points == content.points
    assert sum(mark["points"] for mark in marks(content).values()) == pytest.approx(exercise.points)


def test_every_case_has_a_sentence_and_a_hint_of_its_own(content):
    for part in ("title", "hint"):
        texts = [mark[part] for mark in marks(content).values()]
        assert all(len(text) > 15 for text in texts)
        assert len(set(texts)) == len(texts)


def test_every_test_function_is_a_case_and_at_least_two_are_public(content):
    assert set(marks(content)) == {name for name in functions(content.cases_path) if name.startswith("test_")}
    assert sum(bool(mark.get("public")) for mark in marks(content).values()) >= 2


def test_there_are_three_hints_and_each_says_more_than_the_last(content, exercise):
    lengths = [len(hint) for hint in exercise.hints]
    assert len(lengths) == 3
    assert lengths == sorted(lengths)


def test_the_stub_raises_not_implemented_with_the_number_of_its_todo(content):
    stub, source = load(content.stub_path), content.stub_path.read_text("utf-8")
    for number, (name, node) in enumerate(functions(content.stub_path).items(), start=1):
        assert f"# TODO({number}):" in (ast.get_source_segment(source, node) or "")
        arguments = [None] * len(node.args.args)
        with pytest.raises(NotImplementedError, match=re.escape(f"{name}: TODO({number})")):
            getattr(stub, name)(*arguments)


def test_every_function_of_the_stub_documents_what_comes_in_and_what_goes_out(content):
    for node in functions(content.stub_path).values():
        text = ast.get_docstring(node) or ""
        assert "Parameters\n---" in text
        assert "Returns\n---" in text
        assert "shape" in text


def test_the_reference_has_the_signatures_of_the_stub(content, reference):
    stub = load(content.stub_path)
    for name in functions(content.stub_path):
        assert inspect.signature(getattr(stub, name)) == inspect.signature(getattr(reference, name))


def test_the_lesson_is_short_enough_to_read_and_ends_with_the_commands(content, lesson):
    assert 80 <= len(lesson.splitlines()) <= 160
    assert f"dlquiz run {content.id}\ndlquiz grade {content.id}" in lesson[-120:]
    assert [line for line in lesson.splitlines() if line.startswith("## ")][-2:] == ["## Sources", "## Try it"]


def test_every_function_is_named_in_the_lesson(content, lesson):
    assert all(f"`{name}`" in lesson for name in functions(content.stub_path))


def test_examples_print_what_the_reference_prints(content, exercise, reference):
    assert 3 <= len(exercise.examples) <= 5
    for example in exercise.examples:
        assert example.why
        value = eval(example.call, {"np": np, **vars(reference)})
        assert str(value) == example.expect, example.call


def test_wrong_solutions_name_cases_that_exist_and_every_case_is_lost_by_one_of_them(content):
    wrong = content.wrong()
    assert len(wrong) >= 8
    lost = [header(path, "loses") for path in wrong]
    assert all(lost)
    assert set().union(*lost, *(header(path, "may_lose") for path in wrong)) <= set(marks(content))
    assert set().union(*lost) == set(marks(content))


def test_right_and_wrong_solutions_define_every_function_of_the_stub(content):
    paths = [*content.right(), *content.wrong()]
    assert len(content.right()) >= 3
    for path in paths:
        names = set(re.findall(r"^(?:def )?(\w+)(?:\(| = )", path.read_text("utf-8"), flags=re.MULTILINE))
        assert set(functions(content.stub_path)) <= names, path.name


def test_the_misconceptions_of_the_curriculum_have_a_wrong_solution(content):
    assert {path.stem for path in content.wrong()} >= content.misconceptions


# What is special to exercise 1

EXERCISE1 = EXERCISES[0]


@pytest.fixture
def image() -> ModuleType:
    return load(EXERCISE1.grader_folder / "solution.py")


@pytest.fixture
def image_lesson() -> str:
    return (EXERCISE1.lesson_folder / "README.md").read_text("utf-8")


MATRIX = np.array([[[1, 3, 6], [9, 2, 9], [0, 34, 89]]], dtype=np.uint8)


def test_numbers_of_the_flattened_matrix_in_the_lesson_are_the_reference_s(image, image_lesson):
    printed = re.findall(r"```\n(.*?)```", image_lesson, flags=re.DOTALL)[0]
    assert printed.split() == [str(v) for v in MATRIX.ravel()]
    assert f"`{' '.join(str(v) for v in MATRIX.ravel())}`" in image_lesson
    assert f"`{' '.join(f'{v:.3f}' for v in image.flatten(MATRIX)[0])}`" in image_lesson


def test_grey_value_of_red_and_the_channel_planes_of_the_lesson_are_the_reference_s(image, image_lesson):
    red = image.rgb_to_gray(np.array([[[[255, 0, 0]]]], dtype=np.uint8)).item()
    assert f"Its grey value is 0.299 * 255 / 255 = {red:.3f}" in image_lesson
    pixels = np.array([[[[1, 2, 3], [4, 5, 6]]]])
    assert f"to channels first: `{image.to_channels_first(pixels)[0, :, 0].tolist()}`. Right." in image_lesson
    assert f"to the same shape: `{pixels.reshape(3, 2).tolist()}`" in image_lesson


def test_one_hot_rows_of_the_lesson_are_the_reference_s(image, image_lesson):
    rows = [" ".join(str(int(v)) for v in row) for row in image.one_hot(np.array([2, 0]), 4)]
    assert f"`[2, 0]` with four classes give the rows `{rows[0]}` and `{rows[1]}`" in image_lesson


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_unflatten_undoes_flatten_and_channels_can_be_moved_back(n, h, w, seed):
    image = load(EXERCISE1.grader_folder / "solution.py")
    images = np.random.default_rng(seed).integers(0, 256, size=(n, h, w, 3), dtype=np.uint8)
    back = image.unflatten(image.flatten(images), (h, w, 3))
    np.testing.assert_array_equal(np.rint(back * 255), images)
    np.testing.assert_array_equal(image.to_channels_first(images).transpose(0, 2, 3, 1), images)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(-3, 8), min_size=1, max_size=8), st.integers(1, 6))
def test_one_hot_can_be_read_back_or_refuses(labels, num_classes):
    image = load(EXERCISE1.grader_folder / "solution.py")
    y = np.array(labels)
    if min(labels) < 0 or max(labels) >= num_classes:
        with pytest.raises(ValueError, match="labels"):
            image.one_hot(y, num_classes)
        return
    rows = image.one_hot(y, num_classes)
    assert rows.shape == (len(labels), num_classes)
    assert rows.sum() == len(labels)
    np.testing.assert_array_equal(rows.argmax(axis=1), y)
