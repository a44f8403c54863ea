"""A worker that somebody else kills or stops: two fresh tries, then broken; never a lost point."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc"),
]
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
BUSY_MEAN = """
import time

import numpy as np

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    return float(np.mean(x))
"""


def cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK
    except (OSError, IndexError):
        return 0


def graded(points: ModuleType, scene: Any, meddle: Callable[[list[int]], None]) -> tuple[int, dict[str, Any]]:
    """Grade ``BUSY_MEAN``; ``meddle`` sees the workers that compute, again and again."""
    scene.files["busy"] = scene.root / "busy.py"
    scene.files["busy"].write_text(BUSY_MEAN)
    process = scene.start(scene.grade("busy"))
    try:
        until = time.monotonic() + points.RUN_S
        while process.poll() is None and time.monotonic() < until:
            meddle([one for one in points.find(process.pid, "worker") if cpu_seconds(one) >= 0.1])
            time.sleep(0.005)  # looked at often, so that it is met while it computes
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "Traceback" not in stderr
    report = json.loads(stdout)
    assert [case["message"] for case in report["cases"] if case["outcome"] == "failed"] == []
    return process.returncode, report


def killer(most: int) -> tuple[Callable[[list[int]], None], list[int]]:
    dead: list[int] = []

    def meddle(busy: list[int]) -> None:
        for one in busy:
            if one not in dead and len(dead) < most:
                dead.append(one)
                os.kill(one, signal.SIGKILL)

    return meddle, dead


def test_a_worker_that_is_killed_twice_costs_nothing(points: ModuleType, scene: Any) -> None:
    meddle, dead = killer(2)
    code, report = graded(points, scene, meddle)
    assert len(dead) == 2
    assert (code, report["outcome"], report["complete"], report["points"]["earned"]) == (0, "passed", True, 10)


def test_a_worker_that_is_killed_three_times_breaks_its_case_and_no_other(points: ModuleType, scene: Any) -> None:
    meddle, dead = killer(3)
    code, report = graded(points, scene, meddle)
    assert len(dead) == 3
    assert (code, report["outcome"], report["complete"]) == (4, "broken", False)
    broken = [case for case in report["cases"] if case["outcome"] == "broken"]
    assert [case["id"] for case in broken] == ["test_tiny.py::test_mean"]
    assert "lost its process three times" in broken[0]["message"]
    assert "killed from outside" in broken[0]["message"]
    assert report["points"]["possible"] == 10
    assert "failed" not in {case["outcome"] for case in report["cases"]}
