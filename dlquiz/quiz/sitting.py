"""One run through some questions of a quiz: a pure state machine.

Every step takes a `Sitting` and returns a new one; the clock is passed in. `to_json` and `from_json` keep it between
two commands: a sitting read back continues exactly as the one written would have.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dlquiz.errors import StoreError
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz import marking
from dlquiz.quiz.drawing import drawn
from dlquiz.quiz.glossary import tag_of
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.options import find_option
from dlquiz.quiz.typed_input import read_typed
from dlquiz.quiz.view import digest, seen

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One drawn question: its id, a digest of its task, and its options in the order shown (empty if typed).

    ``variant`` is the number of the variant of a parametric question, from 0; None for any other.
    """

    question_id: str
    digest: str
    options: tuple[str, ...] = ()
    variant: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One marked answer. ``points`` is what the question was worth then; ``score`` lies in [0, 1].

    ``answer`` is what was answered (None only in a sitting of an older dlquiz), ``sure`` what the learner said about it
    (None: nothing).
    """

    question_id: str
    correct: bool
    score: float
    points: float
    answer: Answer | None = None
    sure: bool | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Drawn questions in their order, the answers so far, and the questions that had to be left out.

    In an ``exam`` nothing is said about an answer before the end. ``ends_at`` (aware; None: no limit) is fixed when the
    exam begins, whatever happens in between; ``at`` is the question that somebody went to, empty for the first
    open one.
    """

    quiz_id: str
    seed: int
    slots: tuple[Slot, ...]
    given: tuple[Given, ...] = ()
    skipped: tuple[str, ...] = ()
    exam: bool = False
    ends_at: datetime | None = None
    at: str = ""

    @property
    def open(self) -> tuple[Slot, ...]:
        """The questions still to answer, the next one first."""
        past = {g.question_id for g in self.given} | set(self.skipped)
        return tuple(slot for slot in self.slots if slot.question_id not in past)

    @property
    def kept(self) -> tuple[Slot, ...]:
        """All questions but those that were left out."""
        return tuple(slot for slot in self.slots if slot.question_id not in self.skipped)

    @property
    def done(self) -> bool:
        """Whether no question is left."""
        return not self.open

    @property
    def position(self) -> int:
        """The number of the next question, counted from 1, among those that were not left out."""
        ids = [slot.question_id for slot in self.kept]
        here = self.at or next((slot.question_id for slot in self.open), "")
        return ids.index(here) + 1 if here in ids else len(ids) + 1

    @property
    def length(self) -> int:
        """How many questions this sitting has, without those left out."""
        return len(self.slots) - len(self.skipped)

    def time_left(self, now: datetime) -> timedelta | None:
        """How much time an exam has left, never negative; None if it has no limit."""
        return None if self.ends_at is None else max(self.ends_at - now, timedelta())

    def is_over(self, now: datetime) -> bool:
        """Whether the time is up: an answer that comes in now does not count."""
        return self.ends_at is not None and now > self.ends_at


@dataclass(frozen=True, slots=True)
class Score:
    """What a sitting earned. ``right`` counts wholly right answers of ``answered`` ones (in an exam: of all)."""

    earned: float
    possible: float
    right: int
    answered: int

    @property
    def share(self) -> float:
        """The share of the points, in [0, 1]; 0 if nothing was answered."""
        return self.earned / self.possible if self.possible else 0.0


def begin(
    quiz_id: str,
    quiz: Quiz,
    seed: int,
    *,
    exam: bool = False,
    ends_at: datetime | None = None,
    met: frozenset[str] | None = None,
    last: Mapping[str, bool] | None = None,
    told: Set[str] = frozenset(),
) -> Sitting:
    """Draw questions (see `drawing.drawn`), with options shuffled by ``seed``."""
    questions = drawn(quiz, seed, met=met, last=last, told=told)
    return Sitting(quiz_id, seed, tuple(slot_for(one, seed) for one in questions), exam=exam, ends_at=ends_at)


def drawn_variant(question: Question, seed: int, *, other_than: int | None = None) -> int | None:
    """Return the number of the variant that a seed draws; None for a question without parameters.

    ``other_than`` is a variant that is not to be drawn again (there are always at least two).
    """
    if not question.all_variants:
        return None
    numbers = [number for number in range(len(question.all_variants)) if number != other_than]
    return random.Random(f"{seed}:{question.id}:variant").choice(numbers)


def slot_for(question: Question, seed: int, *, other_than: int | None = None) -> Slot:
    """Draw a variant of a question (see `drawn_variant`) and shuffle its options."""
    number = drawn_variant(question, seed, other_than=other_than)
    drawn = question if number is None else question.all_variants[number]
    kind = KINDS[drawn.kind]
    # Sorted as it is seen, before: moving an option in the file does not change what a seed shows.
    options = list(seen(drawn).options)
    if not kind.fixed_order:
        shuffle = random.Random(f"{seed}:{question.id}").shuffle
        shuffle(options)
        # Steps that stand in their order already would be no question.
        while kind.order_is_answer and tuple(options) == kind.options(drawn):
            shuffle(options)
    return Slot(question.id, digest(drawn), tuple(options), number)


