"""What a collected test function is to us: a case with a mark, an id and a title, of the running submission."""

from dataclasses import dataclass
from typing import Any

import pytest

from dlquiz.grading.messages import CaseSpec
from dlquiz.grading.session import Session

session_key: pytest.StashKey[Session] = pytest.StashKey()
title_key: pytest.StashKey[str] = pytest.StashKey()
_case_key: pytest.StashKey["Case"] = pytest.StashKey()
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


def session_of(config: pytest.Config) -> Session:
    """Return the session for which pytest runs."""
    return config.stash[session_key]


def case_id(item: pytest.Item) -> str:
    """Return ``test_file.py::test_name[parameters]`` without the submission's own parameter."""
    base, which = item.name.partition("[")[0], parameters_id(item)
    return f"{item.path.name}::{base}[{which}]" if which else f"{item.path.name}::{base}"


def parameters_id(item: pytest.Item) -> str:
    """Return the id of a case's parameters without the submission's own; empty if it has none."""
    inside = item.name.partition("[")[2]
    own = f"s{number_of(item)}" if _is_parametrized(item) else None
    return "-".join(part for part in inside.rstrip("]").split("-") if part != own)


def number_of(item: pytest.Item) -> int:
    """Return which submission a case runs for."""
    if _is_parametrized(item):
        return int(item.callspec.params["submission"])  # type: ignore[attr-defined]  # a parametrized item has one
    return session_of(item.config).number


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
        title=item.stash[title_key],
        visibility="public" if case.public else "hidden",
        possible=0 if case.bonus else case.points,
        bonus=case.points if case.bonus else 0,
        hint=case.hint,
    )
    return spec
