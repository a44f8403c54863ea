"""Run one case for one submission, decide who is at fault where it does not pass, and tell how it ended."""

import time
from dataclasses import dataclass, replace
from typing import Any

import pytest

from dlquiz.errors import DlquizError
from dlquiz.grading import case_notes
from dlquiz.grading.case_item import Case, case_id, number_of
from dlquiz.grading.case_words import broken, outcome, unusable, words_of
from dlquiz.grading.failure import CaseBroken, CaseFailed, TrustedSideFailed
from dlquiz.grading.messages import CaseDone, Measured
from dlquiz.grading.metrics import Metrics
from dlquiz.grading.mistakes import CALL_S, SLOW_CASE_S
from dlquiz.grading.outside import add_outside
from dlquiz.grading.proxy import SubmissionProxy, pointer_of
from dlquiz.grading.session import Session
from dlquiz.grading.subject import Subject
from dlquiz.grading.watchdog import CaseHangs, watchdog
from dlquiz.model.known_mistake import KNOWN_MISTAKE
from dlquiz.sandbox.calls import CallFailed, WorkerVanished

FRESH_TRIES = 2
"""Times a case runs again after its worker died of something that nothing explains."""


@dataclass
class End:
    """How the body of a case ended; kept on the item until its report is made."""

    outcome: str
    error: BaseException | None
    seconds: float
    remarks: list[str]
    inputs: str | None


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
        item.funcargs["rng"] = session.rng(number_of(item), case_id(item))


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
    if not isinstance(proxy := own.get("submission"), SubmissionProxy):
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
            case_id(item), session.seed(number_of(item)), mine,
            lambda: again(session.reference, passes=True), lambda subject: again(subject, passes=False), seconds,
            pointer_of(proxy).subject.digest,
        )  # fmt: skip
    finally:
        item.funcargs.clear()
        item.funcargs.update(own)
    if sentence is not None and (session.mistakes.is_new(sentence) or not error.diagnosis):
        named = f"{KNOWN_MISTAKE}{sentence}"
        error.diagnosis = f"{error.diagnosis} {named}" if error.diagnosis else named
        error.hinted = False  # it is about the mistakes that one could have made


def tell_case(item: pytest.Item, session: Session, end: End) -> None:
    """Send the result of a case."""
    error = end.error if isinstance(end.error, CaseFailed) else None
    proxy = getattr(item, "funcargs", {}).get("submission")
    printed = pointer_of(proxy).subject.printed() if isinstance(proxy, SubmissionProxy) else ""
    if session.plan.measure:
        _tell_measurements(item, session)
    session.tell(
        CaseDone(
            work=number_of(item),
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
        session.tell(Measured(number_of(item), f"measured {case_id(item)}", table))


def _remarks_of(printed: str) -> list[str]:
    lines = [line.partition("RuntimeWarning: ")[2] for line in printed.splitlines() if "RuntimeWarning: " in line]
    return [f"NumPy warned while this ran: {lines[0]}."] if lines else []
