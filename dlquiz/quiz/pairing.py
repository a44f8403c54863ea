"""Marking answers that give each thing its partner: ``match`` and ``categorise``."""

from collections.abc import Mapping, Sequence

from dlquiz.model.quiz import Categorise, Match
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, partly, unclear
from dlquiz.quiz.options import find_option
from dlquiz.quiz.text import did_you_mean, printable


def mark_match(question: Match, answer: Answer) -> Mark:
    """Mark a mapping of terms to meanings. A term that is missing is wrong; the meanings may be used twice."""
    meanings = (*question.pairs.values(), *question.extra)
    chosen = _read(answer, tuple(question.pairs), meanings, "term", "meaning")
    if isinstance(chosen, Mark):
        return chosen
    return _compared(question.pairs, chosen, question.why, question.extra, question.partial, "pairs")


def mark_categorise(question: Categorise, answer: Answer) -> Mark:
    """Mark a mapping of items to groups. An item that is missing is wrong."""
    chosen = _read(answer, tuple(question.items), tuple(question.groups), "item", "group")
    if isinstance(chosen, Mark):
        return chosen
    return _compared(question.items, chosen, question.why, {}, question.partial, "items")


def _read(
    answer: Answer, keys: Sequence[str], values: Sequence[str], key_name: str, value_name: str
) -> dict[str, str] | Mark:
    """Return the answer in the author's spelling, or why it cannot be read."""
    if not isinstance(answer, Mapping):
        return unclear(f"Please give each {key_name} its {value_name}.")
    chosen: dict[str, str] = {}
    for left, right in answer.items():
        key, value = find_option(str(left), keys), find_option(str(right), values)
        if key is None or value is None:
            text, known, name = (str(left), keys, key_name) if key is None else (str(right), values, value_name)
            guess = did_you_mean(text, known)
            hint = f" Did you mean “{guess}”?" if guess else ""
            return unclear(f"“{printable(text)}” is no {name} here.{hint}")
        if key in chosen:
            return unclear(f"“{printable(key)}” stands there twice.")
        chosen[key] = value
    return chosen or unclear(f"Please give each {key_name} its {value_name}.")


def _compared(
    wanted: Mapping[str, str],
    chosen: Mapping[str, str],
    why: Mapping[str, str],
    extra: Mapping[str, str | None],
    partial: str,
    what: str,
) -> Mark:
    feedback = []
    for key, value in wanted.items():
        given = chosen.get(key)
        good = given == value
        words = [] if good else [extra.get(given) or "" if given else "", f"It belongs to “{value}”."]
        text = " ".join(part for part in (*words, why.get(key, "")) if part)
        feedback.append(OptionFeedback(f"{key} → {given or 'nothing'}", True, good, text))
    good_ones = sum(f.right for f in feedback)
    return partly(good_ones, len(wanted), what, tuple(feedback), share=0.0 if partial == "all" else None)
