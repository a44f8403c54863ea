"""``dlquiz review`` and ``dlquiz quiz stats`` through the real program, with answers of earlier days."""

import contextlib
import re
import signal
import sqlite3
import subprocess
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}
NUMBERS = """\
format_version: 1
title: Numbers
topic: counting
questions:
  - kind: numeric
    id: count
    stem: "{{n}} images in batches of 4. How many steps?"
    params: {n: [8, 16, 24, 32]}
    answer: n / 4
    explain: Divide.
    source: A book
"""


def days_ago(shell, days):
    """Let everything that was answered so far be some days older, as a learner's store is."""
    with contextlib.closing(sqlite3.connect(shell.store)) as store, store:
        for number, at in store.execute("SELECT rowid, answered_at FROM answer").fetchall():
            older = datetime.fromisoformat(at) - timedelta(days=days)
            store.execute("UPDATE answer SET answered_at = ? WHERE rowid = ?", (older.isoformat(), number))


def rows(shell):
    with contextlib.closing(sqlite3.connect(shell.store)) as store:
        return store.execute("SELECT quiz_id, question_id, mode, variant, sure FROM answer ORDER BY rowid").fetchall()


def order(shell, quiz="words", seed=1):
    from dlquiz.content.course import load_quiz
    from dlquiz.quiz.sitting import begin

    slots = begin(quiz, load_quiz(shell.course / f"quizzes/{quiz}.yaml"), seed).slots
    return [slot.question_id for slot in slots]


def take(shell, **answers):
    """Take the quiz "words": right answers but for those given."""
    lines = [answers.get(name, RIGHT[name]) for name in order(shell)]
    return shell.run("quiz", "words", "--seed", "1", "--new", stdin="\n".join(lines))


def due(shell, *args):
    return shell.run("review", "--json", "--seed", "1", *args).json


@pytest.fixture
def learner(shell):
    """Somebody who was right, sure and wrong, and unsure and right, three days ago."""
    shell.start()
    take(shell, gap="Underfitting !", steps="16 ?")
    days_ago(shell, 3)
    return shell


def reply(shell, *args):
    """Answer a review rightly, in the order in which it asks."""
    lines = [RIGHT[entry["question"]] for entry in due(shell, *args)["questions"]]
    return shell.run("review", "--seed", "1", *args, stdin="\n".join(lines))


def test_without_a_workspace_it_says_what_to_do(shell):
    for command in (["review"], ["review", "--json"], ["quiz", "stats"], ["quiz", "stats", "--json"]):
        result = shell.run(*command)
        assert (result.rc, result.out) == (1, "")
        assert "Next: dlquiz start" in result.err


def test_before_any_answer_there_is_nothing_to_review(shell):
    shell.start()
    result = shell.run("review")
    assert result.rc == 0
    assert "You have not answered any question yet" in result.out
    assert "Next: dlquiz quiz " in result.out
    assert due(shell)["next_due"] is None


def test_on_the_same_day_nothing_is_due_and_the_next_day_is_told(shell):
    shell.start()
    take(shell)
    result = shell.run("review")
    assert result.rc == 0
    assert "Nothing is due today. The next question is due on " in result.out
    assert "(in 2 days)" in result.out
    assert due(shell)["next_due"] == (date.today() + timedelta(days=2)).isoformat()


def test_due_questions_are_asked_the_sure_and_wrong_one_first(learner):
    listed = due(learner)
    assert (listed["waiting"], listed["gone"]) == (3, 0)
    assert listed["questions"][0]["question"] == "gap"
    assert [entry["sure_and_wrong"] for entry in listed["questions"]] == [True, False, False]
    result = reply(learner)
    assert result.rc == 0, result.err
    assert result.out.startswith("Review: 3 questions.\n")
    assert result.out.index("Training loss falls") < result.out.index("Question 2 of 3")
    assert "Source: A book" in result.out
    assert "3 of 3 right" in result.out
    assert "The next question is due " in result.out
    assert [row[2] for row in rows(learner)] == ["quiz"] * 3 + ["review"] * 3
    assert "Nothing is due today." in learner.run("review").out


