"""What a wheel holds, and where an installation finds its course. The backend is asked directly, as pip asks it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import dlquiz
from dlquiz.content.course import builtin_course

ROOT = Path(__file__).parents[1]
COURSE = ("exercises", "graders", "quizzes")
CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}


def build(kind, folder):
    """Build with hatchling in a process of its own; return the wheel's path."""
    code = f"import sys; from hatchling.build import build_{kind}; print(build_{kind}(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-B", "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return folder / result.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def course_files():
    """Every file of the course in the checkout, without what tools left there."""
    for top in COURSE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and not CACHES.intersection(path.relative_to(ROOT).parts):
                yield path.relative_to(ROOT).as_posix()


def run_python(code, *, path):
    """Run ``code`` in a fresh interpreter that finds dlquiz in ``path`` first, outside the checkout."""
    result = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(path)!r})\n{code}"],
        cwd=path, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_wheel_holds_every_file_of_the_course(names):
    missing = {f"dlquiz/_course/{name}" for name in course_files()} - names
    assert not missing
    assert "dlquiz/_course/exercises/course.yaml" in names


def test_a_wheel_holds_every_module_of_the_package(names):
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "dlquiz").rglob("*.py")}
    assert {name for name in modules if "/_course/" not in name} <= names
    assert {
        "dlquiz/data/sets/digits.npz",
        "dlquiz/data/sets/topics.txt",
        "dlquiz/py.typed",
        "dlquiz/authoring/skeleton/exercise/stub.py.txt",
    } <= names


def test_a_wheel_holds_nothing_but_the_package_its_course_and_its_metadata(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"dlquiz"}
    assert not [name for name in names if CACHES.intersection(name.split("/"))]
    below = {name.split("/")[2] for name in names if name.startswith("dlquiz/_course/")}
    assert below == set(COURSE)


def test_a_wheel_holds_no_tests_and_no_mnist(names):
    assert not [name for name in names if "ubyte" in name or "/tests/" in name or name.endswith("conftest.py")]


def test_a_wheel_names_its_licence_and_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        read = {Path(name).name: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert "License-Expression: MIT" in read["METADATA"]
    assert "MIT License" in read["LICENSE"]
    assert "dlquiz = dlquiz.__main__:run" in read["entry_points.txt"]


def test_an_unpacked_wheel_finds_the_course_that_it_carries(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from dlquiz.content.course import builtin_course, load_course\n"
        "print(builtin_course(), load_course().exercise_ids()[0])"
    )
    assert run_python(code, path=tmp_path) == f"{tmp_path / 'dlquiz' / '_course'} exercise1"


def test_the_course_of_an_unpacked_wheel_grades(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import dlquiz\n"
        "from dlquiz.content.course import builtin_course\n"
        "report = dlquiz.grade('exercise1', builtin_course() / 'graders/exercise1/solution.py')\n"
        "print(report.outcome.value, report.complete)"
    )
    assert run_python(code, path=tmp_path) == "passed True"


def test_an_editable_build_copies_nothing():
    """Otherwise an edited lesson or grader would not be live at once."""
    code = (
        "from hatch_build import CourseHook\n"
        "for target, version in (('wheel', 'editable'), ('sdist', 'standard'), ('wheel', 'standard')):\n"
        "    data = {'force_include': {}}\n"
        "    hook = CourseHook('.', {}, None, None, '.', target)\n"
        "    hook.initialize(version, data)\n"
        "    print(target, version, len(data['force_include']))"
    )
    assert run_python(code, path=ROOT).splitlines() == ["wheel editable 0", "sdist standard 0", "wheel standard 3"]


def test_a_checkout_reads_its_own_folders():
    assert run_python("from dlquiz.content.course import builtin_course; print(builtin_course())", path=ROOT) == str(
        ROOT
    )


def test_the_installation_under_test_reads_the_course_that_belongs_to_it():
    """The README's test command installs editable: then it is this repository's."""
    installed = json.loads(metadata.distribution("dlquiz").read_text("direct_url.json") or "{}")
    if installed.get("dir_info", {}).get("editable"):
        assert builtin_course() == ROOT
    else:
        assert builtin_course() == Path(dlquiz.__file__).parent / "_course"


def requirements(texts):
    """Return the names of requirements, as an index compares them, without those that another machine needs."""
    names = {re.match(r"[\w.-]+", text)[0].lower().replace("_", "-") for text in texts if "!= 'x86_64'" not in text}
    return names - {"dlquiz"}


def test_every_direct_dependency_is_pinned_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for listed in project["optional-dependencies"].values() for text in listed]
    pinned = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if line[:1] not in ("#", "")]
    assert requirements(pinned) == requirements([*project["dependencies"], *extras])
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in pinned)
