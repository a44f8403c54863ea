"""The stable codes of mistakes in content files, and how a model reports one.

A code keeps its meaning for ever, so that tools may filter by it. A model that
finds a mistake of its own raises it with `fail` or `fail_all`; pydantic carries
it to ``dlquiz.content.findings``, which adds file, line and column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError


class Code(StrEnum):
    """One kind of mistake in a content file; `MEANING` says it in words."""

    UNREADABLE = "DLQ001"
    TOO_LARGE = "DLQ002"
    ENCODING = "DLQ003"
    CHARACTER = "DLQ004"
    SYNTAX = "DLQ005"
    DUPLICATE_KEY = "DLQ006"
    YAML_FEATURE = "DLQ007"
    TOO_DEEP = "DLQ008"
    NOT_A_MAPPING = "DLQ009"
    FORMAT_VERSION = "DLQ010"
    UNKNOWN_FIELD = "DLQ011"
    MISSING_FIELD = "DLQ012"
    UNKNOWN_KIND = "DLQ013"
    # DLQ014 stood for what was not built yet; a code is never given a second meaning.
    WRONG_TYPE = "DLQ015"
    EMPTY = "DLQ016"
    OUT_OF_RANGE = "DLQ017"
    BAD_FORM = "DLQ018"
    NOT_ALLOWED = "DLQ019"
    WRONG_COUNT = "DLQ020"
    DUPLICATE_ID = "DLQ021"
    OPTION_CLASH = "DLQ022"
    NO_REASON = "DLQ023"
    NOT_A_NUMBER = "DLQ024"
    NEAR_IS_RIGHT = "DLQ025"
    PATTERN = "DLQ026"
    IMAGE = "DLQ027"
    DRAW = "DLQ028"
    MISSING_FILE = "DLQ029"
    REJECT_IS_RIGHT = "DLQ030"
    FILE_NAME = "DLQ031"
    PARAMS = "DLQ032"
    EXPRESSION = "DLQ033"
    BLANK = "DLQ034"
    PROGRAM = "DLQ035"
    WHY = "DLQ036"
    FOREIGN = "DLQ037"
    OUTPUT = "DLQ038"
    COURSE_FILE = "DLQ039"
    SAME_AS = "DLQ040"
    TIME = "DLQ041"
    NOT_THERE = "DLQ042"
    GROUP = "DLQ043"
    OTHER = "DLQ099"


MEANING: dict[Code, str] = {
    Code.UNREADABLE: "The file is missing, is a folder, or may not be read.",
    Code.TOO_LARGE: "The file is larger than 1 MiB, or holds more than 100,000 values, or 5,000 in one list.",
    Code.ENCODING: "The file is not plain UTF-8, or begins with a byte order mark.",
    Code.CHARACTER: "The file holds a control character or an invisible line separator.",
    Code.SYNTAX: "The file is not valid YAML: often an unquoted ': ', a wrong indent or an open quote.",
    Code.DUPLICATE_KEY: "The same key stands twice in one mapping.",
    Code.YAML_FEATURE: "Aliases (`*name`), tags (`!name`), a second document or a key that is not text.",
    Code.TOO_DEEP: "Lists and mappings are nested more than 20 deep.",
    Code.NOT_A_MAPPING: "The file is empty, or is not a mapping of `field: value`.",
    Code.FORMAT_VERSION: "`format_version` is newer than this dlquiz, or is not a version.",
    Code.UNKNOWN_FIELD: "A field that does not exist here, often a spelling mistake.",
    Code.MISSING_FIELD: "A required field is missing.",
    Code.UNKNOWN_KIND: "`kind` is missing, or is not a kind of question.",
    Code.WRONG_TYPE: "A value of the wrong type, such as a list where one text is expected.",
    Code.EMPTY: "A field stands there without a value.",
    Code.OUT_OF_RANGE: "A number is too small or too large.",
    Code.BAD_FORM: "A text does not have the form it needs, such as an id with capital letters.",
    Code.NOT_ALLOWED: "A value that is not one of the few allowed ones.",
    Code.WRONG_COUNT: "A list or mapping has too few or too many entries.",
    Code.DUPLICATE_ID: "Two questions of a quiz, or two entries of a course, share an id.",
    Code.OPTION_CLASH: "An option stands twice, or is right and wrong at once.",
    Code.NO_REASON: "A wrong option or a foreseen wrong answer does not say why it is wrong.",
    Code.NOT_A_NUMBER: "A numeric answer, tolerance or foreseen answer cannot be read as a number.",
    Code.NEAR_IS_RIGHT: "A foreseen wrong number lies inside the tolerance, so it would be marked right.",
    Code.PATTERN: "A `/pattern/` is broken, too long, or could take very long to match.",
    Code.IMAGE: "An image without a description (`alt`), or whose file is not there.",
    Code.DRAW: "`draw` asks for more questions than the quiz has.",
    Code.MISSING_FILE: "The course lists an exercise or a quiz whose file is not there.",
    Code.REJECT_IS_RIGHT: "A text under `reject` would be accepted as well.",
    Code.FILE_NAME: "A quiz file is named so that it would not be found; its name must be an id and end in `.yaml`.",
    Code.PARAMS: "`params` is not `{name: [values]}`, or makes fewer than 2 or more than 200 variants.",
    Code.EXPRESSION: "A `{{place}}` or an expression of a parametric question has no value.",
    Code.BLANK: "A `cloze` without a blank, or with one that is empty or not closed.",
    Code.PROGRAM: "The code of an `output` question is not Python.",
    Code.WHY: "A reason under `why` belongs to none of the question's entries.",
    Code.FOREIGN: "A file of another program (`dlquiz quiz import`) cannot be read; the message says why.",
    Code.OUTPUT: "The code of an `output` question fails, or does not print what `answer` says (`dlquiz quiz check`).",
    Code.COURSE_FILE: "A file under `files` is not there, leads out of the exercise's folder, or all are over 50 MB.",
    Code.SAME_AS: "`same_as` names the question itself, or one that the quiz does not have.",
    Code.TIME: "A date, a duration or a time zone has another form, or does not exist.",
    Code.NOT_THERE: "A `class.yaml` names a learner, a section, an exercise, a quiz or a file that is not there.",
    Code.GROUP: "A learner is in two groups for the same exercise, or twice in one.",
    Code.OTHER: "Another mistake; the message says which.",
}
"""What each code means, for the reference page."""

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake that a model found.

    ``path`` leads to the mistake from the field that is being validated;
    ``at_key`` points at the key, not at the value. ``help`` says what to do.
    """

    code: Code
    message: str
    help: str = ""
    path: Loc = ()
    at_key: bool = False

    def as_error(self) -> PydanticCustomError:
        """Return the problem as the error that pydantic can carry."""
        # The text is a value of the context, not the template: braces in it stay braces.
        context = {"message": self.message, "help": self.help, "at_key": self.at_key}
        return PydanticCustomError(self.code.value, "{message}", context)


