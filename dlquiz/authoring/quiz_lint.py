"""Apply the rules for good questions to files, and say where each finding stands."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dlquiz.authoring.quiz_files import is_ours
from dlquiz.content.course import load_quiz
from dlquiz.content.yamlfile import Document, read_document, shown_path
from dlquiz.errors import ContentError, UnknownName
from dlquiz.model.codes import Code
from dlquiz.model.finding import QuizFinding
from dlquiz.quiz.code_runner import Runner, stale
from dlquiz.quiz.lint.places import find
from dlquiz.quiz.lint.registry import RULES, link
from dlquiz.quiz.lint.rule import Hit, QuizFile, QuizSet
from dlquiz.quiz.lint.run import Broken, lint

_STALE = "code-output-stale"

ForeignReader: TypeAlias = Callable[[Path], tuple[QuizFile, dict[str, int]]]
"""Reads a file of another program: its questions, and the line of each; quiz exchange is another room."""


@dataclass
class Linted:
    """What was found, in the order of the files.

    ``unread`` counts files that could not be read, ``not_run`` programs by the package that they lack.
    """

    found: list[QuizFinding] = field(default_factory=list)
    files: int = 0
    questions: int = 0
    unread: int = 0
    not_run: Counter[str] = field(default_factory=Counter)


@dataclass
class _Reading:
    """The quizzes that could be read, with the places in their files."""

    quizzes: list[QuizFile] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    mistakes: list[QuizFinding] = field(default_factory=list)
    unread: int = 0


def want_rules(names: Iterable[str]) -> None:
    """Raise UnknownName for a rule that there is not."""
    for name in names:
        if name not in RULES:
            raise UnknownName(f"There is no rule '{name}'.", next_step="dlquiz quiz lint --explain all")


def lint_quizzes(
    paths: Iterable[Path],
    *,
    read_foreign: ForeignReader,
    ignored: Sequence[str] = (),
    run: bool = False,
    whole: bool = False,
) -> Linted:
    """Apply the rules.

    Parameters
    ----------
    paths : iterable of Path
        Quizzes of ours, and files of other programs.
    read_foreign : callable
        Reads the latter.
    ignored : sequence of str
        Rules to leave out.
    run : bool
        Also run the code of output questions.
    whole : bool
        Whether these are all quizzes of a course: some rules compare them.
    """
    reading = _read_all(paths, read_foreign)
    not_run: Counter[str] = Counter()
    broken = lint(QuizSet(tuple(reading.quizzes), whole=whole), ignored=ignored)
    if run and _STALE not in ignored:
        with Runner() as runner:
            broken += _stale(reading.quizzes, runner)
        not_run = runner.not_run
    found = reading.mistakes + [_placed(one, reading) for one in broken]
    order = {(file.name, one.id): place for file in reading.quizzes for place, one in enumerate(file.quiz.questions)}
    found.sort(key=lambda one: (one.file, one.line, one.column, order.get((one.file, one.question), 0)))
    questions = sum(len(file.quiz.questions) for file in reading.quizzes)
    return Linted(found, len(reading.quizzes), questions, reading.unread, not_run)


def _read_all(paths: Iterable[Path], read_foreign: ForeignReader) -> _Reading:
    reading = _Reading()
    for path in paths:
        try:
            _read(path, reading, read_foreign)
        except ContentError as error:
            reading.unread += 1
            reading.mistakes += map(QuizFinding.mistake, error.findings)
    return reading


def _read(path: Path, reading: _Reading, read_foreign: ForeignReader) -> None:
    """Read a quiz of ours with the places in its file, or one of another program."""
    if is_ours(path):
        file = QuizFile(shown_path(path), load_quiz(path))
        reading.documents[file.name] = read_document(path)
    else:
        file, lines = read_foreign(path)
        reading.lines |= {(file.name, name): line for name, line in lines.items()}
    reading.quizzes.append(file)


def _stale(files: Iterable[QuizFile], runner: Runner) -> tuple[Broken, ...]:
    rule = RULES[_STALE]
    broken = []
    for file in files:
        wanted = [question for question in file.quiz.questions if rule.id not in question.ignore]
        for one in stale(wanted, runner):
            path = ("code" if one.failed else "answer",)
            broken.append(Broken(file.name, rule, Hit(one.message, "", path, question=one.question.id)))
    return tuple(broken)


def _placed(one: Broken, reading: _Reading) -> QuizFinding:
    hit, rule = one.hit, one.rule
    line, column, excerpt = reading.lines.get((one.file, hit.question), 0), 0, ""
    document = reading.documents.get(one.file)
    if document is not None:
        place = find(document, hit.question, hit.path, at_key=hit.at_key)
        line, column = place.line, place.column
        excerpt = document.finding(place, Code.OTHER, "").excerpt
    elif line:
        column = 1
    said = (hit.question, hit.message, hit.help, link(rule.id), excerpt)
    return QuizFinding(one.file, line, column, rule.severity, rule.id, *said)
