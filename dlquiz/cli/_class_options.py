"""Options that several commands of ``dlquiz class`` share."""

import click

EVERYTHING_FOR = click.option(
    "--exercise", metavar="EXERCISE", help="Everything is for this exercise, whatever the files are called."
)
ROSTER = click.option("--roster", metavar="FILE", help="A CSV of the people: name, id, email, login, section.")
KEPT = click.option(
    "--db", "book", metavar="FILE", default="class.sqlite3", show_default=True,
    help="Where class grade has kept the gradings: a SQLite file or a URL.",
)  # fmt: skip
FEEDBACK = click.option(
    "--feedback", "level", type=click.Choice(["full", "public", "points"]), default="public", show_default=True,
    help="How much is shown of hidden checks.",
)  # fmt: skip
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
