"""Tools that no other test runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLANTED = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_no_integer_is_large(number):
    assert number < 1000
"""


def explore(path: Path, text: str, minutes: float) -> "subprocess.CompletedProcess[str]":
    path.write_text(text)
    command = [
        sys.executable,
        str(ROOT / "tools/explore.py"),
        "--minutes",
        str(minutes),
        "--processes",
        "1",
        "--seed",
        "1",
    ]
    return subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=300, check=False)


def test_exploring_prints_the_smallest_example_and_how_to_repeat_it(tmp_path: Path) -> None:
    done = explore(tmp_path / "test_planted.py", PLANTED, minutes=4)  # it ends when nothing is left to try
    assert done.returncode == 1, done.stderr
    assert "number=1000" in done.stdout
    assert f"-m hypothesis --hypothesis-seed=271041745 {tmp_path / 'test_planted.py'}" in done.stdout
    assert done.stdout.endswith("1 files in which something was found\n")


@pytest.mark.slow
def test_exploring_what_is_right_goes_on_until_the_time_is_over(tmp_path: Path) -> None:
    done = explore(tmp_path / "test_planted.py", PLANTED.replace("number < 1000", "number == number"), minutes=0.05)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n0 files in which something was found\n")
