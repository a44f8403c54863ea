"""The checks of a report that do not pass: put together by their cause, the first to repair last.

A terminal shows the end of what is printed, and a beginner's has 24 rows: so what to repair first stands at the end.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from dlquiz.model.failures import FRAME, is_none, is_of_whole_file, is_todo, loading_place
from dlquiz.model.report import CaseResult, Cause, Outcome, Report
from dlquiz.render.layout import Page, number
from dlquiz.text import before_gaps, clean, one_line

DETAILED: Final = 3
"""So many failures are told in full; more at once help nobody."""
_LISTED: Final = 8
"""So many titles are listed; of more, fewer."""
_LONGEST_TITLE = 200
"""Letters of a title in a list. No shorter: a title that is cut says nothing."""
_NAMED: Final = 4
"""So many checks are named that fail for the reason told above: on 24 rows, the reason itself must stay in sight."""

_TODO = re.compile(r"TODO\((\d{1,6})\)")
_RAISED = re.compile(r"\A[\w.]{1,100} raised (?=[\w.]{1,100}(?::|$))")
_STOPPED = re.compile(r"(Your file stopped(?: at [^:]{1,60})? while it was loaded): ")
_NOT_READ = re.compile(r"\ANothing in your file could run[^.]{0,60}\. (?:Python cannot read it: )?")
"""What stands in the headline is not said again below it."""
_CAUSES = {
    Cause.EXCEPTION: "your code stopped with an error",
    Cause.TIMEOUT: "your code took too long",
    Cause.MEMORY: "your code used too much memory",
    Cause.CRASHED: "your code crashed",
    Cause.PROTOCOL: "what your code gave back cannot be read",
    Cause.FORBIDDEN: "your code tried something that is not allowed here",
    Cause.OUTPUT: "your code printed too much",
    Cause.SYNTAX: "Python cannot read your file",
    Cause.MISSING: "a function is missing",
}

Group = Sequence[CaseResult]


def failed(page: Page, report: Report, *, verbose: bool, path: str) -> None:
    """Tell the failed checks; ``path`` is where the learner has the file."""
    groups = _grouped(case for case in report.cases if case.outcome is Outcome.FAILED)
    waiting = [group for group in groups if is_todo(group[0])]
    real = [group for group in groups if not is_todo(group[0])] or waiting
    detailed = len(real) if verbose else DETAILED
    _listed(page, [case for group in real[detailed:] for case in group])
    if real is not waiting:
        for group in waiting:
            _waits(page, group)
            page.blank()
    for place, group in reversed(list(enumerate(real[:detailed]))):
        if place == 0 and len(real) > 1:
            page.text("Repair this one first:")
        _told(page, group, report, verbose=verbose, path=path)
        page.blank()


def _listed(page: Page, cases: Sequence[CaseResult]) -> None:
    """List the checks that are not told in full."""
    if not cases:
        return
    page.text(f"Not yet passing either ({len(cases)}):")
    shown = cases if len(cases) <= _LISTED else cases[: _LISTED - 3]
    for case in shown:
        page.case(case.outcome, case.title, f"0 of {number(case.points.possible)}")
    if len(shown) < len(cases):
        page.text(f"and {len(cases) - len(shown)} more", indent=2)
    page.text("To see these in full too: --verbose")
    page.blank()


def _told(page: Page, group: Group, report: Report, *, verbose: bool, path: str) -> None:
    first = group[0]
    if is_todo(first):
        _todo(page, group, report, path)
    elif first.cause is None and len(group) == 1:
        page.case(first.outcome, first.title, _lost(group))
        _detail(page, first, report, verbose=verbose, path=path)
    elif first.cause is None:
        page.case(first.outcome, first.title, _lost(group[:1]))
        _detail(page, first, report, verbose=verbose, path=path)
        _others(page, group[1:], f"The same in {_checks(len(group) - 1)} more, {_lost(group[1:])} points")
    else:
        _stopped(page, group, report, verbose=verbose, path=path)


def _stopped(page: Page, group: Group, report: Report, *, verbose: bool, path: str) -> None:
    """Tell an error once, for all checks that it stopped."""
    first = group[0]
    title, problem = _headline(group, report)
    page.case(first.outcome, title, _lost(group))
    page.field("Problem", clean(problem, 2000))
    _meaning(page, first)
    if first.inputs and len(group) == 1 and not loading_place(first):
        page.field("Called with", clean(first.inputs, 2000), most=None if verbose else 3)
    _remarks(page, first)
    _quoted(page, "In your file", own_names(first.traceback, report, path), lines=40 if verbose else 12, last=True)
    _quoted(page, "Your program printed", own_names(first.output, report, path), lines=400 if verbose else 8, last=True)
    if len(group) > 1 and not is_of_whole_file(first) and not _STOPPED.match(first.message):
        _others(page, group, "Checks")


def _could_not(count: int) -> str:
    return f"{_checks(count)} could not"


def _headline(group: Group, report: Report) -> tuple[str, str]:
    """Return what stands over an error, and its text."""
    first = group[0]
    assert first.cause is not None
    of = f"none of the {_checks(len(group))} could" if len(group) == len(report.cases) else _could_not(len(group))
    if first.cause is Cause.SYNTAX:
        return f"Python cannot read your file, so {of} run", _NOT_READ.sub("", first.message)
    if stopped := _STOPPED.match(first.message):
        return f"{stopped[1]}, so {of} run", first.message[stopped.end() :]
    if (place := loading_place(first)) is not None:
        return f"Your file stopped at {place} while it was loaded, so {of} run", _RAISED.sub("", first.message)
    if first.cause is Cause.MISSING:
        return (
            f"{_checks(len(group))} {'needs' if len(group) == 1 else 'need'} what your file does not define",
            _together(group),
        )
    reason = f"{_CAUSES[first.cause].capitalize()}.\n"
    problem = f"{reason}{first.message}".strip()
    return (first.title if len(group) == 1 else f"{_checks(len(group))} stop for the same reason"), problem


def _together(group: Group) -> str:
    """Return all that a group says, each sentence once."""
    return "\n".join(dict.fromkeys(case.message for case in group))


def _checks(count: int) -> str:
    return "1 check" if count == 1 else f"{count} checks"


def _lost(group: Group) -> str:
    possible = sum(case.points.possible for case in group)
    return f"0 of {number(possible)}" if possible else "no bonus"


def _others(page: Page, group: Group, label: str) -> None:
    page.text(f"{label}:", indent=4)
    shown = group if len(group) <= _NAMED else group[: _NAMED - 1]
    for case in shown:
        page.item(one_line(case.title, _LONGEST_TITLE))
    if len(shown) < len(group):
        page.item(f"and {len(group) - len(shown)} more")


def _detail(page: Page, case: CaseResult, report: Report, *, verbose: bool, path: str) -> None:
    """Tell a wrong value: what came, what was expected, and why that may be."""
    most = None if verbose else 6
    page.field("Problem", clean(case.message, 2000))
    page.field("Called with", clean(case.inputs or "", 2000), most=None if verbose else 3)
    page.field("Where", clean(case.where or "", 2000))
    page.field("Expected", clean(case.expected or "", 2000), most=most)
    page.field("You return", clean(case.got or "", 2000), most=most)
    _meaning(page, case)
    if not is_none(case):  # the hint is about wrong numbers, and there are none
        page.field("Hint", clean(case.hint or "", 2000))
    _remarks(page, case)
    _quoted(page, "Your program printed", own_names(case.output, report, path), lines=400 if verbose else 8, last=False)


def _meaning(page: Page, case: CaseResult) -> None:
    label = "Likely cause" if case.cause is None else "That means"
    page.field(label, clean(case.diagnosis or "", 2000), "bold")


def _remarks(page: Page, case: CaseResult) -> None:
    for remark in case.remarks:
        page.field("Remark", clean(remark, 600))


def _waits(page: Page, group: Group) -> None:
    """Say in one line how many checks wait for what is not written."""
    functions = "a function" if len(group) == 1 else "functions"
    wait = "waits" if len(group) == 1 else "wait"
    page.case(
        group[0].outcome, f"{_checks(len(group))} {wait} for {functions} that you have not written yet", _lost(group)
    )


def _todo(page: Page, group: Group, report: Report, path: str) -> None:
    _waits(page, group)
    untouched = "Nothing is wrong yet: the file is as you got it. " if len(group) == len(report.cases) else ""
    file = one_line(path or report.submission.file, 200)
    where = (
        f"Look for {_first_todo(group)} in {file}, and replace the line that raises NotImplementedError by your code."
    )
    page.field("Next step", untouched + where)


def _first_todo(group: Group) -> str:
    numbers = [int(n) for case in group for n in _TODO.findall(case.message)]
    return f"TODO({min(numbers)})" if numbers else "NotImplementedError"


_LONGEST_QUOTED = 21_000
"""More characters than the output of a case has in a report, so that its end is quoted, too."""


def _quoted(page: Page, label: str, text: str | None, *, lines: int, last: bool) -> None:
    """Show lines that are not ours behind a bar; of too many, the first or the last ones."""
    whole = clean(text or "", _LONGEST_QUOTED).rstrip("\n")
    shown = whole.split("\n")
    if shown == [""]:
        return
    if len(shown) > lines:
        shown = shown[-lines:] if last else shown[:lines]
        # Counted are also those that were left out before; a learner's own line may look like a note of that.
        total = max(before_gaps(whole)[1] + 1, lines)
        label += f" (the {'last' if last else 'first'} {lines} of {total:,} lines)"
    page.text(f"{label}:", indent=4)
    for line in shown:
        page.quote(line)


_PROBE = re.compile(r'^ *File "<submission>/probe\.py", line .*\n(?:    .*(?:\n|$))*', re.MULTILINE)
"""One frame of a traceback, with the lines below it."""


def own_names(trace: str | None, report: Report, path: str) -> str | None:
    """Name the files of a traceback, of Python's warnings and of its debugger as the learner's editor knows them."""
    trace = _PROBE.sub("", trace or "")  # a helper of the grader's, between the case and the learner's code
    if not trace or not path:
        return trace or None
    name = report.submission.file

    def own(found: re.Match[str]) -> str:
        inner = found[2] or found[3] or found[4]
        whole = inner == name or inner.startswith(f"{name}, cell ")
        text = f"{path}{inner.removeprefix(name) if whole else f'/{inner}'}"
        return f'File "{text}"' if found[1] else text

    places = (
        r'(File ")<submission>/([^"\n]*)"|^<submission>/([^"\n:]+)(?=:\d+: )|(?<=^> )/<submission>/([^\n(]+)(?=\(\d+\))'
    )
    return re.sub(places, own, trace, flags=re.MULTILINE)


# Grouping


def _grouped(cases: Iterable[CaseResult]) -> list[list[CaseResult]]:
    """Put cases together that failed for one reason; in the order of the first of each."""
    groups: dict[tuple[str, ...], list[CaseResult]] = {}
    for case in cases:
        groups.setdefault(_reason(case), []).append(case)
    return list(groups.values())


def _reason(case: CaseResult) -> tuple[str, ...]:
    if is_todo(case):
        return ("todo",)
    if case.cause is None:
        if is_none(case):
            return ("none", case.message.partition("(")[0].split(" ")[0])
        return ("diagnosis", case.diagnosis) if case.diagnosis else ("one of its own", case.id)
    if case.cause is Cause.MISSING:
        return ("missing", case.diagnosis or "")
    if case.cause is Cause.FORBIDDEN:
        return (case.cause.value, case.message.partition(" does not allow: ")[2] or case.message)
    if case.cause is Cause.EXCEPTION and (frames := FRAME.findall(case.traceback or "")):
        # Whichever function was called: it is one line that stops, and one kind of error.
        error = _RAISED.sub("", case.message).partition(":")[0]
        return (case.cause.value, *frames[-1], error)
    return (case.cause.value, case.message)
