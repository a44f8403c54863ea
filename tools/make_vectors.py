"""Write tests/quiz/vectors.json: answers to the questions of the course and of tests/quiz/vectors, with their marks.

``python tools/make_vectors.py`` rewrites the file, ``--check`` only says whether it differs (exit code 1).

Every text that a question accepts or rejects is changed in the ways in which people write it otherwise, and in those
in which it becomes another word; every other kind gets right, wrong and partly right answers. Tests mark them all
again, with Python and with the program of the exported page: whoever changes a rule of marking sees in the difference
of this file which answers are marked otherwise from now on.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

from dlquiz.content.course import load_quiz
from dlquiz.model.params import variants
from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.kinds.base import TypedPlace
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.marking import mark_in, neighbours, options_of, right_answer_value
from dlquiz.quiz.plurals import plural_of

ROOT = Path(__file__).resolve().parents[1]
VECTORS = ROOT / "tests" / "quiz" / "vectors.json"
HARD = ROOT / "tests" / "quiz" / "vectors"
VARIANTS = 2
"""So many variants of a parametric question are asked."""
TYPED = 24
"""So many answers to one typed place of the course are kept; the questions in tests/quiz/vectors keep all.

Every other spelling of an accepted text is kept besides: that is where two programs part."""
OTHERS = 3
"""Of the course's questions that are answered by choosing, one in so many is asked."""

