"""Rules about the options of a question: what gives the key away, and what helps nobody."""

import re
from collections.abc import Callable, Iterator

from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import fold
from dlquiz.quiz.kinds.base import KeyedOption
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.numbers import number_of
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, Severity
from dlquiz.quiz.lint.sources import DISTRACTORS, HALADYNA, LURES, NBME
from dlquiz.quiz.lint.words import content_words, cut, joined, length, options, prose, words

_LONGER = 1.25
_LONGER_BY = 6
"""Characters: of two single words one is nearly always a quarter longer, and nobody sees that."""
_ABSOLUTE = frozenset("always never all only must every impossible guaranteed".split())
_VAGUE = frozenset("usually rarely often frequently occasionally seldom sometimes".split())
_ABOVE = re.compile(
    r"\W*(?:all|none|both|neither|any|each)(?: (?:of|two|three))*(?: the| these| those)?"
    r"(?: above| these| those| following| answers?| options?| others?| choices?| mentioned| correct| are)+\W*",
    re.IGNORECASE,
)
_FEWEST, _MOST, _MOST_TO_TICK = 3, 4, 6


def _key_longest(question: Question, _: QuizFile) -> Iterator[Hit]:
    if not KINDS[question.kind].one_right:
        return
    right, *wrong = options(question)
    key, longest = length(right.text), max(length(option.text) for option in wrong)
    if key > _LONGER * longest and key - longest >= _LONGER_BY:
        message = f"the right option has {key} characters, the longest wrong one {longest}"
        yield Hit(message, "shorten it, or say more in a wrong one", right.path)


def _above_options(question: Question, file: QuizFile) -> Iterator[Hit]:
    if not file.english:
        return
    for option in options(question):
        text = " ".join(option.text.split())
        if _ABOVE.fullmatch(text) and not re.fullmatch(
            r"\W*(?:all|none|both|neither|any|each)\W*", text, re.IGNORECASE
        ):
            help = "write what is meant, or make it a question of kind multi"
            yield Hit(f"'{cut(text)}' speaks about the other options", help, option.path, at_key=not option.right)
    yield from _sums_up(question)


def _sums_up(question: Question) -> Iterator[Hit]:
    """Find an option that names all the others: "all of the above" in other words."""
    listed = options(question)
    if not KINDS[question.kind].one_right or len(listed) < _FEWEST:
        return
    everywhere = frozenset.intersection(*(content_words(option.text) for option in listed))
    for option in listed:
        said = content_words(option.text) if re.search(r", | and ", option.text) else frozenset[str]()
        parts = [content_words(other.text) - everywhere for other in listed if other is not option]
        lists_them = all(parts) and all(part < said for part in parts)
        if lists_them or re.match(r"\W*(?:both|neither)\b", option.text, re.IGNORECASE):
            help = "write what is meant, or make it a question of kind multi"
            yield Hit(f"'{cut(option.text)}' sums up the other options", help, option.path, at_key=not option.right)


def _absolute(question: Question, file: QuizFile) -> Iterator[Hit]:
    listed = options(question)
    if not file.english or any(_ABSOLUTE & set(words(option.text)) for option in listed if option.right):
        return
    said = [(option, sorted(_ABSOLUTE & set(words(option.text)))) for option in listed if not option.right]
    for option, found in said:
        if found:
            message = f"only wrong options say {joined(found)}, so '{cut(option.text)}' is easily ruled out"
            yield Hit(message, "leave the word out", option.path, at_key=True)


def _vague(question: Question, file: QuizFile) -> Iterator[Hit]:
    if not file.english:
        return
    texts = [(option.text, option.path, not option.right) for option in options(question)]
    if KINDS[question.kind].stem_is == "statement":
        texts = [(question.stem, ("stem",), False)]
    for text, path, at_key in texts:
        found = [word for word in words(text) if word in _VAGUE]
        if found:
            message = f"people read '{found[0]}' as anything between one time in ten and nine"
            yield Hit(message, "say how often, or under which condition", path, at_key=at_key)


def _mixed_form(question: Question, _: QuizFile) -> Iterator[Hit]:
    listed = options(question)
    if len(listed) < _FEWEST:
        return
    for what, feature in _FEATURES.items():
        values = [feature(option.text) for option in listed]
        odd = [option for option, value in zip(listed, values, strict=True) if values.count(value) == 1]
        if len(odd) == 1 and None not in values and len(set(values)) == 2:
            message = f"'{cut(odd[0].text)}' is the only option that {what[values[listed.index(odd[0])] is True]}"
            yield Hit(message, "write all options in one form", odd[0].path, at_key=not odd[0].right)
            return


