"""Quizzes as models: what is accepted, and what is refused with which code."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dlquiz.model.codes import MEANING, Code
from dlquiz.model.pattern import MAX_ANSWER, compile_pattern, is_pattern
from dlquiz.model.quiz import (
    KIND_ALIASES,
    KINDS,
    Categorise,
    Choice,
    Cloze,
    Match,
    Multi,
    Numeric,
    Order,
    Output,
    Quiz,
    Short,
    TrueFalse,
)
from dlquiz.model.tolerance import bounds, exact

COMMON = {"id": "q", "stem": "What?", "explain": "So.", "source": "A book, chapter 1"}
FIELDS = {
    "choice": {"right": "A", "wrong": {"B": "Because."}},
    "multi": {"right": ["A", "B"], "wrong": {"C": "Because."}},
    "truefalse": {"answer": "false"},
    "numeric": {"answer": "40"},
    "short": {"accept": ["batch"]},
    "cloze": {"stem": "One pass is an [[epoch]]."},
    "match": {"pairs": {"epoch": "a pass", "step": "an update"}},
    "order": {"items": ["first", "second", "third"]},
    "categorise": {"groups": {"set": ["rate"], "learned": ["weight", "bias"]}},
    "output": {"code": "print(1)", "answer": "1"},
}


def question(kind, **fields):
    return {**COMMON, "kind": kind, **FIELDS.get(kind, {}), **fields}


def quiz(*questions, **fields):
    return Quiz.model_validate({"format_version": 1, "title": "T", "questions": list(questions), **fields})


def read(kind, **fields):
    return quiz(question(kind, **fields)).questions[0]


def codes(*questions, **fields):
    with pytest.raises(ValidationError) as caught:
        quiz(*questions, **fields)
    # pydantic counts only the entries without mistakes; the loader drops that line too.
    return [e["type"] for e in caught.value.errors() if not (e["type"] == "too_short" and e["input"])]


# --- what is accepted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "model"),
    [("choice", Choice), ("multi", Multi), ("truefalse", TrueFalse), ("numeric", Numeric), ("short", Short),
     ("cloze", Cloze), ("match", Match), ("order", Order), ("categorise", Categorise), ("output", Output)],
)  # fmt: skip
def test_kind_says_which_question_it_is(kind, model):
    assert type(read(kind)) is model
    assert KINDS[kind] is model


def test_every_kind_survives_a_round_trip_through_json():
    whole = quiz(*(question(kind, id=f"q-{kind}") for kind in KINDS), draw="3", summary="S")
    assert Quiz.model_validate_json(whole.model_dump_json()) == whole
    assert Quiz.model_validate(whole.model_dump()) == whole
    assert whole.draw == 3


def test_a_quiz_finds_a_question_by_its_id():
    whole = quiz(question("choice", id="one"), question("short", id="two"))
    assert whole.question("two").kind == "short"
    with pytest.raises(KeyError):
        whole.question("three")


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("No", False), ("YES", True), ("false", False)])
def test_truefalse_reads_words(text, truth):
    assert read("truefalse", answer=text).answer is truth


def test_multi_takes_a_list_or_reasons():
    assert read("multi").right == {"A": None, "B": None}
    assert read("multi", right={"A": "null", "B": None, "D": "Because."}).right == {
        "A": None,
        "B": None,
        "D": "Because.",
    }


@pytest.mark.parametrize(
    ("written", "tolerance", "low", "high"),
    [("0", 0.0, 40, 40), ("0.5", 0.5, 39.5, 40.5), ("5%", "5%", 38, 42), (["39", "45"], (39.0, 45.0), 39, 45)],
)
def test_a_tolerance_is_absolute_a_percentage_or_a_range(written, tolerance, low, high):
    asked = read("numeric", tolerance=written)
    assert asked.tolerance == tolerance
    assert bounds(asked.answer, asked.tolerance) == (low, high)


@settings(deadline=None)
@given(
    st.floats(-1e6, 1e6, allow_nan=False),
    st.floats(0, 1e6) | st.floats(0, 200).map(lambda percent: f"{percent:.6f}%"),
)
def test_bounds_always_hold_the_answer_and_lie_even_around_it(answer, tolerance):
    low, high = bounds(answer, tolerance)
    assert low <= exact(answer) <= high
    assert low + high == 2 * exact(answer)


def test_bounds_are_decimal_so_that_a_tenth_is_a_tenth():
    low, high = bounds(0.3, 0.1)
    assert (low, high) == (exact("0.2"), exact("0.4"))


def test_near_keeps_the_numbers_as_written():
    assert list(read("numeric", near={"1e3": "Too large.", "-40": "The sign."}).near) == ["1e3", "-40"]


def test_texts_lose_the_white_space_around_them():
    assert read("choice", right="  A\n").right == "A"


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["id", "stem", "explain", "source"])
def test_every_question_needs_its_words(field):
    asked = question("choice")
    del asked[field]
    assert codes(asked) == ["missing"]
    assert codes(question("choice", **{field: " "})) in (["string_too_short"], ["string_pattern_mismatch"])


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("choice", {"wrong": {"B": None}}, Code.NO_REASON),
        ("choice", {"wrong": {"B": " "}}, Code.NO_REASON),
        ("choice", {"wrong": ["B"]}, Code.WRONG_TYPE),
        ("choice", {"wrong": {"A": "Because."}}, Code.OPTION_CLASH),
        ("choice", {"right": "A  b", "wrong": {"A b": "Because."}}, Code.OPTION_CLASH),
        ("choice", {"wrong": {"B  b": "x", "B b": "y"}}, Code.OPTION_CLASH),
        ("multi", {"wrong": {"B": "Because."}}, Code.OPTION_CLASH),
        ("multi", {"right": ["A", "A"]}, Code.OPTION_CLASH),
        ("multi", {"right": "A"}, Code.WRONG_TYPE),
        ("multi", {"right": ["A", ["B"]]}, Code.WRONG_TYPE),
        ("truefalse", {"answer": "maybe"}, Code.NOT_ALLOWED),
        ("numeric", {"answer": "0,5"}, Code.NOT_A_NUMBER),
        ("numeric", {"answer": "nan"}, Code.NOT_A_NUMBER),
        ("numeric", {"answer": "1e999"}, Code.NOT_A_NUMBER),
        ("numeric", {"tolerance": "-1"}, Code.OUT_OF_RANGE),
        ("numeric", {"tolerance": "-5%"}, Code.OUT_OF_RANGE),
        ("numeric", {"tolerance": "x%"}, Code.NOT_A_NUMBER),
        ("numeric", {"tolerance": ["1"]}, Code.NOT_A_NUMBER),
        ("numeric", {"tolerance": ["50", "30"]}, Code.OUT_OF_RANGE),
        ("numeric", {"tolerance": ["50", "60"]}, Code.OUT_OF_RANGE),
        ("numeric", {"tolerance": None}, Code.NOT_A_NUMBER),
        ("numeric", {"answer": "0", "tolerance": "5%"}, Code.OUT_OF_RANGE),
        ("numeric", {"tolerance": "5%", "near": {"42": "x"}}, Code.NEAR_IS_RIGHT),
        ("numeric", {"near": {"40.0": "x"}}, Code.NEAR_IS_RIGHT),
        ("numeric", {"near": {"5": "x", "5.0": "y"}}, Code.OPTION_CLASH),
        ("numeric", {"near": {"five": "x"}}, Code.NOT_A_NUMBER),
        ("short", {"reject": {"BATCH": "x"}}, Code.REJECT_IS_RIGHT),
        ("short", {"accept": ["/mini.?batch(es)?/"], "reject": {"minibatches": "x"}}, Code.REJECT_IS_RIGHT),
        ("short", {"accept": ["/(a+)+/"]}, Code.PATTERN),
        ("short", {"image": "a.png"}, Code.IMAGE),
        ("short", {"image": "../a.png", "alt": "x"}, Code.IMAGE),
        ("short", {"image": "/a.png", "alt": "x"}, Code.IMAGE),
        ("mcq", {}, Code.UNKNOWN_KIND),
        ("cloze", {"stem": "No blank."}, Code.BLANK),
        ("cloze", {"stem": "An [[open blank."}, Code.BLANK),
        ("cloze", {"stem": "An [[epoch|]]."}, Code.BLANK),
        ("cloze", {"stem": "An [[/(a+)+/]]."}, Code.PATTERN),
        ("cloze", {"reject": {"Epoch": "x"}}, Code.REJECT_IS_RIGHT),
        ("cloze", {"stem": "[[a|b]] [[c]]", "wrong": {"b": "x"}}, Code.REJECT_IS_RIGHT),
        ("cloze", {"stem": "[[/a+/]]", "wrong": {"b": "x"}}, Code.BLANK),
        ("match", {"pairs": {"a": "x", "b": "x"}}, Code.OPTION_CLASH),
        ("match", {"extra": ["a pass"]}, Code.OPTION_CLASH),
        ("match", {"extra": {"a pass": "x"}}, Code.OPTION_CLASH),
        ("match", {"why": {"loss": "x"}}, Code.WHY),
        ("order", {"items": ["a", "b", "a"]}, Code.OPTION_CLASH),
        ("order", {"why": {"fourth": "x"}}, Code.WHY),
        ("categorise", {"groups": {"a": ["x", "y"], "b": ["x"]}}, Code.OPTION_CLASH),
        ("categorise", {"groups": {"a": ["x"], "b": []}}, Code.WRONG_COUNT),
        ("categorise", {"why": {"fourth": "x"}}, Code.WHY),
        ("output", {"code": "print("}, Code.PROGRAM),
        ("output", {"code": "\n  \n"}, Code.EMPTY),
        ("output", {"reject": {"1": "x"}}, Code.REJECT_IS_RIGHT),
        (None, {}, Code.UNKNOWN_KIND),
        (["choice"], {}, Code.UNKNOWN_KIND),
    ],
)
def test_a_mistake_has_its_code(kind, fields, code):
    asked = {**COMMON, "kind": kind, **fields} if isinstance(kind, list) else question(kind, **fields)
    assert codes(asked) == [code]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("short", {"typos": "3"}), ("short", {"accept": []}), ("multi", {"partial": "half"}), ("choice", {"points": "0"}),
     ("choice", {"points": "inf"}), ("choice", {"id": "A b"}), ("choice", {"wrong": {}}),
     ("numeric", {"params": {"n": ["1"]}})],
)  # fmt: skip
def test_values_outside_the_format_are_refused(kind, fields):
    assert len(codes(question(kind, **fields))) == 1


def test_an_unknown_kind_does_not_hide_the_other_mistakes_of_its_question():
    assert sorted(codes({"kind": "mcq", "id": "q", "stem": "", "source": "s"})) == [
        Code.UNKNOWN_KIND,
        "missing",
        "string_too_short",
    ]


def test_ids_are_unique_within_a_quiz_also_beside_other_mistakes():
    assert codes(question("choice"), question("short")) == [Code.DUPLICATE_ID]
    assert sorted(codes(question("choice"), question("short", typos="9"))) == [Code.DUPLICATE_ID, "less_than_equal"]


def test_a_sitting_cannot_draw_more_than_there_is():
    assert codes(question("choice"), draw=2) == [Code.DRAW]
    assert codes(question("choice"), draw=0) == ["greater_than_equal"]


def test_no_alias_is_itself_a_kind_and_every_alias_leads_to_one():
    assert not set(KIND_ALIASES) & set(KINDS)
    assert set(KIND_ALIASES.values()) <= set(KINDS)


def test_braces_in_an_authors_text_stay_braces_in_the_message():
    with pytest.raises(ValidationError) as caught:
        read("choice", wrong={"{help} {0}": None})
    assert caught.value.errors()[0]["ctx"]["message"] == "'{help} {0}' has no reason"


# --- patterns ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (
            "/mini.?batch(es)?/",
            ["minibatch", "Mini-Batches", "MINI BATCH"],
            ["minibatch!", "a minibatch", "mini--batch"],
        ),
        ("/(?:over|high).fit/", ["over-fit", "High fit"], ["overfit"]),
        (r"/[a\]]{2}\d+/", ["a]7", "aa12"], ["a7"]),
        ("/[^]x]+y/", ["aby"], ["]y", "xy"]),
    ],
)
def test_a_pattern_matches_whole_answers_without_regard_to_case(pattern, yes, no):
    compiled = compile_pattern(pattern)
    assert all(compiled.fullmatch(answer) for answer in yes)
    assert not any(compiled.fullmatch(answer) for answer in no)


@pytest.mark.parametrize(
    "pattern",
    ["/(a+)+/", "/(a|aa)+b/", "/(a*)*/", "/(a?){30}b/", "/((ab?)c)*d/", "/.*.*.*x/", "/" + "a?" * 20 + "b/", "/(a)\\1/",
     "/(?=a)a/", "/(?i)a/", "/(a/", "/a{99999999999}/", "/[/", "/" + "a" * 101 + "/", "/.*/", "/(a+)?(b+)?c+/"],
)  # fmt: skip
def test_a_pattern_that_is_broken_or_could_be_slow_is_refused(pattern):
    assert is_pattern(pattern)
    with pytest.raises(ValueError):
        compile_pattern(pattern)


atoms = st.sampled_from(["a", "b", ".", "[ab]", "(a)", "(ab)", "(a|b)", "(?:ab?)", "a{2,}", "\\w"])
pieces = st.tuples(atoms, st.sampled_from(["", "", "?", "*", "+", "+?", "{1,3}"])).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=10).map(lambda parts: f"/{''.join(parts)}/"))
def test_an_accepted_pattern_is_fast_on_the_longest_answer(pattern):
    try:
        compiled = compile_pattern(pattern)
    except ValueError:
        return
    begin = time.process_time()
    compiled.fullmatch("a" * (MAX_ANSWER - 1) + "!")
    compiled.fullmatch("ab" * (MAX_ANSWER // 2 - 1) + "!")
    # Two seconds stand between some milliseconds here and the minutes that a backtracking bomb takes.
    assert time.process_time() - begin < 2


# --- codes ------------------------------------------------------------------------------------------------


def test_every_code_has_one_meaning():
    assert set(MEANING) == set(Code)
    assert len(set(MEANING.values())) == len(Code)
    assert all(re.fullmatch(r"DLQ\d{3}", code) for code in Code)