def fail(code: Code, message: str, help: str = "") -> NoReturn:
    """Raise one mistake about the value that is being validated."""
    raise Problem(code, message, help).as_error()


def fail_all(problems: Iterable[Problem], *others: ValidationError) -> None:
    """Raise all ``problems``, and the errors of ``others``, as one; return if there are none.

    A validator can otherwise report only one mistake, and hides those below it.
    """
    details = [InitErrorDetails(type=problem.as_error(), loc=problem.path, input=None) for problem in problems]
    details += [detail for other in others for detail in _details(other)]
    if details:
        raise ValidationError.from_exception_data("content", details)


def checked(validate: Callable[[Any], Any], value: Any, problems: Iterable[Problem]) -> Any:
    """Return ``validate(value)``, or raise its mistakes together with ``problems``.

    For a validator around a field (``mode="wrap"``): one that comes after the
    field would not run, and so not tell, as long as the field has a mistake.
    """
    problems = list(problems)
    try:
        result = validate(value)
    except ValidationError as error:
        fail_all(problems, error)
        raise
    fail_all(problems)
    return result


def _details(error: ValidationError) -> list[InitErrorDetails]:
    details = []
    for item in error.errors(include_url=False):
        context = item.get("ctx", {})
        kind: str | PydanticCustomError = item["type"]
        if item["type"].startswith("DLQ"):
            kind = PydanticCustomError(item["type"], "{message}", context)
            context = {}
        details.append(InitErrorDetails(type=kind, loc=item["loc"], input=item["input"], ctx=context))
    return details
