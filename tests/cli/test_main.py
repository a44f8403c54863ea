"""The program as a whole: quick help, exit codes, quiet endings, and no surprise for machines."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time

import click
import pytest

from dlquiz import cli as program
from dlquiz.cli import COMMANDS, LazyGroup, cli, main
from dlquiz.errors import StoreError

HEAVY = ("numpy", "torch", "tensorflow", "pytest", "pydantic", "rich", "yaml", "sqlite3", "platformdirs")


def commands():
    context = click.Context(cli)
    return {name: cli.get_command(context, name) for name in cli.list_commands(context)}


def leaves(name, command):
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        # Hidden ones, and those that are imported when they are asked for.
        for inner in {*command.commands, *command.list_commands(context)}:
            yield from leaves(f"{name} {inner}", command.get_command(context, inner))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["grade", "--help"], ["start", "-h"], ["quiz", "-h"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\nfrom dlquiz.cli import main\n"
        f"main({arguments!r})\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith("HEAVY []\n")


def test_help_imports_no_command():
    code = (
        "import sys\nfrom dlquiz.cli import main\nmain(['--help'])\n"
        "print('COMMANDS', [name for name in sys.modules if name.startswith('dlquiz.cli.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith("COMMANDS []\n")


def test_every_command_is_documented_where_it_stands():
    for name, command in commands().items():
        assert command.help.strip().splitlines()[0] == COMMANDS[name]


def test_every_command_has_one_sentence_an_example_and_h():
    for top, command in commands().items():
        for name, one in leaves(top, command):
            first = one.help.strip().splitlines()[0]
            assert first.endswith("."), name
            assert "Example:" in one.help, name
            assert f"dlquiz {name.split()[0]}" in one.help, name
            assert main([*name.split(), "-h"]) == 0


def every_command():
    return [pair for top, command in commands().items() for pair in leaves(top, command)]


def test_every_command_that_a_help_text_names_exists():
    known = {name for name, _ in every_command()}
    groups = {name for name, command in every_command() if isinstance(command, click.Group)}
    wrong = []
    for name, command in every_command():
        for words in re.findall(r"(?m)(?:^ +|['`])dlquiz ((?:[a-z][a-z-]*(?: |\b(?!\S)))+)", f"{command.help}\n"):
            first, *rest = words.split()
            asked = f"{first} {rest[0]}" if first in groups - {"quiz"} and rest else first
            wrong += [f"{name}: {asked}"] if asked not in known else []
    assert wrong == []


def test_the_sentence_of_a_group_promises_no_command_that_it_does_not_have():
    """``data`` said that it lists data sets, and had no ``list``."""
    groups = {name: command for name, command in every_command() if isinstance(command, click.Group)}
    inner = {name: set(command.list_commands(click.Context(command))) for name, command in groups.items()}
    verbs = {"list", "fetch", "import", "export", "check", "lint", "analyse", "preview"}
    for name, command in groups.items():
        promised = verbs & set(re.findall(r"[a-z]+", command.help.strip().splitlines()[0].lower()))
        assert promised <= inner[name], name


def test_verbose_is_said_to_do_what_it_does():
    """Checks that pass are always shown."""
    helps = {
        name: option.help
        for name, command in every_command()
        for option in command.params
        if "--verbose" in option.opts and name in ("grade", "watch")
    }
    assert set(helps) == {"grade", "watch"}
    assert all("in full" in text and "pass" not in text for text in helps.values())


def test_the_help_of_a_long_text_names_the_pager():
    assert "PAGER" in commands()["lesson"].help
    piped = [name for name, command in every_command() if re.search(r"\| *(less|more)\b", command.help)]
    assert piped == []


def test_a_command_that_is_not_built_is_not_shown(monkeypatch, capsys):
    monkeypatch.setitem(COMMANDS, "nonsense", "Does not exist.")
    assert main(["--help"]) == 0
    assert "nonsense" not in capsys.readouterr().out
    assert main(["nonsense"]) == 2


def test_a_misspelt_command_is_recognised(capsys):
    assert main(["stauts"]) == 2
    assert "Did you mean 'status'?" in capsys.readouterr().err


@pytest.fixture
def breaking(monkeypatch):
    """A program with one command that raises what it is told."""

    def install(error):
        @click.command()
        def status():
            raise error

        real = LazyGroup.get_command
        monkeypatch.setattr(
            LazyGroup, "get_command", lambda self, ctx, name: status if name == "status" else real(self, ctx, name)
        )

    return install


def test_our_errors_become_a_sentence_a_next_step_and_their_exit_code(breaking, capsys):
    breaking(StoreError("The disk is full.", next_step="Delete something."))
    assert main(["status"]) == 4
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "dlquiz: The disk is full.\nNext: Delete something.\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort(), EOFError()])
def test_an_interruption_is_130(breaking, error):
    breaking(error)
    assert main(["status"]) == 130


def test_an_unexpected_error_is_short_and_the_details_are_on_demand(breaking, capsys, monkeypatch):
    monkeypatch.delenv("DLQUIZ_DEBUG", raising=False)
    breaking(ZeroDivisionError("oh"))
    assert main(["status"]) == 4
    short = capsys.readouterr().err
    assert "ZeroDivisionError: oh" in short
    assert "Traceback" not in short
    monkeypatch.setenv("DLQUIZ_DEBUG", "1")
    assert main(["status"]) == 4
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_not_an_error_message(person):
    script = f"{sys.executable} -m dlquiz --help | true; {sys.executable} -m dlquiz lesson 1 | head -c 1"
    for _ in range(3):
        done = subprocess.run(
            ["bash", "-c", script],
            env=person.environment(),
            cwd=person.here,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Error" not in done.stderr
        assert "Traceback" not in done.stderr


def test_options_of_the_program_may_stand_on_either_side(person, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    before = person.type("--course", str(person.course), "status", "--json")
    after = person.type("status", "--json", "--course", str(person.course))
    assert before == after
    assert [one["id"] for one in before.json["exercises"]] == ["exercise1", "exercise2"]


def test_a_course_from_elsewhere_is_confirmed_once(person, tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "fresh"))
    asked = person.type("status")
    assert asked.code == 2
    assert str(person.course) in asked.err
    assert "--trust-course status   (once, if you trust it: read" in asked.err
    assert person.type("status", "--trust-course").code == 0
    assert person.type("status").code == 0


def test_a_course_that_is_not_there_is_said(person, monkeypatch):
    monkeypatch.setenv("DLQUIZ_COURSE", "/nowhere/at/all")
    result = person.type("status")
    assert result.code == 2
    assert "/nowhere/at/all" in result.err


def on_a_terminal(person, *arguments, typed=b"", **more):
    """Run the program with a real terminal for everything; return its exit code and what was on the screen."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.chdir(person.here)
        os.execvpe(
            sys.executable,
            [sys.executable, "-m", "dlquiz", *arguments],
            {**person.environment(), "TERM": "xterm", **more},
        )
    os.write(descriptor, typed)
    screen = b""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            part = os.read(descriptor, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
    _, status = os.waitpid(pid, 0)
    os.close(descriptor)
    return os.waitstatus_to_exitcode(status), screen.decode()


def test_on_a_terminal_a_person_is_asked_about_a_course(person, tmp_path):
    fresh = str(tmp_path / "fresh")
    code, screen = on_a_terminal(person, "status", typed=b"n\n", DLQUIZ_STATE=fresh)
    assert code == 2
    assert "Do you trust this course?" in screen
    code, _ = on_a_terminal(person, "status", typed=b"y\n", DLQUIZ_STATE=fresh)
    assert code == 0
    code, screen = on_a_terminal(person, "status", DLQUIZ_STATE=fresh)
    assert code == 0
    assert "trust" not in screen


def test_colour_follows_the_terminal_no_color_and_force_color(person, monkeypatch):
    assert "\x1b[" in on_a_terminal(person, "lesson", "1")[1]
    assert "\x1b[" not in on_a_terminal(person, "lesson", "1", NO_COLOR="1")[1]
    assert "\x1b[" not in on_a_terminal(person, "lesson", "1", "--plain")[1]
    assert "\x1b[" not in person.type("lesson", "1").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in person.type("lesson", "1").out


def test_the_program_ends_with_the_code_of_main(person):
    assert person.type_apart("grade", "exercise99").returncode == 2
    assert person.type_apart("status").returncode == 0


def test_doctor_says_what_is_here_and_what_to_install(person):
    result = person.type("doctor", "--json")
    checks = {one["name"]: one for one in result.json["checks"]}
    assert checks["numpy"]["ok"]
    assert checks["course"]["detail"].startswith("A tiny course")
    assert all(one["fix"] for one in result.json["checks"] if one["needed"] and not one["ok"])
    assert result.code == (0 if result.json["ok"] else 1)
    text = person.type("doctor")
    assert text.code == result.code
    assert "python" in text.out


def test_ctrl_c_ends_a_real_process_with_130(person):
    assert program.main(["start"]) == 0
    person.file().write_text("import time\nprint('begun', flush=True)\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "dlquiz", "run", "1"],
        cwd=person.here,
        env=person.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "begun\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert "Traceback (most recent" not in process.stderr.read().split("Stopped.")[-1]
    process.stdout.close()
    process.stderr.close()


def test_ctrl_c_while_the_program_itself_is_imported_leaves_no_traceback(person, tmp_path):
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "click.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n")
    done = subprocess.run(
        [sys.executable, "-m", "dlquiz", "status"],
        cwd=person.here,
        env={**person.environment(), "PYTHONPATH": str(slow)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGINT
    assert done.stdout + done.stderr == ""


def test_json_documents_have_a_format_version(person):
    person.type("start")
    for arguments in (["status"], ["next"], ["hint", "1"], ["start"], ["doctor"], ["grade", "1"]):
        assert json.loads(person.type(*arguments, "--json").out)["format_version"] == 1


@pytest.mark.parametrize(
    "arguments", [["start"], ["status"], ["status", "halving"], ["next"], ["lesson", "2"], ["hint"], ["grade"]]
)
def test_each_file_of_the_course_is_read_once_by_a_command(worker, monkeypatch, arguments):
    from dlquiz.content import yamlfile

    read, seen = yamlfile.read_document, []

    def counted(path):
        seen.append(path)
        return read(path)

    monkeypatch.setattr(yamlfile, "read_document", counted)
    worker.type(*arguments)
    assert seen
    assert len(seen) == len(set(seen))
