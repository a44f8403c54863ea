"""``dlquiz progress``: one page with what was built."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.portfolio import Portfolio


@click.command()
@click.option("--html", "page", metavar="FILE", help="Write one page: self-contained, without scripts, printable.")
@click.option("--markdown", metavar="FILE", help="Write the same in Markdown, with words in the place of pictures.")
@click.option("--name", default="", metavar="NAME", help="Who has built it, for the page's title.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def progress(app: "App", page: str | None, markdown: str | None, name: str, force: bool, as_json: bool) -> None:
    """Show what you have built: points, curves, misread digits, known terms.

    It says only what was measured in your gradings and answers. Without
    --html and --markdown it is shown here.

    \b
    Example:
        dlquiz progress
        dlquiz progress --html what-i-built.html --name "Ada"
    """
    from dlquiz.atomic import write_output
    from dlquiz.render.portfolio import portfolio_html, portfolio_markdown
    from dlquiz.study.portfolio import portfolio

    found = portfolio(app.desk, app.now())
    written = []
    for file, text in ((page, portfolio_html(found, name)), (markdown, portfolio_markdown(found, name))):
        if file is not None:
            write_output(Path(file), text.encode(), force=force)
            written.append(Path(file))
    if as_json:
        app.say_json(_document(found, written))
        return
    if not written:
        app.say_prose(portfolio_markdown(found, name).rstrip("\n"))
    for path in written:
        app.say(f"Written: {path}")
    app.say_next("dlquiz next" if written else "dlquiz progress --html progress.html", err=False)


def _document(found: "Portfolio", written: list[Path]) -> dict[str, object]:
    return {
        "format_version": 1,
        "course": found.course,
        "exercises": [
            {"id": one.exercise_id, "title": one.title, "earned": one.earned, "possible": one.possible,
             "bonus": one.bonus, "day": one.day.isoformat(), "gradings": one.gradings, "passed": one.passed}
            for one in found.built
        ],
        "done": found.done,
        "of": found.exercises,
        "points": {"earned": found.earned, "possible": found.possible},
        "terms": list(found.terms),
        "questions": found.questions,
        "repaired": found.repaired,
        "written": [str(path) for path in written],
    }  # fmt: skip
