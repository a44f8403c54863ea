"""A quiz as its author writes it: ``quizzes/<id>.yaml``.

Every wrong option says why it is wrong, every question explains its answer and
names a source. The kinds of questions are in ``dlquiz.model.kinds``.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import (
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError

from dlquiz.model.codes import Code, Loc, Problem, checked, fail, fail_all
from dlquiz.model.common import Common, QuizModel
from dlquiz.model.fields import Absent, Text
from dlquiz.model.ids import Id
from dlquiz.model.kinds.categorise import Categorise
from dlquiz.model.kinds.choice import Choice
from dlquiz.model.kinds.cloze import Cloze
from dlquiz.model.kinds.match import Match
from dlquiz.model.kinds.multi import Multi
from dlquiz.model.kinds.numeric import Numeric
from dlquiz.model.kinds.order import Order
from dlquiz.model.kinds.output import Output
from dlquiz.model.kinds.short import Short
from dlquiz.model.kinds.truefalse import TrueFalse
from dlquiz.model.params import Params, expand

__all__ = [
    "KINDS",
    "KIND_ALIASES",
    "Categorise",
    "Choice",
    "Cloze",
    "Common",
    "Match",
    "Multi",
    "Numeric",
    "Order",
    "Output",
    "Question",
    "Quiz",
    "Short",
    "TrueFalse",
]

AnyKind: TypeAlias = Choice | Multi | TrueFalse | Numeric | Short | Cloze | Match | Order | Categorise | Output
"""All kinds, in the order in which people are told of them. A new one is added here, and in ``dlquiz.quiz.kinds``."""

KINDS: dict[str, type[Common]] = {get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(AnyKind)}
"""The models of all kinds, by the word that an author writes."""

KIND_ALIASES: dict[str, str] = {alias: name for name, kind in KINDS.items() for alias in kind.also_called}
"""What authors of other formats write for our kinds; suggested, never accepted."""

_PARAMS: TypeAdapter[Params] = TypeAdapter(Params)


def _read_question(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Read one question; refuse an unknown kind in our words, and still check what every question has."""
    if not isinstance(value, Mapping):
        return handler(value)
    if value.get("kind") not in tuple(KINDS):
        return checked(Common.model_validate, _common(value), [_kind_problem(value)])
    if not value.get("params"):
        return handler(value)
    try:
        params = _PARAMS.validate_python(value["params"])
    except ValidationError as error:
        # The rest cannot be read without them: its numbers are names.
        fail_all([], _below("params", error))
        raise
    every = expand(value, params, KINDS[value["kind"]].fill_numbers, handler)
    first = every[0].model_copy(update={"params": params})
    first._variants = every
    first._written = dict(value)
    return first


def _below(field: str, error: ValidationError) -> ValidationError:
    details: list[Any] = [
        {**item, "loc": (field, *item["loc"])} for item in error.errors(include_url=False, include_context=True)
    ]
    return ValidationError.from_exception_data("content", [_detail(item) for item in details])


def _detail(item: Any) -> Any:
    kind = (
        PydanticCustomError(item["type"], "{message}", item["ctx"]) if item["type"].startswith("DLQ") else item["type"]
    )
    return {"type": kind, "loc": item["loc"], "input": item["input"]}


