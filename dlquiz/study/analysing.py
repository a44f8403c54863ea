"""What the answers of a class say about a quiz."""

from collections.abc import Iterable
from pathlib import Path

from dlquiz.model.quiz import Quiz
from dlquiz.quiz.analysis import Analysis, analyse
from dlquiz.quiz.attempts import read_attempts
from dlquiz.study.store import answers_in


def analyse_answers(quiz: Quiz, names: Iterable[str], paths: Iterable[Path]) -> Analysis:
    """Analyse the answers in files and folders; ``names`` are what they may call the quiz.

    Raises
    ------
    ContentError
        A file cannot be read, or a row of it.
    """
    return analyse(quiz, read_attempts(paths, set(names), quiz, read_store=answers_in))
