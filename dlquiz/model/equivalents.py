"""``graders/<id>/equivalent.yaml``: one-place changes of the reference that no case can tell from it, and why."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Equivalent(_Model):
    """A change as ``dlquiz dev check --mutate`` names it, and the reason why it makes no wrong program."""

    function: str
    change: Text
    why: Annotated[str, Field(min_length=10)]


class Equivalents(_Model):
    """All of them for one exercise."""

    format_version: Literal[1]
    changes: tuple[Equivalent, ...] = ()
