"""What a grader records: the forms, and what the parent makes of them."""

import numpy as np
import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.metrics import Metrics
from dlquiz.grading.run import grade
from dlquiz.model.metrics import Board, Boards, ConfusionMatrix, Curve, Images, Number, Table, metric_of
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course


@pytest.fixture
def recorded():
    kept = {}
    return Metrics(kept.__setitem__), kept


def test_every_form_is_one_of_the_models(recorded):
    metrics, kept = recorded
    metrics.number("accuracy", np.float32(0.5))
    metrics.curve("loss", np.arange(3), {"you": np.array([2.0, 1.0, np.nan])}, x_label="epoch", y_label="loss")
    metrics.confusion_matrix("confused", np.array([0, 1, 1]), np.array([0.0, 1.0, 0.0]), classes=2, labels=["a", "b"])
    metrics.images("misread", np.ones((2, 3, 4), dtype=np.uint8), ["one", "two"])
    metrics.table("words", ["word", "count"], [["a", 1], ["b", np.int64(2)]])
    models = {name: metric_of(value) for name, value in kept.items()}
    assert {name: type(model) for name, model in models.items()} == {
        "accuracy": Number, "loss": Curve, "confused": ConfusionMatrix, "misread": Images, "words": Table,
    }  # fmt: skip
    assert models["confused"].counts == ((1, 0), (1, 1))
    assert models["loss"].lines["you"] == (2.0, 1.0, None)


def test_floats_become_pixels(recorded):
    metrics, kept = recorded
    metrics.images("unit", np.array([[[0.0, 0.5, 1.0]]]), ["x"])
    metrics.images("kernels", np.array([[[-2.0, 0.0, 2.0]], [[3.0, 3.0, 3.0]]]), ["x", "y"])
    metrics.images("colours", np.zeros((1, 2, 2, 3)), ["x"])
    assert kept["unit"]["pictures"][0]["pixels"] == [0, 128, 255]
    assert kept["kernels"]["pictures"][0]["pixels"] == [0, 128, 255]
    assert kept["kernels"]["pictures"][1]["pixels"] == [0, 0, 0]
    assert metric_of(kept["colours"]).channels == 3


@pytest.mark.parametrize(
    "predicted", [None, "text", np.zeros((3, 2)), np.array([0, 1]), np.array([0, 1, 7]), [[1], 2, 3]]
)
def test_predictions_that_are_no_classes_are_not_counted(recorded, predicted):
    metrics, kept = recorded
    metrics.confusion_matrix("confused", np.array([0, 1, 1]), predicted, classes=2)
    assert kept == {}


def test_a_curve_grows_point_by_point_and_begins_anew(recorded):
    metrics, kept = recorded
    for step, loss in [(1, 2.0), (2, 1.0), (3, 0.5)]:
        metrics.point("loss", step, {"you": loss}, x_label="step", y_label="loss")
    assert kept["loss"]["lines"] == {"you": [2.0, 1.0, 0.5]}
    metrics.point("loss", 1, {"you": np.float32(9)}, x_label="step", y_label="loss")
    assert metric_of(kept["loss"]) == Curve(x=(1.0,), lines={"you": (9.0,)}, x_label="step", y_label="loss")


def test_misread_pictures_say_what_they_were_taken_for(recorded):
    metrics, kept = recorded
    images = np.arange(20 * 4, dtype=np.uint8).reshape(20, 2, 2)
    truth = np.arange(20) % 3
    metrics.misread(images, truth, np.zeros(20, np.int64))
    shown = metric_of(kept["misread"])
    assert [one.caption for one in shown.pictures[:2]] == ["you: 0, truth: 1", "you: 0, truth: 1"]
    assert (len(shown.pictures), shown.pictures[0].pixels) == (6, (4, 5, 6, 7))
    metrics.misread(images, truth, np.zeros(20), classes=["cat", "dog", "emu"], most=99, name="animals")
    captions = [one["caption"] for one in kept["animals"]["pictures"]]
    assert (len(captions), captions[1]) == (13, "you: cat, truth: emu")


@pytest.mark.parametrize(
    "predicted", [np.arange(3), None, np.full(3, 999), np.full(3, -1), np.full(3, np.nan), np.full(3, 0.5), ["0"] * 3]
)
def test_nothing_is_misread_where_all_is_right_or_no_class(recorded, predicted):
    metrics, kept = recorded
    metrics.misread(np.zeros((3, 2, 2)), np.arange(3), predicted)
    assert kept == {}


def test_kernels_show_differences_only(recorded):
    metrics, kept = recorded
    metrics.kernels(np.array([[[[0.1, 0.2]]], [[[-3.0, 3.0]]]]))
    assert [one["pixels"] for one in kept["first_kernels"]["pictures"]] == [[0, 255], [0, 255]]
    metrics.kernels(np.zeros((20, 3, 5, 5), np.float32), name="colours")
    shown = metric_of(kept["colours"])
    assert (shown.channels, shown.height, len(shown.pictures)) == (3, 5, 8)


def test_a_reconstruction_stands_beside_its_original(recorded):
    metrics, kept = recorded
    images = np.array([[[0, 255]], [[255, 0]]], np.uint8)
    metrics.rebuilt(images, np.array([[0.5, 2.0], [-1.0, 0.0]], np.float32))
    shown = metric_of(kept["reconstruction"])
    assert shown.together == 2
    assert [(one.caption, one.pixels) for one in shown.pictures] == [
        ("original", (0, 255)), ("rebuilt", (128, 255)), ("original", (255, 0)), ("rebuilt", (0, 0)),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, "x", [[1.0]], np.array(["a"]), np.full((2, 2), np.nan), np.zeros(3), 1.0])
def test_what_is_no_array_of_numbers_is_not_drawn(recorded, value):
    metrics, kept = recorded
    metrics.rebuilt(np.zeros((2, 1, 2)), value)
    metrics.kernels(value)
    assert kept == {}


def test_boards_are_drawn_from_texts_and_from_numbers(recorded):
    metrics, kept = recorded
    metrics.board("game", np.array([[1, -1], [0, 1]]), "you won as X", signs={1: "X", -1: "O", 0: ""})
    metrics.boards("path", [[["→", "G"]], np.array([["█", "↑"]])], ["first", "last"])
    assert metric_of(kept["game"]) == Boards(boards=(Board(cells=(("X", "O"), ("", "X")), caption="you won as X"),))
    assert metric_of(kept["path"]).boards[1].cells == (("█", "↑"),)


@pytest.mark.sandbox
def test_what_no_picture_can_be_made_of_is_said_in_the_report(tmp_path):
    root = make_course(tmp_path / "course")
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text().replace(
        "def test_double(submission):",
        "def test_double(submission, metrics):\n    metrics.record('odd', {'kind': 'nothing'})\n"
        "    metrics.number('good', 1)",
    )
    path.write_text(text)
    solution = (root / "graders/tiny/solution.py").read_bytes()
    report = grade(load_course(root), "tiny", submission_from_bytes(solution, name="x.py", module_name="tiny"))
    assert report.metrics == {"good": Number(value=1.0)}
    assert "the grader recorded 'odd', of which no picture can be made" in report.notes
