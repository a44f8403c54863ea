"""A text with blanks: ``cloze``."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from dlquiz.model.blanks import Blank
from dlquiz.model.kinds.cloze import Cloze
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, partly, unclear
from dlquiz.model.pattern import is_pattern
from dlquiz.model.view import Asked
from dlquiz.quiz.folding import LONGEST, fold, printable
from dlquiz.quiz.kinds.base import QuestionKind, Setting, TypedPlace
from dlquiz.quiz.options import find_option, read_blanks, suggestion
from dlquiz.quiz.plurals import with_plurals
from dlquiz.quiz.schema_parts import TYPOS, FieldDoc, Fields, partial, reasons
from dlquiz.quiz.typos import judge

_EXAMPLE = """\
  - kind: cloze # blanks in a text
    id: @P@-cloze
    tags: [loss, optimiser]
    stem: How wrong the output is, is measured by the [[loss|loss function|cost function]]; the weights are changed by
      the [[optimiser|optimizer]].
    explain: The loss is one number. Its gradient tells the optimiser into which direction to change each weight.
    source: TensorFlow guide, "Training and evaluation with the built-in methods"
"""


class ClozeKind(QuestionKind[Cloze]):
    """The words for the blanks, in the order of the text, typed freely or chosen from a bank of words.

    ``partial: each`` scores the share of good blanks, ``all`` everything or nothing. An empty text leaves its blank
    empty, which is wrong; all of them empty is unclear.
    """

    model = Cloze
    fields: ClassVar[Fields] = {
        "stem": FieldDoc(
            {"type": "string", "pattern": r"\[\[[\s\S]+\]\]"},
            "The text. Each blank is written as `[[word]]`, or `[[word|other word]]` if several words fit; a variant "
            "may be a `/pattern/`. Up to 12 blanks. Between code marks `[[` is only text",
        ),
        "typos": FieldDoc(TYPOS, "As for `short`"),
        "reject": FieldDoc(reasons(most=50), "As for `short`, for all blanks"),
        "wrong": FieldDoc(
            reasons(most=12),
            "Wrong words, each with its reason. With them, the learner chooses from the right and the wrong words",
        ),
        "partial": FieldDoc(
            partial("all", "each", default="each"), "`each`: the share of good blanks. `all`: all blanks or nothing"
        ),
    }
    example = _EXAMPLE
    foreseen_fields = ("reject", "wrong")

    def options(self, question: Cloze) -> tuple[str, ...]:
        """Return the words to choose from, each once; none if the blanks are typed freely."""
        return tuple(dict.fromkeys((*first_words(question), *question.wrong))) if question.wrong else ()

    def gaps(self, question: Cloze) -> tuple[tuple[str, str], ...]:
        """Return the blanks with the text before them."""
        found, text = [], ""
        for part in question.parts:
            if isinstance(part, Blank):
                found.append((part.variants[0], text))
            text += part.variants[0] if isinstance(part, Blank) else part
        return tuple(found)

    def view(self, question: Cloze, asked: Asked) -> Asked:
        """Cut the text at its blanks."""
        texts = [""]
        for part in question.parts:
            if isinstance(part, Blank):
                texts.append("")
            else:
                texts[-1] += part
        return replace(asked, parts=tuple(texts))

    def how_to_answer(self, question: Cloze) -> str:
        """Return a sentence."""
        count, bank = len(question.blanks), bool(question.wrong)
        if count == 1:
            return "Type one of {first} to {last}." if bank else "Type what belongs in the blank."
        words = "the words or their numbers" if bank else "the words"
        return f"Type {words} for the {count} blanks in their order, with “;” between them."

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Read the words for the blanks; with a bank of words their numbers will do, with spaces between."""
        return read_blanks(text, asked.blanks, options)

    def mark(self, question: Cloze, answer: Answer, setting: Setting) -> Mark:
        """Mark one text for each blank."""
        given = _texts(answer)
        if given is None or len(given) != len(question.blanks):
            return unclear(_how_many(len(question.blanks)))
        if not any(fold(text[:LONGEST]) for text in given):
            return unclear("Please fill in at least one blank.")
        for text in given:
            if len(text) > LONGEST:
                return unclear(f"This is too long (at most {LONGEST} characters). A word or a short phrase is enough.")
        bank = self.options(question)
        if bank:
            chosen = [find_option(text, bank) if fold(text) else "" for text in given]
            strange = next((text for text, word in zip(given, chosen, strict=True) if word is None), None)
            if strange is not None:
                guess = suggestion(strange, bank)
                return unclear(f"“{printable(strange)}” is none of the words to choose from.{guess}")
            given = [word or "" for word in chosen]
        feedback = tuple(self._blank(question, number, text, setting) for number, text in enumerate(given))
        share = 0.0 if question.partial == "all" else None
        return partly(sum(f.right for f in feedback), len(feedback), "blanks", feedback, share=share)

    def missing(self, question: Cloze, answer: Answer) -> tuple[str, ...]:
        """Return the numbers of the blanks that are left empty."""
        given = _texts(answer) or []
        return tuple(f"blank {number}" for number, text in enumerate(given, 1) if not fold(text[:LONGEST]))

    def _blank(self, question: Cloze, number: int, text: str, setting: Setting) -> OptionFeedback:
        place = self.places(question)[number]
        name = f"({number + 1}) " if len(question.blanks) > 1 else ""
        word = first_words(question)[number]
        if not fold(text):
            return OptionFeedback(f"{name}left empty", True, False, f"It is “{word}”.")
        others = (*setting.neighbours, *other_blanks(question, number))
        verdict = judge(text, place.accept, typos=place.typos, reject=place.reject, neighbours=others)
        option = f"{name}{printable(text)}"
        if verdict.fits:
            forgiven = f"A small typo was forgiven: it is spelled “{verdict.meant}”." if verdict.meant else ""
            return OptionFeedback(option, True, True, forgiven)
        return OptionFeedback(option, True, False, f"{verdict.why} It is “{word}”.".strip())

    def right_answer_value(self, question: Cloze, lang: str) -> Answer:
        """Return a text that fits each blank."""
        return first_words(question)

    def right_answer(self, question: Cloze, lang: str) -> str:
        """Write a text that fits each blank."""
        return "; ".join(first_words(question))

    def places(self, question: Cloze) -> tuple[TypedPlace, ...]:
        """Return the blanks."""
        rejected = {**question.reject, **question.wrong}
        words = [word for blank in question.blanks for word in blank]
        return tuple(
            TypedPlace(with_plurals(accept, (*rejected, *words)), rejected, question.typos)
            for accept in question.blanks
        )

    def terms(self, question: Cloze) -> tuple[str, ...]:
        """Return every word that fits or does not."""
        return (*(word for words in question.blanks for word in words), *question.reject, *question.wrong)

    def keys(self, question: Cloze) -> tuple[str, ...]:
        """Return the first word of each blank."""
        return tuple(words[0] for words in question.blanks if not is_pattern(words[0]))


def first_words(question: Cloze) -> tuple[str, ...]:
    """Return one text that fits each blank; a ``/pattern/`` only where the author wrote nothing else."""
    return tuple(next((text for text in variants if not is_pattern(text)), variants[0]) for variants in question.blanks)


def other_blanks(question: Cloze, number: int) -> tuple[str, ...]:
    """Return the words of the other blanks: terms that a typing mistake must not cross into."""
    own = question.blanks[number]
    return tuple(word for words in question.blanks for word in words if word not in own and not is_pattern(word))


def _texts(answer: Answer) -> list[str] | None:
    if isinstance(answer, Mapping):
        return None
    single = as_text(answer)
    if single is not None:
        return [single]
    assert not isinstance(answer, bool | int | float | str)
    return list(answer)


def _how_many(count: int) -> str:
    if count == 1:
        return "Please give one word or phrase: there is one blank."
    return f"There are {count} blanks. Please give {count} answers in their order, with “;” between them."


CLOZE = ClozeKind()
