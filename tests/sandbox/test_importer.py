"""Loading from memory: tracebacks, inspect and dataclasses work, and nothing strange wins."""

import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Iterator
from importlib import metadata

import pytest

from dlquiz.sandbox import importer

NAME = "importer_test_module"
LOOKED_FOR = ("watchfiles", "colorsys")


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
    # Another test of this process may have imported what is looked for here.
    aside = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in LOOKED_FOR}
    finders, before = list(sys.meta_path), set(sys.modules)
    # pytest's own finder asks the file system past all others.
    sys.meta_path[:] = [finder for finder in finders if not type(finder).__module__.startswith("_pytest")]
    yield
    sys.meta_path[:] = finders
    for name in set(sys.modules) - before:
        del sys.modules[name]
    sys.modules.update(aside)


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
    source = b"# coding: utf-8\n# cell 1\nx = 1\n# cell 2\n\ndef f(): 1 / 0\n"
    notebook = importer.Notebook(NAME, source, "a.ipynb", (3, 5))
    notebook.run(1)
    notebook.run(2)
    filename = notebook.module.f.__code__.co_filename
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


@pytest.mark.usefixtures("clean_import_system")
def test_who_only_asks_whether_a_package_is_there_hears_no_and_no_error() -> None:
    importer.narrow(frozenset({"numpy"}), frozenset({"numpy"}))
    sys.meta_path.insert(0, importer.PackageGuard({"numpy"}, ("numpy",)))
    assert importlib.util.find_spec("no_such_package") is None
    assert importlib.util.find_spec("watchfiles") is None, "installed here, and not allowed"
    with pytest.raises(
        ModuleNotFoundError, match="this exercise allows numpy and the standard library, not 'watchfiles'"
    ):
        importlib.import_module("watchfiles")


@pytest.mark.usefixtures("clean_import_system")
def test_what_is_not_allowed_looks_as_if_it_were_not_installed() -> None:
    importer.narrow(frozenset({"numpy"}) | sys.stdlib_module_names, frozenset({"NumPy"}))
    assert metadata.version("numpy")
    assert {dist.name for dist in metadata.distributions()} == {"numpy"}
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("pydantic")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("watchfiles")
    assert importlib.import_module("colorsys")
    assert importlib.import_module("numpy.ctypeslib")


@pytest.mark.usefixtures("clean_import_system")
def test_a_learners_module_wins_over_an_installed_package_that_is_not_allowed() -> None:
    importer.narrow(frozenset({"numpy"}), frozenset())
    sys.meta_path.insert(0, importer.PackageGuard({"numpy"}, ("numpy",)))
    importer.offer([("watchfiles", "watchfiles.py", b"mine = True\n")])
    assert importlib.import_module("watchfiles").mine