_AMERICAN = (
    ("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("yse", "yze"), ("our", "or"), ("lled", "led"),
    ("grey", "gray"), ("centre", "center"),
)  # fmt: skip
_TWINS = {"a": "\u0430", "e": "\u0435", "o": "\u03bf", "i": "\u0131", "p": "\u0440", "c": "\u0441"}
"""Letters of other alphabets that look the same: another word, whatever it looks like."""


def main() -> int:
    """Write or check the file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="only say whether the file is up to date")
    text = written()
    if not parser.parse_args().check:
        VECTORS.write_text(text, encoding="utf-8")
        return 0
    if VECTORS.is_file() and VECTORS.read_text(encoding="utf-8") == text:
        return 0
    print(f"{VECTORS.name} is out of date: run python tools/make_vectors.py and read its difference")
    return 1


def written() -> str:
    """Return the file: one answer a line, so that a difference shows what is marked otherwise."""
    entries = (f"{_json(one)[:-2]}\n{_lines(one['answers'])}\n]}}" for one in vectors())
    return '{"format_version":1,"questions":[\n' + ",\n".join(entries) + "\n]}\n"


def _lines(listed: Sequence[Any]) -> str:
    return ",\n".join(map(_json, listed))


def _json(value: Any) -> str:
    shown = {**value, "answers": []} if isinstance(value, dict) and "answers" in value else value
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def vectors() -> Iterator[dict[str, Any]]:
    """Yield every question that is asked, with its answers and their scores (null: unclear)."""
    for folder in (HARD, ROOT / "quizzes"):
        for path in sorted(folder.glob("*.yaml")):
            quiz = load_quiz(path)
            for question in quiz.questions:
                yield from _asked(path, quiz, question, every=folder == HARD)


def _asked(path: Path, quiz: Quiz, question: Question, *, every: bool) -> Iterator[dict[str, Any]]:
    typed = bool(KINDS[question.kind].places(question))
    if not every and not typed and _pick(question.id, OTHERS):
        return
    for number, one in enumerate(variants(question)[:VARIANTS]):
        variant = number if question.params else None
        most = None if every else TYPED
        given = [[_plain(answer), _score(quiz, question, answer, variant)] for answer in answers(quiz, one, most)]
        where = path.relative_to(ROOT).as_posix()
        yield {"quiz": where, "question": question.id, "variant": variant, "answers": given}


def _plain(answer: Any) -> Any:
    return list(answer) if isinstance(answer, tuple) else answer


def _score(quiz: Quiz, question: Question, answer: Any, variant: int | None) -> float | None:
    result = mark_in(quiz, question, answer, variant)
    assert result.correct == (result.score == 1)
    return None if result.unclear else result.score


def _pick(text: str, count: int) -> int:
    """Return a number below ``count`` that is always the same for a text."""
    return crc32(text.encode()) % count


def _sample(listed: Iterable[Any], most: int | None) -> list[Any]:
    """Return some of a list, in its order, always the same ones."""
    every = list(dict.fromkeys(listed))
    if most is None or len(every) <= most:
        return every
    chosen = sorted(every, key=lambda one: crc32(repr(one).encode()))[:most]
    return [one for one in every if one in chosen]


def answers(quiz: Quiz, question: Question, most: int | None) -> list[Any]:
    """Return answers of the form that the question takes; ``most`` changed forms of each typed word."""
    kind, right = KINDS[question.kind], right_answer_value(question, quiz.lang)
    if kind.places(question):
        return list(_words(quiz, question, most))
    if kind.ranges(question):
        return _sample(_numbers(question), most)
    if kind.program(question):
        return _sample(_outputs(question), most)
    if isinstance(right, Mapping):
        return list(_pairs(question, right))
    if isinstance(right, tuple):
        return _orders(question, right) if kind.order_is_answer else _ticks(question, right)
    return [right, not right] if isinstance(right, bool) else list(options_of(question))


def _words(quiz: Quiz, question: Question, most: int | None) -> Iterator[Any]:
    places, bank = KINDS[question.kind].places(question), options_of(question)
    right = right_answer_value(question, quiz.lang)
    first = (right,) if isinstance(right, str) else tuple(right)
    for number, place in enumerate(places):
        other = _own(places[(number + 1) % len(places)])
        words = [*_own(place), *place.reject, *(other if len(places) > 1 else ())]
        near = _nearest(first[number], neighbours(quiz, question))
        samples = _SAMPLES if most is None and any(map(is_pattern, words)) else ()
        same = (new for text in _own(place) for new in respelled(text))
        other_words = _sample((new for text in words for new in (text, *respelled(text), *altered(text))), most)
        typed = bank or list(dict.fromkeys([*same, *other_words, *samples, *near, "", "xyz"]))
        for text in typed:
            yield text if isinstance(right, str) else (*first[:number], text, *first[number + 1 :])
    if not isinstance(right, str):
        yield first
        yield first[::-1]
        yield tuple("" for _ in first)
        yield ("x" * 201, *first[1:])
    else:
        yield "x" * 201


def _own(place: TypedPlace) -> list[str]:
    """Return the accepted texts without the plurals that dlquiz made of them: `altered` makes these again."""
    made = {plural_of(text) for text in place.accept}
    return [text for text in place.accept if text not in made]


def respelled(text: str) -> Iterator[str]:
    """Yield a text as people write it otherwise; of a pattern, what it stands for."""
    if is_pattern(text):
        yield from _meant(text[1:-1])
        return
    yield from (text, text.upper(), f"  {text.title()} ", f"{text}.")
    yield from (re.sub("[- ]", new, text) for new in ("", " ", "-", "\u00a0", "\u2013"))
    yield f"{text[: len(text) // 2]} {text[len(text) // 2 :]}"
    yield from (text.replace(*pair) for one in _AMERICAN for pair in (one, one[::-1]) if pair[0] in text)


def altered(text: str) -> Iterator[str]:
    """Yield what is nearly a text, and may be another word."""
    yield from (text.lower(), f"{text}!", f"“{text}”", f"the {text}", f"{text}s", f"{text}es", text.removesuffix("s"))
    yield from (f"{text} (ABC)", f"{text} method", f"a {text} (x y)", f"the {text} class.")
    yield from (re.sub("[- ]", new, text) for new in ("  ", "\u2010", "\t", ", "))
    middle = max(1, len(text) // 2)
    yield from (f"{text[:middle]}{new}{text[middle:]}" for new in ("-", "\u00ad", "\u200b"))
    yield from (f"non-{text}", f"un{text}", text.replace("over", "under"), text.replace("under", "over"))
    yield re.sub("[aeiou]", lambda vowel: vowel[0] + "\u0301", text, count=1)
    yield text.replace("u", "ü").replace("o", "ö")
    yield re.sub("[aeiopc]", lambda letter: _TWINS[letter[0]], text, count=1)
    yield "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    yield text.replace("fi", "\ufb01").replace("ss", "ß").replace("s", "ſ")
    yield from _slips(text)
    if re.search("[- ]", text):
        yield from _slips(re.sub("[- ]", "", text))
        yield from _slips(re.sub("[- ]", " ", text))


def _slips(text: str) -> Iterator[str]:
    """Yield one slip of each kind, two slips, and a change of a digit."""
    at = 1 + _pick(text, max(1, len(text) - 2))
    yield text[:at] + text[at + 1 :]
    yield text[:at] + "e" + text[at:]
    yield text[:at] + "k" + text[at + 1 :]
    yield text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]
    yield text[1:] + "q"
    yield text[:at] + "xy" + text[at:]
    yield re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text)


def _meant(pattern: str) -> Iterator[str]:
    """Yield texts that a simple pattern stands for, with and without what may be left out."""
    for last, present in product((False, True), repeat=2):
        text = pattern
        while found := re.search(r"(?<!\\)\(([^()]*)(?<!\\)\)(\??)", text):
            branches = found[1].split("|")
            chosen = branches[-1 if last else 0] if present or not found[2] else ""
            text = text[: found.start()] + chosen + text[found.end() :]
        text = re.sub(r"\[([^\]])[^\]]*\](\??)", r"\1\2", text)
        text = re.sub(r"(\\?[^?])\?", r"\1" if present else "", text).replace("\\", "")
        yield from (text, f" {text.upper()} ", f"{text}s", text.replace(" ", "-"))


_SAMPLES = (
    "mini-batch", "MINI batches", "minibatchs", "n-gram", "ngrams", "ngramss", "ab 12", "abcde 12", "éé \u0661\u0662",
    "ab ", "éa]-bx", "ÖABX", "öx", "aab", "a++b", "q…x.", "Q\u2003.", "xAµ", "1aΜ", " aμ", "STRASSE", "straße", "foß",
    "batch size", "batch", "/(/", "(",
)  # fmt: skip
"""Answers to the patterns in tests/quiz/vectors."""


def _nearest(text: str, terms: Sequence[str]) -> list[str]:
    """Return the other terms that begin, or end, most like a text."""

    def alike(other: str) -> int:
        return -max(_shared(text, other), _shared(text[::-1], other[::-1]))

    return sorted(terms, key=lambda other: (alike(other), other))[:3]


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one.casefold(), other.casefold(), strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _numbers(question: Question) -> Iterator[str]:
    kind = KINDS[question.kind]
    unit = f" {question.unit}" if getattr(question, "unit", None) else ""
    for one in kind.ranges(question):
        for value in dict.fromkeys((one.value, one.low, one.high, one.high + Fraction(1, 10**9))):
            yield from (f"{text}{unit}" for text in _spelled(value))
    right = kind.ranges(question)[0].value
    text = _decimal(right)
    yield from (text, f"+{text}", f"{text}%", f"{text} %", f"{text} KiB", f"{_decimal(right * 1024)} kib", f"{text} s")
    yield from (f"{text} epoch", f"{text} EPOCHS.", f"{text} \u03bcs", f"{_decimal(right / 1000)} ms", f"{text} x")
    yield from (f"{text}{text}", f"{text} {text}", f"{text}x", "many", "nan", "−∞", "", "1/0", "4e400", "1" * 65, "½")
    yield from ("16,000", "16.000", "16 000", "1.234,5", "1,234.5", "1'000", "0,5", ".5", "5.", "2 x 10^3", "\u0664")
    yield from (
        "10^-3",
        "10**-3",
        "10⁻³",
        "10^{-3}",
        "10 ^ (2)",
        "-10^2",
        "10^3/4",
        "2·10⁻³",
        "10^99999",
        "10^",
        "10*10^2",
    )


def _spelled(value: Fraction) -> Iterator[str]:
    text = _decimal(value)
    yield from (text, text.replace(".", ","), text.replace("-", "\u2212"), f"{value.numerator}/{value.denominator}")
    yield from (f"{float(value):e}", f"{float(value):,}", f"{float(value):,}".replace(",", "\u202f"))


def _decimal(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.12g}"


def _outputs(question: Question) -> Iterator[str]:
    program = KINDS[question.kind].program(question)
    assert program is not None
    foreseen = [one.text for one in KINDS[question.kind].foreseen(question)]
    for text in (program.output, *foreseen):
        yield from (text, text.lower(), text.upper(), f" {text}\n", text.replace(" ", ""), text.replace(" ", "\u2003"))
        yield from (text.replace(",", ", "), text.replace("'", "’"), text.replace('"', "“"), text.replace("-", "−"))
        yield from (text.replace("\n", " "), text.replace("(", "( "), text[:-1], f"{text}0")
    yield from ("", "x" * 4001)


def _pairs(question: Question, right: Mapping[str, str]) -> Iterator[dict[str, str]]:
    keys, values = list(right), list(right.values())
    targets = list(dict.fromkeys([*values, *(text for text in options_of(question) if text not in right)]))
    yield dict(right)
    yield {key: targets[(targets.index(value) + 1) % len(targets)] for key, value in right.items()}
    yield {**right, keys[0]: targets[-1]}
    yield dict.fromkeys(keys, values[0])
    yield {key: right[key] for key in keys[1:]}


def _ticks(question: Question, right: tuple[str, ...]) -> list[tuple[str, ...]]:
    wrong = tuple(option for option in options_of(question) if option not in right)
    return [right, right[:1], right[1:], (*right, wrong[0]), (*right[:1], *wrong), wrong, (*right, *wrong), ()]


def _orders(question: Question, right: tuple[str, ...]) -> list[tuple[str, ...]]:
    swaps = [(right[1], right[0], *right[2:]), (*right[:-2], *right[:-3:-1])]
    found = [right, right[::-1], (*right[1:], right[0]), *swaps]
    extra = tuple(getattr(question, "extra", ()))
    if extra:
        found += [(extra[0], *right[1:]), (*right[:-1], extra[-1]), (extra[0], *right[:-1]), right[:-1]]
    if getattr(question, "indent", False):
        flat = tuple(line.strip() for line in right)
        found += [flat, (*right[:-1], f"    {right[-1]}"), (*flat[1:], flat[0]), (*right[:-1], f"  {right[-1]}")]
        found += [(right[0], right[2], right[1], *right[3:])]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
