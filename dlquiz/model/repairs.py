"""``graders/<id>/repairs.yaml``: wrong solutions that are told as a colleague's broken program."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RepairStory(_Model):
    """One of them: a file in ``wrong/``, and what its author says; nothing in it names the mistake."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.py$")]
    story: Annotated[str, Field(min_length=40)]


class RepairStories(_Model):
    """All of them for one exercise, the easiest first."""

    format_version: Literal[1]
    repairs: Annotated[tuple[RepairStory, ...], Field(min_length=1)]
