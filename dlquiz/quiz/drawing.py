"""Which questions a sitting asks, and in which order. Pure: a seed draws the same every time."""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set

from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.folding import fold
from dlquiz.quiz.glossary import tag_of
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.siblings import siblings
from dlquiz.quiz.view import seen

_MOST_COMPARED = 200
"""Of more questions nobody compares each with each."""
_SHORTEST = 3
"""Letters of an answer that can be recognised in another question; shorter ones stand everywhere."""


def drawn(
    quiz: Quiz,
    seed: int,
    *,
    met: frozenset[str] | None = None,
    last: Mapping[str, bool] | None = None,
    told: Set[str] = frozenset(),
) -> tuple[Question, ...]:
    """Draw ``quiz.draw`` questions (all if None) in the order in which they are asked.

    Of questions about the same fact only one is drawn, as long as there are enough others. A word that has to be typed
    is asked before the questions that show it. Of questions that are equally fresh, those are drawn whose kinds and
    terms are rarest among the drawn ones; neighbours differ in both where they can.

    Parameters
    ----------
    quiz : Quiz
    seed : int
    met : frozenset of str, optional
        The exercises whose lessons the learner has met: questions that need another lesson are left out, so fewer than
        ``draw`` may come back, or none. Without it every question may be drawn.
    last : mapping, optional
        Whether the last answer to a question was right, by its id. What was never asked is drawn first, then what was
        answered wrongly. Without it all are equally fresh.
    told : set of str, optional
        Questions whose facts were asked today, in another question: they are drawn only where there are no others.
    """
    by_id = {question.id: question for question in quiz.questions}
    ids = sorted(by_id)
    random.Random(f"{seed}:questions").shuffle(ids)
    known = last or {}
    freshness = {name: (name in told, 1 + known[name] if name in known else 0) for name in ids}
    open_to = [by_id[name] for name in ids if met is None or (quiz.lesson_of(by_id[name]) or "") in {*met, ""}]
    if not quiz.draw:
        return tuple(words_first(open_to))
    chosen = _different(quiz, spread(open_to, lambda one: freshness[one.id]), quiz.draw)
    random.Random(f"{seed}:order").shuffle(chosen)
    return tuple(words_first(apart(chosen)))


def spread(questions: Sequence[Question], rank: Callable[[Question], tuple[int, ...]]) -> list[Question]:
    """Put the lowest ranks first, and in each rank what has the rarest kind and terms among those before it."""
    left, placed = list(questions), list[Question]()
    kinds, terms = Counter[str](), Counter[str]()
    while left:
        chosen = min(
            left, key=lambda one: (rank(one), max((terms[t] for t in terms_of(one)), default=0), kinds[one.kind])
        )
        left.remove(chosen)
        placed.append(chosen)
        kinds[chosen.kind] += 1
        terms.update(terms_of(chosen))
    return placed


def apart(questions: Sequence[Question]) -> list[Question]:
    """Move questions so that neighbours have other terms and another kind, where there is one left; keep the order."""
    left, placed = list(questions), list[Question]()
    while left:
        before = placed[-1] if placed else None
        chosen = min(left, key=lambda one: _likeness(one, before))  # the first of several
        left.remove(chosen)
        placed.append(chosen)
    return placed


def terms_of(question: Question) -> frozenset[str]:
    """Return what a question is about; two words for one term are one."""
    return frozenset(map(tag_of, question.tags))


def _likeness(one: Question, other: Question | None) -> int:
    if other is None:
        return 0
    return 2 * bool(terms_of(one) & terms_of(other)) + (one.kind == other.kind)


def shows(question: Question, words: Sequence[str]) -> bool:
    """Return whether a question shows one of these words to whoever it is asked, before any answer."""
    asked = seen(question)
    text = fold(" \n ".join((asked.stem(), *asked.options, *asked.partners, asked.code)))
    return any(_stands_in(fold(word), text) for word in words)


def typed_words(question: Question) -> tuple[str, ...]:
    """Return the words of which one has to be typed; none if the answer is chosen, or is no word."""
    kind = KINDS[question.kind]
    concrete = question.all_variants[0] if question.all_variants else question
    if not kind.places(concrete) or kind.options(concrete):
        return ()
    return tuple(word for word in kind.keys(concrete) if len(word) >= _SHORTEST)


def _different(quiz: Quiz, questions: Sequence[Question], count: int) -> list[Question]:
    """Return the first ``count``, leaving out what asks the same fact as one before it, if there are enough others."""
    same = siblings({"": quiz})
    chosen: list[Question] = []
    put_off: list[Question] = []
    for question in questions:
        known = {name.removeprefix("/") for name in same.get(f"/{question.id}", ())}
        (put_off if any(other.id in known for other in chosen) else chosen).append(question)
    return [*chosen, *put_off][:count]


def words_first(questions: Sequence[Question]) -> list[Question]:
    """Move a question whose answer is a word to type before the first one that shows this word."""
    ordered = list(questions)
    if len(ordered) > _MOST_COMPARED:
        return ordered
    for question in questions:
        words = typed_words(question)
        place = ordered.index(question)
        if words:
            giver = next((i for i in range(place) if shows(ordered[i], words)), place)
            ordered.insert(giver, ordered.pop(place))
    return ordered


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
