"""What a kind of question is to everything that asks, reads, marks, checks and describes questions.

The small records are named tuples: a dataclass takes ten times as long to make, and these are made before the first
question of a quiz is shown.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar, Generic, Literal, NamedTuple, TypeVar

from dlquiz.model.codes import Loc
from dlquiz.model.common import Common
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.view import Asked
from dlquiz.quiz.labels import by_label
from dlquiz.quiz.schema_parts import Fields, Schema

Q = TypeVar("Q", bound=Common)


class Setting(NamedTuple):
    """What marking needs to know besides the question: the quiz's language, and other terms (`marking.neighbours`)."""

    lang: str = "en"
    neighbours: tuple[str, ...] = ()


class KeyedOption(NamedTuple):
    """One option to choose, whether it is right, and the way to it from the question."""

    text: str
    right: bool
    path: Loc


class Foreseen(NamedTuple):
    """A wrong answer that the author foresaw: what is said about it (None: nothing), and the way to it."""

    text: str
    why: str | None
    path: Loc


class TypedPlace(NamedTuple):
    """Typed words: what fits (texts and ``/patterns/``), what is rejected, and how many slips are forgiven."""

    accept: tuple[str, ...]
    reject: Mapping[str, str]
    typos: int


class NumberRange(NamedTuple):
    """A number, everything from ``low`` to ``high`` that counts as it, and the way to it."""

    text: str
    value: Fraction
    low: Fraction
    high: Fraction
    path: Loc


class RunnableCode(NamedTuple):
    """Code that the question is about, what it may import, and what the author says that it prints."""

    code: str
    packages: tuple[str, ...]
    output: str


class QuestionKind(ABC, Generic[Q]):
    """One kind of question. Its fields are those of ``model``; one instance serves all questions of the kind.

    What a kind does not have (options, foreseen answers, a program) is empty by default, so a kind says only what it
    has. Every question given to these methods is concrete: of one with parameters, a variant.
    """

    model: type[Q]
    fields: ClassVar[Fields]
    """The fields that other kinds do not have, or that mean something else here."""
    example: ClassVar[str]
    """One question or more as YAML, for a new quiz; ``@P@`` stands where an id begins."""
    foreseen_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that map wrong answers to what is said about them."""
    one_right: ClassVar[bool] = False
    """Whether learners know that exactly one of the options is right."""
    fixed_order: ClassVar[bool] = False
    """Whether the options keep their order; all others are shuffled."""
    order_is_answer: ClassVar[bool] = False
    """Whether the options in the author's order are the answer, so that they are never shown in it."""
    later_fields: ClassVar[tuple[str, ...]] = ()
    """Fields that came after the kind: a question without them keeps the fingerprint that it had."""
    stem_is: ClassVar[Literal["question", "statement", "task"]] = "task"
    """What the stem says, for rules about its words: it asks, it claims, or it tells what to do with what follows."""

    # -- asking --

    def options(self, question: Q) -> tuple[str, ...]:
        """Return the texts to choose from, in the author's order."""
        return ()

    def view(self, question: Q, asked: Asked) -> Asked:
        """Add to what is shown of every question what only this kind shows; never what gives the answer away."""
        return asked

    @abstractmethod
    def how_to_answer(self, question: Q) -> str:
        """Say how the answer is typed; what may stand in it for labels, `Asked` says."""

    def read_typed(self, asked: Asked, options: tuple[str, ...], text: str) -> Answer:
        """Turn a typed line into an answer; ``options`` stand in the order shown."""
        return (by_label(text, options) or text) if options else text

    # -- marking --

    @abstractmethod
    def mark(self, question: Q, answer: Answer, setting: Setting) -> Mark:
        """Mark an answer of any form; what cannot be read is unclear, and nothing is raised."""

    @abstractmethod
    def right_answer_value(self, question: Q, lang: str) -> Answer:
        """Return the right answer in the form that `mark` takes."""

    def right_answer(self, question: Q, lang: str) -> str:
        """Write the right answer for a person."""
        return str(self.right_answer_value(question, lang))

    def missing(self, question: Q, answer: Answer) -> tuple[str, ...]:
        """Return the parts that a readable answer leaves out, as a person knows them."""
        return ()

    # -- what rules and statistics look at --

    def keyed_options(self, question: Q) -> tuple[KeyedOption, ...]:
        """Return the options with what they are, right ones first, where an author could give a wrong one away."""
        return ()

    def right_options(self, question: Q) -> tuple[str, ...]:
        """Return the options that a right answer ticks; none if an answer is more than some of the options."""
        return ()

    def foreseen(self, question: Q) -> Iterator[Foreseen]:
        """Yield every wrong answer that has, or should have, a reason."""
        for name in self.foreseen_fields:
            for text, why in getattr(question, name).items():
                yield Foreseen(text, why, (name, text))

    def places(self, question: Q) -> tuple[TypedPlace, ...]:
        """Return the places where words are typed, in the order of the text."""
        return ()

    def ranges(self, question: Q) -> tuple[NumberRange, ...]:
        """Return the right number and then the foreseen wrong ones; none if the answer is no number."""
        return ()

    def terms(self, question: Q) -> tuple[str, ...]:
        """Return the texts that may be terms of the field: a typing mistake is not forgiven from one into another."""
        return ()

    def keys(self, question: Q) -> tuple[str, ...]:
        """Return the texts that are the answer in its own words, which a hint should not say."""
        return ()

    def gaps(self, question: Q) -> tuple[tuple[str, str], ...]:
        """Return of every blank in a text its first word and the text before it, with all blanks filled in."""
        return ()

    def matched(self, question: Q) -> tuple[tuple[str, str], ...]:
        """Return the pairs of a term and its meaning that are to be found."""
        return ()

    def task(self, question: Q) -> tuple[str, ...]:
        """Return what tells this question from another one with the same stem."""
        return ()

    def program(self, question: Q) -> RunnableCode | None:
        """Return the code whose output is asked for."""
        return None

    # -- the schema --

    def schema(self) -> Schema:
        """Return what editors check beyond the types of the fields."""
        return {}
