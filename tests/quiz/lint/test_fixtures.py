"""What the rules say about real files of other programs; ``DLQUIZ_WRITE_GOLDEN=1`` writes the expected texts anew.

The files belong to others and are read by path, so they are no part of the repository.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from dlquiz.cli import main

FOLDER = Path(os.environ.get("DLQUIZ_QUIZ_FIXTURES", Path(__file__).parents[4] / "shared" / "quiz_fixtures"))
GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(
    path
    for path in (FOLDER.rglob("*") if FOLDER.is_dir() else ())
    if path.is_file() and path.suffix != ".md" and ".expected" not in path.name
)

pytestmark = pytest.mark.skipif(not FILES, reason=f"the folder of real quiz files ({FOLDER.name}) is not here")


def golden(path):
    return GOLDEN / (path.relative_to(FOLDER).as_posix().replace("/", "__") + ".txt")


@pytest.fixture
def lint(capfd, monkeypatch, tmp_path):
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path))
    monkeypatch.chdir(FOLDER)

    def type_command(path, *options):
        capfd.readouterr()
        code = main(["quiz", "lint", path.relative_to(FOLDER).as_posix(), *options])
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return type_command


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_findings_of_a_real_file_are_these(path, lint):
    code, out, err = lint(path)
    text = f"exit {code}\n{out}{err if code > 1 else ''}"
    if os.environ.get("DLQUIZ_WRITE_GOLDEN") == "1":
        golden(path).write_text(text, encoding="utf-8")
    assert text == golden(path).read_text(encoding="utf-8")
    assert code in (0, 1, 2, 3)


def test_every_golden_file_belongs_to_a_real_one():
    assert {path.name for path in GOLDEN.iterdir()} == {golden(path).name for path in FILES}


def test_none_of_the_seven_questions_for_beginners_has_feedback(lint):
    (path,) = (path for path in FILES if path.name.startswith("ai_for_beginners"))
    code, out, _ = lint(path, "--format", "json")
    document = json.loads(out)
    assert (code, document["questions"]) == (1, 7)
    told = Counter(one["question"] for one in document["findings"] if one["code"] in ("missing-explain", "missing-why"))
    assert len(told) == 7
