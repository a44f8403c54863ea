"""A session for an author's own pytest: ``--submission FILE`` instead of a prepared plan."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from dlquiz.content import load_exercise
from dlquiz.grading.plan import budget_of, choose_data
from dlquiz.grading.session import Plan, Session, Work
from dlquiz.grading.side import Source
from dlquiz.submission import read_submission


class AuthorSession(Session):
    """Keeps the points for pytest's summary; what else is told, pytest shows by itself."""

    def __init__(self, plan: Plan) -> None:
        self.points: list[tuple[float, float]] = []
        super().__init__(plan, self._listen)

    def _listen(self, event: dict[str, Any]) -> None:
        if event["event"] == "case":
            self.points.append((event["possible"] if event["outcome"] == "passed" else 0, event["possible"]))

    def summary(self) -> str:
        """One line for the end of pytest's report."""
        earned, possible = (sum(column) for column in zip(*self.points, strict=True)) if self.points else (0, 0)
        return f"dlquiz: {earned:g} of {possible:g} points, seed {self._works[0].seed} (--seed repeats it)"


def session_for(config: pytest.Config, files: list[str]) -> AuthorSession:
    """Return a session for the grader that the command line names."""
    grader = _grader_folder(config)
    exercise = load_exercise(grader.parent.parent / "exercises" / grader.name / "exercise.yaml")
    module = Path(exercise.file).stem
    given = config.getoption("dlquiz_seed")
    seed = secrets.randbits(53) if given is None else int(given)
    data_name, data_settings = choose_data(exercise, config.getoption("dlquiz_data"))
    submissions = [read_submission(Path(file), module_name=module, packages=exercise.packages) for file in files]
    plan = Plan(
        grader=grader,
        packages=exercise.packages,
        module=module,
        budget=budget_of(exercise, data_settings),
        works=tuple(Work(Source.of(submission), seed) for submission in submissions),
        data_name=data_name,
        data_settings=data_settings,
        forbidden=(str(grader / "solution.py"),),
    )
    return AuthorSession(plan)


def _grader_folder(config: pytest.Config) -> Path:
    for argument in config.args:
        path = Path(argument.partition("::")[0]).resolve()
        folder = path if path.is_dir() else path.parent
        if (folder / "solution.py").exists():
            return folder
    raise pytest.UsageError("name one grader folder, such as graders/exercise3")
