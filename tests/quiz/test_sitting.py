"""One run through a quiz as a state machine."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.errors import StoreError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.marking import options_of

COMMON = {"explain": "Because.", "source": "A book"}


def quiz(draw: int | None = None, **changes) -> Quiz:
    """Ten questions; ``changes`` replaces fields of questions by id, or drops them with None."""
    questions = []
    for i in range(6):
        wrong = {f"wrong {n}": f"No, {n}." for n in range(4)}
        questions.append({"kind": "choice", "id": f"c{i}", "stem": f"Choice {i}?", "right": "right", "wrong": wrong})
    questions += [
        {"kind": "truefalse", "id": "tf", "stem": "True?", "answer": "true", "points": 2},
        {"kind": "numeric", "id": "num", "stem": "How many?", "answer": 16000},
        {"kind": "short", "id": "word", "stem": "Word?", "accept": ["epoch"]},
        {"kind": "multi", "id": "m", "stem": "Which?", "right": ["a", "b"], "wrong": {"c": "No c."}, "points": 4},
    ]
    kept = []
    for question in questions:
        change = changes.get(str(question["id"]), {})
        if change is not None:
            kept.append({**COMMON, "tags": [f"tag-{question['kind']}"], **question, **change})
    return Quiz.model_validate({"format_version": 1, "title": "Ten", "draw": draw, "questions": kept})


REPLY = {"tf": True, "num": "16000", "word": "epoch", "m": ("a", "b")}


def reply(question_id: str):
    return REPLY.get(question_id, "right")


def run_through(sitting, of=None):
    """Answer everything that is open rightly; return the sitting and the order of the questions."""
    of = of or quiz()
    order = []
    while (here := steps.current(sitting, of)) is not None:
        order.append(here[0].question_id)
        sitting, _ = steps.answer(sitting, of, reply(here[0].question_id))
    return sitting, order


def test_a_sitting_draws_the_wanted_number_without_repeats():
    sitting = steps.begin("ten", quiz(draw=4), seed=1)
    ids = [slot.question_id for slot in sitting.slots]
    assert len(ids) == len(set(ids)) == 4
    assert not sitting.done
    assert (sitting.position, sitting.length) == (1, 4)


def test_without_draw_every_question_is_asked():
    assert len(steps.begin("ten", quiz(), seed=1).slots) == 10


def test_the_same_seed_repeats_questions_and_options_and_another_does_not():
    assert steps.begin("ten", quiz(draw=4), 5) == steps.begin("ten", quiz(draw=4), 5)
    orders = {steps.begin("ten", quiz(draw=4), seed).slots for seed in range(20)}
    assert len(orders) > 10


def test_shuffled_options_are_the_questions_own_and_every_place_is_reached_by_the_right_one():
    places = set()
    for seed in range(60):
        for slot in steps.begin("ten", quiz(), seed).slots:
            question = quiz().question(slot.question_id)
            assert sorted(slot.options) == sorted(options_of(question))
            if slot.question_id == "c0":
                places.add(slot.options.index("right"))
    assert places == {0, 1, 2, 3, 4}


def test_moving_questions_and_options_in_the_file_does_not_change_what_a_seed_shows():
    ten = quiz()
    moved = quiz(**{f"c{i}": {"wrong": {f"wrong {n}": f"No, {n}." for n in (2, 0, 3, 1)}} for i in range(6)})
    moved = moved.model_copy(update={"questions": moved.questions[::-1]})
    for seed in range(5):
        assert steps.begin("ten", moved, seed) == steps.begin("ten", ten, seed)


def test_true_always_stands_before_false():
    slots = {s.question_id: s for seed in range(10) for s in steps.begin("ten", quiz(), seed).slots}
    assert slots["tf"].options == ("True", "False")


def test_all_right_answers_earn_all_points():
    sitting, order = run_through(steps.begin("ten", quiz(), 1))
    assert sitting.done
    assert sorted(order) == sorted(q.id for q in quiz().questions)
    score = steps.score(sitting)
    assert (score.earned, score.possible, score.right, score.answered, score.share) == (14, 14, 10, 10, 1)
    assert steps.wrong_ids(sitting) == ()
    with pytest.raises(ValueError, match="done"):
        steps.answer(sitting, quiz(), "x")


def test_partial_credit_is_weighted_with_the_points_of_the_question():
    only = quiz(**{f"c{i}": None for i in range(6)}, tf=None, num=None, word=None)
    sitting, mark = steps.answer(steps.begin("m", only, 1), only, ["a"])
    assert mark.score == 0.5
    assert steps.score(sitting).earned == 2


def test_an_unclear_answer_changes_nothing():
    only = quiz(**{f"c{i}": None for i in range(6)}, tf=None, m=None, word=None)
    before = steps.begin("n", only, 1)
    after, mark = steps.answer(before, only, "16,000")
    assert mark.unclear
    assert after == before


def test_what_to_look_at_again_counts_the_tags_of_answers_that_were_not_right():
    assert steps.look_again(["c0", "c1", "num", "gone"], quiz()) == (("tag-choice", 2), ("tag-numeric", 1))


TWO_WORDS = (("gpu-tpu", "gpu"), ("graphics-processor", "loss-function"))


def test_two_words_for_one_term_are_looked_at_again_as_one():
    asked = quiz()
    tagged = [one.model_copy(update={"tags": tags}) for one, tags in zip(asked.questions, TWO_WORDS, strict=False)]
    again = steps.look_again([one.id for one in tagged], asked.model_copy(update={"questions": tuple(tagged)}))
    assert again == (("gpu", 2), ("loss", 1))


def test_a_sitting_without_answers_has_no_score():
    assert steps.score(steps.begin("ten", quiz(), 1)).share == 0


@settings(deadline=None)
@given(
    st.integers(0, 2**63 - 1), st.integers(1, 10), st.integers(0, 10), st.lists(st.booleans(), min_size=10, max_size=10)
)
def test_a_sitting_read_back_at_any_point_continues_the_same(seed, draw, stop, rightly):
    ten = quiz(draw=draw)
    sitting = steps.begin("ten", ten, seed)
    for right in rightly[: min(stop, draw)]:
        slot, question = steps.current(sitting, ten)
        wrong = {"tf": False, "num": "1", "word": "x", "m": ("c",)}.get(question.id, "wrong 1")
        sitting, _ = steps.answer(sitting, ten, reply(slot.question_id) if right else wrong)
    back = steps.from_json(steps.to_json(sitting))
    assert back == sitting
    assert run_through(back, ten) == run_through(sitting, ten)


def test_a_question_that_vanished_or_changed_is_left_out_with_a_sentence():
    sitting = steps.begin("ten", quiz(), 7)
    changed = quiz(c1=None, c2={"stem": "Another question?"}, word={"accept": ["step"]})
    after, notes = steps.reconcile(sitting, changed)
    assert sorted(after.skipped) == ["c1", "c2", "word"]
    assert after.length == 7
    assert sorted(notes) == [
        "Question “c1” is no longer part of this quiz, so it is left out.",
        "Question “c2” was changed since you started, so it is left out.",
        "Question “word” was changed since you started, so it is left out.",
    ]
    finished, order = run_through(after, changed)
    assert len(order) == 7
    assert steps.score(finished).possible == 11
    assert steps.reconcile(after, changed) == (after, ())


def test_better_explanations_hints_reasons_and_another_order_leave_a_question_in():
    changes = {
        "c1": {"explain": "A better explanation.", "hints": ["Think."], "tags": ["new"]},
        "c2": {"wrong": {f"wrong {n}": "Another reason." for n in (3, 2, 1, 0)}},
    }
    sitting = steps.begin("ten", quiz(), 7)
    assert steps.reconcile(sitting, quiz(**changes)) == (sitting, ())


def test_an_answered_question_keeps_its_mark_when_it_changes_later():
    sitting = steps.begin("ten", quiz(), 7)
    first = sitting.slots[0].question_id
    sitting, _ = steps.answer(sitting, quiz(), reply(first))
    after, notes = steps.reconcile(sitting, quiz(**{first: None}))
    assert notes == ()
    assert after.given == sitting.given


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format_version": 1}', '{"format_version": 1, "slots": 3}', "nonsense"]
)
def test_a_damaged_state_is_a_store_error_with_a_next_step(text):
    with pytest.raises(StoreError) as caught:
        steps.from_json(text)
    assert "--new" in caught.value.next_step


def test_a_state_of_a_newer_dlquiz_is_refused_with_advice():
    data = json.loads(steps.to_json(steps.begin("ten", quiz(), 1)))
    with pytest.raises(StoreError, match="format 2") as caught:
        steps.from_json(json.dumps({**data, "format_version": 2}))
    assert "Update dlquiz" in caught.value.next_step
