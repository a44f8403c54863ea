"""``dlquiz questions``: two or three questions about the learner's own file."""

import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.study.own_file import OwnFile


@click.command()
@click.argument("exercise", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the questions with their answers; nothing is asked.")
@click.pass_context
def questions(ctx: click.Context, exercise: str | None, as_json: bool) -> None:
    """Answer two or three questions about your own file, after full points.

    They are made from your file, as it is: what shape an array has in one of
    your lines, which array a line changes, what would come without a line. The
    right answers were measured by running your file on the public examples,
    behind the wall. Exit code 0 means that all were right.

    \b
    Example:
        dlquiz questions exercise3
    """
    from dlquiz.study import own_file

    app: App = ctx.obj
    exercise_id = own_file.exercise_to_ask_about(app.desk) if exercise is None else app.desk.exercise_id(exercise)
    found = _make(app, exercise_id, shown=not as_json)
    if not found.questions:
        own_file.keep_silence(app.desk, found, app.now())
    quiz = found.quiz(app.desk.course.exercise(exercise_id).topic)
    if as_json:
        document = {"exercise": exercise_id, "sha256": found.sha256, "questions": _document(found, quiz)}
        app.say_json({"format_version": 1, **document})
        return
    ctx.exit(_talk(app, found, quiz))


def _make(app: "App", exercise_id: str, *, shown: bool) -> "OwnFile":
    from dlquiz.cli._live import LiveLine
    from dlquiz.study import own_file

    submission = own_file.finished(app.desk, exercise_id)
    line = LiveLine(sys.stderr, enabled=shown and app.live)
    try:
        return own_file.questions_about(app.desk.course, exercise_id, submission, on_progress=line.show)
    finally:
        line.clear()


def _talk(app: "App", found: "OwnFile", quiz: "Quiz") -> int:
    """Ask all questions, and keep each answer; return the exit code."""
    from dlquiz.cli._quiz_asking import PersonStops, ask
    from dlquiz.model.answer_log import Mode
    from dlquiz.study import own_file
    from dlquiz.study.asking import AnswerLog, Asking

    log = AnswerLog(uuid4().hex, None, Mode.QUIZ, app.desk.tell)
    asking = Asking(quiz, found.sitting(quiz), log, signs=False)
    app.say(quiz.title, bold=True)
    try:
        while (task := asking.task(app.now())) is not None:
            ask(app, asking, task, ask_sure=False)
            own_file.keep(app.desk, found, asking.sitting.given[-1], app.now())
    except PersonStops:
        app.warn("Stopped.")
        app.say_next(f"dlquiz questions {found.exercise_id}", "asks again", err=True)
        return 1
    right = sum(one.correct for one in asking.sitting.given)
    app.say(f"\n{right} of {len(found.questions)} right.", bold=True)
    app.say_next("dlquiz next")
    return 0 if right == len(found.questions) else 1


def _document(found: "OwnFile", quiz: "Quiz") -> list[dict[str, object]]:
    return [
        {
            "kind": one.kind,
            "function": one.function,
            "line": one.line,
            "question": one.stem,
            "options": list(slot.options),
            "right": one.right,
            "wrong": dict(one.wrong),
            "explanation": one.explain,
        }
        for one, slot in found.in_order(quiz)
    ]
