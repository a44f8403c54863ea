"""Rules about statements to judge, and about stems that ask nothing by themselves."""

import re
from collections.abc import Iterator
from math import comb

from dlquiz.model.quiz import Question
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, QuizSet, Severity
from dlquiz.quiz.lint.sources import HALADYNA, NBME
from dlquiz.quiz.lint.words import content_words, prose, words

_ABSOLUTE = frozenset(
    "all always any completely every exactly impossible must never no none nobody nothing only whatever".split()
)
_CAUTIOUS = frozenset(
    "about almost approximately can could may might mostly often perhaps possibly probably roughly some sometimes tend "
    "tends usually".split()
)
_LEAST_STATEMENTS = 8
_CHANCE = 0.05
_VERB = (
    r"(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|may|might|must|needs?|gives?|takes?|makes?|"
    r"goes|go|gets?|keeps?|uses?|learns?|learnt|knows?|finds?|holds?|becomes?|leaves?|works?|began|begins?|means?|"
    r"\w+ed|\w{3,}s)"
)
_SECOND = re.compile(
    rf"(?:;\s+|,\s+(?:and|but|while|whereas|since|as|because|so|though|although)\s+(?!in\b)"
    rf"|\s+(?:but|while|whereas|because|since|although)\s+|\.\s+(?=[A-Z]))(?=[^.;]*\b{_VERB}\b)",
)
_AND_VERB = re.compile(
    r"\s+and\s+(?:(?:it|they)\s+|also\s+)*"
    r"(?:is|are|was|were|has|have|had|can|could|will|must|needs?|leaves?|contains?|means?|does|do)\b"
)
_EMPTY = re.compile(
    r"\W*(?:which|what)\b[^?.]*\b(?:statements?|sentences?|claims?|facts?|of these|of the following)\b[^?.]*"
    r"\b(?:right|true|correct|holds?|fits?|apply|applies)\b[^?.]*\?", re.IGNORECASE,
)  # fmt: skip
_FORMAL = frozenset("choose statement sentence claim fact following correct".split())
_FEWEST_WORDS = 4


def _two_ideas(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a statement with two claims. A case that is described first, in sentences of its own, is none of them."""
    if KINDS[question.kind].stem_is != "statement" or not file.english:
        return
    text = " ".join(prose(question.stem).replace("*", "").split())
    sentence = re.split(r"(?<=[.?!])\s+(?=[A-Z“\"])", text)[-1]
    found = _SECOND.search(sentence) or _AND_VERB.search(sentence)
    if found:
        message = f"the statement makes a second claim behind '{found[0].strip(' ,;')}'"
        yield Hit(
            message, "ask about one thing; say the other in the explanation, or before, as what is given", ("stem",)
        )


def _bare_stem(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a question that cannot be thought about before its options are read."""
    if not file.english or not KINDS[question.kind].keyed_options(question):
        return
    text = prose(question.stem)
    found = _EMPTY.search(text)
    if found and len(content_words(text) - _FORMAL) < _FEWEST_WORDS:
        message = "the stem asks nothing: only the options say what it is about"
        yield Hit(message, "ask a question that can be answered without them", ("stem",))


def _cautious_is_true(quizzes: QuizSet) -> Iterator[Hit]:
    """Find that "cautious is true, absolute is false" answers more statements than chance would."""
    followed, others = [], 0
    for file in quizzes.files:
        for question in file.quiz.questions if file.english else ():
            if KINDS[question.kind].stem_is != "statement":
                continue
            guess = _guess(question)
            if guess is None:
                continue
            if guess is _is_true(question):
                followed.append((file.name, question.id))
            else:
                others += 1
    count = len(followed) + others
    if count < _LEAST_STATEMENTS or _chance(len(followed), count) > _CHANCE:
        return
    name, question_id = followed[0]
    message = f"cautious statements are true and absolute ones false in {len(followed)} of {count} cases"
    yield Hit(message, "write true statements that are absolute, and false ones that are cautious", ("stem",),
              question=question_id, file=name)  # fmt: skip


def _guess(question: Question) -> bool | None:
    """Return what a reader who knows nothing answers by the words alone; None if they say nothing."""
    said = set(words(question.stem.replace("*", "")))
    cautious, absolute = bool(said & _CAUTIOUS), bool(said & _ABSOLUTE)
    return None if cautious == absolute else cautious


def _is_true(question: Question) -> bool:
    return KINDS[question.kind].right_answer_value(question, "en") is True


def _chance(hits: int, count: int) -> float:
    """Return how probable it is that a coin shows so many hits or more."""
    return float(sum(comb(count, k) for k in range(hits, count + 1)) / 2**count)


RULES = (
    LintRule(
        "two-ideas",
        Severity.WARNING,
        "A true-or-false statement makes two claims.",
        "A wrong answer does not tell which of the two was taken for wrong.",
        HALADYNA,
        each=_two_ideas,
    ),
    LintRule(
        "bare-stem",
        Severity.WARNING,
        "The stem only asks which statements are right, and about what, the options must say.",
        "A reader cannot think of an answer first, and compares options instead.",
        HALADYNA,
        each=_bare_stem,
    ),
    LintRule(
        "cautious-is-true",
        Severity.WARNING,
        "Of the true-or-false statements, cautious ones are true and absolute ones false more often than by chance.",
        "The words alone then answer, as in so many tests.",
        NBME,
        together=_cautious_is_true,
    ),
)
