"""Terms and their meanings."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import checked
from dlquiz.model.common import Common, only_about, repeated, shared_options
from dlquiz.model.fields import RightOptions, Text


class Match(Common):
    """Terms and their meanings. ``extra`` holds meanings that fit no term, with the reason why."""

    also_called: ClassVar[tuple[str, ...]] = ("matching", "matching_pairs", "pairs")

    kind: Literal["match"]
    pairs: dict[Text, Text] = Field(min_length=2, max_length=12)
    extra: RightOptions = Field(default_factory=dict, max_length=6)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each"] = "each"

    @field_validator("pairs", mode="wrap")
    @classmethod
    def _different(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return checked(handler, value, repeated(value.items() if isinstance(value, Mapping) else ()))

    @field_validator("extra", mode="wrap")
    @classmethod
    def _fits_nothing(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return checked(handler, value, shared_options(info.data.get("pairs", {}).values(), value))

    @field_validator("why")
    @classmethod
    def _about_terms(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        return only_about(why, info.data.get("pairs"))
