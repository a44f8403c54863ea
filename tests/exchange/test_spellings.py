"""Other spellings of right words go with them to programs that compare letters."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.spellings import spellings
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.folding import same_word
from dlquiz.quiz.marking import mark
from tests.exchange import two_way

REST = {"explain": "Because.", "source": "A book"}


def quiz_of(*questions):
    return Quiz.model_validate({"format_version": 1, "title": "T", "questions": [q | REST for q in questions]})


def short(*accept, **more):
    return {"kind": "short", "id": "s", "stem": "What?", "accept": list(accept)} | more


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("mini-batch", {"mini batch", "minibatch"}), ("learning rate", {"learning-rate", "learningrate"}),
        ("normalise", {"normalize"}), ("normalize", {"normalise"}), ("Regularisation", {"Regularization"}),
        ("colour", {"color"}), ("behavior", {"behaviour"}), ("grayscale", {"greyscale"}), ("modelling", {"modeling"}),
        ("epoch", set()), ("/mini.?batch/", set()), ("3.14", set()), ("x-1", set()),
    ],
)  # fmt: skip
def test_the_usual_spellings_are_found(text, others):
    assert set(spellings(text)) == {text, *others}


def test_three_words_are_joined_in_every_way_and_more_only_alike():
    assert {"stochastic-gradient descent", "stochasticgradientdescent"} <= set(spellings("stochastic gradient descent"))
    assert spellings("area under the curve") == ("area under the curve", "area-under-the-curve")


WORDS = st.sampled_from(["mini", "batch", "normalise", "colour", "grey", "centre", "a", "L2", "b1"])


@given(st.lists(WORDS, min_size=1, max_size=6).map("-".join))
def test_every_spelling_counts_here_too_and_they_are_few(text):
    found = spellings(text)
    assert found[0] == text
    assert len(found) <= 12
    assert all(same_word(text, one) for one in found)


def content(quiz, name):
    data = FORMATS[name].writer()(quiz, "quiz").content
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(member).decode() for member in archive.namelist())


TYPED = ["gift", "moodle", "jupyterquiz", "qti12", "qti21", "text2qti"]


@pytest.mark.parametrize("name", TYPED)
def test_spellings_of_a_word_and_of_a_blank_are_written(name):
    cloze = {"kind": "cloze", "id": "c", "stem": "One [[learning rate]] only."}
    text = content(quiz_of(short("mini-batch", "Normalise"), cloze), name)
    for word in ("mini-batch", "mini batch", "minibatch", "Normalise", "Normalize", "learning rate", "learningrate"):
        assert word in text


@pytest.mark.parametrize("name", TYPED)
def test_that_only_these_spellings_are_right_there_is_declared(name):
    report, _ = two_way.there(quiz_of(short("epoch")), name)
    assert [change.what for change in report.changes if change.loss] == ["spelling"]


@pytest.mark.parametrize("name", TYPED)
def test_what_is_no_word_loses_nothing(name):
    report, _ = two_way.there(quiz_of(short("3.14")), name)
    assert report.lossless


def test_a_foreseen_wrong_spelling_does_not_come_before_a_right_one():
    # An author may tell "mini batch" apart on purpose: our marking lets the accepted text win.
    quiz = quiz_of(short("mini-batch", reject={"mini batch": "Nearly.", "batch": "That is all of it."}))
    text = content(quiz, "moodle")
    assert 'fraction="0"' in text
    assert text.count(">mini batch<") == 1
    assert mark(quiz.questions[0], "mini batch").correct


def test_the_output_of_a_program_has_one_spelling():
    question = {"kind": "output", "id": "o", "stem": "Prints?", "code": "print('mini-batch')", "answer": "mini-batch"}
    assert "minibatch" not in content(quiz_of(question), "moodle")


@pytest.mark.parametrize("name", ["gift", "moodle"])
def test_spellings_are_one_text_again_when_they_come_back(name):
    quiz = quiz_of(short("mini-batch", "Batch"))
    again = Quiz.model_validate(as_quiz_fields(FORMATS[name].reader()(FORMATS[name].writer()(quiz, "q").content, "q")))
    assert again.questions[0].accept == ("mini-batch", "Batch")
