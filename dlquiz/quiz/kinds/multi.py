"""Several right options: ``multi``."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from dlquiz.model.kinds.multi import Multi
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, unclear
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.base import KeyedOption, QuestionKind, Setting
from dlquiz.quiz.options import find_option, read_options, unknown_option
from dlquiz.quiz.schema_parts import FieldDoc, Fields, partial, reasons, right_options

_EXAMPLE = """\
  - kind: multi # several right options; partial: net, each or all
    id: @P@-multi
    tags: [hyperparameter]
    stem: Which of these do you choose before the training begins?
    right:
      The batch size: You write it into the program.
      The learning rate: You write it into the program, or a schedule for it.
    wrong:
      The weights: They begin at random numbers, and the training changes them.
      The gradients: They are computed anew in every step.
    explain: What is chosen before the training is a hyperparameter; what the training finds is a parameter.
    source: Google, Machine Learning Glossary, entry "hyperparameter"
"""


class MultiKind(QuestionKind[Multi]):
    """The answer is a list of the texts of all ticked options.

    Partial credit, by ``partial``:

    * ``all``: everything or nothing.
    * ``each``: every option is one decision, to tick it or not; the score is the share of good decisions.
    * ``net``: (right ticks - wrong ticks) / right options, never below 0.
    """

    model = Multi
    fields: ClassVar[Fields] = {
        "right": FieldDoc(
            right_options(least=1, most=19),
            "The right options: a list, or a mapping if you want to say why each is right",
        ),
        "wrong": FieldDoc(reasons(least=1, most=19), "The wrong options, each with its reason"),
        "partial": FieldDoc(partial("all", "each", "net", default="net"), "How a partly right answer scores"),
    }
    example = _EXAMPLE
    foreseen_fields = ("wrong",)
    stem_is = "question"

    def options(self, question: Multi) -> tuple[str, ...]:
        """Return the right options, then the wrong ones."""
        return (*question.right, *question.wrong)

    def how_to_answer(self, question: Multi) -> str:
        """Return a sentence."""
        return "One or more answers: type all that are right, for example “{first} {last}”."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read ``1 3``, ``a,c``, or texts with ``;`` between them; each option once."""
        return tuple(dict.fromkeys(read_options(text, options, r"[\s,;]+")))

    def mark(self, question: Multi, answer: Answer, setting: Setting) -> Mark:
        """Mark a list of options; a single text is a list of one."""
        if isinstance(answer, Mapping):
            return unclear("Please give a list of options.")
        given = [as_text(answer) or ""] if isinstance(answer, str | bool | int | float) else list(answer)
        chosen: set[str] = set()
        for text in given:
            option = find_option(text, self.options(question))
            if option is None:
                return unknown_option(text, self.options(question))
            chosen.add(option)
        if not chosen:
            return unclear("Please tick at least one option: at least one of them is right.")
        feedback = _feedback(question, chosen)
        if all(f.decided_well for f in feedback):
            return Mark(correct=True, score=1.0, unclear=False, feedback=feedback, message="")
        score = _credit(question, chosen)
        return Mark(correct=False, score=score, unclear=False, feedback=feedback, message=_missed(feedback))

    def right_answer_value(self, question: Multi, lang: str) -> Answer:
        """Return the right options."""
        return tuple(question.right)

    def right_answer(self, question: Multi, lang: str) -> str:
        """Write the right options in one line."""
        return "; ".join(question.right)

    def keyed_options(self, question: Multi) -> tuple[KeyedOption, ...]:
        """Return all options."""
        right = (KeyedOption(text, True, ("right", text)) for text in question.right)
        return (*right, *(KeyedOption(text, False, ("wrong", text)) for text in question.wrong))

    def right_options(self, question: Multi) -> tuple[str, ...]:
        """Return the right options."""
        return tuple(question.right)

    def terms(self, question: Multi) -> tuple[str, ...]:
        """Return the options."""
        return self.options(question)

    def keys(self, question: Multi) -> tuple[str, ...]:
        """Return the right options."""
        return tuple(question.right)


def _feedback(question: Multi, chosen: set[str]) -> tuple[OptionFeedback, ...]:
    return (
        *(OptionFeedback(option, option in chosen, True, why or "") for option, why in question.right.items()),
        *(OptionFeedback(option, option in chosen, False, why) for option, why in question.wrong.items()),
    )


def _credit(question: Multi, chosen: set[str]) -> float:
    """Return the score of an answer that is not wholly right."""
    hits = len(chosen & set(question.right))
    slips = len(chosen & set(question.wrong))
    if question.partial == "all":
        return 0.0
    if question.partial == "each":
        return (hits + len(question.wrong) - slips) / (len(question.right) + len(question.wrong))
    return max(0.0, (hits - slips) / len(question.right))


def _missed(feedback: Sequence[OptionFeedback]) -> str:
    missing = sum(f.right and not f.chosen for f in feedback)
    extra = sum(f.chosen and not f.right for f in feedback)
    parts = []
    if missing:
        parts.append(f"{missing} right option{'s' if missing > 1 else ''} not ticked")
    if extra:
        parts.append(f"{extra} wrong option{'s' if extra > 1 else ''} ticked")
    return f"{', '.join(parts)}."


MULTI = MultiKind()
