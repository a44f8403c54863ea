"""Steps to put in order: ``order``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import ClassVar

from dlquiz.model.kinds.order import STEP, Order, level_of
from dlquiz.model.mark import Answer, Mark, OptionFeedback, partly, unclear
from dlquiz.model.view import Asked
from dlquiz.quiz.folding import printable
from dlquiz.quiz.kinds.base import QuestionKind, Setting
from dlquiz.quiz.labels import by_label
from dlquiz.quiz.options import find_option, read_options, suggestion
from dlquiz.quiz.schema_parts import FieldDoc, Fields, partial, ref, right_options

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
  - kind: order
    id: @P@-lines
    tags: [cost]
    stem: >-
      Which lines make the body of `mean_of_squares(errors)`, and in what order? Two lines belong nowhere.
    indent: true
    items: [total = 0.0, "for error in errors:", "    total += error ** 2", return total / len(errors)]
    extra:
      total = error ** 2: Each turn would forget the errors before it.
      return total: This is the sum, not the mean.
    partial: pairs
    explain: The sum grows inside the loop; the division comes once, behind it.
    source: Python Software Foundation, The Python Tutorial, section 4.2 ("for Statements")
"""


_STEPS = re.compile(r"([^\s,;>]+)((?:\s*>)*)")
"""The number of a line, and a mark for each step to the right."""


