"""Every terminal gets what it can show: any locale, any size, light or dark, with a pager or without."""

import io
import os
import re
import shutil
import subprocess
import sys

import pytest

from dlquiz.cli import _signs
from dlquiz.cli._app import ink_for

from .conftest import RIGHT
from .screen import on_screen, plain

LONG = "# A lesson\n\n" + "".join(f"Paragraph {i} has some words.\n\n" for i in range(60))


def long_lesson(person):
    (person.course / "exercises/exercise1/README.md").write_text(LONG)


# --- locales ---


def test_a_sign_that_an_encoding_lacks_becomes_one_that_says_the_same():
    _signs.codecs.register_error("dlquiz-test", _signs._instead)
    for text, ascii_only in [
        ("✓ done", "+ done"),
        ("[██░░]", "[##--]"),
        ("σ(a₁) ≤ x²", "sigma(a1) <= x2"),
        ("“a” … é", '"a" ... e'),
        ("│─┌", "|-+"),
        ("\udcff猫", "??"),
    ]:
        assert text.encode("ascii", "dlquiz-test").decode() == ascii_only
    assert "é".encode("latin-1", "dlquiz-test") == b"\xe9"


@pytest.fixture(scope="module")
def latin1(tmp_path_factory):
    """A folder with a locale whose encoding is ISO-8859-1."""
    folder = tmp_path_factory.mktemp("locale")
    maker = shutil.which("localedef")
    made = maker and subprocess.run(
        [maker, "-i", "en_US", "-f", "ISO-8859-1", folder / "en_US.ISO-8859-1"], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("this machine cannot make a locale")
    return {"LOCPATH": str(folder), "LC_ALL": "en_US.ISO-8859-1"}


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
COLOURED_AND_NARROW = {"FORCE_COLOR": "1", "COLUMNS": "60"}
EVERY_LOOK = [["grade", "1"], ["lesson", "1"], ["quiz", "list"], ["status"], ["run", "1"], ["hint", "1"]]


@pytest.mark.parametrize("arguments", EVERY_LOOK)
def test_no_locale_stops_a_command(worker, latin1, arguments):
    lesson = worker.course / "exercises/exercise1/README.md"
    lesson.write_text("# L ✓\n\nThe rule is $\\sigma \\le \\sum_i x_i$ “so”.\n\n| a | b |\n|---|---|\n| ✗ | 猫 |\n")
    worker.file().write_text(RIGHT.replace("a / 2", "print('✓ 猫') or a"))
    for settings, more in [(latin1, {}), (latin1, {"FORCE_COLOR": "1"}), (ASCII, {}), (ASCII, COLOURED_AND_NARROW)]:
        done = subprocess.run(
            [sys.executable, "-m", "dlquiz", *arguments],
            cwd=worker.here,
            env={**worker.environment(), **settings, **more},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        assert b"UnicodeEncodeError" not in done.stderr + done.stdout
        if settings is ASCII:
            assert (done.stdout + done.stderr).isascii()


def test_a_terminal_of_pure_ascii_gets_a_lesson(worker):
    code, screen = on_screen(worker, "lesson", "1", **ASCII)
    assert code == 0
    assert "The rule is a1 + b/2." in plain(screen)


def test_a_file_name_that_is_no_text_can_be_told(worker):
    name = os.fsdecode(b"m\xfcll.py")
    result = worker.type("grade", "1", "--file", name)
    assert result.code == 1
    assert "ll.py" in result.err


# --- the pager ---


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """A pager that prints what it gets, and then how many lines it were."""
    script = tmp_path / "pager"
    script.write_text('#!/bin/sh\ntee "$0.got"\necho paged\n')
    script.chmod(0o755)
    return script


def test_what_is_longer_than_the_screen_goes_to_the_pager_of_the_person(worker, counting):
    long_lesson(worker)
    code, screen = on_screen(worker, "lesson", "1", PAGER=str(counting))
    assert code == 0
    shown = plain(screen)
    assert shown.index("Paragraph 59") < shown.index("paged") < shown.index("Next: dlquiz grade exercise1")


@pytest.mark.parametrize("settings", [{"PAGER": "cat"}, {"PAGER": ""}, {"TERM": "dumb"}, {"PAGER": "/no/such/pager"}])
def test_without_a_pager_all_is_printed(worker, settings):
    long_lesson(worker)
    code, screen = on_screen(worker, "lesson", "1", **settings)
    assert code == 0
    assert "Paragraph 0 " in screen
    assert "Paragraph 59" in screen


@pytest.mark.parametrize(("arguments", "rows"), [(("lesson", "1", "--plain"), 24), (("lesson", "1"), 400)])
def test_plain_and_a_high_screen_need_no_pager(worker, counting, arguments, rows):
    long_lesson(worker)
    _, screen = on_screen(worker, *arguments, rows=rows, PAGER=str(counting))
    assert "Paragraph 59" in screen
    assert "paged" not in screen


def test_a_pipe_has_no_pager(worker, counting, monkeypatch):
    long_lesson(worker)
    monkeypatch.setenv("PAGER", str(counting))
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "paged" not in worker.type("lesson", "1").out


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_less_says_its_keys_and_keeps_the_text_on_the_screen(worker):
    long_lesson(worker)
    environment = {"PAGER": "less"}
    code, screen = on_screen(worker, "lesson", "1", keys=[("q: close", "q")], **environment)
    assert code == 0
    assert "Paragraph 59" not in screen
    assert "Next: dlquiz grade exercise1" in plain(screen)


# --- code ---

WIDE = f"def add(a, b):\n    return {' + '.join(['a * 1 + b * 0'] * 12)}, 'the end'  # comment\n"


def test_no_solution_is_cut_at_the_edge(worker):
    (worker.course / "graders/exercise1/solution.py").write_text(WIDE)
    for settings in ({}, {"PAGER": "cat"}, {"NO_COLOR": "1"}):
        _, screen = on_screen(worker, "solution", "1", "--spoil", columns=60, rows=100, **settings)
        assert WIDE in plain(screen)


def test_solutions_and_lessons_use_no_colour_that_one_background_hides(worker):
    (worker.course / "graders/exercise1/solution.py").write_text(WIDE)
    lesson = worker.course / "exercises/exercise1/README.md"
    lesson.write_text("# L\n\n`x = 1` and [text](https://example.org)\n\n```python\ndef f(): return 'a'\n```\n")
    for arguments in (("solution", "1", "--spoil"), ("lesson", "1")):
        _, screen = on_screen(worker, *arguments, TERM="xterm-256color", COLORTERM="truecolor")
        settings = {part for found in re.findall(r"\x1b\[([0-9;]*)m", screen) for part in found.split(";")}
        # bold, dim, italic, underlined, magenta; never white, black, yellow, blue, or a colour of its own
        assert settings <= {"", "0", "1", "2", "3", "4", "35"}


# --- pictures ---


@pytest.mark.parametrize(
    ("settings", "blocks", "dots", "shades"),
    [
        ({"TERM": "xterm-256color"}, True, True, True),
        ({"TERM": "xterm"}, True, True, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, True, True, True),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True, True, False),
        ({"TERM": "linux"}, True, False, False),
        ({"TERM": "dumb"}, True, True, False),
    ],
)
def test_pictures_are_drawn_with_what_the_terminal_has(settings, blocks, dots, shades, monkeypatch):
    for name in ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ink = ink_for(Screen("utf-8"))
    assert (ink.blocks, ink.dots, ink.shades) == (blocks, dots, shades)
    assert ink_for(Screen("utf-8"), plain=True) is None


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_locale_without_blocks_gets_letters(encoding):
    ink = ink_for(Screen(encoding))
    assert not ink.blocks
    assert not ink.dots


class Screen(io.TextIOWrapper):
    """A terminal of some encoding."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self):
        return True
