"""A quiz as its author writes it: ``quizzes/<id>.yaml``.

Every wrong option says why it is wrong, every question explains its answer and
names a source. Whatever a validator here finds is raised with a stable code
(``dlquiz.model.codes``), all mistakes at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.course import Id
from dlquiz.model.fields import (
    Absent,
    Accepted,
    ImagePath,
    Number,
    NumberReasons,
    Reasons,
    RightOptions,
    Text,
    Tolerance,
    Truth,
    bounds,
    exact,
    plain,
)
from dlquiz.model.pattern import MAX_ANSWER, compile_pattern, is_pattern

KIND_ALIASES: dict[str, str] = {
    "bool": "truefalse",
    "boolean": "truefalse",
    "checkbox": "multi",
    "checkboxes": "multi",
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
    "numerical": "numeric",
    "radio": "choice",
    "select": "choice",
    "short_answer": "short",
    "shortanswer": "short",
    "single": "choice",
    "singlechoice": "choice",
    "text": "short",
    "tf": "truefalse",
    "true-false": "truefalse",
    "true_false": "truefalse",
    "yesno": "truefalse",
}
"""What authors of other formats write for our kinds; suggested, never accepted."""

PLANNED_KINDS = ("cloze", "match", "order", "categorise", "output")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Common(_Model):
    """What every question has. ``id`` stays for ever: history and schedules hang on it.

    ``source`` says where the claim can be read. ``hints`` go from gentle to nearly there.
    """

    field_aliases: ClassVar[dict[str, str]] = {
        "because": "explain",
        "correct": "right",
        "distractors": "wrong",
        "error": "tolerance",
        "explanation": "explain",
        "feedback": "explain",
        "hint": "hints",
        "incorrect": "wrong",
        "margin": "tolerance",
        "name": "id",
        "prompt": "stem",
        "question": "stem",
        "reason": "explain",
        "ref": "source",
        "reference": "source",
        "sources": "source",
        "tag": "tags",
        "type": "kind",
        "units": "unit",
        "url": "source",
    }
    planned_fields: ClassVar[frozenset[str]] = frozenset({"params"})

    id: Id
    stem: Text
    explain: Text
    source: Text
    tags: tuple[Text, ...] = ()
    hints: tuple[Text, ...] = ()
    points: float = Field(1, gt=0, le=1000)
    alt: Annotated[Text | None, Absent] = None
    image: Annotated[ImagePath | None, Absent] = None

    @field_validator("image")
    @classmethod
    def _image_has_words(cls, image: str | None, info: ValidationInfo) -> str | None:
        if image is not None and info.data.get("alt", "unreadable") is None:
            fail(Code.IMAGE, "an image needs 'alt'", "add alt: with what the picture shows, for who cannot see it")
        return image


class Choice(Common):
    """One right option. Options are shuffled; ``wrong`` maps each distractor to why it is wrong."""

    kind: Literal["choice"]
    right: Text
    wrong: Reasons = Field(min_length=1, max_length=19)

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        right = [info.data["right"]] if "right" in info.data else []
        return checked(handler, value, _shared_options(right, value))


class Multi(Common):
    """Several right options; ``right`` maps each to why it is right, or to None.

    ``partial`` names how a partly right answer scores: ``all`` (right or nothing),
    ``each`` (every option decided rightly counts), ``net`` (right ticks less wrong
    ticks, never below 0).
    """

    kind: Literal["multi"]
    right: RightOptions = Field(min_length=1, max_length=19)
    wrong: Reasons = Field(min_length=1, max_length=19)
    partial: Literal["all", "each", "net"] = "net"

    @field_validator("wrong", mode="wrap")
    @classmethod
    def _not_right_too(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return checked(handler, value, _shared_options(info.data.get("right", ()), value))


class TrueFalse(Common):
    """A statement that is true or false; ``explain`` says why."""

    kind: Literal["truefalse"]
    answer: Truth


class Numeric(Common):
    """A number, in ``unit`` if there is one.

    ``tolerance`` is absolute (a float), relative (``"5%"`` of the answer) or the
    accepted range (a pair). ``near`` maps foreseen wrong numbers, as text, to feedback.
    """

    kind: Literal["numeric"]
    answer: Number
    tolerance: Tolerance = 0.0
    unit: Annotated[Text | None, Absent] = None
    near: NumberReasons = Field(default_factory=dict, max_length=20)

    @field_validator("tolerance")
    @classmethod
    def _answer_is_right(cls, tolerance: float | str | tuple[float, float], info: ValidationInfo) -> Any:
        answer = info.data.get("answer")
        if answer is None:
            return tolerance
        if isinstance(tolerance, tuple) and not tolerance[0] <= answer <= tolerance[1]:
            fail(
                Code.OUT_OF_RANGE,
                f"the answer {answer:g} lies outside the range",
                "write a range that holds the answer",
            )
        if isinstance(tolerance, str) and answer == 0:
            fail(Code.OUT_OF_RANGE, "a percentage of 0 is 0", "write a number such as 0.01")
        return tolerance

    @field_validator("near", mode="wrap")
    @classmethod
    def _near_is_wrong(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        readable = "answer" in info.data and "tolerance" in info.data
        right = bounds(info.data["answer"], info.data["tolerance"]) if readable else None
        return checked(handler, value, _near_problems(value, right))


def _near_problems(near: Any, right: tuple[Fraction, Fraction] | None) -> Iterator[Problem]:
    seen = set()
    for text in _texts(near):
        try:
            value = exact(text.strip())
        except (ValueError, ZeroDivisionError):
            continue  # the field's type says so
        if right and right[0] <= value <= right[1]:
            message = f"'{text}' counts as right: everything from {float(right[0]):g} to {float(right[1]):g} does"
            help = "make the tolerance smaller, or take this line out"
            yield Problem(Code.NEAR_IS_RIGHT, message, help, (text,), at_key=True)
        if value in seen:
            yield Problem(Code.OPTION_CLASH, f"the number '{text}' stands here twice", "", (text,), at_key=True)
        seen.add(value)


class Short(Common):
    """A word or a short phrase, upper and lower case alike.

    ``accept`` holds texts and ``/patterns/`` (full match; ``dlquiz.model.pattern``),
    ``typos`` is how many slips are forgiven, ``reject`` maps foreseen wrong texts to feedback.
    """

    kind: Literal["short"]
    accept: tuple[Accepted, ...] = Field(min_length=1, max_length=50)
    typos: int = Field(0, ge=0, le=2)
    reject: Reasons = Field(default_factory=dict, max_length=50)

    @field_validator("reject", mode="wrap")
    @classmethod
    def _reject_is_wrong(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        help = "take one of the two out"
        accepted = (
            (text, next((other for other in info.data.get("accept", ()) if _accepts(other, text)), None))
            for text in _texts(value)
        )
        problems = (
            Problem(Code.REJECT_IS_RIGHT, f"'{text}' is accepted by '{other}'", help, (text,), at_key=True)
            for text, other in accepted
            if other is not None
        )
        return checked(handler, value, problems)


def _accepts(accept: str, answer: str) -> bool:
    if is_pattern(accept):
        return bool(compile_pattern(accept).fullmatch(answer[:MAX_ANSWER]))
    return plain(accept).casefold() == plain(answer).casefold()


def _texts(mapping: Any) -> list[str]:
    """Return the keys of what may not be a mapping, before its type was checked."""
    return [key for key in mapping if isinstance(key, str)] if isinstance(mapping, Mapping) else []


def _shared_options(right: Iterable[str], wrong: Any) -> list[Problem]:
    known = {plain(text) for text in right}
    help = "take one of the two out"
    return [
        Problem(Code.OPTION_CLASH, f"'{text}' is right and wrong at once", help, (text,), at_key=True)
        for text in _texts(wrong)
        if plain(text) in known
    ]


KINDS: dict[str, type[Common]] = {
    "choice": Choice,
    "multi": Multi,
    "truefalse": TrueFalse,
    "numeric": Numeric,
    "short": Short,
}


def _known_kind(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """Refuse an unknown kind in our words, and still check what every question has."""
    if not isinstance(value, Mapping) or value.get("kind") in tuple(KINDS):
        return handler(value)
    common = {name: item for name, item in value.items() if name in Common.model_fields}
    return checked(Common.model_validate, common, [_kind_problem(value)])


def _kind_problem(question: Mapping[str, Any]) -> Problem:
    kind = question.get("kind")
    listed = f"kinds: {', '.join(KINDS)}"
    if "kind" not in question:
        hint = "rename 'type' to 'kind'" if "type" in question else "add for example kind: choice"
        return Problem(Code.UNKNOWN_KIND, "missing field 'kind'", f"{hint}; {listed}")
    if not isinstance(kind, str):
        return Problem(Code.UNKNOWN_KIND, "'kind' must be one word", listed, ("kind",))
    if kind in PLANNED_KINDS:
        return Problem(Code.NOT_BUILT, f"kind '{kind}' is planned, but not built yet", listed, ("kind",))
    guess = KIND_ALIASES.get(kind.strip().lower().replace(" ", "_")) or next(
        iter(get_close_matches(kind.lower(), KINDS, n=1)), None
    )
    hint = f"did you mean '{guess}'? {listed}" if guess else listed
    return Problem(Code.UNKNOWN_KIND, f"unknown kind '{kind}'", hint, ("kind",))


Question = Annotated[
    Annotated[Choice | Multi | TrueFalse | Numeric | Short, Field(discriminator="kind")], WrapValidator(_known_kind)
]
"""Any question; ``kind`` says which."""


class Quiz(_Model):
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
