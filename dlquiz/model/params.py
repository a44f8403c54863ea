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
from dlquiz.model.tolerance import exact

if TYPE_CHECKING:
    from dlquiz.model.quiz import Question

MAX_VARIANTS = 200
_MAX_NAMES = 6
_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}", re.IGNORECASE)
_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_FORMULA = re.compile(r"\$[^$]+\$")
_CODE = re.compile(r"`[^`]*`")
_TAKES_ONE = re.compile(r"(?:[_^]|\\[A-Za-z]+)\s*$")
"""What takes the next sign alone in LaTeX: a value of several signs needs braces behind it."""
_FIXED = frozenset({"id", "ignore", "image", "kind", "lesson", "params", "points", "same_as", "tags"})
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


def right_by_mistake(question: "Question") -> dict[Loc, list[str]]:
    """Return the foreseen wrong answers that are right in some variants, and for which values, in words."""
    found: dict[Loc, list[str]] = {}
    bare = {name: item for name, item in question.written.items() if name != "params"}
    for values in assignments(question.params):
        filler = Filler(values)
        question.fill_numbers(filler.question(bare), filler)
        for place in filler.right:
            found.setdefault(place, []).append(filler.shown)
    return found


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
    question: Mapping[str, Any],
    params: Mapping[str, tuple[str, ...]],
    fill_numbers: "Callable[[dict[str, Any], Filler], None]",
    validate: Callable[[Any], Any],
) -> "tuple[Question, ...]":
    """Validate every variant of a question.

    Parameters
    ----------
    question : mapping
        As the author wrote it.
    params : mapping
        Its parameters, read.
    fill_numbers : callable
        Fills in the fields of its kind that are numbers; see `Common.fill_numbers`.
    validate : callable
        Makes a question of a mapping; pydantic's ValidationError for mistakes.

    Raises
    ------
    ValidationError
        The mistakes of the first variant that has some, where they stand in what the author wrote.
    """
    bare = {name: item for name, item in question.items() if name != "params"}
    made, dropped = [], None
    for values in assignments(params):
        filler = Filler(values)
        concrete = filler.question(bare)
        fill_numbers(concrete, filler)
        fail_all(filler.problems)
        dropped = filler.dropped if dropped is None else [place for place in dropped if place in filler.dropped]
        try:
            made.append(validate(concrete))
        except ValidationError as error:
            raise _moved(error, filler) from None
    message = "this wrong answer is right in every variant"
    fail_all(Problem(Code.NEAR_IS_RIGHT, message, "take this line out", place, at_key=True) for place in dropped or ())
    return tuple(made)


class Filler:
    """Puts the values of one variant into what the author wrote, and gathers the mistakes found on the way.

    ``dropped`` are the places of foreseen wrong answers that mean nothing in this variant; ``right`` those among them
    that are right here.
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self.problems: list[Problem] = []
        self.dropped: list[Loc] = []
        self.right: list[Loc] = []
        self._numbers = {name: value for name, value in values.items() if not isinstance(value, str)}
        self._written: dict[str, str] = {}  # a key as filled in: the key as the author wrote it

    @property
    def shown(self) -> str:
        """For which values this is, as words."""
        pairs = (f"{n} = {v if isinstance(v, str) else as_text(v)}" for n, v in self.values.items())
        return f"with {', '.join(pairs)}"

    def written(self, key: str) -> str:
        """Return a key as the author wrote it."""
        return self._written.get(key, key)

    def question(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the question with its ``{{places}}`` filled in."""
        return {name: item if name in _FIXED else self._fill(item, (name,)) for name, item in question.items()}

    def number(self, text: Any, path: Loc, *, at_key: bool = False) -> Any:
        """Return the value of an expression as text; what is no text, or has no value, as it is."""
        if not isinstance(text, str):
            return text
        try:
            return as_number(evaluate(text, self._numbers))
        except ExpressionError as error:
            message = f"'{text}' has no value: {error} ({self.shown})"
            self.problems.append(Problem(Code.EXPRESSION, message, "", path, at_key=at_key))
            return text

    def foreseen(
        self, field: str, listed: Mapping[str, Any], right: tuple[Fraction, Fraction] | None
    ) -> Iterator[tuple[str, Any]]:
        """Yield foreseen wrong numbers without those that are right in this variant, or foreseen by another line."""
        seen = set()
        for key, why in listed.items():
            number = self.number(key, (field, self.written(key)), at_key=True)
            try:
                value = exact(number)
            except ValueError:
                yield number, why
                continue
            is_right = bool(right and right[0] <= value <= right[1])
            if is_right or value in seen:
                self.dropped.append((field, self.written(key)))
                self.right += [(field, self.written(key))] if is_right else []
                continue
            seen.add(value)
            self._written[number] = self.written(key)
            yield number, why

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
                message = f"'{key}' and '{self.written(new)}' are the same {self.shown}"
                self.problems.append(Problem(Code.OPTION_CLASH, message, "", (*path, key), at_key=True))
            if new != key:
                self._written[new] = key
            filled[new] = self._fill(below, (*path, key))
        return filled

    def _text(self, text: str, path: Loc, *, at_key: bool = False) -> str:
        formulas = [found.span() for found in _FORMULA.finditer(text)]
        grouped = -1  # where the last value in braces ends: a second argument may follow, as in \frac{{a}}{{b}}

        def value(match: re.Match[str]) -> str:
            nonlocal grouped
            inside = any(start < match.start() < end for start, end in formulas)
            try:
                filled = self._place(match[1])
            except ExpressionError as error:
                message = f"'{match[0]}' cannot be filled in: {error} ({self.shown})"
                help = "if these are braces of LaTeX, leave one pair out: {W}" if inside else ""
                self.problems.append(Problem(Code.EXPRESSION, message, help, path, at_key=at_key))
                return match[0]
            if not inside or not (grouped == match.start() or _TAKES_ONE.search(text[: match.start()])):
                return filled
            grouped = match.end()
            return f"{{{filled}}}"

        filled = _PLACE.sub(value, text) if "{{" in text else text
        if "{{" in _CODE.sub("", _FORMULA.sub("", _PLACE.sub("", text))) and path != ("code",):
            help = "write {{n}}, or `{{` between code marks"
            self.problems.append(Problem(Code.EXPRESSION, "a '{{' is not closed", help, path, at_key=at_key))
        return filled

    def _place(self, inside: str) -> str:
        text, _, form = inside.partition(":")
        given = self.values.get(text.strip())
        if isinstance(given, str):
            if form:
                raise ExpressionError(f"'{text.strip()}' is a text, and ':{form}' is the form of a number")
            return given
        return as_text(evaluate(text, self._numbers), form)


def _moved(error: ValidationError, filler: Filler) -> ValidationError:
    """Return the same mistakes at the places that the author wrote, and say for which values they arise."""
    details = []
    for item in error.errors(include_url=False):
        context = dict(item.get("ctx", {}))
        kind: str | PydanticCustomError = item["type"]
        if item["type"].startswith("DLQ"):
            context["message"] = f"{context['message']} ({filler.shown})"
            kind = PydanticCustomError(item["type"], "{message}", context)
            context = {}
        loc = tuple(filler.written(step) if isinstance(step, str) else step for step in item["loc"])
        details.append(InitErrorDetails(type=kind, loc=loc, input=item["input"], ctx=context))
    return ValidationError.from_exception_data("content", details)
