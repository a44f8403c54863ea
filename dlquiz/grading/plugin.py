"""The pytest plugin: fixtures, the ``case`` mark, and results as they come.

Used in two ways. The grader process passes it a prepared session. An author runs
``pytest -p dlquiz.grading.plugin graders/exercise3 --submission FILE`` with all
of pytest's own options (``-k``, ``-x``, ``--pdb``); the worker is walled either way.
"""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from dlquiz.errors import DlquizError
from dlquiz.grading import case_notes
from dlquiz.grading.case_words import broken, outcome, unusable, words_of
from dlquiz.grading.failure import CaseBroken, CaseFailed, TrustedSideFailed
from dlquiz.grading.messages import CaseDone, CaseSpec, Collected, Measured
from dlquiz.grading.metrics import Metrics
from dlquiz.grading.mistakes import CALL_S, SLOW_CASE_S
from dlquiz.grading.outside import add_outside
from dlquiz.grading.proxy import SubmissionProxy, pointer_of
from dlquiz.grading.session import Session
from dlquiz.grading.subject import Subject
from dlquiz.grading.titles import titles
from dlquiz.grading.watchdog import CaseHangs, watchdog
from dlquiz.model.known_mistake import KNOWN_MISTAKE
from dlquiz.sandbox.calls import CallFailed, WorkerVanished

FRESH_TRIES = 2
"""Times a case runs again after its worker died of something that nothing explains."""

session_key: pytest.StashKey[Session] = pytest.StashKey()
_end_key: pytest.StashKey["End | None"] = pytest.StashKey()
_case_key: pytest.StashKey["Case"] = pytest.StashKey()
_title_key: pytest.StashKey[str] = pytest.StashKey()
_spec_key: pytest.StashKey[CaseSpec] = pytest.StashKey()


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
    named = titles({case_id(item): (Case.of(item).title, _parameters(item)) for item in items})
    for item in items:
        item.stash[_title_key] = named[case_id(item)]
    chosen = [item for item in items if _matches(session.plan.case, case_id(item), item.stash[_title_key])]
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


def case_id(item: pytest.Item) -> str:
    """Return ``test_file.py::test_name[parameters]`` without the submission's own parameter."""
    base, which = item.name.partition("[")[0], _parameters(item)
    return f"{item.path.name}::{base}[{which}]" if which else f"{item.path.name}::{base}"


def _parameters(item: pytest.Item) -> str:
    """Return the id of a case's parameters without the submission's own; empty if it has none."""
    inside = item.name.partition("[")[2]
    own = f"s{_number(item)}" if _is_parametrized(item) else None
    return "-".join(part for part in inside.rstrip("]").split("-") if part != own)


def _number(item: pytest.Item) -> int:
    """Return which submission a case runs for."""
    if _is_parametrized(item):
        return int(item.callspec.params["submission"])  # type: ignore[attr-defined]  # a parametrized item has one
    return _session(item.config).number


def _is_parametrized(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is not None and "submission" in callspec.params


def spec_of(item: pytest.Item) -> CaseSpec:
    """Return what is known of a case before it runs."""
    if (known := item.stash.get(_spec_key, None)) is not None:
        return known
    case = Case.of(item)
    item.stash[_spec_key] = spec = CaseSpec(
        id=case_id(item),
        title=item.stash[_title_key],
        visibility="public" if case.public else "hidden",
        possible=0 if case.bonus else case.points,
        bonus=case.points if case.bonus else 0,
        hint=case.hint,
    )
    return spec


# -- fixtures -----------------------------------------------------------------


def _session(config: pytest.Config) -> Session:
    return config.stash[session_key]


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest) -> Iterator[SubmissionProxy]:
    """The submission behind the wall: ``submission.softmax(Z)``."""
    session = _session(request.config)
    own = getattr(request, "param", None)
    yield session.submission(session.number if own is None else int(own))
    if own is not None:
        session.end(int(own))
        session.settle()


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> SubmissionProxy:
    """The reference solution behind the same wall."""
    return _session(request.config).reference_proxy


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The case's own generator; ``--seed`` repeats it."""
    return _session(request.config).rng(_number(request.node), case_id(request.node))


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Any:
    """The training data of the exercise."""
    return _data(_session(request.config))


def _data(session: Session) -> Any:
    if session.data is None:
        raise CaseBroken("exercise.yaml names no data set, but a case asks for one")
    return session.data


