"""``dlquiz quiz import`` and ``dlquiz quiz export``: quizzes of other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlquiz.errors import UsageError, WorkError, cannot_write

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.quiz.exchange.base import Format, Imported
    from dlquiz.quiz.exchange.loss import LossReport

_STDOUT = "-"


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "format_name", metavar="FORMAT", help="The file's format.  [default: told from the file]")
@click.option("-o", "--out", metavar="OUT.yaml", help="Write the quiz here; - prints it.  [default: FILE's name .yaml]")
@click.option("--strict", is_flag=True, help="Write nothing if anything of the file would be lost; exit code 1.")
@click.option("--force", is_flag=True, help="Overwrite OUT.yaml.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
@click.pass_obj
def import_(
    app: "App", file: Path, format_name: str | None, out: str | None, strict: bool, force: bool, as_json: bool
) -> None:
    """Turn a quiz file of another program into one of ours.

    Reads GIFT, Moodle XML, QTI 1.2 and 2.1, text2qti, jupyterquiz, AI-For-Beginners and mdbook-quiz. A report says for
    each question what was kept, changed or dropped, and why. Nothing that the file holds is run. Where the file gives
    no reason for a wrong answer, a placeholder says so: `dlquiz quiz lint` finds them all.

    \b
    Example:
        dlquiz quiz import bank.gift
        dlquiz quiz import export.xml -o quizzes/week-1.yaml
        dlquiz quiz import questions.json --strict --json
    """
    from dlquiz.quiz.exchange.base import named
    from dlquiz.quiz.exchange.guess import guess
    from dlquiz.quiz.exchange.names import slug

    data = _bytes_of(file)
    form = named(format_name) if format_name else guess(data, str(file))
    imported = form.reader()(data, str(file))
    target = out or f"{slug(file.name.partition('.')[0]) or 'quiz'}.yaml"
    refusal = _refusal(imported.report, strict=strict)
    if not refusal and not imported.questions:
        refusal = WorkError("None of the questions can be ours, so nothing was written.")
    if not refusal:
        _write_quiz(app, imported, target, file, force=force)
    _show(app, imported.report, form, None if refusal else target, as_json=as_json)
    if refusal:
        raise refusal
    if target != _STDOUT and not as_json:
        app.say_next(f"dlquiz quiz lint {target}", "finds what is still to be written")


@click.command()
@click.argument("quiz", metavar="QUIZ")
@click.option("--to", "format_name", metavar="FORMAT", required=True, help="The format to write, such as gift.")
@click.option("-o", "--out", metavar="OUT", help="Write here; - prints it.  [default: the quiz's name and its ending]")
@click.option("--strict", is_flag=True, help="Write nothing if anything of the quiz would be lost; exit code 1.")
@click.option("--force", is_flag=True, help="Overwrite OUT.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
@click.pass_obj
def export(app: "App", quiz: str, format_name: str, out: str | None, strict: bool, force: bool, as_json: bool) -> None:
    """Write a quiz in the format of another program.

    QUIZ is the id of a quiz, or the path of a quiz file. FORMAT is one of gift, moodle, jupyterquiz, qti12, qti21,
    text2qti, anki, html. A report says for each question what was kept, changed or dropped, and why.

    \b
    Example:
        dlquiz quiz export first-words --to moodle
        dlquiz quiz export week-1.yaml --to gift -o week-1.gift
    """
    from dlquiz.quiz.exchange.base import named

    form = named(format_name)
    form.writer()  # a format that can only be imported is refused before anything else
    name, found, folder = _quiz(app, quiz)
    exported = form.export(found, name, folder)
    target = out or f"{name}{form.endings[0]}"
    refusal = _refusal(exported.report, strict=strict)
    if not refusal:
        _write(target, exported.content, force=force)
    _show(app, exported.report, form, None if refusal else target, as_json=as_json)
    if refusal:
        raise refusal


def _bytes_of(file: Path) -> bytes:
    from dlquiz.quiz.exchange.base import MAX_BYTES

    if not file.is_file():
        what = "is a folder" if file.is_dir() else "is no file that can be read" if file.exists() else "is not there"
        raise UsageError(f"{file} {what}.", next_step="Name a file, such as bank.gift or export.xml.")
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def _quiz(app: "App", name: str) -> "tuple[str, Quiz, Path]":
    """Return the quiz, a name for its file, and the folder in which it and its pictures are."""
    from dlquiz.content import load_quiz

    if name.endswith((".yaml", ".yml")) or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"There is no file {name}.", next_step="dlquiz quiz list   (lists the quizzes)")
        return path.stem, load_quiz(path), path.parent
    return name, app.course.quiz(name), app.course.quiz_path(name).parent


def _refusal(report: "LossReport", *, strict: bool) -> WorkError | None:
    if not strict or report.lossless:
        return None
    return WorkError(
        "Something would be lost, so nothing was written (--strict).", next_step="Leave out --strict to accept that."
    )


def _write_quiz(app: "App", imported: "Imported", target: str, file: Path, *, force: bool) -> None:
    from dlquiz.content import load_quiz
    from dlquiz.quiz.exchange.inward import as_quiz_fields
    from dlquiz.quiz.exchange.yamlout import write_fields
    from dlquiz.yamlfile import MAX_BYTES, MAX_ITEMS

    text = write_fields(as_quiz_fields(imported), comment=f"Imported from {file.name}.")
    if len(text.encode()) > MAX_BYTES or len(imported.questions) > MAX_ITEMS:
        message = f"{file} holds more than one quiz file may: {MAX_ITEMS:,} questions, {MAX_BYTES // 2**20} MiB."
        raise WorkError(message, next_step="Divide it into several files.")
    if target == _STDOUT:
        app.say(text.rstrip("\n"))
        return
    path = Path(target)
    _refuse_overwriting(path, force=force)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        load_quiz(part)  # what is written is read again before it takes its name
        part.replace(path)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _write(target: str, content: bytes, *, force: bool) -> None:
    if target == _STDOUT:
        click.echo(content, nl=False)
        return
    path = Path(target)
    _refuse_overwriting(path, force=force)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _refuse_overwriting(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", next_step=f"Name a file in it, such as {path}/quiz.yaml.")
    if path.exists() and not force:
        raise UsageError(
            f"{path} is already there.", next_step="Choose another name with -o, or overwrite with --force."
        )


def _show(app: "App", report: "LossReport", form: "Format", target: str | None, *, as_json: bool) -> None:
    """Print the report: to stderr where the result itself went to stdout."""
    if as_json:
        document: dict[str, Any] = {**report.document(), "format": form.name, "written": target}
        if target == _STDOUT:
            click.echo(_json(document), err=True)
        else:
            app.say_json(document)
        return
    say = app.warn if target == _STDOUT else app.say
    for line in report.lines():
        say(line)
    if target and target != _STDOUT:
        say(f"Written: {target}")


def _json(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document, ensure_ascii=False)
