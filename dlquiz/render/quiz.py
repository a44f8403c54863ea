"""Questions, marks and scores as lines for a terminal.

Pure: everything comes in as arguments, lines of text go out. Colour is never the only sign: every line says in words
what its colour says. A `Look` with ``plain=True`` draws nothing at all, so that a screen reader reads only words.
"""

import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from dlquiz.model.sheet import Asked, Sheet
from dlquiz.render.layout import seconds_text

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question

AnswerLike: TypeAlias = str | bool | int | float | Sequence[str] | Mapping[str, str]
"""``dlquiz.quiz.mark.Answer``; rooms on one line do not import each other."""


class FeedbackLike(Protocol):
    """What is read of one option's feedback (``dlquiz.quiz.mark.OptionFeedback``)."""

    @property
    def option(self) -> str: ...  # noqa: D102 - see the class that has it
    @property
    def chosen(self) -> bool: ...  # noqa: D102
    @property
    def right(self) -> bool: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


class MarkLike(Protocol):
    """What is read of a mark (``dlquiz.quiz.mark.Mark``); rooms on one line do not import each other."""

    @property
    def correct(self) -> bool: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102
    @property
    def unclear(self) -> bool: ...  # noqa: D102
    @property
    def feedback(self) -> Sequence[FeedbackLike]: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: ``width`` in columns, ``plain`` without rules and signs, ``colour`` with ANSI colours.

    ``formulas`` turns the ``$...$`` of a Markdown text into something readable; without it they stay LaTeX.
    """

    width: int = 80
    plain: bool = False
    colour: bool = False
    formulas: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class QuizRow:
    """One line of ``quiz list``. ``best`` is the best share of points so far, in [0, 1]; None if never finished."""

    id: str
    title: str
    questions: int
    best: float | None
    started: bool = False


_STYLES = {"good": "32", "bad": "31", "half": "33", "strong": "1", "dim": "2", "code": "36"}
_MOST_TAGS = 8
_IN_PARTS = ("cloze", "match", "order", "categorise")
_SIGNS = {(True, True): "[x] ✓", (False, True): "[ ] ✓", (True, False): "[x] ✗", (False, False): "[ ]  "}
_WORDS = {
    (True, True): "your answer, right",
    (False, True): "right, but you did not choose it",
    (True, False): "your answer, wrong",
    (False, False): "not right",
}


def paint(text: str, style: str, look: Look) -> str:
    """Colour ``text`` if the look has colours."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if look.colour and text else text


