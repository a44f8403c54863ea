"""Steps to put in order."""

from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import checked
from dlquiz.model.common import Common, only_about, repeated
from dlquiz.model.fields import Text


class Order(Common):
    """Steps to put in order; ``items`` stand in the right one.

    ``partial`` is ``each`` (share of items at their place), ``pairs`` (share of pairs of items in the right order)
    or ``all``.
    """

    also_called: ClassVar[tuple[str, ...]] = ("ordering", "sequence", "sort")

    kind: Literal["order"]
    items: tuple[Text, ...] = Field(min_length=2, max_length=12)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each", "pairs"] = "each"

    @field_validator("items", mode="wrap")
    @classmethod
    def _different(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return checked(handler, value, repeated(enumerate(value) if isinstance(value, list | tuple) else ()))

    @field_validator("why")
    @classmethod
    def _about_items(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        return only_about(why, info.data.get("items"))
