"""One right option among several: ``choice``."""

from collections.abc import Mapping
from typing import Any, ClassVar

from dlquiz.model.kinds.choice import Choice
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.kinds.base import KeyedOption, QuestionKind, Setting
from dlquiz.quiz.options import find_option, unknown_option
from dlquiz.quiz.schema_parts import FieldDoc, Fields, reasons, ref

_EXAMPLE = """\
  - kind: choice # one right option; the options are shuffled
    id: @P@-choice
    tags: [epoch]
    stem: After training, you want to know how often every example was shown to the network. Where do you look?
    right: At the number of epochs
    wrong: # two or three; each says why it is wrong, for the learner who chose it
      At the number of layers: This is the depth of the network. It stays the same however long you train.
      At the learning rate: This is the size of each step, not how many there were.
    hints:
      - Which of the three grows when you train for longer?
    explain: In one epoch every example is used once, so their number says how often each was shown.
    source: Google, Machine Learning Glossary, entry "epoch"
"""


class ChoiceKind(QuestionKind[Choice]):
    """The answer is an option's text, never its place."""

    model = Choice
    fields: ClassVar[Fields] = {
        "right": FieldDoc(ref("text"), "The right option"),
        "wrong": FieldDoc(reasons(least=1, most=19), "The other options. Each says after a colon why it is wrong"),
    }
    example = _EXAMPLE
    foreseen_fields = ("wrong",)
    one_right = True
    stem_is = "question"

    def options(self, question: Choice) -> tuple[str, ...]:
        """Return the right option, then the wrong ones."""
        return (question.right, *question.wrong)

    def how_to_answer(self, question: Choice) -> str:
        """Return a sentence."""
        return "One answer: type {first} to {last}."

    def mark(self, question: Choice, answer: Answer, setting: Setting) -> Mark:
        """Mark one option; a list with one option is that option."""
        if isinstance(answer, Mapping):
            return unclear("Please give one option.")
        if not isinstance(answer, str | bool | int | float):
            if len(answer) != 1:
                return unclear("This question has exactly one right answer. Please give one option.")
            answer = answer[0]
        text = as_text(answer) or ""
        chosen = find_option(text, self.options(question))
        if chosen is None:
            return unknown_option(text, self.options(question))
        feedback = (
            OptionFeedback(question.right, chosen == question.right, True, ""),
            *(OptionFeedback(option, chosen == option, False, why) for option, why in question.wrong.items()),
        )
        if chosen == question.right:
            return right(feedback=feedback)
        return wrong(f"The right answer is “{question.right}”.", feedback)

    def right_answer_value(self, question: Choice, lang: str) -> Answer:
        """Return the right option."""
        return question.right

    def keyed_options(self, question: Choice) -> tuple[KeyedOption, ...]:
        """Return all options."""
        wrong = (KeyedOption(text, False, ("wrong", text)) for text in question.wrong)
        return (KeyedOption(question.right, True, ("right",)), *wrong)

    def right_options(self, question: Choice) -> tuple[str, ...]:
        """Return the right option."""
        return (question.right,)

    def terms(self, question: Choice) -> tuple[str, ...]:
        """Return the options; long ones are no terms, and are left out by who asks."""
        return self.options(question)

    def keys(self, question: Choice) -> tuple[str, ...]:
        """Return the right option."""
        return (question.right,)


CHOICE = ChoiceKind()


def made_choice(
    ident: str, stem: str, right: str, wrong: Mapping[str, str], explain: str, source: str
) -> dict[str, Any]:
    """Return the document of a question that a program has made; ``wrong`` says of each option why it is wrong."""
    shown = {"stem": stem, "right": right, "wrong": dict(wrong), "explain": explain, "source": source}
    return {"kind": "choice", "id": ident, **shown}
