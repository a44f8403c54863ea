"""What all kinds of questions share: their common fields, and checks that several of them need."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from dlquiz.model.codes import Code, Problem, fail
from dlquiz.model.fields import Absent, ImagePath, Text, plain
from dlquiz.model.ids import Id, QuestionRef
from dlquiz.model.params import Filler, Params
from dlquiz.model.pattern import MAX_ANSWER, compile_pattern, is_pattern

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question


class QuizModel(BaseModel):
    """What may stand in a quiz file: unknown fields are mistakes, values do not change."""

    # defer_build: a kind's schema is built once, as part of the quiz's, not a second time by itself.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class Common(QuizModel):
    """What every question has. ``id`` stays for ever: history and schedules hang on it.

    ``source`` says where the claim can be read. ``hints`` go from gentle to nearly there. ``lesson`` is the exercise
    whose lesson the question needs (None: what its quiz says). ``same_as`` names other questions about the same fact.
    ``ignore`` names rules of ``quiz lint`` that do not apply here. A question with ``params`` is its own first variant.
    """

    also_called: ClassVar[tuple[str, ...]] = ()
    """What authors of other formats call this kind."""
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
        "needs": "lesson",
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

    id: Id
    stem: Text
    explain: Text
    source: Text
    tags: tuple[Text, ...] = ()
    hints: tuple[Text, ...] = ()
    points: float = Field(1, gt=0, le=1000)
    alt: Annotated[Text | None, Absent] = None
    image: Annotated[ImagePath | None, Absent] = None
    lesson: Annotated[Id | None, Absent] = None
    same_as: tuple[QuestionRef, ...] = ()
    ignore: tuple[Id, ...] = ()
    params: Params = Field(default_factory=dict)

    _variants: tuple[Any, ...] = PrivateAttr(())
    _written: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def fill_numbers(cls, filled: dict[str, Any], filler: Filler) -> None:
        """Replace, in one variant of a parametric question, the expressions of fields that are numbers by their values.

        Every ``{{place}}`` is filled in already; most kinds have no such fields.
        """

    @property
    def all_variants(self) -> "tuple[Question, ...]":
        """Every variant, concrete; empty without ``params``. Use `dlquiz.model.params.variants`."""
        return self._variants

    @property
    def written(self) -> Mapping[str, Any]:
        """What the author wrote, with its ``{{places}}``; empty without ``params``."""
        return self._written

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A parametric question is written with its places, so that reading it again gives the same variants.
        return dict(self._written) if self._written else dict(handler(self))

    @field_validator("image")
    @classmethod
    def _image_has_words(cls, image: str | None, info: ValidationInfo) -> str | None:
        if image is not None and info.data.get("alt", "unreadable") is None:
            fail(Code.IMAGE, "an image needs 'alt'", "add alt: with what the picture shows, for who cannot see it")
        return image


def accepts(accept: str, answer: str) -> bool:
    """Return whether an accepted text or ``/pattern/`` fits; a first look, without the folding of marking."""
    if is_pattern(accept):
        return bool(compile_pattern(accept).fullmatch(answer[:MAX_ANSWER]))
    return plain(accept).casefold() == plain(answer).casefold()


def texts(mapping: Any) -> list[str]:
    """Return the keys of what may not be a mapping, before its type was checked."""
    return [key for key in mapping if isinstance(key, str)] if isinstance(mapping, Mapping) else []


def shared_options(right: Iterable[str], wrong: Any) -> list[Problem]:
    """Return a problem for every wrong option, in a mapping or a list, that is a right one too."""
    known = {plain(text) for text in right}
    help = "take one of the two out"
    listed: list[tuple[str | int, str]] = [(text, text) for text in texts(wrong)]
    if isinstance(wrong, list | tuple):
        listed = [(place, text) for place, text in enumerate(wrong) if isinstance(text, str)]
    return [
        Problem(Code.OPTION_CLASH, f"'{text}' is right and wrong at once", help, (step,), at_key=isinstance(step, str))
        for step, text in listed
        if plain(text) in known
    ]


def repeated(entries: Iterable[tuple[Any, Any]]) -> list[Problem]:
    """Return a problem for every text that stands there twice; ``entries`` are (step of the path, text)."""
    seen = set()
    problems = []
    for step, text in entries:
        if not isinstance(text, str):
            continue
        if plain(text) in seen:
            problems.append(Problem(Code.OPTION_CLASH, f"'{text}' stands here twice", "", (step,)))
        seen.add(plain(text))
    return problems


def only_about(why: dict[str, str], known: Iterable[str] | None) -> dict[str, str]:
    """Refuse a reason for something that is none of the ``known`` entries (None: those have mistakes themselves)."""
    if known is None:
        return why
    unknown = [text for text in why if text not in set(known)]
    if unknown:
        fail(Code.WHY, f"'{unknown[0]}' is none of the entries that could be explained", "copy the text of the entry")
    return why
