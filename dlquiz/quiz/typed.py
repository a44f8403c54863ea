"""What a person types at a question: labels of options, or the answer itself."""

import re
from collections.abc import Sequence

from dlquiz.model.quiz import Question
from dlquiz.quiz.mark import Answer
from dlquiz.quiz.options import find_option

_MOST_LETTERS = 16
"""Beyond ``p`` comes ``q``, which stops the quiz."""


def labelled(options: Sequence[str]) -> dict[str, str]:
    """Return each option by what to type for it: numbers, or letters if an option is itself a number."""
    if _any_number(options) and len(options) <= _MOST_LETTERS:
        return {chr(ord("a") + i): option for i, option in enumerate(options)}
    return {str(i): option for i, option in enumerate(options, 1)}


def read_typed(question: Question, options: Sequence[str], text: str) -> Answer:
    """Turn a typed line into an answer.

    Parameters
    ----------
    question : Question
        What was asked.
    options : sequence of str
        The options in the order shown; empty for typed kinds.
    text : str
        ``2``, ``b``, ``1 3``, ``a,c``, or an option's text. What `labelled` shows comes first; letters work beside
        numbers unless an option is itself one letter.

    Returns
    -------
    Answer
        Option texts where they could be found; otherwise the text as it is, for marking to call unclear.
    """
    text = text.strip()
    if not options:
        return text
    if question.kind != "multi":
        return _by_label(text, options) or text
    whole = find_option(text, options)
    if whole is not None and _by_label(text, options) is None:
        return (whole,)
    for separator in (r"[\s,;]+", r"\s*;\s*"):
        parts = [part for part in re.split(separator, text) if part]
        found = [_by_label(part, options) or find_option(part, options) for part in parts]
        if parts and all(found):
            return tuple(dict.fromkeys(option for option in found if option))
    return tuple(part for part in re.split(r"\s*;\s*", text) if part)


def _by_label(text: str, options: Sequence[str]) -> str | None:
    label = text.strip().rstrip(".)").casefold()
    shown = labelled(options)
    if label in shown:
        return shown[label]
    any_letter = any(len(option.strip()) == 1 and option.strip().isalpha() for option in options)
    if "1" in shown and not any_letter and len(options) <= _MOST_LETTERS and re.fullmatch(r"[a-p]", label):
        return dict(enumerate(options)).get(ord(label) - ord("a"))
    return None


def _any_number(options: Sequence[str]) -> bool:
    return any(option.strip().isdigit() for option in options)
