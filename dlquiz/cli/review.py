"""``dlquiz review``: ask what is due."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from dlquiz.errors import UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.quiz.schedule import Key
    from dlquiz.quiz.sitting import Given
    from dlquiz.study.memory import QuestionBank
    from dlquiz.study.reviewing import ReviewSession


@click.command()
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Ask at most so many."
)
@click.option(
    "--exam-date",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Let everything come back before this day.",
)
@click.option("--cram", is_flag=True, help="Ask what you answered before, due or not; the schedule stays as it is.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="With --cram: only questions with this tag, also new."
)
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**63 - 1), help="Mix and shuffle as this seed does.")
@click.option("--no-sure", is_flag=True, help="Do not ask how sure you are of an answer.")
@click.option("--json", "as_json", is_flag=True, help="List what is due as one JSON document; ask nothing.")
@click.pass_obj
def review(
    app: "App",
    limit: int,
    exam_date: datetime | None,
    cram: bool,
    tags: tuple[str, ...],
    seed: int | None,
    no_sure: bool,
    as_json: bool,
) -> None:
    """Repeat the quiz questions that are due today.

    Every question that you have answered in a quiz comes back after some days: later each time that you are right,
    tomorrow if you were wrong. What you were sure of, but wrong, comes first, and so do questions about mistakes that
    a grading has found this week.

    \b
    Example:
        dlquiz review
        dlquiz review --exam-date 2027-02-15
        dlquiz review --cram --tag overfitting
    """
    from dlquiz.study.days import day_of
    from dlquiz.study.ideas import shaky
    from dlquiz.study.memory import QuestionBank
    from dlquiz.study.reviewing import plan
    from dlquiz.study.seeds import fresh_seed

    if tags and not cram:
        raise UsageError("--tag needs --cram.", next_step=f"dlquiz review --cram --tag {tags[0]}")
    today, exam_day = day_of(app.now()), exam_date.date() if exam_date else None
    if exam_day is not None and exam_day < today:
        raise UsageError(f"The exam date {exam_day} is over.", next_step="dlquiz review")
    bank = QuestionBank(app.desk, today, exam_day)
    first = {} if cram else shaky(bank, app.now())
    session = plan(bank, limit=limit, seed=fresh_seed() if seed is None else seed, cram=cram, tags=tags, shaky=first)
    if as_json:
        _say_json(app, bank, session)
    elif session.queue:
        raise SystemExit(_run(app, bank, session, ask_sure=not no_sure))
    else:
        _say_nothing(app, bank, session)


def _run(app: "App", bank: "QuestionBank", session: "ReviewSession", *, ask_sure: bool) -> int:
    """Ask the questions of one session; return the exit code."""
    from dlquiz.cli._quiz_asking import PersonStops, look_of, say
    from dlquiz.render.review import review_title

    say(app, review_title(len(session.queue), session.waiting, look_of(app), cram=session.cram))
    if session.shaky:
        app.say(f"First what belongs to mistakes in {', '.join(sorted(set(session.shaky.values())))}.")
    given: list[Given] = []
    stopped = 0
    try:
        _ask_all(app, bank, session, given, ask_sure=ask_sure)
    except PersonStops:
        stopped = 1
    except (click.Abort, KeyboardInterrupt):
        stopped = 130
        app.warn("")
    if stopped:
        app.warn("Stopped. What you answered is kept.")
    if given:
        _summary(app, bank, session, given)
    _say_rest(app, bank, session)
    return stopped or int(not all(one.correct for one in given))


def _ask_all(
    app: "App", bank: "QuestionBank", session: "ReviewSession", given: "list[Given]", *, ask_sure: bool
) -> None:
    """Ask one question after another, and put what was answered into ``given``."""
    from dlquiz.cli._quiz_asking import ask
    from dlquiz.study.reviewing import asking

    for number in range(1, len(session.queue) + 1):
        one = asking(bank, session, number, signs=ask_sure)
        task = one.task(app.now())
        assert task is not None
        try:
            ask(app, one, task, ask_sure=ask_sure)
        finally:
            given += one.sitting.given


def _summary(app: "App", bank: "QuestionBank", session: "ReviewSession", given: "list[Given]") -> None:
    from dlquiz.cli._quiz_asking import look_of, say
    from dlquiz.render.quiz import summary_lines
    from dlquiz.study.reviewing import ending

    found = ending(bank, session, given)
    score = found.score
    say(app, summary_lines(score.earned, score.possible, score.right, score.answered, found.again, look_of(app)))


def _say_rest(app: "App", bank: "QuestionBank", session: "ReviewSession") -> None:
    from dlquiz.render.review import after_review
    from dlquiz.study.days import day_of
    from dlquiz.study.reviewing import due_now, next_day

    bank.read(day_of(app.now()))
    left = len(due_now(bank)[0])
    text = after_review(left, next_day(bank), bank.today)
    if text and not session.cram:
        app.say(text)
    if left:
        app.say_next("dlquiz review", "asks what is due")
    else:
        app.say_next("dlquiz quiz stats", "what you know now")


def _say_nothing(app: "App", bank: "QuestionBank", session: "ReviewSession") -> None:
    from dlquiz.render.review import nothing_due
    from dlquiz.study.reviewing import next_day

    app.say(nothing_due(None if session.cram else next_day(bank), bank.today))
    app.say_next("dlquiz quiz", "asks new questions")


def _say_json(app: "App", bank: "QuestionBank", session: "ReviewSession") -> None:
    from dlquiz.study.reviewing import next_day

    following = next_day(bank)
    app.say_json(
        {
            "format_version": 1,
            "mode": "cram" if session.cram else "review",
            "today": bank.today.isoformat(),
            "waiting": session.waiting,
            "gone": session.gone,
            "next_due": following.isoformat() if following else None,
            "questions": [
                _document(bank, key) | {"after_a_mistake_in": session.shaky.get(key)} for key in session.queue
            ],
        }
    )


def _document(bank: "QuestionBank", key: "Key") -> dict[str, object]:
    memory = bank.memories.get(key)
    return {
        "quiz": key[0],
        "question": key[1],
        "topics": list(bank.topics(key)),
        "due": memory.due.isoformat() if memory else None,
        "last": memory.last.isoformat() if memory else None,
        "retrievability": round(memory.retrievability(bank.today), 4) if memory else None,
        "sure_and_wrong": bool(memory and memory.misled),
    }
