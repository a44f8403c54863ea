"""When each question comes back: a pure function of everything that was answered.

The log of answers is the only truth. Whenever somebody asks, it is replayed through FSRS (the package ``fsrs``); ten
thousand answers take about 0.2 s, so nothing is kept between two runs and nothing can disagree with the log. A memory
belongs to (quiz id, question id): rewriting a question's text keeps its history.

Time is counted in whole days of the learner's calendar: a question that comes back "tomorrow" is due from the first
minute of tomorrow, not 24 hours after it was answered.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias, TypeVar

from fsrs import Card, Rating, Scheduler, State

from dlquiz.model.mark import Mastery

RETENTION = 0.9
"""A question comes back when the chance to recall it has fallen to this."""
MAX_INTERVAL_DAYS = 365
"""No question stays away for longer than a year."""

_WEEKS = 35
"""Days; up to here the best gap is a fixed share of the delay (see `gap_days`)."""
_SHARE = 0.2
_FALL = 0.41

Key: TypeAlias = tuple[str, str]
"""Quiz id and question id."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of the log. ``day`` is the learner's calendar day; ``sure`` what they said (None: nothing)."""

    quiz_id: str
    question_id: str
    day: date
    correct: bool
    sure: bool | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What the log says about one question.

    ``stability_days`` is the time after which the chance to recall it is 90 %. ``knew`` says whether the last answer
    was wholly right; ``misled`` whether it was wrong and the learner was sure of it.
    """

    quiz_id: str
    question_id: str
    last: date
    due: date
    stability_days: float
    difficulty: float
    knew: bool
    misled: bool

    @property
    def key(self) -> Key:
        """Quiz id and question id."""
        return self.quiz_id, self.question_id

    def retrievability(self, today: date) -> float:
        """Return the chance to recall it today, in [0, 1]."""
        card = Card(0, State.Review, None, self.stability_days, self.difficulty, _noon(self.due), _noon(self.last))
        return float(_SCHEDULER.get_card_retrievability(card, _noon(max(today, self.last))))

    def known(self, today: date) -> bool:
        """Whether it counts as known: answered rightly the last time, and a chance of at least 90 % to recall it.

        The first half is needed: on the day of a wrong answer its explanation is still fresh, and FSRS says 100 %.
        """
        return self.knew and self.retrievability(today) >= RETENTION


def _scheduler(maximum_interval: int = MAX_INTERVAL_DAYS) -> Scheduler:
    # Without learning steps everything is a matter of days; fuzzing would make a replay give other dates each time.
    return Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
        maximum_interval=maximum_interval,
    )


_SCHEDULER = _scheduler()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def rating(*, correct: bool, sure: bool | None = None) -> Rating:
    """Say to FSRS what an answer was worth.

    Right is Good, right but unsure is Hard, anything else is Again. Partly right is Again too: a part of it was not
    recalled, and in FSRS even Hard says "recalled"; whoever uses it for forgotten things gets intervals that are too
    long. Wrong is Again whether the learner was sure or not; see `queue` for what being sure of it does.
    """
    if not correct:
        return Rating.Again
    return Rating.Hard if sure is False else Rating.Good


def replay(answers: Iterable[Answered], exam_day: date | None = None) -> dict[Key, Memory]:
    """Work out what is remembered, and when each question is due.

    Parameters
    ----------
    answers : iterable of Answered
        In the order of their times.
    exam_day : date, optional
        Everything is to come back before this day: no question that was answered before it stays away for longer
        than `gap_days` of the time from its last answer to the exam.
    """
    cards: dict[Key, Card] = {}
    last: dict[Key, Answered] = {}
    for answer in answers:
        key = (answer.quiz_id, answer.question_id)
        at = _noon(answer.day)
        before = cards.get(key)
        if before is None:
            before = Card(card_id=0, due=at)
        elif before.last_review and at < before.last_review:
            at = before.last_review  # the clock was set back, or the learner flew west
        cards[key], _ = _SCHEDULER.review_card(before, rating(correct=answer.correct, sure=answer.sure), at)
        last[key] = answer
    return {key: _memory(card, last[key], exam_day) for key, card in cards.items()}


def _memory(card: Card, answer: Answered, exam_day: date | None) -> Memory:
    assert card.last_review is not None
    assert card.stability is not None
    assert card.difficulty is not None
    seen, due = card.last_review.date(), card.due.date()
    if exam_day is not None and seen < exam_day:
        # The longest interval changes dates only, never what is remembered: so it is applied to the last one alone.
        due = min(due, seen + timedelta(days=gap_days((exam_day - seen).days)))
    misled = not answer.correct and answer.sure is True
    return Memory(
        answer.quiz_id, answer.question_id, seen, due, card.stability, card.difficulty, answer.correct, misled
    )


def gap_days(delay_days: int) -> int:
    """Return how long a question may stay away when the exam is ``delay_days`` after its last answer; at least 1.

    The best gap between two rounds of learning is about 20 % of the delay to the test if the test is weeks away, and
    about 5 % if it is a year away (Cepeda, Vul, Rohrer, Wixted & Pashler 2008, Psychological Science 19:1095, ERIC
    ED505660). Between the two we take a power law: 7 days for 35, 18 for 365.
    """
    if delay_days <= _WEEKS:
        return max(1, round(_SHARE * delay_days))
    return round(_SHARE * _WEEKS * math.pow(delay_days / _WEEKS, _FALL))


def due(memories: Iterable[Memory], today: date) -> tuple[Memory, ...]:
    """Return what is due on a day, the most urgent first.

    First come the questions that were answered wrongly by a learner who was sure: such mistakes are corrected best,
    once they are told (Butterfield & Metcalfe 2001). Then what is the least likely to be recalled.
    """
    found = [memory for memory in memories if memory.due <= today]
    return tuple(sorted(found, key=lambda m: (not m.misled, m.retrievability(today), m.key)))


def next_due(memories: Iterable[Memory], today: date) -> date | None:
    """Return the first day after ``today`` on which something becomes due; None if nothing was ever answered."""
    return min((memory.due for memory in memories if memory.due > today), default=None)


def due_by_day(memories: Iterable[Memory], today: date, days: int = 7) -> tuple[int, ...]:
    """Count what becomes due on each of ``days`` days; the first is today, with everything that waits already."""
    counts = Counter(max(0, (memory.due - today).days) for memory in memories)
    return tuple(counts[day] for day in range(days))


def weakest(keys: Iterable[Key], memories: Mapping[Key, Memory], today: date) -> tuple[Key, ...]:
    """Order questions for cramming: last answered wrongly, then never answered, then the least likely recalled."""

    def place(key: Key) -> tuple[bool, int, float, Key]:
        memory = memories.get(key)
        if memory is None:
            return True, 1, 0.0, key
        return not memory.misled, 2 * memory.knew, memory.retrievability(today), key

    return tuple(sorted(set(keys), key=place))


def queue(urgent: Sequence[Key], misled: Collection[Key], topics: Mapping[Key, str], seed: int) -> tuple[Key, ...]:
    """Mix the questions of one session: those of ``misled`` first, neighbours from different topics where possible.

    Mixing topics helps most where words are easily confused (Brunmair & Richter 2019, doi:10.1037/bul0000209).
    """
    first = [key for key in urgent if key in misled]
    rest = [key for key in urgent if key not in misled]
    mixed = interleave(first, topics.__getitem__, seed)
    after = topics[mixed[-1]] if mixed else None
    return (*mixed, *interleave(rest, topics.__getitem__, seed, after=after))


def interleave(
    items: Sequence[_T], topic: Callable[[_T], str], seed: int, *, after: str | None = None
) -> tuple[_T, ...]:
    """Put items in an order in which no two neighbours share a topic, if there is one; the same for the same seed.

    Always taking from the topic that has the most items left (and is not the last one's, at first ``after``) finds
    such an order whenever one exists.
    """
    piles: dict[str, list[_T]] = {}
    for item in items:
        piles.setdefault(topic(item), []).append(item)
    dice = random.Random(f"{seed}:topics")
    luck = {name: dice.random() for name in sorted(piles)}
    for name in sorted(piles):
        dice.shuffle(piles[name])
    mixed: list[_T] = []
    while piles:
        name = max(piles, key=lambda name: (name != after, len(piles[name]), luck[name]))
        mixed.append(piles[name].pop())
        if not piles[name]:
            del piles[name]
        after = name
    return tuple(mixed)


def mastery(topics: Mapping[str, Collection[Key]], memories: Mapping[Key, Memory], today: date) -> tuple[Mastery, ...]:
    """Count known and seen questions of each topic, in the order of ``topics``."""
    found = []
    for topic, keys in topics.items():
        seen = [memories[key] for key in keys if key in memories]
        found.append(Mastery(topic, sum(memory.known(today) for memory in seen), len(seen), len(keys)))
    return tuple(found)