def find(quiz: Quiz, question_id: str) -> Question | None:
    """Return the question with this id, or None."""
    return next((q for q in quiz.questions if q.id == question_id), None)


def asked(quiz: Quiz, slot: Slot) -> Question | None:
    """Return the question of a slot, with its parameters filled in; None if the quiz no longer has it."""
    question = find(quiz, slot.question_id)
    if question is None or (slot.variant or 0) >= (len(question.all_variants) or 1):
        return None
    return question if slot.variant is None or not question.all_variants else question.all_variants[slot.variant]


def current(sitting: Sitting, quiz: Quiz) -> tuple[Slot, Question] | None:
    """Return the next question and its slot; None at the end. Call `reconcile` first after reading a sitting back."""
    gone_to = [slot for slot in sitting.kept if slot.question_id == sitting.at]
    for slot in (*gone_to, *sitting.open):
        question = asked(quiz, slot)
        if question is not None and (slot not in gone_to or digest(question) == slot.digest):
            return slot, question
    return None


def go_to(sitting: Sitting, quiz: Quiz, number: int) -> Sitting | None:
    """Go to a question of an exam, by its number from 1; None if there is none, or it asks something else now."""
    if not 1 <= number <= sitting.length:
        return None
    there = replace(sitting, at=sitting.kept[number - 1].question_id)
    here = current(there, quiz)
    return there if here is not None and here[0].question_id == there.at else None


def skip(sitting: Sitting) -> Sitting | None:
    """Leave a question of an exam for later: the next open one comes, or the end; None if only this one is open."""
    following = _open_after(sitting, sitting.position)
    return replace(sitting, at=following) if following or sitting.done else None


def _open_after(sitting: Sitting, number: int) -> str:
    """Return the first open question after one with a number, going round; empty if no other is open."""
    still = {slot.question_id for slot in sitting.open}
    ids = [slot.question_id for slot in sitting.kept]
    return next((one for one in (*ids[number:], *ids[: number - 1]) if one in still), "")


def take_back(sitting: Sitting) -> Sitting:
    """Take the last answer back: its question comes again."""
    return replace(sitting, given=sitting.given[:-1], at=sitting.given[-1].question_id)


def reconcile(sitting: Sitting, quiz: Quiz) -> tuple[Sitting, tuple[str, ...]]:
    """Leave out open questions that are no longer in the quiz, or ask something else now; say so in a sentence each.

    Answers already given keep their marks: they were right or wrong for the question as it was asked.
    """
    skipped = list(sitting.skipped)
    notes = []
    for slot in sitting.open:
        question = asked(quiz, slot)
        if question is not None and digest(question) == slot.digest:
            continue
        gone = find(quiz, slot.question_id) is None
        what = "is no longer part of this quiz" if gone else "was changed since you started"
        notes.append(f"Question “{slot.question_id}” {what}, so it is left out.")
        skipped.append(slot.question_id)
    return replace(sitting, skipped=tuple(skipped)), tuple(notes)


def said_sure(quiz: Quiz, slot: Slot, line: str) -> tuple[str, bool | None]:
    """Take a sign of certainty off the end of a typed line: ``epoch !`` is sure, ``epoch ?`` is not.

    The sign must stand alone. It is left where it belongs to the answer: to an option's text, or to a line that is
    wholly right with it and not without it (``Done !`` may be what a program prints).

    Returns
    -------
    line, sure
        The line without the sign, and True, False or None (there was no sign).
    """
    found = re.fullmatch(r"(.*\S)\s+([!?])\s*", line)
    question = asked(quiz, slot)
    if found is None or question is None or find_option(line, slot.options) is not None:
        return line, None
    with_it, without = (
        marking.mark_in(quiz, question, read_typed(seen(question), slot.options, text)).correct
        for text in (line, found[1])
    )
    return (line, None) if with_it and not without else (found[1], found[2] == "!")


def answer(
    sitting: Sitting, quiz: Quiz, given: Answer, *, sure: bool | None = None, now: datetime | None = None
) -> tuple[Sitting, Mark]:
    """Mark an answer to the current question. An unclear answer leaves the sitting as it is: ask again.

    Raises
    ------
    ValueError
        The sitting is done, or the time is up: ask `Sitting.is_over` first.
    """
    here = current(sitting, quiz)
    if here is None or (now is not None and sitting.is_over(now)):
        raise ValueError("the sitting is done" if here is None else "the time is up")
    _, question = here
    result = marking.mark_in(quiz, question, given)
    if result.unclear:
        return sitting, result
    # A list is never kept: somebody might change it.
    kept = tuple(given) if isinstance(given, list) else given
    entry = Given(question.id, result.correct, result.score, question.points, kept, sure)
    # An answer that was changed is the last one now, and the way on leads from there.
    others = tuple(one for one in sitting.given if one.question_id != question.id)
    after = replace(sitting, given=(*others, entry), at="")
    if sitting.exam and not after.done:
        after = replace(after, at=_open_after(after, sitting.position))
    return after, result


