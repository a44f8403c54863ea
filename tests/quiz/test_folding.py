"""What counts as the same word, and how far two words are apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.quiz.folding import (
    did_you_mean,
    distance,
    fold,
    nearest,
    opposite,
    printable,
    same_digits,
    same_word,
    says,
    typos_allowed,
)

words = st.text(alphabet="abcdé ", max_size=8)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Gradient   Descent ", "gradient descent"),
        ("LÄRNRATE", "larnrate"),
        ("mini–batch", "mini-batch"),
        ("overfitting.", "overfitting"),
        ("naïve Bayes", "naive bayes"),
        ("ΣΊΣΥΦΟΣ", "σισυφος".replace("ς", "σ")),
        ("it’s", "it's"),
        ("ﬁlter", "filter"),
    ],
)
def test_case_accents_spaces_and_dashes_are_folded_away(typed, meant):
    assert fold(typed) == fold(meant)


def test_marks_of_scripts_where_they_are_letters_are_kept():
    assert fold("की") != fold("का")


@pytest.mark.parametrize(("a", "b"), [("weight", "weights"), ("L1", "L2"), ("bias", "bits")])
def test_different_words_stay_different(a, b):
    assert fold(a) != fold(b)


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("", "", 0),
        ("epoch", "epoch", 0),
        ("epoch", "epohc", 1),  # neighbours swapped: one edit, not two
        ("epoch", "epochs", 1),
        ("batch", "bitch", 1),
        ("overfitting", "underfitting", 3),
        ("", "abc", 3),
        ("ca", "abc", 3),  # optimal string alignment: no edit inside a swapped pair
    ],
)
def test_distance_counts_edits(a, b, edits):
    assert distance(a, b) == edits


@settings(deadline=None)
@given(words, words)
def test_distance_is_a_symmetric_count_that_is_zero_only_for_equals(a, b):
    edits = distance(a, b)
    assert edits == distance(b, a)
    assert (edits == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edits <= max(len(a), len(b))


@settings(deadline=None)
@given(words, words, st.integers(0, 4))
def test_a_capped_distance_is_exact_below_its_cap(a, b, cap):
    assert distance(a, b, at_most=cap) == min(distance(a, b), cap + 1)


@pytest.mark.parametrize(
    ("length", "switch", "allowed"),
    [(3, 2, 0), (4, 2, 1), (9, 2, 1), (10, 2, 2), (10, 1, 1), (10, 0, 0), (4, 0, 0)],
)
def test_forgiven_typos_grow_with_the_word_and_never_pass_the_switch(length, switch, allowed):
    assert typos_allowed(length, switch) == allowed


def test_a_pattern_must_match_the_whole_answer():
    assert says("/mini.?batch(es)?/", "Mini-Batches")
    assert says("/mini.?batch(es)?/", "  mini  batch ".replace("  ", " "))
    assert not says("/mini.?batch(es)?/", "a mini-batch")


def test_a_pattern_meets_the_answer_with_and_without_its_accents():
    assert says("/époque/", "Époque")
    assert says("/epoque/", "Époque")


def test_a_pattern_is_never_tried_on_an_overlong_answer():
    assert not says("/a+/", "a" * 201)


@pytest.mark.parametrize(
    ("a", "b"), [("supervised", "unsupervised"), ("underfitting", "overfitting"), ("linear", "nonlinear")]
)
def test_a_prefix_that_turns_the_meaning_round_is_seen_in_both_directions(a, b):
    assert opposite(a, b)
    assert opposite(b, a)


def test_a_plural_is_no_opposite():
    assert not opposite("epoch", "epochs")


def test_digits_must_agree():
    assert same_digits("type 1 error", "tipe 1 error")
    assert not same_digits("type 1 error", "type 2 error")


def test_did_you_mean_names_a_close_name_only():
    assert did_you_mean("ovrfitting", ["epoch", "overfitting"]) == "overfitting"
    assert did_you_mean("xyz", ["epoch", "overfitting"]) is None
    assert did_you_mean("xyz", []) is None
    assert nearest("x", []) is None


@settings(deadline=None)
@given(st.text())
def test_printable_text_is_one_short_line_without_control_characters(text):
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [("regularisation", "Regularization"), ("mini-batch", "minibatch"), ("self play", "self-play"), ("colour", "color"),
     ("optimiser", "optimizer"), ("grey image", "gray image"), ("labelled data", "labeled data"),
     ("over fitting", "overfitting"),
     ("standardised", "standardized"), ("analyse", "analyze"), ("neighbour", "neighbor"), ("behaviour", "behavior"),
     ("generalisability", "generalizability"), ("regularisable", "regularizable"), ("fibre", "fiber"),
     ("catalogue", "catalog"), ("artefact", "artifact")],
)  # fmt: skip
def test_both_spellings_and_one_word_or_two_are_the_same_term(one, other):
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("overfitting", "underfitting"), ("1-2", "12"), ("1 2", "12"), ("four", "for"), ("hour", "hor"), ("size", "sis"),
     ("type 1", "type 2"), ("noise", "nose"), ("mean", "means")],
)  # fmt: skip
def test_other_words_stay_other_words(one, other):
    assert not same_word(one, other)


@pytest.mark.parametrize("mark", ["\u2019", "\u2018", "\u02bc", "\u00b4", "`"])
def test_every_sign_that_people_type_for_an_apostrophe_is_one(mark):
    assert fold(f"Goodhart{mark}s law") == fold("Goodhart's law")
    assert fold("re\u0301sume\u0301") == "resume"
