"""Reviews and mastery as lines for a terminal, and as a sentence. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from dlquiz.model.mark import Mastery
from dlquiz.render.quiz import Look, flow, paint, safe

_BAR = 20
_DAY_BAR = 30
_NARROW = 60
"""Columns; below, a bar gets a line of its own."""


def questions_text(count: int) -> str:
    """Return "1 question", "7 questions"."""
    return f"{count} question{'' if count == 1 else 's'}"


def day_text(day: date, today: date) -> str:
    """Return "today", "tomorrow" or "on Sunday 22 November (in 5 days)"."""
    days = (day - today).days
    if days <= 1:
        return "today" if days <= 0 else "tomorrow"
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {day:%A} {day.day} {day:%B}{year} (in {days} days)"


def review_title(asked: int, due: int, look: Look, *, cram: bool = False) -> list[str]:
    """Say what begins."""
    if cram:
        text = f"Cramming: {questions_text(asked)}. Your schedule of reviews stays as it is."
    else:
        of = f" of the {due} that are due" if asked < due else ""
        text = f"Review: {questions_text(asked)}{of}."
    keys = "Type your answer and press Enter. Type ? for a hint, or q to stop."
    return [paint(text, "strong", look), *flow(keys, look)]


def nothing_due(next_due: date | None, today: date) -> str:
    """Say that nothing is due, and when something will be."""
    if next_due is None:
        return "You have not answered any question yet, so there is nothing to review."
    return f"Nothing is due today. The next question is due {day_text(next_due, today)}."


def after_review(left: int, next_due: date | None, today: date) -> str:
    """Say what is still due, or when the next question will be."""
    if left:
        return f"{left} more {'question is' if left == 1 else 'questions are'} due today."
    return f"The next question is due {day_text(next_due, today)}." if next_due else ""


def stats_lines(
    rows: Sequence[Mastery], total: Mastery, due: Sequence[int], today: date, look: Look, *, most: int | None
) -> list[str]:
    """Draw what is known in each topic, what is due in the next days, and say it in words.

    ``rows`` are the topics, ``total`` all questions, ``due`` the questions that become due on each day from today.
    At most ``most`` topics are drawn, the least known first; topics without any answer are only counted.
    """
    if not total.seen:
        return flow(sentence(total, due, []), look)
    begun = sorted((row for row in rows if row.seen), key=_strength)
    shown = begun[:most]
    lines = [paint("What you know now", "strong", look)]
    wide = max((len(safe(row.topic)) for row in shown), default=0)
    for row in shown:
        lines += _topic_lines(row, wide, look)
    if len(begun) > len(shown):
        lines.append(f"and {len(begun) - len(shown)} more topics (--all shows them)")
    if untouched := len(rows) - len(begun):
        lines += flow(f"{untouched} {'topic' if untouched == 1 else 'topics'} without an answer so far.", look)
    if shown and not look.plain:
        lines += flow("█ known now   ▒ answered, not known now   ░ never answered", look)
    lines += ["", paint("Due for review", "strong", look), *_due_lines(due, today, look), ""]
    return lines + flow(sentence(total, due, [row.topic for row in begun if row.known < row.seen][:3]), look)


def _strength(row: Mastery) -> tuple[float, int, str]:
    """Order topics, the weakest first: the smallest known share of what was answered, then the most forgotten ones."""
    return row.known / row.seen, row.known - row.seen, row.topic


def _topic_lines(row: Mastery, wide: int, look: Look) -> list[str]:
    text = f"{row.known} known, {row.seen} answered, {row.questions} in all"
    name = safe(row.topic)
    if look.plain:
        return flow(f"{name}: {text}.", look, rest="  ")
    known, seen, rest = _cells(row)
    bar = paint("█" * known, "good", look) + paint("▒" * seen, "half", look) + paint("░" * rest, "dim", look)
    if look.width < max(_NARROW, wide + _BAR + len(text) + 4):
        return [name, f"  {bar}", f"  {text}"]
    return [f"{name.ljust(wide)}  {bar}  {text}"]


def _cells(row: Mastery) -> tuple[int, int, int]:
    """Share the cells of a bar; what exists gets at least one."""
    counts = (row.known, row.seen - row.known, row.questions - row.seen)
    cells = [max(1, round(_BAR * count / row.questions)) if count else 0 for count in counts]
    cells[cells.index(max(cells))] += _BAR - sum(cells)
    return cells[0], cells[1], cells[2]


def _due_lines(due: Sequence[int], today: date, look: Look) -> list[str]:
    names = ["today", "tomorrow", *(f"{today + timedelta(days=i):%A}" for i in range(2, len(due)))]
    if look.plain:
        return [f"{name}: {count}" for name, count in zip(names, due, strict=True)]
    most = max(*due, 1)
    room = max(5, min(_DAY_BAR, look.width - 20))
    wide, digits = max(map(len, names)), len(str(most))
    lines = []
    for name, count in zip(names, due, strict=True):
        bar = "█" * max(1, round(room * count / most)) if count else ""
        lines.append(f"{name.ljust(wide)}  {str(count).rjust(digits)}  {paint(bar, 'strong', look)}".rstrip())
    return lines


def sentence(total: Mastery, due: Sequence[int], weakest: Sequence[str]) -> str:
    """Say in words what the picture shows."""
    if not total.seen:
        return f"You have not answered any of the {questions_text(total.questions)} yet."
    later = sum(due[1:])
    words = [
        f"Of {questions_text(total.questions)} you have answered {total.seen}, and you know {total.known} of them now.",
        f"{due[0] or 'Nothing'} {'is' if due[0] <= 1 else 'are'} due today, and"
        f" {f'{later} more' if later else 'nothing'} in the {len(due) - 1} days after.",
    ]
    if weakest:
        words.append(f"Look first at: {', '.join(map(safe, weakest))}.")
    return " ".join(words)
