"""Repeat what is due: which questions, in which order, and what came of it."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from dlquiz.errors import UnknownName
from dlquiz.model.answer_log import Mode
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.drawing import words_first
from dlquiz.quiz.folding import did_you_mean
from dlquiz.quiz.schedule import Key, due, next_due, queue, weakest
from dlquiz.quiz.sitting import Given, Score, Sitting
from dlquiz.study.asking import AnswerLog, Asking
from dlquiz.study.ending import Ending
from dlquiz.study.memory import QuestionBank

if TYPE_CHECKING:
    from dlquiz.study.desk import Desk


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """The questions of one review, in their order.

    ``waiting`` is how many there would be without a limit, ``gone`` how many more were due and are no longer there.
    ``shaky`` are those that are asked because of a mistake in a grading, each with its exercise.
    """

    queue: tuple[Key, ...]
    waiting: int
    gone: int
    seed: int
    cram: bool = False
    shaky: Mapping[Key, str] = field(default_factory=dict)


def plan(
    bank: QuestionBank,
    *,
    limit: int,
    seed: int,
    cram: bool = False,
    tags: Sequence[str] = (),
    shaky: Mapping[Key, str] | None = None,
) -> ReviewSession:
    """Choose what to ask: what is due, or to cram, what was answered before or has one of the tags.

    What is ``shaky`` (`dlquiz.study.ideas.shaky`) comes first, due or not.

    Raises
    ------
    UnknownName
        No question has such a tag.
    """
    wanted, gone = _crammed(bank, tags) if cram else due_now(bank)
    first = shaky or {}
    wanted = [*first, *(key for key in wanted if key not in first)]
    chosen = _one_of_each_fact(bank, wanted, set() if cram else _told_today(bank))[:limit]
    asked = {key: first[key] for key in chosen if key in first}
    return ReviewSession(_mixed(bank, chosen, seed, asked), len(wanted), gone, seed, cram, asked)


def _one_of_each_fact(bank: QuestionBank, keys: Sequence[Key], told: Set[str]) -> list[Key]:
    """Leave out what asks the same fact as one before it, or as one of ``told``: it stays due, for another day."""
    same = bank.siblings()
    chosen: dict[str, Key] = {}
    for key in keys:
        if not any(name in chosen or name in told for name in same.get("/".join(key), ())):
            chosen["/".join(key)] = key
    return list(chosen.values())


def _told_today(bank: QuestionBank) -> set[str]:
    """Return the questions that were answered today, in a quiz or in a review."""
    keys = [memory.key for memory in bank.memories.values() if memory.last == bank.today]
    return {"/".join(key) for key in bank.present(keys)}


def due_now(bank: QuestionBank) -> tuple[list[Key], int]:
    """Return the keys of the questions that are due, and how many due ones no longer exist."""
    keys = [memory.key for memory in due(bank.memories.values(), bank.today)]
    present = bank.present(keys)
    return present, len(keys) - len(present)


def due_count(desk: "Desk", today: date) -> int:
    """Return how many questions are due on a day; 0 without a store. Which of them have gone is not looked at."""
    if desk.progress is None or not desk.progress.has_answers():
        return 0
    return len(due(QuestionBank(desk, today).memories.values(), today))


def next_day(bank: QuestionBank) -> date | None:
    """Return the next day after today on which something is due."""
    return next_due([bank.memories[key] for key in bank.present(bank.memories)], bank.today)


def _crammed(bank: QuestionBank, tags: Sequence[str]) -> tuple[list[Key], int]:
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


def _mixed(bank: QuestionBank, keys: Sequence[Key], seed: int, first: Collection[Key]) -> tuple[Key, ...]:
    misled = {key for key in keys if key in bank.memories and bank.memories[key].misled}
    mixed = queue(keys, {*misled, *first}, {key: bank.topic(key) for key in keys}, seed)
    asked = {id(question): key for key in mixed if (question := bank.question(key)) is not None}
    ordered = words_first([question for key in mixed if (question := bank.question(key)) is not None])
    return tuple(asked[id(question)] for question in ordered)


def asking(bank: QuestionBank, session: ReviewSession, number: int, *, signs: bool = True) -> Asking:
    """Ask the question with this number, from 1: a sitting of its own, with another variant than the last time."""
    key = session.queue[number - 1]
    quiz, question = bank.quiz(key[0]), bank.question(key)
    assert quiz is not None
    assert question is not None
    slot = steps.slot_for(question, session.seed, other_than=bank.variants.get(key))
    mode = Mode.CRAM if session.cram else Mode.REVIEW
    log = AnswerLog(uuid4().hex, bank.store, mode, bank.tell, resumes=False)
    sitting = Sitting(key[0], session.seed, (slot,))
    return Asking(quiz, sitting, log, signs=signs, place=(number, len(session.queue)))


def ending(bank: QuestionBank, session: ReviewSession, given: Sequence[Given]) -> Ending:
    """Sum up the answers to the first questions of a review."""
    again: dict[str, int] = {}
    for key, one in zip(session.queue, given, strict=False):
        for topic in () if one.correct else bank.topics(key):
            again[topic] = again.get(topic, 0) + 1
    score = Score(
        earned=sum(one.score * one.points for one in given),
        possible=sum(one.points for one in given),
        right=sum(one.correct for one in given),
        answered=len(given),
    )
    return Ending(score, tuple(sorted(again.items(), key=lambda item: (-item[1], item[0]))))
