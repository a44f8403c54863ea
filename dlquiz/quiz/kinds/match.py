"""Terms and their meanings: ``match``."""

from dataclasses import replace
from typing import ClassVar

from dlquiz.model.kinds.match import Match
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.base import QuestionKind, Setting
from dlquiz.quiz.pairs import mark_pairs, read_pairs, unpaired
from dlquiz.quiz.schema_parts import FieldDoc, Fields, partial, reasons, ref, right_options

_EXAMPLE = """\
  - kind: match
    id: @P@-match
    tags: [activation-function]
    stem: Which description belongs to which activation function?
    pairs:
      ReLU: negative numbers become 0
      sigmoid: every number becomes one between 0 and 1
      softmax: several numbers become shares that sum to 1
    extra:
      the sign of every number is turned round: No activation function does this; it would be undone by the weights.
    explain: ReLU is common in hidden layers, sigmoid and softmax in the last one.
    source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.3
"""


class MatchKind(QuestionKind[Match]):
    """The answer maps each term to its meaning. A term that is missing is wrong; a meaning may be given twice."""

    model = Match
    fields: ClassVar[Fields] = {
        "pairs": FieldDoc(reasons(least=2, most=12), "2 to 12 lines of `term: meaning`; no meaning stands twice"),
        "extra": FieldDoc(right_options(least=0, most=6), "Meanings that belong to no term, each with its reason"),
        "why": FieldDoc(ref("reasons"), "What to say about a term after the answer"),
        "partial": FieldDoc(
            partial("all", "each", default="each"), "`each`: the share of good pairs. `all`: all pairs or nothing"
        ),
    }
    example = _EXAMPLE
    foreseen_fields = ("extra",)

    def options(self, question: Match) -> tuple[str, ...]:
        """Return the meanings, then those that fit no term."""
        return (*question.pairs.values(), *question.extra)

    def matched(self, question: Match) -> tuple[tuple[str, str], ...]:
        """Return every term with its meaning."""
        return tuple(question.pairs.items())

    def view(self, question: Match, asked: Asked) -> Asked:
        """Show the terms beside the meanings."""
        return replace(asked, partners=tuple(question.pairs))

    def how_to_answer(self, question: Match) -> str:
        """Return a sentence."""
        return "Give each letter its number, for example “a2 b1”."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read ``a2 b1``, ``2a 1b``, ``a=2, b=1``, or only the numbers in the order of the letters."""
        return read_pairs(asked, options, text, options_are_keys=False)

    def mark(self, question: Match, answer: Answer, setting: Setting) -> Mark:
        """Mark a mapping of terms to meanings."""
        return mark_pairs(
            answer,
            question.pairs,
            self.options(question),
            names=("term", "meaning", "pairs"),
            why=question.why,
            extra=question.extra,
            all_or_nothing=question.partial == "all",
        )

    def missing(self, question: Match, answer: Answer) -> tuple[str, ...]:
        """Return the terms without a meaning."""
        return unpaired(answer, tuple(question.pairs))

    def right_answer_value(self, question: Match, lang: str) -> Answer:
        """Return each term with its meaning."""
        return dict(question.pairs)

    def right_answer(self, question: Match, lang: str) -> str:
        """Write each term with its meaning."""
        return "; ".join(f"{term} → {meaning}" for term, meaning in question.pairs.items())

    def terms(self, question: Match) -> tuple[str, ...]:
        """Return the terms."""
        return tuple(question.pairs)

    def task(self, question: Match) -> tuple[str, ...]:
        """Return the terms."""
        return tuple(question.pairs)


MATCH = MatchKind()
