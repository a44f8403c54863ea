"""All quizzes of the course, and what the learner remembers of their questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.errors import ContentError, StoreError
from dlquiz.model.answer_log import Mode, StoredAnswer
from dlquiz.model.mark import Mastery
from dlquiz.quiz.schedule import Answered, Key, Memory, due_by_day, mastery, replay
from dlquiz.quiz.siblings import siblings
from dlquiz.quiz.sitting import find
from dlquiz.study.days import day_of
from dlquiz.study.path import lessons_met
from dlquiz.study.predictions import quiz_of_examples

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question, Quiz
    from dlquiz.study.desk import Desk


class QuestionBank:
    """The questions of the course, each quiz loaded when it is first wanted.

    Parameters
    ----------
    desk : Desk
        Whose course and answers; a quiz that cannot be read is told there.
    today : date
        The learner's calendar day.
    exam_day : date, optional
        Everything is to come back before this day.

    Attributes
    ----------
    memories : dict
        What is remembered of each question that was ever answered, cramming apart.
    variants : dict
        The variant of each parametric question that was asked last.

    Raises
    ------
    WorkError
        There is no workspace.
    StoreError
        The store of the workspace cannot be used.
    """

    def __init__(self, desk: "Desk", today: date, exam_day: date | None = None) -> None:
        desk.need_workspace()
        if desk.progress is None:
            raise StoreError("Your answers cannot be read, so nothing can be said about reviews.")
        self._course = desk.course
        self.tell = desk.tell
        self._quizzes: dict[str, Quiz | None] = {}
        self._exam_day = exam_day
        self.store = desk.progress
        self.read(today)

    def read(self, today: date) -> None:
        """Read all answers from the store, and replay them."""
        self.today = today
        stored = self.store.answers_all()
        self.variants = {(a.quiz_id, a.question_id): a.variant for a in stored}
        self.memories: dict[Key, Memory] = replay(map(_answered, _scheduled(stored)), self._exam_day)

    def quiz(self, quiz_id: str) -> "Quiz | None":
        """Return a quiz; None if it is gone, or broken (then a warning was printed)."""
        if quiz_id not in self._quizzes:
            try:
                self._quizzes[quiz_id] = self._load(quiz_id)
            except ContentError as error:
                self.tell(f"Warning: {error.message} Its questions are left out.")
                self._quizzes[quiz_id] = None
        return self._quizzes[quiz_id]

    def _load(self, quiz_id: str) -> "Quiz | None":
        if quiz_id in self._course.quiz_ids():
            return self._course.quiz(quiz_id)
        if (examples := quiz_of_examples(self._course, quiz_id)) is not None:
            return examples
        path = Path(quiz_id)
        if not path.is_absolute() or not path.is_file():
            return None
        from dlquiz.content.course import load_quiz

        return load_quiz(path)  # a quiz that was taken by its path

    def question(self, key: Key) -> "Question | None":
        """Return the question of a key (its first variant); None if it is gone."""
        quiz = self.quiz(key[0])
        return find(quiz, key[1]) if quiz else None

    def present(self, keys: Iterable[Key]) -> list[Key]:
        """Keep the keys whose questions still exist."""
        return [key for key in keys if self.question(key) is not None]

    def siblings(self) -> dict[str, frozenset[str]]:
        """Return which questions ask the same fact, as ``quiz/id``, among the quizzes that were read."""
        return siblings({quiz_id: quiz for quiz_id, quiz in self._quizzes.items() if quiz is not None})

    def lesson(self, key: Key) -> str | None:
        """Return the exercise whose lesson a question needs; None if it needs none, or is gone."""
        quiz, question = self.quiz(key[0]), self.question(key)
        return quiz.lesson_of(question) if quiz is not None and question is not None else None

    def topic(self, key: Key) -> str:
        """Return what a question is mainly about: its first tag, else what its quiz is about."""
        return self.topics(key)[0]

    def topics(self, key: Key) -> tuple[str, ...]:
        """Return the tags of a question; without tags, the topic or the id of its quiz."""
        quiz, question = self.quiz(key[0]), self.question(key)
        if question is not None and question.tags:
            return tuple(question.tags)
        return ((quiz.topic if quiz else None) or Path(key[0]).stem,)

    def all_keys(self) -> list[Key]:
        """Return every question of the course, and those of other quiz files that were answered."""
        own = self._course.quiz_ids()
        others = sorted({quiz_id for quiz_id, _ in self.memories} - set(own))
        found = ((quiz_id, self.quiz(quiz_id)) for quiz_id in (*own, *others))
        return [(quiz_id, question.id) for quiz_id, quiz in found if quiz for question in quiz.questions]

    def met_keys(self) -> list[Key]:
        """Return every question of the course whose lesson has been met."""
        met = lessons_met(self._course, self.store)
        found = ((quiz_id, self.quiz(quiz_id)) for quiz_id in self._course.quiz_ids())
        return [
            (quiz_id, question.id)
            for quiz_id, quiz in found
            if quiz
            for question in quiz.questions
            if quiz.lesson_of(question) in (None, *met)
        ]

    def by_topic(self) -> dict[str, list[Key]]:
        """Return the questions of each topic (a question with two tags stands in both), sorted by topic."""
        piles: dict[str, list[Key]] = {}
        for key in self.all_keys():
            for topic in self.topics(key):
                piles.setdefault(topic, []).append(key)
        return dict(sorted(piles.items()))


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known now, in each topic and in all; ``due`` counts what becomes due on each day from today."""

    topics: tuple[Mastery, ...]
    total: Mastery
    due: tuple[int, ...]


def knowledge(bank: QuestionBank) -> Knowledge:
    """Sum up what a learner knows, and what waits for review."""
    (total,) = mastery({"": bank.all_keys()}, bank.memories, bank.today)
    return Knowledge(
        mastery(bank.by_topic(), bank.memories, bank.today),
        total,
        due_by_day([bank.memories[key] for key in bank.present(bank.memories)], bank.today),
    )


def _scheduled(stored: list[StoredAnswer]) -> list[StoredAnswer]:
    return [answer for answer in stored if answer.mode != Mode.CRAM]


def _answered(answer: StoredAnswer) -> Answered:
    return Answered(answer.quiz_id, answer.question_id, day_of(answer.answered_at), answer.correct, answer.sure)
