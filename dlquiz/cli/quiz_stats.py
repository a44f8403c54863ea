"""``dlquiz quiz stats``: what is known, and what is due."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.memory import Knowledge, QuestionBank

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
    from dlquiz.cli._quiz_asking import look_of, say
    from dlquiz.render.review import stats_lines
    from dlquiz.study.days import day_of
    from dlquiz.study.memory import QuestionBank, knowledge

    bank = QuestionBank(app.desk, day_of(app.now()), exam_date.date() if exam_date else None)
    found = knowledge(bank)
    if as_json:
        _say_json(app, bank, found)
        return
    most = None if everything else _MOST_TOPICS
    say(app, stats_lines(found.topics, found.total, found.due, bank.today, look_of(app), most=most))
    app.say_next(*(("dlquiz review", "asks what is due") if found.due[0] else ("dlquiz quiz", "new questions")))


def _say_json(app: "App", bank: "QuestionBank", found: "Knowledge") -> None:
    total = found.total
    topics = [{"topic": r.topic, "known": r.known, "seen": r.seen, "questions": r.questions} for r in found.topics]
    app.say_json(
        {
            "format_version": 1,
            "today": bank.today.isoformat(),
            "known": total.known,
            "seen": total.seen,
            "questions": total.questions,
            "topics": topics,
            "due_by_day": list(found.due),
        }
    )
