"""The first question of a quiz: soon on the screen, and asked as the file is now."""

import subprocess
import sys

FIRST = ("quiz", "words", "--seed", "1")


def words(shell):
    return shell.course / "quizzes/words.yaml"


def modules_after(shell, *arguments):
    """The modules that a process has imported when the command has ended."""
    code = "import sys; from dlquiz.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        cwd=shell.folder,
        env=shell.env,
        stdin=subprocess.DEVNULL,
    )
    assert "Question 1 of 3" in done.stdout, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_first_question_is_shown_before_what_only_reviews_and_grading_need_is_imported(shell):
    shell.start()
    slow = {"rich", "fsrs", "numpy", "pytest", "watchfiles", "rapidfuzz", "dlquiz.grading.run", "dlquiz.submission"}
    assert modules_after(shell, *FIRST) & slow == set()
    assert modules_after(shell, "quiz", str(words(shell))) & slow == set()


def test_the_screen_is_the_same_the_first_time_and_later(shell):
    lines = "\n?\nOverfitting\n16 !\nfalse\nfalse\n16\n"
    first = shell.run(*FIRST, stdin=lines)
    later = shell.run(*FIRST, stdin=lines)
    assert (later.out, later.err, later.rc) == (first.out, first.err, first.rc)


def test_a_program_that_waits_for_the_question_is_answered(shell):
    process = subprocess.Popen(
        [*shell.command, *FIRST],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=shell.folder,
        env=shell.env,
    )
    shown = iter(process.stdout)
    while "Question 1 of 3" not in next(shown):
        pass
    stem = next(shown)
    answer = next(a for word, a in (("loss", "Overfitting"), ("epoch", "false"), ("64", "16")) if word in stem)
    rest, _ = process.communicate(f"{answer}\n", timeout=30)
    assert "✓ Right." in rest
    assert process.returncode == 1


def test_ctrl_c_at_the_first_question_is_clean(shell, terminal):
    shell.start()
    for pause_s in (0.15, 0.3):
        screen = terminal("quiz", "words")
        screen.expect("Your answer:")
        screen.interrupt(pause_s)
        screen.expect("Your place is kept.")
        assert screen.wait() == 130
        assert "Traceback" not in screen.rest


def test_an_edited_quiz_is_asked_as_it_is_now_and_a_broken_one_not_at_all(shell):
    shell.run(*FIRST)
    text = words(shell).read_text()
    words(shell).write_text(text.replace("64 images", "72 images").replace("answer: 16", "answer: 18"))
    shown = shell.run(*FIRST, stdin="Overfitting\nfalse\n18\nOverfitting\nfalse\n18\n")
    assert "72 images" in shown.out
    assert "3 of 3 right" in shown.out
    words(shell).write_text(text.replace("explain: 64", "explane: 64"))
    broken = shell.run(*FIRST)
    assert (broken.rc, broken.out) == (3, "")


def test_the_list_still_shows_the_others_and_tells_of_a_broken_one(shell):
    first = shell.run("quiz", "list")
    (shell.course / "quizzes/broken.yaml").write_text("title: nothing\n")
    again = shell.run("quiz", "list")
    assert again.out == first.out.partition("\nNext:")[0]
    assert again.rc == 3
