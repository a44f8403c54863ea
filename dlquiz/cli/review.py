"""``dlquiz review``: ask what is due."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from dlquiz.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._bank import Bank
    from dlquiz.quiz.schedule import Key
    from dlquiz.quiz.sitting import Given


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
    tomorrow if you were wrong. What you were sure of, but wrong, comes first.

    \b
    Example:
        dlquiz review
        dlquiz review --exam-date 2027-02-15
        dlquiz review --cram --tag overfitting
    """
    from dlquiz.cli._bank import Bank, day_of
    from dlquiz.cli._quiz_asking import fresh_seed

    if tags and not cram:
        raise UsageError("--tag needs --cram.", next_step=f"dlquiz review --cram --tag {tags[0]}")
    exam_day = exam_date.date() if exam_date else None
    if exam_day is not None and exam_day < day_of(app):
        raise UsageError(f"The exam date {exam_day} is over.", next_step="dlquiz review")
    bank = Bank(app, exam_day)
    seed = fresh_seed() if seed is None else seed
    wanted, gone = _crammed(bank, tags) if cram else _due(bank)
    queue = _mixed(bank, wanted[:limit], seed)
    if as_json:
        _print_json(app, bank, queue, len(wanted), gone, cram=cram)
    elif queue:
        raise SystemExit(_run(app, bank, queue, len(wanted), seed, cram=cram, ask_sure=not no_sure))
    else:
        _say_nothing(app, bank, cram=cram)


def _due(bank: "Bank") -> "tuple[list[Key], int]":
    """Return the keys of the questions that are due, and how many due ones no longer exist."""
    from dlquiz.quiz.schedule import due

    keys = [memory.key for memory in due(bank.memories.values(), bank.today)]
    present = bank.present(keys)
    return present, len(keys) - len(present)


def _crammed(bank: "Bank", tags: tuple[str, ...]) -> "tuple[list[Key], int]":
    from dlquiz.quiz.schedule import weakest
    from dlquiz.quiz.text import did_you_mean

    if not tags:
        present = bank.present(bank.memories)
        return list(weakest(present, bank.memories, bank.today)), len(bank.memories) - len(present)
    by_topic = bank.by_topic()
    for tag in tags:
        if tag not in by_topic:
            guess = did_you_mean(tag, list(by_topic))
            hint = f" Did you mean “{guess}”?" if guess else ""
            raise UnknownName(
                f"No question has the tag “{tag}”.{hint}", next_step="dlquiz quiz stats --json   (all tags)"
            )
    keys = [key for tag in tags for key in by_topic[tag]]
    return list(weakest(keys, bank.memories, bank.today)), 0


def _mixed(bank: "Bank", keys: "list[Key]", seed: int) -> "tuple[Key, ...]":
    from dlquiz.quiz.schedule import queue

    misled = {key for key in keys if key in bank.memories and bank.memories[key].misled}
    return queue(keys, misled, {key: bank.topic(key) for key in keys}, seed)


def _run(
    app: "App", bank: "Bank", queue: "tuple[Key, ...]", wanted: int, seed: int, *, cram: bool, ask_sure: bool
) -> int:
    """Ask the questions of one session; return the exit code."""
    from dlquiz.cli._quiz_asking import Stop, look_of, say
    from dlquiz.render.review import review_title

    say(app, review_title(len(queue), wanted, look_of(app), cram=cram))
    given: list[Given] = []
    stopped = 0
    try:
        for number, key in enumerate(queue, 1):
            given.append(_ask(app, bank, key, (number, len(queue)), seed, cram=cram, ask_sure=ask_sure))
    except Stop as stop:
        stopped = 1
        given += stop.after.given if stop.after else ()
    except (click.Abort, KeyboardInterrupt):
        stopped = 130
        app.warn("")
    if stopped:
        app.warn("Stopped. What you answered is kept.")
    if given:
        _summary(app, bank, queue, given)
    _say_rest(app, bank, cram=cram)
    return stopped or int(not all(one.correct for one in given))


def _ask(
    app: "App", bank: "Bank", key: "Key", place_in_queue: tuple[int, int], seed: int, *, cram: bool, ask_sure: bool
) -> "Given":
    """Ask one question: a sitting of its own, with another variant than the last time."""
    from dlquiz.cli._quiz_asking import Asking, Place, ask
    from dlquiz.cli._quiz_open import Loaded
    from dlquiz.progress import Mode
    from dlquiz.quiz import sitting as steps
    from dlquiz.quiz.sheet import seen

    quiz, question = bank.quiz(key[0]), bank.question(key)
    assert quiz is not None
    assert question is not None
    slot = steps.slot_for(question, seed, other_than=bank.variants.get(key))
    asked = steps.asked(quiz, slot)
    assert asked is not None
    place = Place(uuid4().hex, bank.store, Mode.CRAM if cram else Mode.REVIEW, resumes=False)
    sitting = steps.Sitting(key[0], seed, (slot,))
    return ask(app, Asking(Loaded(quiz), place, *place_in_queue, ask_sure), sitting, slot, seen(asked)).given[-1]


def _summary(app: "App", bank: "Bank", queue: "tuple[Key, ...]", given: "list[Given]") -> None:
    from dlquiz.cli._quiz_asking import look_of, say
    from dlquiz.render.quiz import summary_lines

    again: dict[str, int] = {}
    for key, one in zip(queue, given, strict=False):
        for topic in () if one.correct else bank.topics(key):
            again[topic] = again.get(topic, 0) + 1
    earned, possible = sum(one.score * one.points for one in given), sum(one.points for one in given)
    listed = sorted(again.items(), key=lambda item: (-item[1], item[0]))
    say(app, summary_lines(earned, possible, sum(one.correct for one in given), len(given), listed, look_of(app)))


def _say_rest(app: "App", bank: "Bank", *, cram: bool) -> None:
    from dlquiz.render.review import after_review

    bank.read()
    left = len(_due(bank)[0])
    text = after_review(left, _next_day(bank), bank.today)
    if text and not cram:
        app.say(text)
    if left:
        app.say_next("dlquiz review", "asks what is due")
    else:
        app.say_next("dlquiz quiz stats", "what you know now")


def _next_day(bank: "Bank") -> date | None:
    from dlquiz.quiz.schedule import next_due

    return next_due([bank.memories[key] for key in bank.present(bank.memories)], bank.today)


def _say_nothing(app: "App", bank: "Bank", *, cram: bool) -> None:
    from dlquiz.render.review import nothing_due

    app.say(nothing_due(None if cram else _next_day(bank), bank.today))
    app.say_next("dlquiz quiz", "asks new questions")


def _print_json(app: "App", bank: "Bank", queue: "tuple[Key, ...]", wanted: int, gone: int, *, cram: bool) -> None:
    next_day = _next_day(bank)
    questions = []
    for key in queue:
        memory = bank.memories.get(key)
        questions.append(
            {
                "quiz": key[0],
                "question": key[1],
                "topics": list(bank.topics(key)),
                "due": memory.due.isoformat() if memory else None,
                "last": memory.last.isoformat() if memory else None,
                "retrievability": round(memory.retrievability(bank.today), 4) if memory else None,
                "sure_and_wrong": bool(memory and memory.misled),
            }
        )
    app.say_json(
        {
            "format_version": 1,
            "mode": "cram" if cram else "review",
            "today": bank.today.isoformat(),
            "waiting": wanted,
            "gone": gone,
            "next_due": next_day.isoformat() if next_day else None,
            "questions": questions,
        }
    )
