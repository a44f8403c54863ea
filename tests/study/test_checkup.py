"""The check-up reads what is needed from the package's own metadata, never from a list of ours."""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dlquiz.study.checkup import checkup, packages

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Pretend that distributions are installed: name, version, and what they require."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(name, version, *requires):
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        (folder / "METADATA").write_text("\n".join([*lines, *(f"Requires-Dist: {one}" for one in requires)]) + "\n")

    return install


def points(name):
    return {point.name: point for point in packages(name)}


def test_every_dependency_of_the_project_is_checked(installed):
    # As it would be installed now: what the installation of a checkout says of itself may be older.
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    installed("zz-project", "1", *dependencies)
    wanted = [Requirement(text) for text in dependencies]
    names = {one.name for one in wanted if one.marker is None or one.marker.evaluate()}
    assert {name for name, point in points("zz-project").items() if point.needed} == names


def test_without_a_name_the_installed_dlquiz_is_checked():
    named = {Requirement(text).name for text in metadata.requires("dlquiz") or () if "extra ==" not in text}
    assert {point.name for point in packages() if point.needed} <= named


def test_what_is_missing_is_named_with_what_to_type(installed):
    installed("zz-course", "1", "zz-here>=2", "zz-gone>=3.9,<5")
    installed("zz-here", "2.1")
    found = points("zz-course")
    assert (found["zz-here"].ok, found["zz-here"].detail) == (True, "2.1")
    assert not found["zz-gone"].ok
    assert found["zz-gone"].needed
    assert found["zz-gone"].fix in (
        'python -m pip install "zz-gone<5,>=3.9"',
        'python -m pip install "zz-gone>=3.9,<5"',
    )


@pytest.mark.parametrize(("version", "ok"), [("1.9.9", False), ("2.0", True), ("2.1rc1", True), ("10.0", True)])
def test_what_is_too_old_counts_as_missing(installed, version, ok):
    installed("zz-course", "1", "zz-old>=2")
    installed("zz-old", version)
    point = points("zz-course")["zz-old"]
    assert point.ok is ok
    assert ok or ("too old" in point.detail and ">=2" in point.fix)


def test_what_is_for_other_machines_is_not_asked_for(installed):
    installed("zz-course", "1", f"zz-here; sys_platform == '{sys.platform}'", "zz-there; sys_platform == 'elsewhere'")
    assert list(points("zz-course")) == ["zz-here"]


def test_an_extra_is_only_useful_and_one_of_its_distributions_is_enough(installed):
    installed(
        *("zz-course", "1"),
        "zz-big-cpu>=2; (platform_machine == 'x86_64') and extra == 'big'",
        "zz-big>=2; extra == 'big' and (platform_machine != 'x86_64')",
        "zz-big>=2; extra == 'all'",
        "zz-other; extra == 'other'",
        "zz-tester; extra == 'test'",
    )
    installed("zz-big", "3")
    found = points("zz-course")
    assert {name: (point.ok, point.needed) for name, point in found.items()} == {
        "big": (True, False),
        "other": (False, False),
    }
    assert found["other"].fix.startswith('python -m pip install "dlquiz[other]"')


def test_a_copy_that_was_never_installed_says_so(installed):
    (point,) = packages("zz-never-installed")
    assert (point.name, point.ok, point.needed) == ("packages", False, True)
    assert "zz-never-installed itself is not installed" in point.detail


def test_without_packaging_the_doctor_says_that_it_is_missing(installed, monkeypatch):
    installed("zz-course", "1", "zz-here")
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    (point,) = packages("zz-course")
    assert (point.name, point.ok, point.fix) == ("packaging", False, "python -m pip install packaging")


def test_a_package_that_is_gone_is_told_by_the_doctor_with_exit_code_1(person, monkeypatch):
    version = metadata.version

    def without(name):
        if name in ("rapidfuzz", "fsrs"):
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without)
    result = person.type("doctor")
    assert result.code == 1
    assert "Something that dlquiz needs is missing." in result.out
    assert "python -m pip install" in result.out
    assert '"rapidfuzz>=' in result.out
    document = person.type("doctor", "--json").json
    assert {one["name"] for one in document["checks"] if one["needed"] and not one["ok"]} == {"rapidfuzz", "fsrs"}


def test_the_learners_own_things_are_checked_last(desk):
    *_, course, workspace, progress = checkup(desk)
    assert (course.detail, workspace.detail, progress.detail) == (
        "A tiny course 1, 2 exercises",
        str(desk.workspace.root),
        "readable and writable",
    )


def test_a_broken_course_is_a_point_and_no_end(desk, course):
    (course / "exercises/course.yaml").write_text("title: nothing\n")
    desk.__dict__.pop("course")
    found = {point.name: point for point in checkup(desk)}
    assert not found["course"].ok
    assert found["course"].needed
    assert found["progress"].ok
