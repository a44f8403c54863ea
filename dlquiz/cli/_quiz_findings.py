"""How the commands for authors of quizzes tell what they found: as text, JSON, or for GitHub."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.finding import QuizFinding

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print what was found; github annotates the files of a pull request.",
)


def tell(app: "App", form: str, found: "Sequence[QuizFinding]", counts: dict[str, int], sentence: str) -> None:
    """Print everything that was found; ``sentence`` sums it up for people."""
    from dlquiz.render.findings import finding_github, finding_text

    if form == "json":
        app.say_json({"format_version": 1, **counts, "findings": [asdict(one) for one in found]})
        return
    for one in found:
        app.echo(finding_github(one) if form == "github" else finding_text(one, app.filling))
    if form == "text":
        app.say(sentence)
