"""Which questions a sitting asks: what the learner has met, each fact once, and a word before it can be read."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.content.course import load_quiz
from dlquiz.errors import ContentError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.drawing import apart, drawn, shows, spread, terms_of, typed_words, words_first
from dlquiz.quiz.siblings import siblings

COMMON = {"explain": "So it is called.", "source": "A book"}


def truth(name, stem=None, **more):
    return {**COMMON, "kind": "truefalse", "id": name, "stem": stem or f"{name} is true.", "answer": True, **more}


def word(name, accept, stem="What is it called?", **more):
    return {**COMMON, "kind": "short", "id": name, "stem": stem, "accept": [accept], **more}


def quiz(*questions, **more):
    return Quiz.model_validate({"format_version": 1, "title": "A quiz", "questions": list(questions), **more})


def ids(questions):
    return [question.id for question in questions]


LESSONS = quiz(
    truth("always"), truth("first", lesson="exercise1"), truth("second", lesson="exercise2"), truth("own"),
    lesson=None,
)  # fmt: skip


def test_only_questions_are_drawn_whose_lesson_was_met():
    assert set(ids(drawn(LESSONS, 1, met=frozenset({"exercise1"})))) == {"always", "first", "own"}
    assert set(ids(drawn(LESSONS, 1, met=frozenset()))) == {"always", "own"}
    assert len(drawn(LESSONS, 1)) == 4


def test_a_question_without_a_lesson_needs_that_of_its_quiz():
    both = quiz(truth("mine", lesson="exercise1"), truth("theirs"), lesson="exercise4")
    assert ids(drawn(both, 1, met=frozenset({"exercise1"}))) == ["mine"]
    assert both.lesson_of(both.question("theirs")) == "exercise4"


def test_a_sitting_draws_from_what_was_met_and_takes_fewer_if_there_are_fewer():
    six = quiz(*(truth(f"q{n}", lesson="exercise1" if n < 3 else "exercise9") for n in range(6)), draw=5)
    sitting = steps.begin("six", six, 3, met=frozenset({"exercise1"}))
    assert {slot.question_id for slot in sitting.slots} == {"q0", "q1", "q2"}
    assert len(steps.begin("six", six, 3).slots) == 5
    assert steps.begin("six", six, 3, met=frozenset()).done


def test_leaving_questions_out_keeps_the_order_of_the_others():
    for seed in range(20):
        everything = [name for name in ids(drawn(LESSONS, seed)) if name != "second"]
        assert ids(drawn(LESSONS, seed, met=frozenset({"exercise1"}))) == everything


def test_a_word_to_type_is_asked_before_the_questions_that_show_it():
    shown = quiz(
        word("a-word", "learning rate"),
        truth("shows-it", "A learning rate of 0 changes nothing."),
        truth("shows-part", "To learn is to change the weights."),
        {**COMMON, "kind": "choice", "id": "option", "stem": "Which one?", "right": "The learning rate",
         "wrong": {"The batch": "No, that is data."}},
    )  # fmt: skip
    for seed in range(30):
        order = ids(drawn(shown, seed))
        assert order.index("a-word") < min(order.index("shows-it"), order.index("option"))


def test_words_that_show_each_other_are_still_all_asked():
    pair = quiz(word("one", "batch", stem="Not an epoch?"), word("two", "epoch", stem="Not a batch?"))
    for seed in range(10):
        assert sorted(ids(drawn(pair, seed))) == ["one", "two"]


def test_of_two_questions_about_one_fact_a_sitting_asks_one_if_there_are_enough_others():
    twins = quiz(truth("one", same_as=["two"]), truth("two"), truth("three"), truth("four"), draw=3)
    for seed in range(30):
        assert not {"one", "two"} <= set(ids(drawn(twins, seed)))
    assert len(drawn(twins.model_copy(update={"draw": 4}), 1)) == 4


def test_same_as_holds_in_both_directions_and_across_quizzes():
    quizzes = {
        "a": quiz(truth("a1", same_as=["b/b1"]), truth("a2"), truth("a3", same_as=["gone/x"])),
        "b": quiz(truth("b1", same_as=["b2"]), truth("b2")),
    }
    assert siblings(quizzes) == {
        "a/a1": {"b/b1", "b/b2"},
        "b/b1": {"a/a1", "b/b2"},
        "b/b2": {"a/a1", "b/b1"},
    }


@pytest.mark.parametrize(
    ("name", "message", "help"),
    [
        ("twoo", "there is no question 'twoo'", "did you mean 'two'?"),
        ("one", "'one' is the question itself", "quiz/id"),
        ("Two", "must be lower-case", ""),
        ("a/b/c", "must be lower-case", ""),
    ],
)
def test_same_as_must_name_another_question(name, message, help, tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_text(
        f"""format_version: 1
title: A quiz
questions:
  - {{kind: truefalse, id: one, stem: So it is., answer: true, explain: Because., source: A book, same_as: [{name}]}}
  - {{kind: truefalse, id: two, stem: So it was., answer: true, explain: Because., source: A book}}
