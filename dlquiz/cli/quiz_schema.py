"""``dlquiz quiz schema``: what an editor needs to complete and check quiz files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.atomic import write_output

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("schema")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write it into this file.")
@click.pass_obj
def command(app: "App", output: Path | None) -> None:
    """Print the JSON Schema of the quiz file.

    It is one JSON document, so there is no --json.
    An editor with a YAML language server completes and checks a file whose first line is
    '# yaml-language-server: $schema=dlquiz.schema.json'. The schema knows the fields; 'dlquiz quiz check' knows more.

    \b
    Example:
        dlquiz quiz schema -o dlquiz.schema.json
    """
    from dlquiz.quiz.schema import schema

    text = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        app.echo(text, end="")
        return
    write_output(output, text.encode(), force=True)
    app.say(f"Wrote {output}.")
    app.say_next("dlquiz dev new quiz my-quiz", "a quiz to begin with")
