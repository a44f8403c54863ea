"""Five kinds of questions that are answered by choosing, or by typing one thing.

Whatever a validator here finds is raised with a stable code (``dlquiz.model.codes``), all mistakes at once.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, accepts, shared_options, texts
from dlquiz.model.fields import (
    Absent,
    Accepted,
    Number,
    NumberReasons,
    Reasons,
    RightOptions,
    Text,
    Tolerance,
    Truth,
    bounds,
    exact,
)


class Choice(Common):
    """One right option. Options are shuffled; ``wrong`` maps each distractor to why it is wrong."""

    kind: Literal["choice"]
    right: Text
    wrong: Reasons = Field(min_length=1, max_length=19)

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        right = [info.data["right"]] if "right" in info.data else []
        return checked(handler, value, shared_options(right, value))


class Multi(Common):
    """Several right options; ``right`` maps each to why it is right, or to None.

    ``partial`` names how a partly right answer scores: ``all`` (right or nothing),
    ``each`` (every option decided rightly counts), ``net`` (right ticks less wrong
    ticks, never below 0).
    """

    kind: Literal["multi"]
    right: RightOptions = Field(min_length=1, max_length=19)
    wrong: Reasons = Field(min_length=1, max_length=19)
    partial: Literal["all", "each", "net"] = "net"

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return checked(handler, value, shared_options(info.data.get("right", ()), value))


class TrueFalse(Common):
    """A statement that is true or false; ``explain`` says why."""

    kind: Literal["truefalse"]
    answer: Truth


class Numeric(Common):
    """A number, in ``unit`` if there is one.

    ``tolerance`` is absolute (a float), relative (``"5%"`` of the answer) or the
    accepted range (a pair). ``near`` maps foreseen wrong numbers, as text, to feedback.
    """

    kind: Literal["numeric"]
    answer: Number
    tolerance: Tolerance = 0.0
    unit: Annotated[Text | None, Absent] = None
    near: NumberReasons = Field(default_factory=dict, max_length=20)

    @field_validator("tolerance")
    @classmethod
    def _answer_is_right(cls, tolerance: float | str | tuple[float, float], info: ValidationInfo) -> Any:
        answer = info.data.get("answer")
        if answer is None:
            return tolerance
        if isinstance(tolerance, tuple) and not tolerance[0] <= answer <= tolerance[1]:
            fail(
                Code.OUT_OF_RANGE,
                f"the answer {answer:g} lies outside the range",
                "write a range that holds the answer",
            )
        if isinstance(tolerance, str) and answer == 0:
            fail(Code.OUT_OF_RANGE, "a percentage of 0 is 0", "write a number such as 0.01")
        return tolerance

    @field_validator("near", mode="wrap")
    @classmethod
    def _near_is_wrong(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        readable = "answer" in info.data and "tolerance" in info.data
        right = bounds(info.data["answer"], info.data["tolerance"]) if readable else None
        return checked(handler, value, _near_problems(value, right))


def _near_problems(near: Any, right: tuple[Fraction, Fraction] | None) -> Iterator[Problem]:
    seen = set()
    for text in texts(near):
        try:
            value = exact(text.strip())
        except (ValueError, ZeroDivisionError):
            continue  # the field's type says so
        if right and right[0] <= value <= right[1]:
            message = f"'{text}' counts as right: everything from {float(right[0]):g} to {float(right[1]):g} does"
            help = "make the tolerance smaller, or take this line out"
            yield Problem(Code.NEAR_IS_RIGHT, message, help, (text,), at_key=True)
        if value in seen:
            yield Problem(Code.OPTION_CLASH, f"the number '{text}' stands here twice", "", (text,), at_key=True)
        seen.add(value)


class Short(Common):
    """A word or a short phrase, upper and lower case alike.

    ``accept`` holds texts and ``/patterns/`` (full match; ``dlquiz.model.pattern``),
    ``typos`` is how many slips are forgiven, ``reject`` maps foreseen wrong texts to feedback.
    """

    kind: Literal["short"]
    accept: tuple[Accepted, ...] = Field(min_length=1, max_length=50)
    typos: int = Field(0, ge=0, le=2)
    reject: Reasons = Field(default_factory=dict, max_length=50)

    @field_validator("reject", mode="wrap")
    @classmethod
    def _reject_is_wrong(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        help = "take one of the two out"
        accepted = (
            (text, next((other for other in info.data.get("accept", ()) if accepts(other, text)), None))
            for text in texts(value)
        )
        problems = (
            Problem(Code.REJECT_IS_RIGHT, f"'{text}' is accepted by '{other}'", help, (text,), at_key=True)
            for text, other in accepted
            if other is not None
        )
        return checked(handler, value, problems)
