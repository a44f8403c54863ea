"""Items to sort into groups: ``categorise``."""

from dataclasses import replace
from typing import ClassVar

from dlquiz.model.kinds.categorise import Categorise
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.base import QuestionKind, Setting
from dlquiz.quiz.pairs import mark_pairs, read_pairs, unpaired
from dlquiz.quiz.schema_parts import FieldDoc, Fields, partial, ref

_EXAMPLE = """\
  - kind: categorise
    id: @P@-categorise
    tags: [supervised-learning, unsupervised-learning]
    stem: Does this need labels?
    groups:
      needs labels: [telling cats from dogs, predicting the price of a house]
      needs none: [finding groups of similar customers, compressing images]
    explain: Supervised learning is told the right answers; unsupervised learning looks for structure by itself.
    source: Google, Machine Learning Glossary, entries "supervised machine learning" and "unsupervised machine learning"
"""


class CategoriseKind(QuestionKind[Categorise]):
    """The answer maps each item to its group. An item that is missing is wrong."""

    model = Categorise
    fields: ClassVar[Fields] = {
        "groups": FieldDoc(
            {"type": "object", "minProperties": 2, "maxProperties": 6, "additionalProperties": ref("texts")},
            "2 to 6 groups, each with its list of items. Every item has one group",
        ),
        "why": FieldDoc(ref("reasons"), "What to say about an item after the answer"),
        "partial": FieldDoc(
            partial("all", "each", default="each"),
            "`each`: the share of items in their group. `all`: everything or nothing",
        ),
    }
    example = _EXAMPLE

    def options(self, question: Categorise) -> tuple[str, ...]:
        """Return the items."""
        return tuple(question.items)

    def view(self, question: Categorise, asked: Asked) -> Asked:
        """Show the groups beside the items."""
        return replace(asked, partners=tuple(question.groups))

    def how_to_answer(self, question: Categorise) -> str:
        """Return a sentence."""
        return "Give each number its letter, for example “1a 2b”."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read ``1a 2b``, ``a1 b2``, ``1=a, 2=b``, or only the letters in the order of the numbers."""
        return read_pairs(asked, options, text, options_are_keys=True)

    def mark(self, question: Categorise, answer: Answer, setting: Setting) -> Mark:
        """Mark a mapping of items to groups."""
        return mark_pairs(
            answer,
            question.items,
            tuple(question.groups),
            names=("item", "group", "items"),
            why=question.why,
            all_or_nothing=question.partial == "all",
        )

    def missing(self, question: Categorise, answer: Answer) -> tuple[str, ...]:
        """Return the items without a group."""
        return unpaired(answer, tuple(question.items))

    def right_answer_value(self, question: Categorise, lang: str) -> Answer:
        """Return each item with its group."""
        return question.items

    def right_answer(self, question: Categorise, lang: str) -> str:
        """Write each group with its items."""
        return "; ".join(f"{group}: {', '.join(items)}" for group, items in question.groups.items())

    def terms(self, question: Categorise) -> tuple[str, ...]:
        """Return the items and the groups."""
        return (*question.items, *question.groups)

    def task(self, question: Categorise) -> tuple[str, ...]:
        """Return the items."""
        return tuple(question.items)


CATEGORISE = CategoriseKind()
