"""``dlquiz quiz analyse``: what the answers of a class say about the questions."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.quiz.analysis import Analysis, ItemStatistics


@click.command("analyse")
@click.argument("quiz", metavar="QUIZ")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(app: "App", quiz: str, paths: tuple[Path, ...], as_json: bool) -> None:
    """Say how well the questions of a quiz work, from the answers of a class.

    QUIZ is an id or a file. PATH is a file of answers (CSV, JSON, JSON lines, a progress.sqlite3 of a workspace), or a
    folder of them. Only the first attempt of each learner counts. Shown are difficulty, discrimination, reliability,
    and who chose which option; below ten learners no number is given.

    \b
    Example:
        dlquiz quiz analyse training-words answers.csv
        dlquiz quiz analyse training-words class/ --json
    """
    from dlquiz.authoring.quiz_files import quiz_files
    from dlquiz.content.course import load_quiz
    from dlquiz.study.analysing import analyse_answers

    (path,) = quiz_files(app.desk.course, [quiz])
    found = load_quiz(path)
    # A workspace stores the answers to a file that was taken by its path under that path.
    key = str(path.resolve()) if path == Path(quiz) else quiz
    result = analyse_answers(found, {quiz, key}, paths)
    if as_json:
        app.say_json(_document(quiz, result))
        return
    _print(app, found, result)
    if any("check the key" in item.flags for item in result.items):
        first = next(item for item in result.items if "check the key" in item.flags)
        app.say_next(f"dlquiz quiz preview {shell_word(quiz)} --question {first.question}", "is its key right?")
    else:
        app.say_next(f"dlquiz quiz lint {shell_word(quiz)}", "rules that questions can break without a class")


def _document(quiz_id: str, result: "Analysis") -> dict[str, object]:
    from dataclasses import asdict

    return {"format_version": 1, "quiz": quiz_id, **asdict(result)}


def _print(app: "App", quiz: "Quiz", result: "Analysis") -> None:
    from dlquiz.render.findings import counted

    app.say(quiz.title, bold=True)
    left_out = [
        f"{counted(count, 'answer')} {why}"
        for count, why in ((result.repeated, "of later attempts"), (result.unknown, "to other questions"))
        if count
    ]
    app.say(
        f"{counted(result.learners, 'learner')}, {counted(result.answers, 'first answer')}."
        + (f" Left out: {', '.join(left_out)}." if left_out else "")
    )
    app.say(_reliable(result))
    app.say()
    if app.plain:
        _plain(app, result)
    else:
        _table(app, result)
    for item in result.items:
        _notes(app, item)


def _reliable(result: "Analysis") -> str:
    one = result.reliability
    if one.value is None:
        return f"{one.name}: not computed, because {one.note}."
    judged = "good enough to compare learners" if one.value >= 0.7 else "too low to compare learners by their score"
    counted = f"{one.learners} learners, {one.questions} questions that all of them answered"
    return f"{one.name} {one.value:.2f} ({counted}): {judged}."


def _cells(item: "ItemStatistics") -> tuple[str, str, str, str, str]:
    p = "" if item.difficulty is None else f"{item.difficulty:.2f}"
    r = "" if item.discrimination is None else f"{item.discrimination:+.2f}"
    return item.question, str(item.learners), p, r, "; ".join((*item.flags, *((item.note,) if item.note else ())))


def _plain(app: "App", result: "Analysis") -> None:
    for item in result.items:
        name, learners, p, r, words = _cells(item)
        said = [f"{learners} learners", f"difficulty {p}" if p else "", f"discrimination {r}" if r else "", words]
        app.say(f"{name}: {', '.join(part for part in said if part)}.")


def _table(app: "App", result: "Analysis") -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for name, justify in (("question", "left"), ("n", "right"), ("p", "right"), ("r", "right"), ("", "left")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for item in result.items:
        table.add_row(*_cells(item))
    app.echo(app.drawn(table), end="")
    app.say("n: learners. p: mean score, 1 is easiest. r: correlation with the other questions; good from 0.20.")


def _notes(app: "App", item: "ItemStatistics") -> None:
    """Show the options of a question where something is to be said about one."""
    if not any(use.flag for use in item.options) and "check the key" not in item.flags:
        return
    app.say()
    app.say(f"{item.question}:", bold=True)
    for use in item.options:
        rest = "" if use.mean_rest is None else f", {use.mean_rest:.2f} in the other questions"
        right = " (the key)" if use.right else ""
        flag = f"  <- {use.flag}" if use.flag else ""
        app.say(f"  {use.share:4.0%}{rest}: {use.text}{right}{flag}")
