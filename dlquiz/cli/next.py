"""``dlquiz next``: one line that says what to do."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._advice import command, kind, words

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("next")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def next(app: "App", as_json: bool) -> None:
    """Say what to do next.

    \b
    Example:
        dlquiz next
    """
    from dlquiz.study.advice import Do, for_practice, next_thing
    from dlquiz.study.again import due_exercises
    from dlquiz.study.days import day_of
    from dlquiz.study.own_file import unasked

    advice = next_thing(app.desk)
    what, subject, practice = kind(advice), advice.subject, for_practice(app.desk)
    due, back, own = _due(app), due_exercises(app.desk, day_of(app.now())), unasked(app.desk)
    if as_json:
        found: dict[str, object] = {"kind": what, "subject": subject, "command": command(advice), "why": words(advice)}
        found |= {"practice": command(practice) if practice else None}
        app.say_json({"format_version": 1, **found, "due": due, "again": list(back), "questions": own})
        return
    if what == "exercise":
        summary = app.desk.course.exercise(subject).summary.strip()
        app.say_prose(f"Exercise {subject}: {summary}")
        app.say(f"Your file: {app.desk.need_workspace().file(subject)}")
    elif what == "quiz":
        app.say(f"Quiz {subject}: {app.desk.course.quiz(subject).title}")
    if advice.do is Do.START:
        app.say_start(words(advice))
    else:
        app.say_next(command(advice), words(advice))
    if due:
        app.say(f"Or: dlquiz review   ({due} {'question is' if due == 1 else 'questions are'} due)")
    if back:
        app.say(f"Or: dlquiz again {back[0]}   (done weeks ago: write one of its functions once more)")
    if own:
        app.say(f"Or: dlquiz questions {own}   (about your own file: do you know why it works?)")
    if practice is not None:
        app.say(f"Or: {command(practice)}   ({words(practice)})")


def _due(app: "App") -> int:
    from dlquiz.study.days import day_of
    from dlquiz.study.reviewing import due_count

    return due_count(app.desk, day_of(app.now()))
