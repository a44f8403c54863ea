"""Several right options."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import checked
from dlquiz.model.common import Common, shared_options
from dlquiz.model.fields import Reasons, RightOptions


class Multi(Common):
    """Several right options; ``right`` maps each to why it is right, or to None.

    ``partial`` names how a partly right answer scores: ``all`` (right or nothing),
    ``each`` (every option decided rightly counts), ``net`` (right ticks less wrong
    ticks, never below 0).
    """

    also_called: ClassVar[tuple[str, ...]] = ("checkbox", "checkboxes", "multiple", "multiple_answers", "multiselect")

    kind: Literal["multi"]
    right: RightOptions = Field(min_length=1, max_length=19)
    wrong: Reasons = Field(min_length=1, max_length=19)
    partial: Literal["all", "each", "net"] = "net"

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return checked(handler, value, shared_options(info.data.get("right", ()), value))