def test_every_review_moves_the_next_one_away(learner):
    reply(learner)
    first = date.fromisoformat(due(learner)["next_due"])
    assert first > date.today() + timedelta(days=1)
    days_ago(learner, 30)
    reply(learner)
    assert date.fromisoformat(due(learner)["next_due"]) > date.today() + timedelta(days=5)


def test_the_limit_cuts_the_queue_and_the_rest_stays_due(learner):
    result = reply(learner, "--limit", "1")
    assert "Review: 1 question of the 3 that are due." in result.out
    assert "2 more questions are due today." in result.out
    assert due(learner)["waiting"] == 2


def test_stopping_keeps_what_was_answered(learner):
    result = learner.run("review", "--seed", "1", stdin="Overfitting\nq\n")
    assert result.rc == 1
    assert "What you answered is kept." in result.err
    assert "1 of 1 right" in result.out
    assert due(learner)["waiting"] == 2


def test_ctrl_c_in_a_review_exits_130_and_loses_nothing(learner, terminal):
    screen = terminal("review", "--seed", "1")
    screen.expect("Your answer:")
    screen.type("Overfitting\n")
    screen.expect("unsure (u)")
    screen.type("s\n")
    screen.expect("Question 2 of 3")
    screen.interrupt()
    screen.expect("What you answered is kept.")
    assert screen.wait() == 130
    assert rows(learner)[-1][1:] == ("gap", "review", None, 1)


def test_q_after_an_answer_counts_it_in_the_score(learner, terminal):
    screen = terminal("review", "--seed", "1")
    screen.expect("Your answer:")
    screen.type("Overfitting\n")
    screen.expect("unsure (u)")
    screen.type("q\n")
    screen.expect("Right.")
    screen.expect("1 of 1 right")
    assert screen.wait() == 1


def test_a_killed_review_loses_no_answer(learner, terminal):
    screen = terminal("review", "--seed", "1")
    screen.expect("Your answer:")
    screen.type("Overfitting\n")
    screen.expect("unsure (u)")
    screen.process.send_signal(signal.SIGKILL)
    assert screen.wait() == -signal.SIGKILL
    assert rows(learner)[-1][1:3] == ("gap", "review")
    assert due(learner)["waiting"] == 2


def test_a_review_is_no_sitting_and_changes_no_best_score(learner):
    reply(learner)
    assert learner.run("quiz", "list", "--json").json["quizzes"][0]["best"] == pytest.approx(2 / 3)


def test_a_parametric_question_comes_back_as_another_variant(shell):
    (shell.course / "quizzes/numbers.yaml").write_text(NUMBERS)
    shell.start()
    shell.run("quiz", "numbers", "--seed", "1", stdin="1\n")
    for _ in range(4):
        days_ago(shell, 40)
        assert shell.run("review", stdin="1\n").rc == 1
    variants = [row[3] for row in rows(shell)]
    assert None not in variants
    assert all(one != two for one, two in pairwise(variants))


def test_a_question_that_is_gone_is_left_out_and_counted(learner):
    path = learner.course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("id: pass", "id: renamed"))
    listed = due(learner)
    assert (listed["waiting"], listed["gone"]) == (2, 1)
    assert reply(learner).rc == 0


def test_a_new_text_keeps_the_history(learner):
    path = learner.course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("One epoch is always one step.", "An epoch is always one single step."))
    assert due(learner)["waiting"] == 3


def test_a_broken_quiz_is_told_and_the_others_go_on(learner):
    (learner.course / "quizzes/numbers.yaml").write_text(NUMBERS)
    learner.run("quiz", "numbers", "--seed", "1", stdin="1\n")
    days_ago(learner, 5)
    path = learner.course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("explain: 64", "explane: 64"))
    result = learner.run("review", "--json")
    assert result.rc == 0
    assert "left out" in result.err
    assert [entry["question"] for entry in result.json["questions"]] == ["count"]


def test_an_exam_date_brings_everything_back_before_it(shell):
    shell.start()
    take(shell)
    exam = date.today() + timedelta(days=5)
    assert due(shell, "--exam-date", exam.isoformat())["next_due"] == (date.today() + timedelta(days=1)).isoformat()
    over = shell.run("review", "--exam-date", "2020-01-01")
    assert over.rc == 2
    assert "is over" in over.err
    assert shell.run("review", "--exam-date", "soon").rc == 2


