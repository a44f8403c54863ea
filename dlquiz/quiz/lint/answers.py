"""Rules about answers that are typed: numbers, words, patterns, the output of code; and about variants."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from dlquiz.model.params import right_by_mistake, template
from dlquiz.model.pattern import compile_pattern, is_pattern
from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import fold, says, typos_allowed
from dlquiz.quiz.kinds.base import TypedPlace
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.numbers import number_of
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, QuizSet, Severity
from dlquiz.quiz.lint.sources import FORMAT, NBME, REDOS
from dlquiz.quiz.lint.words import cut, foreseen, options
from dlquiz.quiz.marking import neighbours
from dlquiz.quiz.typos import judge

_LONGEST_TERM = 40


def _overlap_numeric(question: Question, _: QuizFile) -> Iterator[Hit]:
    yield from _near_overlaps(question)
    listed = options(question)
    keys = {number_of(option.text): option.text for option in listed if option.right}
    one_right = KINDS[question.kind].one_right
    seen: dict[Fraction, str] = {}
    for option in listed:
        value = number_of(option.text)
        if value is None or (option.right and one_right):
            continue
        if one_right and value in keys:
            message = f"'{option.text}' is the same number as the right option '{keys[value]}'"
            yield Hit(message, "write another number", option.path, at_key=True)
        if value in seen:
            message = f"'{option.text}' is the same number as '{seen[value]}'"
            yield Hit(message, "write another number", option.path, at_key=not option.right)
        seen.setdefault(value, option.text)


def _near_overlaps(question: Question) -> Iterator[Hit]:
    """Find foreseen numbers whose own tolerance reaches into that of the answer: which feedback comes is chance."""
    ranges = KINDS[question.kind].ranges(question)
    for near in ranges[1:]:
        right = ranges[0]
        if near.low < right.high and right.low < near.high and not right.low <= near.value <= right.high:
            message = f"the tolerance around '{near.text}' overlaps that of the answer {right.text}"
            yield Hit(message, "make the tolerance smaller, or take this line out", near.path, at_key=True)


def _clash(question: Question, _: QuizFile) -> Iterator[Hit]:
    places = KINDS[question.kind].places(question)
    for one in foreseen(question) if places else ():
        # A rejected word may be right in another blank; a wrong word of the bank may be right in none.
        enough = any if one.path[0] == "wrong" else all
        if enough(any(_both(accept, one.text) for accept in place.accept) for place in places):
            message = f"'{cut(one.text)}' is accepted, so its reason is never shown"
            yield Hit(message, "take it out, or accept less", one.path, at_key=True)


def _both(accept: str, reject: str) -> bool:
    if not is_pattern(reject):
        return says(accept, reject)
    return fold(accept) == fold(reject) if is_pattern(accept) else says(reject, accept)


def _regex_slow(question: Question, _: QuizFile) -> Iterator[Hit]:
    """Look at what is rejected: an accepted pattern that cannot be used is a mistake of the file."""
    for one in foreseen(question) if KINDS[question.kind].places(question) else ():
        if is_pattern(one.text):
            try:
                compile_pattern(one.text)
            except ValueError as error:
                message = f"the pattern {one.text} is not used as a pattern: {error}"
                yield Hit(message, "write the variants as separate texts", one.path, at_key=True)


def _typo_reach(quizzes: QuizSet) -> Iterator[Hit]:
    """Find terms of other quizzes that would be forgiven as a typing mistake; those of the same quiz never are."""
    terms = _terms(quizzes)
    for file in quizzes.files:
        for question in file.quiz.questions:
            places = [place for place in KINDS[question.kind].places(question) if place.typos]
            near = [(term, place) for term in terms for place in places if _within_reach(term, place)]
            # What counts as a term of the same quiz takes a look at all of it: only where it is needed.
            known = neighbours(file.quiz, question) if near else ()
            for term, place in near:
                meant = judge(term, place.accept, typos=place.typos, reject=place.reject, neighbours=known).meant
                if meant:
                    message = f"'{term}' would be forgiven as a typing mistake for '{meant}'"
                    help = f"add it to reject, with a sentence about the difference; or write typos: {place.typos - 1}"
                    yield Hit(message, help, ("typos",), question=question.id, file=file.name)


def _within_reach(term: str, place: TypedPlace) -> bool:
    """Return whether a term may be forgiven for an accepted word, and is none of them."""
    words = [fold(text) for text in place.accept if not is_pattern(text)]
    return term not in words and any(_close(word, term, place.typos) for word in words)


@lru_cache(maxsize=65536)
def _close(accept: str, term: str, typos: int) -> bool:
    """Return whether a term can be within reach at all: a cheap look at the lengths and the letters."""
    allowed = typos_allowed(len(accept), typos)
    return bool(allowed) and abs(len(accept) - len(term)) <= allowed and len({*accept} ^ {*term}) <= 2 * allowed


def _terms(quizzes: QuizSet) -> tuple[str, ...]:
    """Return what the quizzes teach as terms: tags and accepted words that are no mere plural of each other."""
    found: dict[str, None] = {}
    for file in quizzes.files:
        for question in file.quiz.questions:
            kind = KINDS[question.kind]
            # Blanks are often filled with a word of the sentence that is no term.
            asked = kind.places(question) if kind.stem_is == "question" else ()
            texts = [tag.replace("-", " ") for tag in question.tags]
            for text in (*texts, *(text for place in asked for text in place.accept)):
                if not is_pattern(text) and len(text) <= _LONGEST_TERM:
                    found.setdefault(re.sub(r"^(?:an?|the) ", "", fold(text)))
    return tuple(term for term in found if not term.endswith("s") or term[:-1] not in found)


def _near_is_key(file: QuizFile) -> Iterator[Hit]:
    """Find foreseen wrong numbers that are the answer in a variant: there the mistake is rewarded."""
    for question in file.quiz.questions:
        for place, values in right_by_mistake(question).items() if question.params else ():
            count = len(question.all_variants)
            message = f"'{place[-1]}' is the right answer in {len(values)} of {count} variants, {values[0]}"
            help = "choose values for which the mistake gives another number"
            yield Hit(message, help, place, at_key=True, question=question.id)


def _degenerate(file: QuizFile) -> Iterator[Hit]:
    for question, versions in zip(file.quiz.questions, file.variants, strict=True):
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
    elif ranges := KINDS[first.kind].ranges(first):
        answers = {KINDS[version.kind].ranges(version)[0].value for version in versions}
        if len(answers) == 1:
            message = f"all {len(versions)} variants have the answer {ranges[0].text}"
            yield Hit(message, "choose values that lead to different answers", ("params",), question=first.id)


RULES = (
    LintRule(
        "overlap-numeric",
        Severity.ERROR,
        "A wrong number equals the right one, or its tolerance overlaps that of the answer.",
        "A right answer would be marked wrong, or get the words meant for a mistake.",
        NBME,
        each=_overlap_numeric,
    ),
    LintRule(
        "accept-reject-clash",
        Severity.ERROR,
        "A text under reject or wrong is accepted as well.",
        "What is accepted comes first, so the reason would never be shown.",
        FORMAT,
        each=_clash,
    ),
    LintRule(
        "regex-slow",
        Severity.ERROR,
        "A /pattern/ could take very long to match, or cannot be used.",
        "A pattern with a repeat inside a repeat can take years on a short text.",
        REDOS,
        each=_regex_slow,
    ),
    LintRule(
        "typo-reach",
        Severity.WARNING,
        "With typos, another term of the course would be accepted.",
        "Two terms that look alike are just those that learners mix up.",
        FORMAT,
        together=_typo_reach,
    ),
    LintRule(
        "near-is-key",
        Severity.WARNING,
        "A foreseen mistake gives the right answer in a variant.",
        "Who makes the mistake is told that all is well, and keeps it.",
        FORMAT,
        file=_near_is_key,
    ),
    LintRule(
        "params-degenerate",
        Severity.WARNING,
        "A parameter changes nothing, two variants are the same, or all have the same answer.",
        "Who remembers the answer of one variant knows them all.",
        FORMAT,
        file=_degenerate,
    ),
    LintRule(
        "code-output-stale",
        Severity.ERROR,
        "The code of an output question prints something else than its answer. Needs --run.",
        "A right answer would be marked wrong. New versions of a package print differently.",
        FORMAT,
    ),
)
