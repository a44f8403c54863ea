"""Put the built-in course into standard wheels as ``dlquiz/_course``.

An editable install must keep reading the repository's own folders, so that an
edited lesson or grader is live at once: nothing is copied for those.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COURSE_FOLDERS = ("exercises", "graders", "quizzes")


class CourseHook(BuildHookInterface):
    """Copy the course folders into a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the course folders to ``build_data`` unless the build is an editable one."""
        if self.target_name != "wheel" or version != "standard":
            return
        for folder in COURSE_FOLDERS:
            build_data["force_include"][str(Path(self.root, folder))] = f"dlquiz/_course/{folder}"
