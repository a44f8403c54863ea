"""When questions come back: replayed through the real FSRS, never from anything but the answers."""

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.mark import Mastery
from dlquiz.quiz import schedule
from dlquiz.quiz.schedule import Answered

DAY = date(2026, 3, 1)


def answered(days, *, correct=True, sure=None, question="q", quiz="words", start=DAY):
    return [Answered(quiz, question, start + timedelta(days=day), correct, sure) for day in days]


def one(answers, **settings):
    (memory,) = schedule.replay(answers, **settings).values()
    return memory


def test_right_answers_on_the_day_they_are_due_come_back_after_2_then_11_then_46_days():
    """The intervals of fsrs 6 with its default weights and no learning steps."""
    days, gaps = [0], []
    for _ in range(3):
        memory = one(answered(days))
        gaps.append((memory.due - memory.last).days)
        days.append((memory.due - DAY).days)
    assert gaps == [2, 11, 46]


@pytest.mark.parametrize(
    ("correct", "sure", "rating", "first_gap"),
    [
        (True, None, Rating.Good, 2),
        (True, True, Rating.Good, 2),
        (True, False, Rating.Hard, 1),
        (False, None, Rating.Again, 1),
        (False, False, Rating.Again, 1),
        (False, True, Rating.Again, 1),
    ],
)
def test_each_answer_has_its_rating_and_first_interval(correct, sure, rating, first_gap):
    assert schedule.rating(correct=correct, sure=sure) == rating
    memory = one(answered([0], correct=correct, sure=sure))
    assert (memory.due - DAY).days == first_gap
    assert memory.misled == (not correct and sure is True)
    assert memory.knew == correct


def test_right_but_unsure_comes_back_sooner_than_right_the_second_time():
    sure, unsure = one(answered([0, 2])), one([*answered([0]), *answered([2], sure=False)])
    assert unsure.due < sure.due


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([(True, None), (True, False), (False, True)])), min_size=1)
)
@settings(max_examples=60, deadline=None)
def test_a_replay_is_what_fsrs_says_step_by_step(history):
    """An independent walk through the public interface of fsrs, with the same settings."""
    scheduler = Scheduler(
        desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=365
    )
    day, card, log = DAY, None, []
    for gap, (correct, sure) in history:
        day += timedelta(days=gap)
        log.append(Answered("words", "q", day, correct, sure))
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        rating = Rating.Again if not correct else Rating.Hard if sure is False else Rating.Good
        card, _ = scheduler.review_card(card or Card(1, due=at), rating, at)
    memory = one(log)
    assert memory.due == card.due.date()
    assert memory.stability_days == card.stability
    later = day + timedelta(days=9)
    assert memory.retrievability(later) == scheduler.get_card_retrievability(
        card, datetime(later.year, later.month, later.day, 12, tzinfo=UTC)
    )


def test_the_hour_does_not_matter_and_a_clock_set_back_breaks_nothing():
    memory = one([*answered([3]), *answered([0])])
    assert memory.last == DAY + timedelta(days=3)


def test_no_interval_is_longer_than_a_year():
    days = [0]
    for _ in range(8):
        days.append((one(answered(days)).due - DAY).days)
    assert max(b - a for a, b in pairwise(days)) == 365


def test_the_history_belongs_to_quiz_and_question_id():
    memories = schedule.replay([*answered([0]), *answered([0], quiz="other"), *answered([0], question="p")])
    assert set(memories) == {("words", "q"), ("other", "q"), ("words", "p")}


def test_the_chance_to_recall_falls_to_ninety_percent_on_the_day_the_stability_says():
    memory = one(answered([0, 2, 13]))
    assert memory.retrievability(memory.last) == 1
    assert memory.retrievability(memory.last + timedelta(days=round(memory.stability_days))) == pytest.approx(
        0.9, abs=2e-3
    )
    values = [memory.retrievability(memory.last + timedelta(days=day)) for day in range(100)]
    assert values == sorted(values, reverse=True)


def test_a_wrong_answer_is_not_known_on_its_own_day():
    wrong = one(answered([0], correct=False))
    assert wrong.retrievability(DAY) == 1
    assert not wrong.known(DAY)
    assert one(answered([0])).known(DAY)
    assert not one(answered([0])).known(DAY + timedelta(days=30))


