"""The quizzes of the course as a learner meets them: which there are, how well they went, which comes next."""

from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.errors import ContentError, StoreError, UsageError
from dlquiz.model.answer_log import Mode
from dlquiz.model.progress import QuizRow
from dlquiz.quiz.sitting import from_json, share_of

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz
    from dlquiz.study.desk import Desk
    from dlquiz.study.store import Progress

DONE = 0.8
"""The share of points at which a quiz counts as done."""
_SITTINGS = (Mode.QUIZ, Mode.EXAM)
"""Modes of stored answers that belong to a whole sitting; the others are single questions."""


def find_quiz(desk: "Desk", named: str) -> tuple[str, Path]:
    """Return the key of a quiz's sittings and its file: a file is kept apart from a course's quiz of the same name.

    Raises
    ------
    UsageError
        There is no such file, or no such quiz.
    """
    from dlquiz.content.course import quiz_file

    if named.endswith((".yaml", ".yml")) or "/" in named:
        path = Path(named)
        if not path.is_file():
            raise UsageError(f"There is no file {named}.", next_step="dlquiz quiz list   (lists the quizzes)")
        return str(path.resolve()), path
    return named, quiz_file(desk.course_root, named) or desk.course.quiz_path(named)


def done_quizzes(desk: "Desk") -> frozenset[str]:
    """Return the quizzes that count as done: a finished sitting reached `DONE`, or each question was right once."""
    store, shares = desk.progress, finished_quizzes(desk)
    if store is None:
        return frozenset()
    return frozenset(name for name, share in shares.items() if share >= DONE or _all_right_once(desk, store, name))


def finished_quizzes(desk: "Desk") -> dict[str, float]:
    """Return the best share of points of each quiz that has a finished sitting.

    One that cannot be read any more counts in full: an older dlquiz asked for no more.
    """
    shares: dict[str, float] = {}
    for quiz_id, state in desk.progress.finished_sittings() if desk.progress else ():
        try:
            share = share_of(from_json(state))
        except StoreError:
            share = 1.0
        shares[quiz_id] = max(share, shares.get(quiz_id, 0.0))
    return shares


def _all_right_once(desk: "Desk", store: "Progress", quiz_id: str) -> bool:
    right = {answer.question_id for answer in store.answers(quiz_id) if answer.correct}
    try:
        return quiz_id in desk.course.quiz_ids() and {one.id for one in desk.course.quiz(quiz_id).questions} <= right
    except ContentError:
        return False  # the quiz is broken: whoever takes it is told


def next_quiz(desk: "Desk") -> str | None:
    """Return the quiz that was begun, else the first unfinished one; None without a store or when all are done."""
    if desk.progress is None:
        return None
    ids = desk.course.quiz_ids()
    finished = done_quizzes(desk)
    begun = next((name for name in ids if desk.progress.open_sitting(name)), None)
    return begun or next((name for name in ids if name not in finished), None)


def quiz_rows(desk: "Desk") -> tuple[list[QuizRow], ContentError | None]:
    """Return one row per quiz that can be read, and what is wrong with the first that cannot."""
    rows: list[QuizRow] = []
    broken: ContentError | None = None
    store = desk.progress
    for quiz_id in desk.course.quiz_ids():
        try:
            quiz = desk.course.quiz(quiz_id)
        except ContentError as error:
            # One author's mistake must not hide the other quizzes.
            broken = broken or error
            continue
        best = best_share(store, quiz_id, quiz) if store else None
        started = bool(store and store.open_sitting(quiz_id))
        rows.append(QuizRow(quiz_id, quiz.title, len(quiz.questions), best, started))
    return rows, broken


def best_share(store: "Progress", quiz_id: str, quiz: "Quiz") -> float | None:
    """Return the best share of points of a finished sitting, from the stored answers; None if there is none."""
    points = {question.id: question.points for question in quiz.questions}
    earned: dict[str, tuple[float, float, int]] = {}
    for answer in store.answers(quiz_id):
        if answer.mode not in _SITTINGS:
            continue
        worth = points.get(answer.question_id, 1.0)
        got, of, count = earned.get(answer.sitting_id, (0.0, 0.0, 0))
        earned[answer.sitting_id] = (got + answer.score * worth, of + worth, count + 1)
    # A sitting that was broken off says little: only whole ones count.
    whole = quiz.draw or len(quiz.questions)
    return max((got / of for got, of, count in earned.values() if count >= whole), default=None)
