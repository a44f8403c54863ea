"""What a rule is, what it looks at, and what it says."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from dlquiz.model.codes import Loc
from dlquiz.model.params import variants
from dlquiz.model.quiz import Question, Quiz


class Severity(StrEnum):
    """How bad it is: an error makes a question wrong or useless, a warning makes it weaker than it could be."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that breaks a rule.

    ``path`` leads from the question to the place, ``at_key`` points at the key there. A rule over a whole quiz
    names the ``question``, one over several quizzes the ``file`` too; empty means the quiz itself.
    """

    message: str
    help: str = ""
    path: Loc = ()
    at_key: bool = False
    question: str = ""
    file: str = ""


@dataclass(frozen=True)
class QuizFile:
    """One quiz as the rules see it.

    ``fixed_order`` says that learners see questions and options as the file has them; our own sittings shuffle both.
    ``key_places`` then holds, per question id, the place of the right option from 0, and how many options there are.
    """

    name: str
    quiz: Quiz
    fixed_order: bool = False
    key_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def english(self) -> bool:
        """Whether rules about English words apply."""
        return self.quiz.lang.split("-")[0] == "en"

    @cached_property
    def variants(self) -> tuple[tuple[Question, ...], ...]:
        """Every question with all its variants, in the order of the file."""
        return tuple(variants(question) for question in self.quiz.questions)


@dataclass(frozen=True, slots=True)
class QuizSet:
    """Quizzes that are looked at together; ``whole`` says that it is all of a course."""

    files: tuple[QuizFile, ...]
    whole: bool = False


QuestionCheck: TypeAlias = Callable[[Question, QuizFile], Iterable[Hit]]
FileCheck: TypeAlias = Callable[[QuizFile], Iterable[Hit]]
SetCheck: TypeAlias = Callable[[QuizSet], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """One rule: ``what`` it finds, ``why`` that matters, and the ``source`` of the reason."""

    id: str
    severity: Severity
    what: str
    why: str
    source: str
    each: QuestionCheck | None = None
    """Looks at one variant of one question."""
    file: FileCheck | None = None
    """Looks at one quiz."""
    together: SetCheck | None = None
    """Looks at all quizzes together."""

    def hits(self, quizzes: QuizSet) -> Iterator[tuple[str, Hit]]:
        """Yield every hit with the name of its quiz; the same words about two variants of a question only once."""
        for file in quizzes.files:
            if self.file is not None:
                yield from ((file.name, hit) for hit in self.file(file))
            if self.each is not None:
                yield from self._each(file)
        if self.together is not None:
            yield from ((hit.file, hit) for hit in self.together(quizzes))

    def _each(self, file: QuizFile) -> Iterator[tuple[str, Hit]]:
        assert self.each is not None
        for versions in file.variants:
            told: set[int] = set()
            for question in versions:
                for number, hit in enumerate(self.each(question, file)):
                    if number not in told:  # in another variant the same place has other numbers
                        yield file.name, Hit(hit.message, hit.help, hit.path, hit.at_key, question.id, file.name)
                    told.add(number)
