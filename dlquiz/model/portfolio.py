"""What somebody has built in a course: what the page at the end is made of."""

from dataclasses import dataclass
from datetime import date

from dlquiz.model.metrics import Metric


@dataclass(frozen=True, slots=True)
class Built:
    """One exercise that was graded: its best grading, what was measured in it, and how many gradings there were."""

    exercise_id: str
    title: str
    summary: str
    earned: float
    possible: float
    bonus: float
    day: date
    gradings: int
    passed: bool
    seed: int
    measured: dict[str, Metric]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All of them, in the course's order.

    ``exercises`` is how many the course has. ``terms`` are those of which the learner knows every question now,
    ``questions`` how many questions were answered, ``repaired`` how many broken programs were mended.
    """

    course: str
    day: date
    built: tuple[Built, ...]
    exercises: int
    possible: float
    terms: tuple[str, ...] = ()
    questions: int = 0
    repaired: int = 0

    @property
    def earned(self) -> float:
        """The points of all best gradings."""
        return sum(one.earned for one in self.built)

    @property
    def done(self) -> int:
        """How many exercises have full points."""
        return sum(one.passed for one in self.built)