@pytest.fixture
def metrics(request: pytest.FixtureRequest) -> Metrics:
    """Record curves and matrices for the report."""
    return _metrics(_session(request.config), _number(request.node))


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
    end = run_case(pyfuncitem, _session(pyfuncitem.config))
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


def run_case(pyfuncitem: pytest.Function, session: Session, *, repeatable: bool = False) -> End:
    """Run a case whose ``funcargs`` are there; return how it ended.

    ``repeatable``: it ends again as it has ended with the same answers, and then does not run.
    """
    case = Case.of(pyfuncitem)
    started = time.perf_counter()
    error: BaseException | None = None
    notes, before = case_notes.current(), None
    for attempt in range(1 + FRESH_TRIES):
        notes = case_notes.begin(public=case.public, once=session.savings.once)
        _begin(pyfuncitem, session, case)
        before = _subject_of(pyfuncitem).ended_before() if repeatable else None
        if before is not None:
            notes, error = case_notes.again(before.notes), before.error and before.error.copy()
            break
        _draw(pyfuncitem, session, again=attempt > 0)
        try:
            error = _run_body(pyfuncitem, session, case)
        except WorkerVanished as vanished:
            error = CaseBroken(f"the sandbox lost its process three times: {vanished}")
            continue
        break
    took = time.perf_counter() - started
    seconds = took if before is None else before.seconds
    if repeatable and before is None and (error is None or (isinstance(error, CaseFailed) and error.of_answers)):
        _subject_of(pyfuncitem).ended(notes, error, seconds)
    named = not session.savings.unnamed and seconds <= SLOW_CASE_S and session.has_reference
    if isinstance(error, CaseFailed) and error.by_value and named:
        with watchdog(session.plan.watchdog_s, session.look):
            _name_mistake(pyfuncitem, session, case, error, list(notes.returned), seconds)
    if isinstance(proxy := pyfuncitem.funcargs.get("submission"), SubmissionProxy):
        if isinstance(error, CaseFailed):
            add_outside(error, pointer_of(proxy).subject.submission, session.solution, notes.called)
        elif error is None and before is None:
            pointer_of(proxy).subject.passed()
    return End(outcome(error), error, took, notes.remarks, notes.last_call)


def _run_body(item: pytest.Function, session: Session, case: Case) -> BaseException | None:
    """Run the body of a case; return what it ends with, None if it passes. WorkerVanished is nobody's fault."""
    try:
        with watchdog(session.plan.watchdog_s, session.look):
            _call(item)
    except CaseHangs as hangs:
        session.drop_workers()  # it may have been cut off in the middle of a question
        return CaseBroken(str(hangs))
    except WorkerVanished:
        raise
    except _SAID as said:
        return said
    except Exception as raised:  # noqa: BLE001  classified below and raised again
        with watchdog(session.plan.watchdog_s, session.look):
            return _blame(item, session, case, raised)
    return None


_SAID = (pytest.skip.Exception, pytest.fail.Exception, pytest.xfail.Exception)
"""What a grader says with pytest's own words; not Exceptions."""


def _begin(item: pytest.Function, session: Session, case: Case) -> None:
    call_s = case.call_s or session.plan.data_settings.get("call_s")
    name = case_id(item)
    for proxy in item.funcargs.values():
        if isinstance(proxy, SubmissionProxy):
            pointer_of(proxy).subject.begin(name, call_s, title=case.title)


def _draw(item: pytest.Function, session: Session, *, again: bool) -> None:
    """Give the case a generator of its own at the beginning of what it draws."""
    if "rng" in item.funcargs and (again or item.funcargs["rng"] is None):
        item.funcargs["rng"] = session.rng(_number(item), case_id(item))


def _subject_of(item: pytest.Function) -> Subject:
    proxy = item.funcargs["submission"]
    assert isinstance(proxy, SubmissionProxy)
    return pointer_of(proxy).subject


def _call(item: pytest.Function) -> None:
    names = item._fixtureinfo.argnames
    item.obj(**{name: item.funcargs[name] for name in names})


