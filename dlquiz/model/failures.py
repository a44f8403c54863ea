"""What a failed case is, beyond a wrong value: for whoever shows it, and for whoever says what to do next."""

import re
from typing import Final

from dlquiz.model.report import CaseResult, Cause

FRAME: Final = re.compile(r'^  File "([^"\n]*)", line (\d+)(?:, in (\S+))?', re.MULTILINE)
"""One place of a case's traceback: the file, the line, and the function."""


def is_todo(case: CaseResult) -> bool:
    """Say whether a function is not written yet; one with code beside its ``raise`` has a diagnosis, and is."""
    return case.cause is not None and case.diagnosis is None and "NotImplementedError" in case.message


def is_none(case: CaseResult) -> bool:
    """Say whether nothing came back where a value was expected."""
    return case.cause is None and case.got == "None"


def loading_place(case: CaseResult) -> str | None:
    """Return the place where the file stopped while it was loaded; None if a function did, which was called."""
    frame = FRAME.search(case.traceback or "")
    if frame is None or frame[3] != "<module>":
        return None
    cell = re.search(r", (cell \d+)$", frame[1])
    return f"{cell[1]}, line {frame[2]}," if cell else f"line {frame[2]}"


def is_of_whole_file(case: CaseResult) -> bool:
    """Say whether nothing of the file could run, so that the case itself says nothing."""
    return case.cause is Cause.SYNTAX or loading_place(case) is not None
