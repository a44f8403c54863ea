"""The pytest plugin: fixtures, the ``case`` mark, and results as they come.

Used in two ways. The grader process passes it a prepared session. An author runs
``pytest -p dlquiz.grading.plugin graders/exercise3 --submission FILE`` with all
of pytest's own options (``-k``, ``-x``, ``--pdb``); the worker is walled either way.
"""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from dlquiz.errors import DlquizError
from dlquiz.grading import context
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.proxy import Owner
from dlquiz.grading.session import Session
from dlquiz.sandbox.client import CallFailed, WorkerVanished

FRESH_TRIES = 2
"""Times a case runs again after its worker died of something that nothing explains."""

session_key: pytest.StashKey[Session] = pytest.StashKey()
_end_key: pytest.StashKey["End | None"] = pytest.StashKey()
_case_key: pytest.StashKey["Case"] = pytest.StashKey()
_described_key: pytest.StashKey[dict[str, Any]] = pytest.StashKey()


@dataclass(frozen=True, slots=True)
class Case:
    """The ``case`` mark of a test function."""

    title: str
    points: float
    hint: str | None
    public: bool
    bonus: bool
    call_s: float | None

    @classmethod
    def of(cls, item: pytest.Item) -> "Case":
        """Read the mark, once for all submissions; a test without one is an author's mistake."""
        if (read := item.stash.get(_case_key, None)) is not None:
            return read
        mark = item.get_closest_marker("case")
        if mark is None or len(mark.args) != 1:
            raise pytest.UsageError(f"{item.nodeid} needs @pytest.mark.case('what it checks', points=…)")
        known: dict[str, Any] = {"points": 1.0, "hint": None, "public": False, "bonus": False, "call_s": None}
        if unknown := set(mark.kwargs) - set(known):
            raise pytest.UsageError(f"{item.nodeid}: the case mark has no {', '.join(sorted(unknown))}")
        item.stash[_case_key] = case = cls(title=str(mark.args[0]), **(known | dict(mark.kwargs)))
        return case


@dataclass
class End:
    """How the body of a case ended; kept on the item until its report is made."""

    outcome: str
    error: BaseException | None
    seconds: float
    remarks: list[str]
    inputs: str | None


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark, and make a session from the command line if nobody has."""
    config.addinivalue_line("markers", "case(title, points=1, hint=None, public=False, bonus=False): one graded case")
    if session_key not in config.stash and (files := config.getoption("dlquiz_submission", default=None)):
        from dlquiz.grading.author import session_for

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
        works = session.plan.works if session is not None else ()
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
    chosen = [item for item in items if _matches(session.plan.case, case_id(item), Case.of(item).title)]
    dropped = [item for item in items if item not in chosen]
    items[:] = chosen
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    cases = [describe(item) for item in chosen if _index(item) == 0]
    session.tell({"event": "collected", "cases": cases, "left_out": len({case_id(item) for item in dropped})})


def _matches(pattern: str | None, name: str, title: str) -> bool:
    if pattern is None:
        return True
    from fnmatch import fnmatchcase

    pattern = pattern.lower()
    return any(pattern in text.lower() or fnmatchcase(text.lower(), pattern) for text in (name, title))


def case_id(item: pytest.Item) -> str:
    """Return ``test_file.py::test_name[parameters]`` without the submission's own parameter."""
    name = item.name
    if "[" in name:
        base, _, inside = name.partition("[")
        own = f"s{_index(item)}" if _is_parametrized(item) else None
        rest = [part for part in inside.rstrip("]").split("-") if part != own]
        name = f"{base}[{'-'.join(rest)}]" if rest else base
    return f"{item.path.name}::{name}"


def _index(item: pytest.Item) -> int:
    """Return which submission a case runs for."""
    if _is_parametrized(item):
        return int(item.callspec.params["submission"])  # type: ignore[attr-defined]
    return _session(item.config).index


