"""A course's manifest as text: for a part of a course that goes somewhere else."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.model.course import CourseManifest


def manifest_text(manifest: "CourseManifest", exercises: Sequence[str], quizzes: Sequence[str]) -> str:
    """Return ``course.yaml`` of a course that has only these exercises and quizzes."""
    texts = {name: getattr(manifest, name) for name in ("name", "title", "version", "welcome", "finish")}
    lines = [f"{name}: {json.dumps(text)}" for name, text in texts.items()]
    lists = [f"exercises: [{', '.join(exercises)}]", f"quizzes: [{', '.join(quizzes)}]"]
    return "\n".join(["format_version: 1", *lines, *lists, ""])
