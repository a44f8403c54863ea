"""The page marks as Python does: every answer of the shared file, every character, every pattern."""

import re
import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dlquiz.exchange.page.data import question_data, rules
from dlquiz.exchange.page.regex import to_javascript
from dlquiz.model.params import variant as concrete
from dlquiz.model.pattern import compile_pattern
from dlquiz.model.quiz import Cloze, Quiz
from dlquiz.quiz.folding import fold, term
from dlquiz.quiz.marking import missing_parts, options_of
from tests.exchange import page_marking
from tests.quiz.vectors import answered, quizzes


@pytest.mark.parametrize("name", quizzes())
def test_every_answer_of_the_shared_file_has_its_mark_in_the_page(name):
    quiz, listed = answered(name)
    asked = []
    for question, variant, answers in listed:
        one = concrete(question, variant)
        if isinstance(one, Cloze) and one.wrong:  # chosen from a list there
            answers = [(answer, score) for answer, score in answers if set(answer) <= {"", *options_of(one)}]
        asked.append((one, answers))
    got = page_marking.marked(quiz, [(one, [answer for answer, _ in answers]) for one, answers in asked])
    for (one, answers), marks in zip(asked, got, strict=True):
        for (answer, score), mark in zip(answers, marks, strict=True):
            theirs = None if mark["unclear"] else mark["score"]
            assert theirs == (score if score is None else pytest.approx(score, abs=1e-12)), (one.id, answer, mark)
            assert mark["correct"] == (score == 1)


def characters():
    known = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    return [char for char in known if unicodedata.category(char) not in ("Cn", "Co")]


def test_every_character_is_folded_in_the_page_as_here():
    listed = characters()
    theirs = page_marking.run("given.map((c)=>m.fold('a'+c+'b'))", listed)
    assert [(c, got) for c, got in zip(listed, theirs, strict=True) if got != fold(f"a{c}b")] == []


WORDS = [
    "mini-batch", "mini batch", "a-b c-d", "3-fold", "type-1", "L2-norm", "regularisation", "normalised", "analyse",
    "colour", "behaviours", "grey", "greyscale", "centre", "epicentre", "labelled", "modelling", "is", "this", "rise",
    "überraschung-ë", "Promise", "x²-y", "co\u00f6peration-is", "a_-b", "ａ－ｂ",
]  # fmt: skip


def test_every_spelling_is_known_in_the_page_as_here(quiz_of_nothing):
    theirs = page_marking.run("given.words.map((w)=>m.term(w,given.page))", {"words": WORDS, "page": quiz_of_nothing})
    assert theirs == [term(word) for word in WORDS]


@pytest.fixture
def quiz_of_nothing():
    quiz, _ = answered(quizzes()[0])
    return rules(quiz)


PATTERNS = [
    r"mini.?batch(es)?", r"\bn-?grams?\b", r"[^\W\d]{2,4}\s\d{,3}", r"(?:é|ö)[a-c\]-]+?x", r"a++b\Z", r"\Aq\S+\.$",
    r"[\s\D]\x41\u00b5", r"straße|\w+ß", r"[]x]{2}", r"[^]x]", r"a{2}{", r"x{}", r"x{,}", r"[\b\012-\x20]a",
    r"\N{BULLET}", r"\Bb|a\B", r"[^\S]a", r"[^\S\d]x?+x", r"(a|b)+", r"\U0001F600?a", r"/\/-\-", r"[a\-z]",
    r"[+-\-]a", r"^a$", r"\W\D",
    r"(ab|a)(c|bcd)?+", r"a*?b", r"[\w.]+", r"é{1,2}", r"\$\^\|", r"İ|ı", r"[A-Z]ſ", r"K\.?", r"Σ+",
]  # fmt: skip
TEXTS = [
    "minibatch", "MINI–batches", "n-gram", "ngrams", "ab 12", "éé ٣", "éa]-bx", "ÖABX", "aab", "ab", "q….", "xAµ",
    "1aΜ", "straße", "STRASSE", "foß", "]x", "x]", "y", "aa{", "x{}", "\x0aa", "•", "ab", "ba", " a", "xx", "x", "abab",
    "😀a", "/", "//--", "-", "a", "+a", ",a", "-a", "!?", "abc", "abcd", "b", "a.b", "é", "éé", "$^|", "i", "I", "İ",
    "ı", "zs", "ZS", "K", "k.", "Kelvin", "ςΣσ", "σ", "", "\u2003a", "١", "a\u0301",
]  # fmt: skip


