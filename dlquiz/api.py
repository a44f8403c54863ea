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
        The learner's ``.py`` file, notebook (``.ipynb``), folder or archive (``.zip``, ``.tar``, ``.tar.gz``,
        ``.tgz``). A folder or archive holds the exercise's own file by its name.
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
    packages = loaded.exercise(exercise).packages
    submission = read_submission(Path(file), module_name=loaded.stub_path(exercise).stem, packages=packages)
    return run(loaded, exercise, submission, seed=seed, data=data, isolation=isolation)


@contextmanager
def open_submission(
    file: str | Path,
    *,
    module: str | None = None,
    packages: Sequence[str] = ("numpy",),
    memory_mib: int = 1024,
    call_s: float = 10,
) -> "Iterator[Owner]":
    """Open ``file`` behind the wall: ``with open_submission("backprop.py") as work: work.relu(Z)``.

    Every call runs in a confined process and returns plain values and arrays; a
    call that raises, is too slow or dies raises :class:`dlquiz.grading.failure.CaseFailed`.

    Parameters
    ----------
    file : path
        A ``.py`` file, notebook, folder or archive.
    module : str, optional
        The module's name: which file of a folder or archive is the main one. Without it, the name of ``file``.
    packages : sequence of str
        What the code may import beside the standard library.
    memory_mib, call_s
        What it may add to the warm server's memory (MiB), and how long one call may take (seconds).

    Raises
    ------
    SubmissionError
        There is nothing that can be read as a submission.
    """
    from dlquiz.grading.budget import Budget
    from dlquiz.grading.proxy import Owner
    from dlquiz.grading.side import Side, Source
    from dlquiz.sandbox.service import start_server

    path = Path(file)
    name = module or path.name.removesuffix(path.suffix).removesuffix(".tar")
    submission = read_submission(path, module_name=name, packages=packages)
    budget = Budget(call_s=call_s, case_s=float("inf"), submission_s=86_400, memory_mib=memory_mib)
    with start_server(packages) as server:
        side = Side(server, Source.of(submission), None, budget, {}, 0)
        side.begin("open_submission")
        yield Owner(side)
        side.close()


def load_quiz(path: str | Path) -> Quiz:
    """Read and validate one quiz file; ContentError lists every mistake with its place."""
    return _load_quiz(Path(path))
