"""Whether a typed word is one of those that the author accepts, give or take a slip of the finger.

Used by ``short`` and by each blank of a ``cloze``. The edit distance is rapidfuzz's; which slips are forgiven is ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlquiz.model.pattern import is_pattern
from dlquiz.quiz.folding import distance, fold, opposite, printable, same_digits, says, term, typos_allowed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a typed word is.

    ``fits`` says whether it is accepted, ``meant`` is the spelling that a forgiven typo was taken for. ``foreseen``
    is the rejected text that it is, or nearly is, and ``why`` the author's words about that one.
    """

    fits: bool
    meant: str = ""
    foreseen: str = ""
    why: str = ""


def judge(
    text: str, accept: Sequence[str], *, typos: int, reject: Mapping[str, str], neighbours: Sequence[str]
) -> Verdict:
    """Compare a typed word with the accepted and rejected texts.

    Parameters
    ----------
    text : str
        What was typed, not longer than `dlquiz.quiz.folding.LONGEST`.
    accept : sequence of str
        Texts and ``/patterns/``. They come first: an author who accepts ``/mini.?batch/`` and rejects ``batch``
        means both.
    typos : int
        How many slips are forgiven in a long word (0, 1 or 2); short words are forgiven less.
    reject : mapping of str to str
        Foreseen wrong texts, and what to say about each.
    neighbours : sequence of str
        Other terms. A word that is as near to one of them is never forgiven as a typo.
    """
    if any(says(pattern, text) for pattern in accept):
        return Verdict(fits=True)
    # The same spelling first: an author may have written a word for each spelling.
    for pattern, why in sorted(reject.items(), key=lambda entry: fold(entry[0]) != fold(text)):
        if says(pattern, text):
            return Verdict(fits=False, foreseen=printable(text) if is_pattern(pattern) else pattern, why=why)
    return _forgive(text, accept, typos, reject, neighbours)


def _forgive(
    text: str, accept: Sequence[str], typos: int, reject: Mapping[str, str], neighbours: Sequence[str]
) -> Verdict:
    """Judge a word that is spelled as nobody foresaw."""
    word, joined = fold(text), term(text)
    found = _typo_of(text, accept, typos)
    rejected = [pattern for pattern in reject if not is_pattern(pattern)]
    # A neighbour that is accepted here is no other term.
    others = [*rejected, *(n for n in neighbours if not any(says(p, n) for p in accept))]
    if found is not None:
        meant, edits = found
        near = (
            min(distance(word, fold(other), at_most=edits), distance(joined, term(other), at_most=edits))
            for other in others
        )
        if all(other > edits for other in near):
            return Verdict(fits=True, meant=meant)
    for pattern in rejected:
        wrong = fold(pattern)
        allowed = typos_allowed(len(wrong), 2)
        if allowed and distance(word, wrong, at_most=allowed) <= allowed and same_digits(word, wrong):
            return Verdict(fits=False, foreseen=pattern, why=reject[pattern])
    return Verdict(fits=False)


def _typo_of(text: str, accept: Sequence[str], typos: int) -> tuple[str, int] | None:
    """Return the accepted text that ``text`` is a forgivable misspelling of, and the number of edits.

    It is compared as it was typed, and in one word: "minibacth" is one slip away from "mini-batch", too.
    """
    best: tuple[str, int] | None = None
    for pattern in accept:
        if is_pattern(pattern):
            continue
        for typed, meant in ((fold(text), fold(pattern)), (term(text), term(pattern))):
            allowed = typos_allowed(len(meant), typos)
            if not allowed or opposite(typed, meant) or not same_digits(typed, meant):
                continue
            edits = distance(typed, meant, at_most=allowed)
            if edits <= allowed and (best is None or edits < best[1]):
                best = (pattern, edits)
    return best
