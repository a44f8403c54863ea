"""Workers for programs of an exercise that are run and not graded: behind the same wall, with the same limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlquiz.content.course import Course
from dlquiz.errors import SandboxError
from dlquiz.grading.limits import Budget
from dlquiz.grading.preflight import demand_packages
from dlquiz.grading.settings import budget_of, choose_data
from dlquiz.grading.subject import Surroundings
from dlquiz.grading.supervisor import Supervisor
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.submission.plain import Submission


@dataclass(frozen=True, slots=True)
class SideServer:
    """An open server, and what a call may cost."""

    supervisor: Supervisor
    budget: Budget

    def around(self, probe: str | None = None) -> Surroundings:
        """Return what subjects share; ``probe`` is a file of this folder that is loaded beside each of them."""
        if probe is None:
            return Surroundings(self.supervisor, None, self.budget, {})
        source = Path(__file__).with_name(probe).read_bytes()
        helper = Submission(probe, probe.removesuffix(".py"), source, sha256="", file=probe)
        return Surroundings(self.supervisor, helper, self.budget, {})


@contextmanager
def side_server(course: Course, exercise_id: str, *, strangers: bool = False) -> Iterator[SideServer]:
    """Start a server whose wall was checked, and end it.

    Parameters
    ----------
    strangers : bool
        The programs are not those of the person who runs this: nothing is run behind a weaker wall.

    Raises
    ------
    MissingPackage, SandboxError
        Nothing can be run here.
    """
    exercise = course.exercise(exercise_id)
    demand_packages(exercise_id, exercise.packages)
    budget = budget_of(exercise, choose_data(exercise, None)[1])
    files = CourseFiles(str(course.exercise_folder(exercise_id)), exercise.files)
    solution = course.solution_path(exercise_id)
    forbidden = (str(solution),) if solution.is_file() else ()
    supervisor = Supervisor(tuple(exercise.packages), "kernel", forbidden, files)
    try:
        wall, surprises = supervisor.verdict(supervisor.begin_check())
        if strangers and (surprises or not wall.kernel):
            raise SandboxError(
                "Other people's files are run only at level kernel, and there is no such wall here.",
                next_step="dlquiz doctor",
            )
        yield SideServer(supervisor, budget)
    finally:
        supervisor.close()
