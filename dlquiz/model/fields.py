"""How the fields of a quiz are read: everything in a file is text until its field's type reads it."""

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from dlquiz.model.codes import Code, Problem, fail, fail_all
from dlquiz.model.pattern import compile_pattern, is_pattern
from dlquiz.model.tolerance import Margin

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _truth(value: Any) -> Any:
    """Read true, false, yes or no."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word not in ("true", "false", "yes", "no"):
            fail(Code.NOT_ALLOWED, f"expected true or false, found '{value}'", "write true or false")
        return word in ("true", "yes")
    return value


def _number(value: Any) -> Any:
    """Read a finite number that is written as text."""
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        if "," in value:
            fail(Code.NOT_A_NUMBER, f"'{value}' is not a number", "write 0.5, not 0,5; and 60000, not 60,000")
        fail(Code.NOT_A_NUMBER, f"'{value}' is not a number", "write a number such as 0.5, 60000 or 1e-3")
    if not math.isfinite(number):
        fail(Code.NOT_A_NUMBER, f"'{value}' is not a finite number")
    return number


def _tolerance(value: Any) -> Any:
    """Read ``0.01``, ``5%`` or ``[lo, hi]``."""
    if isinstance(value, list | tuple):
        if len(value) != 2:
            fail(Code.NOT_A_NUMBER, f"a range has two numbers, found {len(value)}", "write [3.1, 3.2]")
        low, high = (_number(item) for item in value)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            fail(
                Code.OUT_OF_RANGE, f"the range begins at {low:g} and ends at {high:g}", "write the smaller number first"
            )
        return low, high
    if value is None or isinstance(value, Mapping):
        fail(Code.NOT_A_NUMBER, "expected a tolerance", "write 0.01, 5% or [3.1, 3.2]")
    if isinstance(value, str) and value.strip().endswith("%"):
        percent = _number(value.strip()[:-1])
        if percent < 0:
            fail(Code.OUT_OF_RANGE, "a tolerance cannot be negative")
        return f"{percent:.15g}%"
    number = _number(value)
    if isinstance(number, int | float) and number < 0:
        fail(Code.OUT_OF_RANGE, "a tolerance cannot be negative")
    return number


def plain(text: str) -> str:
    """Return ``text`` with every run of white space as one space."""
    return " ".join(text.split())


def _reasons(value: Any) -> Any:
    """Check that every entry of a ``{text: why}`` mapping has a reason, and stands there once."""
    if isinstance(value, list | tuple | str):
        found = "a list" if not isinstance(value, str) else "one text"
        fail(
            Code.WRONG_TYPE,
            f"expected lines of 'text: why it is wrong', found {found}",
            "write the reason after a colon",
        )
    if not isinstance(value, Mapping):
        return value
    problems, seen = [], set()
    for key, why in value.items():
        if why is None or (isinstance(why, str) and not why.strip()):
            help = "write why it is wrong after the colon; learners who give this answer read it"
            problems.append(Problem(Code.NO_REASON, f"'{key}' has no reason", help, (key,), at_key=True))
        if plain(str(key)) in seen:
            problems.append(Problem(Code.OPTION_CLASH, f"'{key}' stands here twice", "", (key,), at_key=True))
        seen.add(plain(str(key)))
    fail_all(problems)
    return value


def _right_options(value: Any) -> Any:
    """Read the right options of ``multi``: a list, or a mapping with reasons where the author has one."""
    if isinstance(value, str):
        fail(
            Code.WRONG_TYPE,
            "expected a list of right options, found one text",
            "write it as a list; kind choice has one",
        )
    if isinstance(value, list | tuple):
        texts = [plain(item) if isinstance(item, str) else None for item in value]
        problems = [
            Problem(Code.OPTION_CLASH, f"'{text}' stands here twice", "", (place,))
            for place, text in enumerate(texts)
            if text is not None and text in texts[:place]
        ]
        problems += [
            Problem(Code.WRONG_TYPE, "expected a text", "quote the option if it holds ': '", (place,))
            for place, text in enumerate(texts)
            if not text
        ]
        fail_all(problems)
        return dict.fromkeys(value)
    if isinstance(value, Mapping):
        # Type-directed: a bare `null` is text everywhere else.
        return {key: None if why in (None, "", "null") else why for key, why in value.items()}
    return value


def _accepted(text: str) -> str:
    if is_pattern(text):
        try:
            compile_pattern(text)
        except ValueError as error:
            fail(Code.PATTERN, f"the pattern {text} cannot be used: {error}", "write the variants as separate texts")
    return text


def _program(code: str) -> str:
    """Keep the indentation of the first line: only empty lines around the code go."""
    lines = code.rstrip().split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        fail(Code.EMPTY, "there is no code", "write the code as a block below code: |")
    return "\n".join(lines)


def _inside(path: str) -> str:
    """Accept only a relative path that stays below the quiz's own folder."""
    if path.startswith("/") or "\\" in path or ".." in path.split("/") or ":" in path:
        fail(Code.IMAGE, f"'{path}' is not a path below the quiz's folder", "write for example figures/curve.svg")
    return path


def _number_text(text: str) -> str:
    _number(text)
    return text


def _absent(value: Any) -> Any:
    """Read a bare ``null`` as nothing: only for fields that may be left out."""
    return None if value in ("", "null") else value


Truth = Annotated[bool, BeforeValidator(_truth)]
Number = Annotated[float, BeforeValidator(_number)]
Tolerance = Annotated[Margin, BeforeValidator(_tolerance)]
Reasons = Annotated[dict[Text, Text], BeforeValidator(_reasons)]
NumberReasons = Annotated[dict[Annotated[Text, AfterValidator(_number_text)], Text], BeforeValidator(_reasons)]
Accepted = Annotated[Text, AfterValidator(_accepted)]
ImagePath = Annotated[Text, AfterValidator(_inside)]
Program = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_program)]
Absent = BeforeValidator(_absent)
RightOptions = Annotated[dict[Text, Text | None], BeforeValidator(_right_options)]
