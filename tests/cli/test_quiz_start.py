"""The first question of a quiz: shown before what marks it is imported, and never marked with what was only kept."""

import json
import os
import subprocess
import sys

import pytest

from dlquiz.cli._quiz_open import Opened
from dlquiz.errors import ContentError

FIRST = ("quiz", "words", "--seed", "1")
RIGHT = {"gap": "Overfitting", "pass": "false", "steps": "16"}


def kept(shell):
    return sorted((shell.folder / "state/cache/quizzes").glob("*"))


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


def test_the_first_question_is_shown_without_the_models_once_the_quiz_was_read(shell):
    shell.start()
    slow = {"pydantic", "pydantic_core", "yaml", "rich", "dlquiz.model.quiz", "dlquiz.quiz.marking"}
    assert {"pydantic", "yaml", "dlquiz.model.quiz"} <= modules_after(shell, *FIRST)
    assert modules_after(shell, *FIRST) & slow == set()
    assert modules_after(shell, "quiz", str(words(shell))) & slow == set()


def test_the_screen_is_the_same_the_first_time_and_later(shell):
    lines = "\n?\nOverfitting\n16 !\nfalse\nfalse\n16\n"
    first = shell.run(*FIRST, stdin=lines)
    assert len(kept(shell)) == 1
    later = shell.run(*FIRST, stdin=lines)
    assert (later.out, later.err, later.rc) == (first.out, first.err, first.rc)


def test_a_program_that_waits_for_the_question_is_answered(shell):
    for _ in range(2):
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


def test_ctrl_c_at_the_first_question_is_clean_while_the_quiz_is_read(shell, terminal):
    shell.start()
    shell.run(*FIRST)
    for pause_s in (0.15, 0.3):
        screen = terminal("quiz", "words")
        screen.expect("Your answer:")
        screen.interrupt(pause_s)
        screen.expect("Your place is kept.")
        assert screen.wait() == 130
        assert "Traceback" not in screen.rest


@pytest.mark.parametrize("content", ["", "{}", "nonsense", '{"format_version": 1}', "[" * 50_000])
def test_a_damaged_cache_changes_nothing_and_is_written_anew(shell, content):
    expected = shell.run(*FIRST, stdin="Overfitting\n")
    (path,) = kept(shell)
    good = path.read_bytes()
    path.write_text(content)
    assert shell.run(*FIRST, stdin="Overfitting\n") == expected
    assert path.read_bytes() == good


def test_a_forged_cache_is_only_shown_and_never_marked_with(shell):
    shell.start()
    shell.run(*FIRST)
    (path,) = kept(shell)
    good = path.read_bytes()
    document = json.loads(good)
    for question in document["questions"]:
        question["parts"] = ["Forged?"]
        if question["kind"] == "choice":
            question["options"] = ["Overfitting", "Forged", "Another"]
    document["questions"][0]["id"] = "forged"
    path.write_text(json.dumps(document))
    seed = "2"
    forged = shell.run("quiz", "words", "--seed", seed, "--new", stdin="true\n")
    assert "Forged?" in forged.out
    assert "This quiz was changed a moment ago." in forged.err
    assert path.read_bytes() == good
    # The line that answered the forged question is no answer; the real one is asked from the beginning.
    assert forged.out.count("Question 1 of 3") == 2
    assert "Question 2 of 3" not in forged.out
    real = shell.run("quiz", "words", "--seed", seed, "--new", stdin="q\n").out
    assert (
        forged.out.split("Question 1 of 3")[2].strip()
        == real.split("Question 1 of 3")[1].replace("Your answer: q", "").strip()
    )


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


def test_the_list_reads_every_quiz_only_once_and_still_tells_of_a_broken_one(shell):
    first = shell.run("quiz", "list")
    assert len(kept(shell)) == 1
    (shell.course / "quizzes/broken.yaml").write_text("title: nothing\n")
    again = shell.run("quiz", "list")
    assert again.out == first.out.partition("\nNext:")[0]
    assert again.rc == 3


def test_several_programs_at_once_do_not_disturb_each_other(shell):
    processes = [
        subprocess.Popen(
            [*shell.command, *FIRST],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=shell.folder,
            env=shell.env,
        )
        for _ in range(4)
    ]
    results = {process.communicate(timeout=60) for process in processes}
    assert len(results) == 1
    assert [path.suffix for path in kept(shell)] == [".json"]


def test_a_state_folder_that_cannot_be_written_costs_nothing_but_time(shell):
    (shell.folder / "state/cache").write_text("a file, not a folder")
    assert shell.run(*FIRST, stdin="Overfitting\n").rc == 1
    assert "Question 1 of 3" in shell.run(*FIRST).out


# --- the quiz behind the sheet ----------------------------------------------------------


@pytest.fixture
def opened(shell, monkeypatch):
    """A quiz that is shown from what was kept, with a person who has not typed yet."""
    monkeypatch.setenv("DLQUIZ_STATE", str(shell.folder / "state"))
    Opened(words(shell))
    reading, writing = os.pipe()
    with os.fdopen(reading) as stdin, os.fdopen(writing, "w"):
        monkeypatch.setattr(sys, "stdin", stdin)
        yield Opened(words(shell))


def test_the_quiz_is_read_beside_the_person(opened):
    opened.prepare()
    assert opened._thread is not None
    assert [question.id for question in opened.quiz().questions] == [asked.id for asked in opened.sheet.questions]
    assert not opened.changed


def test_a_quiz_that_breaks_while_its_question_is_on_the_screen_is_told(opened, shell):
    words(shell).write_text("title: nothing\n")
    opened.prepare()
    for _ in range(2):
        with pytest.raises(ContentError):
            opened.quiz()
    assert not opened.changed


def test_a_quiz_that_changes_while_its_question_is_on_the_screen_is_noticed(opened, shell):
    words(shell).write_text(words(shell).read_text().replace("Training loss falls", "Training error falls"))
    opened.prepare()
    opened.quiz()
    assert opened.changed
    opened.renew()
    assert not opened.changed
    assert opened.sheet.questions[0].parts[0].startswith("Training error falls")
    assert Opened(words(shell)).sheet == opened.sheet


def test_better_explanations_do_not_count_as_a_change(opened, shell):
    words(shell).write_text(words(shell).read_text().replace("A widening gap is the sign.", "The gap says it."))
    assert opened.quiz().question("gap").explain == "The gap says it."
    assert not opened.changed
