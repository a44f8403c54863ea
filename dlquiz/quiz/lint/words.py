"""Texts as rules read them: without marks of code and formulas, as words, as options."""

import re
from collections.abc import Iterator
from functools import lru_cache

from dlquiz.model.quiz import Question
from dlquiz.quiz.kinds.base import Foreseen, KeyedOption
from dlquiz.quiz.kinds.registry import KINDS

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_FORMULA = re.compile(r"\$[^$\n]+\$")
_STRONG = re.compile(r"\*\*?[^*\n]+\*\*?|(?<!\w)_[^_\n]+_(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

_STOP = frozenset(
    """about above after again against also always among another answer around because been before being below between
    both cannot come could data does doing done down during each either else enough even every example examples first
    following from gets give given gives goes going have having here hers into itself just kind know known large larger
    last less like made make makes many mean means model models more most much must name need needs never next none
    number numbers often once only other others over part parts right same says second shall should show shown shows
    since small smaller some still such take takes than that their them then there these they thing things this those
    through time together true under until upon used uses using value values very want well were what when where
    whether which while whole whose will with within without word words would wrong your network networks training
    trained trains learn learns learning learned learnt""".split()
)


def options(question: Question) -> tuple[KeyedOption, ...]:
    """Return the options among which one could be given away, right ones first; none for other kinds."""
    return KINDS[question.kind].keyed_options(question)


def foreseen(question: Question) -> Iterator[Foreseen]:
    """Yield every wrong text that has, or should have, a reason."""
    return KINDS[question.kind].foreseen(question)


@lru_cache(maxsize=32768)
def prose(text: str) -> str:
    """Return the text without blocks of code, inline code and formulas."""
    return _FORMULA.sub(" ", _CODE.sub(" ", _FENCE.sub(" ", text)))


def unstressed(text: str) -> str:
    """Return the prose without what is *emphasised*."""
    return _STRONG.sub(" ", prose(text))


def length(text: str) -> int:
    """Count the characters that a reader sees."""
    return len(" ".join(re.sub(r"[`*$]|\\[a-z]+", "", text).split()))


def words(text: str) -> list[str]:
    """Return the words of the prose, in lower case."""
    return [word.casefold() for word in _WORD.findall(prose(text))]


@lru_cache(maxsize=32768)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning: four letters or more, and no common word."""
    return frozenset(_stem(word) for word in words(text.replace("*", " ")) if len(word) > 3 and word not in _STOP)


def _stem(word: str) -> str:
    """Cut the commonest endings: "batches" and "batch" are one word here."""
    for ending, least in (("ations", 4), ("ation", 4), ("ing", 4), ("ies", 3), ("es", 4), ("ed", 4), ("s", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def joined(texts: list[str]) -> str:
    """Write "a, b and c", each in quotes."""
    quoted = [f"'{text}'" for text in texts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def cut(text: str, at_most: int = 50) -> str:
    """Return a text short enough for a message."""
    line = " ".join(text.split())
    return line if len(line) <= at_most else line[: at_most - 1] + "…"
