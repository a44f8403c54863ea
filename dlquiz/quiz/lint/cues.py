"""Rules about cues: what leads a test-wise reader to the answer without knowledge."""

import re
from collections.abc import Iterator
from itertools import combinations

from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import fold, term
from dlquiz.quiz.glossary import TERMS
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, QuizSet, Severity
from dlquiz.quiz.lint.sources import HALADYNA, NBME
from dlquiz.quiz.lint.words import content_words, cut, options, words

_KNOWN_TERMS = frozenset(term(name) for name in TERMS)
_ARTICLE = re.compile(r"(?<![\w-])(an?)\s*$", re.IGNORECASE)
_LAST_WORD = re.compile(r"([^\W\d_][\w'’]*)(\s+|-)$")
_HEDGES = frozenset("may might perhaps possibly probably presumably somewhat".split())
_CENTRE = 0.5
"""So much of the words (as a share of all in both) the right option shares with every wrong one."""
_LEAST_WORDS = 3


def article_cues(question: Question) -> Iterator[tuple[str, str]]:
    """Yield article and word of every blank behind "a" or "an" that one word of the bank alone fits."""
    bank, gaps = _bank_and_gaps(question)
    for word, before in gaps:
        found = _ARTICLE.search(before)
        if found:
            vowel = found[1].lower() == "an"
            fits = [other for other in bank if (other.lstrip("`*$ ")[:1].lower() in "aeiou") == vowel]
            if fits == [word]:
                yield found[1], word


def _capital(question: Question, _: QuizFile) -> Iterator[Hit]:
    """Find a blank at the beginning of a sentence whose word has a capital for that reason alone."""
    bank, gaps = _bank_and_gaps(question)
    small = [word for word in bank if word[:1].islower()]
    for word, before in gaps if small else ():
        begins = not before.strip() or re.search(r"[.?!:]\s*$", before)
        if begins and word[:1].isupper() and word[1:2].islower():
            message = (
                f"'{cut(word)}' has its capital for the sentence that it begins; '{cut(small[0])}' cannot stand there"
            )
            yield Hit(message, "put the blank into the middle of the sentence, or write all words alike", ("stem",))


