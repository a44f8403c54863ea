"""What a grading measured beside the points: what pictures are drawn from.

A grader records them by name. ``kind`` says which of the models one is.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

MAX_POINTS = 10_000
MAX_CLASSES = 200
MAX_PICTURES = 64
MAX_PIXELS = 3 * 128 * 128
MAX_ROWS = 1_000
MAX_CELLS = 64
MAX_BOARDS = 64


def _finite(value: Any) -> Any:
    """JSON has no NaN: what is not finite becomes null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


Float: TypeAlias = Annotated[float | None, BeforeValidator(_finite)]
"""A number; None where there is none (NaN, an infinity)."""
Floats: TypeAlias = Annotated[tuple[Float, ...], Field(max_length=MAX_POINTS)]
Name: TypeAlias = Annotated[str, Field(max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Number(_Model):
    """One number, such as an accuracy."""

    kind: Literal["number"] = "number"
    value: Float


class Curve(_Model):
    """One or more lines over the same ``x``: a loss over epochs, an accuracy over the number of training rows."""

    kind: Literal["curve"] = "curve"
    x: Floats
    lines: dict[Name, Floats]
    x_label: Name = "x"
    y_label: Name = "y"

    @model_validator(mode="after")
    def _same_length(self) -> "Curve":
        if not self.lines or any(len(line) != len(self.x) for line in self.lines.values()):
            raise ValueError("every line needs one y for each x")
        return self


class ConfusionMatrix(_Model):
    """How often each class was taken for each: rows are true classes, columns are predictions."""

    kind: Literal["confusion_matrix"] = "confusion_matrix"
    counts: Annotated[tuple[tuple[Annotated[int, Field(ge=0)], ...], ...], Field(min_length=1, max_length=MAX_CLASSES)]
    labels: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _square(self) -> "ConfusionMatrix":
        if any(len(row) != len(self.counts) for row in self.counts):
            raise ValueError("as many columns as rows")
        if self.labels and len(self.labels) != len(self.counts):
            raise ValueError("one label for each class, or none")
        return self


class Picture(_Model):
    """One small picture: pixels row by row, 0 to 255, three numbers each for colours."""

    pixels: Annotated[tuple[Annotated[int, Field(ge=0, le=255)], ...], Field(max_length=MAX_PIXELS)]
    caption: Name = ""


class Images(_Model):
    """Small pictures of one size: misread digits with "you: 7, truth: 2", first kernels, reconstructions.

    Every ``together`` of them belong to each other, such as an original and what was made of it.
    """

    kind: Literal["images"] = "images"
    height: Annotated[int, Field(ge=1, le=128)]
    width: Annotated[int, Field(ge=1, le=128)]
    channels: Literal[1, 3] = 1
    together: Annotated[int, Field(ge=1, le=MAX_PICTURES)] = 1
    pictures: Annotated[tuple[Picture, ...], Field(max_length=MAX_PICTURES)]

    @model_validator(mode="after")
    def _whole(self) -> "Images":
        wanted = self.height * self.width * self.channels
        if any(len(one.pixels) != wanted for one in self.pictures):
            raise ValueError(f"each picture needs {wanted} numbers")
        return self


class Table(_Model):
    """Rows of texts and numbers under headings."""

    kind: Literal["table"] = "table"
    columns: tuple[Name, ...]
    rows: Annotated[tuple[tuple[Name | int | Float, ...], ...], Field(max_length=MAX_ROWS)]

    @model_validator(mode="after")
    def _full(self) -> "Table":
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row needs one entry for each column")
        return self


class Board(_Model):
    """One board: its rows of short texts, such as "X", "O" and "" (nothing there)."""

    cells: Annotated[
        tuple[Annotated[tuple[Name, ...], Field(min_length=1, max_length=MAX_CELLS)], ...],
        Field(min_length=1, max_length=MAX_CELLS),
    ]
    caption: Name = ""

    @model_validator(mode="after")
    def _even(self) -> "Board":
        if any(len(row) != len(self.cells[0]) for row in self.cells):
            raise ValueError("each row needs as many cells as the first one")
        return self


class Boards(_Model):
    """Boards of a game, or of a grid world with what an agent does in each cell."""

    kind: Literal["boards"] = "boards"
    boards: Annotated[tuple[Board, ...], Field(max_length=MAX_BOARDS)]


Metric: TypeAlias = Annotated[Number | Curve | ConfusionMatrix | Images | Table | Boards, Field(discriminator="kind")]

_ADAPTER: TypeAdapter[Metric] = TypeAdapter(Metric)


def metric_of(value: object) -> Metric | None:
    """Return what was recorded as one of the models; None if it is none of them.

    Also read are the shapes that reports of version 0.1 hold: a number, ``{"x", "y"}``, and a table of counts.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump()
    try:
        # Through JSON's eyes: lists are tuples, and nothing else is converted.
        return _ADAPTER.validate_python(_tuples(_named(value)))
    except (ValidationError, RecursionError):
        return None


def _tuples(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _tuples(item) for name, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _named(value: object) -> object:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return {"kind": "number", "value": float(value)}
    if isinstance(value, list | tuple):
        return {"kind": "confusion_matrix", "counts": value}
    if not isinstance(value, Mapping) or "kind" in value:
        return value
    if "matrix" in value:
        return {"kind": "confusion_matrix", "counts": value["matrix"], "labels": value.get("labels", ())}
    if "y" in value:
        label = str(value.get("y_label", "y"))
        kept = {name: item for name, item in value.items() if name in ("x", "x_label", "y_label")}
        return {"kind": "curve", "lines": {label: value["y"]}, **kept}
    return value
