"""Marking an order: ``order``."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from dlquiz.model.quiz import Order
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, partly, unclear
from dlquiz.quiz.options import find_option
from dlquiz.quiz.text import did_you_mean, printable


def mark_order(question: Order, answer: Answer) -> Mark:
    """Mark a list of all items.

    Partial credit, by ``question.partial``:

    * ``each``: the share of items that stand at their place.
    * ``pairs``: the share of pairs of items whose order is right (1 - the normalised Kendall tau distance:
      Kendall, Biometrika 30 (1938), doi:10.1093/biomet/30.1-2.81). Guessing earns about one half.
    * ``all``: everything or nothing.
    """
    if isinstance(answer, str | bool | int | float | Mapping):
        return unclear(f"Please give all {len(question.items)} items in their order.")
    given = []
    for text in answer:
        item = find_option(text, question.items)
        if item is None:
            guess = did_you_mean(text, question.items)
            hint = f" Did you mean “{guess}”?" if guess else ""
            return unclear(f"“{printable(text)}” is none of the items.{hint}")
        given.append(item)
    if sorted(given) != sorted(question.items):
        return unclear(f"Please give all {len(question.items)} items, each one once.")
    feedback = tuple(_placed(question, place, item) for place, item in enumerate(given))
    good = sum(f.right for f in feedback)
    share = {"all": 0.0, "each": None, "pairs": _pairs(question.items, given)}[question.partial]
    return partly(good, len(given), "items", feedback, share=share)


def _placed(question: Order, place: int, item: str) -> OptionFeedback:
    right_place = question.items.index(item)
    words = "" if right_place == place else f"It comes at place {right_place + 1}."
    text = " ".join(part for part in (words, question.why.get(item, "")) if part)
    return OptionFeedback(f"{place + 1}. {item}", True, right_place == place, text)


def _pairs(wanted: Sequence[str], given: Sequence[str]) -> float:
    place = {item: i for i, item in enumerate(given)}
    pairs = list(combinations(wanted, 2))
    return sum(place[first] < place[second] for first, second in pairs) / len(pairs)
