"""The course as its author writes it: ``exercises/course.yaml`` and ``exercises/<id>/exercise.yaml``."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dlquiz.model.codes import Code, fail
from dlquiz.model.ids import Id
from dlquiz.model.packages import Package

Text = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class CourseManifest(_Model):
    """``exercises/course.yaml``: the order, and the words around it."""

    format_version: Literal[1]
    name: Id
    title: Text
    version: Text
    welcome: Text
    finish: Text
    exercises: tuple[Id, ...] = Field(min_length=1)
    quizzes: tuple[Id, ...] = ()


class Limits(_Model):
    """What one submission may use. Seconds are wall clock; ``memory_mib`` is what it may add to the warm server."""

    call_s: float = Field(10, gt=0, le=3600)
    case_s: float = Field(20, gt=0, le=3600)
    submission_s: float = Field(120, gt=0, le=7200)
    memory_mib: int = Field(1024, ge=64, le=65536)


def _setting(value: Any) -> Any:
    """Read what the author wrote: a file's values are text until their type reads them."""
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return value


Setting = Annotated[bool | int | float | str, BeforeValidator(_setting)]
"""A number where it reads as one, true or false, or text."""


class DataSettings(BaseModel):
    """Settings for one data set. Thresholds and epochs are named by the grader that reads them."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, Setting] = Field(init=False)

    call_s: float = Field(60, gt=0, le=3600)
    case_s: float = Field(180, gt=0, le=3600)
    pixels: Literal["float32", "uint8"] = "float32"
    """How images are handed over: in [0, 1], or as the numbers 0 to 255 of the files, a quarter of the memory."""

    def setting(self, name: str) -> Any:
        """Return the author's extra setting ``name``; KeyError if it is not there."""
        return (self.model_extra or {})[name]


class Example(_Model):
    """One line of ``dlquiz run``: an expression over the learner's functions, and what it should give.

    ``call`` is Python; ``np`` and every name of the learner's file are defined.
    """

    call: Text
    expect: Text
    why: str = ""


FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$"
STUB_NAME = r"^[a-z][a-z0-9_]{0,31}\.py$"
FileName = Annotated[str, Field(pattern=FILE_NAME, max_length=100)]
"""A path below the exercise's folder: no part begins with a dot, so none leads out of it or is hidden."""
SetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
"""The name of a data set; whether there is such a set is seen when it is asked for."""
MAX_FILES = 20
MAX_FILES_BYTES = 50_000_000
"""All files together; they are read at every grading, for the digest of what decides it."""


def _different(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        fail(Code.DUPLICATE_ID, "a file stands twice in the list")
    return names


def worth(points: float) -> str:
    """Return ``1 point`` or ``0.75 points``."""
    return f"{points:g} point{'' if points == 1 else 's'}"


class HiddenCases(_Model):
    """What a kit does not hold of an exercise: how many cases, and the points that they give."""

    cases: int = Field(ge=1, le=10_000)
    points: float = Field(ge=0)

    def sentence(self) -> str:
        """Return what a learner reads."""
        more = "1 more check is" if self.cases == 1 else f"{self.cases} more checks are"
        return f"{more} not in this kit: whoever gave it to you grades them, for {worth(self.points)}."


class Exercise(_Model):
    """``exercises/<id>/exercise.yaml``."""

    format_version: Literal[1]
    title: Text
    topic: Id
    file: Annotated[str, Field(pattern=STUB_NAME)]
    summary: Text
    minutes: int = Field(ge=1, le=600)
    points: float = Field(gt=0)
    packages: tuple[Package, ...] = ("numpy",)
    files: Annotated[tuple[FileName, ...], AfterValidator(_different)] = Field((), max_length=MAX_FILES)
    """What submissions may open by these names, read-only; they lie beside exercise.yaml."""
    requires: tuple[Id, ...] = ()
    quizzes: tuple[Id, ...] = ()
    limits: Limits = Limits()
    data: dict[SetName, DataSettings] = Field(default_factory=dict)
    hints: tuple[Text, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = ()
    hidden: HiddenCases | None = None
    """In a kit: the cases that stayed elsewhere."""