def safe(text: str) -> str:
    """Drop characters that could move the cursor or hide text; keep line ends and tabs."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t").expandtabs(4)


def flow(text: str, look: Look, *, first: str = "", rest: str | None = None) -> list[str]:
    """Break Markdown ``text`` into lines: paragraphs are filled, code blocks and lists stay as they are."""
    indent = " " * len(first) if rest is None else rest
    lines: list[str] = []
    if look.formulas is not None and "$" in text:
        text = look.formulas(text)
    for block in _blocks(safe(text).strip()):
        if lines and block == "":
            lines.append("")
            continue
        lead = indent if lines else first
        if block.startswith(("    ", "```")):
            lines += [(lead if i == 0 else indent) + line for i, line in enumerate(block.split("\n"))]
        else:
            lines += textwrap.wrap(
                block,
                width=max(30, look.width),
                initial_indent=lead,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return [_inline(line, look) for line in lines] or [first.rstrip()]


def _blocks(text: str) -> list[str]:
    """Split into filled paragraphs, verbatim code and empty strings between paragraphs."""
    blocks: list[str] = []
    fenced = False
    for line in text.split("\n"):
        opens = line.lstrip().startswith("```")
        if fenced or opens:
            if fenced:
                blocks[-1] += "\n" + line
            else:
                blocks.append(line.lstrip())
            fenced = fenced != opens
        elif not line.strip():
            blocks.append("")
        elif line.startswith("    ") or re.match(r"\s*([-*+]|\d+[.)])\s", line) or not blocks or not _joins(blocks[-1]):
            blocks.append(line)
        else:
            blocks[-1] += " " + line.strip()
    return blocks


def _joins(block: str) -> bool:
    return bool(block) and not block.startswith(("    ", "```"))


def _inline(line: str, look: Look) -> str:
    if not look.colour:
        return line
    line = re.sub(r"`([^`]+)`", lambda m: paint(m[1], "code", look), line)
    return re.sub(r"\*\*([^*\s](?:[^*]*[^*\s])?)\*\*", lambda m: paint(m[1], "strong", look), line)


def _rule(title: str, look: Look) -> str:
    if look.plain:
        return title
    return paint(f"── {title} ".ljust(min(look.width, 80), "─"), "strong", look)


def _points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _of_points(earned: float, possible: float) -> str:
    return f"{_points(earned)} of {_points(possible)} point{'' if possible == 1 else 's'}"


def title_lines(
    quiz: Sheet, questions: int, seed: int, look: Look, *, resumed_at: int | None = None, exam: bool = False
) -> list[str]:
    """Say what begins, or goes on. ``questions`` is how many of the quiz are asked."""
    count = f"{questions} question{'' if questions == 1 else 's'}"
    lines = [paint(safe(quiz.title), "strong", look)]
    if resumed_at is None:
        if quiz.summary:
            lines += flow(quiz.summary, look)
        lines.append(f"{count}. Seed {seed}.")
    else:
        lines.append(f"You go on where you stopped, at question {resumed_at} of {questions}. Seed {seed}.")
    hint = "" if exam else "Type ? for a hint, or q to stop and keep your place."
    lines += flow(f"Type your answer and press Enter. {hint}", look)
    return lines


def exam_lines(end: str, look: Look) -> list[str]:
    """Say what an exam is; ``end`` is the time of day when it ends, empty without a limit."""
    text = "This is an exam: no hints, and you see what was right at the end. Type q to stop and keep your place."
    return flow(f"{text} The time ends at {end}; it goes on when you stop." if end else text, look)


def time_left(seconds: float) -> str:
    """Say how much time an exam has left: "4 min 30 s left"."""
    return f"{seconds_text(max(0, math.floor(seconds)))} left"


def question_lines(
    asked: Asked,
    options: Mapping[str, str],
    number: int,
    total: int,
    look: Look,
    *,
    partners: Mapping[str, str] | None = None,
    note: str = "",
) -> list[str]:
    """Draw one question: its place, its stem, its options by what to type for them, and how to answer.

    ``partners`` are what the options are given to, by their letters: terms of ``match``, groups of ``categorise``.
    ``note`` stands beside the place.
    """
    lines = _task_lines(asked, number, total, note, look)
    if partners:
        for label, text in partners.items():
            lines += flow(text, look, first=f"  {label}. ")
        lines.append("")
    if asked.kind == "cloze" and options:
        lines.append("Words to choose from:")
    for label, option in options.items():
        lines += flow(option, look, first=f"  {label}. ")
    if options:
        lines.append("")
    return [*lines, *flow(how_to_answer(asked, options), look)]


def _task_lines(asked: Asked, number: int, total: int, note: str, look: Look) -> list[str]:
    """Draw what is asked, without the options; an empty line ends it."""
    gap = "[blank]" if look.plain else "____"
    place = f"Question {number} of {total}" + (f", {note}" if note else "")
    lines = ["", _rule(place, look), *flow(asked.stem(gap), look), ""]
    if asked.code:
        lines += [*(f"    {line}" for line in safe(asked.code).split("\n")), ""]
    if asked.image:
        lines[-1:] = ["", *flow(f"{asked.alt} ({asked.image})", look, first="Picture: ", rest="  "), ""]
    return lines


def how_to_answer(asked: Asked, options: Mapping[str, str]) -> str:
    """Say how this kind of question is answered."""
    names = list(options)
    match asked.kind:
        case "choice":
            return f"One answer: type {names[0]} to {names[-1]}."
        case "multi":
            return f"One or more answers: type all that are right, for example “{names[0]} {names[-1]}”."
        case "truefalse":
            return f"True or false: type {names[0]} or {names[-1]}."
        case "numeric":
            return "Type a number with its unit." if asked.unit else "Type a number."
        case "cloze":
            return _how_to_fill(asked.blanks, names)
        case "match":
            return "Give each letter its number, for example “a2 b1”."
        case "order":
            return f"Type all numbers in the right order, for example “{' '.join(reversed(names))}”."
        case "categorise":
            return "Give each number its letter, for example “1a 2b”."
        case "output":
            lines = "all lines in one, with spaces between" if asked.several_lines else "it"
            return f"What does this code print? Type {lines}."
        case _:
            return "Type a word or a short phrase."


def _how_to_fill(blanks: int, names: Sequence[str]) -> str:
    if names:
        return (
            f"Type one of {names[0]} to {names[-1]}."
            if blanks == 1
            else (f"Type the words or their numbers for the {blanks} blanks in their order, with “;” between them.")
        )
    if blanks == 1:
        return "Type what belongs in the blank."
    return f"Type the words for the {blanks} blanks in their order, with “;” between them."


def mark_lines(
    question: "Question", mark: MarkLike, options: Mapping[str, str], right_answer: str, look: Look
) -> list[str]:
    """Draw a mark: the verdict, feedback for every option in the order shown, the explanation and its source."""
    if mark.unclear:
        return flow(mark.message, look, first="Not clear: ", rest="  ")
    verdict, style = _verdict(mark, question.points, look)
    lines = flow(f"{verdict} {mark.message}".strip(), look)
    # Coloured after filling: colour codes have no width, and `safe` would take them for an attack.
    if lines[0].startswith(verdict):
        lines[0] = paint(verdict, style, look) + lines[0][len(verdict) :]
    if question.kind == "short" and not mark.correct:
        lines += flow(f"The answer is “{right_answer}”.", look)
    if question.kind in _IN_PARTS:
        lines += [line for feedback in mark.feedback for line in _part_lines(feedback, look)]
        return [*lines, *_why_lines(question, look)]
    place = {option: i for i, option in enumerate(options.values())}
    names = list(options)
    for feedback in sorted(mark.feedback, key=lambda f: place.get(f.option, len(place))):
        if feedback.option in place:
            lines += _option_lines(feedback, names[place[feedback.option]], look)
        else:
            lines += flow(feedback.text, look, first="  ")
    return [*lines, *_why_lines(question, look)]


def answer_text(answer: AnswerLike) -> str:
    """Write an answer as a person reads it."""
    if isinstance(answer, Mapping):
        return "; ".join(f"{one}: {other}" for one, other in answer.items())
    return str(answer) if isinstance(answer, str | bool | int | float) else "; ".join(answer)


def result_lines(
    question: "Question",
    asked: Asked,
    answer: AnswerLike | None,
    mark: MarkLike | None,
    options: Mapping[str, str],
    right_answer: str,
    number: int,
    total: int,
    look: Look,
) -> list[str]:
    """Draw one question at the end of an exam: what was asked, what was answered, and its mark."""
    lines = _task_lines(asked, number, total, "", look)
    if answer is None or mark is None:
        right = _spoken(right_answer, look)
        return [*lines, *flow(f"Not answered. The answer is “{right}”.", look), *_why_lines(question, look)]
    lines += flow(answer_text(answer), look, first="Your answer: ", rest="  ")
    return [*lines, *mark_lines(question, mark, options, right_answer, look)]


def _why_lines(question: "Question", look: Look) -> list[str]:
    source = flow(question.source, look, first="Source: ", rest="  ")
    return [*flow(question.explain, look, first="Why: ", rest="  "), *(paint(line, "dim", look) for line in source)]


def _spoken(text: str, look: Look) -> str:
    """Replace an arrow, which is drawing, where a screen reader reads."""
    return text.replace(" → ", ": ") if look.plain else text


def _part_lines(feedback: FeedbackLike, look: Look) -> list[str]:
    """Draw one part of an answer: a pair, an item at its place, a blank."""
    sign = "" if look.plain else "✓ " if feedback.right else "✗ "
    text = f"{_spoken(feedback.option, look)}: {'right' if feedback.right else 'wrong'}. {feedback.text}".rstrip()
    lines = flow(text, look, first=f"  {sign}", rest="    ")
    style = "good" if feedback.right else "bad"
    return [line if "\x1b" in line else paint(line, style, look) for line in lines]


def _verdict(mark: MarkLike, points: float, look: Look) -> tuple[str, str]:
    if mark.correct:
        sign, text, style = "✓ ", "Right.", "good"
    elif mark.score > 0:
        sign, text, style = "~ ", f"Partly right: {_of_points(mark.score * points, points)}.", "half"
    else:
        sign, text, style = "✗ ", "Not right.", "bad"
    return (text if look.plain else sign + text), style


def _option_lines(feedback: FeedbackLike, label: str, look: Look) -> list[str]:
    key = (feedback.chosen, feedback.right)
    ended = "" if feedback.option.rstrip().endswith((".", "!", "?")) else ":"
    first = f"  {label}. " if look.plain else f"  {label}. {_SIGNS[key]} "
    text = f"{feedback.option.rstrip()}{ended} {_WORDS[key]}. {feedback.text}".rstrip()
    lines = flow(text, look, first=first, rest=" " * (len(label) + 4))
    style = "good" if feedback.right else "bad" if feedback.chosen else None
    return [paint(line, style, look) for line in lines] if style and "\x1b" not in "".join(lines) else lines


def hint_lines(hints: Sequence[str], shown: int, look: Look) -> list[str]:
    """Draw the next hint; ``shown`` have been shown already."""
    if not hints:
        return ["There is no hint for this question."]
    if shown >= len(hints):
        return ["There are no more hints for this question."]
    return flow(hints[shown], look, first=f"Hint {shown + 1} of {len(hints)}: ", rest="  ")


def summary_lines(
    earned: float,
    possible: float,
    right: int,
    answered: int,
    again: Sequence[tuple[str, int]],
    look: Look,
    *,
    lesson: str = "",
) -> list[str]:
    """Draw the end of a sitting: the score, and what to look at again; ``lesson`` is the exercise that explains it."""
    share = round(100 * earned / possible) if possible else 0
    lines = ["", _rule("Score", look)]
    lines.append(f"{right} of {answered} right, {_of_points(earned, possible)} ({share} %).")
    if not look.plain:
        full = round(share / 100 * 20)
        lines.append(paint("█" * full, "good", look) + paint("░" * (20 - full), "dim", look))
    if again:
        lines.append("Look at these again:")
        shown = again if len(again) <= _MOST_TAGS else again[: _MOST_TAGS - 1]
        lines += [f"  - {tag} ({count} question{'' if count == 1 else 's'})" for tag, count in shown]
        if len(shown) < len(again):
            lines.append(f"  and {len(again) - len(shown)} more words")
        if lesson:
            lines.append(f"The lesson about them: dlquiz lesson {lesson}")
    elif answered and right == answered:
        lines.append("Everything is right. Well done!")
    return lines


def list_lines(rows: Sequence[QuizRow], look: Look) -> list[str]:
    """Draw ``quiz list``: one quiz a line."""
    wide = max((len(row.id) for row in rows), default=0)
    lines = []
    for row in rows:
        best = "not taken yet" if row.best is None else f"best {round(100 * row.best)} %"
        best = f"{best}, started" if row.started else best
        lines.append(f"{row.id.ljust(wide)}  {safe(row.title)} ({row.questions} questions, {best})")
    return lines


def marked_lines(rows: Mapping[str, str], look: Look) -> list[str]:
    """Draw the result of an answer file: question id and status, one a line."""
    wide = max((len(key) for key in rows), default=0)
    styles = {"right": "good", "partly right": "half"}
    return [f"{key.ljust(wide)}  {paint(status, styles.get(status, 'bad'), look)}" for key, status in rows.items()]
