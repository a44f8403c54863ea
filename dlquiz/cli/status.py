"""``dlquiz status``: the path with what is done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dlquiz.cli._advice import command, words

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.progress import Step
    from dlquiz.study.overview import Overview, Standing

_LATEST = 5
"""So many gradings of one exercise are listed."""


@click.command()
@click.argument("exercise", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def status(app: "App", exercise: str | None, as_json: bool) -> None:
    """Show what is done and what comes next.

    \b
    Example:
        dlquiz status
        dlquiz status exercise3
    """
    from dlquiz.render.path import path_lines
    from dlquiz.study.overview import overview

    whole = overview(app.desk)
    wanted = None if exercise is None else app.desk.exercise_id(exercise)
    steps = [step for step in whole.steps if wanted in (None, step.exercise_id)]
    if as_json:
        _say_json(app, whole, steps, with_quizzes=wanted is None)
        return
    app.say(f"Your folder: {whole.workspace or _no_folder(app)}\n")
    known = app.desk.progress is not None or (whole.workspace is None and app.desk.lost is None)
    for line in path_lines(steps, app.columns, known=known):
        app.echo(line)
    if wanted is None:
        why = "they cannot be read now" if app.desk.lost is None else "they are in that folder"
        earned = f"{whole.earned:g} of {whole.possible:g}" if known else f"not known, because {why}"
        app.say(f"\nPoints: {earned}.")
        if due := _due(app):
            app.say(f"Due for review: {due} {'question' if due == 1 else 'questions'} (dlquiz review).")
        if back := _back(app):
            app.say(f"Done weeks ago, and back for one function: {', '.join(back)} (dlquiz again).")
        if whole.quizzes:
            listed = (f"{name}{_score(whole.best.get(name), done=done)}" for name, done in whole.quizzes.items())
            app.say(f"Quizzes: {', '.join(listed)}")
    else:
        _say_details(app, steps[0])
    if behind := [step.exercise_id for step in steps if step.exercise_id in whole.behind]:
        app.say(
            f"\nThe course has a newer start file for {', '.join(behind)}. dlquiz start brings it; a file that you have"
            " changed stays, and the new one is put beside it."
        )
    if whole.workspace is None:
        app.say_start()
    else:
        app.say_next(command(whole.advice), words(whole.advice))


def _due(app: "App") -> int:
    from dlquiz.study.days import day_of
    from dlquiz.study.reviewing import due_count

    return due_count(app.desk, day_of(app.now()))


def _back(app: "App") -> list[str]:
    from dlquiz.study.again import due_exercises
    from dlquiz.study.days import day_of

    return list(due_exercises(app.desk, day_of(app.now())))


def _no_folder(app: "App") -> str:
    if app.desk.lost is not None:
        return f"it was {app.desk.lost}, and is not there any more. Moved? Then cd into it."
    if app.desk.foreign is not None:
        return f"none yet for this course; {app.desk.foreign} is of another one"
    return "none yet (dlquiz start makes it)"


def _score(best: float | None, *, done: bool) -> str:
    """Write how far a quiz is; nothing if it was never finished."""
    if best is None:
        return " (done)" if done else ""
    return f" (done, best {best:.0%})" if done else f" (best {best:.0%})"


def _say_json(app: "App", whole: "Overview", steps: "Sequence[Step]", *, with_quizzes: bool) -> None:
    from dlquiz.study.overview import standing

    quizzes = whole.quizzes.items() if with_quizzes else ()
    app.say_json(
        {
            "format_version": 1,
            "workspace": str(whole.workspace) if whole.workspace else None,
            "exercises": [_document(standing(app.desk, step)) for step in steps],
            "newer_start_files": [step.exercise_id for step in steps if step.exercise_id in whole.behind],
            "quizzes": [{"id": name, "done": done} for name, done in quizzes],
            "due": _due(app),
            "again": _back(app),
            "next": command(whole.advice),
        }
    )


def _document(one: "Standing") -> dict[str, object]:
    step = one.step
    return {
        "id": step.exercise_id,
        "title": step.title,
        "state": step.state,
        "points": {"earned": step.earned, "possible": step.possible},
        "minutes": step.minutes,
        "hints_shown": one.hints_shown,
        "gradings": one.gradings,
        "solution_viewed": one.solution_viewed,
    }


def _say_details(app: "App", step: "Step") -> None:
    from dlquiz.study.overview import last_reports, standing

    if app.desk.progress is None:
        return
    for report in last_reports(app.desk, step.exercise_id, _LATEST):
        points = report.points
        at = f"{report.started_at:%Y-%m-%d %H:%M} UTC"
        app.say(f"  {at}  {report.outcome:<7} {points.earned:g} of {points.possible:g}")
    known = standing(app.desk, step)
    app.say(f"Hints shown: {known.hints_shown}.")
    if known.solution_viewed:
        app.say("The solution was shown.")
