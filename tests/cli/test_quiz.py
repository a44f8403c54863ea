"""``dlquiz quiz`` through the real program: in a pipe, from a file, and at a terminal."""

import contextlib
import json
import re
import signal
import sqlite3
import subprocess

import pytest

RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}


def replies(shell, seed=1, wrong=()):
    """Return one line per question, in the order that the seed shows them."""
    from dlquiz.content.course import load_quiz
    from dlquiz.quiz.sitting import begin

    lines = []
    for slot in begin("words", load_quiz(shell.course / "quizzes/words.yaml"), seed).slots:
        given = RIGHT[slot.question_id]
        if slot.question_id in wrong:
            given = {"gap": "Underfitting", "pass": "true", "steps": "15"}[slot.question_id]
        lines.append(given)
    return lines


def test_all_right_answers_from_a_pipe_exit_0_and_end_with_the_score(shell):
    result = shell.run("quiz", "words", "--seed", "1", stdin="\n".join(replies(shell)) + "\n")
    assert result.rc == 0, result.err
    assert "Seed 1." in result.out
    assert "3 of 3 right, 3 of 3 points (100 %)." in result.out
    assert "Source: A book" in result.out
    assert result.err == "No workspace: your answers are not stored. To keep them, first run: dlquiz start\n"


def test_a_wrong_answer_exits_1_and_names_what_to_look_at_again(shell):
    result = shell.run("quiz", "words", "--seed", "1", stdin="\n".join(replies(shell, wrong=["gap"])))
    assert result.rc == 1
    assert "  - overfitting (1 question)" in result.out
    assert "Then the training loss would be high as well." in result.out
    assert result.out.rstrip().splitlines()[-1].startswith("Next: dlquiz quiz words")


def test_the_end_of_the_input_keeps_the_place_and_the_same_command_goes_on(shell):
    shell.start()
    lines = replies(shell, seed=4)
    first = shell.run("quiz", "words", "--seed", "4", stdin=lines[0] + "\n")
    assert first.rc == 1
    assert "Your place is kept." in first.err
    assert "Traceback" not in first.err
    second = shell.run("quiz", "words", stdin="\n".join(lines[1:]))
    assert second.rc == 0, second.err
    assert "at question 2 of 3. Seed 4." in second.out
    assert "3 of 3 right" in second.out
    third = shell.run("quiz", "words", stdin="q\n")
    assert "Question 1 of 3" in third.out


def test_q_stops_a_question_mark_hints_and_an_unclear_answer_is_asked_again(shell):
    seed = next(s for s in range(50) if replies(shell, s)[0] == "Overfitting")
    result = shell.run("quiz", "words", "--seed", str(seed), stdin="?\n\nOverfiting\nOverfitting\nq\n")
    assert result.rc == 1
    assert "Hint 1 of 1: Look at the gap." in result.out
    assert "Type ? for a hint, or q to stop." in result.out
    assert "Did you mean “Overfitting”?" in result.out
    assert "Question 2 of 3" in result.out
    assert "Nothing was stored." in result.err


def test_a_program_that_never_answers_clearly_is_stopped(shell):
    result = shell.run("quiz", "words", "--seed", "1", stdin="what?\n" * 100)
    assert result.rc == 1
    assert "5 lines in a row" in result.err


def test_garbage_bytes_on_stdin_do_not_crash_it(shell):
    done = subprocess.run(
        [*shell.command, "quiz", "words"],
        input=b"\xff\xfe\x00\n\x1b[2J\n" * 9,
        capture_output=True,
        cwd=shell.folder,
        env=shell.env,
    )
    assert done.returncode == 1
    assert b"\x1b[2J" not in done.stdout
    assert b"Traceback" not in done.stderr


