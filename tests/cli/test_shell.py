"""Every command that is named can be pasted where it was read, and works."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from dlquiz.cli import _shell

BIN = Path(sys.executable).parent
COMMANDS = ("start", "grade", "quiz")


@pytest.fixture(autouse=True)
def fresh():
    _shell.program.cache_clear()
    yield
    _shell.program.cache_clear()


def test_in_an_activated_environment_the_name_is_enough(monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}:/usr/bin:/bin")
    assert _shell.program() == "dlquiz"
    assert _shell.pasteable("Next: dlquiz grade 1", COMMANDS) == "Next: dlquiz grade 1"


def test_elsewhere_the_whole_path_stands_there(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    own = str(BIN / "dlquiz")
    assert _shell.program() == own
    assert (
        _shell.pasteable("Next: dlquiz grade 1 (dlquiz needs it)", COMMANDS) == f"Next: {own} grade 1 (dlquiz needs it)"
    )


def test_another_installation_of_the_same_name_is_not_meant(monkeypatch, tmp_path):
    other = tmp_path / "dlquiz"
    other.write_text("#!/bin/sh\nexit 9\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert _shell.program() == str(BIN / "dlquiz")
    other.unlink()
    other.symlink_to(BIN / "dlquiz")  # as pipx does
    _shell.program.cache_clear()
    assert _shell.program() == "dlquiz"


def test_the_course_that_was_named_stays_named(monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}:/usr/bin:/bin")
    said = _shell.pasteable("Next: dlquiz start, or dlquiz quiz a", COMMANDS, "my course")
    assert said == "Next: dlquiz --course 'my course' start, or dlquiz --course 'my course' quiz a"
    assert _shell.pasteable("/home/dlquiz start, nodlquiz start", COMMANDS, "x") == "/home/dlquiz start, nodlquiz start"
    whole = "Next: dlquiz --course other --trust-course grade 1"
    assert _shell.pasteable(whole, COMMANDS, "my course") == whole


@pytest.mark.parametrize("typed", [("dev", "new", "course", "a course"), ("status", "--json")])
def test_what_begins_with_an_option_can_be_pasted_too(person, tmp_path, typed):
    """After a new course, and where a course must be trusted first: the command that comes next, word by word."""
    start = [str(BIN / "dlquiz"), *(("--course", str(person.course)) if typed[0] == "status" else ())]
    done = pasted(person, shlex.join([*start, *typed]), DLQUIZ_STATE=str(tmp_path / "fresh"))
    command = following(done.stdout + done.stderr)
    assert command.startswith(f"{BIN / 'dlquiz'} --")
    again = pasted(person, command, DLQUIZ_STATE=str(tmp_path / "fresh"))
    assert again.returncode == 0, again.stderr


def following(text):
    """The command after the last "Next:"."""
    line = next(line for line in reversed(text.splitlines()) if line.startswith("Next: "))
    return line.removeprefix("Next: ").partition("   (")[0]


def pasted(person, command, **more):
    """Paste a command into a shell whose environment is not activated."""
    environment = {**person.environment(), "PATH": "/usr/bin:/bin", **more}
    environment.pop("DLQUIZ_COURSE", None)
    return subprocess.run(
        ["sh", "-c", command],
        cwd=person.here,
        env=environment,
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        (("start",), "lesson exercise1"),
        (("status",), "lesson exercise1"),
        (("next",), "lesson exercise1"),
        (("lesson", "2"), "grade exercise2"),
        (("hint", "1"), "grade exercise1"),
        (("run", "1"), "lesson exercise1"),
        (("reset", "1"), "lesson exercise1"),
        (("solution", "1"), "hint exercise1"),
        (("grade", "1"), "lesson exercise1"),
        (("quiz", "list"), "quiz words"),
        (("review",), "quiz"),
        (("doctor",), "next"),
        (("lesson", "nonsense"), "status"),
    ],
)
def test_what_comes_next_works_with_another_course_and_without_an_activated_environment(
    person, monkeypatch, typed, then
):
    monkeypatch.delenv("DLQUIZ_COURSE")
    start = [str(BIN / "dlquiz"), "--course", str(person.course)]
    assert pasted(person, shlex.join([*start, "start"])).returncode == 0
    done = pasted(person, shlex.join([*start, *typed]))
    command = following(done.stdout + done.stderr)
    assert command == f"{shlex.join(start)} {then}"
    again = pasted(person, command)
    assert again.returncode in (0, 1), again.stderr
    assert "not found" not in again.stderr
    assert "There is no" not in again.stderr


def test_prose_is_broken_after_the_path_is_known(monkeypatch, person):
    monkeypatch.setattr(_shell, "program", lambda: "/a/place/with/a/name/of/forty/letters/dlquiz")
    manifest = person.course / "exercises/course.yaml"
    words = "Read the lesson of the exercise, fill a gap, and let dlquiz grade the file as often as you like."
    manifest.write_text(manifest.read_text().replace("Hello.", words))
    shown = person.type("--trust-course", "start").out
    assert "\n/a/place/with/a/name/of/forty/letters/dlquiz grade the file" in shown
    assert max(map(len, shown.splitlines()[:3])) <= 80
