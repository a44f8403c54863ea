"""What marking is given, what it gives back, and what many marks say about a topic. Plain dataclasses, no pydantic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Answer: TypeAlias = str | bool | int | float | Sequence[str] | Mapping[str, str]
"""What a person or an answer file gives.

An option's text, a number, a word, true or false; a list of texts (several options, steps in their order, words for
blanks); a mapping (of terms to meanings, of items to groups).
"""


@dataclass(frozen=True, slots=True)
class OptionFeedback:
    """What to say about one option (or one foreseen answer), chosen or not.

    ``option`` is the author's text, ``right`` whether it belongs to the right answer, ``text`` why.
    """

    option: str
    chosen: bool
    right: bool
    text: str

    @property
    def decided_well(self) -> bool:
        """Whether the person treated this option as the author does."""
        return self.chosen == self.right


@dataclass(frozen=True, slots=True)
class Mark:
    """The result of marking one answer.

    ``score`` lies in [0, 1]; ``correct`` means that nothing is missing. ``unclear`` means that the answer could
    not be read, or could be read in two ways: it earns nothing, but it is no wrong answer either, and a person
    should be asked again. ``message`` is one or two sentences for the learner. ``in_parts`` says that ``feedback`` is
    about the parts of the answer, one by one in its order, and not about options.
    """

    correct: bool
    score: float
    unclear: bool
    feedback: tuple[OptionFeedback, ...]
    message: str
    in_parts: bool = False


@dataclass(frozen=True, slots=True)
class Mastery:
    """One topic: how many of its questions are known now, how many were ever answered, how many there are."""

    topic: str
    known: int
    seen: int
    questions: int


def right(message: str = "", feedback: tuple[OptionFeedback, ...] = ()) -> Mark:
    """Full marks."""
    return Mark(correct=True, score=1.0, unclear=False, feedback=feedback, message=message)


def wrong(message: str = "", feedback: tuple[OptionFeedback, ...] = ()) -> Mark:
    """No marks."""
    return Mark(correct=False, score=0.0, unclear=False, feedback=feedback, message=message)


def unclear(message: str) -> Mark:
    """Build the mark of an answer that cannot be read; the message says how to write it."""
    return Mark(correct=False, score=0.0, unclear=True, feedback=(), message=message)


def partly(good: int, of: int, what: str, feedback: tuple[OptionFeedback, ...], *, share: float | None = None) -> Mark:
    """Build the mark of an answer with several parts: ``good`` of its ``of`` parts are right.

    ``share`` is the score in [0, 1] if it is not ``good / of``; a wholly right answer always scores 1.
    """
    score = good / of if share is None or good == of else share
    message = "" if good == of else f"{good} of {of} {what} {'is' if good == 1 else 'are'} right."
    return Mark(good == of, score, unclear=False, feedback=feedback, message=message, in_parts=True)


def as_text(answer: Answer) -> str | None:
    """Return a single answer as text; None for a list or a mapping."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, int | float):
        # Python refuses to write integers of thousands of digits; nobody's answer is that large.
        return "1e999" if isinstance(answer, int) and answer.bit_length() > 1024 else repr(answer)
    return None
