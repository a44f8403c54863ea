"""The list of readable paths: exact, and without anything of ours."""

import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

import dlquiz
from dlquiz.sandbox import landlock


def covered(path: Path, rules: tuple[str, ...]) -> bool:
    return any(Path(rule) in (path, *path.parents) for rule in rules)


@pytest.fixture(scope="module")
def numpy_rules() -> tuple[str, ...]:
    return landlock.readable_paths(("numpy",))


def test_site_packages_is_on_no_list_as_a_whole(numpy_rules: tuple[str, ...]) -> None:
    for key in ("purelib", "platlib"):
        folder = Path(sysconfig.get_path(key))
        assert not covered(folder, numpy_rules)
    assert not any(Path(rule).name in ("site-packages", "dist-packages") for rule in numpy_rules)
    assert not covered(Path(sysconfig.get_path("stdlib")), numpy_rules)


@pytest.mark.parametrize("name", ["pydantic", "pytest", "yaml", "click", "msgpack", "psutil"])
def test_packages_that_are_not_allowed_are_not_covered(name: str, numpy_rules: tuple[str, ...]) -> None:
    module = __import__(name)
    assert not covered(Path(str(module.__file__)), numpy_rules)


def test_dlquiz_its_course_and_its_graders_are_not_covered(numpy_rules: tuple[str, ...]) -> None:
    from dlquiz.content.course import builtin_course

    assert not covered(Path(str(dlquiz.__file__)), numpy_rules)
    assert not covered(builtin_course() / "graders", numpy_rules)


def test_the_allowed_package_and_the_standard_library_are_covered(numpy_rules: tuple[str, ...]) -> None:
    import json

    import numpy as np

    assert covered(Path(str(np.__file__)), numpy_rules)
    assert covered(Path(str(json.__file__)), numpy_rules)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/etc",
        "/etc/passwd",
        "/proc",
        "/proc/self",
        "/tmp",
        "/dev",
        "/dev/shm",
        "/dev/zero",
        "/home",
        "/root",
        "/usr",
        "/usr/bin",
        "/var",
    ],
)
def test_system_places_are_not_covered(path: str, numpy_rules: tuple[str, ...]) -> None:
    assert not covered(Path(path), numpy_rules)


def test_a_package_brings_its_requirements_but_no_extras_and_no_bytecode() -> None:
    paths = landlock.package_paths("pydantic")
    names = {path.name for path in paths}
    assert {"pydantic", "pydantic_core"} <= names
    assert "email_validator" not in names
    assert not any(name.endswith((".pth", ".dist-info")) or name == "__pycache__" for name in names)
    assert "pydantic" in landlock.import_names("pydantic")


def test_an_unknown_package_has_no_paths() -> None:
    assert landlock.package_paths("no-such-package-at-all") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("numpy>=1.26", "numpy"),
        ("typing-extensions (>=4)", "typing-extensions"),
        ("colorama", "colorama"),
        ("x ; extra == 'dev'", ""),
        ("ruamel.yaml~=0.18", "ruamel.yaml"),
    ],
)
def test_requirements_are_read(text: str, name: str) -> None:
    assert landlock._plain_requirement(text) == name


def test_every_requirement_of_numpy_is_read() -> None:
    assert all(landlock._plain_requirement(text) or ";" in text for text in metadata.requires("numpy") or [])
    assert sys.base_prefix


@pytest.mark.skipif(landlock.abi() == 0, reason="kernel: no Landlock here")
def test_rules_are_made_of_files_and_folders_and_missing_ones_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    rules = landlock.Ruleset((str(tmp_path), str(tmp_path / "file"), str(tmp_path / "missing")))
    assert rules.fileno > 2
