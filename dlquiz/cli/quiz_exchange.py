"""``dlquiz quiz import`` and ``dlquiz quiz export``: quizzes of other programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlquiz.errors import UsageError, WorkError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.exchange.base import Exported, Format, Imported
    from dlquiz.exchange.conversion_report import LossReport

_STDOUT = "-"


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "format_name", metavar="FORMAT", help="The file's format.  [default: told from the file]")
@click.option("-o", "--out", metavar="OUT.yaml", help="Write the quiz here; - prints it.  [default: FILE's name .yaml]")
@click.option("--lang", metavar="LANG", help="The quiz's language, such as de.  [default: as the file says, else en]")
@click.option("--strict", is_flag=True, help="Write nothing if anything of the file would be lost; exit code 1.")
@click.option("--force", is_flag=True, help="Overwrite OUT.yaml.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
@click.pass_obj
def import_(
    app: "App",
    file: Path,
    format_name: str | None,
    out: str | None,
    lang: str | None,
    strict: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Turn a quiz file of another program into one of ours.

    Reads GIFT, Moodle XML, QTI 1.2 and 2.1, text2qti, jupyterquiz, AI-For-Beginners and mdbook-quiz. A report says for
    each question what was kept, changed or dropped, and why. Nothing that the file holds is run. Where the file gives
    no reason for a wrong answer, a placeholder says so: `dlquiz quiz lint` finds them all.

    \b
    Example:
        dlquiz quiz import bank.gift
        dlquiz quiz import export.xml -o quizzes/week-1.yaml --lang de
        dlquiz quiz import questions.json --strict --json
    """
    from dlquiz.exchange.base import named
    from dlquiz.exchange.detect import guess
    from dlquiz.exchange.files import in_language, read_bytes
    from dlquiz.text import identifier

    data = read_bytes(file)
    form = named(format_name) if format_name else guess(data, str(file))
    imported = in_language(form.reader()(data, str(file)), lang)
    target = out or f"{identifier(file.name.partition('.')[0]) or 'quiz'}.yaml"
    refusal = _refusal(imported.report, strict=strict)
    if not refusal and not imported.questions:
        refusal = WorkError("None of the questions can be ours, so nothing was written.")
    if not refusal:
        _write_quiz(app, imported, target, file, force=force)
    _show(app, imported.report, form, [] if refusal else [target], as_json=as_json)
    if refusal:
        raise refusal
    if target != _STDOUT and not as_json:
        app.say_next(f"dlquiz quiz lint {shell_word(target)}", "finds what is still to be written")


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
    text2qti, anki, html. A report says for each question what was kept, changed or dropped, and why. For Moodle,
    ordering questions stand in a second file, such as week-1-ordering.xml, which Moodle takes from version 4.4 on.

    \b
    Example:
        dlquiz quiz export first-words --to moodle
        dlquiz quiz export week-1.yaml --to gift -o week-1.gift
    """
    from dlquiz.content.course import load_quiz
    from dlquiz.exchange.base import named
    from dlquiz.study.quizzes import find_quiz

    form = named(format_name)
    form.writer()  # a format that can only be imported is refused before anything else
    _, path = find_quiz(app.desk, quiz)
    exported = form.export(load_quiz(path), path.stem, path.parent)
    target = out or f"{path.stem}{form.endings[0]}"
    refusal = _refusal(exported.report, strict=strict)
    written = [] if refusal else _write(target, exported, force=force)
    _show(app, exported.report, form, written, as_json=as_json)
    if refusal:
        raise refusal


def _refusal(report: "LossReport", *, strict: bool) -> WorkError | None:
    if not strict or report.lossless:
        return None
    return WorkError(
        "Something would be lost, so nothing was written (--strict).", next_step="Leave out --strict to accept that."
    )


def _write_quiz(app: "App", imported: "Imported", target: str, file: Path, *, force: bool) -> None:
    from dlquiz.exchange.files import quiz_text, write_quiz

    text = quiz_text(imported, file)
    if target == _STDOUT:
        app.echo(text, end="")
    else:
        write_quiz(Path(target), text, force=force)


def _write(target: str, exported: "Exported", *, force: bool) -> list[str]:
    """Write the files of an export; return what was written."""
    from dlquiz.exchange.files import write_export

    if target == _STDOUT and exported.beside:
        raise UsageError("This quiz becomes several files there.", next_step="Name the first of them with -o FILE.")
    if target == _STDOUT:
        click.echo(exported.content, nl=False)
        return [target]
    return [str(path) for path in write_export(Path(target), exported, force=force)]


def _show(app: "App", report: "LossReport", form: "Format", written: Sequence[str], *, as_json: bool) -> None:
    """Print the report: to stderr where the result itself went to stdout."""
    printed = _STDOUT in written
    if as_json:
        first = written[0] if written else None
        document: dict[str, Any] = {**report.document(), "format": form.name, "written": first}
        document |= {"also_written": list(written[1:])} if written[1:] else {}
        if printed:
            app.warn(json.dumps(document, ensure_ascii=False))
        else:
            app.say_json(document)
        return
    say = app.warn if printed else app.say
    for line in report.lines():
        say(line)
    if written and not printed:
        say(f"Written: {', '.join(written)}")
