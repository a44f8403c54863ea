"""A typed word or phrase: ``short``."""

from typing import ClassVar

from dlquiz.model.kinds.short import Short
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.model.pattern import is_pattern
from dlquiz.quiz.folding import LONGEST, fold
from dlquiz.quiz.kinds.base import QuestionKind, Setting, TypedPlace
from dlquiz.quiz.plurals import with_plurals
from dlquiz.quiz.schema_parts import TYPOS, FieldDoc, Fields, reasons, ref
from dlquiz.quiz.typos import judge

_EXAMPLE = """\
  - kind: short # a typed word
    id: @P@-short
    tags: [overfitting]
    stem: A network does very well on the training set and badly on new data. What is this called?
    accept: [overfitting, "/over.?fit(ted)?/"] # texts, or /patterns/
    typos: 1 # so many slips are forgiven in a long word
    reject: # wrong words that you foresee
      underfitting: Then it would do badly on the training set too.
    explain: The network has learnt details of the training set that do not hold elsewhere.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 5.2
"""


class ShortKind(QuestionKind[Short]):
    """``accept`` and ``reject`` hold texts or ``/patterns/``."""

    model = Short
    fields: ClassVar[Fields] = {
        "accept": FieldDoc({**ref("texts"), "maxItems": 50}, "Right answers: texts, or patterns between slashes"),
        "typos": FieldDoc(TYPOS, "How many typing mistakes are forgiven: 0, 1 or 2"),
        "reject": FieldDoc(reasons(most=50), "Wrong answers that you foresee, each with what you want to say about it"),
    }
    example = _EXAMPLE
    foreseen_fields = ("reject",)
    stem_is = "question"

    def how_to_answer(self, question: Short) -> str:
        """Return a sentence."""
        return "Type a word or a short phrase."

    def mark(self, question: Short, answer: Answer, setting: Setting) -> Mark:
        """Mark a typed word or phrase."""
        text = as_text(answer)
        if text is None:
            return unclear("Please give one word or phrase.")
        if len(text) > LONGEST:
            return unclear(f"This is too long (at most {LONGEST} characters). A word or a short phrase is enough.")
        if not fold(text):
            return unclear("Please type a word or a short phrase.")
        [place] = self.places(question)
        verdict = judge(text, place.accept, typos=place.typos, reject=place.reject, neighbours=setting.neighbours)
        if verdict.fits:
            return right(f"A small typo was forgiven: it is spelled “{verdict.meant}”." if verdict.meant else "")
        if verdict.foreseen:
            return wrong(feedback=(OptionFeedback(verdict.foreseen, True, False, verdict.why),))
        return wrong()

    def right_answer_value(self, question: Short, lang: str) -> Answer:
        """Return the first accepted text; a pattern only where there is nothing else."""
        return next(iter(self.keys(question)), question.accept[0])

    def places(self, question: Short) -> tuple[TypedPlace, ...]:
        """Return the one place."""
        return (TypedPlace(with_plurals(question.accept, question.reject), question.reject, question.typos),)

    def terms(self, question: Short) -> tuple[str, ...]:
        """Return what is accepted and what is rejected."""
        return (*question.accept, *question.reject)

    def keys(self, question: Short) -> tuple[str, ...]:
        """Return the accepted texts, without patterns."""
        return tuple(text for text in question.accept if not is_pattern(text))


SHORT = ShortKind()
