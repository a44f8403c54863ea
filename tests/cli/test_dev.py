"""``dlquiz dev check`` as an author types it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from dlquiz.cli import main
from tests.authoring.small import make_course

pytestmark = pytest.mark.sandbox


@pytest.fixture
def author(tmp_path, monkeypatch, capfd):
    """Return a function that types a command in the course's folder."""
    root = make_course(tmp_path / "course")
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DLQUIZ_COURSE", str(root))
    monkeypatch.delenv("DLQUIZ_DATA", raising=False)
    monkeypatch.chdir(root)

    def type_command(*arguments):
        capfd.readouterr()
        code = main(["--trust-course", *arguments])
        return code, *capfd.readouterr()

    type_command.root = root
    return type_command


def test_a_certified_course_exits_0_and_says_what_was_done(author):
    code, out, _ = author("dev", "check", "--seeds", "2")
    assert code == 0
    assert "tiny         certified: 4 cases, 4 points, 6 wrong and 3 right solutions, 21 gradings" in out
    assert "Next: dlquiz" in out


def test_findings_exit_3_with_file_and_line(author):
    path = author.root / "graders/tiny/wrong/half.py"
    path.write_text(path.read_text().replace("return x / 2", "return 2 * x"))
    code, out, _ = author("dev", "check", "tiny", "--seeds", "1")
    assert code == 3
    assert "graders/tiny/wrong/half.py:3:1: error[DLQ225]" in out
    assert "1 finding." in out
    assert "Next: dlquiz dev check tiny" in out


def test_json_is_one_document(author):
    (author.root / "exercises/tiny/README.md").unlink()
    code, out, _ = author("dev", "check", "--json", "--seeds", "1")
    document = json.loads(out)
    assert code == 3
    assert document["format_version"] == 1
    assert document["certified"] is False
    assert document["exercises"][0]["findings"][0]["code"] == "DLQ201"
    assert document["exercises"][0]["gradings"] == 11


def test_an_unknown_exercise_exits_2(author):
    code, _, err = author("dev", "check", "tinny")
    assert code == 2
    assert "tiny" in err


def test_ctrl_c_exits_130_and_leaves_no_process(author):
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "dlquiz", "--trust-course", "dev", "check", "--seeds", "500"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err
    assert children.split()
    for pid in children.split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
