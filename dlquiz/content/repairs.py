"""The stories of broken programs that come with an exercise."""

from pathlib import Path

from dlquiz.content.course import validated
from dlquiz.content.yamlfile import read_document
from dlquiz.model.repairs import RepairStories, RepairStory

REPAIRS = "repairs.yaml"


def repair_stories(grader: Path) -> tuple[RepairStory, ...]:
    """Return the stories in an exercise's grader folder, in the order in which they are told; most have none.

    Raises
    ------
    ContentError
        The file is there and not as it must be.
    """
    path = grader / REPAIRS
    return validated(read_document(path), RepairStories).repairs if path.is_file() else ()
