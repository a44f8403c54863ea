"""``dlquiz dev``: what authors of a course need."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._dev_kit import kit
from dlquiz.data.catalog import NAMES
from dlquiz.errors import UsageError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def dev() -> None:
    """For authors: begin a course, an exercise or a quiz, and check them.

    \b
    Example:
        dlquiz dev new course my-course
        dlquiz dev check exercise3
    """


@dev.group()
def new() -> None:
    """Begin something new: a course, an exercise or a quiz.

    \b
    Example:
        dlquiz dev new course my-course
        dlquiz dev new exercise my-exercise
        dlquiz dev new quiz my-quiz
    """


@new.command("course")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_JSON
@click.pass_obj
def new_course(app: "App", folder: Path, as_json: bool) -> None:
    """Write a course to begin with: one exercise that is certified, and one quiz.

    DIR must be empty, or not there yet.

    \b
    Example:
        dlquiz dev new course my-course
    """
    from dlquiz.authoring.new_course import write_course

    files = write_course(folder)
    check = f"dlquiz --course {shell_word(str(folder))} --trust-course dev check"
    if as_json:
        _say_json(app, files, check)
        return
    app.say(f"Wrote a course into {folder}:")
    _list(app, folder, files)
    app.say_next(check, "it is certified as it stands")


@new.command("exercise")
@click.argument("exercise_id", metavar="ID")
@_JSON
@click.pass_obj
def new_exercise(app: "App", exercise_id: str, as_json: bool) -> None:
    """Write an exercise to begin with, and add it to the course's list.

    It is complete, and certified as it stands: replace it piece by piece by your own. The course is that of
    --course DIR, or of the current folder.

    \b
    Example:
        dlquiz dev new exercise my-exercise
    """
    from dlquiz.authoring.new_course import MANIFEST, write_exercise

    root = app.named_course or Path.cwd()
    if not (root / MANIFEST).is_file():
        raise UsageError(
            f"{root} is not a course: it has no {MANIFEST}.",
            next_step="cd into your course, or make one: dlquiz dev new course DIR",
        )
    files = write_exercise(root, exercise_id)
    where = "." if root == Path.cwd() else shell_word(str(root))
    check = f"dlquiz --course {where} --trust-course dev check {exercise_id}"
    if as_json:
        _say_json(app, files, check)
        return
    app.say(f"Wrote the exercise {exercise_id}, and added it to {MANIFEST}:")
    _list(app, root, files)
    app.say_next(check, "it is certified as it stands")


def _list(app: "App", root: Path, files: list[Path]) -> None:
    for path in files:
        app.say(f"  {path.relative_to(root)}")


def _say_json(app: "App", files: list[Path], following: str) -> None:
    app.say_json({"format_version": 1, "files": [str(path.absolute()) for path in files], "next": following})


@dev.command("schema")
@click.argument("what", metavar="exercise|course|class", type=click.Choice(["exercise", "course", "class"]))
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write it into this file.")
@click.pass_obj
def schema(app: "App", what: str, output: Path | None) -> None:
    """Print the JSON Schema of exercise.yaml, course.yaml or class.yaml.

    It is one JSON document, so there is no --json.
    An editor with a YAML language server completes and checks a file whose first line is
    '# yaml-language-server: $schema=FILE'. The schema knows the fields; 'dlquiz dev check' and
    'dlquiz class rules' know more.

    \b
    Example:
        dlquiz dev schema exercise -o exercise.schema.json
    """
    import json

    from dlquiz.atomic import write_output
    from dlquiz.authoring.schemas import class_schema, course_schema, exercise_schema

    made = {"exercise": exercise_schema, "course": course_schema, "class": class_schema}[what]
    text = json.dumps(made(), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    write_output(output, text.encode(), force=True)
    app.say(f"Wrote {output}.")
    if what != "class":
        app.say_next("dlquiz dev new exercise my-exercise", "an exercise to begin with")


@new.command("quiz")
@click.argument("quiz_id", metavar="ID")
@_JSON
@click.pass_obj
def new_quiz(app: "App", quiz_id: str, as_json: bool) -> None:
    """Write a quiz to begin with: one question of each kind, with comments.

    With --course DIR it becomes DIR/quizzes/ID.yaml, and the course has it at once. Without, it is written into the
    current folder, or into quizzes/ if this is the folder of the course. A file that is there is left alone.

    \b
    Example:
        dlquiz dev new quiz my-quiz
    """
    from dlquiz.authoring.new_quiz import write_quiz
    from dlquiz.cli.quiz import quiz
    from dlquiz.content.yamlfile import shown_path

    here = Path.cwd()
    own = not app.desk.course.builtin or app.desk.course.root == here.resolve()
    commands = frozenset(quiz.list_commands(click.get_current_context())) | {"take"}
    path = write_quiz(app.desk.course.root / "quizzes" if own else here, quiz_id, commands)
    name = quiz_id if own else shown_path(path)
    taking = f"dlquiz quiz {shell_word(name)}"
    if as_json:
        _say_json(app, [path], taking)
        return
    app.say(f"Wrote {shown_path(path)}.")
    app.say()
    for command, why in (
        (f"dlquiz quiz check {shell_word(name)}", "finds every mistake"),
        (f"dlquiz quiz lint {shell_word(name)}", "rules for good questions"),
        (f"dlquiz quiz preview {shell_word(name)}", "as learners will see it"),
    ):
        app.say(f"  {command.ljust(34)} {why}")
    app.say_next(taking, "take it")


@dev.command()
@click.argument("exercises", metavar="[ID]...", nargs=-1)
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    help="Grade every file under so many seeds.  [default: 5 the reference, 3 the others]",
)
@click.option(
    "--quick",
    is_flag=True,
    help="Fewer seeds, costly cases only where a wrong solution names them, nothing unchanged again.",
)
@click.option("--sample", is_flag=True, help="Of the wrong solutions only so many that each case is lost by one.")
@click.option("--only", metavar="FILE", multiple=True, help="Check only this file, such as wrong/no_mean.py.")
@click.option("--mutate", is_flag=True, help="Change each reference in one place: does any case notice?")
@click.option("--calibrate", is_flag=True, help="Measure how far the reference is from the thresholds (20 seeds).")
@click.option("--verbose", is_flag=True, help="Show which cases each wrong solution loses, and what they say.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes that grade.  [default: one per processor]")
@click.option(
    "--data",
    metavar="SET",
    type=click.Choice(NAMES),
    help="Which of their data sets to train on.  [default: the first]",
)
@_JSON
@click.pass_context
def check(
    ctx: click.Context,
    exercises: tuple[str, ...],
    seeds: int | None,
    quick: bool,
    sample: bool,
    only: tuple[str, ...],
    mutate: bool,
    calibrate: bool,
    verbose: bool,
    jobs: int | None,
    data: str | None,
    as_json: bool,
) -> None:
    """Prove that exercises are fair and their graders catch what they claim.

    The stub must fail politely, the reference and every right solution must get
    full points, and every wrong solution must lose exactly the cases that its
    docstring names. Without an ID: the whole course, quizzes included. Exit code
    3 means that there is something to repair, 4 that something could not be checked here.

    \b
    Example:
        dlquiz dev check
        dlquiz dev check exercise3 --quick
        dlquiz dev check --sample --seeds 1
        dlquiz dev check exercise3 --only wrong/no_mean.py
        dlquiz dev check exercise3 --mutate
    """
    from dlquiz.cli._dev_check import Wanted, certify, exercise_ids, measure, survive

    app: App = ctx.obj
    if sum((bool(only) or sample, mutate, calibrate, quick and (mutate or calibrate))) > 1:
        raise click.UsageError("--only or --sample, --mutate and --calibrate are different checks: give one of them")
    ids = exercise_ids(app, exercises)
    if only and len(ids) != 1:
        raise click.UsageError("--only needs the exercise whose file it is: dlquiz dev check ID --only FILE")
    asked = Wanted(ids, seeds, quick, only, sample, verbose, jobs, data, as_json)
    check_so = survive if mutate else measure if calibrate else certify
    ctx.exit(check_so(app, asked))


dev.add_command(kit)
