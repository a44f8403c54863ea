"""Blanks in a text: what is one, what is only text, and what was left open."""

import pytest
from pydantic import ValidationError

from dlquiz.model.blanks import Blank, parse, unfinished
from dlquiz.model.codes import Code
from dlquiz.model.quiz import Quiz


def words(text):
    return [part.variants for part in parse(text) if isinstance(part, Blank)]


def mistakes(stem):
    question = {"kind": "cloze", "id": "q", "stem": stem, "explain": "So.", "source": "A book"}
    with pytest.raises(ValidationError) as caught:
        Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    return [(one["type"], one["ctx"]["message"]) for one in caught.value.errors() if one["type"].startswith("DLQ")]


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("An [[epoch]] is a [[pass|walk]].", [("epoch",), ("pass", "walk")]),
        ("`x[[0]]` and [[y]]", [("y",)]),
        ("`[[` opens [[one]]", [("one",)]),
        ("[1, [[2]]]", [("2",)]),
        ("of [[shape[0]]]", [("shape[0]",)]),
        ("[[/n[- ]grams?/]] or [[word]]", [("/n[- ]grams?/",), ("word",)]),
        ("```\n[[0]]\n``` [[x]]", [("x",)]),
    ],
)
def test_a_blank_ends_where_its_brackets_have_their_partners(text, blanks):
    assert words(text) == blanks
    assert unfinished(text) == ""
    assert "".join(part if isinstance(part, str) else f"[[{'|'.join(part.variants)}]]" for part in parse(text)) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("An [[epoch] is a pass, and [[]] too.", "[[epoch] is a pass, and"),
        ("An [[a] here, and then [[b]] there.", "[[a] here, and then"),
        ("An [[open blank here", "[[open blank here"),
        ("An [[a]] here ]] there", "here ]]"),
        ("[[a [b ]]", "[[a [b ]]"),
    ],
)
def test_what_is_left_open_is_told_with_its_words(text, left):
    assert unfinished(text) == left
    assert mistakes(text)[0] == (Code.BLANK, f"a blank is not closed, or not opened: '{left}'")


def test_an_empty_blank_is_called_empty():
    assert mistakes("[[a]] and [[ ]]") == [(Code.BLANK, "blank 2 holds an empty variant")]
