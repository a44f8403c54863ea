"""The first points of the schedule: every role, and two that are only stopped. A thousand: tools/faults.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
POINTS = 14


@pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc and subreapers")
def test_nothing_is_lost_doubled_or_left_behind_whoever_is_killed(tmp_path: Path) -> None:
    program = [sys.executable, str(Path(__file__).parent / "points.py"), str(tmp_path / "scene")]
    done = subprocess.run(
        [*program, "--points", str(POINTS), "--seed", "3"],
        capture_output=True, text=True, check=False, timeout=400, env=dict(os.environ),
    )  # fmt: skip
    points = [json.loads(line) for line in done.stdout.splitlines()]
    assert [point for point in points if point["wrong"]] == []
    assert done.returncode == 0, done.stderr
    assert len(points) == POINTS
    # Not vacuous: most of the faults met a process that was alive, and some of them broke a grading.
    assert sum(bool(point["hit"]) for point in points) > POINTS // 2
    assert {"incomplete", "no report"} & {point["outcome"] for point in points}
