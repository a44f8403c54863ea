"""``dlquiz repair``: mend a broken program."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.report import Report
    from dlquiz.study.repairing import Answer, BrokenProgram, Repair


@click.command()
@click.argument("exercise", required=False)
@click.option("--check", "checked", is_flag=True, help="Grade your repair.")
@click.option("--new", "another", is_flag=True, help="Hand out another one; the file that lies there is kept.")
@click.option("--give-up", "given_up", is_flag=True, help="Show the mistake, and a change that mends it.")
@click.option("--spoil", is_flag=True, help="Before you have full points in the exercise; this is recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def repair(
    ctx: click.Context,
    exercise: str | None,
    checked: bool,
    another: bool,
    given_up: bool,
    spoil: bool,
    as_json: bool,
) -> None:
    """Find and mend the mistake in somebody else's program.

    You get a broken solution of an exercise that you have done, and see what
    its author saw: numbers, a loss, a picture. Find the line and repair it.
    --check grades it with the checks of the exercise, and says how many lines
    you changed and how many are enough. Exit code 0 means that it is whole.

    \b
    Example:
        dlquiz repair exercise3
        dlquiz repair exercise3 --check
        dlquiz repair exercise3 --give-up
    """
    from dlquiz.cli._live import LiveChecks
    from dlquiz.study import repairing

    if sum((checked, another, given_up)) > 1:
        raise click.UsageError("--check, --new and --give-up exclude each other.")
    app: App = ctx.obj
    desk = app.desk
    exercise_id = repairing.exercise_to_repair(desk) if exercise is None else desk.exercise_id(exercise)
    if given_up:
        _say_answer(app, exercise_id, repairing.give_up(desk, exercise_id, app.now()), as_json=as_json)
        return
    if checked:
        with LiveChecks(app, exercise_id, shown=not as_json) as live:
            done = repairing.check(desk, exercise_id, app.now(), on_event=live)
        _say_check(app, exercise_id, done, as_json=as_json)
        ctx.exit(done.report.exit_code)
    broken = repairing.begin(desk, exercise_id, app.now(), another=another, spoil=spoil)
    with LiveChecks(app, exercise_id, shown=not as_json) as live:
        report = repairing.symptom(desk, broken, on_event=live)
    _say_broken(app, broken, report, as_json=as_json)


def _say_broken(app: "App", broken: "BrokenProgram", report: "Report", *, as_json: bool) -> None:
    from dlquiz.render.repair import symptom_text

    if as_json:
        app.say_json(_document(broken.exercise_id, report) | {"file": str(broken.file), "story": broken.story})
        return
    if broken.story:
        app.say_prose(broken.story)
    elif broken.new:
        app.say(f"A broken program of {broken.exercise_id} was put into your folder. Somebody else wrote it.")
    else:
        app.say(f"A broken program of {broken.exercise_id} waits for its repair.")
    app.echo("\n" + symptom_text(report, app.width, app.ink))
    app.say(f"\nThe program: {broken.file}")
    app.say_next(f"dlquiz repair {broken.exercise_id} --check", "after you have repaired it")


def _say_check(app: "App", exercise_id: str, done: "Repair", *, as_json: bool) -> None:
    from dlquiz.render.repair import count_sentence, symptom_text

    if as_json:
        found = {"changed_lines": done.changed, "fewest_lines": done.fewest, "mistake": done.mistake}
        app.say_json(_document(exercise_id, done.report) | (found if done.solved else {"changed_lines": done.changed}))
        return
    if not done.solved:
        app.echo(symptom_text(done.report, app.width, None))
        app.say_next(f"dlquiz repair {exercise_id} --check", f"again; or: dlquiz repair {exercise_id} --give-up")
        return
    total = len(done.report.cases)
    app.say(f"Repaired: all {total} checks pass. {count_sentence(done.changed, done.fewest)}", bold=True)
    app.say_prose(f"The mistake: {done.mistake}")
    _say_lines(app, done.answer if done.fewest < done.changed else ())
    app.say_next(f"dlquiz repair {exercise_id} --new", "another one; or: dlquiz next")


def _say_answer(app: "App", exercise_id: str, answer: "Answer", *, as_json: bool) -> None:
    if as_json:
        found = {"exercise": exercise_id, "mistake": answer.mistake, "change": list(answer.lines)}
        app.say_json({"format_version": 1, **found})
        return
    app.say_prose(f"The mistake: {answer.mistake}")
    _say_lines(app, answer.lines)
    app.say_next(f"dlquiz repair {exercise_id} --new", "another one; or: dlquiz next")


def _say_lines(app: "App", lines: tuple[str, ...]) -> None:
    if lines:
        app.say("A change that is enough (- was, + is):")
        for line in lines:
            app.echo(f"    {line}")


def _document(exercise_id: str, report: "Report") -> dict[str, object]:
    """Return what both documents hold: no message and no diagnosis, which would name the mistake."""
    from dlquiz.practice.symptoms import lost_checks, symptoms

    odd = [{"check": one.title, "lines": list(one.lines)} for one in symptoms(report)]
    return {
        "format_version": 1,
        "exercise": exercise_id,
        "whole": report.exit_code == 0,
        "checks": len(report.cases),
        "lost": lost_checks(report),
        "odd": odd,
    }
