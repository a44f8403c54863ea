"""Folding and comparing short texts: what counts as "the same word"."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dlquiz.model.pattern import MAX_ANSWER, compile_pattern, is_pattern
from dlquiz.text import one_line

LONGEST = MAX_ANSWER
"""Characters that a typed answer may have. Longer ones are refused before any other work is done on them."""

_COMPARED = 80
"""Characters that a "did you mean" looks at: the comparison takes time with the square of it."""

LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
    }
)
SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # What stands around a term and is no part of it: "the ...", "... (ABC)", "... method"
        (r"^(?:an?|the) ", ""),
        (r"(?<=[^\W\d_][^\W\d_]) \([a-z]{2,6}\)$", ""),
        (r"(?<=[^\W\d_][^\W\d_]) (?:class|method|technique)$", ""),
        # British to American
        (r"(?<=\w\w)is(?=(?:e|ed|er|ers|es|ing|ation|ations|able|ability)\b)", "iz"),
        (r"(?<=\w\w)yse", "yze"),
        (r"(colo|avio|avo|hbo)ur", r"\1r"),
        (r"\bgrey", "gray"),
        (r"\bcentre", "center"),
        (r"(fib|met|lit)re(?=s?\b)", r"\1er"),
        (r"\bartefact", "artifact"),
        (r"(catal|anal|dial)ogue", r"\1og"),
        (r"(label|model)l(?=ed|ing)", r"\1"),
        # Two words to one; between digits a hyphen is a minus sign.
        (r"(?<=[^\W\d_])[- ](?=[^\W\d_])", ""),
    )
)
"""What is replaced, one after the other, in a folded text to know it in another spelling."""

OPPOSITES = ("anti", "de", "dis", "il", "im", "in", "ir", "non", "non-", "over", "un", "under")


def tidy(text: str) -> str:
    """Collapse whitespace, and write every character in its composed form."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Return ``text`` without the differences that must not cost a point.

    Case, accents on Latin, Greek and Cyrillic letters, kinds of whitespace, dashes and quotes,
    and a final full stop are folded away. Marks of other scripts stay: there they are letters.
    """
    # Look-alikes first: NFKD makes a space and an accent of an acute that stands for an apostrophe.
    split = unicodedata.normalize("NFKD", text.translate(LOOKALIKES)).translate(LOOKALIKES).casefold()
    bare = "".join(c for c in split if not "\u0300" <= c <= "\u036f")
    folded = " ".join(unicodedata.normalize("NFC", bare).split())
    return folded.rstrip(". ") or folded


def distance(a: str, b: str, *, at_most: int | None = None) -> int:
    """Count the edits between two texts: insert, delete, replace, swap two neighbours.

    Optimal string alignment distance: Boytsov, ACM J. Exp. Algorithmics 16 (2011), doi:10.1145/1963190.1963191.

    Parameters
    ----------
    a, b : str
        Texts, already folded.
    at_most : int, optional
        Larger distances are of no interest: ``at_most + 1`` is returned for them.
    """
    from rapidfuzz.distance import OSA

    return int(OSA.distance(a, b, score_cutoff=at_most))


def typos_allowed(length: int, switch: int) -> int:
    """Return how many edits are forgiven in a word of ``length`` letters, never more than ``switch``.

    Short words are each other's typos ("bias", "bits"), so they are forgiven less.
    """
    by_length = 0 if length <= 3 else 1 if length <= 9 else 2
    return min(by_length, switch)


def says(pattern: str, answer: str) -> bool:
    """Return whether ``answer`` is what an author's ``pattern`` asks for.

    A ``/pattern/`` must match the whole answer, as typed (whitespace tidied) or folded; other text is compared folded.
    """
    if not is_pattern(pattern):
        return same_word(pattern, answer)
    if len(answer) > LONGEST:
        return False
    try:
        regex = compile_pattern(pattern)
    except ValueError:  # `reject` takes any text, also one that only looks like a pattern
        return same_word(pattern, answer)
    return any(regex.fullmatch(text) for text in (tidy(answer), fold(answer)))


def same_word(one: str, other: str) -> bool:
    """Return whether two texts are one term: folded, in British or American spelling, in one word or two.

    "mini-batch" is "mini batch" and "minibatch", "regularisation" is "regularization"; an article, a short form in
    parentheses and a word like "method" make no difference: "the gated recurrent unit (GRU)", "the fit method".
    """
    return fold(one) == fold(other) or term(one) == term(other)


@lru_cache(maxsize=16384)
def term(text: str) -> str:
    """Return ``text`` folded, and without the differences of its spellings."""
    word = fold(text)
    for pattern, replacement in SPELLINGS:
        word = pattern.sub(replacement, word)
    return word


def opposite(a: str, b: str) -> bool:
    """Return whether one folded word is the other with a prefix that turns its meaning round."""
    for prefix in OPPOSITES:
        if a == prefix + b or b == prefix + a:
            return True
    return any(
        a.startswith(p) and b.startswith(q) and a[len(p) :] == b[len(q) :]
        for p, q in (("over", "under"), ("under", "over"))
    )


def same_digits(a: str, b: str) -> bool:
    """Return whether two texts hold the same numbers in the same order ("type 1" is not "type 2")."""
    return re.findall(r"\d+", a) == re.findall(r"\d+", b)


def nearest(text: str, candidates: Iterable[str]) -> tuple[str, int] | None:
    """Return the candidate with the fewest edits to ``text`` and their number; the first of equals."""
    wanted = fold(text)
    ranked: Sequence[tuple[int, int, str]] = sorted(
        (distance(wanted, fold(c[:_COMPARED])), i, c) for i, c in enumerate(candidates)
    )
    return (ranked[0][2], ranked[0][0]) if ranked else None


def did_you_mean(text: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that ``text`` was probably meant to be, or None if none is close."""
    found = nearest(text[:_COMPARED], candidates)
    if found is None or found[1] > max(1, len(found[0]) // 3):
        return None
    return found[0]


def printable(text: str, *, at_most: int = 60) -> str:
    """Return ``text`` on one line, without control characters and not longer than ``at_most``, for a message."""
    return one_line(text, at_most)
