"""``dlquiz class remove``: take everything about a learner out of the book."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, KEPT

if TYPE_CHECKING:
    from dlquiz.classroom.forgetting import Forgotten
    from dlquiz.cli._app import App


@click.command("remove")
@click.argument("learner", metavar="LEARNER")
@KEPT
@click.option("--yes", is_flag=True, help="Remove without asking.")
@AS_JSON
@click.pass_context
def remove(ctx: click.Context, learner: str, book: str, yes: bool, as_json: bool) -> None:
    """Remove all data of a learner from the book, for good.

    LEARNER is an id or a name. What will go is shown first: the hand-ins of
    every run, and the gradings of files that nobody else has handed in. A
    person is asked; where nobody can be asked, nothing goes without --yes. The
    files that were handed in, tables and pages are yours to delete, and so are
    copies of the book. Exit code 1 means that nothing was removed.

    \b
    Example:
        dlquiz class remove 7
        dlquiz class remove "Ada Lovelace" --yes
    """
    from dlquiz.classroom.book import Book
    from dlquiz.classroom.forgetting import forget, to_forget
    from dlquiz.classroom.kept_handins import all_handins, one_learner
    from dlquiz.cli._class_grading import kept_book
    from dlquiz.text import one_line

    app: App = ctx.obj
    with Book(kept_book(book)) as opened:
        rows = all_handins(opened)
        mine = one_learner(rows, learner)
        going = to_forget(opened, mine[0].key, rows)
        if not as_json:
            _say(app, going)
        sure = yes or (not as_json and app.interactive and click.confirm("Remove all of this for good?", err=True))
        if sure:
            forget(opened, going)
    if as_json:
        app.say_json(_document(going, removed=sure))
    elif sure:
        app.say("Removed.")
        for name in going.alike:
            app.say(f"Still in the book, under another id or none: {one_line(name, 100)}. It may be the same person.")
    else:
        app.say("Nothing was removed. Typed again with --yes, the command removes it.")
    ctx.exit(0 if sure else 1)


def _say(app: "App", going: "Forgotten") -> None:
    from dlquiz.render.findings import counted
    from dlquiz.text import one_line

    app.say(f"{one_line(going.name, 200)}: {counted(len(going.rows), 'hand-in')} in the book.", bold=True)
    for exercise, count in going.exercises().items():
        app.say(f"  {exercise or 'of no known exercise'}: {counted(count, 'row')}")
    stay = f"{len(going.shared)} stay{'s' if len(going.shared) == 1 else ''}"
    shared = f"; {stay}, because others handed in the same file" if going.shared else ""
    app.say(f"  {counted(len(going.gradings), 'grading')} will go{shared}")


def _document(going: "Forgotten", *, removed: bool) -> dict[str, object]:
    from dlquiz.text import one_line

    return {
        "format_version": 1,
        "learner": one_line(going.name, 500),
        "removed": removed,
        "hand_ins": len(going.rows),
        "exercises": going.exercises(),
        "gradings": list(going.gradings),
        "shared_gradings": len(going.shared),
        "alike": [one_line(name, 500) for name in going.alike],
    }
