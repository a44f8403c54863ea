"""What a person types for an option, and for what options are given to."""

import re
from collections.abc import Sequence

from dlquiz.model.view import Asked

LETTERS = "abcdefghijklmnop"
"""Beyond ``p`` comes ``q``, which stops the quiz."""


def partners(asked: Asked) -> dict[str, str]:
    """Return what the options are given to, by letters: terms that want a meaning, groups that want items."""
    return dict(zip(LETTERS, asked.partners, strict=False))


def labelled(options: Sequence[str], *, numbers: bool = False) -> dict[str, str]:
    """Return each option by what to type for it: numbers, or letters if an option is itself a number.

    ``numbers`` keeps to numbers: where letters stand for `partners`.
    """
    if not numbers and _any_number(options) and len(options) <= len(LETTERS):
        return {chr(ord("a") + i): option for i, option in enumerate(options)}
    return {str(i): option for i, option in enumerate(options, 1)}


def by_label(text: str, options: Sequence[str]) -> str | None:
    """Return the option that a label means.

    What `labelled` shows comes first; letters work beside numbers unless an option is itself one letter.
    """
    label = text.strip().rstrip(".)").casefold()
    shown = labelled(options)
    if label in shown:
        return shown[label]
    any_letter = any(len(option.strip()) == 1 and option.strip().isalpha() for option in options)
    if "1" in shown and not any_letter and len(options) <= len(LETTERS) and re.fullmatch(r"[a-p]", label):
        return dict(enumerate(options)).get(ord(label) - ord("a"))
    return None


def _any_number(options: Sequence[str]) -> bool:
    return any(option.strip().isdigit() for option in options)
