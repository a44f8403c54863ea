"""A broken program as its author meets it, and what became of its repair, as text."""

from collections.abc import Iterable, Sequence

from dlquiz.model.report import Report
from dlquiz.practice.symptoms import Symptom, lost_checks, symptoms
from dlquiz.render.ink import Ink
from dlquiz.render.layout import filled
from dlquiz.render.metrics import metric_lines


def symptom_text(report: Report, width: int = 80, ink: Ink | None = None) -> str:
    """Return what is odd about a program: values that are not as expected, then what was measured of a training."""
    lines = _odd(symptoms(report), lost_checks(report), width)
    return "\n".join([*lines, *_measured(report, width, ink)])


def _odd(shown: Sequence[Symptom], lost: int, width: int) -> Iterable[str]:
    yield f"What is odd ({lost} {'check fails' if lost == 1 else 'checks fail'}):"
    for one in shown:
        yield filled(f"  · {one.title}", width)
        for line in one.lines:
            yield filled(f"      {line}", width)


def _measured(report: Report, width: int, ink: Ink | None) -> list[str]:
    lines = metric_lines(report.metrics, width, ink)
    return ["", *lines] if lines else []


def count_sentence(changed: int, fewest: int) -> str:
    """Say in how many lines a repair was done, beside the shortest one that is known."""
    own = f"You changed {changed} {'line' if changed == 1 else 'lines'}"
    if fewest < changed:
        return f"{own}; {fewest} {'is' if fewest == 1 else 'are'} enough."
    return f"{own}: no shorter repair is known."
