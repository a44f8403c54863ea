"""What a check found out, for people and for tools."""

from dataclasses import dataclass

from dlquiz.errors import Finding


@dataclass(frozen=True, slots=True)
class LostCase:
    """A case that a wrong solution loses: ``how`` is "value", or the cause in the report.

    ``says`` is its diagnosis, else its message.
    """

    case: str
    how: str
    seeds: tuple[int, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class WrongSolution:
    """What became of a wrong solution.

    ``failed``: it loses a case under every seed. ``exact``: it loses what its header says, under every seed, and
    nothing else. ``named``: a case says what is wrong with it, in words that no other wrong solution gets.
    """

    name: str
    title: str
    failed: bool
    exact: bool
    named: bool
    lost: tuple[LostCase, ...]


@dataclass(frozen=True, slots=True)
class ExerciseCheck:
    """The result for one exercise. ``gradings`` counts reports, ``seconds`` are those that somebody waited.

    The reference was graded under ``seeds`` seeds, right and wrong solutions under ``wrong_seeds``.
    """

    exercise: str
    findings: tuple[Finding, ...]
    cases: int = 0
    points: float = 0
    right: int = 0
    wrong: int = 0
    seeds: int = 0
    wrong_seeds: int = 0
    gradings: int = 0
    cached: int = 0
    """How many of the gradings were taken from an earlier check."""
    seconds: float = 0
    solutions: tuple[WrongSolution, ...] = ()
    machine: tuple[str, ...] = ()
    """What of this machine failed; such an exercise is neither certified nor refused."""
    skipped: str = ""
    """What is not installed, with the command that installs it: nothing was graded."""
    partly: bool = False
    """Only some files were asked for: whatever is found, the exercise is not certified by it."""

    sampled: bool = False
    """Not all wrong solutions were graded: neither is it then."""
    spared: int = 0
    """Costly cases that were not run for wrong solutions, because these need not lose them."""
    lean: bool = False
    """Wrong solutions were graded with savings: nobody asked what most of their mistakes are called."""

    @property
    def certified(self) -> bool:
        """Whether everything was looked at, and nothing is left to complain about."""
        return not (self.findings or self.machine or self.skipped or self.partly or self.sampled)


@dataclass(frozen=True, slots=True)
class CourseCheck:
    """The result for a course, or for the exercises that were asked for."""

    course: str
    exercises: tuple[ExerciseCheck, ...]
    quizzes: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What is wrong with the quizzes."""
    seconds: float = 0
    root: str = ""
    """The folder of the course."""

    @property
    def exit_code(self) -> int:
        """4 the machine failed or lacks something, 3 the author has something to do, 0 neither."""
        if any(one.machine or one.skipped for one in self.exercises):
            return 4
        return 3 if self.findings or any(one.findings for one in self.exercises) else 0
