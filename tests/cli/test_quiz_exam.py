"""``dlquiz quiz ID --exam``, and saying how sure one is: through the real program."""

import contextlib
import json
import re
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}
WRONG = {"gap": "Underfitting", "pass": "true", "steps": "15"}


def replies(shell, seed=1, wrong=()):
    from dlquiz.content.course import load_quiz
    from dlquiz.quiz.sitting import begin

    slots = begin("words", load_quiz(shell.course / "quizzes/words.yaml"), seed).slots
    return [(WRONG if slot.question_id in wrong else RIGHT)[slot.question_id] for slot in slots]


def rows(shell, columns="question_id, correct, sure, mode"):
    with contextlib.closing(sqlite3.connect(shell.store)) as store:
        return store.execute(f"SELECT {columns} FROM answer ORDER BY rowid").fetchall()


def set_end(shell, at):
    """Move the end of the open exam, as if time had passed."""
    with contextlib.closing(sqlite3.connect(shell.store)) as store, store:
        (state,) = store.execute("SELECT state FROM sitting").fetchone()
        store.execute("UPDATE sitting SET state = ?", (json.dumps({**json.loads(state), "ends_at": at.isoformat()}),))


def test_an_exam_says_nothing_before_the_end_and_then_everything(shell):
    lines = replies(shell, wrong=["gap"])
    result = shell.run("quiz", "words", "--exam", "--seed", "1", stdin="\n".join(["?", *lines]))
    assert result.rc == 1
    before, after = result.out.split("Noted.\n")[0], result.out.split("Noted.\n")[-1]
    assert "There are no hints in an exam." in before
    assert "Look at the gap." not in result.out
    asked = result.out[: result.out.rindex("Noted.")]
    assert not re.search(r"Right\.|Not right\.|Why:|Source:", asked)
    assert after.count("Why:") == 3
    assert "Your answer: Underfitting" in after
    assert "Then the training loss would be high as well." in after
    assert "2 of 3 right, 2 of 3 points (67 %)." in after
    assert "  - overfitting (1 question)" in after


def test_an_unanswered_question_of_an_exam_costs_its_point(shell):
    shell.start()
    first = shell.run("quiz", "words", "--exam", "--minutes", "5", "--seed", "1", stdin=replies(shell)[0])
    assert first.rc == 1
    assert "The time of the exam goes on; it ends at" in first.err
    set_end(shell, datetime.now(UTC) - timedelta(seconds=1))
    over = shell.run("quiz", "words", stdin="\n".join(replies(shell)[1:]))
    assert over.rc == 1
    assert "The time is up." in over.out
    assert over.out.count("Not answered. The answer is") == 2
    assert "1 of 3 right, 1 of 3 points (33 %)." in over.out
    assert [row[3] for row in rows(shell)] == ["exam"]
    # It is finished: the next sitting is an ordinary one.
    assert "This is an exam" not in shell.run("quiz", "words", stdin="q\n").out


@pytest.mark.slow
def test_an_answer_that_comes_in_late_does_not_count(shell, terminal):
    shell.start()
    shell.run("quiz", "words", "--exam", "--minutes", "5", "--seed", "1", stdin="")
    set_end(shell, datetime.now(UTC) + timedelta(seconds=4))
    screen = terminal("quiz", "words")
    screen.expect(" s left")
    screen.expect("Your answer:")
    end = datetime.fromisoformat(json.loads(state(shell))["ends_at"])
    # Until the end, which is a moment of the clock.
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()) + 0.05)
    screen.type(replies(shell)[0] + "\n")
    screen.expect("This answer came too late and does not count.")
    screen.expect("0 of 3 right")
    assert rows(shell) == []


def state(shell):
    with contextlib.closing(sqlite3.connect(shell.store)) as store:
        return store.execute("SELECT state FROM sitting").fetchone()[0]


def test_resuming_keeps_the_end_of_the_time_and_the_way_of_asking(shell):
    shell.start()
    shell.run("quiz", "words", "--exam", "--minutes", "5", "--seed", "1", stdin=replies(shell)[0])
    end = json.loads(state(shell))["ends_at"]
    shell.run("quiz", "words", "--exam", "--minutes", "90", stdin=replies(shell)[1])
    assert json.loads(state(shell))["ends_at"] == end
    last = shell.run("quiz", "words", stdin=replies(shell)[2])
    assert last.rc == 0, last.err
    assert "at question 3 of 3" in last.out
    assert last.out.count("Why:") == 3


def test_an_exam_does_not_go_on_with_an_ordinary_sitting(shell):
    shell.start()
    shell.run("quiz", "words", "--seed", "1", stdin=replies(shell)[0])
    result = shell.run("quiz", "words", "--exam", stdin="q\n")
    assert "put aside" in result.err
    assert "Question 1 of 3" in result.out


def test_a_killed_exam_goes_on_and_explains_what_was_answered_before(shell, terminal):
    shell.start()
    lines = replies(shell, wrong=["gap"])
    screen = terminal("quiz", "words", "--exam", "--minutes", "30", "--seed", "1")
    for line in lines[:2]:
        screen.expect("Your answer:")
        screen.type(line + "\n")
        screen.expect("unsure (u)")
        screen.type("s\n")
        screen.expect("Noted.")
    screen.expect("Question 3 of 3")
    screen.process.send_signal(signal.SIGKILL)
    assert screen.wait() == -signal.SIGKILL
    assert [row[2:] for row in rows(shell)] == [(1, "exam")] * 2
    again = shell.run("quiz", "words", stdin=lines[2])
    assert "2 of 3 right" in again.out
    assert again.out.count("Why:") == 3
    assert "Your answer: Underfitting" in again.out


