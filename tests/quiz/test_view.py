"""What a learner sees of a question."""

import json
from dataclasses import asdict

from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.view import digest, seen

COMMON = {"explain": "Because.", "source": "A book"}
PARAMETRIC = {
    "kind": "numeric",
    "id": "n",
    "stem": "Twice {{n}} is?",
    "answer": "2 * n",
    "params": {"n": ["1", "2", "3"]},
    "unit": "steps",
    "points": 2.5,
    **COMMON,
}
CLOZE = {"kind": "cloze", "id": "c", "stem": "[[One]] pass is an [[epoch]].", **COMMON}
QUIZ = Quiz.model_validate(
    {"format_version": 1, "title": "Two", "summary": "S.", "draw": 1, "questions": [PARAMETRIC, CLOZE]}
)


def test_a_question_with_parameters_is_seen_as_its_first_variant():
    question = QUIZ.question("n")
    assert seen(question) == seen(question.all_variants[0])
    assert seen(question).stem() == "Twice 1 is?"
    assert len({digest(variant) for variant in question.all_variants}) == 3


def test_a_variant_that_is_gone_is_left_out_of_a_sitting():
    fewer = Quiz.model_validate(
        {"format_version": 1, "title": "Two", "questions": [{**PARAMETRIC, "params": {"n": ["1", "5"]}}]}
    )
    for seed in range(20):
        sitting = steps.begin("two", QUIZ, seed)
        (slot,) = sitting.slots
        left, notes = steps.reconcile(sitting, fewer)
        kept = slot.question_id == "n" and slot.variant == 0
        assert (left.done, len(notes)) == (not kept, int(not kept))


def test_a_blank_is_a_gap_wherever_it_stands():
    asked = seen(QUIZ.question("c"))
    assert (asked.stem(), asked.blanks) == ("(1) ____ pass is an (2) ____.", 2)
    assert asked.stem("[blank]") == QUIZ.question("c").gapped("[blank]")


def test_no_right_answer_is_seen():
    text = json.dumps([asdict(seen(question)) for question in QUIZ.questions])
    for answer in ("epoch", "Because", "A book"):
        assert answer not in text


def test_the_order_of_the_options_says_nothing():
    choice = {"kind": "choice", "id": "a", "stem": "?", "right": "z", "wrong": {"b": "No.", "a": "No."}, **COMMON}
    order = {"kind": "order", "id": "b", "stem": "?", "items": ["second", "first", "third"], **COMMON}
    match = {"kind": "match", "id": "c", "stem": "?", "pairs": {"x": "2", "y": "1"}, **COMMON}
    truth = {"kind": "truefalse", "id": "d", "stem": "?", "answer": "false", **COMMON}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [choice, order, match, truth]})
    shown = [seen(question).options for question in quiz.questions]
    assert shown == [("a", "b", "z"), ("first", "second", "third"), ("1", "2"), ("True", "False")]
