"""Mark an answer to a question. Pure: the same question and answer always give the same mark."""

from typing import assert_never

from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import (
    Categorise,
    Choice,
    Cloze,
    Match,
    Multi,
    Numeric,
    Order,
    Output,
    Question,
    Quiz,
    Short,
    TrueFalse,
)
from dlquiz.quiz.cloze import first_words, mark_cloze, word_bank
from dlquiz.quiz.glossary import TERMS
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback
from dlquiz.quiz.numeric import mark_numeric, shown_answer, shown_number
from dlquiz.quiz.options import FALSE, TRUE, mark_choice, mark_multi, mark_truefalse
from dlquiz.quiz.ordering import mark_order
from dlquiz.quiz.output import mark_output
from dlquiz.quiz.pairing import mark_categorise, mark_match
from dlquiz.quiz.short import mark_short
from dlquiz.quiz.text import fold, says

__all__ = ["Answer", "Mark", "OptionFeedback", "mark", "neighbours", "options_of", "right_answer", "right_answer_value"]

_LONGEST_TERM = 40


def mark(question: Question, answer: Answer, *, lang: str = "en", neighbours: tuple[str, ...] = ()) -> Mark:
    """Mark one answer.

    Parameters
    ----------
    question : Question
        Any of the kinds of ``dlquiz.model.quiz``.
    answer : Answer
        Option text, list of texts, mapping, true or false, number, or word (see `Answer`). Never a position.
    lang : str
        Language tag of the quiz: decides decimal marks and words for true and false.
    neighbours : tuple of str
        Other terms of the quiz, from `neighbours`; they keep typo forgiveness from crossing into another term.

    Returns
    -------
    Mark
        Unreadable and ambiguous answers come back as ``unclear``; nothing is raised for any text.
    """
    match question:
        case Choice():
            return mark_choice(question, answer)
        case Multi():
            return mark_multi(question, answer)
        case TrueFalse():
            return mark_truefalse(question, answer, lang)
        case Numeric():
            return mark_numeric(question, answer, lang)
        case Short():
            return mark_short(question, answer, neighbours)
        case Cloze():
            return mark_cloze(question, answer, neighbours)
        case Match():
            return mark_match(question, answer)
        case Order():
            return mark_order(question, answer)
        case Categorise():
            return mark_categorise(question, answer)
        case Output():
            return mark_output(question, answer)
    assert_never(question)


def neighbours(quiz: Quiz, question: Question) -> tuple[str, ...]:
    """Collect other terms: accepted and rejected texts, short option texts and tags of the quiz, and the glossary.

    Terms that ``question`` itself accepts are left out, and the plurals of these.
    """
    if not isinstance(question, Short | Cloze):
        return ()
    own = question.accept if isinstance(question, Short) else tuple(word for words in question.blanks for word in words)
    terms: dict[str, str] = {}
    for other in quiz.questions:
        # Tags are ids: "activation-function" is the term "activation function".
        for term in (*_terms(other), *(tag.replace("-", " ") for tag in other.tags)):
            if is_pattern(term) or len(term) > _LONGEST_TERM or any(says(p, term) for p in own):
                continue
            terms.setdefault(fold(term), term)
    for term in TERMS:
        if not any(says(text, term) or _plural(text, term) for text in own):
            terms.setdefault(fold(term), term)
    return tuple(terms.values())


def _plural(one: str, other: str) -> bool:
    short, long = sorted((fold(one), fold(other)), key=len)
    return long in (f"{short}s", f"{short}es")


def _terms(question: Question) -> tuple[str, ...]:
    match question:
        case Choice():
            return (question.right, *question.wrong)
        case Multi():
            return (*question.right, *question.wrong)
        case Short():
            return (*question.accept, *question.reject)
        case Cloze():
            return (*(word for words in question.blanks for word in words), *question.reject, *question.wrong)
        case Match():
            return tuple(question.pairs)
        case Categorise():
            return (*question.items, *question.groups)
        case _:
            return ()


def options_of(question: Question) -> tuple[str, ...]:
    """Return the texts to choose from, in the author's order; none for typed answers."""
    match question:
        case Choice():
            return (question.right, *question.wrong)
        case Multi():
            return (*question.right, *question.wrong)
        case TrueFalse():
            return (TRUE, FALSE)
        case Cloze():
            return word_bank(question)
        case Match():
            return (*question.pairs.values(), *question.extra)
        case Order():
            return question.items
        case Categorise():
            return tuple(question.items)
        case _:
            return ()


def right_answer_value(question: Question, lang: str = "en") -> Answer:
    """Return the right answer in the form that `mark` takes for a quiz in this language."""
    match question:
        case Choice():
            return question.right
        case Multi():
            return tuple(question.right)
        case TrueFalse():
            return question.answer
        case Numeric():
            return shown_number(question, lang) if question.unit else question.answer
        case Short():
            return next((text for text in question.accept if not is_pattern(text)), question.accept[0])
        case Cloze():
            return first_words(question)
        case Match():
            return dict(question.pairs)
        case Order():
            return question.items
        case Categorise():
            return question.items
        case Output():
            return question.answer
    assert_never(question)


def right_answer(question: Question, lang: str = "en") -> str:
    """Write the right answer for a person."""
    match question:
        case Multi():
            return "; ".join(question.right)
        case TrueFalse():
            return TRUE if question.answer else FALSE
        case Numeric():
            return shown_answer(question, lang)
        case Cloze():
            return "; ".join(first_words(question))
        case Match():
            return "; ".join(f"{term} → {meaning}" for term, meaning in question.pairs.items())
        case Order():
            return "; ".join(question.items)
        case Categorise():
            return "; ".join(f"{group}: {', '.join(items)}" for group, items in question.groups.items())
        case Choice() | Short() | Output():
            return str(right_answer_value(question))
    assert_never(question)
