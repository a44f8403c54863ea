"""A statement to judge."""

from typing import ClassVar, Literal

from dlquiz.model.common import Common
from dlquiz.model.fields import Truth


class TrueFalse(Common):
    """A statement that is true or false; ``explain`` says why."""

    also_called: ClassVar[tuple[str, ...]] = ("bool", "boolean", "tf", "true-false", "true_false", "yesno")

    kind: Literal["truefalse"]
    answer: Truth
