"""A name that the exercise asks for is not there: what the learner has called it, most likely."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from dlquiz.grading.twins import called, skeleton

_NAME = re.compile(r"[^\W\d]\w{0,80}(\.[^\W\d]\w{0,80})?")


def known_names(text: str) -> list[str]:
    """Return the names that a worker says the file defines: ``relu``, and for methods ``Net.relu``."""
    return [name for name in text.split()[:500] if _NAME.fullmatch(name)]


def suggestion(name: str, defined: Sequence[str]) -> str:
    """Return a sentence about the defined name that is most likely meant; empty if none is."""
    functions = [one for one in defined if "." not in one]
    for other in functions:
        if skeleton(other) == skeleton(name):
            strange = next(letter for letter in other if skeleton(letter) != letter)
            return (
                f"It defines {other}, which looks the same; but one letter is {called(strange)}. Type the name again."
            )
    for other in functions:
        if _folded(other) == _folded(name):
            return f"It defines {other}; call it {name}, letter for letter."
    for owner, _, method in (one.partition(".") for one in defined):
        if method == name:
            return f"The class {owner} has a method {name}; the exercise asks for a function outside of a class."
    if close := get_close_matches(name, functions, n=1, cutoff=0.8):
        return f"It defines {close[0]}; if that is the one, call it {name}."
    return ""


def _folded(name: str) -> str:
    return name.casefold().replace("_", "")
