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
