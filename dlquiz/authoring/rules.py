"""What can be said about an exercise without running anything: files, lesson, hints, marks, names, imports."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dlquiz.authoring import hint_words, source
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.grader_rules import grader_rules
from dlquiz.authoring.lesson_text import not_as_written
from dlquiz.authoring.materials import Materials, finding
from dlquiz.authoring.trees import canonical
from dlquiz.content.course import Course
from dlquiz.content.mistakes import mistake_of
from dlquiz.content.repairs import REPAIRS, repair_stories
from dlquiz.data.catalog import NAMES
from dlquiz.errors import ContentError, Finding
from dlquiz.model.packages import import_names

MIN_WRONG = 6
MIN_RIGHT = 3
MIN_HINTS = 3
GRADER_IMPORTS = ("dlquiz.grading", "math", "numpy", "pytest")
"""All that ``test_*.py`` may import: it runs in the trusted process."""

_CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints", ".DS_Store"}
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*)$")
_SOURCES = re.compile(r"\b(sources?|references?|further reading|read more|where to read)\b", re.IGNORECASE)


def check_rules(course: Course, exercise_id: str, materials: Materials) -> list[Finding]:
    """Return everything that is wrong with the files of an exercise."""
    rules: list[Callable[[Materials], Iterator[Finding]]] = [
        lesson, hints, todo_marks, signatures, imports, stray_files, counts, headers, same_code, stories,
        grader_rules,
    ]  # fmt: skip
    found = [one for rule in rules for one in rule(materials)]
    return found + list(names(course, exercise_id, materials))


def lesson(materials: Materials) -> Iterator[Finding]:
    """The lesson is there, is divided by headings, names its sources, and is shown as it is written."""
    path = materials.folder / "README.md"
    if not path.is_file():
        yield finding(Rule.LESSON, path, "there is no lesson", "write README.md")
        return
    text = path.read_text(encoding="utf-8")
    headings = [match for line in _prose(text) if (match := _HEADING.match(line))]
    if not any(len(match[1]) == 1 for match in headings):
        yield finding(Rule.LESSON, path, "the lesson has no title", "begin with a line `# Title`")
    if sum(len(match[1]) > 1 for match in headings) < 2:
        yield finding(Rule.LESSON, path, "the lesson has fewer than two sections", "divide it with `## Heading`")
    if not any(_SOURCES.search(match[2]) for match in headings):
        yield finding(Rule.LESSON, path, "the lesson names no sources", "end with a section `## Sources`")
    for line, message, advice in not_as_written(text):
        yield finding(Rule.LESSON, path, message, advice, line=line)


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
    path, count = materials.described, len({hint.strip() for hint in materials.exercise.hints})
    if count < MIN_HINTS:
        message = f"{count} different hint{'s' * (count != 1)}, at least {MIN_HINTS} are needed"
        advice = "go from a gentle one to one that is nearly the answer"
        yield finding(Rule.HINTS, path, message, advice, line=materials.line("hints"))
    for number, hint in enumerate(materials.exercise.hints):
        if wrong := hint_words.complaint(hint):
            message = f"hint {number + 1} {wrong}"
            yield finding(Rule.HINTS, path, message, line=materials.line("hints", number))


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


LACKS = "the reference has no"
"""How a finding begins after which nothing can be graded."""


def signatures(materials: Materials) -> Iterator[Finding]:
    """Every function of the stub is in the reference, with the same parameters and defaults."""
    if materials.stub is None or materials.reference is None:
        return
    references = source.functions(materials.reference.tree)
    for name, function in source.functions(materials.stub.tree).items():
        wanted = source.signature(function)
        if name not in references:
            message = f"{LACKS} {name}{wanted}"
            help_text = "nothing can be graded without it: write it, or take it out of the stub"
            yield finding(Rule.SIGNATURE, materials.reference.path, message, help_text)
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
    allowed_there = (*import_names(materials.exercise.packages), *sys.stdlib_module_names)
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
        (
            materials.folder,
            ("exercise.yaml", "README.md", materials.exercise.file, "figures/**", *materials.exercise.files),
        ),
        (
            materials.grader,
            ("test_*.py", "solution.py", "probe.py", "equivalent.yaml", "repairs.yaml", "wrong/*.py", "right/*.py"),
        ),
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


def stories(materials: Materials) -> Iterator[Finding]:
    """Every story of a broken program is about a wrong solution of its own."""
    path, told = materials.grader / REPAIRS, set[str]()
    try:
        known = repair_stories(materials.grader)
    except ContentError as error:
        yield from error.findings
        return
    for one in known:
        if one.file in told or one.file not in {file.path.name for file in materials.wrong}:
            why = "another story tells it, too" if one.file in told else "there is no such file in wrong/"
            yield finding(Rule.STORY, path, f"{one.file}: {why}", "name a wrong solution that no other story tells")
        told.add(one.file)


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
        said = mistake_of(file.tree)
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


def same_code(materials: Materials) -> Iterator[Finding]:
    """Every solution is a program of its own: a copy with other words proves nothing."""
    seen: dict[str, str] = {}
    if materials.reference is not None:
        seen[canonical(materials.reference.tree)] = "the reference"
    for folder, files in (("right", materials.right), ("wrong", materials.wrong)):
        for file in files:
            first = seen.setdefault(canonical(file.tree), f"{folder}/{file.path.name}")
            if first != f"{folder}/{file.path.name}":
                message = f"this is the same program as {first}; only words, names or the order differ"
                yield finding(Rule.SAME_CODE, file.path, message, "write it differently, or delete it", line=1)


def names(course: Course, exercise_id: str, materials: Materials) -> Iterator[Finding]:
    """What the exercise refers to exists."""
    others = set(course.exercise_ids()) - {exercise_id}
    described = materials.exercise
    for field, named, known, what in (
        ("requires", described.requires, others, "other exercise"),
        ("quizzes", described.quizzes, set(course.quiz_ids()), "quiz"),
        ("data", tuple(described.data), set(NAMES), "data set"),
    ):
        for number, name in enumerate(named):
            if name not in known:
                whose = "dlquiz" if field == "data" else "the course"
                help_text = f"there are {', '.join(sorted(known))}" if known else ""
                line = materials.line(field, name if field == "data" else number)
                message = f"{field}: {whose} has no {what} {name!r}"
                yield finding(Rule.NAMES, materials.described, message, help_text, line=line)
