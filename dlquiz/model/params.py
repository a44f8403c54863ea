"""Parametric questions: one text with ``{{names}}`` in it, many questions.

``params`` maps each name to a finite list of values, so that every variant can be
validated when the file is read, checked by ``quiz lint`` and exported.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from dlquiz.model.codes import Code, Loc, Problem, fail, fail_all
from dlquiz.model.expression import FUNCTIONS, ExpressionError, Quantity, as_number, as_text, evaluate
from dlquiz.model.fields import bounds, exact

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question

MAX_VARIANTS = 200
_MAX_NAMES = 6
_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}", re.IGNORECASE)
_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FIXED = frozenset({"id", "ignore", "image", "kind", "params", "points", "tags"})
"""Fields that are the same in every variant."""

Values: TypeAlias = Mapping[str, Quantity | str]


def _names(value: Any) -> Any:
    """Read ``{name: [value, value]}``."""
    if isinstance(value, Mapping) and not value:
        return {}
    if not isinstance(value, Mapping):
        fail(Code.PARAMS, "expected lines of 'name: [value, value]'", "write for example params: {n: [1000, 50000]}")
    problems = [problem for name, listed in value.items() for problem in _one_name(name, listed)]
    fail_all(problems)
    count = prod(len(listed) for listed in value.values())
    if count > MAX_VARIANTS or len(value) > _MAX_NAMES:
        fail(Code.PARAMS, f"these are {count} variants; {MAX_VARIANTS} are allowed", "write fewer values")
    if count < 2:
        fail(Code.PARAMS, "there is only one variant", "write at least two values, or no params")
    return {name: tuple(str(item).strip() for item in listed) for name, listed in value.items()}


def _one_name(name: Any, listed: Any) -> Iterator[Problem]:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in FUNCTIONS:
        help = "use letters, digits and _, a letter first, and no name of a function"
        yield Problem(Code.PARAMS, f"'{name}' cannot be the name of a parameter", help, (str(name),), at_key=True)
    if not isinstance(listed, list | tuple) or not listed:
        yield Problem(Code.PARAMS, f"'{name}' needs a list of values", "write [32, 64]", (str(name),))
        return
    bad = [item for item in listed if isinstance(item, Mapping | list | tuple) or not str(item).strip()]
    if bad:
        yield Problem(Code.PARAMS, f"a value of '{name}' is no number and no text", "write [32, 64]", (str(name),))
    elif len({str(item).strip() for item in listed}) < len(listed):
        yield Problem(Code.PARAMS, f"a value of '{name}' stands there twice", "", (str(name),))


Params = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_names)]
"""The field ``params`` of a question: each name with the texts of its values."""


def variants(question: "Question") -> "tuple[Question, ...]":
    """Return every variant of a question, concrete; the question itself if it has no parameters."""
    return question.all_variants or (question,)


def variant(question: "Question", number: int | None) -> "Question":
    """Return one variant, counted from 0; the question itself for None."""
    return question if number is None else variants(question)[number]


def template(question: "Question") -> Mapping[str, Any]:
    """Return what the author wrote, with its ``{{places}}``; empty for a question without parameters."""
    return question.written


def assignments(params: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Quantity | str]]:
    """Yield the values of every variant, the last name changing fastest."""
    read = {name: [_read(item) for item in listed] for name, listed in params.items()}
    for values in product(*read.values()):
        yield dict(zip(read, values, strict=True))


def _read(text: str) -> Quantity | str:
    try:
        return evaluate(text, {})
    except ExpressionError:
        return text


def expand(
    question: Mapping[str, Any], params: Mapping[str, tuple[str, ...]], validate: Callable[[Any], Any]
) -> "tuple[Question, ...]":
    """Validate every variant of a question.

    Parameters
    ----------
    question : mapping
        As the author wrote it.
    params : mapping
        Its parameters, read.
    validate : callable
        Makes a question of a mapping; pydantic's ValidationError for mistakes.

    Raises
    ------
    ValidationError
        The mistakes of the first variant that has some, where they stand in what the author wrote.
    """
    bare = {name: item for name, item in question.items() if name != "params"}
    made, kept = [], set()
    near = question.get("near")
    for values in assignments(params):
        filler = _Filler(values)
        concrete = filler.question(bare)
        fail_all(filler.problems)
        kept |= filler.kept
        try:
            made.append(validate(concrete))
        except ValidationError as error:
            raise _moved(error, filler) from None
    if isinstance(near, Mapping):
        message = "this wrong answer is right in every variant"
        fail_all(
            Problem(Code.NEAR_IS_RIGHT, message, "take this line out", ("near", key), at_key=True)
            for key in near
            if key not in kept
        )
    return tuple(made)


class _Filler:
    """Puts the values of one variant into what the author wrote."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.numbers = {name: value for name, value in values.items() if not isinstance(value, str)}
        self.problems: list[Problem] = []
        self.written: dict[str, str] = {}  # a key as filled in: the key as the author wrote it
        self.kept: set[str] = set()

    @property
    def shown(self) -> str:
        pairs = (f"{n} = {v if isinstance(v, str) else as_text(v)}" for n, v in self.values.items())
        return f"with {', '.join(pairs)}"

    def question(self, question: Mapping[str, Any]) -> dict[str, Any]:
        filled = {name: item if name in _FIXED else self._fill(item, (name,)) for name, item in question.items()}
        if question.get("kind") == "numeric":
            self._numeric(filled)
        return filled

    def _fill(self, item: Any, path: Loc) -> Any:
        if isinstance(item, str):
            return self._text(item, path)
        if isinstance(item, Mapping):
            return self._mapping(item, path)
        if isinstance(item, list | tuple):
            return [self._fill(one, (*path, place)) for place, one in enumerate(item)]
        return item

    def _mapping(self, item: Mapping[Any, Any], path: Loc) -> dict[Any, Any]:
        filled: dict[Any, Any] = {}
        for key, below in item.items():
            new = self._text(key, (*path, key), at_key=True) if isinstance(key, str) else key
            if new in filled:
                message = f"'{key}' and '{self.written.get(new, new)}' are the same {self.shown}"
                self.problems.append(Problem(Code.OPTION_CLASH, message, "", (*path, key), at_key=True))
            if new != key:
                self.written[new] = key
            filled[new] = self._fill(below, (*path, key))
        return filled

    def _text(self, text: str, path: Loc, *, at_key: bool = False) -> str:
        def value(match: re.Match[str]) -> str:
            try:
                return self._place(match[1])
            except ExpressionError as error:
                message = f"'{match[0]}' cannot be filled in: {error} ({self.shown})"
                self.problems.append(Problem(Code.EXPRESSION, message, "", path, at_key=at_key))
                return match[0]

        return _PLACE.sub(value, text) if "{{" in text else text

    def _place(self, inside: str) -> str:
        text, _, form = inside.partition(":")
        given = self.values.get(text.strip())
        if isinstance(given, str):
            return given
        return as_text(evaluate(text, self.numbers), form)

    def _numeric(self, filled: dict[str, Any]) -> None:
        if "answer" in filled:
            filled["answer"] = self._number(filled["answer"], ("answer",))
        tolerance = filled.get("tolerance")
        if isinstance(tolerance, list):
            filled["tolerance"] = [self._number(end, ("tolerance", i)) for i, end in enumerate(tolerance)]
        elif isinstance(tolerance, str) and not tolerance.strip().endswith("%"):
            filled["tolerance"] = self._number(tolerance, ("tolerance",))
        if isinstance(filled.get("near"), dict):
            filled["near"] = dict(self._near(filled))

    def _near(self, filled: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Leave out foreseen answers that are right in this variant, or that another line foresees too."""
        right = _range(filled)
        seen = set()
        for key, why in filled["near"].items():
            number = self._number(key, ("near", self.written.get(key, key)), at_key=True)
            try:
                value = exact(number)
            except ValueError:
                yield number, why
                continue
            if (right and right[0] <= value <= right[1]) or value in seen:
                continue
            seen.add(value)
            self.kept.add(self.written.get(key, key))
            self.written[number] = self.written.get(key, key)
            yield number, why

    def _number(self, text: Any, path: Loc, *, at_key: bool = False) -> Any:
        if not isinstance(text, str):
            return text
        try:
            return as_number(evaluate(text, self.numbers))
        except ExpressionError as error:
            message = f"'{text}' has no value: {error} ({self.shown})"
            self.problems.append(Problem(Code.EXPRESSION, message, "", path, at_key=at_key))
            return text


def _range(filled: Mapping[str, Any]) -> tuple[Fraction, Fraction] | None:
    """Return what counts as right in this variant; None if that cannot be said (its field will say why)."""
    tolerance = filled.get("tolerance", "0")
    try:
        if isinstance(tolerance, list):
            return exact(tolerance[0]), exact(tolerance[1])
        return bounds(float(filled["answer"]), tolerance if str(tolerance).endswith("%") else float(tolerance))
    except (KeyError, ValueError, TypeError, IndexError, ArithmeticError):
        return None


def _moved(error: ValidationError, filler: _Filler) -> ValidationError:
    """Return the same mistakes at the places that the author wrote, and say for which values they arise."""
    details = []
    for item in error.errors(include_url=False):
        context = dict(item.get("ctx", {}))
        kind: str | PydanticCustomError = item["type"]
        if item["type"].startswith("DLQ"):
            context["message"] = f"{context['message']} ({filler.shown})"
            kind = PydanticCustomError(item["type"], "{message}", context)
            context = {}
        loc = tuple(filler.written.get(step, step) if isinstance(step, str) else step for step in item["loc"])
        details.append(InitErrorDetails(type=kind, loc=loc, input=item["input"], ctx=context))
    return ValidationError.from_exception_data("content", details)
