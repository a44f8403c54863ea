"""Reviews without a terminal: what is remembered, what is due, and what is asked."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dlquiz.errors import StoreError, UnknownName, WorkError
from dlquiz.study.days import day_of
from dlquiz.study.memory import QuestionBank, knowledge
from dlquiz.study.reviewing import asking, due_now, ending, next_day, plan

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = day_of(NOW)


def answered(desk, question, *, days_ago, correct=True, sure=None, mode="quiz", quiz="words"):
    at = NOW - timedelta(days=days_ago)
    desk.progress.record_answer(
        f"{question}-{days_ago}", quiz, question, '"x"', correct, float(correct), at, sure=sure, mode=mode
    )


@pytest.fixture
def bank(desk):
    answered(desk, "gap", days_ago=9)
    answered(desk, "pass", days_ago=3, correct=False, sure=True)
    return QuestionBank(desk, TODAY)


def test_a_bank_needs_a_workspace_and_a_store(visitor, tmp_path):
    with pytest.raises(WorkError):
        QuestionBank(visitor, TODAY)
    visitor.start(tmp_path / "work")
    visitor.close()
    visitor.workspace.store.unlink(missing_ok=True)
    visitor.workspace.store.mkdir()
    with pytest.raises(StoreError):
        QuestionBank(visitor, TODAY)


def test_what_is_due_comes_with_what_misled_first(bank):
    assert due_now(bank) == ([("words", "pass"), ("words", "gap")], 0)
    session = plan(bank, limit=20, seed=1)
    assert (session.queue, session.waiting, session.gone) == ((("words", "pass"), ("words", "gap")), 2, 0)
    assert plan(bank, limit=1, seed=1).queue == (("words", "pass"),)
    assert plan(bank, limit=1, seed=1).waiting == 2


def test_questions_that_are_gone_are_counted_and_not_asked(bank, desk, told):
    answered(desk, "vanished", days_ago=9)
    answered(desk, "any", days_ago=9, quiz="no-such-quiz")
    bank.read(TODAY)
    session = plan(bank, limit=20, seed=1)
    assert (len(session.queue), session.gone) == (2, 2)
    assert told == []


def test_a_broken_quiz_is_told_once_and_left_out(bank, desk, course, told):
    (course / "quizzes/words.yaml").write_text("title: nothing\n")
    assert due_now(bank) == ([], 2)
    assert due_now(bank) == ([], 2)
    assert len(told) == 1
    assert told[0].endswith("Its questions are left out.")


def test_cramming_takes_what_was_answered_or_what_has_a_tag(bank):
    assert set(plan(bank, limit=20, seed=1, cram=True).queue) == {("words", "gap"), ("words", "pass")}
    tagged = plan(bank, limit=20, seed=1, cram=True, tags=["epoch"])
    assert set(tagged.queue) == {("words", "pass"), ("words", "steps")}
    with pytest.raises(UnknownName, match="Did you mean “epoch”"):
        plan(bank, limit=20, seed=1, cram=True, tags=["epohc"])


def test_of_two_questions_about_one_fact_a_review_asks_one_and_the_other_stays_due(bank, course):
    path = course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("    id: pass\n", "    id: pass\n    same_as: [gap]\n"))
    assert plan(bank, limit=20, seed=1).queue == (("words", "pass"),)
    assert plan(bank, limit=20, seed=1).waiting == 2
    assert set(plan(bank, limit=20, seed=1, cram=True, tags=["overfitting"]).queue) == {("words", "gap")}


def test_a_fact_that_a_quiz_asked_today_waits_for_another_day(bank, course, desk):
    path = course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("    id: steps\n", "    id: steps\n    same_as: [gap]\n"))
    answered(desk, "steps", days_ago=0)
    today = QuestionBank(desk, TODAY)
    assert plan(today, limit=20, seed=1).queue == (("words", "pass"),)
    assert set(plan(QuestionBank(desk, TODAY + timedelta(days=1)), limit=20, seed=1).queue) == {
        ("words", "pass"), ("words", "gap"),
    }  # fmt: skip
    assert ("words", "gap") in plan(today, limit=20, seed=1, cram=True).queue


def test_a_word_to_recall_is_asked_before_the_question_that_shows_it(course, desk):
    path = course / "quizzes/words.yaml"
    kind = "kind: short\n    accept: [epoch]\n    explain: So it is called.\n    source: A book\n"
    path.write_text(path.read_text() + f"  - id: recall\n    stem: What is one pass called?\n    {kind}")
    for name in ("gap", "pass", "recall"):
        answered(desk, name, days_ago=9)
    for seed in range(10):
        asked = [name for _, name in plan(QuestionBank(desk, TODAY), limit=20, seed=seed).queue]
        assert asked.index("recall") < asked.index("pass")


def test_each_question_is_asked_with_its_place_and_stored_as_a_review(bank, desk):
    session = plan(bank, limit=20, seed=1)
    one = asking(bank, session, 2)
    task = one.task(NOW)
    assert (task.asked.id, task.number, task.total) == ("gap", 2, 2)
    assert one.hear("Overfitting", NOW).mark.correct
    assert desk.progress.answers("words")[-1].mode == "review"
    bank.read(TODAY)
    assert due_now(bank)[0] == [("words", "pass")]
    assert next_day(bank) > TODAY


def test_a_crammed_answer_leaves_the_schedule_as_it_is(bank):
    before = dict(bank.memories)
    session = plan(bank, limit=20, seed=1, cram=True)
    one = asking(bank, session, 1)
    assert not one.answer(one.task(NOW).asked.options[0], NOW).mark.unclear
    bank.read(TODAY)
    assert bank.memories == before


def test_the_end_of_a_review_names_the_topics_that_went_wrong(bank):
    session = plan(bank, limit=20, seed=1)
    given = []
    for number, line in enumerate(["true", "Overfitting"], 1):
        one = asking(bank, session, number)
        one.hear(line, NOW)
        given += one.sitting.given
    found = ending(bank, session, given)
    assert (found.score.right, found.score.answered) == (1, 2)
    assert found.again == (("epoch", 1),)


def test_knowledge_counts_topics_all_questions_and_the_days_to_come(bank):
    found = knowledge(bank)
    assert (found.total.seen, found.total.questions) == (2, 3)
    assert {row.topic: (row.seen, row.questions) for row in found.topics} == {"overfitting": (1, 1), "epoch": (1, 2)}
    assert found.due[0] == 2


def test_the_day_is_the_learners_own(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert day_of(datetime(2026, 11, 2, 23, 0, tzinfo=UTC)) == date(2026, 11, 3)
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
