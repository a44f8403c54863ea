"""Mark an answer to a question. Pure: the same question and answer always give the same mark."""

from dlquiz.model.mark import Answer, Mark, OptionFeedback
from dlquiz.model.params import variant as concrete
from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.folding import fold, says, term
from dlquiz.quiz.glossary import TERMS
from dlquiz.quiz.kinds.base import Setting
from dlquiz.quiz.kinds.registry import KINDS

__all__ = [
    "Answer",
    "Mark",
    "OptionFeedback",
    "mark",
    "mark_in",
    "neighbours",
    "options_of",
    "right_answer",
    "right_answer_value",
]

_LONGEST_TERM = 40


def mark_in(quiz: Quiz, question: Question, answer: Answer, variant: int | None = None) -> Mark:
    """Mark an answer to a question of a quiz, wherever it was given: in a sitting, a file, or by a class.

    Parameters
    ----------
    quiz : Quiz
        Gives the language, and the terms that a typing mistake must not cross into.
    question : Question
        One of the quiz's questions, or a variant of one.
    answer : Answer
        As for `mark`.
    variant : int, optional
        Which variant of a parametric question was asked, from 0; needed for such a question, and for no other one.

    Raises
    ------
    ValueError
        A parametric question without its variant: the first one would often be another question.
    IndexError
        There is no such variant.
    """
    if question.params and variant is None:
        raise ValueError(f"question '{question.id}' has parameters: marking needs to know which variant was asked")
    asked = concrete(question, variant)
    return mark(asked, answer, lang=quiz.lang, neighbours=neighbours(quiz, asked))


def mark(question: Question, answer: Answer, *, lang: str = "en", neighbours: tuple[str, ...] = ()) -> Mark:
    """Mark one answer to a concrete question by itself; `mark_in` marks as its quiz does.

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
    return KINDS[question.kind].mark(question, answer, Setting(lang, neighbours))


def neighbours(quiz: Quiz, question: Question) -> tuple[str, ...]:
    """Collect other terms: accepted and rejected texts, short option texts and tags of the quiz, and the glossary.

    Terms that ``question`` itself accepts are left out, and the plurals of these. None where no words are typed.
    """
    own = [text for place in KINDS[question.kind].places(question) for text in place.accept]
    if not own:
        return ()
    # Sets, because a class is marked one answer at a time: comparing each term with each text takes ten times as long.
    folded, spelled = {fold(text) for text in own}, {term(text) for text in own}
    patterns = [text for text in own if is_pattern(text)]
    plurals = {f"{text}{ending}" for text in folded for ending in ("s", "es")}

    def accepted(text: str) -> bool:
        return fold(text) in folded or term(text) in spelled or any(says(pattern, text) for pattern in patterns)

    found: dict[str, str] = {}
    for other in quiz.questions:
        # Tags are ids: "activation-function" is the term "activation function".
        for text in (*KINDS[other.kind].terms(other), *(tag.replace("-", " ") for tag in other.tags)):
            if not is_pattern(text) and len(text) <= _LONGEST_TERM and not accepted(text):
                found.setdefault(fold(text), text)
    for text in TERMS:
        word = fold(text)
        if not accepted(text) and word not in plurals and not {f"{word}s", f"{word}es"} & folded:
            found.setdefault(word, text)
    return tuple(found.values())


def options_of(question: Question) -> tuple[str, ...]:
    """Return the texts to choose from, in the author's order; none for typed answers."""
    return KINDS[question.kind].options(question)


def right_answer_value(question: Question, lang: str = "en") -> Answer:
    """Return the right answer in the form that `mark` takes for a quiz in this language."""
    return KINDS[question.kind].right_answer_value(question, lang)


def right_answer(question: Question, lang: str = "en") -> str:
    """Write the right answer for a person."""
    return KINDS[question.kind].right_answer(question, lang)


def missing_parts(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return the parts that a readable answer leaves out (terms, items, blanks): they count as wrong."""
    return KINDS[question.kind].missing(question, answer)
