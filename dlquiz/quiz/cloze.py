"""Marking a text with blanks: ``cloze``."""

from collections.abc import Mapping, Sequence

from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import Cloze
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, partly, unclear
from dlquiz.quiz.options import find_option
from dlquiz.quiz.text import LONGEST, did_you_mean, fold, printable
from dlquiz.quiz.words import judge


def first_words(question: Cloze) -> tuple[str, ...]:
    """Return one text that fits each blank; a ``/pattern/`` only where the author wrote nothing else."""
    return tuple(next((text for text in variants if not is_pattern(text)), variants[0]) for variants in question.blanks)


def word_bank(question: Cloze) -> tuple[str, ...]:
    """Return the words to choose from, each once; none if the blanks are typed freely."""
    return tuple(dict.fromkeys((*first_words(question), *question.wrong))) if question.wrong else ()


def mark_cloze(question: Cloze, answer: Answer, neighbours: Sequence[str] = ()) -> Mark:
    """Mark the words for the blanks, in the order of the text.

    ``partial: each`` scores the share of good blanks, ``all`` everything or nothing. An empty text leaves its blank
    empty, which is wrong; all of them empty is unclear.
    """
    given = _texts(answer)
    if given is None or len(given) != len(question.blanks):
        return unclear(_how_many(len(question.blanks)))
    if not any(fold(text[:LONGEST]) for text in given):
        return unclear("Please fill in at least one blank.")
    for text in given:
        if len(text) > LONGEST:
            return unclear(f"This is too long (at most {LONGEST} characters). A word or a short phrase is enough.")
    bank = word_bank(question)
    if bank:
        chosen = [find_option(text, bank) if fold(text) else "" for text in given]
        strange = next((text for text, word in zip(given, chosen, strict=True) if word is None), None)
        if strange is not None:
            guess = did_you_mean(strange, bank)
            hint = f" Did you mean “{guess}”?" if guess else ""
            return unclear(f"“{printable(strange)}” is none of the words to choose from.{hint}")
        given = [word or "" for word in chosen]
    feedback = tuple(_blank(question, number, text, neighbours) for number, text in enumerate(given))
    good = sum(f.right for f in feedback)
    share = 0.0 if question.partial == "all" else None
    return partly(good, len(feedback), "blanks", feedback, share=share)


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


def _blank(question: Cloze, number: int, text: str, neighbours: Sequence[str]) -> OptionFeedback:
    accept = question.blanks[number]
    name = f"({number + 1}) " if len(question.blanks) > 1 else ""
    if not fold(text):
        return OptionFeedback(f"{name}left empty", True, False, f"It is “{first_words(question)[number]}”.")
    rejected = {**question.reject, **question.wrong}
    # The other blanks' words are terms that a typo must not cross into.
    others = [word for words in question.blanks for word in words if word not in accept and not is_pattern(word)]
    verdict = judge(text, accept, typos=question.typos, reject=rejected, neighbours=(*neighbours, *others))
    option = f"{name}{printable(text)}"
    if verdict.fits:
        forgiven = f"A small typo was forgiven: it is spelled “{verdict.meant}”." if verdict.meant else ""
        return OptionFeedback(option, True, True, forgiven)
    return OptionFeedback(option, True, False, f"{verdict.why} It is “{first_words(question)[number]}”.".strip())
