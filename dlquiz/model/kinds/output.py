"""What a program prints."""

import ast
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, texts
from dlquiz.model.fields import Program, Reasons, Text, plain
from dlquiz.model.packages import Package


class Output(Common):
    """What does this code print? ``quiz check`` runs ``code`` behind the wall and compares; loading never runs it.

    Runs of white space and line ends make no difference. ``reject`` maps foreseen wrong outputs to feedback.
    """

    also_called: ClassVar[tuple[str, ...]] = ("code", "print", "prints", "tracing")

    kind: Literal["output"]
    code: Program
    answer: Text
    reject: Reasons = Field(default_factory=dict, max_length=20)
    packages: tuple[Package, ...] = ("numpy",)

    @field_validator("code")
    @classmethod
    def _is_python(cls, code: str) -> str:
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
            fail(Code.PROGRAM, f"Python cannot read this code ({line})", "write the code as a block below code: |")
        return code

    @field_validator("reject", mode="wrap")
    @classmethod
    def _prints_something_else(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        answer = info.data.get("answer")
        problems = (
            Problem(Code.REJECT_IS_RIGHT, f"'{text}' is the answer", "take this line out", (text,), at_key=True)
            for text in texts(value)
            if answer is not None and plain(text) == plain(answer)
        )
        return checked(handler, value, problems)