def _is_parametrized(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and "submission" in callspec.params


def describe(item: pytest.Item) -> dict[str, Any]:
    """Return what is known of a case before it runs."""
    if (described := item.stash.get(_described_key, None)) is not None:
        return described
    case = Case.of(item)
    item.stash[_described_key] = described = {
        "id": case_id(item),
        "title": case.title,
        "visibility": "public" if case.public else "hidden",
        "possible": 0 if case.bonus else case.points,
        "bonus": case.points if case.bonus else 0,
        "hint": case.hint,
    }
    return described


# -- fixtures -----------------------------------------------------------------


def _session(config: pytest.Config) -> Session:
    return config.stash[session_key]


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest) -> Iterator[Owner]:
    """The submission behind the wall: ``submission.softmax(Z)``."""
    session = _session(request.config)
    own = getattr(request, "param", None)
    yield session.submission(session.index if own is None else int(own))
    if own is not None:
        session.end(int(own))
        session.settle()


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> Owner:
    """The reference solution behind the same wall."""
    return _session(request.config).reference_owner


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The case's own generator; ``--seed`` repeats it."""
    return _session(request.config).rng(_index(request.node), case_id(request.node))


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Any:
    """The training data of the exercise."""
    return _data(_session(request.config))


def _data(session: Session) -> Any:
    if session.data is None:
        raise CaseBroken("exercise.yaml names no data set, but a case asks for one")
    return session.data


class Metrics:
    """Where a grader records what pictures are drawn from."""

    def __init__(self, session: Session, index: int) -> None:
        self._session = session
        self._index = index

    def record(self, name: str, value: Any) -> None:
        """Keep ``value`` (plain lists, dicts, numbers) in the report's ``metrics``."""
        self._session.tell({"event": "metric", "submission": self._index, "name": name, "value": _plain(value)})


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.fixture
def metrics(request: pytest.FixtureRequest) -> Metrics:
    """Record curves and matrices for the report."""
    return Metrics(_session(request.config), _index(request.node))


def value_of(name: str, session: Session, item: pytest.Function) -> Any:
    """Return what the fixture ``name`` of this module gives to a case."""
    match name:
        case "submission":
            return session.submission(session.index)
        case "reference":
            return session.reference_owner
        case "rng":
            return session.rng(session.index, case_id(item))
        case "data":
            return _data(session)
        case _:
            return Metrics(session, session.index)


# -- running a case -----------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Run a case, again where nobody is to blame, and decide who is where somebody is."""
    end = run_case(pyfuncitem, _session(pyfuncitem.config))
    pyfuncitem.stash[_end_key] = end
    if end.error is not None:
        raise end.error
    return True


def run_case(pyfuncitem: pytest.Function, session: Session) -> End:
    """Run a case whose ``funcargs`` are there; return how it ended."""
    case = Case.of(pyfuncitem)
    started = time.perf_counter()
    error: BaseException | None = None
    notes = context.begin(public=case.public)
    for attempt in range(1 + FRESH_TRIES):
        notes = context.begin(public=case.public)
        _begin(pyfuncitem, session, case, attempt)
        try:
            _call(pyfuncitem)
            error = None
        except WorkerVanished as vanished:
            error = CaseBroken(f"the sandbox lost its process three times: {vanished}")
            continue
        except _SAID as said:
            error = said
        except Exception as raised:  # noqa: BLE001  classified below and raised again
            error = _blame(pyfuncitem, session, case, raised)
        break
    return End(_outcome(error), error, time.perf_counter() - started, notes.remarks, notes.last_call)


_SAID = (pytest.skip.Exception, pytest.fail.Exception, pytest.xfail.Exception)
"""What a grader says with pytest's own words; not Exceptions."""


def _begin(item: pytest.Function, session: Session, case: Case, attempt: int) -> None:
    call_s = case.call_s or session.plan.data_settings.get("call_s")
    name = case_id(item)
    for owner in item.funcargs.values():
        if isinstance(owner, Owner):
            owner._side.begin(name, call_s, title=case.title)
    if attempt and "rng" in item.funcargs:
        item.funcargs["rng"] = session.rng(_index(item), case_id(item))


