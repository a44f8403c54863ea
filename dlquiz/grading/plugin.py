"""The pytest plugin: fixtures, the ``case`` mark, and results as they come.

Used in two ways. The grader process passes it a prepared session. An author runs
``pytest -p dlquiz.grading.plugin graders/exercise3 --submission FILE`` with all
of pytest's own options (``-k``, ``-x``, ``--pdb``); the worker is walled either way.
"""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pytest

from dlquiz.errors import DlquizError
from dlquiz.grading.case_item import (
    Case,
    case_id,
    number_of,
    parameters_id,
    session_key,
    session_of,
    spec_of,
    title_key,
)
from dlquiz.grading.case_run import End, run_case, tell_case
from dlquiz.grading.case_words import outcome
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.messages import Collected, Measured
from dlquiz.grading.metrics import Metrics
from dlquiz.grading.proxy import SubmissionProxy
from dlquiz.grading.session import Session
from dlquiz.grading.titles import titles

_end_key: pytest.StashKey[End | None] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark, and make a session from the command line if nobody has."""
    config.addinivalue_line("markers", "case(title, points=1, hint=None, public=False, bonus=False): one graded case")
    if session_key not in config.stash and (files := config.getoption("dlquiz_submission", default=None)):
        from dlquiz.grading.author_session import session_for

        try:
            config.stash[session_key] = session_for(config, files)
        except DlquizError as error:
            raise pytest.UsageError(error.message) from error


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what authors pass; the grader process passes a session instead."""
    group = parser.getgroup("dlquiz")
    group.addoption("--submission", dest="dlquiz_submission", action="append", metavar="FILE", help="grade this file")
    group.addoption("--seed", dest="dlquiz_seed", type=int, default=None, help="repeat a grading exactly")
    group.addoption("--data", dest="dlquiz_data", default=None, help="data set for training exercises")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the session's processes."""
    if (session := config.stash.get(session_key, None)) is not None:
        session.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every case for every submission, submission by submission."""
    if "submission" in metafunc.fixturenames:
        session = metafunc.config.stash.get(session_key, None)
        works = session.works if session is not None else ()
        if works is None:
            return  # the grader process collects once and loops over the submissions itself
        count = len(works)
        metafunc.parametrize(
            "submission", range(count), indirect=True, scope="session", ids=[f"s{i}" for i in range(count)]
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check every mark before anything runs, and keep the cases that were asked for."""
    session = config.stash.get(session_key, None)
    if session is None:
        raise pytest.UsageError("name a submission: --submission FILE")
    named = titles({case_id(item): (Case.of(item).title, parameters_id(item)) for item in items})
    for item in items:
        item.stash[title_key] = named[case_id(item)]
    chosen = [item for item in items if _matches(session.plan.case, case_id(item), item.stash[title_key])]
    dropped = [item for item in items if item not in chosen]
    items[:] = chosen
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    specs = tuple({case_id(item): spec_of(item) for item in chosen}.values())
    session.collected(tuple(spec.id for spec in specs))
    session.tell(Collected(specs, tuple(dict.fromkeys(case_id(item) for item in dropped))))


def _matches(pattern: str | None, name: str, title: str) -> bool:
    if pattern is None:
        return True
    from fnmatch import fnmatchcase

    pattern = pattern.lower()
    return any(pattern in text.lower() or fnmatchcase(text.lower(), pattern) for text in (name, title))


# -- fixtures -----------------------------------------------------------------


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest) -> Iterator[SubmissionProxy]:
    """The submission behind the wall: ``submission.softmax(Z)``."""
    session = session_of(request.config)
    own = getattr(request, "param", None)
    yield session.submission(session.number if own is None else int(own))
    if own is not None:
        session.end(int(own))
        session.settle()


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> SubmissionProxy:
    """The reference solution behind the same wall."""
    return session_of(request.config).reference_proxy


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The case's own generator; ``--seed`` repeats it."""
    return session_of(request.config).rng(number_of(request.node), case_id(request.node))


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Any:
    """The training data of the exercise."""
    return _data(session_of(request.config))


def _data(session: Session) -> Any:
    if session.data is None:
        raise CaseBroken("exercise.yaml names no data set, but a case asks for one")
    return session.data


@pytest.fixture
def metrics(request: pytest.FixtureRequest) -> Metrics:
    """Record curves and matrices for the report."""
    return _metrics(session_of(request.config), number_of(request.node))


def _metrics(session: Session, number: int) -> Metrics:
    return Metrics(lambda name, value: session.tell(Measured(number, name, value)))


def value_of(name: str, session: Session, item: pytest.Function) -> Any:
    """Return what the fixture ``name`` of this module gives to a case."""
    match name:
        case "submission":
            return session.submission(session.number)
        case "reference":
            return session.reference_proxy
        case "rng":
            return None  # made when the case draws from it: see _draw
        case "data":
            return _data(session)
        case _:
            return _metrics(session, session.number)


# -- running a case -----------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Run a case, again where nobody is to blame, and decide who is where somebody is."""
    end = run_case(pyfuncitem, session_of(pyfuncitem.config))
    pyfuncitem.stash[_end_key] = end
    if end.error is not None:
        if isinstance(end.error, CaseFailed):
            _end_at_the_case(end.error)
        raise end.error
    return True


def _end_at_the_case(error: CaseFailed) -> None:
    """Cut our own frames off the end of a traceback: ``--pdb`` stops in the author's, where ``submission`` is."""
    step = last = error.__traceback__
    while step is not None:
        if not str(step.tb_frame.f_globals.get("__name__")).startswith("dlquiz."):
            last = step
        step = step.tb_next
    if last is not None:
        last.tb_next = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the case's result when its body has ended, or when it could not begin."""
    report = yield
    if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
        error = call.excinfo.value if call.excinfo is not None else None
        end = item.stash.get(_end_key, None) or End(outcome(error), error, call.duration, [], None)
        item.stash[_end_key] = None  # the same item may run for the next submission
        tell_case(item, session_of(item.config), end)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait for the self-check before the first point is given."""
    ours = session.config.stash.get(session_key, None)
    if ours is not None and not session.config.option.collectonly:
        verdict = ours.begin_check()()
        ours.tell(verdict)
        if ours.plan.isolation == "kernel" and verdict.isolation != "kernel":
            session.shouldfail = "isolation below kernel: " + "; ".join(verdict.reasons)
            pytest.exit(session.shouldfail, returncode=4)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say the points, for an author's plain run."""
    session = config.stash.get(session_key, None)
    line = getattr(session, "summary", None)
    if callable(line):
        terminalreporter.write_line(line())
