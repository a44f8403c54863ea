"""Which questions a sitting asks, and in which order. Pure: a seed draws the same every time."""

import random
import re
from collections.abc import Mapping, Sequence

from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.folding import fold
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.siblings import siblings
from dlquiz.quiz.view import seen

_MOST_COMPARED = 200
"""Of more questions nobody compares each with each."""
_SHORTEST = 3
"""Letters of an answer that can be recognised in another question; shorter ones stand everywhere."""


def drawn(
    quiz: Quiz, seed: int, *, met: frozenset[str] | None = None, last: Mapping[str, bool] | None = None
) -> tuple[Question, ...]:
    """Draw ``quiz.draw`` questions (all if None) in the order in which they are asked.

    Of questions about the same fact only one is drawn, as long as there are enough others. A word that has to be typed
    is asked before the questions that show it.

    Parameters
    ----------
    quiz : Quiz
    seed : int
    met : frozenset of str, optional
        The exercises whose lessons the learner has met: questions that need another lesson are left out, so fewer than
        ``draw`` may come back, or none. Without it every question may be drawn.
    last : mapping, optional
        Whether the last answer to a question was right, by its id. What was never asked is drawn first, then what was
        answered wrongly. Without it chance alone decides.
    """
    by_id = {question.id: question for question in quiz.questions}
    ids = sorted(by_id)
    random.Random(f"{seed}:questions").shuffle(ids)
    if last is not None and quiz.draw:
        ids.sort(key=lambda name: 0 if name not in last else 1 + last[name])
    open_to = [by_id[name] for name in ids if met is None or (quiz.lesson_of(by_id[name]) or "") in {*met, ""}]
    chosen = _different(quiz, open_to, quiz.draw) if quiz.draw else open_to
    if last is not None and quiz.draw:
        random.Random(f"{seed}:order").shuffle(chosen)
    return tuple(_words_first(chosen) if len(chosen) <= _MOST_COMPARED else chosen)


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


def _words_first(questions: Sequence[Question]) -> list[Question]:
    ordered = list(questions)
    for question in questions:
        words = typed_words(question)
        place = ordered.index(question)
        if words:
            giver = next((i for i in range(place) if shows(ordered[i], words)), place)
            ordered.insert(giver, ordered.pop(place))
    return ordered


def _stands_in(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
