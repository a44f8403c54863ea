"""The page for people who teach: every command of it, in its order, on a made-up download of Moodle."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlquiz.content.course import load_course

pytestmark = pytest.mark.sandbox

PAGE = (Path(__file__).parents[2] / "docs/how-to/teach-a-class.md").read_text("utf-8")
HANDED_IN = {
    "Ada Lovelace_101": "solution.py",
    "Grace Hopper_102": "wrong/loss_gradient_not_divided.py",
    "Alan Turing_103": "wrong/db_is_a_mean.py",
}
WORKSHEET = "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)\n"


def blocks(kind: str) -> list[str]:
    """The blocks of one kind, in the page's order."""
    return [part.partition("```")[0] for part in PAGE.split(f"```{kind}\n")[1:]]


@pytest.fixture
def folder(tmp_path):
    """What a teacher has before the first command: the files of the page, and two downloads."""
    people, times = blocks("text")
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "times.csv").write_text(times)
    (tmp_path / "class.yaml").write_text(blocks("yaml")[0])
    grader = load_course().grader_folder("exercise3")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for who, file in HANDED_IN.items():
            archive.write(grader / file, f"{who}_assignsubmission_file_/backprop.py")
    rows = [
        f"Participant {who.partition('_')[2]},{who.partition('_')[0]},x,Submitted,,10.00,Yes,-" for who in HANDED_IN
    ]
    (tmp_path / "worksheet.csv").write_text(
        WORKSHEET + "\n".join([*rows, "Participant 105,Barbara Liskov,x,,,10.00,Yes,-\n"])
    )
    return tmp_path


def test_every_command_does_what_the_page_says(folder):
    environment = {**os.environ, "DLQUIZ_STATE": str(folder / "state"), "PYTHONSAFEPATH": "1", "COLUMNS": "120"}
    typed = 0
    for block in blocks("console"):
        command, *said = block.splitlines()
        assert command.startswith("$ dlquiz class ")
        done = subprocess.run(
            [sys.executable, "-m", "dlquiz", *command.split()[2:]],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert [line for line in said if line not in done.stdout.splitlines()] == [], done.stdout
        typed += 1
    assert typed == 7
    filled = (folder / "filled.csv").read_text().splitlines()
    assert [line.split(",")[4] for line in filled[1:]] == ["10", "7.65", "9.5", ""]
    pages = sorted(path.name for path in (folder / "feedback").iterdir())
    assert pages[:2] == ["Ada-Lovelace-101.html", "Ada-Lovelace-101.md"]
    assert len(pages) == 7
    assert "Hidden check" in (folder / "feedback/Grace-Hopper-102.md").read_text()
