"""The sandbox's server is killed during a grading: one broken case, never a lost point, never a second try."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.waiting import eventually

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs /proc"),
]
# Long enough to be met while it computes.
BUSY = """
import time

import numpy as np

EXTRA = True


def busy():
    end = time.process_time() + 0.25
    while time.process_time() < end:
        pass


def double(x):
    busy()
    return {factor} * x


def mean(x):
    busy()
    return float(np.mean(x))
"""
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK
    except (OSError, IndexError):
        return 0


def graded(points: ModuleType, scene: Any, deaths: int, factor: int = 2) -> tuple[int, dict[str, Any], list[int]]:
    """Grade ``BUSY``; kill the server of each of the first ``deaths`` workers that compute."""
    scene.files["busy"] = scene.root / "busy.py"
    scene.files["busy"].write_text(BUSY.format(factor=factor))
    outside = points.machine_names()
    process = scene.start(scene.grade("busy"))
    dead: list[int] = []
    family: set[int] = set()
    try:
        until = time.monotonic() + points.RUN_S
        while process.poll() is None and time.monotonic() < until:
            for server in points.find(process.pid, "server"):
                workers = points.children(server)
                family |= {server, *workers}
                if server not in dead and len(dead) < deaths and any(cpu_seconds(one) >= 0.1 for one in workers):
                    dead.append(server)
                    os.kill(server, signal.SIGKILL)
            time.sleep(0.005)  # looked at often, so that it is met while it computes
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "Traceback" not in stderr
    eventually(lambda: all(points.state(one) in ("", "Z") for one in family), "the end of everything that was started")
    assert scene.listing() - scene.known <= {"busy.py"}
    # Another program's, on its way, looks like ours.
    eventually(lambda: points.machine_names() <= outside, "a machine without shared memory or sockets of ours")
    return process.returncode, json.loads(stdout), dead


def outcomes(report: dict[str, Any]) -> list[str]:
    return [case["outcome"] for case in report["cases"]]


@pytest.mark.parametrize("deaths", [1, 2])
def test_each_death_breaks_the_case_in_which_it_came_and_no_other(points: ModuleType, scene: Any, deaths: int) -> None:
    code, report, dead = graded(points, scene, deaths)
    assert len(set(dead)) == deaths
    told = [case["message"] for case in report["cases"]]
    assert outcomes(report) == ["broken"] * deaths + ["passed"] * (6 - deaths), told
    assert (code, report["complete"], report["outcome"]) == (4, False, "broken")
    assert all("the sandbox's server does not work" in case["message"] for case in report["cases"][:deaths])
    assert (report["points"]["possible"], report["points"]["earned"]) == (10, {1: 7, 2: 4}[deaths])


def test_the_third_death_ends_it(points: ModuleType, scene: Any) -> None:
    """Without a bound, whoever can kill a server could keep a grading busy for ever."""
    code, report, dead = graded(points, scene, 3)
    assert len(set(dead)) == 3
    assert outcomes(report) == ["broken"] * 6
    assert (code, report["points"]["earned"]) == (4, 0)


def test_a_wrong_answer_gains_nothing(points: ModuleType, scene: Any) -> None:
    """The case is not tried again: it is broken, earns nothing, and the others are lost as they would have been."""
    code, report, _ = graded(points, scene, 1, factor=3)
    _, undisturbed, _ = graded(points, scene, 0, factor=3)
    assert outcomes(undisturbed)[0] == "failed"
    assert outcomes(report) == ["broken", *outcomes(undisturbed)[1:]]
    assert report["points"]["earned"] == undisturbed["points"]["earned"]
    assert code == 4