def _collocation(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a blank that stands in a fixed phrase of the field, which no other word of the bank makes with it."""
    bank, gaps = _bank_and_gaps(question)
    for word, before in gaps if file.english else ():
        found = _LAST_WORD.search(before)
        if not found or found[1].lower() in ("a", "an", "the"):
            continue
        made = [other for other in bank if term(f"{found[1]} {other}") in _KNOWN_TERMS]
        if made == [word]:
            message = f"'{found[1]}{found[2].strip() or ' '}…' is a fixed phrase that '{word}' alone completes"
            yield Hit(message, "ask for the whole phrase, or for the other part of it", ("stem",))


def _match_clang(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a term that shares a word with its own meaning and with no other one."""
    pairs = KINDS[question.kind].matched(question)
    for name, meaning in pairs if file.english else ():
        options = KINDS[question.kind].options(question)
        others = [one for one, _ in pairs if one != name] + [text for text in options if text != meaning]
        shared = _stems(name) & _stems(meaning)
        loud = [word for word in shared if not any(word in _stems(other) for other in others)]
        if loud:
            message = f"'{cut(name)}' and its meaning share '{min(loud)}', and no other one has it"
            yield Hit(message, "say it in other words, or use the word in another meaning too", ("pairs", name))


def _bank_and_gaps(question: Question) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the words to choose from, and the gaps to fill with them; nothing if blanks are typed."""
    bank = KINDS[question.kind].options(question)
    return (bank, KINDS[question.kind].gaps(question)) if bank else ((), ())


def _stems(text: str) -> frozenset[str]:
    parts = frozenset(part for word in words(text) for part in re.split(r"[-'’]", word) if len(part) > 3)
    return content_words(text) | content_words(" ".join(parts))


def _convergence(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a right option from which each wrong one was made by one change, while they differ from each other."""
    listed = options(question)
    if not KINDS[question.kind].one_right or len(listed) < 4 or not file.english:
        return
    right, *wrong = [frozenset(_plain(option.text)) for option in listed]
    if min(map(len, (right, *wrong))) < _LEAST_WORDS:
        return
    to_key = [_alike(right, other) for other in wrong]
    between = [_alike(one, other) for one, other in combinations(wrong, 2)]
    if min(to_key) >= _CENTRE and max(between) < min(to_key):
        message = f"each wrong option is '{cut(listed[0].text)}' with one part changed; they share less with each other"
        yield Hit(message, "let two wrong options share something that the right one has not", listed[0].path)


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|[^\w\s]", fold(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _hedged_key(question: Question, file: QuizFile) -> Iterator[Hit]:
    listed = options(question)
    if not KINDS[question.kind].one_right or not file.english:
        return
    right, *wrong = listed
    said = sorted(_HEDGES & set(words(right.text)))
    if said and not any(_HEDGES & set(words(option.text)) for option in wrong):
        message = f"only the right option is cautious ('{said[0]}')"
        yield Hit(message, "say it plainly, or let a wrong option be cautious, too", right.path)


def _convergence_overall(quizzes: QuizSet) -> Iterator[Hit]:
    """Find that the option most like the others is the right one more often than by chance."""
    hits, wanted, spread, first = 0.0, 0.0, 0.0, ("", "")
    for file in quizzes.files:
        for question in file.quiz.questions if file.english else ():
            listed = options(question)
            if not KINDS[question.kind].one_right or len(listed) < _FEWEST_OPTIONS:
                continue
            likes = _likeness([frozenset(_plain(option.text)) for option in listed])
            best = [place for place, like in enumerate(likes) if like == max(likes)]
            hits += (0 in best) / len(best)
            wanted += 1 / len(listed)
            spread += (1 - 1 / len(listed)) / len(listed)
            if best == [0] and not first[0]:
                first = (file.name, question.id)
    if first[0] and wanted >= _FEWEST_BY_CHANCE and hits > wanted + _TOO_OFTEN * spread**0.5:
        message = f"the option most like the others is right in {hits:.0f} questions; chance would give {wanted:.0f}"
        help = "make wrong options alike, and not only each of them like the right one"
        yield Hit(message, help, ("right",), question=first[1], file=first[0])


def _likeness(texts: list[frozenset[str]]) -> list[float]:
    return [sum(_alike(one, other) for other in texts if other is not one) for one in texts]


_FEWEST_OPTIONS = 3
_FEWEST_BY_CHANCE = 8
_TOO_OFTEN = 1.64
"""Standard deviations: chance alone exceeds them in one of twenty banks."""


RULES = (
    LintRule(
        "capital",
        Severity.WARNING,
        "A blank begins a sentence, its word has a capital, and others of the bank have none.",
        "Spelling gives the answer away.",
        NBME,
        each=_capital,
    ),
    LintRule(
        "collocation",
        Severity.WARNING,
        "A blank stands in a fixed phrase, and one word of the bank alone completes it.",
        "Who has heard the phrase fills the blank without knowing what it means.",
        NBME,
        each=_collocation,
    ),
    LintRule(
        "match-clang",
        Severity.WARNING,
        "A term and its meaning share a word that no other meaning has.",
        "The pair is found by its sound.",
        NBME,
        each=_match_clang,
    ),
    LintRule(
        "convergence",
        Severity.WARNING,
        "Each wrong option is the right one with one part changed; or the option most like the others is right in too "
        "many questions.",
        "Test-wise learners choose the option that has most in common with the others.",
        NBME,
        each=_convergence,
        together=_convergence_overall,
    ),
    LintRule(
        "hedged-key",
        Severity.WARNING,
        "The right option alone says may, might, perhaps or the like.",
        "Cautious claims are more often true, and readers know it.",
        HALADYNA,
        each=_hedged_key,
    ),
)
