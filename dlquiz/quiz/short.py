"""Marking a short typed answer: ``short``."""

from collections.abc import Sequence

from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import Short
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.text import LONGEST, distance, fold, opposite, printable, same_digits, says, typos_allowed


def mark_short(question: Short, answer: Answer, neighbours: Sequence[str] = ()) -> Mark:
    """Mark a typed word or phrase.

    Parameters
    ----------
    question : Short
        ``accept`` and ``reject`` hold texts or ``/regular expressions/``.
    answer : Answer
        What was typed.
    neighbours : sequence of str
        Other terms of the quiz. An answer that is as near to one of them is never forgiven as a typo.
    """
    text = as_text(answer)
    if text is None:
        return unclear("Please give one word or phrase.")
    if len(text) > LONGEST:
        return unclear(f"This is too long (at most {LONGEST} characters). A word or a short phrase is enough.")
    word = fold(text)
    if not word:
        return unclear("Please type a word or a short phrase.")
    # Accepted texts first: an author who accepts `/mini.?batch/` and rejects `batch` means both.
    if any(says(pattern, text) for pattern in question.accept):
        return right()
    for pattern, why in question.reject.items():
        if says(pattern, text):
            option = printable(text) if is_pattern(pattern) else pattern
            return wrong(feedback=(OptionFeedback(option, True, False, why),))
    return _forgive(question, word, neighbours)


def _forgive(question: Short, word: str, neighbours: Sequence[str]) -> Mark:
    """Mark an answer that is spelled as nobody foresaw."""
    found = _typo_of(question, word)
    rejected = [pattern for pattern in question.reject if not is_pattern(pattern)]
    # A neighbour that this question accepts is no other term.
    others = [*rejected, *(n for n in neighbours if not any(says(p, n) for p in question.accept))]
    if found is not None:
        meant, edits = found
        if not any(distance(word, fold(other), at_most=edits) <= edits for other in others):
            return right(f"A small typo was forgiven: it is spelled “{meant}”.")
    for pattern in rejected:
        term = fold(pattern)
        allowed = typos_allowed(len(term), 2)
        if allowed and distance(word, term, at_most=allowed) <= allowed and same_digits(word, term):
            return wrong(feedback=(OptionFeedback(pattern, True, False, question.reject[pattern]),))
    return wrong()


def _typo_of(question: Short, word: str) -> tuple[str, int] | None:
    """Return the accepted text that ``word`` is a forgivable misspelling of, and the number of edits."""
    best: tuple[str, int] | None = None
    for pattern in question.accept:
        if is_pattern(pattern):
            continue
        term = fold(pattern)
        allowed = typos_allowed(len(term), question.typos)
        if not allowed or opposite(word, term) or not same_digits(word, term):
            continue
        edits = distance(word, term, at_most=allowed)
        if edits <= allowed and (best is None or edits < best[1]):
            best = (pattern, edits)
    return best