def test_plain_output_has_no_drawing_and_no_color_is_obeyed(shell):
    lines = "\n".join(replies(shell, wrong=["gap"]))
    plain = shell.run("quiz", "words", "--seed", "1", "--plain", stdin=lines, env={"FORCE_COLOR": "1"})
    assert not re.search(r"[\u2500-\u259f✓✗\x1b]", plain.out)
    coloured = shell.run("quiz", "words", "--seed", "1", stdin=lines, env={"FORCE_COLOR": "1"})
    assert "\x1b[" in coloured.out
    quiet = shell.run("quiz", "words", "--seed", "1", stdin=lines, env={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert "\x1b" not in quiet.out


def test_the_list_shows_the_best_score_and_json_is_one_document(shell):
    shell.start()
    shell.run("quiz", "words", "--seed", "1", stdin="\n".join(replies(shell, wrong=["gap"])))
    shell.run("quiz", "words", "--seed", "2", stdin=replies(shell, 2)[0])
    listed = shell.run("quiz", "list")
    assert listed.rc == 0
    assert "words  Words (3 questions, best 67 %, started)" in listed.out
    data = json.loads(shell.run("quiz", "list", "--json").out)
    assert data["quizzes"] == [
        {"id": "words", "title": "Words", "questions": 3, "best": pytest.approx(2 / 3), "started": True}
    ]


def test_without_an_id_the_open_quiz_goes_on_then_the_next_then_the_list(shell):
    (shell.course / "quizzes/more.yaml").write_text(shell.words.replace("title: Words", "title: More"))
    assert "words  Words" in shell.run("quiz").out  # no workspace: the list
    shell.start()
    assert shell.run("quiz", stdin="q\n").out.startswith("Words\n")
    shell.run("quiz", "more", stdin=replies(shell)[0])
    shell.run("quiz", "words", "--seed", "1", "--new", stdin="\n".join(replies(shell)))
    assert shell.run("quiz", stdin="q\n").out.startswith("More\n")
    shell.run("quiz", "more", "--seed", "1", stdin="\n".join(replies(shell)))
    assert "best 100 %" in shell.run("quiz").out


def test_new_puts_the_open_sitting_aside(shell):
    shell.start()
    shell.run("quiz", "words", "--seed", "1", stdin=replies(shell)[0])
    result = shell.run("quiz", "words", "--new", stdin="q\n")
    assert "put aside" in result.err
    assert "Question 1 of 3" in result.out


def test_a_question_that_changed_meanwhile_is_left_out_with_a_sentence(shell):
    shell.start()
    lines = replies(shell)
    shell.run("quiz", "words", "--seed", "1", stdin=lines[0])
    path = shell.course / "quizzes/words.yaml"
    path.write_text(path.read_text().replace("64 images", "66 images").replace("id: pass", "id: other"))
    result = shell.run("quiz", "words", stdin="\n".join(lines[1:]))
    told = result.err.count("left out")
    left = [line for line in lines[1:] if line in ("16", "false")]
    assert told == len(left)


def test_a_damaged_place_is_told_and_a_new_sitting_begins(shell):
    shell.start()
    shell.run("quiz", "words", "--seed", "1", stdin=replies(shell)[0])
    with contextlib.closing(sqlite3.connect(shell.store)) as store, store:
        store.execute("UPDATE sitting SET state = 'nonsense'")
    result = shell.run("quiz", "words", stdin="q\n")
    assert "cannot be read" in result.err
    assert "Question 1 of 3" in result.out


def test_a_sitting_killed_before_its_score_shows_the_score_next_time(shell):
    shell.start()
    shell.run("quiz", "words", "--seed", "1", stdin="\n".join(replies(shell)))
    with contextlib.closing(sqlite3.connect(shell.store)) as store, store:
        store.execute("UPDATE sitting SET closed = 0")
    result = shell.run("quiz", "words")
    assert result.rc == 0
    assert "3 of 3 right" in result.out
    assert "Question" not in result.out


def test_formulas_are_readable_in_stems_options_and_reasons_and_stay_in_code(shell):
    text = shell.words.replace("Training loss falls while", "The weights $W_1$ and `$HOME` are 1 $ each;")
    text = text.replace("Underfitting: Then", "$W_1^{\\top} x$: Then $\\frac{a}{b}$,")
    (shell.course / "quizzes/words.yaml").write_text(text)
    seed = next(s for s in range(50) if replies(shell, s)[0] == "Overfitting")
    result = shell.run("quiz", "words", "--seed", str(seed), stdin="Overfitting\n")
    assert "The weights W₁ and `$HOME` are 1 $ each;" in result.out
    assert "W₁ᵀ x: not right." in result.out
    assert "a/b" in result.out


def test_a_quiz_that_is_called_like_a_command_is_taken_by_its_path(shell):
    shell.start()
    (shell.course / "quizzes/stats.yaml").write_text(shell.words.replace("title: Words", "title: About statistics"))
    assert "You have not answered any of the 6 questions yet." in shell.run("quiz", "stats").out
    assert shell.run("quiz", "course/quizzes/stats.yaml", stdin="q\n").out.startswith("About statistics\n")


def test_the_options_of_the_program_may_stand_before_a_subcommand(shell):
    listed = shell.run("quiz", "--plain", "--course", str(shell.course), "list")
    assert listed.rc == 0, listed.err
    assert "words  Words" in listed.out


# --- files of answers -------------------------------------------------------------------


def answers(shell, data, name="answers.json"):
    path = shell.folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return str(path)


def test_answers_are_marked_without_a_person(shell):
    result = shell.run("quiz", "words", "--answers", answers(shell, RIGHT), "--json")
    assert result.rc == 0, result.err
    data = json.loads(result.out)
    assert data["quiz"] == "words"
    assert data["all_right"] is True
    assert [q["status"] for q in data["questions"]] == ["right"] * 3
    assert result.err == ""


def test_ambiguous_and_missing_answers_are_named_and_exit_1(shell):
    path = answers(shell, "gap: overfitting\nsteps: 16,000\n", "answers.yaml")
    result = shell.run("quiz", "words", "--answers", path, "--json")
    assert result.rc == 1
    assert [q["status"] for q in json.loads(result.out)["questions"]] == ["right", "unanswered", "unclear"]
    text = shell.run("quiz", "words", "--answers", path)
    assert text.rc == 1
    assert "pass   unanswered" in text.out
    assert "1 of 3 right" in text.out


def test_an_unknown_question_id_is_a_usage_error_with_a_guess(shell):
    result = shell.run("quiz", "words", "--answers", answers(shell, {"gpa": "Overfitting"}), "--json")
    assert (result.rc, result.out) == (2, "")
    assert "did you mean “gap”?" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ["words", "--json"],
        ["--answers", "a.json"],
        ["words", "--answers", "missing.json"],
        ["words", "--seed", "minus"],
        ["wrods"],
        ["missing.yaml"],
        ["words", "extra"],
    ],
)
def test_wrong_usage_exits_2_without_a_traceback(shell, args):
    result = shell.run("quiz", *args)
    assert result.rc == 2
    assert "Traceback" not in result.err
    assert result.out == ""


