"""The pictures of the quiz on curves: made by their script, small, and told in words and in text as well."""

import importlib.util
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dlquiz.content.course import load_quiz

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "make_curves.py"
QUIZ = ROOT / "quizzes" / "curves.yaml"
PICTURES = sorted((ROOT / "quizzes" / "curves").glob("*.svg"))


@cache
def script():
    spec = importlib.util.spec_from_file_location("make_curves", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@cache
def questions():
    return load_quiz(QUIZ).questions


def drawing(question):
    (block,) = re.findall(r"^```text\n(.*?)\n```$", question.stem, re.DOTALL | re.MULTILINE)
    return block.split("\n")


def test_pictures_and_drawings_are_what_the_script_makes():
    done = subprocess.run([sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_drawing_is_found():
    module, text = script(), QUIZ.read_text(encoding="utf-8")
    drawings = {name: module.text_of(draw()) for name, draw in module.FIGURES.items()}
    changed = text.replace("1.6 |v", "1.6 | ")
    assert changed != text
    assert module.with_drawings(changed, drawings) == text


def test_a_value_outside_the_axes_is_an_error():
    module = script()
    plot = module.Plot("step", "loss", (0, 1), (0, 1), (module.Series("loss", "o", (0, 1), (0.5, 1.5)),))
    with pytest.raises(ValueError, match=r"1\.5 is not between 0 and 1"):
        module.svg_of(plot)


def test_each_question_has_a_picture_of_its_own_and_each_picture_a_question():
    assert len(questions()) >= 12
    assert sorted(one.image for one in questions()) == [f"curves/{path.name}" for path in PICTURES]


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_plain_and_has_a_ground_of_its_own(path):
    assert path.stat().st_size <= 6000
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags <= {"svg", "rect", "path", "polyline", "text"}
    assert root[0].attrib["fill"] == "#fff"
    places = [float(value) for one in root.iter() for key, value in one.attrib.items() if key in ("x", "y")]
    assert all(0 <= value <= 480 for value in places)


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.id)
def test_a_drawing_fits_a_terminal(question):
    lines = drawing(question)
    assert 4 <= len(lines) <= 16
    assert max(map(len, lines)) <= 70
    assert "\n".join(lines).isascii()
    assert all(line == line.rstrip() and line for line in lines)
