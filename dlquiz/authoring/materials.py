"""The files of one exercise as an author writes them, and findings about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dlquiz.authoring import source
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.source import PythonFile
from dlquiz.content.course import Course
from dlquiz.content.mistakes import Mistake, mistake_of
from dlquiz.content.yamlfile import Document, read_document, shown_path
from dlquiz.errors import Finding
from dlquiz.model.course import Exercise


def finding(rule: Rule, path: Path, message: str, suggestion: str = "", *, line: int = 0) -> Finding:
    """Return a finding about a line of a file (the first, if none is named), or about a folder."""
    line = line or int(path.is_file())
    return Finding(shown_path(path), line, 1 if line else 0, rule.value, message, suggestion)


@dataclass(frozen=True)
class Materials:
    """The files of one exercise, as far as they could be read."""

    exercise: Exercise
    folder: Path
    grader: Path
    stub: PythonFile | None
    reference: PythonFile | None
    probe: PythonFile | None
    tests: tuple[PythonFile, ...]
    right: tuple[PythonFile, ...]
    wrong: tuple[PythonFile, ...]
    document: Document = field(repr=False)
    """``exercise.yaml`` with the places of everything in it."""
    gradable: bool = True
    """Whether the files that every grading needs could be read."""

    @property
    def described(self) -> Path:
        """The path of ``exercise.yaml``."""
        return self.folder / "exercise.yaml"

    def line(self, *loc: str | int) -> int:
        """Return the line of a value in ``exercise.yaml``; 0 if it is not there."""
        return next((node.place.line for path, node in self.document.root.walk() if path == loc), 0)

    @property
    def case_functions(self) -> set[str]:
        """The names of the grader's test functions."""
        return {name for file in self.tests for name in source.functions(file.tree) if name.startswith("test")}

    def mistakes(self) -> dict[str, Mistake]:
        """What each wrong solution, by file name, says about itself."""
        said = {file.path.name: mistake_of(file.tree) for file in self.wrong}
        return {name: mistake for name, mistake in said.items() if mistake is not None}


def read_materials(course: Course, exercise_id: str) -> tuple[Materials, list[Finding]]:
    """Read everything that belongs to an exercise. ContentError if ``exercise.yaml`` itself has mistakes."""
    exercise = course.exercise(exercise_id)
    grader = course.grader_folder(exercise_id)
    findings: list[Finding] = []

    def read(path: Path) -> PythonFile | None:
        try:
            return source.read_python(path)
        except SyntaxError as error:
            message = f"not valid Python: {error.msg}"
            findings.append(finding(Rule.PYTHON, path, message, line=error.lineno or 0))
        except (OSError, ValueError) as error:
            findings.append(finding(Rule.PYTHON, path, f"cannot be read: {error}"))
        return None

    def read_all(paths: Sequence[Path]) -> tuple[PythonFile, ...]:
        return tuple(file for path in sorted(paths) if (file := read(path)) is not None)

    probe = grader / "probe.py"
    needed = [course.stub_path(exercise_id), course.solution_path(exercise_id), *sorted(grader.glob("test_*.py"))]
    needed += [probe] if probe.exists() else []
    read_needed = [read(path) for path in needed]
    materials = Materials(
        exercise=exercise,
        folder=course.exercise_folder(exercise_id),
        grader=grader,
        stub=read_needed[0],
        reference=read_needed[1],
        probe=read_needed[-1] if probe.exists() else None,
        tests=tuple(file for file in read_needed[2 : -1 if probe.exists() else None] if file is not None),
        right=read_all([*grader.glob("right/*.py")]),
        wrong=read_all([*grader.glob("wrong/*.py")]),
        document=read_document(course.exercise_folder(exercise_id) / "exercise.yaml"),
        gradable=len(needed) > 2 and None not in read_needed,
    )
    return materials, findings
