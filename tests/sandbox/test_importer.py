"""Loading from memory: tracebacks, inspect and dataclasses work, and nothing strange wins."""

import inspect
import sys
import traceback
from collections.abc import Iterator

import pytest

from dlquiz.sandbox import importer

NAME = "importer_test_module"


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    sys.modules.pop(NAME, None)


def test_source_lines_are_found_by_inspect_and_tracebacks() -> None:
    module = importer.load(NAME, b"def f():\n    return 1 / 0  # here\n")
    assert inspect.getsource(module.f) == "def f():\n    return 1 / 0  # here\n"
    try:
        module.f()
    except ZeroDivisionError as error:
        text = "".join(traceback.format_exception(error))
    assert f'File "<submission>/{NAME}.py", line 2' in text
    assert "1 / 0" in text


def test_dataclasses_and_annotations_work() -> None:
    module = importer.load(
        NAME, b"from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: 'P | None' = None\n"
    )
    assert module.P(1) == module.P(1)
    assert module.P.__module__ == NAME


def test_the_name_is_never_main() -> None:
    assert importer.load(NAME, b"ran = __name__ == '__main__'").ran is False


def test_future_flags_of_ours_do_not_leak_in() -> None:
    module = importer.load(
        NAME, b"def f(x: undefined_name = 1): ...\n" if sys.version_info >= (3, 14) else b"def f(x: int): ...\n"
    )
    assert module.f.__annotations__ != {"x": "int"}


def test_the_encoding_line_and_the_byte_order_mark_are_read() -> None:
    assert importer.load(NAME, "# -*- coding: latin-1 -*-\nx = 'ä'\n".encode("latin-1")).x == "ä"
    assert importer.load(NAME, b"\xef\xbb\xbfx = '\xc3\xa4'\n").x == "ä"


def offered(*modules: tuple[str, str, bytes]) -> None:
    importer.offer([(f"{NAME}_{name}", file, source) for name, file, source in modules])


@pytest.fixture
def clean_import_system() -> Iterator[None]:
    finders, before = list(sys.meta_path), set(sys.modules)
    yield
    sys.meta_path[:] = finders
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.usefixtures("clean_import_system")
def test_offered_modules_and_packages_are_imported_with_relative_imports() -> None:
    inner = b"from . import other\nfrom .other import x\n"
    offered(
        ("pkg", "pkg/__init__.py", b"from .inner import x\n"),
        ("pkg.inner", "pkg/inner.py", inner),
        ("pkg.other", "pkg/other.py", b"x = 7\n"),
        ("bare.deep.module", "bare/deep/module.py", b"y = 8\n"),
    )
    code = f"import {NAME}_pkg as pkg, {NAME}_bare.deep.module as deep\nfrom {NAME}_pkg import inner\n"
    module = importer.load(NAME, code.encode())
    assert (module.pkg.x, module.deep.y, module.inner.other.x) == (7, 8, 7)
    assert module.inner.__file__ == "<submission>/pkg/inner.py"
    assert module.inner.__package__ == f"{NAME}_pkg"
    assert inspect.getsource(module.inner) == inner.decode()


@pytest.mark.usefixtures("clean_import_system")
def test_an_offered_module_never_wins_over_a_real_one() -> None:
    importer.offer([("colorsys", "colorsys.py", b"fake = True\n"), ("json.fake", "json/fake.py", b"x = 1\n")])
    import colorsys

    assert not hasattr(colorsys, "fake")
    assert isinstance(sys.meta_path[-1], importer.MemoryFinder)


@pytest.mark.usefixtures("clean_import_system")
def test_the_guard_lets_offered_modules_pass_and_only_those() -> None:
    guard = importer.PackageGuard({"numpy"}, ("numpy",))
    sys.meta_path.insert(0, guard)
    importer.offer([("mine.deep", "mine/deep.py", b"")])
    assert guard.find_spec("mine") is None
    with pytest.raises(ModuleNotFoundError):
        guard.find_spec("yours")


def test_places_in_a_notebook_are_counted_from_the_cell() -> None:
    module = importer.load(NAME, b"# coding: utf-8\n# cell 1\nx = 1\n# cell 2\n\ndef f(): 1 / 0\n", "a.ipynb", (3, 5))
    filename = module.f.__code__.co_filename
    assert filename == "<submission>/a.ipynb"
    assert importer.place(filename, 1) == (filename, 1)
    assert importer.place(filename, 3) == (f"{filename}, cell 1", 1)
    assert importer.place(filename, 6) == (f"{filename}, cell 2", 2)
    assert importer.place("elsewhere.py", 6) == ("elsewhere.py", 6)


def test_a_module_that_fails_is_forgotten() -> None:
    with pytest.raises(ZeroDivisionError):
        importer.load(NAME, b"1 / 0")
    assert NAME not in sys.modules


@pytest.mark.parametrize(
    ("name", "path", "refused"),
    [
        ("torch", None, True),
        ("torch.nn", None, True),
        ("pydantic", None, True),
        ("numpy", None, False),
        ("json", None, False),
        ("numpy.linalg", ["x"], False),
        ("dlquiz", None, True),
        ("dlquiz.content", ["x"], True),
        ("json.tool", ["x"], False),
    ],
)
def test_the_guard_refuses_what_the_exercise_does_not_allow(name: str, path: list[str] | None, refused: bool) -> None:
    guard = importer.PackageGuard({"numpy"}, ("numpy",))
    if not refused:
        assert guard.find_spec(name, path) is None
        return
    with pytest.raises(ModuleNotFoundError, match="this exercise allows numpy and the standard library, not") as caught:
        guard.find_spec(name, path)
    assert caught.value.name == name
