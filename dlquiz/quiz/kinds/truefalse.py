"""A statement to judge: ``truefalse``."""

from typing import ClassVar

from dlquiz.model.kinds.truefalse import TrueFalse
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.folding import LONGEST, fold
from dlquiz.quiz.kinds.base import QuestionKind, Setting
from dlquiz.quiz.schema_parts import FieldDoc, Fields

TRUE = "True"
FALSE = "False"

_WORDS = {
    "en": ("true t yes y 1", "false f no n 0"),
    "de": ("wahr richtig ja j", "falsch nein"),
    "fr": ("vrai oui v o", "faux non"),
    "es": ("verdadero si v", "falso"),
}
"""Words for true and false. English is understood in every quiz."""

_EXAMPLE = """\
  - kind: truefalse
    id: @P@-truefalse
    tags: [test-set]
    stem: The test set is used once, after all choices are made.
    answer: true
    explain: A test set that helped with a choice is a second validation set, and its score is too good.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 5.3
"""


class TrueFalseKind(QuestionKind[TrueFalse]):
    """The answer is true or false, as a word of English or of the quiz's language, too."""

    model = TrueFalse
    fields: ClassVar[Fields] = {
        "answer": FieldDoc({"enum": [True, False, "true", "false", "yes", "no"]}, "`true` or `false`")
    }
    example = _EXAMPLE
    fixed_order = True
    stem_is = "statement"

    def options(self, question: TrueFalse) -> tuple[str, ...]:
        """Return True and False."""
        return (TRUE, FALSE)

    def how_to_answer(self, question: TrueFalse) -> str:
        """Return a sentence."""
        return "True or false: type {first} or {last}."

    def mark(self, question: TrueFalse, answer: Answer, setting: Setting) -> Mark:
        """Mark what was said about the statement."""
        said = read_truth(answer, setting.lang)
        if said is None:
            return unclear("Please answer with “true” or “false”.")
        feedback = tuple(
            OptionFeedback(text, said is value, question.answer is value, "")
            for text, value in ((TRUE, True), (FALSE, False))
        )
        if said is question.answer:
            return right(feedback=feedback)
        return wrong(f"The statement is {'true' if question.answer else 'false'}.", feedback)

    def right_answer_value(self, question: TrueFalse, lang: str) -> Answer:
        """Return the truth."""
        return question.answer

    def right_answer(self, question: TrueFalse, lang: str) -> str:
        """Return the option that is right."""
        return TRUE if question.answer else FALSE

    def right_options(self, question: TrueFalse) -> tuple[str, ...]:
        """Return the option that is right."""
        return (self.right_answer(question, "en"),)


def read_truth(answer: Answer, lang: str = "en") -> bool | None:
    """Read true or false, in English or in the quiz's language; None if it is neither."""
    if isinstance(answer, bool):
        return answer
    word = fold((as_text(answer) or "")[:LONGEST])
    for name in ("en", lang.casefold()[:2]):
        yes, no = _WORDS.get(name, ("", ""))
        if word in yes.split():
            return True
        if word in no.split():
            return False
    return None


TRUEFALSE = TrueFalseKind()