""",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        load_quiz(path)
    assert any(message in one.message and help in one.suggestion for one in caught.value.findings)
    assert {one.line for one in caught.value.findings} == {4}


def test_lesson_and_same_as_change_no_sitting_that_has_begun():
    before, after = (
        quiz(truth("one"), truth("two")),
        quiz(truth("one", same_as=["two"], lesson="exercise3"), truth("two")),
    )
    sitting = steps.begin("q", before, 1)
    assert steps.reconcile(sitting, after) == (sitting, ())


def test_what_was_never_asked_is_drawn_first_and_then_what_was_wrong():
    six = quiz(*(truth(f"q{n}") for n in range(6)), draw=3)
    last = {"q0": True, "q1": True, "q2": False, "q3": False}
    for seed in range(20):
        chosen = ids(drawn(six, seed, last=last))
        assert {"q4", "q5"} < set(chosen)
        assert set(chosen) & {"q2", "q3"}
    assert len({tuple(ids(drawn(six, seed, last=last))) for seed in range(20)}) > 4, "the order is not always the same"
    assert ids(drawn(six, 3, last={})) != [], "nothing was answered yet"


def test_a_few_sittings_show_every_question():
    many = quiz(*(truth(f"q{n}") for n in range(32)), draw=8)
    last: dict[str, bool] = {}
    for seed in range(4):
        last |= dict.fromkeys(ids(drawn(many, seed, last=last)), True)
    assert len(last) == 32


# -- spread over kinds and terms ----------------------------------------------


@st.composite
def mixtures(draw):
    """Questions of two kinds about a few terms, some of which show the word that another one asks for."""
    listed = []
    for number in range(draw(st.integers(1, 12))):
        tags = draw(st.lists(st.sampled_from(["epoch", "batch", "layer", "weight"]), max_size=2, unique=True))
        text = draw(st.sampled_from(["epoch", "batch", "layer"]))
        make = draw(st.sampled_from([truth, word]))
        listed.append(
            truth(f"q{number}", f"It is the {text} of q{number}.", tags=tags)
            if make is truth
            else word(f"q{number}", text, stem=f"What is q{number}?", tags=tags)
        )
    return quiz(*listed, draw=draw(st.integers(1, len(listed))))


@given(one=mixtures(), seed=st.integers(0, 99), data=st.data())
def test_a_sitting_asks_what_is_fresh_first_and_is_the_same_for_the_same_seed(one, seed, data):
    names = ids(one.questions)
    last = data.draw(st.dictionaries(st.sampled_from(names), st.booleans()))
    told = data.draw(st.sets(st.sampled_from(names)))
    chosen = drawn(one, seed, last=last, told=told)
    assert ids(chosen) == ids(drawn(one, seed, last=last, told=told))
    assert len(set(ids(chosen))) == one.draw

    def rank(name):
        return name in told, 1 + last[name] if name in last else 0

    assert sorted(map(rank, ids(chosen))) == sorted(map(rank, names))[: one.draw]


@given(one=mixtures())
def test_rarest_kinds_and_terms_come_first(one):
    placed = spread(one.questions, lambda _: (0,))
    assert sorted(ids(placed)) == sorted(ids(one.questions))
    plain = [question for question in one.questions if not question.tags]
    kinds = [question.kind for question in spread(plain, lambda _: (0,))]
    fewest = min(kinds.count("short"), kinds.count("truefalse"))
    assert kinds[: 2 * fewest].count("short") == fewest


def test_a_draw_takes_each_term_once_before_any_term_twice():
    terms = ["epoch", "batch", "layer", "weight"]
    many = quiz(*(truth(f"{term}-{n}", tags=[term]) for term in terms for n in range(6)), draw=4)
    for seed in range(20):
        assert {question.tags[0] for question in drawn(many, seed)} == set(terms)


def test_neighbours_differ_in_term_and_kind_where_they_can():
    mixed = quiz(*(make(f"{make.__name__}{n}", *more, tags=[tag]) for n in range(3)
                   for make, more, tag in ((truth, (), "epoch"), (word, ("cost",), "batch"))), draw=6)  # fmt: skip
    for seed in range(20):
        asked = drawn(mixed, seed)
        assert all(one.kind != other.kind for one, other in pairwise(asked))


@given(one=mixtures())
def test_moving_apart_loses_nothing_and_moves_only_what_is_alike(one):
    placed = apart(one.questions)
    assert sorted(ids(placed)) == sorted(ids(one.questions))
    for place in range(1, len(placed)):
        alike = terms_of(placed[place]) & terms_of(placed[place - 1])
        assert not alike or all(terms_of(later) & terms_of(placed[place - 1]) for later in placed[place:])


@given(one=mixtures(), seed=st.integers(0, 99))
def test_what_is_recalled_comes_before_what_shows_it(one, seed):
    for asked in (drawn(one, seed), words_first(one.questions)):
        for place, question in enumerate(asked):
            words = typed_words(question)
            assert not words or not any(shows(before, words) for before in asked[:place] if not typed_words(before))
