"""Many submissions through one collection: the cases are collected once and run for each submission in turn.

pytest around a case costs more than most cases do: it sets up, tears down and
reports in some thirty hook calls. A case that asks for nothing but our own
fixtures needs none of that, and gets its values directly; every other case
(fixtures, marks or set-up functions of the grader's own) runs by pytest's
protocol. Only the grader process works so; an author's own ``pytest`` does not.
"""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from dlquiz.grading import case_run, plugin
from dlquiz.grading.case_words import FIXTURES
from dlquiz.grading.messages import Work
from dlquiz.grading.repeatable import keeps_nothing, may_repeat
from dlquiz.grading.session import Session

_COLLECT_EVERY = 20_000
"""Objects between two looks of the garbage collector; the default of 700 looks thirty times a submission."""


class BatchLoop:
    """The plugin that runs every case for every submission."""

    def __init__(self, session: Session, works: Iterator[Work]) -> None:
        self._session = session
        self._works = works
        self._repeatable: frozenset[pytest.Item] = frozenset()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the collected cases for each submission as it arrives."""
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        gc.freeze()
        gc.enable()
        gc.set_threshold(_COLLECT_EVERY)
        cases = [(item, simple_case(item)) for item in session.items]
        self._repeatable = frozenset() if self._session.plan.measure else _repeatable(session.items)
        for work in self._works:
            self._session.begin(work)
            self._run(session, cases, frozenset(work.savings.leave_out))
            self._session.end(work.number)
        self._session.settle()
        return True

    def _run(
        self,
        session: pytest.Session,
        cases: list[tuple[pytest.Item, pytest.Function | None]],
        leave_out: frozenset[str],
    ) -> None:
        others = [item for item, simple in cases if simple is None]
        # What pytest has set up, its last case tears down: only a grader without such cases may stop before the end.
        stops = self._session.plan.until_lost and not others
        for item, simple in cases:
            if simple is not None and simple.originalname in leave_out:
                case_run.tell_left_out(simple, self._session)
            elif simple is not None:
                if run_simple(simple, self._session, repeatable=simple in self._repeatable) == "failed" and stops:
                    return
            else:
                others.pop(0)
                # After the last one pytest tears everything down: each submission begins afresh.
                following = others[0] if others else None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.shouldstop:
                    raise session.Interrupted(session.shouldstop)
            # The processes of the submission before have had time to end.
            self._session.settle()


def simple_case(item: pytest.Item) -> pytest.Function | None:
    """Return the case if it needs nothing of pytest's: a plain function that asks for our fixtures alone."""
    if not isinstance(item, pytest.Function) or not all(type(node) in _PLACES for node in item.listchain()[:-1]):
        return None
    if any(mark.name not in ("case", "parametrize") for mark in item.iter_markers()):
        return None
    wanted = item._fixtureinfo
    known = (name == "request" or _is_ours(item, name) for name in wanted.names_closure)
    return item if "request" not in wanted.argnames and all(known) else None


_PLACES = (pytest.Session, pytest.Dir, pytest.Module)


def _is_ours(item: pytest.Function, name: str) -> bool:
    definitions = item._fixtureinfo.name2fixturedefs.get(name, ())
    home = getattr(definitions[-1].func, "__module__", "") if definitions else ""
    if name in FIXTURES:
        return len(definitions) == 1 and home == plugin.__name__
    # A value of @pytest.mark.parametrize: pytest wraps it in a fixture of its own.
    return len(definitions) == 1 and home == "_pytest.python" and name in _parameters(item)


def _parameters(item: pytest.Function) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _repeatable(items: list[pytest.Item]) -> frozenset[pytest.Item]:
    """Return the cases that end again as they have ended with the same answers."""
    kept = {path: keeps_nothing(path) for path in {item.path for item in items}}
    return frozenset(
        item
        for item in items
        if kept[item.path]
        and isinstance(item, pytest.Function)
        and may_repeat(frozenset(item._fixtureinfo.argnames), frozenset(_parameters(item)))
    )


def run_simple(item: pytest.Function, session: Session, *, repeatable: bool = False) -> str:
    """Run one case without pytest's protocol, tell its result, and return its outcome.

    ``repeatable``: see :func:`dlquiz.grading.case_run.run_case`.
    """
    given = _parameters(item)
    try:
        item.funcargs = {
            name: given[name] if name in given else plugin.value_of(name, session, item)
            for name in item._fixtureinfo.argnames
        }
        end = case_run.run_case(item, session, repeatable=repeatable)
        case_run.tell_case(item, session, end)
        return end.outcome
    finally:
        item.funcargs = {}
