"""Every attack in ``attacks/``, graded through the same door as every submission.

``double`` attacks, ``mean`` is right: so the honest score is the ``earns:`` of the file,
and no attack may bring more, turn its loss into a fault of ours, or leave anything behind.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = [pytest.mark.sandbox]

LATE = {"exit_after_the_answer"}
"""Whether these end before, in or after the next case is chance; they may lose it, too."""


def attacked_case(report: dict[str, Any]) -> dict[str, Any]:
    return next(case for case in report["cases"] if case["id"].endswith("::test_double"))


def everything_said(report: dict[str, Any]) -> str:
    return "\n".join(
        f"{case['output']}\n{case['message']}\n{case['got']}\n{case['traceback']}" for case in report["cases"]
    )


def breached(report: dict[str, Any]) -> bool:
    """Whether an attack said that it got through; only in its output, for tracebacks show the source."""
    return any("BREACH" in case["output"] for case in report["cases"])


def judge(attack: Any, report: dict[str, Any]) -> None:
    """Demand what must be so after any attack at any level."""
    case = attacked_case(report)
    assert (report["outcome"], report["complete"]) == ("failed", True), case
    assert case["outcome"] == "failed"
    assert (case["cause"] or "none") in attack.causes, case["message"]
    assert report["points"]["earned"] <= attack.earns
    assert report["points"]["earned"] == attack.earns or attack.name in LATE
    assert report["points"]["possible"] == 3
    assert {one["outcome"] for one in report["cases"]} <= {"passed", "failed"}
    # A learner reads it: a sentence, not a dump of our own machinery, and nothing that steers a terminal.
    assert 10 < len(case["message"]) <= 4000
    assert not re.search(r"dlquiz/(sandbox|grading)/", case["message"])
    assert "Traceback" not in case["message"]
    assert not [
        letter
        for letter in everything_said(report)
        if (ord(letter) < 32 and letter not in "\n\t") or letter in "\x7f\x9b\u202e"
    ]


def test_the_attack_gains_nothing_behind_the_wall(attack: Any, kernel_run: dict[str, Any]) -> None:
    report = kernel_run["reports"][attack.name]
    judge(attack, report)
    assert report["isolation"] == "kernel"
    assert not breached(report)


def test_the_attack_gains_no_points_at_level_process(attack: Any, process_run: dict[str, Any]) -> None:
    report = process_run["reports"][attack.name]
    assert report["isolation"] == "process"
    if attack.level == "process":
        judge(attack, report)
        assert not breached(report)
    else:  # files may be read at this level: that is what the report says by its name
        assert (report["outcome"], report["complete"]) == ("failed", True)
        assert report["points"]["earned"] <= attack.earns


@pytest.mark.parametrize("level", ["kernel_run", "process_run"])
def test_nothing_outside_has_changed_or_heard_anything(level: str, request: pytest.FixtureRequest) -> None:
    seen = request.getfixturevalue(level)
    assert seen["after"] == seen["before"]
    assert seen["after"]["heard"] == []
    assert seen["after"]["victim"] is None


@pytest.mark.parametrize("level", ["kernel_run", "process_run"])
def test_no_process_is_left_after_the_grading(level: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(level)["left"] == []


def test_no_report_holds_the_secret_or_the_reference(kernel_run: dict[str, Any]) -> None:
    assert not kernel_run["secret_seen"]
    assert not kernel_run["canary_seen"]


def test_a_child_of_the_worker_that_lost_its_parents_would_be_counted(batch: ModuleType) -> None:
    batch.adopt_orphans()
    before = batch.descendants()
    code = "import subprocess, sys; p = subprocess.Popen(['sleep', '60'], stdout=-3, stderr=-3); print(p.pid)"
    pid = int(subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout)
    try:
        assert batch.descendants() - before == {pid}
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def test_the_attack_succeeds_without_a_wall(harmless_attack: Any, batch: ModuleType, tmp_path: Path) -> None:
    """Otherwise the tests above would show nothing."""
    with batch.witness(tmp_path / "scratch") as seen:
        assert "BREACH" in batch.bare(harmless_attack, seen.places())


def test_an_honest_submission_gets_all_points(batch: ModuleType) -> None:
    honest = batch.Attack("honest", "", "\ndef double(x):\n    return 2 * x\n", (), False, 3, "process")
    report = batch.grade([honest], {}, "process")["honest"]
    assert (report["outcome"], report["points"]["earned"]) == ("passed", 3)


def test_the_attack_of_an_installed_exercise_fails_from_the_command_line(batch: ModuleType, tmp_path: Path) -> None:
    """The same door as a learner's: a program, a workspace, a file, one JSON document."""
    from dlquiz.content import builtin_course

    attack = next(one for one in batch.attacks() if one.name == "read_files")
    solution = builtin_course() / "graders" / "exercise1" / "solution.py"
    text = attack.text.replace("@SOLUTION@", str(solution)).replace("@COURSE@", str(builtin_course()))
    text = text.replace("@SCRATCH@", str(tmp_path)).replace("@GRADER@", str(os.getpid()))
    (tmp_path / "secret.txt").write_text("a secret")
    work = tmp_path / "image.py"
    work.write_text(text + "\n\ndef flatten(images):\n    print('BREACH', attack())\n")
    environment = {**os.environ, "DLQUIZ_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dlquiz"]
    subprocess.run(
        [*command, "start", str(tmp_path / "ws")],
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    done = subprocess.run(
        [*command, "grade", "exercise1", "--file", str(work), "--json"],
        env=environment,
        cwd=tmp_path / "ws",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"], report["points"]["earned"]) == (1, "failed", 0)
    causes = {case["cause"] for case in report["cases"]}
    assert causes <= {"forbidden", "missing"}
    if report["isolation"] == "kernel":
        assert "forbidden" in causes
        assert not breached(report)
