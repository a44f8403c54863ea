"""Rules about answers that are typed: numbers, words, patterns, the output of code; and about variants."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from dlquiz.model.fields import bounds, exact
from dlquiz.model.params import template
from dlquiz.model.pattern import compile_pattern, is_pattern
from dlquiz.model.quiz import Choice, Cloze, Numeric, Question, Short
from dlquiz.quiz.lint.numbers import number_of
from dlquiz.quiz.lint.rule import Bank, Hit, Rule, Severity, Sheet
from dlquiz.quiz.lint.sources import FORMAT, NBME, REDOS
from dlquiz.quiz.lint.words import cut, options
from dlquiz.quiz.marking import neighbours
from dlquiz.quiz.text import fold, says, typos_allowed
from dlquiz.quiz.words import judge

_LONGEST_TERM = 40


def _overlap_numeric(question: Question, _: Sheet) -> Iterator[Hit]:
    if isinstance(question, Numeric):
        yield from _near_overlaps(question)
    if isinstance(question, Choice):
        key = number_of(question.right)
        for text in question.wrong:
            if key is not None and number_of(text) == key:
                message = f"'{text}' is the same number as the right option '{question.right}'"
                yield Hit(message, "write another number", ("wrong", text), at_key=True)
    seen: dict[Fraction, str] = {}
    for option in options(question):
        value = None if option.right and isinstance(question, Choice) else number_of(option.text)
        if value is not None and value in seen:
            message = f"'{option.text}' is the same number as '{seen[value]}'"
            yield Hit(message, "write another number", option.path, at_key=not option.right)
        elif value is not None:
            seen[value] = option.text


def _near_overlaps(question: Numeric) -> Iterator[Hit]:
    """Find foreseen numbers whose own tolerance reaches into that of the answer: which feedback comes is chance."""
    low, high = bounds(question.answer, question.tolerance)
    if isinstance(question.tolerance, tuple) or low == high:
        return
    for text in question.near:
        below, above = bounds(float(text), question.tolerance)
        if below < high and low < above and not low <= exact(text.strip()) <= high:
            message = f"the tolerance around '{text}' overlaps that of the answer {question.answer:g}"
            yield Hit(message, "make the tolerance smaller, or take this line out", ("near", text), at_key=True)


def _clash(question: Question, _: Sheet) -> Iterator[Hit]:
    if isinstance(question, Short):
        sets = [("reject", question.reject, [question.accept])]
    elif isinstance(question, Cloze):
        blanks = list(question.blanks)
        sets = [("reject", question.reject, blanks), ("wrong", question.wrong, blanks)]
    else:
        return
    for field, wrong, places in sets:
        enough = any if field == "wrong" or len(places) == 1 else all
        for text in wrong:
            hit = enough(any(_both(accept, text) for accept in place) for place in places)
            if hit:
                message = f"'{cut(text)}' is accepted, so its reason is never shown"
                yield Hit(message, "take it out, or accept less", (field, text), at_key=True)


def _both(accept: str, reject: str) -> bool:
    if not is_pattern(reject):
        return says(accept, reject)
    return fold(accept) == fold(reject) if is_pattern(accept) else says(reject, accept)


def _regex_slow(question: Question, _: Sheet) -> Iterator[Hit]:
    listed: list[tuple[str, tuple[str | int, ...], bool]] = []
    if isinstance(question, Short):
        listed = [(text, ("accept", place), False) for place, text in enumerate(question.accept)]
    if isinstance(question, Short | Cloze):
        listed += [(text, ("reject", text), True) for text in question.reject]
    for text, path, at_key in listed:
        if is_pattern(text):
            try:
                compile_pattern(text)
            except ValueError as error:
                message = f"the pattern {text} is not used as a pattern: {error}"
                yield Hit(message, "write the variants as separate texts", path, at_key=at_key)


def _typo_reach(bank: Bank) -> Iterator[Hit]:
    """Find terms of other quizzes that would be forgiven as a typing mistake; those of the same quiz never are."""
    terms = _terms(bank)
    for sheet in bank.sheets:
        for question in sheet.quiz.questions:
            if not isinstance(question, Short | Cloze) or not question.typos:
                continue
            sets = [question.accept] if isinstance(question, Short) else list(question.blanks)
            near = [(term, accept) for term in terms for accept in sets if _within_reach(term, accept, question.typos)]
            # What counts as a term of the same quiz takes a look at all of it: only where it is needed.
            known = neighbours(sheet.quiz, question) if near else ()
            for term, accept in near:
                meant = judge(term, accept, typos=question.typos, reject=question.reject, neighbours=known).meant
                if meant:
                    message = f"'{term}' would be forgiven as a typing mistake for '{meant}'"
                    help = (
                        f"add it to reject, with a sentence about the difference; or write typos: {question.typos - 1}"
                    )
                    yield Hit(message, help, ("typos",), question=question.id, sheet=sheet.name)


def _within_reach(term: str, accept: tuple[str, ...], typos: int) -> bool:
    """Return whether a term may be forgiven for an accepted word, and is none of them."""
    words = [fold(text) for text in accept if not is_pattern(text)]
    return term not in words and any(_close(word, term, typos) for word in words)


@lru_cache(maxsize=65536)
def _close(accept: str, term: str, typos: int) -> bool:
    """Return whether a term can be within reach at all: a cheap look at the lengths and the letters."""
    allowed = typos_allowed(len(accept), typos)
    return bool(allowed) and abs(len(accept) - len(term)) <= allowed and len({*accept} ^ {*term}) <= 2 * allowed


def _terms(bank: Bank) -> tuple[str, ...]:
    """Return what the quizzes teach as terms: tags and accepted words that are no mere plural of each other."""
    found: dict[str, None] = {}
    for sheet in bank.sheets:
        for question in sheet.quiz.questions:
            texts = [tag.replace("-", " ") for tag in question.tags]
            if isinstance(question, Short):
                texts += question.accept
            for text in texts:
                if not is_pattern(text) and len(text) <= _LONGEST_TERM:
                    found.setdefault(re.sub(r"^(?:an?|the) ", "", fold(text)))
    return tuple(term for term in found if not term.endswith("s") or term[:-1] not in found)


def _degenerate(sheet: Sheet) -> Iterator[Hit]:
    for question, versions in zip(sheet.quiz.questions, sheet.variants, strict=True):
        first = versions[0]
        if len(versions) < 2:
            continue
        written = str({name: item for name, item in template(question).items() if name not in ("params", "id")})
        idle = [name for name in question.params if not _used(name, written)]
        for name in idle:
            message = f"the parameter '{name}' changes nothing"
            yield Hit(message, "use it, or take it out", ("params", name), at_key=True, question=first.id)
        if not idle:
            yield from _same_variants(versions)


def _used(name: str, written: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", written) is not None


def _same_variants(versions: tuple[Question, ...]) -> Iterator[Hit]:
    first = versions[0]
    shown = [version.model_dump_json(exclude={"params", "explain", "hints"}) for version in versions]
    if len(set(shown)) < len(shown):
        message = f"of {len(shown)} variants only {len(set(shown))} differ"
        yield Hit(message, "take out values that ask the same", ("params",), question=first.id)
    elif isinstance(first, Numeric):
        answers = {version.answer for version in versions if isinstance(version, Numeric)}
        if len(answers) == 1:
            message = f"all {len(versions)} variants have the answer {first.answer:g}"
            yield Hit(message, "choose values that lead to different answers", ("params",), question=first.id)


RULES = (
    Rule(
        "overlap-numeric",
        Severity.ERROR,
        "A wrong number equals the right one, or its tolerance overlaps that of the answer.",
        "A right answer would be marked wrong, or get the words meant for a mistake.",
        NBME,
        each=_overlap_numeric,
    ),
    Rule(
        "accept-reject-clash",
        Severity.ERROR,
        "A text under reject or wrong is accepted as well.",
        "What is accepted comes first, so the reason would never be shown.",
        FORMAT,
        each=_clash,
    ),
    Rule(
        "regex-slow",
        Severity.ERROR,
        "A /pattern/ could take very long to match, or cannot be used.",
        "A pattern with a repeat inside a repeat can take years on a short text.",
        REDOS,
        each=_regex_slow,
    ),
    Rule(
        "typo-reach",
        Severity.WARNING,
        "With typos, another term of the course would be accepted.",
        "Two terms that look alike are just those that learners mix up.",
        FORMAT,
        bank=_typo_reach,
    ),
    Rule(
        "params-degenerate",
        Severity.WARNING,
        "A parameter changes nothing, two variants are the same, or all have the same answer.",
        "Who remembers the answer of one variant knows them all.",
        FORMAT,
        sheet=_degenerate,
    ),
    Rule(
        "code-output-stale",
        Severity.ERROR,
        "The code of an output question prints something else than its answer. Needs --run.",
        "A right answer would be marked wrong. New versions of a package print differently.",
        FORMAT,
        needs_run=True,
    ),
)
