"""``dlquiz quiz stats``: what is known, and what is due."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App

_MOST_TOPICS = 15


@click.command("stats")
@click.option("--all", "everything", is_flag=True, help="Show every topic that you have begun.")
@click.option(
    "--exam-date",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Count what is due as dlquiz review does with this option.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(app: "App", everything: bool, exam_date: datetime | None, as_json: bool) -> None:
    """Show what you know, and what is due for review.

    A question counts as known if you answered it rightly the last time, and if the chance that you still can is at
    least 90 %. The topics are the words that the questions are about, the least known first.

    \b
    Example:
        dlquiz quiz stats
        dlquiz quiz stats --json
    """
    from dlquiz.cli._bank import Bank
    from dlquiz.cli._quiz_asking import look_of, say
    from dlquiz.quiz import schedule
    from dlquiz.render.review import stats_lines

    bank = Bank(app, exam_date.date() if exam_date else None)
    by_topic = bank.by_topic()
    rows = schedule.mastery(by_topic, bank.memories, bank.today)
    (total,) = schedule.mastery({"": bank.all_keys()}, bank.memories, bank.today)
    due = schedule.due_by_day([bank.memories[key] for key in bank.present(bank.memories)], bank.today)
    if not as_json:
        most = None if everything else _MOST_TOPICS
        say(app, stats_lines(rows, total, due, bank.today, look_of(app), most=most))
        app.say_next(*(("dlquiz review", "asks what is due") if due[0] else ("dlquiz quiz", "new questions")))
        return
    topics = [{"topic": r.topic, "known": r.known, "seen": r.seen, "questions": r.questions} for r in rows]
    app.say_json(
        {
            "format_version": 1,
            "today": bank.today.isoformat(),
            "known": total.known,
            "seen": total.seen,
            "questions": total.questions,
            "topics": topics,
            "due_by_day": list(due),
        }
    )
