"""``dlquiz dev kit``: what learners get where graders must not travel."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.authoring.kit import Kit
    from dlquiz.cli._app import App


@click.command("kit")
@click.argument("exercises", metavar="[ID]...", nargs=-1)
@click.option("-o", "--output", metavar="FILE", help="The archive.  [default: COURSE-kit.zip]")
@click.option("--whole", is_flag=True, help="The whole course, hidden checks and solutions included.")
@click.option("--no-quizzes", is_flag=True, help="Leave the quizzes out: they hold their answers.")
@click.option("--force", is_flag=True, help="Replace the archive if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def kit(
    app: "App",
    exercises: tuple[str, ...],
    output: str | None,
    whole: bool,
    no_quizzes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Pack a course for learners, without its hidden checks and solutions.

    A kit holds the exercises, their public checks and the quizzes. Of the hidden
    checks it tells only how many there are, and for how many points. Each
    public check is tried with the solution before the kit is written.

    \b
    Example:
        dlquiz dev kit
        dlquiz --course my-course dev kit -o my-course.zip
        dlquiz dev kit exercise1 exercise2 --no-quizzes
    """
    from dlquiz.archives.zip_writer import zipped
    from dlquiz.atomic import already_there, write_output
    from dlquiz.authoring.kit import public_kit, whole_kit
    from dlquiz.authoring.kit_readme import readme
    from dlquiz.cli._dev_check import exercise_ids
    from dlquiz.cli._live import LiveLine

    if whole and (exercises or no_quizzes):
        raise click.UsageError("--whole takes everything along: leave out the exercises and --no-quizzes")
    course = app.desk.course
    name = f"{course.manifest.name}-kit"
    path = Path(output or f"{name}.zip").expanduser()
    if path.exists() and not force:
        raise already_there(path)
    line = LiveLine(sys.stderr, enabled=app.live and not as_json)
    try:
        ids = exercise_ids(app, exercises) or course.exercise_ids()
        made = whole_kit(course) if whole else public_kit(course, ids, quizzes=not no_quizzes, tell=line.show)
    finally:
        line.clear()
    files = {**made.files, "README.md": readme(course.manifest.title, name, made).encode()}
    content = zipped({f"{name}/{file}": (data, False) for file, data in files.items()})
    write_output(path, content, force=force)
    if as_json:
        app.say_json({"format_version": 1, "file": str(path), "bytes": len(content), **_document(made)})
        return
    _say(app, made)
    app.say(f"Wrote {path} ({len(files)} files, {len(content) / 1000:,.0f} kB). Learners unpack it and read README.md.")


def _say(app: "App", made: "Kit") -> None:
    from dlquiz.model.course import worth
    from dlquiz.render.findings import counted

    for one in made.exercises:
        public = f"{counted(one.public, 'public check')}, {worth(one.public_points)}"
        left = f"; {one.hidden.cases} hidden for {one.hidden.points:g} stay here" if one.hidden else ""
        app.say(f"{one.exercise_id}: {public}{left}")
        for case, why in one.kept_back.items():
            app.say(f"  kept back: {case}, as {why}")
    if made.telling:
        app.say(f"Quizzes that stay here, since they hold lines of a solution: {', '.join(made.telling)}")


def _document(made: "Kit") -> dict[str, object]:
    exercises = [
        {
            "id": one.exercise_id,
            "public": {"cases": one.public, "points": one.public_points},
            "hidden": None if one.hidden is None else {"cases": one.hidden.cases, "points": one.hidden.points},
            "kept_back": one.kept_back,
        }
        for one in made.exercises
    ]
    return {"whole": not made.exercises, "exercises": exercises, "quizzes_kept_back": list(made.telling)}