def matches(patterns, texts):
    """Both ways to match each pattern with each text, where they differ."""
    program = "given.patterns.map((p)=>given.texts.map((t)=>m.matches(p,t)))"
    theirs = page_marking.run(program, {"patterns": [to_javascript(p) for p in patterns], "texts": texts})
    for pattern, row in zip(patterns, theirs, strict=True):
        for text, got in zip(texts, row, strict=True):
            if got != bool(re.fullmatch(pattern, text, re.IGNORECASE)):
                yield pattern, text, got


def test_a_pattern_matches_in_the_page_what_it_matches_here():
    assert list(matches(PATTERNS, TEXTS)) == []


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "-",
        " ",
        r"\w",
        r"\W",
        r"\d",
        r"\s",
        r"\S",
        ".",
        "[ab]",
        "[^ab]",
        r"[^\w-]",
        r"[\d\W]",
        "é",
        r"\.",
        r"\b",
    ]
)
REPEATS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{,2}", "{1,}", "??", "*+", "?+"])


@st.composite
def patterns(draw):
    parts = draw(st.lists(st.tuples(PIECES, REPEATS), min_size=1, max_size=5))
    text = "".join(piece + ("" if piece == r"\b" else repeat) for piece, repeat in parts)
    return draw(st.sampled_from([text, f"({text})", f"(?:{text}|ba)", f"a|{text}"]))


def usable(pattern):
    try:
        compile_pattern(f"/{pattern}/")
    except ValueError:
        return False
    return True


@settings(
    deadline=None,
    max_examples=3,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(
    st.lists(patterns(), min_size=100, max_size=150),
    st.lists(st.text("ab- é.1_\u0661\u00a0", max_size=6), min_size=30, max_size=40),
)
def test_any_pattern_matches_in_the_page_what_it_matches_here(listed, texts):
    allowed = [pattern for pattern in listed if usable(pattern)]
    assert len(allowed) > 10
    assert list(matches(allowed, texts)) == []


PARTS = Quiz.model_validate(
    {
        "format_version": 1,
        "title": "T",
        "questions": [
            {"id": one["kind"], "explain": "e", "source": "s", **one}
            for one in (
                {"kind": "match", "stem": "?", "pairs": {"one": "1st", "two": "2nd", "three": "3rd"}},
                {"kind": "categorise", "stem": "?", "groups": {"a": ["x", "z"], "b": ["y"]}},
                {"kind": "cloze", "stem": "[[one]], [[two]] and [[three]]"},
                {"kind": "short", "stem": "?", "accept": ["one"]},
            )
        ],
    }
)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("match", {"one": "1st"}),
        ("match", {"one": "1st", "two": "2nd", "three": "1st"}),
        ("categorise", {"y": "b"}),
        ("cloze", ("one", " ", "three")),
        ("cloze", ("", "", "three")),
        ("short", "one"),
    ],
)
def test_the_page_misses_the_parts_that_we_miss(kind, answer):
    question = next(one for one in PARTS.questions if one.kind == kind)
    given = {"question": question_data(PARTS, question, lambda _: ""), "answer": page_marking.in_page(question, answer)}
    assert page_marking.run("m.missing(given.question,given.answer)", given) == list(missing_parts(question, answer))


def test_points_are_written_with_two_places_at_most():
    assert page_marking.run("given.map(m.pointsText)", [10.629999999999999, 3, 0.5, 0.1 + 0.2]) == [
        "10.63", "3", "0.5", "0.3",
    ]  # fmt: skip