class OrderKind(QuestionKind[Order]):
    """The answer lists as many texts as there are items, in their order; with ``indent``, 4 spaces stand for a step.

    Partial credit, by ``partial``:

    * ``each``: the share of items that stand at their place.
    * ``pairs``: the share of pairs of items whose order is right (1 - the normalised Kendall tau distance:
      Kendall, Biometrika 30 (1938), doi:10.1093/biomet/30.1-2.81). Guessing earns about one half.
    * ``all``: everything or nothing.

    An item that is not there, or stands too far to the left or right, is no part of a right pair.
    """

    model = Order
    fields: ClassVar[Fields] = {
        "items": FieldDoc(
            {**ref("texts"), "minItems": 2, "maxItems": 12, "uniqueItems": True}, "2 to 12 items in the right order"
        ),
        "indent": FieldDoc(
            {"enum": [True, False, "true", "false", "yes", "no"], "default": False},
            "`true`: the items are lines of code, each with 4 spaces for every step to the right, which is asked too",
        ),
        "extra": FieldDoc(right_options(least=0, most=6), "Texts that belong nowhere, each with its reason"),
        "any_order": FieldDoc(
            {"type": "array", "items": {**ref("texts"), "minItems": 2, "uniqueItems": True}},
            "Lists of items; those of one list may change places with each other",
        ),
        "why": FieldDoc(ref("reasons"), "What to say about an item after the answer"),
        "partial": FieldDoc(
            partial("all", "each", "pairs", default="each"),
            "`each`: the share of items at their place. `pairs`: the share of pairs of items whose order is right. "
            "`all`: everything or nothing. An item that is indented wrongly is not at its place",
        ),
    }
    example = _EXAMPLE
    foreseen_fields = ("extra",)
    order_is_answer = True
    later_fields = ("indent", "extra", "any_order")

    def options(self, question: Order) -> tuple[str, ...]:
        """Return the items, then what belongs nowhere; spaces before them would be a part of the answer."""
        return (*question.lines, *question.extra)

    def view(self, question: Order, asked: Asked) -> Asked:
        """Say whether the items are code."""
        return replace(asked, options_are_code=_is_code(question))

    def how_to_answer(self, question: Order) -> str:
        """Return a sentence or two."""
        if not question.extra and not question.indent:
            return "Type all numbers in the right order, for example “{backwards}”."
        count, what = len(question.items), "lines" if _is_code(question) else "items"
        text = f"Type the numbers of the {count} {what} that belong there, in the right order"
        if not question.extra:
            text = f"Type the numbers of all {count} {what} in the right order"
        if not question.indent:
            return f"{text}, beginning for example “{{last}} {{first}}”."
        return f"{text}. Put > behind a number for each step to the right, for example “{{last}} {{first}}>”."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read ``3 1 2``, ``c > a > b``, or texts with ``;`` between them; of code ``3 1> 2>>``."""
        if not asked.options_are_code:
            return read_options(text, options, r"[\s,;>→]+")
        found = [(by_label(one, options), steps.count(">")) for one, steps in _STEPS.findall(text)]
        if not all(line for line, _ in found):
            return read_options(text, options, r"[\s,;>→]+")
        return tuple(f"{' ' * (STEP * steps)}{line}" for line, steps in found)

    def mark(self, question: Order, answer: Answer, setting: Setting) -> Mark:
        """Mark a list of as many texts as there are items."""
        count, options = len(question.items), self.options(question)
        of = f"{count} of the {len(options)}" if question.extra else f"all {count}"
        if isinstance(answer, str | bool | int | float | Mapping):
            return unclear(f"Please give {of} items in their order.")
        given = []
        for text in answer:
            item = find_option(text, options)
            if item is None:
                return unclear(f"“{printable(text)}” is none of the items.{suggestion(text, options)}")
            given.append((item, level_of(text) if question.indent else 0))
        if len(given) != count or len(dict(given)) != count:
            return unclear(f"Please give {of} items, each one once.")
        wanted = _wanted(question, [item for item, _ in given])
        feedback = tuple(_placed(question, wanted, place, *one) for place, one in enumerate(given))
        good = sum(f.right for f in feedback)
        if question.partial != "pairs" or good == count:
            return partly(good, count, "items", feedback, share=0.0 if question.partial == "all" else None)
        well, pairs = _pairs(wanted, given)
        mark = partly(good, count, "items", feedback, share=well / pairs)
        return replace(mark, message=f"{well} of {pairs} pairs of items are in the right order.")

    def right_answer_value(self, question: Order, lang: str) -> Answer:
        """Return the items in their order."""
        return question.items

    def right_answer(self, question: Order, lang: str) -> str:
        """Write the items in their order; code as a block."""
        if question.indent:
            return "\n".join(("```", *question.items, "```"))
        return "; ".join(question.items)

    def task(self, question: Order) -> tuple[str, ...]:
        """Return the items."""
        return question.items


def _is_code(question: Order) -> bool:
    """Whether all that is shown is code: with ``indent``, or because the author marks each text as code."""
    return question.indent or all(re.fullmatch("`[^`]+`", text) for text in (*question.lines, *question.extra))


def _wanted(question: Order, given: Sequence[str]) -> list[tuple[str, int]]:
    """Return the right lines with their levels; what may change places stands as the person has it."""
    wanted = list(zip(question.lines, question.levels, strict=True))
    for group in question.any_order:
        places = [place for place, (item, _) in enumerate(wanted) if item in group]
        members = [wanted[place] for place in places]
        members.sort(key=lambda one: given.index(one[0]) if one[0] in given else len(given))
        for place, member in zip(places, members, strict=True):
            wanted[place] = member
    return wanted


def _placed(question: Order, wanted: Sequence[tuple[str, int]], place: int, item: str, level: int) -> OptionFeedback:
    shown = f"{place + 1}. `{item}`" if question.indent else f"{place + 1}. {item}"
    if item in question.extra:
        return OptionFeedback(shown, True, False, f"It belongs nowhere. {question.extra[item] or ''}".strip())
    right_place, right_level = next((i, steps) for i, (line, steps) in enumerate(wanted) if line == item)
    words = [] if right_place == place else [f"It comes at place {right_place + 1}."]
    if question.indent and level != right_level:
        words.append(f"It stands {right_level} step{'' if right_level == 1 else 's'} to the right.")
    text = " ".join((*words, question.why.get(item, ""))).strip()
    return OptionFeedback(shown, True, not words, text)


def _pairs(wanted: Sequence[tuple[str, int]], given: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """Return how many pairs stand in the right order, and indented as they should be, of how many."""
    place = {one: i for i, one in enumerate(given)}
    pairs = list(combinations(wanted, 2))
    right = (one in place and other in place and place[one] < place[other] for one, other in pairs)
    return sum(right), len(pairs)


ORDER = OrderKind()
