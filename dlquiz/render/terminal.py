"""The report as text for a terminal.

Written for a beginner: what is right in one line each, then the first things to
repair in full, then how to go on. Colour only repeats what words and signs say.
Every text of the report is cleaned again here, whoever wrote it.
"""

from typing import Final

from dlquiz.model.metrics import Metric
from dlquiz.model.report import Isolation, Outcome, Report
from dlquiz.render.failures import failed
from dlquiz.render.ink import Ink
from dlquiz.render.layout import Page, number, points_text, progress_bar, seconds_text, sparkline
from dlquiz.render.metrics import metric_lines
from dlquiz.render.training import printed_curve
from dlquiz.text import clean, one_line

__all__ = ["live_line", "progress_bar", "report_text", "sparkline"]

_USERS: Final = {"user": "as you", "root": "as root without root's rights"}
"""How a report says as whom the code ran."""


def report_text(
    report: Report,
    *,
    verbose: bool = False,
    colour: bool = False,
    width: int = 80,
    plain: bool = False,
    ink: Ink | None = None,
    path: str = "",
    again: str = "",
) -> str:
    """Return the report as lines of at most ``width`` characters, ending in a newline.

    Parameters
    ----------
    report : Report
    verbose : bool
        Every failure in full, all printed output, and how the code was isolated.
    colour : bool
        Use ANSI colours.
    width : int
        Columns of the terminal; less than 40 counts as 40. Words and commands that are longer stay whole.
    plain : bool
        Draw nothing: signs, bars, bullets and pictures become words.
    ink : Ink, optional
        What pictures are drawn with; unless given, signs of every kind, without colours.
    path : str
        Where the learner's editor finds the file.
    again : str
        What to type to repeat this grading.

    Returns
    -------
    str
    """
    page = Page(max(width, 40), colour, plain=plain)
    _header(page, report)
    _facts(page, report, verbose=verbose, again=again)
    _stops(page, report, verbose=verbose)
    _passed(page, report)
    for line in metric_lines(_measured(report), page.width, None if plain else ink or Ink()):
        page.text(line)
    page.blank()
    _broken(page, report)
    failed(page, report, verbose=verbose, path=path)
    return page.render()


def _measured(report: Report) -> dict[str, Metric]:
    """Return what the grader recorded, and the losses that the learner's code printed, if it did."""
    printed = printed_curve(case.output for case in report.cases)
    return report.metrics if printed is None else {"printed": printed, **report.metrics}


def live_line(printed: str, elapsed_s: float, budget_s: float, *, columns: int = 20) -> str:
    """Return the line for a long call: a bar, the times, and what the learner's code printed last."""
    share = min(max(elapsed_s / budget_s, 0.0), 1.0) if budget_s > 0 else 1.0
    full = round(share * columns)
    line = f"[{'#' * full}{'-' * (columns - full)}] {elapsed_s:.0f} s of at most {budget_s:.0f} s"
    lines = [part for part in printed.splitlines() if part.strip()]
    return f"{line} | your code printed: {lines[-1].strip()}" if lines else line


# The parts of a report


def _header(page: Page, report: Report) -> None:
    points = report.points
    counted = f"{number(points.earned)} of {points_text(points.possible)}"
    if points.bonus:
        counted += f", and {number(points.bonus)} bonus"
    verdict, style = _verdict(report)
    if page.plain:
        page.text(f"{one_line(report.exercise, 60)}: {counted}. {verdict}.")
        _incomplete(page, report)
        return
    page.row(one_line(report.exercise, 60), counted, style="bold")
    beside = len(verdict) + 12 <= page.width
    bar = progress_bar(points.earned, points.possible, min(24, page.width - len(verdict) - 4) if beside else 24)
    page.line(f"{bar}  {page.style(verdict, style)}" if beside else bar)
    if not beside:
        page.text(verdict)
    _incomplete(page, report)


def _incomplete(page: Page, report: Report) -> None:
    if not report.complete:
        page.blank()
        page.text(
            "This report is incomplete: something on our side went wrong, not in your code. "
            "Grade again to have everything checked. If it stays, run: dlquiz doctor"
        )


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
    return f"INCOMPLETE: {counts[Outcome.BROKEN]} of {total} checks could not be made", "magenta"


def _all(total: int) -> str:
    return "the only check passes" if total == 1 else f"all {total} checks pass"


def _facts(page: Page, report: Report, *, verbose: bool, again: str) -> None:
    """Say with what was graded, how long it took, and how the code was kept apart."""
    facts = [f"seed {report.seed}", seconds_text(report.usage.wall_s)]
    if report.data:
        facts.insert(1, f"data: {one_line(report.data, 40)}")
    page.text((", " if page.plain else " · ").join(facts))
    if again and report.cases and report.outcome is not Outcome.PASSED:
        page.line(f"The same numbers again: {again}")  # never broken: it is there to be copied
    ran = any(case.outcome is not Outcome.BROKEN for case in report.cases)
    if report.isolation == Isolation.PROCESS and ran:
        page.text(
            "Your code ran in a process of its own, but without the full protection of the kernel. "
            "dlquiz doctor says what is missing on this machine."
        )
    elif verbose and ran:
        who = _USERS.get(report.identity, f"as the user {one_line(report.identity, 60)}")
        page.text(f"Your code ran behind the kernel's protection, {who}, without network and without write access.")
    for note in report.notes:
        page.text(clean(note, 1000))
    page.blank()


STOPS: Final = 3
"""So many cells that stopped are told in full: the first one is often the reason for the others."""


def _stops(page: Page, report: Report, *, verbose: bool) -> None:
    """Tell which cells of a notebook stopped; what stops a whole file is told with the checks that it costs."""
    stops = [stop for stop in report.stops if stop.went_on]
    if not stops:
        return
    count = "One cell" if len(stops) == 1 else f"{len(stops)} cells"
    page.text(
        f"{count} of your notebook stopped before the end. The cells after that were run, and what they define counts:"
    )
    shown = stops if verbose else stops[:STOPS]
    for stop in shown:
        page.text(f"· {one_line(stop.place, 60)}: {one_line(stop.message, 400)}", indent=2, hanging=2)
    if len(stops) > len(shown):
        page.text(f"· and {len(stops) - len(shown)} more: --verbose shows them", indent=2, hanging=2)
    page.blank()


def _passed(page: Page, report: Report) -> None:
    shown = [case for case in report.cases if case.outcome in (Outcome.PASSED, Outcome.SKIPPED)]
    for case in shown:
        bonus = " (bonus)" if case.bonus else ""
        value = "skipped" if case.outcome is Outcome.SKIPPED else number(case.points.earned + case.bonus) + bonus
        page.case(case.outcome, case.title, value)
        for remark in case.remarks:
            page.text(f"Remark: {clean(remark, 600)}", indent=4)
    if shown:
        page.blank()


def _broken(page: Page, report: Report) -> None:
    """Tell what went wrong on our side: each reason once."""
    reasons: dict[str, list[str]] = {}
    for case in report.cases:
        if case.outcome is Outcome.BROKEN:
            reasons.setdefault(clean(case.message, 1200), []).append(case.title)
    for reason, titles in reasons.items():
        title = titles[0] if len(titles) == 1 else f"{len(titles)} checks could not be made"
        page.case(Outcome.BROKEN, title, "not counted")
        page.text("This is our fault, not yours. You lose nothing: grade again, and it is checked again.", indent=4)
        page.field("Reason", reason)
        page.blank()
