"""A quiz as its author writes it: ``quizzes/<id>.yaml``.

Every wrong option says why it is wrong, every question explains its answer and
names a source. The kinds of questions are in ``dlquiz.model.kinds`` and ``dlquiz.model.arranged``.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError

from dlquiz.model.arranged import Categorise, Cloze, Match, Order, Output
from dlquiz.model.codes import Code, Problem, checked, fail, fail_all
from dlquiz.model.common import Common, Model
from dlquiz.model.course import Id
from dlquiz.model.fields import Absent, Text
from dlquiz.model.kinds import Choice, Multi, Numeric, Short, TrueFalse
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

KIND_ALIASES: dict[str, str] = {
    "blank": "cloze",
    "blanks": "cloze",
    "bool": "truefalse",
    "boolean": "truefalse",
    "categorize": "categorise",
    "category": "categorise",
    "checkbox": "multi",
    "checkboxes": "multi",
    "code": "output",
    "fill": "cloze",
    "fill-in": "cloze",
    "fill_in": "cloze",
    "gap": "cloze",
    "gapfill": "cloze",
    "group": "categorise",
    "grouping": "categorise",
    "matching": "match",
    "matching_pairs": "match",
    "mc": "choice",
    "mcq": "choice",
    "multichoice": "choice",
    "multichoise": "choice",
    "multiple": "multi",
    "multiple_answers": "multi",
    "multiple_choice": "choice",
    "multiplechoice": "choice",
    "multiselect": "multi",
    "number": "numeric",
    "numeric_answer": "numeric",
    "numerical": "numeric",
    "ordering": "order",
    "pairs": "match",
    "print": "output",
    "prints": "output",
    "radio": "choice",
    "regex": "short",
    "select": "choice",
    "sequence": "order",
    "short_answer": "short",
    "shortanswer": "short",
    "single": "choice",
    "singlechoice": "choice",
    "sort": "order",
    "text": "short",
    "tf": "truefalse",
    "tracing": "output",
    "true-false": "truefalse",
    "true_false": "truefalse",
    "yesno": "truefalse",
}
"""What authors of other formats write for our kinds; suggested, never accepted."""

KINDS: dict[str, type[Common]] = {
    "choice": Choice,
    "multi": Multi,
    "truefalse": TrueFalse,
    "numeric": Numeric,
    "short": Short,
    "cloze": Cloze,
    "match": Match,
    "order": Order,
    "categorise": Categorise,
    "output": Output,
}


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
    every = expand(value, params, handler)
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
    Annotated[
        Choice | Multi | TrueFalse | Numeric | Short | Cloze | Match | Order | Categorise | Output,
        Field(discriminator="kind"),
    ],
    WrapValidator(_read_question),
]
"""Any question; ``kind`` says which."""


class Quiz(Model):
    """``quizzes/<id>.yaml``. A sitting draws ``draw`` of the questions, or asks all."""

    format_version: Literal[1]
    title: Text
    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en"
    topic: Annotated[Id | None, Absent] = None
    summary: str = ""
    questions: tuple[Question, ...] = Field(min_length=1, max_length=5000)
    draw: Annotated[int | None, Absent] = Field(None, ge=1)

    def question(self, question_id: str) -> Question:
        """Return the question with this id; KeyError if there is none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    @field_validator("questions", mode="wrap")
    @classmethod
    def _own_ids(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        """Check that no two questions share an id, also if some of them are broken."""
        if not isinstance(value, list | tuple):
            return handler(value)
        return checked(handler, value, _shared_ids(value))

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
