"""What a Markdown renderer does not show as it was written is found, and nothing else."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from dlquiz.authoring.lesson_text import not_as_written
from dlquiz.content.course import load_course
from dlquiz.render.code import lesson
from dlquiz.render.formulas import readable_formulas
from dlquiz.render.markdown import plain_lines


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Sums: 1*1 + 2*1 - 1 = 2.", 1, "`1*1`"),
        ("One.\n\n- 2*0.5 + 0*(-1)", 3, "`2*0`"),
        ("So (a+b)*(c+d)", 1, "star"),
        ("x**2 and y**2", 1, "`x**2`"),
        ("of type List<int> here", 1, "<int> is read as HTML"),
        ("<b>so</b>", 1, "HTML"),
        ("#Title", 1, "blank"),
        ("a\n```\ncode", 2, "not closed"),
        ("a\n~~~\n```\n", 2, "not closed"),
        ("so $$x = 1", 1, "without its other"),
        ("| a | b |\n|---|---|\n| `x|y` | z |\n", 3, "a row of 3 cells in a table of 2"),
    ],
)
def test_what_is_not_shown_as_written_is_found(text, line, words):
    [(found_line, message, advice)] = not_as_written(text)
    assert found_line == line
    assert words in message
    assert advice


@pytest.mark.parametrize(
    "text",
    [
        "a *word*, two *words here*. **Bold.** ***Both*** *so*.",
        "many *neuron*s, (*so*) and *on two\nlines*",
        "`1*1` and ``x ` y*2``, 2 * 3, 2 \\* 3",
        "```\n1*1 <b> #x\n```\n\n~~~\n| a\n~~~",
        "$a*b$ and\n\n$$x*y < z*w$$\n",
        "<https://example.org> and a < b > c, 1 <2",
        "* item\n* item",
        "| a | b |\n|---|---|\n| `x \\| y` | z |\n\n| c |\n|---|\n| d |\n",
        "# T\n\n## A\n#",
    ],
)
def test_what_is_shown_as_written_is_no_finding(text):
    assert list(not_as_written(text)) == []


def words(text):
    """How often each word stands in a text."""
    return Counter(re.findall(r"[^\W_]+", text))


def as_shown(markdown):
    """What a terminal shows that is so wide that nothing is broken."""
    from rich.console import Console

    console = Console(width=4000, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(lesson(readable_formulas(markdown, as_code=True)))
    return captured.get()


@pytest.mark.parametrize("exercise_id", load_course().exercise_ids())
def test_the_lessons_of_the_course_are_shown_as_they_are_written(exercise_id):
    text = load_course().lesson_path(exercise_id).read_text()
    assert list(not_as_written(text)) == []
    text = re.sub(r"(?m)^```.*$", "```", text)
    source = words(readable_formulas(text, as_code=False))
    # Addresses may come twice; no word is lost.
    assert source - words(as_shown(text)) == Counter()
    no_tables = re.sub(r"(?m)^\|.*$", "", readable_formulas(text, as_code=False))
    assert words("\n".join(plain_lines(no_tables, 80))) == words(no_tables)


def test_the_comparison_sees_a_star_that_vanishes():
    text = "gives 1*1 + 2*1 - 1"
    assert words(text) - words(as_shown(text)) == {"1": 3, "2": 1}


@pytest.mark.parametrize("exercise_id", load_course().exercise_ids())
def test_the_programs_in_a_lesson_run_beside_a_right_file(exercise_id, tmp_path):
    course = load_course()
    blocks = re.findall(r"^```python\n(.*?)^```", course.lesson_path(exercise_id).read_text(), re.DOTALL | re.MULTILINE)
    programs = [block for block in blocks if re.search("^(import|from) ", block, re.MULTILINE)]  # not fragments
    reference = course.root / "graders" / exercise_id / "solution.py"
    (tmp_path / course.exercise(exercise_id).file).write_text(reference.read_text())
    for number, program in enumerate(programs):
        (tmp_path / f"try{number}.py").write_text(program)
        done = subprocess.run(
            [sys.executable, f"try{number}.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
    assert programs or exercise_id != "exercise4"