def _ends_with_stop(text: str) -> bool | None:
    return text.rstrip().endswith(".")


def _begins_with_capital(text: str) -> bool | None:
    """Say whether a text begins with a capital; None where that says nothing: code, a formula, a name, a digit."""
    first = text.lstrip()[:1]
    word = re.match(r"[\w-]+", text.lstrip())
    if not first.isalpha() or word is None or any(c.isupper() or c.isdigit() for c in word[0][1:]):
        return None
    return first.isupper()


def _is_number(text: str) -> bool | None:
    return number_of(text) is not None


_FEATURES: dict[tuple[str, str], Callable[[str], bool | None]] = {
    ("ends without a full stop", "ends with a full stop"): _ends_with_stop,
    ("begins with a small letter", "begins with a capital letter"): _begins_with_capital,
    ("is no number", "is a number"): _is_number,
}


def _dup_option(question: Question, _: QuizFile) -> Iterator[Hit]:
    seen: dict[str, KeyedOption] = {}
    for option in options(question):
        plain = re.sub(r"[\W_]+", " ", fold(option.text)).strip()
        # Signs carry the meaning of formulas and code: only prose is compared without them.
        key = plain if plain and prose(option.text) == option.text and not re.search(r"[<>=+*/^|]", option.text) else ""
        key = key or option.text
        if re.search(r"\d", option.text):
            key = fold(option.text)
        if key in seen:
            message = f"'{cut(option.text)}' and '{cut(seen[key].text)}' are the same to a reader"
            yield Hit(message, "take one of the two out", option.path, at_key=not option.right)
        seen.setdefault(key, option)


def _few_options(question: Question, _: QuizFile) -> Iterator[Hit]:
    listed = options(question)
    if listed and len(listed) < _FEWEST:
        message = f"{len(listed)} options: half of those who guess are right"
        yield Hit(message, "add a wrong option that a beginner would choose", ("wrong",), at_key=True)


def _many_options(question: Question, _: QuizFile) -> Iterator[Hit]:
    most = _MOST if KINDS[question.kind].one_right else _MOST_TO_TICK
    listed = options(question)
    if len(listed) > most:
        message = f"{len(listed)} options; more than {most} cost time and teach mistakes"
        yield Hit(message, "keep the wrong options that beginners really choose", ("wrong",), at_key=True)


RULES = (
    LintRule(
        "key-longest",
        Severity.WARNING,
        "The right option is more than a quarter longer than the longest wrong one (and by six characters or more).",
        "Authors say more in the right option, to make it quite right; test-wise learners choose the longest.",
        NBME,
        each=_key_longest,
    ),
    LintRule(
        "above-options",
        Severity.WARNING,
        "An option is 'all of the above', 'none of the above' or the like, or sums up the others.",
        "Options are shuffled, so there is no above. And who knows two of three right options knows this one.",
        HALADYNA,
        each=_above_options,
    ),
    LintRule(
        "absolute",
        Severity.WARNING,
        "A wrong option says always, never, all, only, must or every, and the right one does not.",
        "Absolute claims are rarely true, so they are ruled out without knowledge.",
        NBME,
        each=_absolute,
    ),
    LintRule(
        "vague",
        Severity.WARNING,
        "An option or a true-or-false statement says usually, often, sometimes, rarely or the like.",
        "Readers differ widely in what such words mean, and cautious words are a sign of the right option.",
        NBME,
        each=_vague,
    ),
    LintRule(
        "mixed-form",
        Severity.WARNING,
        "One option alone begins with a capital, ends with a full stop, or is a number.",
        "What looks different is chosen, or ruled out, for its look.",
        HALADYNA,
        each=_mixed_form,
    ),
    LintRule(
        "dup-option",
        Severity.ERROR,
        "Two options differ only in case, accents or punctuation.",
        "Two equal options cannot both be wrong unless neither is the answer: both are ruled out.",
        NBME,
        each=_dup_option,
    ),
    LintRule(
        "few-options",
        Severity.WARNING,
        "A choice has fewer than three options.",
        "Two options are a coin toss; three tell knowledge from luck nearly as well as more.",
        DISTRACTORS,
        each=_few_options,
    ),
    LintRule(
        "many-options",
        Severity.WARNING,
        "A choice has more than four options, or a question with several right ones more than six.",
        "Half of all wrong options are chosen by almost nobody, and each one read is one to remember by mistake.",
        LURES,
        each=_many_options,
    ),
)
