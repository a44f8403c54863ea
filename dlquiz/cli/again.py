"""``dlquiz again``: write one function of a done exercise once more."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.again import BlankFunction, Rewritten


@click.command()
@click.argument("exercise", required=False)
@click.option("--check", "checked", is_flag=True, help="Grade what you have written.")
@click.option("--new", "another", is_flag=True, help="Make another function blank; the file that lies there is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def again(ctx: click.Context, exercise: str | None, checked: bool, another: bool, as_json: bool) -> None:
    """Write one function of a done exercise once more, weeks later.

    Three weeks after its full points an exercise comes back: you get your own
    file with one function blank. --check grades it with all checks of the
    exercise. Each time you pass, the next return is later. Your points stay.

    \b
    Example:
        dlquiz again
        dlquiz again exercise3
        dlquiz again exercise3 --check
    """
    from dlquiz.study import again as returns
    from dlquiz.study.days import day_of

    if checked and another:
        raise click.UsageError("--check and --new exclude each other.")
    app: App = ctx.obj
    desk = app.desk
    desk.need_workspace()
    today = day_of(app.now())
    exercise_id = returns.exercise_to_repeat(desk, today) if exercise is None else desk.exercise_id(exercise)
    if not checked:
        _say_blank(app, returns.begin(desk, exercise_id, app.now(), another=another), as_json=as_json)
        return
    from dlquiz.cli._live import LiveChecks

    with LiveChecks(app, exercise_id, shown=not as_json) as live:
        done = returns.check(desk, exercise_id, app.now(), on_event=live)
    _say_check(app, done, as_json=as_json)
    ctx.exit(done.report.exit_code)


def _say_blank(app: "App", blank: "BlankFunction", *, as_json: bool) -> None:
    if as_json:
        found = {"exercise": blank.exercise_id, "function": blank.function, "file": str(blank.file), "new": blank.new}
        app.say_json({"format_version": 1, **found})
        return
    if blank.new:
        app.say_prose(f"Your own solution of {blank.exercise_id}, with one function blank again: {blank.function}.")
    else:
        app.say(f"In your solution of {blank.exercise_id}, {blank.function} is still blank.")
    app.say_prose("Write it from memory, without a look at your old file. Your points stay, whatever happens.")
    app.say(f"\nThe file: {blank.file}")
    app.say_next(f"dlquiz again {blank.exercise_id} --check", f"after you have written {blank.function}")


def _say_check(app: "App", done: "Rewritten", *, as_json: bool) -> None:
    report, exercise_id = done.report, done.report.exercise
    passed = report.exit_code == 0
    if as_json:
        following = None if done.next_day is None else done.next_day.isoformat()
        about = {"exercise": exercise_id, "function": done.function, "passed": passed, "next_day": following}
        app.say_json({"format_version": 1, **about, "report": report.model_dump(mode="json")})
        return
    if passed:
        app.say(f"{done.function} is whole again: all {len(report.cases)} checks pass.", bold=True)
        if done.next_day is not None:
            app.say(f"{exercise_id} comes back on {done.next_day}.")
        app.say_next("dlquiz next")
        return
    from dlquiz.cli._grading import show
    from dlquiz.study.grading import Wish

    app.say(f"{done.function} is not right yet.", bold=True)
    show(app, report, done.file, Wish(own=False), named=str(done.file), verbose=False)
    app.say_next(f"dlquiz again {exercise_id} --check", f"after a change of {done.function}")
