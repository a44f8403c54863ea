"""How the commands for authors of quizzes tell what they found: as text, JSON, or for GitHub."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from dlquiz.errors import Finding

if TYPE_CHECKING:
    from dlquiz.cli._app import App

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print what was found; github annotates the files of a pull request.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding with all that is said about it. ``line`` and ``column`` count from 1; 0 means no place."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    question: str
    message: str
    suggestion: str = ""
    link: str = ""
    excerpt: str = ""

    @classmethod
    def mistake(cls, finding: Finding) -> "Told":
        """Return a mistake that makes a file unreadable."""
        f = finding
        return cls(f.file, f.line, f.column, "error", f.code, "", f.message, f.suggestion, excerpt=f.excerpt)

    def text(self) -> str:
        """Write it for a person: place first, so that an editor can jump there."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        owner = f"question '{self.question}': " if self.question else ""
        lines = [f"{place}: {self.severity}[{self.code}]: {owner}{self.message}"]
        if self.excerpt:
            margin = f"{self.line:>6} | "
            lines += [f"{margin}{self.excerpt}", f"{' ' * (len(margin) - 2)}| {' ' * (self.column - 1)}^"]
        if self.suggestion:
            lines.append(f"       = help: {self.suggestion}")
        if self.link:
            lines.append(f"       = why: {self.link}")
        return "\n".join(lines)

    def github(self) -> str:
        """Write it as a workflow command of GitHub Actions."""
        owner = f"question '{self.question}': " if self.question else ""
        help = f" ({self.suggestion})" if self.suggestion else ""
        place = f",line={self.line},col={self.column}" if self.line else ""
        title = _escaped(self.code, ",:")
        message = _escaped(f"{owner}{self.message}{help}")
        return f"::{self.severity} file={_escaped(self.file, ',:')}{place},title={title}::{message}"


def _escaped(text: str, more: str = "") -> str:
    """Escape a text as GitHub's workflow commands want it."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def tell(app: "App", form: str, found: Sequence[Told], counts: dict[str, int], sentence: str) -> None:
    """Print everything that was found; ``sentence`` sums it up for people."""
    if form == "json":
        document = {"format_version": 1, **counts, "findings": [asdict(one) for one in found]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for one in found:
        app.say(one.github() if form == "github" else one.text())
    if form == "text":
        app.say(sentence)


def number(count: int, thing: str) -> str:
    """Write "1 question" or "3 questions"."""
    plural = thing[:-1] + "ies" if thing.endswith("y") else f"{thing}zes" if thing.endswith("quiz") else f"{thing}s"
    return f"{count:,} {thing if count == 1 else plural}"
