"""The ids of exercises, quizzes and questions."""

from typing import Annotated

from pydantic import Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""Ids name folders and rows for ever: lower case, digits, dash and underscore."""

QuestionRef = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}(/[a-z][a-z0-9_-]{0,39})?$")]
"""A question of the same quiz by its id, or of another quiz as ``quiz/id``."""