def _blame(item: pytest.Function, session: Session, case: Case, raised: Exception) -> BaseException:
    """Return who is at fault for an exception in a case.

    A grader unpacks what it was given, or asks the reference about it; an unexpected
    value can make either raise. The same case with the reference as the submission tells
    the two apart: if that passes, the submission's value was unusable, otherwise the
    grader is broken.
    """
    said = CaseFailed | CaseBroken | DlquizError | pytest.skip.Exception
    if isinstance(raised, said) and not isinstance(raised, TrustedSideFailed):
        return raised
    if isinstance(raised, CallFailed):
        return CaseFailed(raised.text, cause=raised.cause, trace=raised.trace)
    if "submission" not in item.funcargs:
        return broken(raised)
    returned = list(case_notes.current().returned)
    if not session.has_reference:
        return _caused_by(raised, CaseFailed(unusable(returned, raised)))  # a kit's cases pass with the reference
    stand_in = session.reference.fresh()
    mine = dict(item.funcargs)
    try:
        item.funcargs["submission"] = SubmissionProxy(stand_in)
        with case_notes.aside():
            _begin(item, session, case)
            _draw(item, session, again=True)
            _call(item)
    except Exception as again:  # noqa: BLE001  whatever it is, the reference cannot pass this case
        return _caused_by(raised, broken(again))
    finally:
        item.funcargs.clear()
        item.funcargs.update(mine)
        stand_in.close()
    return _caused_by(raised, CaseFailed(unusable(returned, raised)))


def _caused_by(raised: BaseException, error: BaseException) -> BaseException:
    error.__cause__ = raised
    return error


def _name_mistake(
    item: pytest.Function,
    session: Session,
    case: Case,
    error: CaseFailed,
    mine: list[tuple[str, Any]],
    seconds: float,
) -> None:
    """Say which known mistake gives exactly what the submission gave, if there is one and only one."""
    own = dict(item.funcargs)
    if not isinstance(own.get("submission"), SubmissionProxy):
        return
    quick = replace(case, call_s=CALL_S, public=False)

    def again(subject: Subject, *, passes: bool) -> list[tuple[str, Any]] | None:
        item.funcargs["submission"] = SubmissionProxy(subject)
        if "metrics" in own:
            item.funcargs["metrics"] = Metrics(lambda name, value: None)
        with case_notes.aside() as notes:
            _begin(item, session, quick)
            _draw(item, session, again=True)
            try:
                _call(item)
            except CaseFailed as failed:
                return None if passes or not failed.by_value else list(notes.returned)
            except CaseHangs:
                raise
            except Exception:  # noqa: BLE001  it is no likely mistake, whatever else it is
                return None
            return list(notes.returned) if passes else None

    try:
        sentence = session.mistakes.cause(
            case_id(item), session.seed(_number(item)), mine,
            lambda: again(session.reference, passes=True), lambda subject: again(subject, passes=False), seconds,
        )  # fmt: skip
    finally:
        item.funcargs.clear()
        item.funcargs.update(own)
    if sentence is not None and (session.mistakes.is_new(sentence) or not error.diagnosis):
        named = f"{KNOWN_MISTAKE}{sentence}"
        error.diagnosis = f"{error.diagnosis} {named}" if error.diagnosis else named
        error.hinted = False  # it is about the mistakes that one could have made


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
        tell_case(item, _session(item.config), end)
    return report


def tell_case(item: pytest.Item, session: Session, end: End) -> None:
    """Send the result of a case."""
    error = end.error if isinstance(end.error, CaseFailed) else None
    proxy = getattr(item, "funcargs", {}).get("submission")
    printed = pointer_of(proxy).subject.printed() if isinstance(proxy, SubmissionProxy) else ""
    if session.plan.measure:
        _tell_measurements(item, session)
    session.tell(
        CaseDone(
            work=_number(item),
            case_id=case_id(item),
            outcome=end.outcome,
            message=error.message if error else "" if end.error is None else words_of(end.error),
            inputs=end.inputs if end.outcome == "failed" else None,
            expected=error.expected if error else None,
            got=error.got if error else None,
            where=error.where if error else None,
            diagnosis=error.diagnosis if error else None,
            cause=error.cause if error else None,
            trace=error.trace if error else "",
            hinted=error.hinted if error else True,
            remarks=(*end.remarks, *(_remarks_of(printed) if end.outcome == "passed" else ())),
            seconds=end.seconds,
            output=printed,
        )
    )


def tell_left_out(item: pytest.Item, session: Session) -> None:
    """Send that a case is not run for this submission."""
    session.tell(CaseDone(session.number, case_id(item), "skipped", message="This check was left out."))


def _tell_measurements(item: pytest.Item, session: Session) -> None:
    """Tell what the case compared with thresholds: a table of name, value, threshold, and the side that is well."""
    rows = [[one.name, one.value, one.threshold, int(one.at_least)] for one in case_notes.current().measured]
    if rows:
        columns = ["name", "value", "threshold", "at_least"]
        table = {"kind": "table", "columns": columns, "rows": rows}
        session.tell(Measured(_number(item), f"measured {case_id(item)}", table))


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
