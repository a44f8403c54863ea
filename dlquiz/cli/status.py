"""``dlquiz status``: the path with what is done."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._journey import Step
    from dlquiz.progress import Progress


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
    from dlquiz.cli._journey import advise, journey, table

    course, progress = app.course, app.progress
    steps = journey(course, progress)
    if exercise is not None:
        wanted = app.exercise_id(exercise)
        steps = tuple(step for step in steps if step.exercise_id == wanted)
    finished = progress.finished_quizzes() if progress else frozenset()
    quizzes = course.quiz_ids() if exercise is None else ()
    advice = advise(course, progress)
    if as_json:
        app.say_json(
            {
                "format_version": 1,
                "workspace": str(app.workspace.root) if app.workspace else None,
                "exercises": [_document(step, progress) for step in steps],
                "quizzes": [{"id": name, "done": name in finished} for name in quizzes],
                "next": advice.command,
            }
        )
        return
    app.say(f"Your folder: {app.workspace.root if app.workspace else 'none yet (dlquiz start makes it)'}\n")
    for line in table(steps):
        app.say(line)
    if exercise is None:
        earned, possible = sum(step.earned for step in steps), sum(step.possible for step in steps)
        app.say(f"\nPoints: {earned:g} of {possible:g}.")
        if quizzes:
            app.say("Quizzes: " + ", ".join(f"{name} (done)" if name in finished else name for name in quizzes))
    else:
        _say_details(app, steps[0].exercise_id)
    app.say_next(*(("dlquiz start", "") if app.workspace is None else (advice.command, advice.why)))


def _document(step: "Step", progress: "Progress | None") -> dict[str, object]:
    return {
        "id": step.exercise_id,
        "title": step.title,
        "state": step.state,
        "points": {"earned": step.earned, "possible": step.possible},
        "minutes": step.minutes,
        "hints_shown": progress.hints_shown(step.exercise_id) if progress else 0,
        "gradings": len(progress.reports(step.exercise_id)) if progress else 0,
        "solution_viewed": bool(progress and progress.solution_viewed(step.exercise_id)),
    }


def _say_details(app: "App", exercise_id: str) -> None:
    progress = app.progress
    if progress is None:
        return
    for report in progress.reports(exercise_id)[-5:]:
        points = report.points
        at = f"{report.started_at:%Y-%m-%d %H:%M} UTC"
        app.say(f"  {at}  {report.outcome:<7} {points.earned:g} of {points.possible:g}")
    app.say(f"Hints shown: {progress.hints_shown(exercise_id)}.")
    if progress.solution_viewed(exercise_id):
        app.say("The solution was shown.")
