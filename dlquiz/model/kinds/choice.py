"""One right option among several."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import checked
from dlquiz.model.common import Common, shared_options
from dlquiz.model.fields import Reasons, Text


class Choice(Common):
    """One right option. Options are shuffled; ``wrong`` maps each distractor to why it is wrong."""

    also_called: ClassVar[tuple[str, ...]] = (
        "mc",
        "mcq",
        "multichoice",
        "multichoise",
        "multiple_choice",
        "multiplechoice",
        "radio",
        "select",
        "single",
        "singlechoice",
    )

    kind: Literal["choice"]
    right: Text
    wrong: Reasons = Field(min_length=1, max_length=19)

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        right = [info.data["right"]] if "right" in info.data else []
        return checked(handler, value, shared_options(right, value))
