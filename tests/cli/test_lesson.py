"""``lesson``: readable on a terminal and in a pipe, formulas included."""


def test_a_pipe_gets_plain_text_and_raw_gets_the_file(worker):
    plain = worker.type("lesson", "1")
    assert plain.out == "# Lesson 1\n\nThe rule is a₁ + b/2.\n"
    assert "Next: dlquiz grade exercise1" in plain.err
    assert worker.type("lesson", "--raw").out == (worker.course / "exercises/exercise1/README.md").read_text()


def test_a_terminal_gets_rendered_markdown(worker, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = worker.type("lesson", "1").out
    assert "# Lesson" not in shown
    assert "a₁ + b/2" in shown
    assert "\x1b[" in shown


def test_a_missing_lesson_is_the_courses_fault(worker):
    (worker.course / "exercises/exercise1/README.md").unlink()
    assert worker.type("lesson", "1").code == 3
