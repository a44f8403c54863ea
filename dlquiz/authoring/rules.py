"""What can be said about an exercise without running anything: files, lesson, hints, marks, names, imports."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlquiz.authoring import source
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.source import Mistake, PythonFile
from dlquiz.content import Course
from dlquiz.errors import Finding
from dlquiz.model.course import Exercise
from dlquiz.yamlfile import shown_path

MIN_WRONG = 6
MIN_RIGHT = 3
MIN_HINTS = 3
GRADER_IMPORTS = ("dlquiz.grading", "math", "numpy", "pytest")
"""All that ``test_*.py`` may import: it runs in the trusted process."""

_CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints", ".DS_Store"}
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$")
_SOURCES = re.compile(r"\b(sources?|references?|further reading|read more|where to read)\b", re.IGNORECASE)


def finding(rule: Rule, path: Path, message: str, suggestion: str = "", *, line: int = 0) -> Finding:
    """Return a finding about a file, or a line of it."""
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

    @property
    def case_functions(self) -> set[str]:
        """The names of the grader's test functions."""
        return {name for file in self.tests for name in source.functions(file.tree) if name.startswith("test")}

    def mistakes(self) -> dict[str, Mistake]:
        """What each wrong solution, by file name, says about itself."""
        said = {file.path.name: source.mistake(file) for file in self.wrong}
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
    materials = Materials(
        exercise=exercise,
        folder=course.exercise_folder(exercise_id),
        grader=grader,
        stub=read(course.stub_path(exercise_id)),
        reference=read(course.solution_path(exercise_id)),
        probe=read(probe) if probe.exists() else None,
        tests=read_all([*grader.glob("test_*.py")]),
        right=read_all([*grader.glob("right/*.py")]),
        wrong=read_all([*grader.glob("wrong/*.py")]),
    )
    return materials, findings


def check_rules(course: Course, exercise_id: str, materials: Materials) -> list[Finding]:
    """Return everything that is wrong with the files of an exercise."""
    rules: list[Callable[[Materials], Iterator[Finding]]] = [
        lesson, hints, todo_marks, signatures, imports, stray_files, counts, headers,
    ]  # fmt: skip
    found = [one for rule in rules for one in rule(materials)]
    return found + list(names(course, exercise_id, materials))


def lesson(materials: Materials) -> Iterator[Finding]:
    """The lesson is there, is divided by headings, and names its sources."""
    path = materials.folder / "README.md"
    if not path.is_file():
        yield finding(Rule.LESSON, path, "there is no lesson", "write README.md")
        return
    headings = [match for line in _prose(path.read_text(encoding="utf-8")) if (match := _HEADING.match(line))]
    if not any(len(match[1]) == 1 for match in headings):
        yield finding(Rule.LESSON, path, "the lesson has no title", "begin with a line `# Title`")
    if sum(len(match[1]) > 1 for match in headings) < 2:
        yield finding(Rule.LESSON, path, "the lesson has fewer than two sections", "divide it with `## Heading`")
    if not any(_SOURCES.search(match[2]) for match in headings):
        yield finding(Rule.LESSON, path, "the lesson names no sources", "end with a section `## Sources`")


def _prose(text: str) -> Iterator[str]:
    """Yield the lines outside fenced code: ``# comment`` in Python is no heading."""
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield line


def hints(materials: Materials) -> Iterator[Finding]:
    """Three different hints at least, from gentle to nearly there."""
    count = len({hint.strip() for hint in materials.exercise.hints})
    if count < MIN_HINTS:
        path = materials.folder / "exercise.yaml"
        message = f"{count} different hint{'s' * (count != 1)}, at least {MIN_HINTS} are needed"
        yield finding(Rule.HINTS, path, message, "go from a gentle one to one that is nearly the answer")


def todo_marks(materials: Materials) -> Iterator[Finding]:
    """The stub's marks are numbered 1, 2, 3 …, and each part says its mark when it runs."""
    stub = materials.stub
    if stub is None:
        return
    marks = source.todo_marks(stub.text)
    if not marks:
        yield finding(Rule.TODO, stub.path, "the stub has no TODO(1)", "write `# TODO(1): …` where the learner begins")
    for expected, (line, n) in enumerate(marks, 1):
        if n != expected:
            yield finding(Rule.TODO, stub.path, f"TODO({n}) stands where TODO({expected}) should", line=line)
            return
    for line, n in marks:
        if stub.text.count(f"TODO({n})") < 2:
            message = f'TODO({n}) has no `raise NotImplementedError("…: TODO({n})")`'
            yield finding(Rule.TODO, stub.path, message, "a report can then name the mark", line=line)


