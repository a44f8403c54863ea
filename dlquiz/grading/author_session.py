"""A session for an author's own pytest: ``--submission FILE`` instead of a prepared plan."""

import secrets
from pathlib import Path

import pytest

from dlquiz.content.course import load_exercise
from dlquiz.grading.messages import CaseDone, CaseSpec, Collected, GradingPlan, Message, Work
from dlquiz.grading.session import Session
from dlquiz.grading.settings import budget_of, choose_data
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.submission import read_submission


class AuthorSession(Session):
    """Keeps the points for pytest's summary; what else is told, pytest shows by itself."""

    def __init__(self, plan: GradingPlan, works: tuple[Work, ...]) -> None:
        self._specs: dict[str, CaseSpec] = {}
        self._earned = self._possible = 0.0
        super().__init__(plan, self._listen, works)

    def _listen(self, message: Message) -> None:
        if isinstance(message, Collected):
            self._specs = {case.id: case for case in message.cases}
        elif isinstance(message, CaseDone):
            possible = self._specs[message.case_id].possible
            self._possible += possible
            self._earned += possible if message.outcome == "passed" else 0

    def summary(self) -> str:
        """One line for the end of pytest's report."""
        seed = self.works[0].seed if self.works else 0
        return f"dlquiz: {self._earned:g} of {self._possible:g} points, seed {seed} (--seed repeats it)"


def session_for(config: pytest.Config, files: list[str]) -> AuthorSession:
    """Return a session for the grader that the command line names."""
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("one process keeps the points and the wall: run the cases without -n")
    grader = _grader_folder(config)
    folder = grader.parent.parent / "exercises" / grader.name
    exercise = load_exercise(folder / "exercise.yaml")
    module = Path(exercise.file).stem
    given = config.getoption("dlquiz_seed")
    seed = secrets.randbits(53) if given is None else int(given)
    data_name, data_settings = choose_data(exercise, config.getoption("dlquiz_data"))
    submissions = [read_submission(Path(file), module_name=module, packages=exercise.packages) for file in files]
    plan = GradingPlan(
        grader=str(grader),
        packages=exercise.packages,
        module=module,
        budget=budget_of(exercise, data_settings),
        data_name=data_name,
        data_settings=data_settings,
        forbidden=(str(grader / "solution.py"),),
        files=CourseFiles(str(folder), exercise.files),
    )
    return AuthorSession(plan, tuple(Work(number, one, seed) for number, one in enumerate(submissions)))


def _grader_folder(config: pytest.Config) -> Path:
    for argument in config.args:
        path = Path(argument.partition("::")[0]).resolve()
        folder = path if path.is_dir() else path.parent
        if (folder / "solution.py").exists():
            return folder
    raise pytest.UsageError("name one grader folder, such as graders/exercise3")
