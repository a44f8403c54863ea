"""The public functions, for services and notebooks; ``import dlquiz`` gives them lazily."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.content import load_course
from dlquiz.content import load_quiz as _load_quiz
from dlquiz.model.quiz import Quiz
from dlquiz.model.report import Report
from dlquiz.submission import read_submission

if TYPE_CHECKING:
    from dlquiz.grading.proxy import Owner


def grade(
    exercise: str,
    file: str | Path,
    *,
    course: str | Path | None = None,
    seed: int | None = None,
    data: str | None = None,
    isolation: str | None = None,
) -> Report:
    """Grade ``file`` as a submission of ``exercise`` and return the report.

    Parameters
    ----------
    exercise : str
        An exercise's id, such as ``"exercise3"``.
    file : path
        The learner's ``.py`` file.
    course : path, optional
        Another course folder. Its graders are code that runs trusted.
    seed, data, isolation
        As the options of ``dlquiz grade``.

    Raises
    ------
    DlquizError
        With ``message`` and ``next_step``; see :mod:`dlquiz.errors` for the tree.
    """
    from dlquiz.grading.run import grade as run

    loaded = load_course(None if course is None else Path(course))
    submission = read_submission(Path(file), module_name=loaded.stub_path(exercise).stem)
    return run(loaded, exercise, submission, seed=seed, data=data, isolation=isolation)


@contextmanager
def open_submission(
    file: str | Path, *, packages: Sequence[str] = ("numpy",), memory_mib: int = 1024, call_s: float = 10
) -> "Iterator[Owner]":
    """Open ``file`` behind the wall: ``with open_submission("backprop.py") as work: work.relu(Z)``.

    Every call runs in a confined process and returns plain values and arrays; a
    call that raises, is too slow or dies raises :class:`dlquiz.grading.failure.CaseFailed`.
    """
    from dlquiz.grading.budget import Budget
    from dlquiz.grading.proxy import Owner
    from dlquiz.grading.side import Side, Source
    from dlquiz.sandbox.service import start_server

    submission = read_submission(Path(file), module_name=Path(file).stem)
    budget = Budget(call_s=call_s, case_s=float("inf"), submission_s=86_400, memory_mib=memory_mib)
    with start_server(packages) as server:
        side = Side(server, Source(submission.module_name, submission.source, submission.name), None, budget, {}, 0)
        side.begin("open_submission")
        yield Owner(side)
        side.close()


def load_quiz(path: str | Path) -> Quiz:
    """Read and validate one quiz file; ContentError lists every mistake with its place."""
    return _load_quiz(Path(path))