def test_cramming_asks_what_is_not_due_and_leaves_the_schedule_alone(shell):
    shell.start()
    take(shell)
    before = due(shell)
    result = reply(shell, "--cram")
    assert result.rc == 0, result.err
    assert "Your schedule of reviews stays as it is." in result.out
    assert [row[2] for row in rows(shell)] == ["quiz"] * 3 + ["cram"] * 3
    assert due(shell) == before


def test_cramming_by_tag_asks_new_questions_too_and_a_wrong_tag_is_told(shell):
    shell.start()
    listed = due(shell, "--cram", "--tag", "epoch")
    assert sorted(entry["question"] for entry in listed["questions"]) == ["pass", "steps"]
    wrong = shell.run("review", "--cram", "--tag", "epoc")
    assert wrong.rc == 2
    assert "Did you mean “epoch”?" in wrong.err
    assert shell.run("review", "--tag", "epoch").rc == 2


def test_reviews_without_drawing_are_words_only(learner):
    for command in (["review", "--plain", "--seed", "1"], ["quiz", "stats", "--plain"]):
        result = learner.run(*command, stdin="Overfitting\n", env={"FORCE_COLOR": "1"})
        assert not re.search(r"[\u2190-\u21ff\u2500-\u259f✓✗\x1b]", result.out)


def test_statistics_show_what_is_known_and_due(learner):
    text = learner.run("quiz", "stats")
    assert text.rc == 0
    assert "epoch        ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  0 known, 2 answered, 2 in all" in text.out
    assert "Of 3 questions you have answered 3, and you know 0 of them now. 3 are due today" in text.out
    assert text.out.rstrip().endswith("Next: dlquiz review   (asks what is due)")
    reply(learner)
    data = learner.run("quiz", "stats", "--json").json
    assert (data["known"], data["seen"], data["questions"]) == (3, 3, 3)
    assert data["due_by_day"][0] == 0
    assert {"topic": "epoch", "known": 2, "seen": 2, "questions": 2} in data["topics"]


def test_a_quiz_that_was_taken_by_its_path_is_reviewed_too(shell):
    shell.start()
    other = shell.folder / "mine.yaml"
    other.write_text(NUMBERS)
    shell.run("quiz", "mine.yaml", stdin="1\n")
    days_ago(shell, 3)
    assert [entry["question"] for entry in due(shell)["questions"]] == ["count"]
    other.unlink()
    assert (due(shell)["waiting"], due(shell)["gone"]) == (0, 1)


def test_the_first_question_of_a_quiz_needs_neither_fsrs_nor_rapidfuzz_nor_rich(shell):
    shell.start()
    code = (
        "import sys; from dlquiz.cli import main; main(['quiz', 'words', '--seed', '1']);"
        "print(sorted({'fsrs', 'rapidfuzz', 'rich', 'numpy'} & set(sys.modules)))"
    )
    lines = "\n".join(RIGHT[name] for name in order(shell))
    done = subprocess.run(
        [shell.command[0], "-c", code], input=lines, text=True, capture_output=True, cwd=shell.folder, env=shell.env
    )
    assert done.stdout.rstrip().endswith("[]"), done.stdout + done.stderr


def test_the_sentences_of_the_lazy_subcommands_are_their_own():
    import click

    from dlquiz.cli.quiz import SUBCOMMANDS, quiz

    context = click.Context(quiz, info_name="quiz")
    for name, sentence in SUBCOMMANDS.items():
        command = quiz.get_command(context, name)
        assert (command.help or "").split("\n")[0] == sentence
        assert name in quiz.list_commands(context)


def test_an_answer_belongs_to_the_learners_own_day(shell):
    """West of Greenwich two o'clock in the night, UTC, is still the evening before."""
    shell.start()
    take(shell)
    with contextlib.closing(sqlite3.connect(shell.store)) as store, store:
        store.execute("UPDATE answer SET answered_at = '2026-03-10T02:00:00+00:00'")
    for zone, day in (("UTC", "2026-03-10"), ("Etc/GMT+5", "2026-03-09"), ("Etc/GMT-5", "2026-03-10")):
        listed = shell.run("review", "--json", env={"TZ": zone}).json
        assert {entry["last"] for entry in listed["questions"]} == {day}
