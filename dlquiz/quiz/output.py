"""Marking what a program prints: ``output``. Nothing is run here; ``quiz check`` runs the code behind the wall."""

import re
from collections.abc import Mapping

from dlquiz.model.quiz import Output
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong

LONGEST_OUTPUT = 4000

_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "−": "-"})


def canonical(text: str) -> str:
    """Return an output without the differences that make none: line ends, runs of spaces, spaces beside brackets."""
    line = " ".join(text.translate(_QUOTES).split())
    return re.sub(r"(?<=[(\[{]) | (?=[)\]},])|(?<=,) ", "", line)


def same_output(one: str, other: str) -> bool:
    """Return whether two outputs are the same but for white space."""
    return canonical(one) == canonical(other)


def mark_output(question: Output, answer: Answer) -> Mark:
    """Mark a typed output. Another case of the letters is forgiven, with a word about it."""
    text = as_text(answer)
    if text is None and not isinstance(answer, bool | int | float | str | Mapping):
        text = "\n".join(answer)  # a list: one text a line
    if text is None or not text.strip():
        return unclear("Please type what the code prints.")
    if len(text) > LONGEST_OUTPUT:
        return unclear(f"This is too long (at most {LONGEST_OUTPUT} characters).")
    typed, wanted = canonical(text), canonical(question.answer)
    if typed == wanted:
        return right()
    for foreseen, why in question.reject.items():
        if canonical(foreseen) == typed:
            return wrong(_prints(question), (OptionFeedback(foreseen, True, False, why),))
    if typed.casefold() == wanted.casefold():
        return right(f"Python writes it “{wanted}”.")
    return wrong(_prints(question))


def _prints(question: Output) -> str:
    return f"It prints “{' '.join(question.answer.split())}”."
