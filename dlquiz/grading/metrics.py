"""What a grader records for pictures: the fixture ``metrics``.

The models stand in :mod:`dlquiz.model.metrics`; this process imports no pydantic, and the parent checks what it gets.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_MAX_CLASSES = 200


class Metrics:
    """Where a grader records what pictures are drawn from. What does not fit is left out, and the report says so."""

    def __init__(self, tell: Callable[[str, Any], None]) -> None:
        self._tell = tell
        self._growing: dict[str, tuple[list[float], dict[str, list[float]]]] = {}

    def number(self, name: str, value: float) -> None:
        """Record one number, such as an accuracy."""
        self.record(name, {"kind": "number", "value": float(value)})

    def curve(
        self, name: str, x: Sequence[float], lines: Mapping[str, Sequence[float]], *, x_label: str, y_label: str
    ) -> None:
        """Record lines over the same ``x`` (each as long as ``x``), named as a legend would."""
        plain = {key: _floats(line) for key, line in lines.items()}
        self.record(name, {"kind": "curve", "x": _floats(x), "lines": plain, "x_label": x_label, "y_label": y_label})

    def point(self, name: str, x: float, values: Mapping[str, float], *, x_label: str, y_label: str) -> None:
        """Add one point to every line of a curve, which a learner sees growing while the case runs.

        An ``x`` that is not larger than the last one begins the curve anew.
        """
        xs, lines = self._growing.get(name, ([], {}))
        if not xs or x <= xs[-1] or lines.keys() != values.keys():
            xs, lines = self._growing[name] = ([], {key: [] for key in values})
        xs.append(float(x))
        for key, value in values.items():
            lines[key].append(float(value))
        self.curve(name, xs, lines, x_label=x_label, y_label=y_label)

    def confusion_matrix(
        self, name: str, truth: Array, predicted: Any, classes: int, labels: Sequence[str] = ()
    ) -> None:
        """Count true classes (rows) against predicted ones; nothing if the predictions are no such classes.

        Parameters
        ----------
        truth : integer array, shape (N,)
        predicted : any value of the submission's; counted if it is an array (N,) of classes
        """
        guess = _classes(predicted, truth, classes)
        if guess is None:
            return
        flat = np.bincount(truth * classes + guess, minlength=classes * classes)
        counts = flat.reshape(classes, classes).tolist()
        self.record(name, {"kind": "confusion_matrix", "counts": counts, "labels": list(labels)})

    def images(self, name: str, pictures: Any, captions: Sequence[str], *, together: int = 1) -> None:
        """Record small pictures.

        Parameters
        ----------
        pictures : array, shape (N, height, width) or (N, height, width, 3)
            uint8, or floats from 0 to 1. Other floats are stretched, each picture for itself, from 0 to 255.
        captions : sequence of N texts
        together : int
            Pictures that belong to each other, such as an original and what was made of it, stay beside each other.
        """
        array = _pixels(np.asarray(pictures))
        listed = [{"pixels": one.ravel().tolist(), "caption": text} for one, text in zip(array, captions, strict=True)]
        height, width = array.shape[1:3]
        shape = {"height": height, "width": width, "channels": array.shape[3] if array.ndim == 4 else 1}
        self.record(name, {"kind": "images", **shape, "together": together, "pictures": listed})

    def misread(
        self,
        images: Array,
        truth: Array,
        predicted: Any,
        *,
        classes: Sequence[str] = (),
        most: int = 6,
        name: str = "misread",
    ) -> None:
        """Record pictures that were taken for another class: "you: 7, truth: 2"; nothing if all are right.

        Parameters
        ----------
        images : array, shape (N, height, width) or (N, height, width, 3)
        truth : integer array, shape (N,)
        predicted : any value of the submission's; used if it is an array (N,) of whole numbers
        classes : sequence of texts
            What the class numbers are called; without it they are told themselves.
        most : int
            So many pictures, taken evenly from all that were misread.
        """
        guess = _classes(predicted, truth, len(classes) or _MAX_CLASSES)
        wrong = np.flatnonzero(guess != truth) if guess is not None else np.empty(0, int)
        if guess is None or not len(wrong):
            return
        wrong = wrong[np.linspace(0, len(wrong) - 1, min(most, len(wrong))).round().astype(int)]
        names = list(classes) or [str(i) for i in range(1 + int(max(guess.max(), truth.max())))]
        captions = [f"you: {names[guess[i]]}, truth: {names[truth[i]]}" for i in wrong]
        self.images(name, images[wrong], captions)

    def kernels(self, weights: Any, *, most: int = 8, name: str = "first_kernels") -> None:
        """Record the first kernels of a convolution; nothing if ``weights`` are no such kernels.

        Parameters
        ----------
        weights : any value of the submission's; used if it is an array, shape (F, height, width) or (F, C, height,
            width). Three channels are shown as colours, of any other number the mean.
        """
        array = _numbers(weights)
        if array is None or array.ndim not in (3, 4) or not array.size:
            return
        if array.ndim == 4:
            array = np.moveaxis(array, 1, 3) if array.shape[1] == 3 else array.mean(axis=1)
        shown = array[:most]
        # Also where all weights lie between 0 and 1 the smallest one is black: only differences mean anything.
        self.images(name, _stretched(shown), [f"kernel {i}" for i in range(len(shown))])

    def rebuilt(self, originals: Array, rebuilt: Any, *, most: int = 4, name: str = "reconstruction") -> None:
        """Record pictures and what an autoencoder made of them, beside each other.

        Parameters
        ----------
        originals : array, shape (N, height, width) or (N, height, width, 3), uint8 or floats from 0 to 1
        rebuilt : any value of the submission's; used if it is an array with as many floats, also as rows (N, D)
        """
        array = _numbers(rebuilt)
        if array is None or array.size != originals.size:
            return
        first = _pixels(originals[:most])
        again = np.round(np.clip(array.reshape(originals.shape)[:most], 0, 1) * 255).astype(np.uint8)
        pairs = np.stack([first, again], axis=1).reshape(-1, *originals.shape[1:])
        self.images(name, pairs, ["original", "rebuilt"] * len(first), together=2)

    def board(self, name: str, cells: Any, caption: str = "", *, signs: Mapping[int, str] | None = None) -> None:
        """Record one board, see :meth:`boards`."""
        self.boards(name, [cells], [caption], signs=signs)

    def boards(
        self, name: str, boards: Sequence[Any], captions: Sequence[str], *, signs: Mapping[int, str] | None = None
    ) -> None:
        """Record boards of a game or a grid world.

        Parameters
        ----------
        boards : sequence of arrays or lists, shape (rows, columns)
            Short texts, or whole numbers of which ``signs`` says how they are drawn: ``{1: "X", -1: "O", 0: ""}``.
            Arrows ("↑→↓←") and "█" for a wall are told in words where nothing is drawn.
        captions : sequence of as many texts
        """
        known = signs or {}
        listed = [
            {"cells": [[_cell(cell, known) for cell in row] for row in _plain(one)], "caption": caption}
            for one, caption in zip(boards, captions, strict=True)
        ]
        self.record(name, {"kind": "boards", "boards": listed})

    def table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Record rows of texts and numbers under headings."""
        self.record(name, {"kind": "table", "columns": list(columns), "rows": [list(row) for row in rows]})

    def record(self, name: str, value: Any) -> None:
        """Keep ``value``: one of the forms of the methods above, with its ``kind``."""
        self._tell(name, _plain(value))


