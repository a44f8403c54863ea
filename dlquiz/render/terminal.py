"""The report as text for a terminal.

Written for a beginner: what is right in one line each, then the first things to
repair in full, then how to go on. Colour only repeats what words and signs say.
Every text of the report is cleaned again here, whoever wrote it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from dlquiz.model.report import CaseResult, Isolation, Outcome, Report
from dlquiz.render.layout import Page, number, points_text, progress_bar, seconds_text, sparkline
from dlquiz.render.metrics import metric_lines
from dlquiz.text import clean, one_line

__all__ = ["live_line", "progress_bar", "report_text", "sparkline"]

DETAILED: Final = 3
"""So many failures are told in full; more at once help nobody."""

_SIGNS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.SKIPPED: "–", Outcome.BROKEN: "!"}
_COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "dim", Outcome.BROKEN: "yellow"}
_TODO = re.compile(r"TODO\((\d{1,6})\)")
_CAUSES = {
    "exception": "your code stopped with an error",
    "timeout": "your code took too long",
    "memory": "your code used too much memory",
    "crashed": "your code crashed",
    "protocol": "what your code gave back cannot be read",
    "forbidden": "your code tried something that is not allowed here",
    "output": "your code printed too much",
    "syntax": "Python cannot read your file",
    "missing": "a function is missing",
}


def report_text(report: Report, *, verbose: bool = False, colour: bool = False, width: int = 80) -> str:
    """Return the report as lines of at most ``width`` characters, ending in a newline.

    Parameters
    ----------
    report : Report
    verbose : bool
        Every failure in full, all printed output, and how the code was isolated.
    colour : bool
        Use ANSI colours.
    width : int
        Columns of the terminal; less than 40 counts as 40.

    Returns
    -------
    str
    """
    page = Page(max(width, 40), colour)
    _header(page, report)
    _passed(page, report)
    _failed(page, report, verbose=verbose)
    _broken(page, report)
    for line in metric_lines(report.metrics, page.width):
        page.text(line)
    page.blank()
    _footer(page, report, verbose=verbose)
    return page.render()


def live_line(elapsed_s: float, budget_s: float, said: str, width: int = 80) -> str:
    """Return one line about something that runs: a bar, the seconds, and the last line the program printed."""
    line = f"{progress_bar(elapsed_s, budget_s, 16)} {seconds_text(elapsed_s)} of at most {seconds_text(budget_s)}"
    last = next((text for text in reversed(clean(said, 4000).split("\n")) if text.strip()), "")
    if last:
        line += f" │ your program says: {one_line(last, 400)}"
    return line if len(line) <= width else line[: max(width - 1, 0)] + "…"


# The parts of a report


def _header(page: Page, report: Report) -> None:
    points = report.points
    counted = f"{number(points.earned)} of {points_text(points.possible)}"
    if points.bonus:
        counted += f", and {number(points.bonus)} bonus"
    page.row(one_line(report.exercise, 60), counted, style="bold")
    verdict, style = _verdict(report)
    beside = len(verdict) + 12 <= page.width
    bar = progress_bar(points.earned, points.possible, min(24, page.width - len(verdict) - 4) if beside else 24)
    page.line(f"{bar}  {page.style(verdict, style)}" if beside else bar)
    if not beside:
        page.text(verdict)
    page.blank()
    if not report.complete:
        page.text(
            "This report is incomplete: something on our side went wrong, not in your code. "
            "Grade again to have everything checked. If it stays, run: dlquiz doctor"
        )
        page.blank()


def _verdict(report: Report) -> tuple[str, str]:
    """Return the outcome in words, and the style of these words."""
    counts = {outcome: sum(case.outcome is outcome for case in report.cases) for outcome in Outcome}
    total = len(report.cases)
    if report.outcome is Outcome.PASSED and report.complete:
        return f"PASSED: {_all(total)}", "green"
    if report.outcome is Outcome.FAILED:
        return f"NOT YET: {counts[Outcome.PASSED]} of {total} checks pass", "red"
    if report.outcome is Outcome.SKIPPED:
        return "SKIPPED: nothing was checked", "dim"
    return f"INCOMPLETE: {counts[Outcome.BROKEN]} of {total} checks could not be made", "yellow"


def _all(total: int) -> str:
    return "the only check passes" if total == 1 else f"all {total} checks pass"


def _passed(page: Page, report: Report) -> None:
    shown = [case for case in report.cases if case.outcome in (Outcome.PASSED, Outcome.SKIPPED)]
    for case in shown:
        bonus = " (bonus)" if case.bonus else ""
        value = "skipped" if case.outcome is Outcome.SKIPPED else number(case.points.earned + case.bonus) + bonus
        _title(page, case, value)
        for remark in case.remarks:
            page.text(f"Remark: {clean(remark, 600)}", indent=4)
    if shown:
        page.blank()


def _failed(page: Page, report: Report, *, verbose: bool) -> None:
    groups = _grouped([case for case in report.cases if case.outcome is Outcome.FAILED])
    detailed = len(groups) if verbose else DETAILED
    for group in groups[:detailed]:
        if len(group) > 1:
            _same_failure(page, group, report, verbose=verbose)
        else:
            _failure(page, group[0], verbose=verbose)
        page.blank()
    rest = [case for group in groups[detailed:] for case in group]
    if rest:
        page.text(f"Not yet passing either ({len(rest)}). Repair the ones above first:")
        for case in rest:
            _title(page, case, f"0 of {number(case.points.possible)}")
        page.text("To see these in full too: --verbose")
        page.blank()


def _broken(page: Page, report: Report) -> None:
    for case in report.cases:
        if case.outcome is Outcome.BROKEN:
            _title(page, case, "not counted")
            page.text("This is our fault, not yours. You lose nothing: grade again, and it is checked again.", indent=4)
            page.field("Reason", clean(case.message, 1200))
            page.blank()


def _title(page: Page, case: CaseResult, right: str) -> None:
    page.row(one_line(case.title, 300), right, sign=_SIGNS[case.outcome], sign_style=_COLOURS[case.outcome])


def _failure(page: Page, case: CaseResult, *, verbose: bool) -> None:
    _title(page, case, f"0 of {number(case.points.possible)}" if case.points.possible else "no bonus")
    what = clean(case.message, 2000)
    if case.cause is not None:
        what = f"{_CAUSES[case.cause.value].capitalize()}.\n{what}" if what else f"{_CAUSES[case.cause.value]}."
    fields = (
        ("Problem", what),
        ("Called with", case.inputs),
        ("Where", case.where),
        ("Expected", case.expected),
        ("You return", case.got),
        ("Likely cause", case.diagnosis),
        ("Hint", case.hint),
    )
    for label, value in fields:
        if value:
            page.field(label, clean(value, 2000), "bold" if label == "Likely cause" else "")
    for remark in case.remarks:
        page.field("Remark", clean(remark, 600))
    _quoted(page, "In your file", case.traceback, lines=40 if verbose else 12, last=True)
    _quoted(page, "Your program printed", case.output, lines=400 if verbose else 8, last=case.cause is not None)


def _same_failure(page: Page, group: Sequence[CaseResult], report: Report, *, verbose: bool) -> None:
    """Tell a failure once that several cases share."""
    first = group[0]
    lost = sum(case.points.possible for case in group)
    todo = _is_todo(first)
    what = "wait for code that you have not written yet" if todo else "stop for the same reason"
    page.row(f"{len(group)} checks {what}", f"0 of {number(lost)}", sign=_SIGNS[Outcome.FAILED], sign_style="red")
    if todo:
        untouched = "Nothing is wrong yet: the file is as you got it. " if len(group) == len(report.cases) else ""
        file = one_line(report.submission.file, 60)
        page.field("Next step", f"{untouched}Look for {_first_todo(group)} in {file} and write that part first.")
    else:
        reason = f"{_CAUSES[first.cause.value].capitalize()}.\n" if first.cause else ""
        page.field("Problem", reason + clean(first.message, 2000))
        if first.hint and all(case.hint == first.hint for case in group):
            page.field("Hint", clean(first.hint, 2000))
        _quoted(page, "In your file", first.traceback, lines=12, last=True)
        _quoted(page, "Your program printed", first.output, lines=400 if verbose else 8, last=True)
    page.field("Checks", "")
    for case in group:
        page.text(f"· {one_line(case.title, 300)}", indent=6, hanging=2)


def _quoted(page: Page, label: str, text: str | None, *, lines: int, last: bool) -> None:
    """Show lines that are not ours behind a bar; of too many, the first or the last ones."""
    shown = clean(text or "", 20_000).rstrip("\n").split("\n")
    if shown == [""]:
        return
    left_out = len(shown) - lines
    if left_out > 0:
        shown = shown[-lines:] if last else shown[:lines]
        label += f" (the {'last' if last else 'first'} {lines} of {left_out + lines:,} lines)"
    page.text(f"{label}:", indent=4)
    for line in shown:
        page.quote(line)


def _footer(page: Page, report: Report, *, verbose: bool) -> None:
    facts = [f"seed {report.seed}", seconds_text(report.usage.wall_s)]
    if report.data:
        facts.insert(1, f"data: {one_line(report.data, 40)}")
    page.text(" · ".join(facts))
    if report.cases and report.outcome is not Outcome.PASSED:
        page.text(
            f"To grade with the same numbers again: dlquiz grade {one_line(report.exercise, 60)} --seed {report.seed}"
        )
    if report.isolation == Isolation.PROCESS:
        page.text(
            "Your code ran in a process of its own, but without the full protection of the kernel. "
            "dlquiz doctor says what is missing on this machine."
        )
    elif verbose:
        page.text(
            f"Your code ran behind the kernel's protection, as user {one_line(report.identity, 60)}, "
            "without network and without write access."
        )
    for note in report.notes:
        page.text(clean(note, 1000))


# Grouping


def _grouped(cases: Iterable[CaseResult]) -> list[list[CaseResult]]:
    """Put cases together that failed by the same error; in the order of the first of each."""
    groups: dict[tuple[str, ...], list[CaseResult]] = {}
    for case in cases:
        groups.setdefault(_group_key(case), []).append(case)
    return list(groups.values())


def _group_key(case: CaseResult) -> tuple[str, ...]:
    if _is_todo(case):
        return ("todo",)
    if case.cause is None:
        return ("one of its own", case.id)
    return (case.cause.value, case.message)


def _is_todo(case: CaseResult) -> bool:
    return case.cause is not None and "NotImplementedError" in case.message


def _first_todo(group: Sequence[CaseResult]) -> str:
    numbers = [int(n) for case in group for n in _TODO.findall(case.message)]
    return f"TODO({min(numbers)})" if numbers else "NotImplementedError"
