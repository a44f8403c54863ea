"""What has to be there before a grading begins. Without it every case would end with the same excuse.

Standard library only: the command line asks before it starts anything.
"""

from collections.abc import Iterable

from dlquiz.errors import MissingPackage, SandboxError
from dlquiz.grading.messages import WallBuilt
from dlquiz.sandbox.packages import first_missing


def demand_packages(exercise_id: str, packages: Iterable[str]) -> None:
    """Raise MissingPackage, with the command that installs it, for the first package that is not here."""
    package = first_missing(packages)
    if package is not None:
        raise MissingPackage(
            f"{exercise_id} needs the package {package.name}, which is not installed here.",
            next_step=f'python -m pip install "{package.install}"',
        )


def demand_wall(isolation: str | None, wall: WallBuilt | None) -> None:
    """Raise SandboxError if level ``kernel`` was asked for and the wall that stands is less."""
    if isolation != "kernel" or wall is None or wall.isolation == "kernel":
        return
    raise SandboxError(
        f"The wall cannot be built here as strong as was asked (kernel): {'; '.join(wall.reasons)}.",
        next_step="dlquiz doctor   (what is missing here)",
    )