def be_sure(sitting: Sitting, sure: bool | None) -> Sitting:
    """Note how sure the learner is of the last answer."""
    return replace(sitting, given=(*sitting.given[:-1], replace(sitting.given[-1], sure=sure)))


def result_of(sitting: Sitting, quiz: Quiz, slot: Slot) -> tuple[Question, Given | None, Mark | None] | None:
    """Return a question as it was asked, its answer and its mark, to show them at the end of an exam.

    Answer and mark are None if nothing was answered. None for all three if the question is gone or asks something
    else now: then there is nothing true to say about the answer.
    """
    question = asked(quiz, slot)
    if question is None or digest(question) != slot.digest:
        return None
    entry = next((g for g in sitting.given if g.question_id == slot.question_id), None)
    if entry is None or entry.answer is None:
        return question, entry, None
    return question, entry, marking.mark_in(quiz, question, entry.answer)


def score(sitting: Sitting, quiz: Quiz | None = None) -> Score:
    """Add up the answers given so far. In an exam, with its quiz given, an open question counts as not right."""
    unanswered = [asked(quiz, slot) for slot in sitting.open] if quiz and sitting.exam else []
    return Score(
        earned=sum(g.score * g.points for g in sitting.given),
        possible=sum(g.points for g in sitting.given) + sum(q.points for q in unanswered if q),
        right=sum(g.correct for g in sitting.given),
        answered=len(sitting.given) + len(unanswered),
    )


def share_of(sitting: Sitting) -> float:
    """Return the share of points, in [0, 1], of all that a sitting asks; what is open counts as a point not earned."""
    possible = sum(g.points for g in sitting.given) + len(sitting.open)
    return sum(g.score * g.points for g in sitting.given) / possible if possible else 0.0


def look_again(wrong_ids: Sequence[str], quiz: Quiz) -> tuple[tuple[str, int], ...]:
    """Return the tags of questions that were not wholly right, with how many, the most frequent first.

    Two words for one term are counted as one tag.
    """
    counts: dict[str, int] = {}
    for question_id in wrong_ids:
        question = find(quiz, question_id)
        for tag in dict.fromkeys(map(tag_of, question.tags)) if question else ():
            counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def wrong_ids(sitting: Sitting) -> tuple[str, ...]:
    """Return the ids of the answers that were not wholly right; in an exam also of those that are missing."""
    missing = tuple(slot.question_id for slot in sitting.open) if sitting.exam else ()
    return (*(g.question_id for g in sitting.given if not g.correct), *missing)


def to_json(sitting: Sitting) -> str:
    """Write a sitting as one JSON document."""
    data = asdict(sitting) | {"ends_at": sitting.ends_at.isoformat() if sitting.ends_at else None}
    return json.dumps({"format_version": FORMAT_VERSION, **data})


def from_json(text: str) -> Sitting:
    """Read a sitting back.

    Raises
    ------
    StoreError
        The text is no sitting, or one of a newer dlquiz.
    """
    try:
        data = json.loads(text)
        version = data.pop("format_version")
        if version != FORMAT_VERSION:
            raise StoreError(
                f"This sitting has format {version}; this dlquiz reads format {FORMAT_VERSION}.",
                next_step="Update dlquiz, or start the quiz again with --new.",
            )
        return _sitting(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            "The stored place in this quiz cannot be read.", next_step="Start the quiz again with --new."
        ) from error


def _sitting(data: dict[str, Any]) -> Sitting:
    slots = tuple(_slot_of(entry) for entry in data["slots"])
    given = tuple(_given_of(entry) for entry in data["given"])
    ends = data.get("ends_at")
    return Sitting(
        str(data["quiz_id"]),
        int(data["seed"]),
        slots,
        given,
        tuple(data["skipped"]),
        exam=data.get("exam") is True,
        ends_at=None if ends is None else _aware(ends),
        at=str(data.get("at", "")),
    )


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def _given_of(entry: dict[str, Any]) -> Given:
    answer, sure = entry.get("answer"), entry.get("sure")
    return Given(
        entry["question_id"],
        bool(entry["correct"]),
        float(entry["score"]),
        float(entry["points"]),
        tuple(answer) if isinstance(answer, list) else answer,
        sure if isinstance(sure, bool) else None,
    )


def _slot_of(entry: dict[str, Any]) -> Slot:
    number = entry.get("variant")
    return Slot(
        entry["question_id"], entry["digest"], tuple(entry["options"]), None if number is None else max(0, int(number))
    )
