"""Autograders for Gradescope and Classroom 50: made, unpacked, installed from their wheel, and run."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF

pytestmark = pytest.mark.sandbox

TEXT = {"type": "string", "minLength": 1}
WHOLE = {"type": "integer", "minimum": 0}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
        "datetime", "score", "max-score", "tests",
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **{name: TEXT for name in ("classroom", "assignment", "owner", "commit", "release", "review")},
        "assignment_type": {"enum": ["individual", "group"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"},
        "score": WHOLE,
        "max-score": WHOLE,
        "tests": {"type": "array", "items": {
            "type": "object",
            "required": ["test-name", "passed", "score", "max-score"],
            "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": WHOLE, "max-score": WHOLE},
        }},
    },
}  # fmt: skip
"""What a result of Classroom 50 must be, as its own schema says it (schemas/result-v1.schema.json)."""


def install(wheel: Path, home: Path) -> None:
    """Install the wheel where the autograder looks for its program; what it needs comes from our environment."""
    parts = home / "parts"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(parts),
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True)
    program = home / "venv/bin/dlquiz"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={parts} exec {sys.executable} -m dlquiz "$@"\n')
    program.chmod(0o755)


@pytest.fixture
def container(person, tmp_path):
    """Gradescope's folder with our autograder of the tiny course in it."""
    result = person.type("class", "gradescope", "1", "--to", "auto.zip")
    assert result.code == 0, result.err
    home = tmp_path / "autograder"
    with zipfile.ZipFile(person.here / "auto.zip") as archive:
        archive.extractall(home / "source")
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()}
    assert [modes[name] for name in ("setup.sh", "run_autograder", "pins.txt")] == [0o755, 0o755, 0o644]
    (wheel,) = (home / "source").glob("*.whl")
    install(wheel, home)
    return home


def graded(home, **files):
    """Hand files in, and return what Gradescope gets."""
    (home / "submission").mkdir(exist_ok=True)
    for name, text in files.items():
        (home / "submission" / f"{name}.py").write_text(text)
    subprocess.run(
        [sys.executable, str(home / "source/run_autograder")],
        env={**os.environ, "AUTOGRADER": str(home)}, check=True, capture_output=True,
    )  # fmt: skip
    return json.loads((home / "results/results.json").read_text())


def test_gradescope_gets_points_and_nothing_of_hidden_checks(container):
    document = graded(container, adder=HALF)
    assert document["score"] == 1
    assert [(one["name"], one["score"], one["max_score"]) for one in document["tests"]] == [
        ("Hidden check 1", 0, 3), ("half of an odd number keeps its half", 1, 1),
    ]  # fmt: skip
    assert document["tests"][0]["output"] == ""
    assert graded(container, adder=RIGHT)["score"] == 4


def test_what_cannot_be_graded_has_no_points_and_says_why(container):
    document = graded(container, notes="x = 1", more="y = 2")
    assert document["score"] == 0
    assert "adder.py" in document["tests"][0]["output"]


def test_a_container_that_fails_gives_no_score(container):
    (container / "venv/bin/dlquiz").write_text("#!/bin/sh\necho no such thing >&2\nexit 4\n")
    document = graded(container, adder=RIGHT)
    assert set(document) == {"output"}
    assert "could not grade this" in document["output"]


def test_the_scripts_are_shell_and_python(container):
    subprocess.run(["bash", "-n", str(container / "source/setup.sh")], check=True)
    setup = (container / "source/setup.sh").read_text()
    assert "$home/source/dlquiz-" in setup
    assert "$$" not in setup
    pins = (container / "source/pins.txt").read_text().splitlines()
    assert {"numpy", "click", "pytest"} <= {line.partition("==")[0] for line in pins}
    assert all(line.count("==") == 1 for line in pins)


def test_classroom50_gets_whole_points_as_its_schema_wants_them(person, tmp_path):
    described = person.course / "graders/exercise1/test_adder.py"
    described.write_text(described.read_text().replace("points=3", "points=2.75").replace("points=1,", "points=1.25,"))
    assert person.type("class", "classroom50", "1", "--to", "auto", "--feedback", "full").code == 0
    (wheel,) = (person.here / "auto").glob("*.whl")
    install(wheel, tmp_path / "home")
    repository = tmp_path / "cs50-hw1-ada"
    repository.mkdir()
    (repository / "adder.py").write_text(HALF)
    said = {"CLASSROOM": "cs50", "ASSIGNMENT": "hw1", "USERNAME": "ada", "SUBMISSION_TAG": "submit/2026-x",
            "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r"}  # fmt: skip
    environment = {**os.environ, **said, "DLQUIZ_VENV": str(tmp_path / "home")}
    command = [sys.executable, str(person.here / "auto/autograder.py")]
    subprocess.run(command, cwd=repository, env=environment, check=True, capture_output=True)
    document = json.loads((repository / "result.json").read_text())
    jsonschema.validate(document, RESULT)
    assert (document["score"], document["max-score"]) == (5, 16)
    assert [(one["passed"], one["score"], one["max-score"]) for one in document["tests"]] == [
        (False, 0, 11),
        (True, 5, 5),
    ]
    assert (document["owner"], document["review"]) == ("ada", "https://example.org/c")
    (tmp_path / "home/venv/bin/dlquiz").write_text("#!/bin/sh\nexit 4\n")
    (repository / "result.json").unlink()
    done = subprocess.run(command, cwd=repository, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, "could not grade" in done.stderr) == (1, True)
    assert not (repository / "result.json").exists()


def test_nothing_is_written_over(person):
    (person.here / "autograder.zip").write_text("mine")
    result = person.type("class", "gradescope", "1")
    assert (result.code, "is there already" in result.err) == (2, True)
    assert (person.here / "autograder.zip").read_text() == "mine"


def test_the_workflow_of_the_docs_is_one_and_gives_no_more_than_it_needs():
    page = (Path(__file__).parents[2] / "docs/how-to/autograders.md").read_text("utf-8")
    workflow = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["grade"]["steps"]
    typed = [step["run"].split() for step in steps if step.get("run", "").startswith("dlquiz")]
    for _, command, *arguments in typed:
        form = arguments[arguments.index("--format") + 1]
        assert (command, form) in {("grade", "github"), ("grade", "junit")}
        assert arguments[3:5] == ["--isolation", "kernel"]
    assert len(typed) == 2