def test_ten_thousand_answers_replay_in_well_under_a_second():
    log = [
        Answered("words", f"q{i % 300}", DAY + timedelta(days=i // 30), i % 4 != 0, (None, True, False)[i % 3])
        for i in range(10_000)
    ]
    started = time.process_time()
    memories = schedule.replay(log)
    assert len(memories) == 300
    assert time.process_time() - started < 2  # about 0.2 s; the room is for a busy machine


# --- an exam day ------------------------------------------------------------------------


@given(st.integers(1, 700))
def test_everything_comes_back_before_the_exam(delay):
    """Even what is known so well that it would come back in a year."""
    log = answered([0, 2, 13, 59, 220])
    last = log[-1].day
    exam = last + timedelta(days=delay)
    memory = one(log, exam_day=exam)
    assert last < memory.due <= exam
    assert memory.due < exam or delay == 1
    assert memory.due <= one(log).due
    assert memory.stability_days == one(log).stability_days


def test_the_gap_is_a_fifth_of_weeks_and_a_twentieth_of_a_year():
    assert [schedule.gap_days(days) for days in (1, 7, 10, 35, 365)] == [1, 1, 2, 7, 18]
    gaps = [schedule.gap_days(days) for days in range(1, 800)]
    assert gaps == sorted(gaps)


def test_an_exam_that_is_over_changes_nothing():
    assert one(answered([5]), exam_day=DAY) == one(answered([5]))


# --- the queue --------------------------------------------------------------------------


def test_sure_and_wrong_comes_back_first_then_the_least_likely_to_be_recalled():
    log = [
        *answered([0], question="right"),
        *answered([0], question="wrong", correct=False),
        *answered([1], question="misled", correct=False, sure=True),
        *answered([1], question="mended", correct=False, sure=True),
        *answered([2], question="mended"),
        *answered([3], question="later"),
    ]
    memories = schedule.replay(log)
    due = schedule.due(memories.values(), DAY + timedelta(days=4))
    assert [memory.question_id for memory in due][:3] == ["misled", "wrong", "right"]
    assert "later" not in [memory.question_id for memory in due]
    assert not memories["words", "mended"].misled  # a right answer afterwards ends its precedence


def test_what_waits_counts_for_today_and_the_rest_for_its_day():
    log = [*answered([0], question="a"), *answered([1], question="b", correct=False), *answered([3], question="c")]
    memories = schedule.replay(log).values()  # due on day 2, 2 and 5
    today = DAY + timedelta(days=3)
    assert schedule.due_by_day(memories, today) == (2, 0, 1, 0, 0, 0, 0)
    assert schedule.next_due(memories, today) == DAY + timedelta(days=5)
    assert schedule.next_due([], today) is None
    assert len(schedule.due(memories, today)) == 2


TOPICS = st.lists(st.sampled_from("abcde"), max_size=25)


@given(TOPICS, st.integers(0, 50), st.sampled_from([None, "a", "b"]))
def test_neighbours_have_different_topics_where_that_is_possible(topics, seed, after):
    items = list(enumerate(topics))
    mixed = schedule.interleave(items, lambda item: item[1], seed, after=after)
    assert sorted(mixed) == items
    assert mixed == schedule.interleave(items, lambda item: item[1], seed, after=after)
    clashes = sum(one[1] == two[1] for one, two in pairwise(mixed))
    clashes += bool(mixed) and mixed[0][1] == after
    # The fewest possible: the largest pile needs another question between each two of its own.
    counts = Counter(topics)
    most = max((count + (name == after) for name, count in counts.items()), default=0)
    others = max((len(topics) - counts[name] for name in counts if counts[name] + (name == after) == most), default=0)
    assert clashes == max(0, most - 1 - others)


def test_another_seed_gives_another_order():
    items = [(i, "abcd"[i % 4]) for i in range(12)]
    assert len({schedule.interleave(items, lambda item: item[1], seed) for seed in range(20)}) > 10


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=15), st.integers(0, 9))
def test_a_session_asks_every_question_once_and_the_misled_ones_first(questions, seed):
    keys = [("words", f"q{i}") for i in range(len(questions))]
    topics = {key: topic for key, (topic, _) in zip(keys, questions, strict=True)}
    misled = {key for key, (_, wrong) in zip(keys, questions, strict=True) if wrong}
    mixed = schedule.queue(keys, misled, topics, seed)
    assert sorted(mixed) == sorted(keys)
    assert set(mixed[: len(misled)]) == misled


def test_cramming_begins_with_what_was_wrong_then_unseen_then_the_weakest():
    log = [
        *answered([0], question="old"),
        *answered([9], question="fresh"),
        *answered([9], question="wrong", correct=False),
        *answered([9], question="misled", correct=False, sure=True),
    ]
    keys = [("words", name) for name in ("fresh", "old", "new", "wrong", "misled")]
    order = schedule.weakest(keys, schedule.replay(log), DAY + timedelta(days=10))
    assert [question for _, question in order] == ["misled", "wrong", "new", "old", "fresh"]


def test_mastery_counts_known_seen_and_all():
    memories = schedule.replay([*answered([0], question="a"), *answered([0], question="b", correct=False)])
    topics = {"t": [("words", "a"), ("words", "b"), ("words", "c")], "empty": [("words", "c")]}
    assert schedule.mastery(topics, memories, DAY) == (
        Mastery("t", 1, 2, 3),
        Mastery("empty", 0, 0, 1),
    )
