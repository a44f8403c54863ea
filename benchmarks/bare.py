"""The same checks in one process, in one loop: no isolation, no deadline, no report, no pytest around a case."""

import importlib.util
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import SEED
from plain_plugin import PlainOwner, owner_of

from dlquiz.content.course import Course
from dlquiz.grading import case_notes
from dlquiz.grading.subject import derive
from dlquiz.submission import Submission


class BareLoop:
    """Test functions that were imported once, and the reference."""

    def __init__(self, course: Course, exercise: str) -> None:
        self._grader = course.grader_folder(exercise)
        self._reference = owner_of((self._grader / "solution.py").read_bytes(), self._grader, "reference")
        self._tests = [test for file in sorted(self._grader.glob("test_*.py")) for test in _tests(file)]

    def lost(self, submission: Submission) -> int:
        """Load the submission, run every check, return how many are lost."""
        try:
            owner = owner_of(submission.source, self._grader, "submission")
        except Exception:  # noqa: BLE001  whatever its import raises costs every case
            return len(self._tests)
        return sum(not self._passes(name, test, owner) for name, test in self._tests)

    def _passes(self, name: str, test: Callable[..., None], owner: PlainOwner) -> bool:
        case_notes.begin(public=False)
        values = {"submission": owner, "reference": self._reference}
        wanted: dict[str, Any] = {key: values[key] for key in inspect.signature(test).parameters if key != "rng"}
        if "rng" in inspect.signature(test).parameters:
            wanted["rng"] = np.random.default_rng(derive(SEED, "case", name))
        try:
            test(**wanted)
        except Exception:  # noqa: BLE001  a lost case
            return False
        return True

    def run(self, submissions: Sequence[Submission]) -> list[int]:
        """Return the lost cases of each."""
        return [self.lost(submission) for submission in submissions]


def _tests(file: Path) -> list[tuple[str, Callable[..., None]]]:
    spec = importlib.util.spec_from_file_location(f"bare_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [(f"{file.name}::{name}", value) for name, value in vars(module).items() if name.startswith("test_")]