def _floats(values: Any) -> list[float]:
    return np.asarray(values, dtype=float).ravel().tolist()


def _classes(predicted: Any, truth: Array, classes: int) -> Array | None:
    """Return the predictions as whole numbers; None if they are no classes, or not one for each example."""
    guess = predicted if isinstance(predicted, np.ndarray) else np.empty(0)
    if guess.shape != truth.shape or guess.dtype.kind not in "iuf" or not np.isin(guess, np.arange(classes)).all():
        return None
    return guess.astype(np.int64)


def _numbers(value: Any) -> Array | None:
    """Return an array of finite floats; None for every other value."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf" or not np.isfinite(value).all():
        return None
    return value.astype(float)


def _cell(cell: Any, signs: Mapping[int, str]) -> str:
    return cell if isinstance(cell, str) else signs.get(cell, str(cell))


def _pixels(array: Array) -> Array:
    if array.dtype == np.uint8:
        return array
    values = np.nan_to_num(array.astype(float))
    if values.min(initial=0) < 0 or values.max(initial=0) > 1:
        values = _stretched(values)
    pixels: Array = np.round(values * 255).astype(np.uint8)
    return pixels


def _stretched(values: Array) -> Array:
    """Return each picture with values from 0 to 1: its smallest is black, its largest white."""
    axes = tuple(range(1, values.ndim))
    low, high = values.min(axis=axes, keepdims=True), values.max(axis=axes, keepdims=True)
    stretched: Array = (values - low) / np.where(high > low, high - low, 1)
    return stretched


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
