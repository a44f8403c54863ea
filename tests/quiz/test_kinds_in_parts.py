"""Marking of cloze, match, order, categorise and output, and what people type for them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.model.quiz import Categorise, Cloze, Match, Order, Output, Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.glossary import TERMS
from dlquiz.quiz.marking import mark, neighbours, options_of, right_answer, right_answer_value
from dlquiz.quiz.typed_input import labelled, partners, read_typed
from dlquiz.quiz.view import seen

COMMON = {"id": "q", "explain": "Because.", "source": "A book"}
CLOZE = Cloze.model_validate(
    {
        "kind": "cloze",
        "stem": "One pass is an [[epoch]]; one update uses a [[mini-batch|batch|/minibatch(es)?/]].",
        "typos": 1,
        "reject": {"iteration": "An iteration is one update."},
        **COMMON,
    }
)
BANK = Cloze.model_validate(
    {"kind": "cloze", "stem": "`[[no blank]]` [[epoch]] and [[batch]].", "wrong": {"layer": "No."}, **COMMON}
)
MATCH = Match.model_validate(
    {
        "kind": "match",
        "stem": "Match.",
        "pairs": {"epoch": "one pass", "step": "one update", "batch": "some examples"},
        "extra": {"one layer": "A layer is a part of the network."},
        "why": {"step": "The optimiser does it."},
        **COMMON,
    }
)
ORDER = Order.model_validate(
    {"kind": "order", "stem": "Order.", "items": ["forward", "loss", "backward", "update"], **COMMON}
)
GROUPS = Categorise.model_validate(
    {
        "kind": "categorise",
        "stem": "Sort.",
        "groups": {"set": ["rate", "size"], "learned": ["weight"]},
        "why": {"rate": "You choose it."},
        **COMMON,
    }
)
OUTPUT = Output.model_validate(
    {
        "kind": "output",
        "stem": "?",
        "code": "print((32, 10))\nprint([True])",
        "answer": "(32, 10)\n[True]\n",
        "reject": {"32 10 [True]": "A tuple has brackets."},
        **COMMON,
    }
)
EVERY = (CLOZE, BANK, MATCH, ORDER, GROUPS, OUTPUT)


def with_partial(question, partial):
    return type(question).model_validate({**question.model_dump(), "partial": partial})


@pytest.mark.parametrize("question", EVERY, ids=lambda q: f"{q.kind}-{len(options_of(q))}")
def test_the_right_answer_is_right_and_can_be_shown(question):
    assert mark(question, right_answer_value(question)).correct
    assert right_answer(question)


@pytest.mark.parametrize("question", EVERY, ids=lambda q: f"{q.kind}-{len(options_of(q))}")
@given(
    answer=st.one_of(
        st.text(max_size=30),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.lists(st.text(max_size=12), max_size=5),
        st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=4),
    )
)
def test_any_answer_gets_a_mark_and_unclear_ones_earn_nothing(question, answer):
    result = mark(question, answer)
    assert 0 <= result.score <= 1
    assert result.correct == (result.score == 1)
    if result.unclear:
        assert result.score == 0
        assert result.message


# --- cloze ------------------------------------------------------------------------------------------------


def test_the_gapped_text_numbers_its_blanks_and_leaves_code_alone():
    assert CLOZE.gapped() == "One pass is an (1) ____; one update uses a (2) ____."
    assert BANK.gapped() == "`[[no blank]]` (1) ____ and (2) ____."


@pytest.mark.parametrize(
    ("answer", "score"),
    [(("epoch", "mini-batch"), 1), (("Epoch.", "BATCH"), 1), (("epoch", "minibatches"), 1), (("epohc", "batch"), 1),
     (("batch", "epoch"), 0), (("epoch", "layer"), 0.5), (("", "batch"), 0.5), (("epoch", "epoch"), 0.5)],
)  # fmt: skip
def test_each_good_blank_earns_its_share(answer, score):
    assert mark(CLOZE, answer).score == score
    assert mark(with_partial(CLOZE, "all"), answer).score == (1 if score == 1 else 0)


def test_a_foreseen_wrong_word_gets_its_feedback_and_the_right_word():
    first, second = mark(CLOZE, ("iteration", "batch")).feedback
    assert first.text == "An iteration is one update. It is “epoch”."
    assert (second.right, second.text) == (True, "")


def test_a_typo_is_not_forgiven_into_another_term_of_the_quiz():
    quiz = Quiz.model_validate(
        {
            "format_version": 1,
            "title": "T",
            "questions": [
                {"kind": "cloze", **COMMON, "stem": "It is [[overfitting]].", "typos": 2},
                {"kind": "short", **COMMON, "id": "r", "stem": "?", "accept": ["underfitting"]},
            ],
        }
    )
    question = quiz.questions[0]
    others = neighbours(quiz, question)
    assert "underfitting" in others
    assert not mark(question, "underfitting", neighbours=others).correct
    assert mark(question, "overfiting", neighbours=others).correct


@pytest.mark.parametrize(
    "answer", ["epoch", ("epoch",), ("a", "b", "c"), ("", " "), {"epoch": "x"}, ("epoch", "x" * 300)]
)
def test_a_wrong_number_of_words_is_unclear(answer):
    assert mark(CLOZE, answer).unclear


def test_with_a_word_bank_another_word_is_unclear_and_a_wrong_one_has_its_reason():
    assert mark(BANK, ("epoch", "loss")).unclear
    assert mark(BANK, ("layer", "batch")).feedback[0].text == "No. It is “epoch”."
    assert set(options_of(BANK)) == {"epoch", "batch", "layer"}


# --- match and categorise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("meanings", list(itertools.product(options_of(MATCH), repeat=3)))
def test_the_score_of_a_match_is_the_share_of_good_pairs(meanings):
    answer = dict(zip(MATCH.pairs, meanings, strict=True))
    good = sum(MATCH.pairs[term] == meaning for term, meaning in answer.items())
    assert mark(MATCH, answer).score == pytest.approx(good / 3)
    assert mark(with_partial(MATCH, "all"), answer).score == (good == 3)


def test_feedback_of_a_match_names_the_partner_and_the_reasons():
    feedback = mark(MATCH, {"epoch": "one layer", "step": "some examples"}).feedback
    assert [f.option for f in feedback] == ["epoch → one layer", "step → some examples", "batch → nothing"]
    assert feedback[0].text == "A layer is a part of the network. It belongs to “one pass”."
    assert feedback[1].text == "It belongs to “one update”. The optimiser does it."


@pytest.mark.parametrize(
    ("question", "answer", "word"),
    [(MATCH, {"epoc": "one pass"}, "Did you mean “epoch”"), (MATCH, {"epoch": "two"}, "is no meaning here"),
     (MATCH, {"epoch": "one pass", "Epoch": "one pass"}, "twice"), (MATCH, {}, "each term its meaning"),
     (MATCH, ["one pass"], "each term"), (GROUPS, {"rate": "put"}, "is no group here"), (GROUPS, "set", "each item")],
)  # fmt: skip
def test_what_names_nothing_is_unclear(question, answer, word):
    assert word in mark(question, answer).message


@pytest.mark.parametrize("groups", list(itertools.product(("set", "learned"), repeat=3)))
def test_the_score_of_groups_is_the_share_of_good_items(groups):
    answer = dict(zip(GROUPS.items, groups, strict=True))
    good = sum(GROUPS.items[item] == group for item, group in answer.items())
    assert mark(GROUPS, answer).score == pytest.approx(good / 3)


# --- order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("items", list(itertools.permutations(ORDER.items)))
def test_an_order_scores_by_places_by_pairs_or_not_at_all(items):
    places = sum(a == b for a, b in zip(items, ORDER.items, strict=True))
    pairs = sum(items.index(a) < items.index(b) for a, b in itertools.combinations(ORDER.items, 2))
    assert mark(ORDER, items).score == places / 4
    assert mark(with_partial(ORDER, "pairs"), items).score == pytest.approx(pairs / 6)
    assert mark(with_partial(ORDER, "all"), items).score == (places == 4)


def test_the_sentence_about_pairs_gives_the_numbers_of_the_score():
    by_pairs = with_partial(ORDER, "pairs")
    result = mark(by_pairs, ["loss", "forward", "backward", "update"])
    assert result.score == 5 / 6
    assert result.message == "5 of 6 pairs of items are in the right order."


@pytest.mark.parametrize("answer", ["forward", ["forward"], ["forward"] * 4, {"forward": "1"}, [*ORDER.items, "loss"]])
def test_an_order_without_all_items_is_unclear(answer):
    assert mark(ORDER, answer).unclear


def test_a_sitting_never_shows_the_items_in_their_order_already():
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [ORDER.model_dump()]})
    shown = {steps.begin("q", quiz, seed).slots[0].options for seed in range(60)}
    assert ORDER.items not in shown
    assert len(shown) > 10


# --- output -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", ["(32, 10)\n[True]", "(32,10) [True]", " ( 32, 10 )\r\n[ True ]\n", ["(32, 10)", "[True]"]]
)
def test_white_space_makes_no_difference_to_an_output(answer):
    assert mark(OUTPUT, answer).correct


def test_other_case_is_forgiven_with_a_word_and_another_output_is_wrong():
    assert mark(OUTPUT, "(32, 10) [true]").message == "Python writes it “(32,10) [True]”."
    assert not mark(OUTPUT, "(3, 210) [True]").correct
    assert not mark(OUTPUT, "(32, 1 0) [True]").correct
    assert mark(OUTPUT, "32 10 [True]").feedback[0].text == "A tuple has brackets."


# --- what people type -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["a2 b1 c3", "A2, B1, C3", "2a 1b 3c", "a=2;b=1;c=3", "a → 2, b → 1, c → 3", "2 1 3", "a2b1c3"]
)
def test_a_match_is_typed_as_letters_and_numbers(typed):
    shown = ("one update", "one pass", "some examples", "one layer")
    assert list(partners(seen(MATCH))) == ["a", "b", "c"]
    assert list(labelled(shown, numbers=True)) == ["1", "2", "3", "4"]
    assert mark(MATCH, read_typed(seen(MATCH), shown, typed)).correct


@pytest.mark.parametrize("typed", ["1a 2b 3a", "a1 b2 a3", "a b a", "1 a, 2 b, 3 a"])
def test_groups_are_typed_as_numbers_and_letters(typed):
    assert mark(GROUPS, read_typed(seen(GROUPS), ("rate", "weight", "size"), typed)).correct


@pytest.mark.parametrize("typed", ["a9 b1 c3", "a a 2", "hello", "a2 b", "", "a2 a3 b1", "z1"])
def test_a_line_that_pairs_nothing_is_unclear(typed):
    shown = ("one update", "one pass", "some examples", "one layer")
    assert mark(MATCH, read_typed(seen(MATCH), shown, typed)).unclear


@pytest.mark.parametrize("typed", ["2 3 1 4", "2,3,1,4", "b c a d", "forward; loss; backward; update", "2 > 3 > 1 > 4"])
def test_an_order_is_typed_as_numbers(typed):
    assert mark(ORDER, read_typed(seen(ORDER), ("backward", "forward", "loss", "update"), typed)).correct


@pytest.mark.parametrize("typed", ["epoch; batch", "epoch, batch", "epoch batch"])
def test_blanks_are_typed_with_semicolons_commas_or_spaces(typed):
    assert mark(CLOZE, read_typed(seen(CLOZE), (), typed)).correct


@pytest.mark.parametrize("typed", ["2; 3", "2 3", "epoch; 3", "b c"])
def test_words_of_a_bank_have_numbers(typed):
    assert mark(BANK, read_typed(seen(BANK), ("layer", "epoch", "batch"), typed)).correct


# --- variants in a sitting --------------------------------------------------------------------------------


def parametric():
    return Quiz.model_validate(
        {
            "format_version": 1,
            "title": "T",
            "questions": [
                {
                    "kind": "numeric",
                    **COMMON,
                    "stem": "Half of {{n}}?",
                    "params": {"n": ["2", "4", "6"]},
                    "answer": "n / 2",
                }
            ],
        }
    )


def test_a_sitting_asks_one_variant_and_another_seed_another_one():
    asked = {steps.current(steps.begin("q", parametric(), seed), parametric())[1].stem for seed in range(30)}
    assert asked == {"Half of 2?", "Half of 4?", "Half of 6?"}


def test_a_variant_is_kept_when_a_sitting_is_read_back():
    sitting = steps.begin("q", parametric(), 5)
    again = steps.from_json(steps.to_json(sitting))
    assert again == sitting
    _, question = steps.current(again, parametric())
    done, result = steps.answer(again, parametric(), str(question.answer))
    assert result.correct
    assert done.done


def test_a_variant_that_is_gone_is_left_out_with_a_sentence():
    sitting = next(s for s in (steps.begin("q", parametric(), n) for n in range(30)) if s.slots[0].variant == 2)
    fewer = Quiz.model_validate(
        {**parametric().model_dump(), "questions": [{**parametric().questions[0].written, "params": {"n": ["2", "4"]}}]}
    )
    after, notes = steps.reconcile(sitting, fewer)
    assert after.done
    assert notes == ("Question “q” was changed since you started, so it is left out.",)


# --- the glossary -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "typed", "correct"),
    [("encoder", "decoder", False), ("encoder", "encodr", True), ("invariance", "varinace", False),
     ("translation invariance", "translation equivariance", False), ("normalisation", "normalization", True),
     ("normalisation", "normalizaton", True), ("weights", "weigths", True), ("step", "stpe", True)],
)  # fmt: skip
def test_a_typo_is_never_forgiven_into_a_term_of_the_field(accept, typed, correct):
    question = {"kind": "short", **COMMON, "stem": "?", "accept": [accept], "typos": 2}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    assert mark(quiz.questions[0], typed, neighbours=neighbours(quiz, quiz.questions[0])).correct is correct


@pytest.mark.parametrize("term", TERMS)
def test_no_term_of_the_glossary_is_taken_for_another_one(term):
    question = {"kind": "short", **COMMON, "stem": "?", "accept": [term], "typos": 2}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    others = neighbours(quiz, quiz.questions[0])
    assert [other for other in TERMS if mark(quiz.questions[0], other, neighbours=others).correct] == [term]
