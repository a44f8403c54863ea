"""One run through some questions of a quiz: a pure state machine.

Every step takes a `Sitting` and returns a new one. `to_json` and `from_json` keep it between two commands: a sitting
read back continues exactly as the one written would have.
"""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dlquiz.errors import StoreError
from dlquiz.model.params import variant, variants
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz import marking
from dlquiz.quiz.marking import Answer, Mark, neighbours, options_of

FORMAT_VERSION = 1

_NOT_PART_OF_THE_TASK = {"explain", "source", "tags", "hints", "points", "ignore", "params", "why"}


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
    """One marked answer. ``points`` is what the question was worth then; ``score`` lies in [0, 1]."""

    question_id: str
    correct: bool
    score: float
    points: float


@dataclass(frozen=True, slots=True)
class Sitting:
    """Drawn questions in their order, the answers so far, and the questions that had to be left out."""

    quiz_id: str
    seed: int
    slots: tuple[Slot, ...]
    given: tuple[Given, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Slot, ...]:
        """The questions still to answer, the next one first."""
        past = {g.question_id for g in self.given} | set(self.skipped)
        return tuple(slot for slot in self.slots if slot.question_id not in past)

    @property
    def done(self) -> bool:
        """Whether no question is left."""
        return not self.open

    @property
    def position(self) -> int:
        """The number of the next question, counted from 1, among those that were not left out."""
        return len(self.given) + 1

    @property
    def length(self) -> int:
        """How many questions this sitting has, without those left out."""
        return len(self.slots) - len(self.skipped)


@dataclass(frozen=True, slots=True)
class Score:
    """What a sitting earned. ``right`` counts wholly right answers of ``answered`` ones."""

    earned: float
    possible: float
    right: int
    answered: int

    @property
    def share(self) -> float:
        """The share of the points, in [0, 1]; 0 if nothing was answered."""
        return self.earned / self.possible if self.possible else 0.0


def digest(question: Question) -> str:
    """Fingerprint what a learner answers: stem, options and answer, not the words that explain them."""
    task = question.model_dump(mode="json", exclude=_NOT_PART_OF_THE_TASK)
    for name in ("right", "wrong", "reject", "near"):
        if isinstance(task.get(name), dict):
            task[name] = sorted(task[name])
    text = json.dumps(task, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def begin(quiz_id: str, quiz: Quiz, seed: int) -> Sitting:
    """Draw ``quiz.draw`` questions (all if None), in an order and with options shuffled by ``seed``."""
    ids = sorted(q.id for q in quiz.questions)
    random.Random(f"{seed}:questions").shuffle(ids)
    by_id = {q.id: q for q in quiz.questions}
    drawn = ids[: quiz.draw] if quiz.draw else ids
    return Sitting(quiz_id, seed, tuple(_slot(by_id[i], seed) for i in drawn))


def _slot(question: Question, seed: int) -> Slot:
    count = len(variants(question))
    number = random.Random(f"{seed}:{question.id}:variant").randrange(count) if question.params else None
    asked = variant(question, number)
    options = list(options_of(asked))
    if asked.kind != "truefalse":
        # Sorted first: moving an option in the file does not change what a seed shows.
        options.sort()
        shuffle = random.Random(f"{seed}:{question.id}").shuffle
        shuffle(options)
        # Steps that stand in their order already would be no question.
        while asked.kind == "order" and tuple(options) == options_of(asked):
            shuffle(options)
    return Slot(question.id, digest(asked), tuple(options), number)


def find(quiz: Quiz, question_id: str) -> Question | None:
    """Return the question with this id, or None."""
    return next((q for q in quiz.questions if q.id == question_id), None)


def asked(quiz: Quiz, slot: Slot) -> Question | None:
    """Return the question of a slot, with its parameters filled in; None if the quiz no longer has it."""
    question = find(quiz, slot.question_id)
    if question is None or (slot.variant or 0) >= len(variants(question)):
        return None
    return variant(question, slot.variant)


def current(sitting: Sitting, quiz: Quiz) -> tuple[Slot, Question] | None:
    """Return the next question and its slot; None at the end. Call `reconcile` first after reading a sitting back."""
    for slot in sitting.open:
        question = asked(quiz, slot)
        if question is not None:
            return slot, question
    return None


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


def answer(sitting: Sitting, quiz: Quiz, given: Answer) -> tuple[Sitting, Mark]:
    """Mark an answer to the current question. An unclear answer leaves the sitting as it is: ask again.

    Raises
    ------
    ValueError
        The sitting is done.
    """
    here = current(sitting, quiz)
    if here is None:
        raise ValueError("the sitting is done")
    _, question = here
    result = marking.mark(question, given, lang=quiz.lang, neighbours=neighbours(quiz, question))
    if result.unclear:
        return sitting, result
    entry = Given(question.id, result.correct, result.score, question.points)
    return replace(sitting, given=(*sitting.given, entry)), result


def score(sitting: Sitting) -> Score:
    """Add up the answers given so far."""
    return Score(
        earned=sum(g.score * g.points for g in sitting.given),
        possible=sum(g.points for g in sitting.given),
        right=sum(g.correct for g in sitting.given),
        answered=len(sitting.given),
    )


def look_again(wrong_ids: Sequence[str], quiz: Quiz) -> tuple[tuple[str, int], ...]:
    """Return the tags of questions that were not wholly right, with how many, the most frequent first."""
    counts: dict[str, int] = {}
    for question_id in wrong_ids:
        question = find(quiz, question_id)
        for tag in question.tags if question else ():
            counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def wrong_ids(sitting: Sitting) -> tuple[str, ...]:
    """Return the ids of the answers that were not wholly right."""
    return tuple(g.question_id for g in sitting.given if not g.correct)


def to_json(sitting: Sitting) -> str:
    """Write a sitting as one JSON document."""
    return json.dumps({"format_version": FORMAT_VERSION, **asdict(sitting)})


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
    given = tuple(
        Given(g["question_id"], bool(g["correct"]), float(g["score"]), float(g["points"])) for g in data["given"]
    )
    return Sitting(str(data["quiz_id"]), int(data["seed"]), slots, given, tuple(data["skipped"]))


def _slot_of(entry: dict[str, Any]) -> Slot:
    number = entry.get("variant")
    return Slot(
        entry["question_id"], entry["digest"], tuple(entry["options"]), None if number is None else max(0, int(number))
    )
