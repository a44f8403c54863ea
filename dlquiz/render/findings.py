"""What was found in quizzes, for a person and for GitHub."""

import textwrap

from dlquiz.model.finding import QuizFinding


def finding_text(one: QuizFinding, width: int | None = None) -> str:
    """Write a finding for a person: the place, what is wrong, and what helps; ``width`` breaks its sentences."""
    place = f"{one.file}:{one.line}:{one.column}" if one.line else one.file
    lines = [_filled(f"{place}: {one.severity}[{one.code}]: {_owner(one)}{one.message}", width, 4)]
    if one.excerpt:
        margin = f"{one.line:>6} | "
        lines += [f"{margin}{one.excerpt}", f"{' ' * (len(margin) - 2)}| {' ' * (one.column - 1)}^"]
    if one.suggestion:
        lines.append(_filled(f"       = help: {one.suggestion}", width, 9))
    if one.link:
        # The page lies in the repository; who installed a package has the program alone.
        lines.append(f"       = why: dlquiz quiz lint --explain {one.code}")
    return "\n".join(lines)


def _filled(text: str, width: int | None, hanging: int) -> str:
    if width is None:
        return text
    return textwrap.fill(text, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def finding_github(one: QuizFinding) -> str:
    """Write a finding as a workflow command of GitHub Actions."""
    help = f" ({one.suggestion})" if one.suggestion else ""
    place = (one.line, one.column) if one.line else None
    return workflow_command(
        one.severity, one.file, title=one.code, message=f"{_owner(one)}{one.message}{help}", place=place
    )


def workflow_command(
    severity: str, file: str, *, title: str, message: str, place: tuple[int, int] | None = None
) -> str:
    """Write an annotation of a file as GitHub Actions reads it from the output of a step."""
    where = f",line={place[0]},col={place[1]}" if place else ""
    return f"::{severity} file={_escaped(file, ',:')}{where},title={_escaped(title, ',:')}::{_escaped(message)}"


def _owner(one: QuizFinding) -> str:
    return f"question '{one.question}': " if one.question else ""


def _escaped(text: str, more: str = "") -> str:
    """Escape a text as GitHub's workflow commands want it."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def counted(count: int, thing: str) -> str:
    """Write "1 question" or "3 questions"."""
    plural = thing[:-1] + "ies" if thing.endswith("y") else f"{thing}zes" if thing.endswith("quiz") else f"{thing}s"
    return f"{count:,} {thing if count == 1 else plural}"