def _call(item: pytest.Function) -> None:
    names = item._fixtureinfo.argnames
    item.obj(**{name: item.funcargs[name] for name in names})


def _blame(item: pytest.Function, session: Session, case: Case, raised: Exception) -> BaseException:
    """Return who is at fault for an exception in a case.

    A grader unpacks what it was given; an unexpected value can make it raise. The
    same case with the reference as the submission tells the two apart: if that
    passes, the submission's value was unusable, otherwise the grader is broken.
    """
    if isinstance(raised, CaseFailed | CaseBroken | DlquizError | pytest.skip.Exception):
        return raised
    if isinstance(raised, CallFailed):
        return CaseFailed(raised.text, cause=raised.cause, trace=raised.trace)
    if "submission" not in item.funcargs:
        return CaseBroken(f"the grader raised {type(raised).__name__}: {raised}")
    stand_in = session.stand_in()
    mine = dict(item.funcargs)
    try:
        item.funcargs["submission"] = session.owner(stand_in)
        _begin(item, session, case, attempt=1)
        _call(item)
    except Exception as again:  # noqa: BLE001  whatever it is, the reference cannot pass this case
        broken = CaseBroken(f"the grader raised {type(again).__name__}: {again}")
        broken.__cause__ = raised
        return broken
    finally:
        item.funcargs.clear()
        item.funcargs.update(mine)
        stand_in.close()
    failed = CaseFailed(f"Your function returned something of an unexpected form ({type(raised).__name__}: {raised}).")
    failed.__cause__ = raised
    return failed


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "passed"
    if isinstance(error, pytest.skip.Exception):
        return "skipped"
    return "failed" if isinstance(error, CaseFailed) else "broken"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the case's result when its body has ended, or when it could not begin."""
    report = yield
    if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
        error = call.excinfo.value if call.excinfo is not None else None
        end = item.stash.get(_end_key, None) or End(_outcome(error), error, call.duration, [], None)
        item.stash[_end_key] = None  # the same item may run for the next submission
        tell_case(item, _session(item.config), end)
    return report


def tell_case(item: pytest.Item, session: Session, end: End) -> None:
    """Send the result of a case."""
    session.tell({"event": "case", "submission": _index(item), **describe(item), **_result(item, end)})


def _result(item: pytest.Item, end: End) -> dict[str, Any]:
    error = end.error
    payload = {
        name: getattr(error, name, None) for name in ("expected", "got", "where", "diagnosis", "cause")
    }  # fmt: skip
    owner = getattr(item, "funcargs", {}).get("submission")
    printed = owner._side.printed() if isinstance(owner, Owner) else ""
    remarks = [*end.remarks, *_remarks_of(printed)] if end.outcome == "passed" else end.remarks
    return {
        **payload,
        "outcome": end.outcome,
        "message": getattr(error, "message", str(error)) if error is not None else "",
        "trace": getattr(error, "trace", ""),
        "seconds": end.seconds,
        "output": printed,
        "remarks": remarks,
        "inputs": end.inputs if end.outcome == "failed" else None,
    }


def _remarks_of(printed: str) -> list[str]:
    lines = [line.partition("RuntimeWarning: ")[2] for line in printed.splitlines() if "RuntimeWarning: " in line]
    return [f"NumPy warned while this ran: {lines[0]}."] if lines else []


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait for the self-check before the first point is given."""
    ours = session.config.stash.get(session_key, None)
    if ours is not None and not session.config.option.collectonly:
        verdict = ours.begin_check()()
        ours.tell(verdict)
        if ours.plan.isolation == "kernel" and verdict["isolation"] != "kernel":
            session.shouldfail = "isolation below kernel: " + "; ".join(verdict["reasons"])
            pytest.exit(session.shouldfail, returncode=4)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say the points, for an author's plain run."""
    session = config.stash.get(session_key, None)
    line = getattr(session, "summary", None)
    if callable(line):
        terminalreporter.write_line(line())
