"""Fifty points of the schedule, in two halves that may run side by side. A thousand: tools/faults.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
HALF = 25


@pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc and subreapers")
@pytest.mark.parametrize("first", [0, HALF])
def test_nothing_is_lost_doubled_or_left_behind_whoever_is_killed(tmp_path: Path, first: int) -> None:
    program = [sys.executable, str(Path(__file__).parent / "points.py"), str(tmp_path / "scene")]
    done = subprocess.run(
        [*program, "--points", str(HALF), "--first", str(first), "--seed", "3"],
        capture_output=True, text=True, check=False, timeout=400, env=dict(os.environ),
    )  # fmt: skip
    points = [json.loads(line) for line in done.stdout.splitlines()]
    assert [point for point in points if point["wrong"]] == []
    assert done.returncode == 0, done.stderr
    assert len(points) == HALF
    # Not vacuous: most of the faults met a process that was alive, and some of them broke a grading.
    assert sum(bool(point["hit"]) for point in points) > HALF // 2
    assert {"incomplete", "no report"} & {point["outcome"] for point in points}
