"""Questions, marks and scores as lines for a terminal.

Pure: everything comes in as arguments, lines of text go out. Colour is never the only sign: every line says in words
what its colour says. A `Look` with ``plain=True`` draws nothing at all, so that a screen reader reads only words.
"""

import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlquiz.model.mark import Answer, Mark, OptionFeedback
from dlquiz.model.view import Asked
from dlquiz.render.layout import seconds_text
from dlquiz.text import clean

if TYPE_CHECKING:
    from dlquiz.model.progress import QuizRow
    from dlquiz.model.quiz import Question, Quiz


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: ``width`` in columns, ``plain`` without rules and signs, ``colour`` with ANSI colours.

    ``formulas`` turns the ``$...$`` of a Markdown text into something readable; without it they stay LaTeX.
    """

    width: int = 80
    plain: bool = False
    colour: bool = False
    formulas: Callable[[str], str] | None = None


_STYLES = {"good": "32", "bad": "31", "half": "35", "strong": "1", "dim": "2", "code": "35"}
_MOST_TAGS = 8
_PICTURE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|!\[([^\]]*)\]\(([^)\s]+)\)", re.DOTALL)
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
    return clean(text).expandtabs(4)


def flow(text: str, look: Look, *, first: str = "", rest: str | None = None) -> list[str]:
    """Break Markdown ``text`` into lines: paragraphs are filled, lists stay as they are, code blocks are indented.

    A picture in the text is told by its description and its file.
    """
    indent = " " * len(first) if rest is None else rest
    lines: list[str] = []
    if look.formulas is not None and "$" in text:
        text = look.formulas(text)
    for block in _blocks(safe(_PICTURE.sub(_picture_words, text)).strip()):
        if lines and block == "":
            lines.append("")
            continue
        lead = indent if lines else first
        if block.startswith(("    ", "```")):
            lines += [f"{lead if i == 0 else indent}{line}".rstrip() for i, line in enumerate(_code_lines(block))]
        else:
            filled = textwrap.wrap(
                block,
                width=max(30, look.width),
                initial_indent=lead,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines += [_inline(line, look) for line in filled]
    return lines or [first.rstrip()]


def _code_lines(block: str) -> list[str]:
    """Return the lines of a block of code, indented, without the backticks around it."""
    lines = block.split("\n")
    if not block.startswith("```"):
        return lines
    inside = lines[1:-1] if len(lines) > 1 and lines[-1].lstrip().startswith("```") else lines[1:]
    return [f"    {line}" for line in inside]


def _picture_words(found: re.Match[str]) -> str:
    if found[2] is None:
        return found[0]  # code
    return f"[Picture: {found[1]} ({found[2]})]" if found[1].strip() else f"[Picture: {found[2]}]"


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
    quiz: "Quiz",
    questions: int,
    seed: int,
    look: Look,
    *,
    resumed_at: int | None = None,
    exam: bool = False,
    keeps: bool = True,
) -> list[str]:
    """Say what begins, or goes on. ``questions`` of the quiz are asked; ``keeps`` says that the place is stored."""
    count = f"{questions} question{'' if questions == 1 else 's'}"
    lines = [paint(safe(quiz.title), "strong", look)]
    if resumed_at is None:
        if quiz.summary:
            lines += flow(quiz.summary, look)
        lines.append(f"{count}. Seed {seed}.")
    else:
        lines.append(f"You go on where you stopped, at question {resumed_at} of {questions}. Seed {seed}.")
    hint = "" if exam else f"Type ? for a hint, or q to stop{' and keep your place' if keeps else ''}."
    lines += flow(f"Type your answer and press Enter. {hint}", look)
    return lines


def exam_lines(end: str, look: Look) -> list[str]:
    """Say what an exam is; ``end`` is the time of day when it ends, empty without a limit."""
    text = "This is an exam: no hints, and you see what was right at the end. Type q to stop and keep your place."
    ways = "Type > to leave a question for later, < or #2 to go back and change an answer, #end to hand in."
    time = f"The time ends at {end}; it goes on when you stop. " if end else ""
    return flow(f"{text} {time}{ways}", look)


def earlier_lines(answer: Answer, look: Look) -> list[str]:
    """Show the answer that somebody gave before and may change; Markdown in it is only text."""
    return flow(answer_text(answer), look, first="Your answer so far: ", rest="  ")


def incomplete_text(missing: Sequence[str], read: Sequence[str]) -> str:
    """Ask for the rest of an answer; without anything missing, say what was ``read`` for each blank."""
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        what = f"Not complete: nothing for {names}. Type the whole answer"
    else:
        blanks = ", ".join(f"({number}) “{text}”" for number, text in enumerate(read, 1))
        what = f"Read as {blanks}. If you mean something else, put “;” between the words"
    return f"{what}, or the same line again to leave it so."


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

    ``partners`` are what the options are given to, by their letters: terms that want a meaning, groups that want items.
    ``note`` stands beside the place.
    """
    lines = _task_lines(asked, number, total, note, look)
    if partners:
        for label, text in partners.items():
            lines += flow(text, look, first=f"  {label}. ")
        lines.append("")
    if asked.blanks and options:
        lines.append("Words to choose from:")
    for label, option in options.items():
        if asked.options_are_code:
            lines.append(f"  {label}. {paint(safe(option).strip('`'), 'code', look)}")
        else:
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
    """Say how the question is answered; ``options`` by what to type for them."""
    names = list(options)
    if not names:
        return asked.how_to
    return asked.how_to.format(first=names[0], last=names[-1], backwards=" ".join(reversed(names)))


