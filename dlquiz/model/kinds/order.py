"""Steps to put in order."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from dlquiz.model.codes import Code, Problem, checked, fail, fail_all
from dlquiz.model.common import Common, only_about, repeated, shared_options
from dlquiz.model.fields import RightOptions, Text, Truth

STEP = 4
"""So many spaces before a line of code are one step to the right."""

_Line = Annotated[str, AfterValidator(str.rstrip), StringConstraints(min_length=1)]


class Order(Common):
    """Steps to put in order; ``items`` stand in the right one.

    ``extra`` holds texts that are shown among the items and belong nowhere, with the reason why. With ``indent`` the
    items are lines of code, and how far each stands to the right is asked, too. The items of one list in ``any_order``
    may change places with each other. ``partial`` is ``each`` (share of items at their place), ``pairs`` (share of
    pairs of items in the right order) or ``all``.
    """

    also_called: ClassVar[tuple[str, ...]] = ("ordering", "sequence", "sort", "parsons")

    kind: Literal["order"]
    indent: Truth = False
    items: tuple[_Line, ...] = Field(min_length=2, max_length=12)
    extra: RightOptions = Field(default_factory=dict, max_length=6)
    any_order: tuple[tuple[Text, ...], ...] = ()
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each", "pairs"] = "each"

    @property
    def lines(self) -> tuple[str, ...]:
        """The items without the spaces before them: what is shown to choose from."""
        return tuple(item.strip() for item in self.items)

    @property
    def levels(self) -> tuple[int, ...]:
        """How many steps to the right each item stands."""
        return tuple(level_of(item) for item in self.items)

    @field_validator("items", mode="wrap")
    @classmethod
    def _different(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        items = checked(handler, value, repeated(enumerate(value) if isinstance(value, list | tuple) else ()))
        if not info.data.get("indent"):
            return tuple(item.strip() for item in items)
        fail_all(_badly_indented(items))
        return items

    @field_validator("extra", mode="wrap")
    @classmethod
    def _belongs_nowhere(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        items = (item.strip() for item in info.data.get("items", ()))
        return checked(handler, value, shared_options(items, value))

    @field_validator("any_order")
    @classmethod
    def _groups_of_items(cls, groups: tuple[tuple[str, ...], ...], info: ValidationInfo) -> tuple[tuple[str, ...], ...]:
        items = info.data.get("items")
        listed = [text for group in groups for text in group]
        if any(len(group) < 2 for group in groups):
            fail(Code.WRONG_COUNT, "a list of 'any_order' has at least two items", "take it out")
        if len(set(listed)) != len(listed):
            fail(Code.OPTION_CLASH, "an item stands in 'any_order' twice", "write one list of all that change places")
        if items is not None and (unknown := set(listed) - {item.strip() for item in items}):
            fail(Code.WHY, f"'{min(unknown)}' is none of the items", "copy the text of the item")
        return groups

    @field_validator("why")
    @classmethod
    def _about_items(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        items = info.data.get("items")
        return only_about(why, None if items is None else [item.strip() for item in items])


def level_of(line: str) -> int:
    """Return how many steps to the right a line stands; -1 for what is no whole number of steps."""
    spaces = len(line) - len(line.lstrip())
    return -1 if spaces % STEP or "\t" in line[:spaces] else spaces // STEP


def _badly_indented(items: tuple[str, ...]) -> list[Problem]:
    """Return a problem for each line that no Python file could hold there."""
    help = "write 4 spaces for each step, in quotes: '    return x'"
    odd = [
        Problem(Code.BAD_FORM, f"'{item.strip()}' stands no whole number of steps to the right", help, (place,))
        for place, item in enumerate(items)
        if level_of(item) < 0
    ]
    jumps = [
        Problem(Code.BAD_FORM, f"'{item.strip()}' stands too far to the right for the line before it", help, (place,))
        for place, (before, item) in enumerate(pairwise(("", *items)))
        if level_of(item) > level_of(before) + (place > 0)
    ]
    return odd or jumps
