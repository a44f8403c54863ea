"""The report of a class, for a terminal and as one page (pure)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from dlquiz.model.insight import (
    BINS,
    CheckRate,
    ClassInsight,
    ExerciseInsight,
    HandInCounts,
    Misconception,
    PointsSpread,
    UnusualRun,
)
from dlquiz.render.drawing import histogram_svg, share_svg
from dlquiz.render.findings import counted
from dlquiz.render.layout import Page, number
from dlquiz.render.page_frame import html_page
from dlquiz.text import one_line

GENERATOR = '<meta name="generator" content="dlquiz class report">'
"""By this a page is known for one of ours: only such a one is replaced."""
_BAR = 20
_SHOWN = 8
_SHOWN_RUNS = 12
_STYLE = """
body { max-width: 56em } h3 { margin: 1.2em 0 0.2em; font-size: 1em } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 0.2em 0.8em 0.2em 0; border-bottom: 1px solid #ddd }
td.n { text-align: right; white-space: nowrap } td.bar { width: 100px } td:last-child { min-width: 5em }
.small { font-size: 0.85em; color: #444 }
@media print { body { max-width: none } h2, h3 { break-after: avoid } tr, svg { break-inside: avoid } }
"""
_LABELS = tuple(f"{100 * place // BINS}-{100 * (place + 1) // BINS}" for place in range(BINS))

Counts = Mapping[str, HandInCounts]


# -- for a terminal ------------------------------------------------------------------


def class_report_text(found: ClassInsight, counts: Counts, width: int) -> str:
    """Return the report as plain text; no line is wider than ``width`` unless a single word is."""
    page = Page(width, False, plain=True)
    for one in found.exercises:
        page.text(_line(one.exercise), hanging=2)
        for sentence in _facts(one, counts.get(one.exercise)):
            page.text(sentence, indent=2, hanging=2)
        _text_points(page, one.points)
        _text_checks(page, one.checks)
        _text_misconceptions(page, one)
        _text_unusual(page, one.unusual)
        page.blank()
    page.text("Misconceptions by week of hand-in")
    for sentence in _time_facts(found):
        page.text(sentence, indent=2, hanging=2)
    for name, said in _most_told(found):
        page.text(_line(said), indent=2, hanging=2)
        for week in found.weeks:
            count = week.found.get(name, 0)
            page.text(f"{week.monday}  {_bar(count / week.learners)}  {count} of {week.learners}", indent=4, hanging=2)
    return page.render()


def _text_points(page: Page, points: PointsSpread | None) -> None:
    if points is None:
        return
    page.blank()
    page.text("Learners by their share of the points", indent=2)
    most = max(points.histogram)
    for label, count in zip(_LABELS, points.histogram, strict=True):
        page.line(f"    {label:>6} %  {_bar(count / most)}  {count}")


def _text_checks(page: Page, checks: Sequence[CheckRate]) -> None:
    lost = [one for one in checks if one.lost]
    if lost:
        page.blank()
        page.text("Hardest checks (the share of learners who lost them, and why)", indent=2)
    for one in lost[:_SHOWN]:
        page.text(f"{one.share:>5.0%}  {_line(one.title)}: {_causes(one)}", indent=2, hanging=7)
    _text_more(page, len(lost) - _SHOWN, "check")


def _text_misconceptions(page: Page, one: ExerciseInsight) -> None:
    if one.misconceptions or one.unexplained:
        page.blank()
        page.text("Misconceptions (the share of learners who got this diagnosis)", indent=2)
    for told in one.misconceptions[:_SHOWN]:
        page.text(f"{told.share:>5.0%}  {_line(_said(told))} ({_where(told)})", indent=2, hanging=7)
    _text_more(page, len(one.misconceptions) - _SHOWN, "misconception")
    if one.unexplained:
        page.text(_unexplained(one), indent=2, hanging=2)


def _text_unusual(page: Page, runs: Sequence[UnusualRun]) -> None:
    if runs:
        page.blank()
        page.text("Unusual runs", indent=2)
    for run in runs[:_SHOWN_RUNS]:
        page.text(_run_text(run), indent=4, hanging=2)
    _text_more(page, len(runs) - _SHOWN_RUNS, "run")


def _text_more(page: Page, more: int, thing: str) -> None:
    if more > 0:
        page.text(f"and {counted(more, f'more {thing}')}: --json and --html have all", indent=4, hanging=2)


def _bar(share: float) -> str:
    return ("#" * max(round(share * _BAR), 1 if share else 0)).ljust(_BAR, ".")


# -- as a page -----------------------------------------------------------------------


def class_report_html(found: ClassInsight, counts: Counts, title: str) -> str:
    """Return one page that needs nothing else: no script, no network; it can be printed."""
    parts = ['<p class="facts">For teachers: this page names learners.</p>']
    for one in found.exercises:
        parts.append(f"<section><h2>{_html(one.exercise)}</h2>")
        parts += [f'<p class="facts">{_html(sentence)}</p>' for sentence in _facts(one, counts.get(one.exercise))]
        if one.points is not None:
            parts.append("<h3>Learners by their share of the points, in %</h3>")
            parts.append(histogram_svg(f"{one.exercise}, learners by % of the points", one.points.histogram, _LABELS))
        parts += _html_checks(one.checks)
        parts += _html_misconceptions(one)
        if one.unusual:
            parts.append("<h3>Unusual runs</h3>")
            rows = [[_cell(run.learner), _cell(run.what), _number(str(run.grading))] for run in one.unusual]
            parts += _table(("learner", "what", "grading"), rows)
        parts.append("</section>")
    parts += ["<section><h2>Misconceptions by week of hand-in</h2>", *_html_weeks(found), "</section>"]
    return html_page(one_line(title, 2000), parts, style=_STYLE, head=GENERATOR)


def _html_checks(checks: Sequence[CheckRate]) -> list[str]:
    if not checks:
        return []
    rows = []
    for one in checks:
        worth = "bonus" if one.points_lost is None else f"{one.points_lost:.0%}"
        bar = _picture(f"{one.share:.0%} lost {one.title}", one.share)
        rows.append([_cell(one.title), bar, _number(f"{one.share:.0%}"), _number(worth), _cell(_causes(one))])
    return ["<h3>Checks, the hardest first</h3>", *_table(("check", "lost by", "", "points lost", "learners"), rows)]


def _html_misconceptions(one: ExerciseInsight) -> list[str]:
    parts = []
    if one.misconceptions:
        rows = []
        for told in one.misconceptions:
            once = "" if _said(told) == told.example else f": {told.example}"
            example = f'<br><span class="small">Such as grading {told.grading}{_html(once)}</span>'
            bar = _picture(f"{told.share:.0%} of learners: {_said(told)}", told.share)
            name = f"<td>{_html(_said(told))}{example}</td>"
            rows.append([name, bar, _number(f"{told.share:.0%}"), _number(str(told.learners))])
        parts = ["<h3>Misconceptions</h3>", *_table(("diagnosis", "", "", "learners"), rows)]
    if one.unexplained:
        parts.append(f"<p>{_html(_unexplained(one))}</p>")
    return parts


def _html_weeks(found: ClassInsight) -> list[str]:
    parts = [f'<p class="facts">{_html(sentence)}</p>' for sentence in _time_facts(found)]
    for name, said in _most_told(found):
        rows = []
        for week in found.weeks:
            count = week.found.get(name, 0)
            share = count / week.learners
            bar = _picture(f"{share:.0%} in the week of {week.monday}", share)
            rows.append([_cell(str(week.monday)), bar, _number(f"{share:.0%}"), _cell(f"{count} of {week.learners}")])
        parts += [f"<h3>{_html(said)}</h3>", *_table(("week from", "", "", "learners"), rows)]
    return parts


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    head = "".join(f'<th scope="col">{_html(one)}</th>' for one in heads)
    return [f"<table><thead><tr>{head}</tr></thead><tbody>", *(f"<tr>{''.join(row)}</tr>" for row in rows),
            "</tbody></table>"]  # fmt: skip


def _cell(text: str) -> str:
    return f"<td>{_html(text)}</td>"


def _number(text: str) -> str:
    return f'<td class="n">{_html(text)}</td>'


def _picture(title: str, share: float) -> str:
    return f'<td class="bar">{share_svg(title, share)}</td>'


# -- for both ------------------------------------------------------------------------


def _facts(one: ExerciseInsight, counts: HandInCounts | None) -> list[str]:
    facts = [f"{counted(one.graded, 'learner')} graded{_others(counts)}."]
    if one.incomplete:
        facts.append(
            f"{counted(one.incomplete, 'grading')} not complete, by a fault of the machine or of a check: "
            "these points are left out here."
        )
    if (points := one.points) is not None:
        facts.append(
            f"Of {number(points.possible)} points: mean {number(points.mean)}, median {number(points.median)}, "
            f"the middle half from {number(points.first_quartile)} to {number(points.third_quartile)}, "
            f"all from {number(points.lowest)} to {number(points.highest)}. "
            f"{counted(points.full, 'learner')} with full points."
        )
    return facts


def _others(counts: HandInCounts | None) -> str:
    if counts is None:
        return ""
    kinds = ((counts.missing, "handed in nothing"), (counts.unreadable, "cannot be read"), (counts.waiting, "waiting"))
    parts = [f"{count} {what}" for count, what in kinds if count]
    more = f"; {', '.join(parts)}" if parts else ""
    return f"{more} (run {counts.run}, {counts.begun[:10]})"


def _time_facts(found: ClassInsight) -> list[str]:
    if not found.weeks:
        return ["The book does not know when anything was handed in, so there are no weeks."]
    facts = [f"Of {counted(found.untimed, 'hand-in')} no time is known: they are left out here."]
    return facts if found.untimed else []


def _most_told(found: ClassInsight) -> list[tuple[str, str]]:
    """Return the diagnoses that most learners got, over all weeks: by name, and as they were said."""
    said = {told.name: _said(told) for one in found.exercises for told in one.misconceptions}
    often: Counter[str] = Counter()
    for week in found.weeks:
        often.update(week.found)
    return [(name, said[name]) for name, _ in sorted(often.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]]


def _causes(one: CheckRate) -> str:
    causes = ", ".join(f"{count} by {cause}" for cause, count in one.causes)
    # Nearly always a value is wrong; only something else is worth a word.
    return f"{one.lost} of {one.judged}{f' ({causes})' if causes and causes != f'{one.lost} by wrong value' else ''}"


def _said(told: Misconception) -> str:
    """Return a diagnosis for people: one from which numbers were taken is shown as it was said once."""
    return told.example if "…" in told.name else told.name


def _where(told: Misconception) -> str:
    return f"{counted(told.learners, 'learner')}, such as grading {told.grading}"


def _unexplained(one: ExerciseInsight) -> str:
    return f"{counted(one.unexplained, 'learner')} lost a check and got no diagnosis."


def _run_text(run: UnusualRun) -> str:
    return f"{_line(run.learner)}: {run.what} (grading {run.grading})"


def _line(text: str) -> str:
    return one_line(text, 300)


def _html(text: str) -> str:
    return escape(one_line(text, 2000))
