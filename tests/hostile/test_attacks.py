"""Every attack in ``attacks/``, graded through the same door as every submission.

``double`` attacks, ``mean`` is right: so the honest score is the ``earns:`` of the file,
and no attack may bring more, turn its loss into a fault of ours, or leave anything behind.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

# One after the other with all that grades the corpus: a control's success looks like another attack's from outside.
pytestmark = pytest.mark.sandbox


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
    assert report["points"]["earned"] in attack.earns
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
        assert report["points"]["earned"] <= max(attack.earns)


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


WITHOUT_CONTROL: set[str] = set()
"""Attacks that nothing careless can be shown to suffer; each header says why. Keep it short."""

ITEMS = {
    "forgery": (
        "patched numpy", "patched numpy.testing", "patched pytest", "patched unittest", "patched builtins",
        "patched json", "patched msgpack", "lying array subclass", "lying __eq__", "lying __array__",
        "lying __array_ufunc__", "lying __reduce__", "results on stdout and stderr", "results on every descriptor",
        "forged frame", "truncated frame", "oversized frame", "nested frame", "non-finite frame", "mis-typed frame",
        "out-of-order frame", "unasked frame", "doubled frame", "invented handle", "exit", "atexit",
        "replayed answers", "inputs changed in place", "searching gc", "searching frames", "searching modules",
        "searching descriptors", "searching memory", "killing itself", "odd numbers", "left for the next one",
    ),
    "reading": (
        "hidden tests", "references", "other submissions", "workspace", "home", "environment", "/proc",
        "memory of others", "data not given", "packages not given",
    ),
    "writing": (
        "files", "modes", "progress store", "reports", "another submission", ".pth", "sitecustomize",
        "shared memory", "message queues", "semaphores", "/dev/shm", "sockets", "processes", "privileges",
        "system calls",
    ),
    "resources": (
        "endless loop in Python", "endless loop in C", "ignored signals", "blocked signals", "deep recursion",
        "segmentation fault", "abort", "memory in one block", "memory in many blocks", "shared memory",
        "grows-down memory", "memory that is not counted", "threads", "descriptors", "output", "output in exceptions",
        "huge values", "answers that cost time", "answers that cost memory", "slow calls", "sleeping",
        "sleep at import", "sleep in __del__", "sleep at exit", "limits",
    ),
    "reader": (
        "terminal escapes", "bidirectional text", "HTML and script", "CSV formulas", "Rich markup", "invalid UTF-8",
        "endless lines", "forged report", "lines that pose as the report's",
    ),
}  # fmt: skip
"""What the corpus must hold at least one attack for."""


@pytest.mark.parametrize("group", ITEMS)
def test_there_is_an_attack_for_every_item_and_an_item_for_every_attack(group: str, batch: ModuleType) -> None:
    assert {item for one in batch.attacks() if one.group == group for item in one.items} == set(ITEMS[group])


def test_every_attack_has_a_control_or_is_a_known_exception(batch: ModuleType) -> None:
    assert {one.name for one in batch.attacks() if one.control.startswith("none")} == WITHOUT_CONTROL


REFUSED_BY_PYTHON = {"deep_recursion": (3, 12)}
"""Attacks that a newer Python ends by itself: since 3.12 no program can lift the limit of recursion in C."""


def test_the_attack_succeeds_without_a_wall(attack: Any, control_run: dict[str, Any]) -> None:
    """Otherwise the tests above would show nothing."""
    effect, said = control_run[attack.name]
    refused = sys.version_info >= REFUSED_BY_PYTHON.get(attack.name, (4,))
    assert effect in (["nothing"] if refused else attack.control.split()[1].split("|")), said


@pytest.mark.parametrize("level", ["kernel_run", "process_run"])
def test_replayed_answers_are_worth_points_only_under_the_seed_of_the_earlier_grading(
    level: str, request: pytest.FixtureRequest
) -> None:
    """The control of ``replayed_answers``: its table is right, and under a fixed seed it wins."""
    seen = request.getfixturevalue(level)
    assert seen["replayed"]["replayed_answers"]["points"]["earned"] == 3
    assert seen["reports"]["replayed_answers"]["points"]["earned"] == 1


COSTLY = ("answers that cost time", "answers that cost memory", "huge values", "odd numbers")


@pytest.mark.parametrize("level", ["kernel_run", "process_run"])
def test_no_answer_keeps_the_trusted_side_busy(level: str, batch: ModuleType, request: pytest.FixtureRequest) -> None:
    """Their controls have not ended after one to five seconds, on a machine that does nothing else."""
    seen = request.getfixturevalue(level)
    costly = [one for one in batch.attacks() if set(one.items) & set(COSTLY)]
    assert len(costly) > 6
    slow = {one.name: attacked_case(seen["reports"][one.name])["seconds"] for one in costly}
    assert {name: seconds for name, seconds in slow.items() if seconds > 10} == {}


def test_whoever_is_graded_after_an_attack_gets_all_points(batch: ModuleType) -> None:
    """A class: each attack on those who come later, with an honest neighbour after it and threads all around."""
    names = (
        "leave_something_behind", "hang_that_catches_everything", "just_below_the_limit", "thousands_of_threads",
        "rows_that_take_a_minute", "patch_the_worker", "memory_made_read_only", "stop_itself",
    )  # fmt: skip
    found = {one.name: one for one in batch.attacks()}
    text = "\ndef double(x):\n    return 2 * x\n"
    rows = [(found[name], batch.Attack(f"after_{name}", "forgery", "", text)) for name in names]
    reports = batch.grade([one for row in rows for one in row], {}, "process")
    points = {name: report["points"]["earned"] for name, report in reports.items() if name.startswith("after_")}
    assert points == {f"after_{name}": 3 for name in names}


@pytest.mark.parametrize("grader", ["script", "unittest", "pytest", "naive", "bare"])
def test_an_honest_loss_is_only_that_to_the_careless_graders(grader: str, once: Any) -> None:
    """Their own faults would otherwise look like successful attacks."""
    effects = once("honest", _honest_trials)
    assert effects[grader][0] == ("ends" if grader == "bare" else "nothing"), effects[grader]


def _honest_trials(_: Path) -> str:
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import batch, controls\n"
        "text = 'import numpy as np\\n\\ndef double(x):\\n    return 3 * x\\n'\n"
        "one = batch.Attack('honest', 'forgery', '', text, patience=10)\n"
        "print(json.dumps({kind: controls.run([one], kind)['honest'] for kind in sys.argv[2:]}))"
    )
    here = str(Path(__file__).parent)
    kinds = ["script", "unittest", "pytest", "naive", "bare"]
    done = subprocess.run(
        [sys.executable, "-c", code, here, *kinds], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def test_an_honest_submission_gets_all_points(batch: ModuleType) -> None:
    honest = batch.Attack("honest", "forgery", "", "\ndef double(x):\n    return 2 * x\n")
    report = batch.grade([honest], {}, "process")["honest"]
    assert (report["outcome"], report["points"]["earned"]) == ("passed", 3)


def test_the_page_of_attacks_is_made_from_this_corpus() -> None:
    tool = Path(__file__).parents[2] / "tools" / "make_attacks.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_threat_model_names_attacks_that_exist(batch: ModuleType, files: ModuleType) -> None:
    text = (Path(__file__).parents[2] / "docs/explanation/threat-model.md").read_text("utf-8")
    table = text.partition("shown by, among others |")[2].partition("\n\n")[0]
    named = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.rpartition(" | ")[2])}
    assert len(named) > 30
    assert named <= {one.name for one in (*batch.attacks(), *files.FILE_ATTACKS)}
