"""One and several are equally right, unless the author tells them apart; and so is what stands around a term."""

import pytest

from dlquiz.model.quiz import Quiz
from dlquiz.quiz.marking import mark_in
from dlquiz.quiz.plurals import plural_of, with_plurals


def marked(answer, **fields):
    question = {"id": "q", "stem": "Which word?", "explain": "So it is called.", "source": "A book", **fields}
    quiz = Quiz.model_validate({"format_version": 1, "title": "A quiz", "questions": [question]})
    return mark_in(quiz, quiz.questions[0], answer)


@pytest.mark.parametrize(
    ("one", "several"),
    [("pixel", "pixels"), ("batch", "batches"), ("loss", "losses"), ("policy", "policies"), ("array", "arrays"),
     ("learning rate", "learning rates"), ("prefix", "prefixes")],
)  # fmt: skip
def test_the_plural_is_made(one, several):
    assert plural_of(one) == several
    assert marked(several, kind="short", accept=[one]).correct


@pytest.mark.parametrize("text", ["fit", "lr", "axis", "K-means", "type 1", "/pixels?/", "x + y", "784", "model.fit"])
def test_what_is_no_word_or_ends_in_s_has_no_plural(text):
    assert plural_of(text) == ""


def test_a_plural_that_the_author_rejects_stays_rejected():
    fields = {"kind": "short", "accept": ["epoch"], "reject": {"epochs": "One pass is one of them."}}
    mark = marked("epochs", **fields)
    assert not mark.correct
    assert mark.feedback[0].text == "One pass is one of them."


def test_a_plural_that_is_the_word_of_another_blank_is_not_taken():
    fields = {"kind": "cloze", "stem": "One [[weight]] and many [[weights]]."}
    assert marked(["weights", "weights"], **fields).score == 0.5
    assert with_plurals(("weight",), ("weights",)) == ("weight",)


@pytest.mark.parametrize(
    "typed",
    ["the gated recurrent unit", "gated recurrent unit (GRU)", "Gated recurrent units", "A gated recurrent unit.",
     "the gated-recurrent unit (gru)"],
)  # fmt: skip
def test_an_article_and_a_short_form_behind_a_term_do_not_matter(typed):
    assert marked(typed, kind="short", accept=["gated recurrent unit"]).correct


@pytest.mark.parametrize(
    ("accept", "typed"),
    [("fit", "the fit method"), ("DataLoader", "DataLoader class"), ("elbow method", "elbow"),
     ("regularisation", "a regularization technique")],
)  # fmt: skip
def test_the_word_method_or_class_behind_a_name_does_not_matter(accept, typed):
    assert marked(typed, kind="short", accept=[accept]).correct


@pytest.mark.parametrize(
    ("accept", "typed"),
    [("f(x)", "f(y)"), ("class", "the"), ("an example", "anexamples of"), ("loss (x)", "loss (xy z)"), ("method", "a")],
)
def test_what_is_part_of_the_term_is_not_taken_off(accept, typed):
    assert not marked(typed, kind="short", accept=[accept]).correct
