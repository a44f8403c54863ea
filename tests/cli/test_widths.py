"""No terminal breaks a line of ours in the middle of a word: every command, at three widths, in the built-in course."""

import os

import pytest

from dlquiz.content.course import load_course

from .conftest import Person
from .screen import on_screen, plain

WHOLE = ("Next: ", "The same numbers again: ", "To go on there: ", "For another one here", "If you have moved it: ")
"""How lines begin that hold a command: it is never broken by us, so that it can be copied."""
THEIRS = "a line of the program"
"""What the learner's own program prints while it runs is printed as it comes."""
ANSWERS = "nonsense?\n?\n1\nq\n"

EVERY = {
    "start": ["start"],
    "start second": ["start", "another-folder-with-a-name-that-is-rather-long"],
    "status": ["status"],
    "status of one": ["status", "1"],
    "next": ["next"],
    "lesson 1": ["lesson", "1"],
    "lesson 2": ["lesson", "2"],
    "lesson 3": ["lesson", "3"],
    "lesson 4": ["lesson", "4"],
    "hint": ["hint", "3"],
    "hints": ["hint", "3", "--again"],
    "untouched": ["grade", "2"],
    "grade": ["grade", "1"],
    "grade verbose": ["grade", "1", "--verbose"],
    "run": ["run", "1"],
    "reset": ["reset", "2"],
    "no solution": ["solution", "4"],
    "quiz list": ["quiz", "list"],
    "quiz": ["quiz", "first-words", "--seed", "5"],
    "quiz nothing": ["quiz", "nothing"],
    "quiz stats": ["quiz", "stats"],
    "quiz preview": ["quiz", "preview", "myths"],
    "quiz lint": ["quiz", "lint", "--explain", "all"],
    "quiz check": ["quiz", "check", "first-words", "--no-run"],
    "review": ["review"],
    "doctor": ["doctor"],
    "data": ["data", "status"],
    "fetch": ["data", "fetch", "mnist", "--mirror", "http://127.0.0.1:9/"],
    "import nothing": ["data", "import", "mnist", "exercise1"],
    "no data set": ["grade", "4", "--data", "nonsense"],
    "no command": ["nonsense"],
    "no exercise": ["grade", "nothing-of-that-name"],
    "no file": ["grade", "1", "--file", "a-file-that-is-not-there.py"],
    "no case": ["grade", "1", "--case", "nonsense"],
    "no folder": ["--course", "nowhere", "status"],
    "help": ["grade", "--help"],
}

WRONG = """
def flatten(images):
    return images.reshape(len(images), -1) / 256.0
def unflatten(X, shape):
    return X.reshape(3, 7)
def rgb_to_gray(images):
    print("a line of the program " * 9)
    return images.mean(axis=-1)
def to_channels_first(images):
    return None
def one_hot(y, num_classes):
    raise NotImplementedError("one_hot: TODO(5)")
"""


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """Somebody in the built-in course who has a wrong file."""
    root = tmp_path_factory.mktemp("w")
    state = {"HOME": str(root), "DLQUIZ_STATE": str(root / "state"), "DLQUIZ_DATA": str(root / "data"), "PAGER": "cat"}

    class Learner(Person):
        def environment(self):
            kept = {name: value for name, value in os.environ.items() if not name.startswith(("DLQUIZ", "COLUMNS"))}
            return {**kept, "PYTHONSAFEPATH": "1", **state}

    person = Learner(root, load_course().root, lambda *_: None)
    assert on_screen(person, "start")[0] == 0
    (person.work / "exercise1" / "image.py").write_text(WRONG)
    return person


def holds_a_command(line):
    """A sentence in the place of a command begins with a capital letter."""
    return (line.startswith(WHOLE) and not line.removeprefix("Next: ")[:1].isupper()) or line.startswith(WHOLE[1:])


def broken(line, columns):
    """The words of a line that a terminal breaks in their middle."""
    found = []
    for edge in range(columns, len(line), columns):
        if line[edge - 1] != " " and line[edge] != " ":
            start = line.rfind(" ", 0, edge) + 1
            word = line[start:].split(" ")[0]
            # Nothing helps a word that is as long as the terminal is wide: a path.
            if len(word) <= columns - 12:
                found.append(word)
    return found


LOOKS = {60: ({}, {"NO_COLOR": "1"}), 80: ({},), 120: ({"NO_COLOR": "1"},)}


@pytest.mark.sandbox
@pytest.mark.parametrize("columns", LOOKS)
@pytest.mark.parametrize("name", EVERY)
def test_no_word_is_broken_in_its_middle(learner, name, columns):
    for look in LOOKS[columns]:
        code, screen = on_screen(learner, *EVERY[name], columns=columns, rows=50, keys=[("", ANSWERS)], **look)
        assert code in (0, 1, 2, 4), screen
        assert code == 0 or not name.startswith(("start", "status", "next", "lesson", "hint")), screen
        lines = [line for line in plain(screen).split("\n") if not (line.startswith(THEIRS) or holds_a_command(line))]
        assert {line: words for line in lines if (words := broken(line, columns))} == {}


def test_the_test_sees_a_broken_word():
    assert broken("one two three four five", 16) == ["four"]
    assert broken("one two three    four", 16) == []
    assert broken("01234567890123456789 12", 16) == []
