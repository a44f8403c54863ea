"""A number."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, texts
from dlquiz.model.fields import Absent, Number, NumberReasons, Text, Tolerance
from dlquiz.model.params import Filler
from dlquiz.model.tolerance import bounds, exact


class Numeric(Common):
    """A number, in ``unit`` if there is one.

    ``tolerance`` is absolute (a float), relative (``"5%"`` of the answer) or the
    accepted range (a pair). ``near`` maps foreseen wrong numbers, as text, to feedback.
    """

    also_called: ClassVar[tuple[str, ...]] = ("number", "numeric_answer", "numerical")

    kind: Literal["numeric"]
    answer: Number
    tolerance: Tolerance = 0.0
    unit: Annotated[Text | None, Absent] = None
    near: NumberReasons = Field(default_factory=dict, max_length=20)

    @classmethod
    def fill_numbers(cls, filled: dict[str, Any], filler: Filler) -> None:
        """Give ``answer``, ``tolerance`` and the keys of ``near`` their values."""
        if "answer" in filled:
            filled["answer"] = filler.number(filled["answer"], ("answer",))
        tolerance = filled.get("tolerance")
        if isinstance(tolerance, list):
            filled["tolerance"] = [filler.number(end, ("tolerance", i)) for i, end in enumerate(tolerance)]
        elif isinstance(tolerance, str) and not tolerance.strip().endswith("%"):
            filled["tolerance"] = filler.number(tolerance, ("tolerance",))
        if isinstance(filled.get("near"), dict):
            filled["near"] = dict(filler.foreseen("near", filled["near"], _range(filled)))

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


def _range(filled: Mapping[str, Any]) -> tuple[Fraction, Fraction] | None:
    """Return what counts as right, before it is validated; None if that cannot be said (its field will say why)."""
    tolerance = filled.get("tolerance", "0")
    try:
        if isinstance(tolerance, list):
            return exact(tolerance[0]), exact(tolerance[1])
        return bounds(float(filled["answer"]), tolerance if str(tolerance).endswith("%") else float(tolerance))
    except (KeyError, ValueError, TypeError, IndexError, ArithmeticError):
        return None


def _near_problems(near: Any, right: tuple[Fraction, Fraction] | None) -> Iterator[Problem]:
    seen = set()
    for text in texts(near):
        try:
            value = exact(text)
        except (ValueError, ZeroDivisionError):
            continue  # the field's type says so
        if right and right[0] <= value <= right[1]:
            message = f"'{text}' counts as right: everything from {float(right[0]):g} to {float(right[1]):g} does"
            help = "make the tolerance smaller, or take this line out"
            yield Problem(Code.NEAR_IS_RIGHT, message, help, (text,), at_key=True)
        if value in seen:
            yield Problem(Code.OPTION_CLASH, f"the number '{text}' stands here twice", "", (text,), at_key=True)
        seen.add(value)
