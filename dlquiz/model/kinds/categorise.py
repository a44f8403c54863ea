"""Items to sort into groups."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, only_about
from dlquiz.model.fields import Text, plain


class Categorise(Common):
    """Items to sort into groups; ``groups`` maps each group to its items."""

    also_called: ClassVar[tuple[str, ...]] = ("categorize", "category", "group", "grouping")

    kind: Literal["categorise"]
    groups: dict[Text, tuple[Text, ...]] = Field(min_length=2, max_length=6)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each"] = "each"

    @property
    def items(self) -> dict[str, str]:
        """Each item with its group."""
        return {item: group for group, items in self.groups.items() for item in items}

    @field_validator("groups", mode="wrap")
    @classmethod
    def _in_one_group(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        seen: dict[str, str] = {}
        problems = []
        for group, items in value.items() if isinstance(value, Mapping) else ():
            for place, item in enumerate(items if isinstance(items, list | tuple) else ()):
                if isinstance(item, str) and plain(item) in seen:
                    message = f"'{item}' stands in '{seen[plain(item)]}' already"
                    problems.append(Problem(Code.OPTION_CLASH, message, "every item has one group", (group, place)))
                elif isinstance(item, str):
                    seen[plain(item)] = str(group)
        groups = checked(handler, value, problems)
        if not 2 <= len(seen) <= 24:
            fail(Code.WRONG_COUNT, f"there must be 2 to 24 items in all, found {len(seen)}")
        return groups

    @field_validator("why")
    @classmethod
    def _about_items(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        groups = info.data.get("groups")
        return only_about(why, None if groups is None else [item for items in groups.values() for item in items])
