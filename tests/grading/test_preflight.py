"""What is missing is told once, before anything runs: to people in a sentence, to programs as an exception."""

import subprocess
import sys
from pathlib import Path

import pytest

import dlquiz
from dlquiz.content.course import load_course
from dlquiz.errors import MissingPackage, SandboxError
from dlquiz.grading.dispatch import GraderPool
from dlquiz.grading.messages import WallBuilt
from dlquiz.grading.preflight import demand_packages, demand_wall
from dlquiz.sandbox.packages import PACKAGES
from tests.authoring.small import make_course

FORBID = Path(__file__).parents[1] / "sandbox/forbid.py"


@pytest.fixture
def root(tmp_path):
    root = make_course(tmp_path / "course")
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "packages: [numpy, torch]\n")
    return root


@pytest.mark.parametrize("name", PACKAGES)
def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch, name):
    monkeypatch.setitem(sys.modules, PACKAGES[name].imports[0], None)
    with pytest.raises(MissingPackage) as caught:
        demand_packages("week3", ["numpy", name])
    assert "week3" in caught.value.message
    assert name in caught.value.message
    assert caught.value.next_step == f'python -m pip install "{PACKAGES[name].install}"'
    assert caught.value.exit_code == 4


def test_what_is_installed_is_asked_for_nothing(monkeypatch):
    demand_packages("week3", ["numpy"])


def test_no_process_starts_for_an_exercise_that_cannot_run(root, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(GraderPool, "_start", lambda pool: pytest.fail("a grader process was started"))
    with pytest.raises(MissingPackage):
        GraderPool(load_course(root), "tiny")
    with pytest.raises(MissingPackage):
        dlquiz.grade("tiny", root / "graders/tiny/solution.py", course=root)


def test_a_weaker_wall_is_refused_only_where_kernel_was_asked_for():
    weak = WallBuilt("process", "user", None, ("no Landlock", "no seccomp"))
    for isolation, wall in (("process", weak), (None, weak), ("kernel", None)):
        demand_wall(isolation, wall)
    demand_wall("kernel", WallBuilt("kernel", "user", 7, ()))
    with pytest.raises(SandboxError, match="no Landlock; no seccomp"):
        demand_wall("kernel", weak)


@pytest.mark.sandbox
def test_a_wall_that_cannot_be_built_raises_instead_of_giving_no_points(tmp_path):
    course = make_course(tmp_path / "course")
    program = f"""
import dlquiz
from dlquiz.errors import SandboxError
try:
    dlquiz.grade("tiny", {str(course / "graders/tiny/solution.py")!r}, course={str(course)!r}, isolation="kernel")
except SandboxError as error:
    print("refused:", error.message)
"""
    command = [sys.executable, str(FORBID), "neither", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("refused: The wall cannot be built here as strong as was asked (kernel)")
    assert "Landlock" in done.stdout
