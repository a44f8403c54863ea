"""Steps to put in order: ``order``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import ClassVar

from dlquiz.model.kinds.order import Order
from dlquiz.model.mark import Answer, Mark, OptionFeedback, partly, unclear
from dlquiz.model.view import Asked
from dlquiz.quiz.folding import printable
from dlquiz.quiz.kinds.base import QuestionKind, Setting
from dlquiz.quiz.options import find_option, read_options, suggestion
from dlquiz.quiz.schema_parts import FieldDoc, Fields, partial, ref

_EXAMPLE = """\
  - kind: order
    id: @P@-order
    tags: [training-set, test-set]
    stem: What happens first, and what last?
    items: [the data are split, the model is trained, the best epoch is chosen, the test accuracy is reported]
    why:
      the test accuracy is reported: The test set waits until nothing is left to choose.
    explain: Splitting comes first, so that nothing of the test set reaches the training.
    source: scikit-learn user guide, "Common pitfalls and recommended practices"
"""


class OrderKind(QuestionKind[Order]):
    """The answer lists all items.

    Partial credit, by ``partial``:

    * ``each``: the share of items that stand at their place.
    * ``pairs``: the share of pairs of items whose order is right (1 - the normalised Kendall tau distance:
      Kendall, Biometrika 30 (1938), doi:10.1093/biomet/30.1-2.81). Guessing earns about one half.
    * ``all``: everything or nothing.
    """

    model = Order
    fields: ClassVar[Fields] = {
        "items": FieldDoc(
            {**ref("texts"), "minItems": 2, "maxItems": 12, "uniqueItems": True}, "2 to 12 items in the right order"
        ),
        "why": FieldDoc(ref("reasons"), "What to say about an item after the answer"),
        "partial": FieldDoc(
            partial("all", "each", "pairs", default="each"),
            "`each`: the share of items at their place. `pairs`: the share of pairs of items whose order is right. "
            "`all`: everything or nothing",
        ),
    }
    example = _EXAMPLE
    order_is_answer = True

    def options(self, question: Order) -> tuple[str, ...]:
        """Return the items."""
        return question.items

    def how_to_answer(self, question: Order) -> str:
        """Return a sentence."""
        return "Type all numbers in the right order, for example “{backwards}”."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read ``3 1 2``, ``c > a > b``, or texts with ``;`` between them."""
        return read_options(text, options, r"[\s,;>→]+")

    def mark(self, question: Order, answer: Answer, setting: Setting) -> Mark:
        """Mark a list of all items."""
        count = len(question.items)
        if isinstance(answer, str | bool | int | float | Mapping):
            return unclear(f"Please give all {count} items in their order.")
        given = []
        for text in answer:
            item = find_option(text, question.items)
            if item is None:
                return unclear(f"“{printable(text)}” is none of the items.{suggestion(text, question.items)}")
            given.append(item)
        if sorted(given) != sorted(question.items):
            return unclear(f"Please give all {count} items, each one once.")
        feedback = tuple(_placed(question, place, item) for place, item in enumerate(given))
        good = sum(f.right for f in feedback)
        if question.partial != "pairs" or good == count:
            return partly(good, count, "items", feedback, share=0.0 if question.partial == "all" else None)
        well, pairs = _pairs(question.items, given)
        mark = partly(good, count, "items", feedback, share=well / pairs)
        return replace(mark, message=f"{well} of {pairs} pairs of items are in the right order.")

    def right_answer_value(self, question: Order, lang: str) -> Answer:
        """Return the items in their order."""
        return question.items

    def right_answer(self, question: Order, lang: str) -> str:
        """Write the items in their order."""
        return "; ".join(question.items)

    def task(self, question: Order) -> tuple[str, ...]:
        """Return the items."""
        return question.items


def _placed(question: Order, place: int, item: str) -> OptionFeedback:
    right_place = question.items.index(item)
    words = "" if right_place == place else f"It comes at place {right_place + 1}."
    text = " ".join(part for part in (words, question.why.get(item, "")) if part)
    return OptionFeedback(f"{place + 1}. {item}", True, right_place == place, text)


def _pairs(wanted: Sequence[str], given: Sequence[str]) -> tuple[int, int]:
    """Return how many pairs stand in the right order, of how many."""
    place = {item: i for i, item in enumerate(given)}
    pairs = list(combinations(wanted, 2))
    return sum(place[first] < place[second] for first, second in pairs), len(pairs)


ORDER = OrderKind()