def signatures(materials: Materials) -> Iterator[Finding]:
    """Every function of the stub is in the reference, with the same parameters and defaults."""
    if materials.stub is None or materials.reference is None:
        return
    references = source.functions(materials.reference.tree)
    for name, function in source.functions(materials.stub.tree).items():
        wanted = source.signature(function)
        if name not in references:
            message = f"the reference has no {name}{wanted}"
            yield finding(Rule.SIGNATURE, materials.reference.path, message)
        elif (found := source.signature(references[name])) != wanted:
            message = f"{name}{found} is {name}{wanted} in the stub"
            yield finding(Rule.SIGNATURE, materials.reference.path, message, line=references[name].lineno)


def imports(materials: Materials) -> Iterator[Finding]:
    """Test files import four packages; what runs in the sandbox what the exercise allows."""
    for file in materials.tests:
        for line, module in source.imports(file.tree):
            if not _within(module, GRADER_IMPORTS):
                message = f"a grader imports {module}"
                allowed = f"allowed are {', '.join(GRADER_IMPORTS)}"
                yield finding(Rule.IMPORTS, file.path, message, allowed, line=line)
    walled = [materials.stub, materials.reference, materials.probe, *materials.right, *materials.wrong]
    allowed_there = (*materials.exercise.packages, *sys.stdlib_module_names)
    for walled_file in filter(None, walled):
        for line, module in source.imports(walled_file.tree):
            if not _within(module, allowed_there):
                message = f"imports {module}, which the exercise does not allow"
                help_text = "every file is complete in itself; `packages` in exercise.yaml names what may be imported"
                yield finding(Rule.IMPORTS, walled_file.path, message, help_text, line=line)


def _within(module: str, allowed: Sequence[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def stray_files(materials: Materials) -> Iterator[Finding]:
    """Nothing lies in the folders that nobody reads."""
    for root, belongs in (
        (materials.folder, ("exercise.yaml", "README.md", materials.exercise.file, "figures/**")),
        (materials.grader, ("test_*.py", "solution.py", "probe.py", "wrong/*.py", "right/*.py")),
    ):
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_dir() or _CACHES.intersection(inside.parts):
                continue
            if not any(_matches(inside, pattern) for pattern in belongs):
                yield finding(Rule.STRAY_FILE, path, "nothing uses this file", f"here belong {', '.join(belongs)}")


def _matches(path: Path, pattern: str) -> bool:
    if pattern.endswith("/**"):
        return path.parts[0] == pattern[:-3]
    return len(path.parts) == len(Path(pattern).parts) and path.match(pattern)


def counts(materials: Materials) -> Iterator[Finding]:
    """Enough wrong and right solutions to believe in."""
    if not materials.tests:
        yield finding(Rule.TOO_FEW, materials.grader, "there are no cases", "write test_*.py")
    for what, files, least in (("wrong", materials.wrong, MIN_WRONG), ("right", materials.right, MIN_RIGHT)):
        if len(files) < least:
            message = f"{len(files)} {what} solution{'s' * (len(files) != 1)}, at least {least} are needed"
            yield finding(Rule.TOO_FEW, materials.grader / what, message)


def headers(materials: Materials) -> Iterator[Finding]:
    """Every wrong solution names its mistake and the cases that it loses."""
    known = materials.case_functions
    for file in materials.wrong:
        said = source.mistake(file)
        if said is None:
            message = "the docstring has no title or no line `loses: test_…`"
            yield finding(Rule.HEADER, file.path, message, "first line: the mistake in words", line=1)
            continue
        for name in (*said.loses, *said.may_lose):
            if name not in known:
                yield finding(Rule.HEADER, file.path, f"there is no case {name}", line=said.line)
        if both := set(said.loses) & set(said.may_lose):
            message = f"{', '.join(sorted(both))} cannot be lost always and by chance"
            yield finding(Rule.HEADER, file.path, message, line=said.line)


def names(course: Course, exercise_id: str, materials: Materials) -> Iterator[Finding]:
    """What the exercise refers to exists."""
    path = materials.folder / "exercise.yaml"
    others = set(course.exercise_ids()) - {exercise_id}
    for name in materials.exercise.requires:
        if name not in others:
            yield finding(Rule.NAMES, path, f"requires: the course has no other exercise {name!r}")
    for name in materials.exercise.quizzes:
        if name not in course.quiz_ids():
            yield finding(Rule.NAMES, path, f"quizzes: the course has no quiz {name!r}")
