"""Quizzes of other programs, as the rules see them."""

from pathlib import Path

from dlquiz.content.yamlfile import shown_path, stop
from dlquiz.errors import Finding, UsageError
from dlquiz.exchange.base import MAX_BYTES
from dlquiz.exchange.detect import guess
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.model.codes import Code
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.lint.rule import QuizFile


def read_foreign(path: Path) -> tuple[QuizFile, dict[str, int]]:
    """Read a foreign file: its questions, and the line of each, where the reader says it.

    Raises
    ------
    ContentError
        Its format cannot be told, it cannot be read, or it holds no question that can be ours.
    """
    name = shown_path(path)
    data = _bytes(path, name)
    try:
        found = guess(data, name)
    except UsageError as error:
        stop(Finding(name, 0, 0, Code.FOREIGN, error.message.removesuffix(".").replace("The", "the", 1)))
    imported = found.reader()(data, name)
    if not imported.questions:
        why = imported.report.changes[0].why if imported.report.changes else "it is empty"
        stop(Finding(name, 0, 0, Code.FOREIGN, f"no question of this file can be read: {why}"))
    lines = {change.question_id: change.line for change in imported.report.changes if change.line}
    quiz = Quiz.model_validate(as_quiz_fields(imported))
    return QuizFile(name, quiz, fixed_order=True, key_places=imported.key_places), lines


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        stop(Finding(name, 0, 0, Code.UNREADABLE, f"the file cannot be read: {reason}"))
