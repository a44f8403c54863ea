"""Marking a short typed answer: ``short``."""

from collections.abc import Sequence

from dlquiz.model.quiz import Short
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.text import LONGEST, fold
from dlquiz.quiz.words import judge


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
    if not fold(text):
        return unclear("Please type a word or a short phrase.")
    verdict = judge(text, question.accept, typos=question.typos, reject=question.reject, neighbours=neighbours)
    if verdict.fits:
        return right(f"A small typo was forgiven: it is spelled “{verdict.meant}”." if verdict.meant else "")
    if verdict.foreseen:
        return wrong(feedback=(OptionFeedback(verdict.foreseen, True, False, verdict.why),))
    return wrong()