def test_a_question_that_changed_after_its_answer_is_not_explained_wrongly(shell):
    shell.start()
    seed = next(seed for seed in range(50) if replies(shell, seed)[0] == RIGHT["pass"])
    lines = replies(shell, seed)
    shell.run("quiz", "words", "--exam", "--seed", str(seed), stdin=lines[0])
    path = shell.course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("One epoch is always one step", "One epoch is never one step"))
    result = shell.run("quiz", "words", stdin="\n".join(lines[1:]))
    assert "Question 1 of 3: it was changed meanwhile; your mark stays as it was." in result.out
    assert "3 of 3 right" in result.out


def test_in_an_exam_a_person_leaves_a_question_changes_an_answer_and_hands_in(shell, terminal):
    shell.start()
    lines, wrong = replies(shell), replies(shell, wrong=list(RIGHT))
    screen = terminal("quiz", "words", "--exam", "--seed", "1", "--no-sure")
    screen.expect("#end")
    for place, line in ((1, ">"), (2, wrong[1]), (3, lines[2]), (1, lines[0])):
        screen.expect(f"Question {place} of 3")
        screen.expect("Your answer:")
        screen.type(line + "\n")
    screen.expect("Every question has an answer.")
    screen.type("#2\n")
    screen.expect("Question 2 of 3")
    screen.expect("Your answer so far:")
    screen.expect("Your answer:")
    screen.type(lines[1] + "\n")
    screen.expect("Hand in:")
    screen.type("\n")
    screen.expect("3 of 3 right")
    assert screen.wait() == 0
    assert len(rows(shell)) == 3


def test_an_exam_that_is_not_handed_in_goes_on_where_it_was(shell, terminal):
    shell.start()
    lines = replies(shell)
    screen = terminal("quiz", "words", "--exam", "--seed", "1", "--no-sure")
    for line in lines:
        screen.expect("Your answer:")
        screen.type(line + "\n")
    screen.expect("Hand in:")
    screen.type("\x04")
    screen.expect("Your place is kept.")
    assert screen.wait() == 1
    assert "3 of 3 right" in shell.run("quiz", "words", stdin="").out


def test_end_hands_an_exam_in_with_what_is_open(shell):
    result = shell.run("quiz", "words", "--exam", "--seed", "1", stdin=f"{replies(shell)[0]}\n#end\n")
    assert "1 of 3 right, 1 of 3 points" in result.out
    assert result.out.count("Not answered. The answer is") == 2


@pytest.mark.parametrize(
    "args",
    [
        ["words", "--minutes", "5"],
        ["words", "--exam", "--minutes", "0"],
        ["words", "--exam", "--answers", "a.json"],
    ],
)
def test_wrong_usage_of_an_exam_exits_2(shell, args):
    result = shell.run("quiz", *args)
    assert result.rc == 2
    assert "Traceback" not in result.err


# --- sure and unsure --------------------------------------------------------------------


def test_a_person_says_how_sure_they_are_before_the_feedback(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    for line, key in zip(replies(shell), ["s", "u", ""], strict=True):
        screen.expect("Your answer:")
        screen.type(line + "\n")
        assert "Right." not in screen.expect("unsure (u)")
        screen.type("what\n")
        screen.expect("Type s, u, or only press Enter.")
        screen.type(key + "\n")
        screen.expect("Right.")
    assert screen.wait() == 0
    assert [row[2] for row in rows(shell)] == [1, 0, None]


def test_an_answer_can_be_taken_back_before_its_feedback(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    screen.expect("Your answer:")
    screen.type(replies(shell, wrong=list(RIGHT))[0] + "\n")
    screen.expect("unsure (u)")
    screen.type("<\n")
    screen.expect("Question 1 of 3")
    screen.expect("Your answer:")
    screen.type(replies(shell)[0] + "\n")
    screen.expect("unsure (u)")
    screen.type("s\n")
    assert "Not right" not in screen.expect("Right.")
    screen.expect("Question 2 of 3")
    assert [row[1:3] for row in rows(shell)] == [(1, 1)]


def test_q_after_an_answer_shows_its_feedback_and_stops(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    screen.expect("Your answer:")
    screen.type(replies(shell)[0] + "\n")
    screen.expect("unsure (u)")
    screen.type("q\n")
    screen.expect("Right.")
    screen.expect("Your place is kept.")
    assert screen.wait() == 1
    assert len(rows(shell)) == 1


def test_no_sure_asks_nothing_and_leaves_the_line_alone(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1", "--no-sure")
    for line in replies(shell):
        screen.expect("Your answer:")
        screen.type(line + "\n")
        assert "unsure" not in screen.expect("Right.")
    assert screen.wait() == 0
    unclear = shell.run("quiz", "words", "--seed", "1", "--no-sure", stdin=f"{replies(shell)[0]} !\n")
    assert "Noted" not in unclear.out
    assert "Not clear" in unclear.out


def test_in_a_pipe_a_sign_at_the_end_says_it_and_nobody_is_asked(shell):
    shell.start()
    one, two, three = replies(shell)
    result = shell.run("quiz", "words", "--seed", "1", stdin=f"{one} !\n{two} ?\n{three}\n")
    assert result.rc == 0, result.err
    assert "unsure" not in result.out
    assert [row[2] for row in rows(shell)] == [1, 0, None]
