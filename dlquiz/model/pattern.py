"""Patterns that an author may write as ``/…/`` in a short answer.

They run on what a learner types, so they must not be able to take for ever: the
pattern is short, has few quantifiers, and none inside a repeated group. With
``MAX_QUANTIFIERS`` quantifiers, at most ``MAX_REPEATS`` of them unbounded, and an
answer of at most ``MAX_ANSWER`` characters, the worst case is some milliseconds.
"""

import re
from functools import lru_cache

MAX_PATTERN = 100
MAX_ANSWER = 200
MAX_QUANTIFIERS = 8
MAX_REPEATS = 2

_QUANTIFIER = re.compile(r"[*+?]|\{\d*,?\d*\}")


def is_pattern(text: str) -> bool:
    """Return whether ``text`` is written as ``/pattern/``."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> re.Pattern[str]:
    r"""Compile a ``/pattern/``; use it with ``fullmatch`` on at most `MAX_ANSWER` characters.

    Upper and lower case are the same.

    Raises
    ------
    ValueError
        The pattern is broken or could be slow; the message says why.

    Examples
    --------
    >>> bool(compile_pattern("/mini.?batch(es)?/").fullmatch("Mini-Batches"))
    True
    """
    body = text[1:-1]
    if len(body) > MAX_PATTERN:
        raise ValueError(f"it has {len(body)} characters; {MAX_PATTERN} are allowed")
    try:
        compiled = re.compile(body, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"Python cannot read it: {error}") from error
    _refuse_slow(body)
    if compiled.fullmatch(""):
        raise ValueError("it also matches an empty answer")
    return compiled


def _refuse_slow(body: str) -> None:
    """Raise ValueError for what could make matching slow: see the module's docstring."""
    groups = [False]  # per open group: does it hold a quantifier or an alternative?
    closed = False  # did a group with one of those end just before this place?
    quantifiers = repeats = 0
    place = 0
    while place < len(body):
        char = body[place]
        found = _QUANTIFIER.match(body, place)
        if found:
            again = _repeats(found.group())
            if closed and again:
                raise ValueError("a repeated group may not hold another quantifier or '|'")
            groups[-1] = True
            quantifiers += 1
            repeats += again
            place = found.end()
            place += body[place : place + 1] in ("?", "+")  # lazy or possessive: the same quantifier
            closed = False
            continue
        closed = False
        if char == "\\":
            if body[place + 1].isdigit():
                raise ValueError("references to groups (\\1) are not allowed")
            place += 1
        elif char == "[":
            place = _end_of_class(body, place)
        elif char == "(":
            if body.startswith("(?", place) and not body.startswith("(?:", place):
                raise ValueError("of the groups that begin with '(?' only '(?:' is allowed")
            place += 2 if body.startswith("(?:", place) else 0
            groups.append(False)
        elif char == "|":
            groups[-1] = True
        elif char == ")":
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
        place += 1
    if quantifiers > MAX_QUANTIFIERS:
        raise ValueError(f"it has {quantifiers} quantifiers (* + ? {{}}); {MAX_QUANTIFIERS} are allowed")
    if repeats > MAX_REPEATS:
        raise ValueError(f"it has {repeats} repeats (* + {{}}); {MAX_REPEATS} are allowed")


def _repeats(quantifier: str) -> bool:
    return quantifier not in ("?", "{0}", "{1}", "{0,1}", "{,1}", "{1,1}")


def _end_of_class(body: str, start: int) -> int:
    """Return the place of the ``]`` that ends the class which begins at ``start``."""
    place = start + 1
    place += body[place] == "^"
    place += body[place] == "]"  # a first ']' is a member
    while body[place] != "]":
        place += 2 if body[place] == "\\" else 1
    return place
