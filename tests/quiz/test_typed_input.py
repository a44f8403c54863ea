"""What people type at a question with options."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.quiz import Choice, Multi
from dlquiz.quiz.marking import mark
from dlquiz.quiz.typed_input import labelled, read_typed
from dlquiz.quiz.view import seen

COMMON = {"stem": "?", "explain": "Because.", "source": "A book"}
CHOICE = Choice.model_validate(
    {"kind": "choice", "id": "c", "right": "epoch", "wrong": {"step": "No.", "a run": "No."}, **COMMON}
)
SHOWN = ("step", "epoch", "a run")
MULTI = Multi.model_validate(
    {
        "kind": "multi",
        "id": "m",
        "right": ["early stopping", "dropout, early"],
        "wrong": {"more epochs": "No."},
        **COMMON,
    }
)
SHOWN_MULTI = ("more epochs", "early stopping", "dropout, early")


@pytest.mark.parametrize("typed", ["2", " 2. ", "2)", "b", "B", "epoch", "Epoch"])
def test_number_letter_and_text_choose_the_same_option(typed):
    assert mark(CHOICE, read_typed(seen(CHOICE), SHOWN, typed)).correct


@pytest.mark.parametrize("typed", ["0", "4", "d", "99", "nothing", "-1", ""])
def test_what_names_no_option_stays_for_marking_to_call_unclear(typed):
    assert mark(CHOICE, read_typed(seen(CHOICE), SHOWN, typed)).unclear


@pytest.mark.parametrize("typed", ["2 3", "2,3", "b c", "c, 2", "3;2 2", "early stopping; dropout, early"])
def test_several_options_are_typed_with_spaces_commas_or_semicolons(typed):
    assert mark(MULTI, read_typed(seen(MULTI), SHOWN_MULTI, typed)).correct


@pytest.mark.parametrize("typed", ["2 9", "2 nothing", ";;"])
def test_one_part_that_names_no_option_makes_the_line_unclear(typed):
    assert mark(MULTI, read_typed(seen(MULTI), SHOWN_MULTI, typed)).unclear


def test_a_whole_option_with_a_comma_in_it_is_one_option():
    assert read_typed(seen(MULTI), SHOWN_MULTI, "dropout, early") == ("dropout, early",)


def test_where_options_are_numbers_a_number_is_an_option_and_letters_are_places():
    shown = ("20", "1", "50")
    question = Choice.model_validate(
        {"kind": "choice", "id": "c", "right": "1", "wrong": {"20": "No.", "50": "No."}, **COMMON}
    )
    assert read_typed(seen(question), shown, "1") == "1"
    assert read_typed(seen(question), shown, "b") == "1"
    assert read_typed(seen(question), shown, "20") == "20"


def test_where_options_are_letters_a_letter_is_an_option_and_numbers_are_places():
    shown = ("w", "x", "b")
    question = Choice.model_validate(
        {"kind": "choice", "id": "c", "right": "b", "wrong": {"w": "No.", "x": "No."}, **COMMON}
    )
    assert read_typed(seen(question), shown, "b") == "b"
    assert read_typed(seen(question), shown, "1") == "w"


def test_options_are_numbered_or_lettered_if_one_is_a_number():
    assert labelled(("20", "50")) == {"a": "20", "b": "50"}
    assert labelled(("L2", "50 %")) == {"1": "L2", "2": "50 %"}


def test_no_option_is_ever_called_q_because_q_stops_the_quiz():
    options = tuple(str(1000 + i) for i in range(20))
    assert list(labelled(options)) == [str(i) for i in range(1, 21)]
    assert _choice(options, "17") == options[16]
    assert _choice(options, "q") == "q"


def _choice(options, typed):
    question = Choice.model_validate(
        {"kind": "choice", "id": "c", "right": options[0], "wrong": dict.fromkeys(options[1:], "No."), **COMMON}
    )
    return read_typed(seen(question), options, typed)


@settings(deadline=None)
@given(st.text(), st.sampled_from([(CHOICE, SHOWN), (MULTI, SHOWN_MULTI)]))
def test_any_line_can_be_read_and_marked(text, asked):
    question, shown = asked
    mark(question, read_typed(seen(question), shown, text))
