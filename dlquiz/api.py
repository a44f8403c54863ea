"""The public functions, for services and notebooks; ``import dlquiz`` gives them lazily."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.content.course import load_course
from dlquiz.content.course import load_quiz as _load_quiz
from dlquiz.errors import SubmissionError
from dlquiz.model.quiz import Quiz
from dlquiz.model.report import Report
from dlquiz.submission import Submission, read_submission

if TYPE_CHECKING:
    from dlquiz.grading.proxy import SubmissionProxy


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


def grade_many(
    exercise: str,
    files: Iterable[str | Path],
    *,
    course: str | Path | None = None,
    seed: int | None = None,
    data: str | None = None,
    isolation: str | None = None,
    jobs: int = 1,
) -> Iterator[tuple[Path, Report | SubmissionError]]:
    """Grade many files as submissions of ``exercise``; yield each with its report, in their order, as they are done.

    A file that cannot be read as a submission comes with the error that says so, and stops nothing. Each submission
    runs in processes of its own; the cases are collected and the packages loaded once for all.

    Parameters
    ----------
    files : iterable of paths
        As for :func:`grade`. It is read as it is needed, and may be long.
    seed : int, optional
        One seed gives all of them the same numbers; without it each file gets others.
    jobs : int
        Processes that grade at the same time.
    course, data, isolation
        As for :func:`grade`.

    Raises
    ------
    DlquizError
        Nothing can be graded at all: no such exercise, a package or a data set is missing, no wall as was asked.
    """
    from dlquiz.grading.run import grade_many as run
    from dlquiz.grading.run import in_order

    loaded = load_course(None if course is None else Path(course))
    module, packages = loaded.stub_path(exercise).stem, loaded.exercise(exercise).packages
    taken: deque[tuple[Path, SubmissionError | None]] = deque()

    def submissions() -> Iterator[Submission]:
        for path in map(Path, files):
            try:
                submission = read_submission(path, module_name=module, packages=packages)
            except SubmissionError as error:
                taken.append((path, error))
            else:
                taken.append((path, None))
                yield submission

    reports = run(loaded, exercise, submissions(), seed=seed, data=data, isolation=isolation, jobs=jobs)
    for report in in_order(reports):
        yield from _refused(taken)
        yield taken.popleft()[0], report
    yield from _refused(taken)


def _refused(taken: deque[tuple[Path, SubmissionError | None]]) -> Iterator[tuple[Path, SubmissionError]]:
    """Take the files that could not be read off the beginning."""
    while taken and (error := taken[0][1]) is not None:
        yield taken.popleft()[0], error


@contextmanager
def open_submission(
    file: str | Path,
    *,
    module: str | None = None,
    packages: Sequence[str] = ("numpy",),
    memory_mib: int = 1024,
    call_s: float = 10,
) -> "Iterator[SubmissionProxy]":
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
    from dlquiz.grading.limits import Budget
    from dlquiz.grading.proxy import SubmissionProxy
    from dlquiz.grading.subject import Subject, Surroundings
    from dlquiz.sandbox.open import start_server

    path = Path(file)
    name = module or path.name.removesuffix(path.suffix).removesuffix(".tar")
    submission = read_submission(path, module_name=name, packages=packages)
    budget = Budget(call_s=call_s, case_s=float("inf"), submission_s=86_400, memory_mib=memory_mib)
    with start_server(packages) as server:
        subject = Subject(Surroundings(server, None, budget, {}), submission, 0)
        subject.begin("open_submission")
        yield SubmissionProxy(subject)
        subject.close()


def load_quiz(path: str | Path) -> Quiz:
    """Read and validate one quiz file; ContentError lists every mistake with its place."""
    return _load_quiz(Path(path))
