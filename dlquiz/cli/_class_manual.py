"""``dlquiz class manual``: points and comments that people give."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON
from dlquiz.cli._class_rules import read_rules
from dlquiz.errors import UsageError, cannot_write
from dlquiz.text import shell_word, shell_words

if TYPE_CHECKING:
    from dlquiz.classroom.manual import PointsGiven
    from dlquiz.classroom.rules import KnownRules
    from dlquiz.cli._app import App

_RULES = click.option("--rules", "rules", metavar="FILE", required=True, help="The rules of the class: class.yaml.")
_FILE = click.option(
    "--file", "file", metavar="FILE", help="Where all points are kept.  [default: manual.csv beside the rules]"
)
_ROSTER = click.option("--roster", metavar="FILE", help="People, in the place of those that the rules name.")


def manual_file(rules: str, named: str | None) -> Path:
    """Return where the points of people are kept."""
    return Path(rules).expanduser().with_name("manual.csv") if named is None else Path(named).expanduser()


def known_points(path: Path, known: "KnownRules", *, needed: bool = False) -> "PointsGiven":
    """Return what people gave so far; a file that is not there yet is empty."""
    from dlquiz.classroom.manual import is_manual, read_manual

    try:
        if not needed and not path.exists():
            return {}
        if path.is_file() and not is_manual(path):
            raise UsageError(f"{path} is no table of points by hand.", next_step="Name another file with --file.")
    except OSError as error:
        raise cannot_write(path, error) from error
    return read_manual(str(path), known)


@click.group("manual")
def manual() -> None:
    """Points and comments that people give: rubric rows, and overrides.

    The rows of a rubric stand in class.yaml. A sheet is a CSV file to fill in;
    taken in, its points are added to those of the program.

    \b
    Example:
        dlquiz class manual export --rules class.yaml --work exercise3 -o sheet.csv
        dlquiz class manual import sheet.csv --rules class.yaml
    """


@manual.command("export")
@_RULES
@_FILE
@_ROSTER
@click.option("--work", "works", metavar="ID", multiple=True, help="Only for this exercise or quiz; may be repeated.")
@click.option("--section", metavar="NAME", help="Only for the people of this section.")
@click.option("-o", "--output", metavar="FILE", required=True, help="Write the sheet here.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@AS_JSON
@click.pass_obj
def export(
    app: "App",
    rules: str,
    file: str | None,
    roster: str | None,
    works: tuple[str, ...],
    section: str | None,
    output: str,
    force: bool,
    as_json: bool,
) -> None:
    """Write a sheet to fill in: a row for each learner and row of the rubric.

    What is known is filled in already. An override is a grade in the place of
    all points; it needs a reason, and who set it. Overrides are for any work.

    \b
    Example:
        dlquiz class manual export --rules class.yaml --work exercise3 -o sheet.csv
    """
    from dlquiz.atomic import write_output
    from dlquiz.classroom.manual import manual_bytes, sheet_of

    known = read_rules(app, rules, roster)
    all_works = [*known.said.exercises, *known.said.quizzes]
    for name in works:
        if name not in all_works:
            raise UsageError(f"'{name}' is no work of the rules.", next_step=f"Works: {', '.join(all_works)}")
    people = [one for one in (known.roster.people if known.roster else []) if section in (None, one.section)]
    if not people or not all_works:
        raise UsageError(
            "There is nobody, or nothing, to give points for.", next_step=f"dlquiz class rules {shell_word(rules)}"
        )
    # Without a choice of works, those that have a rubric.
    chosen = list(works) or [name for name in all_works if known.said.work(name).rubric] or all_works
    sheet = sheet_of(known_points(manual_file(rules, file), known), people, chosen, known)
    write_output(Path(output).expanduser(), manual_bytes(sheet, known), force=force)
    if as_json:
        app.say_json({"format_version": 1, "rows": len(sheet), "file": output})
        return
    app.say(f"A sheet of {len(sheet):,} rows: {output}")
    following = shell_words("dlquiz", "class", "manual", "import", output, "--rules", rules)
    app.say_next(following, "takes it in when it is filled in")


@manual.command("import")
@click.argument("sheets", metavar="SHEET...", nargs=-1, required=True)
@_RULES
@_FILE
@_ROSTER
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@AS_JSON
@click.pass_obj
def import_(
    app: "App",
    sheets: tuple[str, ...],
    rules: str,
    file: str | None,
    roster: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take filled-in sheets in; all or nothing.

    An empty cell of points changes nothing, so two people can fill in two
    sheets. The word 'none' takes points back. Every mistake is told with its
    line, and then nothing is changed.

    \b
    Example:
        dlquiz class manual import sheet.csv --rules class.yaml --dry-run
    """
    from dlquiz.atomic import replace_file
    from dlquiz.classroom.manual import manual_bytes, merged, read_manual
    from dlquiz.render.findings import counted

    known = read_rules(app, rules, roster)
    path = manual_file(rules, file)
    before = known_points(path, known)
    after, changes = merged(before, [read_manual(name, known) for name in sheets])
    if not dry_run and after != before:
        try:
            replace_file(path, manual_bytes(after, known))
        except OSError as error:
            raise cannot_write(path, error) from error
    if as_json:
        app.say_json(
            {
                "format_version": 1,
                "dry_run": dry_run,
                "added": changes.added,
                "changed": changes.changed,
                "removed": changes.removed,
                "rows": len(after),
            }
        )
        return
    for line in changes.changed:
        app.say(f"  changed: {line}")
    app.say(
        f"{counted(changes.added, 'new row')}, {len(changes.changed)} changed, {changes.removed} taken back; "
        f"{counted(len(after), 'row')} in all."
    )
    app.say(f"{'Nothing was written to' if dry_run or after == before else 'Kept in'} {path}.")