def mark_lines(
    question: "Question", mark: Mark, options: Mapping[str, str], right_answer: str, look: Look
) -> list[str]:
    """Draw a mark: the verdict, feedback for every option in the order shown, the explanation and its source."""
    if mark.unclear:
        return flow(mark.message, look, first="Not clear: ", rest="  ")
    verdict, style = _verdict(mark, question.points, look)
    lines = flow(f"{verdict} {mark.message}".strip(), look)
    # Coloured after filling: colour codes have no width, and `safe` would take them for an attack.
    if lines[0].startswith(verdict):
        lines[0] = paint(verdict, style, look) + lines[0][len(verdict) :]
    if not mark.correct and not mark.message:
        lines += right_lines(right_answer, look)
    if mark.in_parts:
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


def right_lines(right: str, look: Look, *, before: str = "") -> list[str]:
    """Say what the answer is: in a sentence, or below it if it is a block of code."""
    if right.startswith("```"):
        return [f"{before}The answer is:", *flow(right, look)]
    return flow(f"{before}The answer is “{right}”.", look)


def labelled_answer_lines(right: str, look: Look) -> list[str]:
    """Write the right answer behind its name, or below it if it is a block of code."""
    if right.startswith("```"):
        return ["Right answer:", *flow(right, look)]
    return flow(right, look, first="Right answer: ", rest="  ")


def answer_text(answer: Answer) -> str:
    """Write an answer as a person reads it."""
    if isinstance(answer, Mapping):
        return "; ".join(f"{one}: {other}" for one, other in answer.items())
    return str(answer) if isinstance(answer, str | bool | int | float) else "; ".join(answer)


def result_lines(
    question: "Question",
    asked: Asked,
    answer: Answer | None,
    mark: Mark | None,
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
        return [*lines, *right_lines(right, look, before="Not answered. "), *_why_lines(question, look)]
    lines += flow(answer_text(answer), look, first="Your answer: ", rest="  ")
    return [*lines, *mark_lines(question, mark, options, right_answer, look)]


def _why_lines(question: "Question", look: Look) -> list[str]:
    source = flow(question.source, look, first="Source: ", rest="  ")
    return [*flow(question.explain, look, first="Why: ", rest="  "), *(paint(line, "dim", look) for line in source)]


def _spoken(text: str, look: Look) -> str:
    """Replace an arrow, which is drawing, where a screen reader reads."""
    return text.replace(" → ", ": ") if look.plain else text


def _part_lines(feedback: OptionFeedback, look: Look) -> list[str]:
    """Draw one part of an answer: a pair, an item at its place, a blank."""
    sign = "" if look.plain else "✓ " if feedback.right else "✗ "
    text = f"{_spoken(feedback.option, look)}: {'right' if feedback.right else 'wrong'}. {feedback.text}".rstrip()
    lines = flow(text, look, first=f"  {sign}", rest="    ")
    style = "good" if feedback.right else "bad"
    return [line if "\x1b" in line else paint(line, style, look) for line in lines]


def _verdict(mark: Mark, points: float, look: Look) -> tuple[str, str]:
    if mark.correct:
        sign, text, style = "✓ ", "Right.", "good"
    elif mark.score > 0:
        sign, text, style = "~ ", f"Partly right: {_of_points(mark.score * points, points)}.", "half"
    else:
        sign, text, style = "✗ ", "Not right.", "bad"
    return (text if look.plain else sign + text), style


def _option_lines(feedback: OptionFeedback, label: str, look: Look) -> list[str]:
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


def list_lines(rows: "Sequence[QuizRow]", look: Look) -> list[str]:
    """Draw ``quiz list``: one quiz a line."""
    wide = max((len(row.id) for row in rows), default=0)
    lines = []
    for row in rows:
        best = "not taken yet" if row.best is None else f"best {round(100 * row.best)} %"
        best = f"{best}, started" if row.started else best
        text = f"{safe(row.title)} ({row.questions} questions, {best})"
        lines += flow(text, look, first=f"{row.id.ljust(wide)}  ", rest=" " * (wide + 2))
    return lines


def marked_lines(rows: Mapping[str, str], look: Look) -> list[str]:
    """Draw the result of an answer file: question id and status, one a line."""
    wide = max((len(key) for key in rows), default=0)
    styles = {"right": "good", "partly right": "half"}
    return [f"{key.ljust(wide)}  {paint(status, styles.get(status, 'bad'), look)}" for key, status in rows.items()]
