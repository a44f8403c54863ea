"""A typed word."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import Code, Problem, checked
from dlquiz.model.common import Common, accepts, texts
from dlquiz.model.fields import Accepted, Reasons


class Short(Common):
    """A word or a short phrase, upper and lower case alike.

    ``accept`` holds texts and ``/patterns/`` (full match; ``dlquiz.model.pattern``),
    ``typos`` is how many slips are forgiven, ``reject`` maps foreseen wrong texts to feedback.
    """

    also_called: ClassVar[tuple[str, ...]] = ("regex", "short_answer", "shortanswer", "text")

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