def _common(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that every question has, and those that are probably one of them misspelt."""
    own = Common.model_fields
    absent = [name for name in own if name not in question]
    others = {name for kind in KINDS.values() for name in kind.model_fields}
    return {
        name: item
        for name, item in question.items()
        if name in own
        or (name not in others and (Common.field_aliases.get(name) in absent or get_close_matches(name, absent, n=1)))
    }


def _kind_problem(question: Mapping[str, Any]) -> Problem:
    kind = question.get("kind")
    listed = f"kinds: {', '.join(KINDS)}"
    if "kind" not in question:
        hint = "rename 'type' to 'kind'" if "type" in question else "add for example kind: choice"
        return Problem(Code.UNKNOWN_KIND, "missing field 'kind'", f"{hint}; {listed}")
    if not isinstance(kind, str):
        return Problem(Code.UNKNOWN_KIND, "'kind' must be one word", listed, ("kind",))
    guess = KIND_ALIASES.get(kind.strip().lower().replace(" ", "_")) or next(
        iter(get_close_matches(kind.lower(), KINDS, n=1)), None
    )
    hint = f"did you mean '{guess}'? {listed}" if guess else listed
    return Problem(Code.UNKNOWN_KIND, f"unknown kind '{kind}'", hint, ("kind",))


Question = Annotated[
    Annotated[AnyKind, Field(discriminator="kind")],
    WrapValidator(_read_question),
]
"""Any question; ``kind`` says which."""


class Quiz(QuizModel):
    """``quizzes/<id>.yaml``. A sitting draws ``draw`` of the questions, or asks all.

    ``lesson`` is the exercise whose lesson the questions need that name none of their own.
    """

    format_version: Literal[1]
    title: Text
    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    topic: Annotated[Id | None, Absent] = None
    lesson: Annotated[Id | None, Absent] = None
    summary: str = ""
    questions: tuple[Question, ...] = Field(min_length=1, max_length=5000)
    draw: Annotated[int | None, Absent] = Field(None, ge=1)

    _comments: Mapping[Loc, str] = PrivateAttr(default_factory=dict)

    @property
    def comments(self) -> Mapping[Loc, str]:
        """The comments of the file that stand behind a bare text, by the way to the text."""
        return self._comments

    def keep_comments(self, comments: Mapping[Loc, str]) -> None:
        """Note the comments of the file that this quiz was read from; they belong to no field."""
        self._comments = comments

    def lesson_of(self, question: Question) -> str | None:
        """Return the exercise whose lesson a question needs; None if it needs none."""
        return question.lesson or self.lesson

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError if there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    @field_validator("questions", mode="wrap")
    @classmethod
    def _own_ids(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        """Check that no two questions share an id, and that named ones exist, also if some of them are broken."""
        if not isinstance(value, list | tuple):
            return handler(value)
        return checked(handler, value, (*_shared_ids(value), *_unknown_siblings(value)))

    @field_validator("draw")
    @classmethod
    def _enough(cls, draw: int | None, info: ValidationInfo) -> int | None:
        questions = info.data.get("questions")
        if draw is not None and questions is not None and draw > len(questions):
            fail(Code.DRAW, f"{draw} questions cannot be drawn from {len(questions)}")
        return draw


def _shared_ids(questions: Sequence[Any]) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for place, question in enumerate(questions):
        name = question.get("id") if isinstance(question, Mapping) else getattr(question, "id", None)
        if not isinstance(name, str):
            continue
        if name in first:
            message = f"question {first[name] + 1} has the id '{name}' already"
            problems.append(Problem(Code.DUPLICATE_ID, message, "give every question its own id", (place, "id")))
        first.setdefault(name, place)
    return problems


def _unknown_siblings(questions: Sequence[Any]) -> list[Problem]:
    """Return a problem for every ``same_as`` that names no other question here; ``quiz/id`` is not looked up."""
    ids = [question.get("id") for question in questions if isinstance(question, Mapping)]
    problems = []
    for place, question in enumerate(questions):
        named = question.get("same_as") if isinstance(question, Mapping) else None
        for number, name in enumerate(named if isinstance(named, list | tuple) else ()):
            if not isinstance(name, str) or "/" in name or (name in ids and name != question.get("id")):
                continue
            close = get_close_matches(name, [other for other in ids if isinstance(other, str)], n=1)
            guess = f"did you mean '{close[0]}'?" if close and close[0] != name else ""
            help = guess or "write the id of another question here, or quiz/id of one in another quiz"
            message = f"'{name}' is the question itself" if name in ids else f"there is no question '{name}'"
            problems.append(Problem(Code.SAME_AS, message, help, (place, "same_as", number)))
    return problems
