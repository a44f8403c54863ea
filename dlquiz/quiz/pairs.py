"""Answers that give each thing its partner: a term its meaning, an item its group."""

import re
from collections.abc import Mapping, Sequence

from dlquiz.model.mark import Answer, Mark, OptionFeedback, partly, unclear
from dlquiz.model.view import Asked
from dlquiz.quiz.folding import printable
from dlquiz.quiz.labels import labelled, partners
from dlquiz.quiz.options import find_option, suggestion


def mark_pairs(
    answer: Answer,
    wanted: Mapping[str, str],
    targets: Sequence[str],
    *,
    names: tuple[str, str, str],
    why: Mapping[str, str],
    extra: Mapping[str, str | None] | None = None,
    all_or_nothing: bool,
) -> Mark:
    """Mark a mapping; what is missing from it is wrong.

    Parameters
    ----------
    answer : Answer
        Of any form; what is no mapping is unclear.
    wanted : mapping of str to str
        The right answer.
    targets : sequence of str
        What things can be given: also what none of them wants.
    names : tuple of str
        What a thing, its partner, and several things are called ("term", "meaning", "pairs").
    why : mapping of str to str
        What to say about a thing, however it was answered.
    extra : mapping of str to str or None
        What to say to who chose a target that nothing wants.
    all_or_nothing : bool
        Whether some right pairs earn nothing.
    """
    chosen = _read(answer, tuple(wanted), targets, names)
    if isinstance(chosen, Mark):
        return chosen
    feedback = tuple(_compared(key, value, chosen.get(key), why, extra or {}) for key, value in wanted.items())
    good = sum(f.right for f in feedback)
    return partly(good, len(wanted), names[2], feedback, share=0.0 if all_or_nothing else None)


def _read(
    answer: Answer, keys: Sequence[str], values: Sequence[str], names: tuple[str, str, str]
) -> dict[str, str] | Mark:
    """Return the answer in the author's spelling, or why it cannot be read."""
    if not isinstance(answer, Mapping):
        return unclear(f"Please give each {names[0]} its {names[1]}.")
    chosen: dict[str, str] = {}
    for left, right in answer.items():
        key, value = find_option(str(left), keys), find_option(str(right), values)
        if key is None or value is None:
            text, known, name = (str(left), keys, names[0]) if key is None else (str(right), values, names[1])
            return unclear(f"“{printable(text)}” is no {name} here.{suggestion(text, known)}")
        if key in chosen:
            return unclear(f"“{printable(key)}” stands there twice.")
        chosen[key] = value
    return chosen or unclear(f"Please give each {names[0]} its {names[1]}.")


def unpaired(answer: Answer, keys: Sequence[str]) -> tuple[str, ...]:
    """Return what a readable answer gives no partner."""
    if not isinstance(answer, Mapping):
        return ()
    given = {find_option(str(left), keys) for left in answer}
    return tuple(key for key in keys if key not in given)


def _compared(
    key: str, wanted: str, given: str | None, why: Mapping[str, str], extra: Mapping[str, str | None]
) -> OptionFeedback:
    good = given == wanted
    words = [] if good else [extra.get(given) or "" if given else "", f"It belongs to “{wanted}”."]
    text = " ".join(part for part in (*words, why.get(key, "")) if part)
    return OptionFeedback(f"{key} → {given or 'nothing'}", True, good, text)


def read_pairs(asked: Asked, options: Sequence[str], text: str, *, options_are_keys: bool) -> Answer:
    """Read pairs of an option's number and a partner's letter, or only labels in the order of what is given a partner.

    Parameters
    ----------
    asked : Asked
        What was asked; its partners have the letters.
    options : sequence of str
        The options in the order shown; they have the numbers.
    text : str
        A typed line.
    options_are_keys : bool
        Whether each option is given one of the partners, or each partner one of the options.

    Returns
    -------
    Answer
        A mapping, or the text as it is, for marking to call unclear.
    """
    names, numbers = partners(asked), labelled(options, numbers=True)
    tokens = re.findall(r"[a-p]|\d+", text.casefold())
    if re.sub(r"[a-p]|\d+|[\s,;:=>.)(\-–→]+", "", text.casefold()) or not tokens:
        return text
    letters = [token for token in tokens if token.isalpha()]
    digits = [token for token in tokens if token.isdigit()]
    if options_are_keys and not digits and len(letters) == len(numbers):
        digits = list(numbers)
    elif not options_are_keys and not letters and len(digits) == len(names):
        letters = list(names)
    elif len(letters) != len(digits) or not _alternate(tokens):
        return text
    pairs = list(zip(letters, digits, strict=True))
    if any(letter not in names or digit not in numbers for letter, digit in pairs):
        return text
    if options_are_keys:
        read = {numbers[digit]: names[letter] for letter, digit in pairs}
    else:
        read = {names[letter]: numbers[digit] for letter, digit in pairs}
    return read if len(read) == len(pairs) else text


def _alternate(tokens: Sequence[str]) -> bool:
    return all(one.isalpha() != two.isalpha() for one, two in zip(tokens[::2], tokens[1::2], strict=False))
