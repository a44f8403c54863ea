"""Find every mistake in quiz files, and run what they print."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from dlquiz.content.course import load_quiz
from dlquiz.content.yamlfile import read_document
from dlquiz.errors import ContentError, SandboxError
from dlquiz.model.codes import Code
from dlquiz.model.finding import QuizFinding
from dlquiz.model.params import variants
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.code_runner import Runner, Stale, program, stale
from dlquiz.quiz.lint.places import find
from dlquiz.quiz.lint.registry import RULES
from dlquiz.quiz.lint.rule import QuizFile, QuizSet
from dlquiz.quiz.lint.run import lint


@dataclass
class Checked:
    """What was read, and what was found.

    ``ran`` counts the programs that were run; ``not_run`` those that could not be, by the package that is missing.
    ``machine`` says why nothing could be run any more. ``doubts`` are texts that YAML has cut off at a ``#``, as
    sentences: a comment may stand there.
    """

    found: list[QuizFinding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    files: int = 0
    variants: int = 0
    parametric: int = 0
    ran: int = 0
    not_run: Counter[str] = field(default_factory=Counter)
    machine: str = ""

    @property
    def questions(self) -> int:
        """How many questions could be read."""
        return self.kinds.total()


def check_quizzes(paths: Iterable[Path], *, run: bool = True) -> Checked:
    """Read every file; ``run`` the code of output questions behind the wall, and compare it with their answers."""
    checked = Checked()
    with Runner() if run else nullcontext() as runner:
        for path in paths:
            _check(path, checked, runner)
        if runner is not None:
            checked.ran, checked.not_run = runner.ran, runner.not_run
    return checked


def _check(path: Path, checked: Checked, runner: Runner | None) -> None:
    checked.files += 1
    try:
        quiz = load_quiz(path)
    except ContentError as error:
        checked.found += map(QuizFinding.mistake, error.findings)
        return
    for question in quiz.questions:
        checked.kinds[question.kind] += 1
        checked.parametric += bool(question.params)
        checked.variants += len(variants(question))
    if quiz.comments:
        checked.doubts += _cut_off(path, quiz)
    if runner is not None and not checked.machine:
        checked.found += _run(path, quiz, checked, runner)


def _cut_off(path: Path, quiz: Quiz) -> Iterator[str]:
    document = read_document(path)
    for one in lint(QuizSet((QuizFile(str(path), quiz),)), rules=[RULES["lost-comment"]]):
        line = find(document, one.hit.question, one.hit.path).line
        yield f"{document.file}:{line}: {one.hit.message}. If it belongs to the text, quote the whole text."


def _run(path: Path, quiz: Quiz, checked: Checked, runner: Runner) -> list[QuizFinding]:
    if not any(program(question) for question in quiz.questions):
        return []
    document = read_document(path)
    found = []
    for one in _stale(quiz, checked, runner):
        place = find(document, one.question.id, ("code" if one.failed else "answer",))
        simple = not one.failed and not one.variant and "\n" not in one.printed.strip()
        help = f"write answer: {one.printed.strip()}" if simple else ""
        finding = document.finding(place, Code.OUTPUT, f"question '{one.question.id}': {one.message}", help)
        found.append(QuizFinding.mistake(finding))
    return found


def _stale(quiz: Quiz, checked: Checked, runner: Runner) -> Iterator[Stale]:
    try:
        yield from stale(quiz.questions, runner)
    except SandboxError as error:
        checked.machine = error.message  # what was found in this and in other files is told all the same
