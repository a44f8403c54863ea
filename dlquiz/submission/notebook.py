"""The code of a Jupyter notebook (nbformat 4) as one source. Outputs and text cells are not looked at."""

import json
from dataclasses import dataclass
from typing import Any, Final

from dlquiz.errors import SubmissionError
from dlquiz.submission.magics import without_magics
from dlquiz.submission.plain import MAX_BYTES, shown, too_large

MAX_NOTEBOOK_BYTES: Final = 20_000_000
"""Largest ``.ipynb`` file: pictures in outputs can be large."""
MAX_VALUES: Final = 500_000
"""Lists and objects in it: each costs some hundred bytes of memory, and is two letters in the file."""
MAX_TEXTS: Final = 2_000_000
"""Texts in it."""
MAX_CELLS: Final = 10_000

_SAVE_AGAIN = "Open it in Jupyter and save it again, or copy your functions into the exercise's .py file."


@dataclass(frozen=True, slots=True)
class CodeCells:
    """The joined code cells: UTF-8 source, and the line (from 1) where each code cell begins."""

    source: bytes
    cells: tuple[int, ...]


def code_of(raw: bytes, name: str) -> CodeCells:
    """Return the code of a notebook.

    Magics are commented out, every code cell begins after a line ``# cell N``,
    where N counts the code cells from 1.

    Raises
    ------
    SubmissionError
        It is too large, not a notebook of format 4, of another language, or holds no code.
    """
    document = _parsed(raw, name)
    _check_format(document, name)
    lines = ["# coding: utf-8"]  # first, so that no cell can name another encoding
    starts = []
    size = 0
    for number, text in enumerate(_code_cells(document, name), start=1):
        size += len(text)
        if size > MAX_BYTES:
            raise too_large(f"The code in {name}")
        lines.append(f"# cell {number}")
        starts.append(len(lines) + 1)
        lines += without_magics(text).split("\n")
    if not starts:
        raise SubmissionError(f"{shown(name)} has no code cells.", next_step="Write your functions into code cells.")
    try:
        return CodeCells(("\n".join(lines) + "\n").encode(), tuple(starts))
    except UnicodeEncodeError as error:
        raise SubmissionError(
            f"{shown(name)} holds half of a character (a lone surrogate) in its code.", next_step=_SAVE_AGAIN
        ) from error


def _parsed(raw: bytes, name: str) -> Any:
    if len(raw) > MAX_NOTEBOOK_BYTES:
        raise SubmissionError(
            f"{shown(name)} is larger than {MAX_NOTEBOOK_BYTES // 1_000_000} MB.",
            next_step='In Jupyter: "Clear outputs of all cells", and save.',
        )
    if raw.count(b"[") + raw.count(b"{") > MAX_VALUES or raw.count(b'"') > 2 * MAX_TEXTS:
        raise SubmissionError(
            f"{shown(name)} holds too many values.", next_step='In Jupyter: "Clear outputs of all cells", and save.'
        )
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise _broken(name, f"it is not UTF-8 text, byte {error.start}") from error
    except _DuplicateKey as error:
        raise _broken(name, f"the key {shown(str(error))[:40]!r} is there twice") from error
    except json.JSONDecodeError as error:
        raise _broken(name, f"{error.msg.lower()}, line {error.lineno}") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; values nested too deeply
        raise _broken(name, "a number is too long, or values are nested too deeply") from error


class _DuplicateKey(ValueError):
    """JSON says nothing about which of two equal keys counts, so neither does."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKey(key)
        found[key] = value
    return found


def _check_format(document: Any, name: str) -> None:
    if not isinstance(document, dict) or type(document.get("nbformat")) is not int:
        raise _broken(name, "it does not say its nbformat")
    version = document["nbformat"]
    if version != 4:
        age = "an old" if version < 4 else "a newer"
        raise SubmissionError(
            f"{shown(name)} is a notebook of {age} format ({str(version)[:20]}). Format 4 can be read.",
            next_step=_SAVE_AGAIN,
        )
    if not isinstance(document.get("cells"), list):
        raise _broken(name, "it has no list of cells")
    language = _language(document.get("metadata"))
    if language and not language.lower().startswith(("python", "ipython")):
        raise SubmissionError(
            f"{shown(name)} is a notebook for {shown(language)[:40]}, not for Python.",
            next_step="Choose a Python kernel, and save it.",
        )


def _language(metadata: Any) -> str:
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        inner = metadata.get(part) if isinstance(metadata, dict) else None
        said = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(said, str):
            return said
    return ""


def _code_cells(document: dict[str, Any], name: str) -> list[str]:
    cells = document["cells"]
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"{shown(name)} has more than {MAX_CELLS:,} cells.", next_step="Delete what is not code.")
    found = []
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise _broken(name, f"cell {number} does not say its cell_type")
        if cell["cell_type"] == "code":
            found.append(_source(cell.get("source"), number, name))
    return found


def _source(value: Any, number: int, name: str) -> str:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        raise _broken(name, f"cell {number} has no source")
    return value.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def _broken(name: str, why: str) -> SubmissionError:
    return SubmissionError(f"{shown(name)} is not a whole notebook: {why}.", next_step=_SAVE_AGAIN)