def test_a_quiz_file_is_taken_by_its_path(shell):
    result = shell.run("quiz", "course/quizzes/words.yaml", "--seed", "1", stdin="\n".join(replies(shell)))
    assert result.rc == 0, result.err


def test_a_broken_quiz_exits_3_and_the_list_still_shows_the_others(shell):
    (shell.course / "quizzes/broken.yaml").write_text(shell.words.replace("explain: 64", "explane: 64"))
    result = shell.run("quiz", "broken")
    assert result.rc == 3
    assert "broken.yaml:" in result.err
    listed = shell.run("quiz", "list")
    assert listed.rc == 3
    assert "words  Words" in listed.out


def test_help_shows_the_form_that_people_type(shell):
    result = shell.run("quiz", "--help")
    assert result.rc == 0
    assert result.out.startswith("Usage: dlquiz quiz [ID] [OPTIONS]")
    for word in ("--seed", "--answers", "--new", "list", "Example:"):
        assert word in result.out


def test_answers_are_marked_for_the_variants_of_a_seed_and_may_say_how_sure(shell):
    text = shell.words.replace("64 images in batches", '"{{n}} images in batches').replace(
        "How many steps?", 'How many steps?"'
    )
    text = text.replace("answer: 16\n", "answer: n / 4\n    params: {n: [4, 8, 12, 16, 20, 24, 28]}\n")
    (shell.course / "quizzes/words.yaml").write_text(text)
    variants = set()
    for seed in range(8):
        path = answers(shell, {"steps": {"answer": "1", "sure": True}})
        (steps,) = [
            q
            for q in shell.run("quiz", "words", "--answers", path, "--seed", str(seed), "--json").json["questions"]
            if q["id"] == "steps"
        ]
        assert steps["sure"] is True
        assert (steps["status"] == "right") == (steps["variant"] == 0)
        variants.add(steps["variant"])
    assert len(variants) > 2


# --- at a terminal ----------------------------------------------------------------------


def stored(shell):
    with contextlib.closing(sqlite3.connect(shell.store)) as store:
        return store.execute("SELECT count(*) FROM answer").fetchone()[0]


def test_a_person_is_prompted_and_answers(shell, terminal):
    screen = terminal("quiz", "words", "--seed", "1")
    for line in replies(shell):
        screen.expect("Your answer:")
        screen.type(line + "\n")
        screen.expect("unsure (u)")
        screen.type("\n")
        screen.expect("Right.")
    assert screen.wait() == 0


def test_after_a_wrong_answer_the_next_question_waits_for_a_key(shell, terminal):
    shell.start()
    wrong, right, _ = replies(shell)
    screen = terminal("quiz", "words", "--seed", "1", "--no-sure")
    screen.expect("Your answer:")
    screen.type("7\n" if wrong != "7" else "8\n")
    assert "Question 2" not in screen.expect("Enter goes on")
    screen.type("\n")
    screen.expect("Question 2 of 3")
    screen.type(right + "\n")
    assert "Enter goes on" not in screen.expect("Question 3 of 3")
    screen.type("q\n")
    assert screen.wait() == 1


def test_ctrl_c_exits_130_and_keeps_the_place(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    screen.expect("Your answer:")
    screen.type(replies(shell)[0] + "\n")
    screen.expect("unsure (u)")
    screen.type("\n")
    screen.expect("Question 2 of 3")
    screen.interrupt()
    screen.expect("Your place is kept.")
    assert screen.wait() == 130
    again = shell.run("quiz", "words", stdin="\n".join(replies(shell)[1:]))
    assert again.rc == 0, again.err
    assert "at question 2 of 3" in again.out


def test_a_line_can_be_edited_with_the_arrow_keys(shell, terminal):
    """Typed without its first letter, then Left to the beginning, Home for a check, and the letter."""
    pytest.importorskip("readline", reason="this Python has no readline")
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    line = replies(shell)[0]
    screen.expect("Your answer:")
    screen.type(line[1:] + "\x1b[D" * (len(line) - 1) + line[0])
    screen.type("\n")
    screen.expect("unsure (u)")
    screen.type("\x1b[C\x0cs\n")
    assert "Not right" not in screen.expect("Right.")
    screen.expect("Question 2 of 3")
    screen.expect("Your answer:")
    screen.type("\x1b[A\n")  # no answer of another question comes back
    screen.expect("Type ? for a hint")


def test_q_is_not_said_to_keep_a_place_where_nothing_is_stored(shell):
    assert "keep your place" not in shell.run("quiz", "words", stdin="q\n").out
    shell.start()
    assert "keep your place" in shell.run("quiz", "words", stdin="q\n").out


def test_ctrl_d_stops_politely(shell, terminal):
    screen = terminal("quiz", "words")
    screen.expect("Your answer:")
    screen.type("\x04")
    screen.expect("Stopped.")
    assert screen.wait() == 1


def test_an_answer_is_stored_before_a_word_is_said_about_it_so_a_kill_loses_nothing(shell, terminal):
    shell.start()
    screen = terminal("quiz", "words", "--seed", "1")
    screen.expect("Your answer:")
    screen.type(replies(shell)[0] + "\n")
    screen.expect("unsure (u)")
    screen.process.send_signal(signal.SIGKILL)
    assert screen.wait() == -signal.SIGKILL
    assert stored(shell) == 1
    again = shell.run("quiz", "words", stdin="\n".join(replies(shell)[1:]))
    assert again.rc == 0, again.err
    assert stored(shell) == 3
